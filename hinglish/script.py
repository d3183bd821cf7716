"""Unicode hygiene: one form of every text, graphemes, the script of a word, digits.

NFC is the one form. Unicode excludes क़ ख़ ग़ ज़ ड़ ढ़ फ़ य़ from composition, so under NFC they are always letter + nukta:
one nukta form, by the standard itself (UAX #15, composition exclusions). Nothing here uses isalpha, \\w or \\b, which break
on vowel signs (हिन्दी.isalpha() is False).
"""

import unicodedata
from functools import lru_cache
from typing import Literal

import regex

Script = Literal["roman", "devanagari", "mixed", "other"]

NUKTA = "\u093c"
JOINERS = "\u200c\u200d"
_LATIN = regex.compile(r"\p{Script=Latin}")
_DEVANAGARI = regex.compile(r"[\p{Script=Devanagari}--[०-९।॥॰ॐ]]", regex.V1)
_WORD = regex.compile(r"(?:[\p{L}\p{N}][\p{M}\u200c\u200d]*)+(?:['’.&@_+/:,-]?(?:[\p{L}\p{N}][\p{M}\u200c\u200d]*)+)*|[^\s\p{L}\p{N}]\p{M}*", regex.V1)
_GRAPHEME = regex.compile(r"\X")
_CONTROL = regex.compile(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}--[\t\n]]", regex.V1)
_TO_ASCII = {ord("०") + i: str(i) for i in range(10)}
_DEVA_DIGITS = frozenset(map(chr, _TO_ASCII))
_TO_DEVA = {ord("0") + i: chr(ord("०") + i) for i in range(10)}


def nfc(text: str) -> str:
    """The one form of a text. Done once, where text enters."""
    return unicodedata.normalize("NFC", text)


def graphemes(text: str) -> list[str]:
    """User-perceived characters (UAX #29): the smallest unit an augmenter may touch."""
    return [m[0] for m in _GRAPHEME.finditer(text)]


def words(text: str) -> list[tuple[int, int]]:
    """[start, end) in code points of every word, number or mark; what stands between is white space."""
    return [m.span() for m in _WORD.finditer(text)]


@lru_cache(maxsize=1 << 17)
def script_of(text: str) -> Script:
    """The script of a word or message: digits, marks and emoji count for nothing.

    Danda and ॐ are shared by many scripts and ०–९ are digits: none of them makes a text Devanagari.
    """
    latin, deva = _LATIN.search(text), _DEVANAGARI.search(text)
    if latin and deva:
        return "mixed"
    if latin:
        return "roman"
    return "devanagari" if deva else "other"


def ascii_digits(text: str) -> str:
    """०–९ become 0–9; nothing else changes (int() and \\d would take every script's digits)."""
    return text if text.isascii() or _DEVA_DIGITS.isdisjoint(text) else text.translate(_TO_ASCII)


def devanagari_digits(text: str) -> str:
    """0–9 become ०–९."""
    return text.translate(_TO_DEVA)


def visible(text: str) -> str:
    """Safe to print: control, bidi and zero-width characters are shown as ⟨U+200D⟩ (UTR #36)."""
    return "".join([f"⟨U+{ord(c):04X}⟩" if _CONTROL.match(c) else c for c in text])


_FOLD = {
    ord(NUKTA): None, ord("\u0901"): "\u0902", 0x200C: None, 0x200D: None,  # nukta dropped, ँ read as ं, joiners dropped
}
_NASAL = regex.compile(r"ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढ])|न्(?=[त-ध])|म्(?=[प-भ])")
_FOLD_PAIRS = (("यी", "ई"), ("ये", "ए"), ("यीं", "ईं"), ("येँ", "एं"))


@lru_cache(maxsize=1 << 17)
def fold(word: str) -> str:
    """Devanagari with its free spellings folded: no nukta, ँ as ं, यी as ई, ये as ए, nasal letter before its class as ं.

    For comparing spellings that careful writers differ in (गये/गए, हिन्दी/हिंदी, पांच/पाँच), never for labels.
    """
    out = nfc(word).translate(_FOLD)
    for a, b in _FOLD_PAIRS:
        out = out.replace(a, b)
    return str(_NASAL.sub("ं", out)).lower()
