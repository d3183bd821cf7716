"""What stands for a value: one of the same kind and script, chosen by a keyed hash, so that one value has one surrogate under one key.

Names come from the lexicon's train partition, class and gender kept; a name that nobody listed gets one that women and men both bear, so
that any verb agrees. Phones come from the patterned list. Aadhaar and card numbers fail their check digit; a PAN's fourth and an IFSC's
fifth character are none that a real one has; e-mail and UPI ids end in "invalid". None is an identifier that hinglish.identifiers refuses.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from hinglish.identifiers import luhn, patterned_phones, unsafe, verhoeff
from hinglish.lexicon import Entry
from hinglish.script import ascii_digits, fold, script_of
from serve.keys import Keys
from serve.vocabulary import NAMED, Word, key, single, word_of

Kind = Literal["name", "phone", "aadhaar", "card", "account", "pin", "number", "pan", "ifsc", "upi", "email", "url", "code"]
DIGITS = "0123456789"
CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I and O: they are read as digits
NO_PAN = "DEIKMNOQRSUVWXYZ"  # letters that no PAN has in its fourth place
_SOUND = (
    ("chh", "c"), ("sh", "s"), ("ch", "c"), ("ph", "f"), ("kh", "k"), ("gh", "g"), ("th", "t"), ("dh", "d"), ("bh", "b"), ("jh", "j"),
    ("w", "v"), ("z", "j"), ("q", "k"), ("x", "ks"), ("ee", "i"), ("oo", "u"), ("y", "i"), ("a", ""), ("m", "n"),
)  # fmt: skip
_DEVA_SOUND = str.maketrans(
    "कखगघङचछजझञटठडढणतथदधनपफबभमयरलळवशषसहंँअआइईउऊऋएऐओऔािीुूृेैोौॉऑ",
    "kkggnccjjnttddnttddnpfbbnirllvssshnn  iiuureiou iiuureiouoo")  # fmt: skip


_NO_LETTER, _TWICE = re.compile("[^a-z]"), re.compile(r"(.)\1+")


class Stand(NamedTuple):
    """A surrogate name: in Roman, in Devanagari, and as a label has it."""

    roman: str
    deva: str
    norm: str

    def written(self, like: str) -> str:
        """In the script and case of the word it stands for."""
        if script_of(like) == "devanagari":
            return self.deva
        if len(like) > 1 and like.isupper():
            return self.roman.upper()
        return self.roman.capitalize() if like[:1].isupper() else self.roman.lower()


@lru_cache(maxsize=1 << 13)
def sound(word: str) -> str:
    """How an unlisted name sounds, roughly, alike for both scripts: थंगावेलु and Thangavelu are one. Vowels a are dropped, letters paired off."""
    if script_of(word) == "devanagari":
        out = _NO_LETTER.sub("", fold(word).translate(_DEVA_SOUND))
    else:
        out = word.lower()
        for a, b in _SOUND:
            out = out.replace(a, b)
    return _TWICE.sub(r"\1", out)


@cache
def pool(cls: str, gender: str) -> tuple[Entry, ...]:
    """Who may stand for a name of a class and gender ("" any), in the order of the lexicon."""
    found = [e for e in single(cls) if gender in ("", e.gender)]
    if cls == "place":
        found = [e for e in found if e.get("type") in ("city", "town")]
    if cls == "foreign":
        found = [e for e in found if e.get("type") == ("person" if gender in ("m", "f") else "city")]
    return tuple(found)


def build_pools() -> None:
    """Every pool that a message may ask for, so that none waits for it."""
    for cls in NAMED:
        for gender in ("", "m", "f", "u", "-"):
            pool(cls, gender)


def _pool_for(word: Word) -> tuple[Entry, ...]:
    """Of a small class with nobody else in it, anybody."""
    if word.entry is None:
        return pool("given", "u")
    entry = word.entry
    gender = entry.gender if entry.cls in ("given", "artist") or entry.get("type") == "person" else ""
    if entry.cls == "foreign" and gender not in ("m", "f"):
        gender = "-" if entry.get("type") != "person" else "m"
    return pool(entry.cls, gender) or pool("given", "u")


class Surrogates:
    """The keyed map. What it says follows from the key and the value alone; the last names asked for are kept in memory, nothing on disk."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self.name = lru_cache(maxsize=1 << 12)(self._name)

    def _number(self, what: str) -> int:
        return int.from_bytes(self._keys.digest(what)[:8])

    def _name(self, text: str) -> Stand:
        """Who stands for a name; never itself."""
        word = word_of(text)
        who = word.entry.norm if word.entry else sound(text) or key(text)
        choices = _pool_for(word)
        at = self._number(f"name/{who}")
        for step in range(len(choices)):
            entry = choices[(at + step) % len(choices)]
            roman, deva = entry.roman[0][0], entry.deva[0]
            if entry.norm != who and key(text) not in (roman, fold(deva)) and sound(roman) != sound(text):
                return Stand(roman, deva, entry.norm)
        raise ValueError("a pool of one name cannot stand for it")  # no pool is so small

    def digits(self, value: str, kind: Kind) -> str:
        """As many digits, of the same kind; never the value, never one that may be somebody's."""
        if kind == "phone":
            choices = [phone for phone in _phones() if phone != value[-10:]]
            return value[:-10] + choices[self._number(f"phone/{value[-10:]}") % len(choices)]
        for attempt in range(1000):
            stream = self._keys.digest(f"{kind}/{value}/{attempt}")
            stream += self._keys.digest(f"{kind}/{value}/{attempt}/more")
            new = value[0] + "".join([str(b % 10) for b in stream[: len(value) - 1]]) if len(value) > 4 else _short(value, stream)
            if 2 * sum(a != b for a, b in zip(new, value, strict=True)) >= len(value) and _harmless(new, kind):
                return new
        raise ValueError(f"no surrogate of {len(value)} digits")  # one in a thousand tries always holds

    def code(self, value: str) -> str:
        """A code of the same shape: letters for letters, digits for digits, marks as they are. "4471-AX" and "4471ax" are one value."""
        bare = bare_code(value)
        for attempt in range(1000):
            stream = iter(b"".join([self._keys.digest(f"code/{bare}/{attempt}/{n}") for n in range(1 + len(bare) // 32)]))
            new = "".join([_like(c, stream) for c in value])
            if bare_code(new) != bare and not unsafe(new):
                return new
        raise ValueError("no surrogate of this shape")  # one in a thousand tries always holds

    def patterned(self, value: str, kind: Kind) -> str:
        """A PAN, IFSC, UPI id, e-mail or address on the web that looks like one and cannot be one."""
        if kind == "pan":
            new = self.code(value)
            letter = NO_PAN[self._number(f"pan/{value.upper()}") % len(NO_PAN)]
            return new[:3] + (letter if value[3].isupper() else letter.lower()) + new[4:]
        if kind == "ifsc":
            new = self.code(value)
            return new[:4] + str(1 + self._number(f"ifsc/{value.upper()}") % 9) + new[5:]
        choices = pool("given", "")
        at = self._number(f"{kind}/{value.lower()}")
        who = f"{choices[at % len(choices)].roman[0][0]}{at % 89 + 10}"
        return {"email": f"{who}@mail.invalid", "upi": f"{who}@invalid"}.get(kind, f"https://{who}.invalid")


@cache
def _phones() -> tuple[str, ...]:
    return tuple(sorted(patterned_phones()))


def bare_code(code: str) -> str:
    """A code as a label has it: capitals and digits alone."""
    return "".join([c for c in ascii_digits(code).upper() if c.isascii() and c.isalnum()])


def _like(c: str, stream: Iterator[int]) -> str:
    """A character for one of a code's."""
    if "०" <= c <= "९":
        return chr(0x966 + next(stream) % 10)
    if c in DIGITS:
        return DIGITS[next(stream) % 10]
    if c.isascii() and c.isalpha():
        letter = CAPITALS[next(stream) % len(CAPITALS)]
        return letter if c.isupper() else letter.lower()
    return c


def _short(value: str, stream: bytes) -> str:
    """A house, a sector: as many digits, the first not 0."""
    first = str(1 + stream[0] % 9) if value[0] != "0" else "0"
    return first + "".join([str(b % 10) for b in stream[1 : len(value)]])


def _harmless(digits: str, kind: Kind) -> bool:
    if kind == "pin":
        return digits[-3:] != "000"
    if (kind == "card" and luhn(digits)) or (kind == "aadhaar" and verhoeff(digits)):
        return False
    return not unsafe(digits) and (len(digits) != 12 or not verhoeff(digits)) and (len(digits) < 13 or not luhn(digits))
