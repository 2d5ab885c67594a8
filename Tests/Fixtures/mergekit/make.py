"""Makes these fixtures: a small GPT-2, three models like it, and what mergekit merges them into.

Needs mergekit. usage: python make.py, in this folder
"""

import pathlib
import shutil
import subprocess

import torch
from transformers import GPT2Config, GPT2LMHeadModel

torch.manual_seed(1)
configuration = GPT2Config(
    vocab_size=37, n_embd=16, n_layer=1, n_head=2, n_positions=12, bos_token_id=0, eos_token_id=0)
base = GPT2LMHeadModel(configuration)
state = {name: value.clone() for name, value in base.state_dict().items()}
base.save_pretrained("base", max_shard_size="8KB")
for model in range(3):
    base.load_state_dict({name: value + 0.1 * torch.randn_like(value) for name, value in state.items()})
    base.save_pretrained(f"model-{model}", max_shard_size="8KB")
for folder in pathlib.Path(".").glob("*/generation_config.json"):
    folder.unlink()
for recipe in ["linear", "task_arithmetic"]:
    subprocess.run(["mergekit-yaml", f"{recipe}.yaml", "out", "--no-copy-tokenizer", "--no-write-model-card"], check=True)
    shutil.copy("out/model.safetensors", f"{recipe}.safetensors")
    shutil.rmtree("out")
