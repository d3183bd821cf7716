"""What a change of writing may not do: make a word unreadable, change a number, say a number or a name where none was.

Each guard asks of one word what reread asks of the row, so that a row written under them says what its label says.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Literal

from hinglish.lexicon import NAMES, load
from hinglish.numeral_words import sense_of
from hinglish.readings import reads
from hinglish.script import nfc, script_of
from schemas.contract import Kind, intents
from schemas.example import Token, Utterance
from schemas.reread import text_reads

Hand = Literal["roman", "mixed", "devanagari"]
NUMBERS: frozenset[Kind] = frozenset({"amount", "count", "quantity"})


@cache
def number_slots() -> Mapping[str, Kind]:
    """The last part of a path whose leaf is a number, in every intent → its kind (amount, passengers, quantity)."""
    fields = [f for i in intents().values() for s in i.slots for f in (s, *s.fields)]
    return {f.name: f.kind for f in fields if f.kind in NUMBERS}


@cache
def digit_slots() -> frozenset[str]:
    """Slots that hold strings of digits: nothing touches them."""
    return frozenset(s.name for i in intents().values() for s in i.slots if s.kind == "digits")


@lru_cache(maxsize=1 << 10)
def kind_of(slots: tuple[str, ...]) -> Kind | None:
    """The number kind that a token's slots say, if any."""
    return next((number_slots()[s.rpartition(".")[2]] for s in slots if s.rpartition(".")[2] in number_slots()), None)


@lru_cache(maxsize=1 << 10)
def is_digits(slots: tuple[str, ...]) -> bool:
    """Is this a token of a phone or an order number?"""
    return any(s in digit_slots() for s in slots)


@lru_cache(maxsize=1 << 17)
def same_sense(new: str, old: str) -> bool:
    """Do two words say the same in a number?"""
    a, b = sense_of(new), sense_of(old)
    return (a is None and b is None) or (a is not None and b is not None and (a.role, a.value, a.name) == (b.role, b.value, b.name))


@lru_cache(maxsize=1 << 17)
def still_read(new: str, norm: str) -> bool:
    """Is `norm` among the first five readings of a word written so?"""
    return reads(new, norm) if " " not in norm else text_reads(new, norm)


@lru_cache(maxsize=1 << 17)
def may_stand(new: str, norm: str, old: str, slots: tuple[str, ...]) -> bool:
    """May a slotted word be written so? A number word must keep its sense, any other its label form."""
    return same_sense(new, old) if kind_of(slots) else still_read(new, norm) and same_sense(new, old)


@lru_cache(maxsize=1 << 16)
def only_name(word: str) -> bool:
    """Can this word be nothing but a name? Asks the whole lexicon whatever partition words are drawn from: a reader knows all names."""
    lexicon = load()
    lines = (*lexicon.by_roman.get(word.lower(), ()), *lexicon.by_deva.get(word, ()))
    return bool(lines) and all(e.cls in NAMES for e in lines)


def harmless(new: str, old: str) -> bool:
    """May a word outside all slots be written so: no new number, no new name?"""
    return same_sense(new, old) and not any(c.isdigit() for c in new) and (not only_name(new) or only_name(old))


def runs_of(utterance: Utterance) -> list[tuple[int, int, str]]:
    """[start, end) and path of every leaf that is said in one run of tokens which say nothing else."""
    found: dict[str, tuple[int, int]] = {}
    broken: set[str] = set()
    for i, token in enumerate(utterance):
        for path in token.slots:
            if len(token.slots) > 1 or not token.said or (path in found and found[path][1] != i):
                broken.add(path)
            found[path] = (found.get(path, (i, i))[0], i + 1)
    return [(a, b, path) for path, (a, b) in found.items() if path not in broken]


def hand_of(utterance: Utterance) -> Hand:
    """The script that a row is written in."""
    scripts = {script_of(t.text) for t in utterance if t.lang != "other"}
    return "mixed" if {"roman", "devanagari"} <= scripts else "devanagari" if "devanagari" in scripts else "roman"


def stands(token: Token, new: str) -> bool:
    """May this word be written so, by its place?"""
    if new == token.text or new != nfc(new):
        return False
    return may_stand(new, token.norm, token.text, token.slots) if token.slots else harmless(new, token.text)


@lru_cache(maxsize=1 << 16)
def stands_out(word: str) -> bool:
    """Would a reader of the row ask which slot this word belongs to: a number word, digits, or nothing but a name?"""
    return any(c.isdigit() for c in word) or sense_of(word) is not None or only_name(word)
