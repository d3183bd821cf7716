"""Which words of the message a value came from: the message as heard word by word, and each word of a value traced to one of them."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from hinglish.devanagarise import deva_keys, roman_key
from hinglish.identify import FALSE_FRIENDS, identify, odds_of_hindi
from hinglish.lexicon import Lang, Partition
from hinglish.readings import reads
from hinglish.script import ascii_digits, fold, nfc, script_of, words
from hinglish.speak import speak

SURE = 0.7  # log odds, about two to one, that a Roman word taken alone must have in the direction its sentence decided


class Heard(NamedTuple):
    """A word of a message: where it stands, as written, its language and label form as our kernel hears them in the sentence."""

    start: int
    end: int
    text: str
    lang: Lang
    norm: str


class Trace(NamedTuple):
    """A word of a value and the place of the word it came from, None where it came from none; `near` where only its sound agrees."""

    word: str
    place: int | None
    near: bool


def heard(message: str, partition: Partition | None = None) -> list[Heard]:
    """A message word by word; offsets are of its NFC form."""
    text = nfc(message)
    spans = words(text)
    tags = identify([text[a:b] for a, b in spans], partition)
    return [Heard(a, b, text[a:b], tag.lang, tag.norm) for (a, b), tag in zip(spans, tags, strict=True)]


@lru_cache(maxsize=1 << 16)
def same_sound(latin: str, deva: str, partition: Partition | None = None) -> bool:
    """Can a Latin word and a Devanagari one be one word? By their letters (a lossy key) or as English is said."""
    key = roman_key(latin.lower())
    if len(key) > 1 and key in deva_keys(deva):
        return True
    return latin.isascii() and fold(deva) in {fold(s) for s in speak(latin, partition)}


def sure(word: Heard, partition: Partition | None = None) -> bool:
    """Does a word by itself lean to the language that its sentence gave it? In Devanagari it was written so; Roman ones have their odds."""
    if script_of(word.text) != "roman":
        return True
    lower = word.text.lower()
    odds = FALSE_FRIENDS[lower] if lower in FALSE_FRIENDS else odds_of_hindi(lower, partition)
    return odds > SURE if word.lang == "hi" else odds < -SURE


@lru_cache(maxsize=1 << 16)
def likeness(value: str, written: str, norm: str, partition: Partition | None = None) -> int:
    """How surely a word of a value came from a word of the message: 3 as heard or as read, 2 as copied, 1 by its sound, 0 not at all."""
    if value == norm or reads(ascii_digits(written), value, 5, partition):
        return 3
    if value.lower() == written.lower() or fold(value) == fold(written):
        return 2
    scripts = script_of(value), script_of(written)
    if scripts == ("roman", "devanagari"):
        return int(same_sound(value, written, partition))
    if scripts == ("devanagari", "roman"):
        return int(same_sound(written, value, partition))
    if scripts == ("devanagari", "devanagari"):
        return int(bool(deva_keys(value) & deva_keys(written)))
    return int(scripts == ("roman", "roman") and script_of(norm) == "devanagari" and same_sound(value, norm, partition))


def trace(value: Sequence[str], message: Sequence[Heard], partition: Partition | None = None) -> list[Trace]:
    """Each word of a value to the word of the message that it came from: the likeliest, of equals the one that follows the last."""
    out: list[Trace] = []
    last = -1
    for word in value:
        best, at = (0, 0), None
        for place, said in enumerate(message):
            like = likeness(word, said.text, said.norm, partition)
            rank = (like, -abs(place - (last + 1)))
            if (like and rank > best) or (like and at is None):
                best, at = rank, place
        out.append(Trace(word, at, near=best[0] == 1))
        last = at if at is not None else last
    return out
