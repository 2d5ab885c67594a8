"""Writes the PyTorch checkpoints of this folder, and beside each what torch says it holds as safetensors.

Made with torch 2.15 and transformers 5.24: python make.py
"""

import json
import os
from datetime import datetime
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

torch.manual_seed(0)


def expect(name, tensors):
    save_file({key: value.detach().clone().contiguous() for key, value in tensors.items()}, f"{name}.safetensors")


def state():
    types = "float64 float32 float16 bfloat16 int64 int32 int16 int8 uint64 uint32 uint16 uint8 bool".split()
    tensors = {name: torch.tensor([1, 0, 100]).to(getattr(torch, name)) for name in types}
    base = torch.randn(4, 3, 2)
    tensors |= {
        "transposed": base.transpose(0, 2), "sliced": base[1:4:2, ::2], "row": base[2], "last": base[..., 1],
        "half": torch.randn(3, 2).half().T, "scalar": torch.tensor(3.5), "empty": torch.zeros(0, 3),
        "parameter": nn.Parameter(torch.randn(2)),
    }
    tensors["tied"] = tensors["parameter"]
    tensors["attributed"] = torch.ones(2)
    tensors["attributed"].tag = "x"
    return tensors


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(2)
        self.nothing = None
        self.register_parameter("absent", None)
        self.register_buffer("passing", torch.ones(2), persistent=False)
        self.register_buffer("lasting", torch.ones(2))
        self.about = [torch.device("cpu"), torch.float16, torch.Size([1]), {1, 2}, b"x", 0.5, -(1 << 40), 1 << 99]


class Tree(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(3, 2)
        self.blocks = nn.ModuleList([Block(), Block()])
        self.act = nn.GELU()
        self.head = nn.Linear(2, 3)
        self.head.weight = self.embedding.weight
        self.this = [self]


class Evil:
    def __reduce__(self):
        return os.system, ("touch OWNED",)


torch.save(state(), "state.pt")
expect("state", torch.load("state.pt", weights_only=False))

tree = Tree()
expect("tree", tree.state_dict())
for protocol in (2, 3, 4, 5):
    torch.save(tree, f"tree-{protocol}.pt", pickle_protocol=protocol)
optimizer = torch.optim.AdamW(tree.parameters())
sum(parameter.sum() for parameter in tree.parameters()).backward()
state_dict = nn.DataParallel(tree).state_dict()
torch.save({"epoch": 3, "optimizer": optimizer.state_dict(), "state_dict": state_dict}, "training.pt")
companions = {"loss": np.float64(1.5), "curve": np.ones(2), "folder": Path("x"), "time": datetime(2024, 1, 2)}
compiled = {"_orig_mod.module." + name: tensor for name, tensor in tree.state_dict().items()}
torch.save({"model": compiled, **companions}, "companions.pt")

config = CLIPVisionConfig(
    hidden_size=4, intermediate_size=4, num_hidden_layers=1, num_attention_heads=1, image_size=4, patch_size=2,
    projection_dim=2)
clip = CLIPVisionModelWithProjection(config)
expect("clip", clip.state_dict())
torch.save(clip, "clip.pt")

os.makedirs("sharded", exist_ok=True)
names = list(tree.state_dict())
shards = {"pytorch_model-00001-of-00002.bin": names[:4], "pytorch_model-00002-of-00002.bin": names[4:]}
for file, part in shards.items():
    torch.save({name: tree.state_dict()[name] for name in part}, f"sharded/{file}")
weight_map = {name: file for file, part in shards.items() for name in part}
with open("sharded/pytorch_model.bin.index.json", "w") as index:
    json.dump({"metadata": {}, "weight_map": weight_map}, index, indent=1)

torch.save({"weight": torch.ones(1), "evil": Evil()}, "evil.pt")
torch.save({"weight": torch.ones(1)}, "old.pt", _use_new_zipfile_serialization=False)
torch.jit.save(torch.jit.trace(nn.Linear(1, 1), torch.ones(1)), "script.pt")
