"""Rows that several tests look at, made once a process: the demo spec's first 4,000, and the studio that draws one family."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from generators.expand import Studio
from generators.family import Family, check_holes, read_phrases
from generators.run import Made, make
from generators.spec import Spec, read_spec
from generators.template import Level, parse
from generators.words import Words
from generators.write import annotated_row
from hinglish.lexicon import load
from schemas.contract import intents
from schemas.example import Example, Span

ROOT = Path(__file__).resolve().parent.parent
MANY = 4000


@cache
def demo_spec() -> Spec:
    """The spec that a newcomer runs first."""
    return read_spec(ROOT / "data" / "specs" / "demo.toml")


@cache
def demo() -> Made:
    """4,000 accepted rows and what was rejected on the way: less than one block of the order, so the cost of one run."""
    return make(demo_spec().override(rows=MANY))


@cache
def studio() -> Studio:
    """All words, all three scripts."""
    return Studio(Words(load()), 1, ((0.5, "roman"), (0.8, "mixed"), (1.0, "devanagari")))


def on_disk(example: Example) -> tuple[str, list[Span], dict[str, Any], list[str]]:
    """A row as a reader of the file gets it: text, spans, target read back from its JSON string, tags."""
    row = annotated_row(example)
    return row["input"], [Span(**s) for s in row["spans"]], msgspec.json.decode(row["target"]), list(row["tags"])


def planted_family(intent: str, text: str, *, name: str = "planted", tags: tuple[str, ...] = (), level: Level | None = None) -> Family:
    """A family that stands in no file."""
    place = f'data/templates/{intent}.toml:0: "{name}"'
    tree = parse(text, read_phrases(), place=place)
    check_holes(tree, intents()[intent], place)
    return Family(name, intent, text, tree, 1.0, tags, 0, level)
