"""Makes these fixtures and those of ../dinov2: a small random base, three models like it with a classifier each, inputs,
and in float64 what the base's body with each classifier says, and the gradient of its entropy.

The base of vit is a ViTModel with its pooler, that of dinov2 a Dinov2ForImageClassification with other classes, whose
positions are for larger pictures than the inputs.

Needs transformers. usage: python make.py, in this folder
"""

import json
import pathlib
import shutil
import tempfile

import torch
from safetensors.torch import load_file, save_file
from transformers import Dinov2Config, Dinov2ForImageClassification, ViTConfig, ViTForImageClassification, ViTModel

TASKS = {"alpha": 5, "beta": 7, "gamma": 3}
SAMPLES = 24
SIDE = 12
SHAPE = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, patch_size=4, attn_implementation="sdpa")


def randomize(model):
    """Weights that neither grow nor vanish, and no two alike."""
    for name, value in model.state_dict().items():
        random = torch.randn_like(value)
        if "norm" in name and name.endswith("weight"):
            random = 1 + 0.2 * random
        elif "lambda1" in name:
            random = 0.5 + 0.2 * random
        elif name.endswith("projection.weight") or value.dim() == 2:
            random = random / value[0].numel() ** 0.5
        else:
            random = 0.3 * random
        value.copy_(random)


def checkpoint(model):
    """A model's tensors by the names of its checkpoint."""
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        return load_file(f"{folder}/model.safetensors")


def save(model, folder):
    """A model's weights in a folder."""
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    save_file(checkpoint(model), f"{folder}/model.safetensors", metadata={"format": "pt"})


def make(family, path, preprocessor):
    shutil.rmtree(path / "tasks", ignore_errors=True)
    (path / "golden").mkdir(parents=True, exist_ok=True)
    if family == "vit":
        configuration = ViTConfig(**SHAPE, intermediate_size=24, image_size=SIDE)
        base = ViTModel(configuration)
        kind, prefix = ViTForImageClassification, ""
    else:
        configuration = Dinov2Config(**SHAPE, mlp_ratio=2, image_size=20, num_labels=10)
        base = Dinov2ForImageClassification(configuration)
        kind, prefix = Dinov2ForImageClassification, "dinov2."
    with torch.no_grad():
        randomize(base)
    base.save_pretrained(path / "base")
    (path / "base" / "preprocessor_config.json").write_text(json.dumps(preprocessor, indent=2) + "\n")
    body = (base if family == "vit" else base.dinov2).state_dict()

    logits, gradients = {}, {}
    for task, classes in TASKS.items():
        configuration.num_labels = classes
        model = kind(configuration)
        own = getattr(model, family)
        with torch.no_grad():
            for name, value in own.state_dict().items():
                value.copy_(body[name] + 0.05 * torch.randn_like(value))
            for value in model.classifier.parameters():
                random = torch.randn_like(value)
                value.copy_(random / value[0].numel() ** 0.5 if value.dim() == 2 else 0.3 * random)
        save(model, path / "tasks" / task)
        pixels = torch.randn(SAMPLES, 3, SIDE, SIDE).half()

        model = model.double().eval()
        labels = model(pixel_values=pixels.double()).logits.argmax(-1)
        save_file(
            {"pixel_values": pixels, "labels": labels.contiguous()}, f"{path}/tasks/{task}/inputs.safetensors")

        own.load_state_dict({name: body[name].double() for name in own.state_dict()})
        outputs = model(pixel_values=pixels.double()).logits
        logs = torch.log_softmax(outputs, -1)
        (-(logs.exp() * logs).sum(-1).mean()).backward()
        logits[f"{task}.logits"] = outputs.detach().contiguous()
        # A model whose weights are the gradients, so that they get the checkpoint's names.
        with torch.no_grad():
            for value in model.parameters():
                value.copy_(torch.zeros_like(value) if value.grad is None else value.grad)
        for name, value in checkpoint(model).items():
            if name.startswith(f"{family}.") and "mask_token" not in name:
                name = prefix + name.removeprefix(f"{family}.")
                gradients[name] = gradients.get(name, 0) + value
    save_file(logits, path / "golden" / "forward_base.safetensors")
    save_file(gradients, path / "golden" / "entropy_gradient_base.safetensors")


def interpolations(path):
    """Positions for other pictures, as transformers computes them."""
    tensors = {}
    for before, after in [(5, 3), (2, 5), (7, 4), (1, 2)]:
        x = torch.randn(before * before, 3, dtype=torch.float64)
        grid = x.T.reshape(1, 3, before, before)
        y = torch.nn.functional.interpolate(grid, size=(after, after), mode="bicubic", align_corners=False)
        tensors[f"{before}.{after}.before"] = x
        tensors[f"{before}.{after}.after"] = y.reshape(3, after * after).T.contiguous()
    save_file(tensors, path / "golden" / "interpolated.safetensors")


torch.manual_seed(1)
sides = {"height": SIDE, "width": SIDE}
make("vit", pathlib.Path("."), {"image_processor_type": "ViTImageProcessor", "size": sides})
make(
    "dinov2", pathlib.Path("../dinov2"),
    {
        "image_processor_type": "BitImageProcessor", "crop_size": sides, "do_center_crop": True,
        "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225], "size": {"shortest_edge": 14}
    })
interpolations(pathlib.Path("../dinov2"))
