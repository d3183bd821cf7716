"""How one word is mistyped: a neighbouring key, two letters swapped, a sign or a dot left out. Strings only; who may slip is noise's.

Grapheme-safe: a letter falls only on a letter, a vowel sign on a vowel sign, and letters change places with their signs.
"""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

from generators.randomness import Random
from hinglish.lexicon import DATA
from hinglish.script import NUKTA, graphemes

Slip = Callable[[str, Random], str]  # a word mistyped, or "" where this draw hits nothing
Table = Callable[[str], tuple[str, ...]]  # every way in which a word may slip
_DEVA_SIGNS = frozenset("ािीुूेैोौंँ")


@cache
def neighbours() -> Mapping[str, str]:
    """Letter → the letters a finger may hit instead: beside, above, below, or the same key with the other shift; of one class."""
    out: dict[str, str] = {}
    tables = tomllib.loads((DATA / "keyboards.toml").read_text(encoding="utf-8"))
    for board in ("qwerty", "inscript"):
        keys = [(y, row["shift"] + x, cell) for y, row in enumerate(tables[board]["rows"]) for x, cell in enumerate(row["keys"])]
        for y, x, cell in keys:
            near = [c for v, u, c in keys if abs(v - y) <= 1 and abs(u - x) <= (1 if v == y else 0.8) and c != cell]
            for at, letter in enumerate(cell):
                with_shift = [c[min(at, len(c) - 1)] for c in near if c]
                out[letter] = "".join([o for o in (*cell, *with_shift) if o != letter and _class(o) == _class(letter)])
    return out


def _class(letter: str) -> str:
    if letter in _DEVA_SIGNS:
        return "sign"
    return "vowel" if letter in "अआइईउऊएऐओऔ" else "letter"


def near_key(text: str, rng: Random) -> str:
    """One letter of one grapheme as a neighbouring key, typed twice, or missed; the first one stays (people see it)."""
    parts = _graphemes(text)
    if len(parts) < 2:
        return ""
    at = 1 + int(rng.random() * (len(parts) - 1))
    how, part = rng.random(), parts[at]
    if how > 0.8 and part.isascii():
        return "".join((*parts[:at], part * 2 if how > 0.9 else "", *parts[at + 1 :]))
    inner = int(rng.random() * len(part))
    hits = neighbours().get(part[inner].lower(), "")
    if not hits:
        return ""
    hit = hits[int(rng.random() * len(hits))]
    hit = hit.upper() if part[inner].isupper() else hit
    return "".join((*parts[:at], part[:inner] + hit + part[inner + 1 :], *parts[at + 1 :]))


def swapped(text: str, rng: Random) -> str:
    """Two neighbouring graphemes swapped, the first one stays."""
    parts = _graphemes(text)
    if len(parts) < 4:
        return ""
    at = 1 + int(rng.random() * (len(parts) - 2))
    return "".join((*parts[:at], parts[at + 1], parts[at], *parts[at + 2 :]))


@lru_cache(maxsize=1 << 16)
def _graphemes(text: str) -> tuple[str, ...]:
    return tuple(text) if text.isascii() else tuple(graphemes(text))


# Vowel signs as people confuse or miss them, each as often as it stands here ("" is a sign left out).
_SIGN_SLIPS: Mapping[str, tuple[str, ...]] = {
    "ि": ("ी",),
    "ी": ("ि",),
    "ु": ("ू",),
    "ू": ("ु",),
    "ै": ("े",),
    "ौ": ("ो",),
    "ं": ("",),
    "ँ": ("ं", "ं", ""),
    "ा": ("",),
}


@lru_cache(maxsize=1 << 16)
def sign_slips(text: str) -> tuple[str, ...]:
    """A Devanagari word with one vowel sign or nasal mark dropped or swapped; the bare loss of ा only inside longer words."""
    out = []
    for i, c in enumerate(text):
        for other in _SIGN_SLIPS.get(c, ()):
            if not (c == "ा" and (len(text) < 5 or i == len(text) - 1)):
                out.append(text[:i] + other + text[i + 1 :])
    return tuple(out)


@lru_cache(maxsize=1 << 16)
def nukta_slips(text: str) -> tuple[str, ...]:
    """A word without its dots: all gone, or only those under letters that many keyboards hide (ड़ and ढ़ keep theirs)."""
    if NUKTA not in text:
        return ()
    kept = "".join([c for i, c in enumerate(text) if c != NUKTA or text[i - 1] in "डढ"])
    return tuple(dict.fromkeys(t for t in (kept, kept, text.replace(NUKTA, "")) if t != text))
