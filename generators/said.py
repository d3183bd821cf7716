"""What a maker of values returns, and what the slots of one example must agree on."""

from typing import Any

from generators.template import Gender, Level
from generators.words import Word


class Part:
    """A word of a value and where below its slot it belongs: "" the slot itself, "0.name" a leaf of a list, None outside (जी)."""

    __slots__ = ("also", "leaf", "word")

    def __init__(self, word: Word, leaf: str | None = "", also: str | None = None) -> None:
        self.word = word
        self.leaf = leaf
        self.also = also


class Said:
    """How a value is said and what it means, made together. `implied` are other slots that the same words fill."""

    __slots__ = ("implied", "parts", "tags", "value")

    def __init__(self, parts: tuple[Part, ...], value: Any, implied: tuple[tuple[str, Any], ...] = (), tags: tuple[str, ...] = ()) -> None:
        self.parts = parts
        self.value = value
        self.implied = implied
        self.tags = tags


class Scene:
    """One example's shared facts: register, speaker, the slots it says, and the picks that later slots must fit."""

    __slots__ = ("gender", "hindi", "intent", "level", "picks", "slots")

    def __init__(self, intent: str, level: Level, gender: Gender, slots: list[str], hindi: bool = False) -> None:
        """`hindi`: does the hand write Devanagari alone?"""
        self.intent = intent
        self.level = level
        self.gender = gender
        self.slots = slots
        self.hindi = hindi
        self.picks: dict[str, Any] = {}
