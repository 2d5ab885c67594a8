"""Writes eight CLIP ViT-B/32 vision towers as `transformers` saves them, for a merge of real size.

The weights are made up: a tower as it is initialised, and for each task a low-rank change of every matrix with noise over
it, as fine-tuning leaves one. Pictures are smooth noise, 224 × 224, and heads are random directions. What it is good for is
time, memory and digests; what comes out classifies nothing.

Needs torch, transformers, safetensors, numpy and pillow.

usage: python models.py FOLDER
"""

import pathlib
import sys

import numpy
import torch
from PIL import Image
from safetensors.torch import save_file
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

TASKS, PICTURES, CLASSES, RANK = 8, 64, 50, 32

folder = pathlib.Path(sys.argv[1])
torch.manual_seed(0)
configuration = CLIPVisionConfig(
    hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12, image_size=224,
    patch_size=32, projection_dim=512)
base = CLIPVisionModelWithProjection(configuration)
base.save_pretrained(folder / "base")
(folder / "base" / "preprocessor_config.json").write_text(
    '{"image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}\n')
pretrained = {name: value.clone() for name, value in base.state_dict().items()}

for task in range(TASKS):
    changed = {}
    for name, value in pretrained.items():
        if not value.dtype.is_floating_point:
            changed[name] = value
            continue
        scale = 0.1 * value.std().nan_to_num() + 1e-4
        change = 0.3 * torch.randn_like(value)
        if value.ndim == 2:
            change += torch.randn(value.shape[0], RANK) @ torch.randn(RANK, value.shape[1]) / RANK**0.5
        changed[name] = value + scale * change
    base.load_state_dict(changed)
    target = folder / f"task-{task}"
    base.save_pretrained(target)
    save_file({"weight": 5 * torch.randn(CLASSES, 512)}, target / "head.safetensors")
    random = numpy.random.default_rng(task)
    pictures = numpy.stack([
        numpy.asarray(Image.fromarray(small).resize((224, 224), Image.BICUBIC))
        for small in random.integers(0, 256, (PICTURES, 9, 9, 3), dtype=numpy.uint8)])
    save_file({"images": torch.from_numpy(pictures)}, target / "inputs.safetensors")
