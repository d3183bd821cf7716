"""GGUF metadata → a Hugging Face tokenizer, by a reader of our own: no torch, no tensors.

The key–value section: ggml's docs/gguf.md. The two tokenizers follow the converters of transformers (convert_slow_tokenizer.py:
Qwen2Converter, GemmaConverter and generate_merges), so that ids are those the models were trained with.
"""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import BPE

from hinglish.errors import KhichdiError

# GGUF's kinds of number → struct code; besides them there are strings and arrays.
NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
U32, STRING, ARRAY, U64 = 4, 8, 9, 10
NORMAL, CONTROL, USER_DEFINED, UNUSED = 1, 3, 4, 5  # of tokenizer.ggml.token_type
QWEN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


class _Reader:
    """Values one after another from the metadata of a GGUF file, little-endian, never past the file's end."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path, self.file, self.left = path, file, path.stat().st_size

    def take(self, size: int) -> bytes:
        """The next bytes; KhichdiError where the file has fewer."""
        self.left -= size
        if self.left < 0:
            raise KhichdiError(f"{self.path}: ends inside its metadata; not a whole GGUF file")
        return self.file.read(size)

    def numbers(self, kind: int, many: int) -> tuple[Any, ...]:
        """So many numbers of one kind."""
        return struct.unpack(f"<{many}{NUMBERS[kind]}", self.take(many * struct.calcsize(f"<{NUMBERS[kind]}")))

    def whole(self, kind: int) -> int:
        """One count, length or kind."""
        return int(self.numbers(kind, 1)[0])

    def text(self) -> str:
        """A length and its bytes."""
        return self.take(self.whole(U64)).decode("utf-8", errors="replace")

    def value(self, kind: int) -> object:
        """A value of any kind; arrays may lie in arrays."""
        if kind == STRING:
            return self.text()
        if kind == ARRAY:
            inner, many = self.whole(U32), self.whole(U64)
            return list(self.numbers(inner, many)) if inner in NUMBERS else [self.value(inner) for _ in range(many)]
        if kind not in NUMBERS:
            raise KhichdiError(f"{self.path}: value type {kind} before byte {self.file.tell()} is not one of GGUF's 0 to 12")
        return self.numbers(kind, 1)[0]


def read_gguf(path: Path) -> dict[str, Any]:
    """The key–value section of a GGUF file, read as a stream; tensors are not touched."""
    with path.open("rb") as file:
        reader = _Reader(path, file)
        magic, version = reader.take(4), reader.whole(U32)
        if magic != b"GGUF" or version not in (2, 3):
            raise KhichdiError(f"{path}: begins with {magic!r}, version {version}; GGUF of version 2 or 3 is read here")
        reader.whole(U64)  # how many tensors
        return {reader.text(): reader.value(reader.whole(U32)) for _ in range(reader.whole(U64))}


def build(meta: Mapping[str, Any], place: str) -> Tokenizer:
    """The tokenizer that a GGUF's metadata describes; `place` names the file in errors."""
    if len(set(meta.get("tokenizer.ggml.tokens", ()))) != len(meta.get("tokenizer.ggml.tokens", ())):
        raise KhichdiError(f"{place}: two tokens of the vocabulary are the same text, so ids would shift; not a file this reader knows")
    model, pre = meta.get("tokenizer.ggml.model"), meta.get("tokenizer.ggml.pre")
    if model == "gpt2" and pre == "qwen2":
        made = _qwen(meta)
    elif model == "llama" and meta.get("tokenizer.ggml.add_space_prefix") is False:  # llama.cpp puts a space before, if it is not told
        made = _gemma(meta)
    else:
        known = "gpt2 with qwen2, llama without a space put before"
        raise KhichdiError(f"{place}: tokenizer {model!r}, pre-tokenizer {pre!r}; known here: {known}")
    for kind, special, add in ((CONTROL, True, made.add_special_tokens), (USER_DEFINED, False, made.add_tokens)):
        add([AddedToken(t, normalized=False, special=special) for t, k in _typed(meta) if k == kind])
    return made


def _typed(meta: Mapping[str, Any]) -> list[tuple[str, int]]:
    return list(zip(meta["tokenizer.ggml.tokens"], meta["tokenizer.ggml.token_type"], strict=True))


def _qwen(meta: Mapping[str, Any]) -> Tokenizer:
    """Byte-level BPE; GGUF's filler tokens ([PAD…], type unused) only round up the embedding and are left out."""
    vocab = {t: i for i, (t, kind) in enumerate(_typed(meta)) if kind != UNUSED}
    made = Tokenizer(BPE(vocab, [(a, b) for a, b in (m.split(" ") for m in meta["tokenizer.ggml.merges"])]))
    made.normalizer = normalizers.NFC()
    split = pre_tokenizers.Split(Regex(QWEN), "isolated")
    made.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    made.post_processor = processors.ByteLevel(trim_offsets=False)
    made.decoder = decoders.ByteLevel()
    return made


def _gemma(meta: Mapping[str, Any]) -> Tokenizer:
    """SentencePiece BPE: ▁ for a space, bytes for what the vocabulary lacks, merges from the scores of normal pieces.

    Pieces of other types are never merged to: else the letters "<0x41>" in a message would become the byte A.
    Runs of spaces and of line ends are user-defined tokens, which GGUF holds with plain spaces; they are matched before any merge.
    """
    tokens = meta["tokenizer.ggml.tokens"]
    vocab = {t: i for i, t in enumerate(tokens)}
    scored = zip(_typed(meta), meta["tokenizer.ggml.scores"], strict=True)
    pairs = merges(vocab, {t: score for (t, kind), score in scored if kind == NORMAL})
    unknown = tokens[meta.get("tokenizer.ggml.unknown_token_id", 0)]
    made = Tokenizer(BPE(vocab, pairs, unk_token=unknown, fuse_unk=True, byte_fallback=True))
    made.normalizer = normalizers.Replace(" ", "▁")
    made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    if meta.get("tokenizer.ggml.add_bos_token"):
        bos = meta["tokenizer.ggml.bos_token_id"]
        made.post_processor = processors.TemplateProcessing(f"{tokens[bos]} $A", special_tokens=[(tokens[bos], bos)])
    return made


def merges(vocab: Mapping[str, int], scores: Mapping[str, float]) -> list[tuple[str, str]]:
    """The merges that SentencePiece's BPE does implicitly: every split of a scored piece into two of them, best-scored piece first.

    As transformers' generate_merges: splits of one piece by longer left side, then by ids.
    """
    found = []
    for piece, score in scores.items():
        cuts = [(piece[:k], piece[k:], score) for k in range(1, len(piece)) if piece[:k] in scores and piece[k:] in scores]
        found += sorted(cuts, key=lambda c: (vocab[c[0]], vocab[c[1]]))
    found.sort(key=lambda c: (c[2], len(c[0]), len(c[1])), reverse=True)
    return [(left, right) for left, right, _ in found]
