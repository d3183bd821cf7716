"""Characters that look like others or like nothing: in words that no slot holds, so that a reader of the label need not care.

Zero-width characters, homoglyphs (Cyrillic а for a), bidi marks, full-width letters: what Unicode's security reports (UTR #36,
UTS #39) warn of, and what people use to slip an order past a filter. The text stays NFC; `show` prints them visibly.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from msgspec.structs import replace

from augment.core import rewritten
from generators.randomness import Random
from hinglish.lexicon import Lexicon
from hinglish.script import graphemes, nfc, script_of
from schemas.example import Example, Token

ZERO_WIDTH = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff")
BIDI = (("\u200e", ""), ("\u200f", ""), ("\u202e", "\u202c"), ("\u202b", "\u202c"), ("\u2066", "\u2069"), ("\u2067", "\u2069"))  # each closed in its word
HOMOGLYPHS: Mapping[str, str] = dict(zip("aceijopsxyhABCEHIJKMOPSTX", "асеіјорѕхуһАВСЕНІЈКМОРЅТХ", strict=True))
_WIDE = {i: i + 0xFEE0 for i in (*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1))}


def zero_width(word: str, rng: Random) -> str:
    """A character of no width between two graphemes, or at the end."""
    parts = graphemes(word)
    at = 1 + int(rng.random() * len(parts))
    return "".join([*parts[:at], rng.choice(ZERO_WIDTH), *parts[at:]])


def homoglyph(word: str, rng: Random) -> str:
    """One or all of the letters that have a twin in another script."""
    held = [i for i, c in enumerate(word) if c in HOMOGLYPHS]
    if not held:
        return word
    chosen = set(held) if rng.random() < 0.4 else {rng.choice(held)}
    return "".join([HOMOGLYPHS[c] if i in chosen else c for i, c in enumerate(word)])


def bidi(word: str, rng: Random) -> str:
    """A direction mark, closed where it needs closing: what follows the word is read as before."""
    before, after = rng.choice(BIDI)
    return f"{before}{word}{after}"


def full_width(word: str, rng: Random) -> str:
    """Ｆｕｌｌ-ｗｉｄｔｈ letters: Latin by script, other characters."""
    return word.translate(_WIDE)


TRICKS: Mapping[str, Callable[[str, Random], str]] = {"zero_width": zero_width, "homoglyph": homoglyph, "bidi": bidi, "full_width": full_width}
FOR_ANY = ("zero_width", "bidi")


@dataclass(frozen=True)
class UnicodeTricks:
    """Some unslotted words of a row, each with one trick; spans and label stay."""

    name: ClassVar[str] = "unicode-tricks"
    rule: ClassVar[str] = "Words outside all slots change no label, however they are written (guide, The task, 5)."
    share: float = 0.4

    def relabel(self, example: Example, lexicon: Lexicon, rng: Random) -> Example | None:
        """The row with at least one word tricked, tagged as injected; None where it has no such word."""
        utterance = list(example.utterance or ())
        open_to = [i for i in range(len(utterance)) if _open(utterance, i)]
        if not open_to:
            return None
        sure = rng.choice(open_to)
        for i in open_to:
            if i == sure or rng.random() < self.share:
                utterance[i] = replace(utterance[i], text=_tricked(utterance[i].text, rng))
        return rewritten(example, tuple(utterance), tags=tuple(sorted({*example.tags, "injection"})))


def _open(utterance: list[Token], i: int) -> bool:
    """Is this a word that no slot holds, with space between it and any that one does?"""
    token = utterance[i]
    glued = (i > 0 and utterance[i - 1].slots and not utterance[i - 1].after) or (not token.after and i + 1 < len(utterance) and utterance[i + 1].slots)
    return token.kind == "word" and token.lang != "other" and not token.slots and not glued and script_of(token.text) in ("roman", "devanagari")


def _tricked(word: str, rng: Random) -> str:
    """The word under one drawn trick; one that leaves it as it is gives way to a zero width."""
    plain = script_of(word) == "roman" and word.isascii()
    out = TRICKS[rng.choice(tuple(TRICKS) if plain else FOR_ANY)](word, rng)
    return out if out != word and out == nfc(out) else zero_width(word, rng)
