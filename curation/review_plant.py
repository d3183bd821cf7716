"""Labels spoilt on purpose: what an annotator who reads would catch. Planted rows measure annotators and never enter a release."""

from msgspec.structs import replace

from curation import planted
from generators.randomness import Random
from schemas.canonical import canonical
from schemas.contract import leaves
from schemas.example import Example
from schemas.reread import reread
from schemas.validate import is_valid

KINDS = tuple(k for k in planted.KINDS if k != "span moved")  # a moved span alone leaves the label right


def plant(example: Example, rng: Random) -> Example | None:
    """The row with one wrong leaf, still valid under its schema and surely wrong: the re-reader contradicts it. None where no leaf can be spoilt."""
    row = planted.Row(example.input, example.spans, example.target, example.tags)
    for kind in rng.sample(KINDS, len(KINDS)):
        spoilt = planted.KINDS[kind](row, rng)
        if spoilt is None:
            continue
        target = canonical(spoilt.target)
        if is_valid(target) and reread(example.input, example.spans, target, example.tags):
            there = leaves(target)
            return replace(example, target=target, spans=tuple(s for s in example.spans if there.get(s.path) is not None))
    return None
