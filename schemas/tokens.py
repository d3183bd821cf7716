"""Token lengths under the tokenizers that were got with `khichdi models get --tokenizer`; None where there are none."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from schemas.canonical import encode
from schemas.prompt import prompt

HOME = Path("build") / "tokenizers"


def percentiles(messages: Sequence[str], targets: Sequence[Mapping[str, Any]], home: Path = HOME) -> dict[str, dict[str, int]] | None:
    """Tokenizer → p50, p90, p99 and most tokens of prompt text, message and label together."""
    files = sorted(home.glob("*/tokenizer.json"))
    if not files:
        return None
    from tokenizers import Tokenizer

    head = f"{prompt().system}\n{prompt().instruction}\n"
    texts = [head + m + "\n" + encode(t).decode() for m, t in zip(messages, targets, strict=True)]
    out = {}
    for file in files:
        lengths = sorted(len(e.ids) for e in Tokenizer.from_file(str(file)).encode_batch(texts))
        out[file.parent.name] = {f"p{p}": lengths[min(len(lengths) - 1, p * len(lengths) // 100)] for p in (50, 90, 99)} | {"max": lengths[-1]}
    return out
