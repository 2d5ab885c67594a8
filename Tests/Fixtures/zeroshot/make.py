"""Writes a small random CLIP model with its tokenizer, the same model under OpenCLIP's names, and the zero-shot heads
that transformers makes with it in double precision.

Made with torch 2.15 and transformers 5.24: python make.py
"""

import json
import os
import shutil

import torch
from safetensors.torch import save_file
from transformers import CLIPConfig, CLIPModel, CLIPTokenizer

torch.manual_seed(0)
CLASSES = ["annual crop land", "forest", "a brushland or shrubland", "Highway, or road", "café"]
TEMPLATES = ["a photo of a {}.", "a centered satellite photo of {}.", "{}"]


def byte_alphabet():
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in kept]
    return [chr(byte) for byte in kept] + [chr(256 + index) for index in range(len(others))]


def write_tokenizer(folder):
    letters = byte_alphabet()
    merges = ["p h", "ph o", "t o</w>", "pho to</w>", "a n", "o r", "f or", "o f</w>", "e s", "es t</w>", "for est</w>"]
    tokens = letters + [letter + "</w>" for letter in letters] + [merge.replace(" ", "") for merge in merges]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    with open(f"{folder}/vocab.json", "w") as file:
        json.dump({token: index for index, token in enumerate(tokens)}, file, ensure_ascii=False, indent=0)
    with open(f"{folder}/merges.txt", "w") as file:
        file.write("#version: 0.2\n" + "\n".join(merges) + "\n")
    with open(f"{folder}/tokenizer_config.json", "w") as file:
        json.dump({"tokenizer_class": "CLIPTokenizer", "model_max_length": 40}, file)
    return len(tokens)


for name in ("base", "openclip"):
    shutil.rmtree(name, ignore_errors=True)
    os.makedirs(name)
    vocabulary = write_tokenizer(name)

text = dict(
    vocab_size=vocabulary, hidden_size=8, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
    max_position_embeddings=40, bos_token_id=vocabulary - 2, eos_token_id=vocabulary - 1, hidden_act="gelu")
vision = dict(
    hidden_size=8, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2, image_size=8, patch_size=4,
    hidden_act="gelu")
model = CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=6)).eval()
with torch.no_grad():
    for parameter in model.parameters():
        if parameter.dim() > 0:
            parameter.copy_(torch.randn_like(parameter) * 0.3)
model.save_pretrained("base")
state = {name: tensor.float().contiguous() for name, tensor in model.state_dict().items()}

tokenizer = CLIPTokenizer.from_pretrained("base")
model = model.double()
rows = []
with torch.no_grad():
    for name in CLASSES:
        batch = tokenizer([template.format(name) for template in TEMPLATES], padding=True, truncation=True,
                          max_length=40, return_tensors="pt")
        features = model.text_projection(model.text_model(**batch).pooler_output)
        mean = torch.nn.functional.normalize(features, dim=-1).mean(0)
        rows.append(torch.nn.functional.normalize(mean, dim=-1) * model.logit_scale.exp())
save_file({"weight": torch.stack(rows)}, "head.safetensors")


def open_clip(state):
    """The same tensors by OpenCLIP's names."""
    renamed = {"logit_scale": state["logit_scale"], "text_projection": state["text_projection.weight"].T,
               "visual.proj": state["visual_projection.weight"].T,
               "visual.class_embedding": state["vision_model.embeddings.class_embedding"],
               "visual.conv1.weight": state["vision_model.embeddings.patch_embedding.weight"],
               "visual.positional_embedding": state["vision_model.embeddings.position_embedding.weight"],
               "positional_embedding": state["text_model.embeddings.position_embedding.weight"],
               "token_embedding.weight": state["text_model.embeddings.token_embedding.weight"]}
    for kind in ("weight", "bias"):
        renamed[f"visual.ln_pre.{kind}"] = state[f"vision_model.pre_layrnorm.{kind}"]
        renamed[f"visual.ln_post.{kind}"] = state[f"vision_model.post_layernorm.{kind}"]
        renamed[f"ln_final.{kind}"] = state[f"text_model.final_layer_norm.{kind}"]
        for old, new, layers in (("vision_model.", "visual.", 1), ("text_model.", "", 2)):
            for layer in range(layers):
                a, b = f"{old}encoder.layers.{layer}.", f"{new}transformer.resblocks.{layer}."
                renamed[f"{b}attn.in_proj_{kind}"] = torch.cat(
                    [state[f"{a}self_attn.{part}_proj.{kind}"] for part in "qkv"])
                for x, y in (("self_attn.out_proj", "attn.out_proj"), ("layer_norm1", "ln_1"), ("layer_norm2", "ln_2"),
                             ("mlp.fc1", "mlp.c_fc"), ("mlp.fc2", "mlp.c_proj")):
                    renamed[f"{b}{y}.{kind}"] = state[f"{a}{x}.{kind}"]
    return {name: tensor.contiguous() for name, tensor in renamed.items()}


save_file(open_clip(state), "openclip/open_clip_model.safetensors")
configuration = {"model_cfg": {
    "embed_dim": 6, "vision_cfg": {"image_size": 8, "layers": 1, "width": 8, "head_width": 4, "patch_size": 4},
    "text_cfg": {"context_length": 40, "vocab_size": vocabulary, "width": 8, "heads": 2, "layers": 2}}}
with open("openclip/open_clip_config.json", "w") as file:
    json.dump(configuration, file, indent=1)
