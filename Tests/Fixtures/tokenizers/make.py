#!/usr/bin/env python3
"""Makes the folders beside this file: small tokenizers and what Hugging Face's libraries encode with them.

Each folder has the files of a tokenizer, trained on the lines of texts.json, and expected.json: a list of encodings with
the indexes of a line or two, a limit, the ids and, where not all are 0, the types. Folders whose name ends in -files are
of a model without tokenizer.json; what these ids should be is told by transformers.

Vocabularies differ a little from run to run, because training orders what is equally frequent by chance. The libraries
were tokenizers 0.23.3 and transformers 5.24.0.

    pip install tokenizers==0.23.3 transformers==5.24.0
    python3 make.py
"""

import json
from pathlib import Path

import transformers
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

FIXTURES = Path(__file__).parent
TEXTS = json.loads((FIXTURES / "texts.json").read_text())
BYTES = pre_tokenizers.ByteLevel.alphabet()
CLIP = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
# The lines with special tokens.
SPECIAL = {99, 101, 102, 103}


def encodings(tokenizer, step):
    """Every so many lines and those with special tokens, some lines with the next, and some with little room."""
    cases = [(i, None, 64) for i in sorted(SPECIAL.union(range(0, len(TEXTS), step)))]
    cases += [(i, i + 1, 64) for i in range(0, len(TEXTS) - 1, 7 * step)]
    cases += [(i, i + 1, limit) for limit in (4, 5, 12, 13, 30) for i in range(0, 12, 3)]
    cases += [(i, None, limit) for limit in (2, 3, 8) for i in range(0, 40, 13)]
    for first, second, limit in cases:
        tokenizer.enable_truncation(limit)
        encoding = tokenizer.encode(TEXTS[first], None if second is None else TEXTS[second])
        case = {"text": first, "limit": limit, "ids": encoding.ids}
        if second is not None:
            case["pair"] = second
        if any(encoding.type_ids):
            case["types"] = encoding.type_ids
        yield case


def write_expected(folder, tokenizer, step):
    tokenizer.no_padding()
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in encodings(tokenizer, step))
    (folder / "expected.json").write_text(f"[\n{lines}\n]\n")


def folder(name):
    path = FIXTURES / name
    path.mkdir(exist_ok=True)
    return path


def save(tokenizer, name, step=1):
    text = json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":"))
    (folder(name) / "tokenizer.json").write_text(text + "\n")
    write_expected(folder(name), tokenizer, step)


def save_files(model, name, kind, **settings):
    path = folder(name)
    model.save(str(path))
    (path / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": kind, **settings}) + "\n")
    write_expected(path, getattr(transformers, kind).from_pretrained(path).backend_tokenizer, 5)


def train(model, trainer, normalizer, pre_tokenizer, **options):
    tokenizer = Tokenizer(model)
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    kind = getattr(trainers, trainer)
    tokenizer.train_from_iterator([text for text in TEXTS if "\0" not in text], kind(show_progress=False, **options))
    return tokenizer


def bert(lowercase, name, step=1):
    tokenizer = train(
        models.WordPiece(unk_token="[UNK]"), "WordPieceTrainer", normalizers.BertNormalizer(lowercase=lowercase),
        pre_tokenizers.BertPreTokenizer(), vocab_size=700, limit_alphabet=250,
        special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
    )  # fmt: skip
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    save(tokenizer, name, step)
    return tokenizer


def byte_level(special, add_prefix_space):
    return train(
        models.BPE(), "BpeTrainer", None, pre_tokenizers.ByteLevel(add_prefix_space=add_prefix_space), vocab_size=420,
        initial_alphabet=BYTES, special_tokens=special,
    )  # fmt: skip


def clip(model):
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(CLIP), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    return tokenizer


def make_bert():
    save_files(bert(True, "bert-uncased").model, "bert-files", "BertTokenizer", do_lower_case=True)
    bert(False, "bert-cased", 2)


def make_roberta():
    tokenizer = byte_level(["<s>", "<pad>", "</s>", "<unk>", "<mask>"], True)
    save_files(tokenizer.model, "roberta-files", "RobertaTokenizer")
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True)])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    save(tokenizer, "roberta", 2)


def make_gpt2():
    tokenizer = byte_level(["<|endoftext|>"], False)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    save(tokenizer, "gpt2", 2)
    save_files(tokenizer.model, "gpt2-files", "GPT2Tokenizer", add_bos_token=True)


def make_clip():
    options = {"end_of_word_suffix": "</w>", "continuing_subword_prefix": "", "unk_token": "<|endoftext|>"}
    trained = clip(models.BPE(**options))
    trainer = trainers.BpeTrainer(
        vocab_size=600, initial_alphabet=BYTES, end_of_word_suffix="</w>", show_progress=False,
        special_tokens=["<|startoftext|>", "<|endoftext|>"],
    )  # fmt: skip
    trained.train_from_iterator([text for text in TEXTS if "\0" not in text], trainer)
    save_files(trained.model, "clip-files", "CLIPTokenizer")
    path = folder("clip-files")
    tokenizer = clip(models.BPE.from_file(str(path / "vocab.json"), str(path / "merges.txt"), **options))
    tokenizer.add_special_tokens([AddedToken(name, normalized=True) for name in ("<|startoftext|>", "<|endoftext|>")])
    tokenizer.post_processor = processors.RobertaProcessing(("<|endoftext|>", 1), ("<|startoftext|>", 0))
    save(tokenizer, "clip")


def make_components():
    """What the four kinds do not have."""
    added = [
        AddedToken("user", single_word=True, normalized=True), AddedToken("http", lstrip=True, rstrip=True),
        AddedToken("The ", normalized=True), AddedToken("É", normalized=True),
    ]  # fmt: skip
    tokenizer = train(
        models.BPE(ignore_merges=True), "BpeTrainer", None,
        pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(GPT2), "isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        ),
        vocab_size=380, initial_alphabet=BYTES, special_tokens=["<s>"],
    )  # fmt: skip
    tokenizer.post_processor = processors.Sequence(
        [
            processors.ByteLevel(),
            processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 0)]),
        ]
    )
    save(tokenizer, "whole-words", 3)
    tokenizer = train(
        models.BPE(unk_token="<unk>", fuse_unk=True, continuing_subword_prefix="@@"), "BpeTrainer",
        normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()]), pre_tokenizers.Whitespace(),
        vocab_size=400, limit_alphabet=80, continuing_subword_prefix="@@", special_tokens=["<unk>"],
    )  # fmt: skip
    tokenizer.add_tokens(added)
    save(tokenizer, "prefix", 3)
    tokenizer = train(
        models.BPE(unk_token="<unk>", byte_fallback=True, end_of_word_suffix="%"), "BpeTrainer",
        normalizers.Sequence(
            [
                normalizers.NFD(), normalizers.StripAccents(), normalizers.Prepend("_"),
                normalizers.Replace(" ", "_"),
            ]
        ),
        pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split("_", "merged_with_next"), pre_tokenizers.Digits(),
                pre_tokenizers.Punctuation("contiguous"),
            ]
        ),
        vocab_size=500, limit_alphabet=80, end_of_word_suffix="%",
        special_tokens=["<unk>"] + [f"<0x{byte:02X}>" for byte in range(0x80, 0xC6)],
    )  # fmt: skip
    tokenizer.add_tokens(added)
    save(tokenizer, "suffix", 3)
    tokenizer = train(
        models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=20), "WordPieceTrainer", normalizers.NFKD(),
        pre_tokenizers.Sequence(
            [
                pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Digits(individual_digits=True),
                pre_tokenizers.Split("e", "merged_with_previous"),
                pre_tokenizers.Split("an", "contiguous", invert=True),
                pre_tokenizers.Punctuation("merged_with_previous"),
            ]
        ),
        vocab_size=400, limit_alphabet=120, special_tokens=["[UNK]"],
    )  # fmt: skip
    tokenizer.add_tokens(added)
    save(tokenizer, "splits", 3)


if __name__ == "__main__":
    make_bert()
    make_roberta()
    make_gpt2()
    make_clip()
    make_components()
