"""What a maker of values returns, and what the slots of one example must agree on."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from generators.template import Gender, Level
from generators.words import Word


class Part(NamedTuple):
    """A word of a value and where below its slot it belongs: "" the slot itself, "0.name" a leaf of a list, None outside (जी)."""

    word: Word
    leaf: str | None = ""
    also: str | None = None


class Said(NamedTuple):
    """How a value is said and what it means, made together. `implied` are other slots that the same words fill."""

    parts: tuple[Part, ...]
    value: Any
    implied: tuple[tuple[str, Any], ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(eq=False)
class Scene:
    """One example's shared facts: register, speaker, the slots it says, and the picks that later slots must fit."""

    intent: str
    level: Level
    gender: Gender
    slots: list[str]
    hindi: bool = False  # does the hand write Devanagari alone?
    picks: dict[str, Any] = field(default_factory=dict)
