"""Labels spoilt on purpose: what an annotator who reads would catch. Planted rows measure annotators and never enter a release."""

from typing import Any

from msgspec.structs import replace

from generators.randomness import Random
from schemas.canonical import canonical
from schemas.contract import leaves
from schemas.example import TEXT_KINDS, Example, kind_of_leaf
from schemas.reread import reread
from schemas.validate import is_valid


def _with(target: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    out = canonical(target)
    head, *rest = path.split(".")
    if rest:
        out[head][int(rest[0])][rest[1]] = value
    else:
        out[head] = value
    return out


def _wrong(example: Example, path: str, value: Any, rng: Random) -> Any:
    """Another value for one leaf: ten times the number, a digit off, a text without its last word or left out."""
    kind = kind_of_leaf(example.intent, path)
    if kind in ("amount", "count", "quantity"):
        return value * 10 if rng.random() < 0.5 else value + 1
    if kind == "digits":
        at = rng.randrange(len(value))
        return value[:at] + ("7" if value[at] != "7" else "4") + value[at + 1 :]
    if kind in TEXT_KINDS and " " in value and rng.random() < 0.5:
        return value.rsplit(" ", 1)[0]
    return None


def plant(example: Example, rng: Random) -> Example | None:
    """The row with one wrong leaf, still valid under its schema and surely wrong: the re-reader contradicts it. None where no leaf can be spoilt."""
    filled = [(p, v) for p, v in leaves(example.target).items() if v is not None]
    for path, value in rng.sample(filled, len(filled)):
        target = _with(example.target, path, _wrong(example, path, value, rng))
        # a span without its value is what the re-reader calls a contradiction, so a leaf left out counts as caught too
        if is_valid(target) and reread(example.input, example.spans, target, example.tags):
            spans = tuple(s for s in example.spans if leaves(target).get(s.path) is not None)
            return replace(example, target=target, spans=spans, utterance=example.utterance)
    return None
