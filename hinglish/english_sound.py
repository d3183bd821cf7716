"""How India says and hears English: words → phones → Devanagari, and Devanagari → the English words that sound so.

Phones are CMUdict's (ARPAbet), said the Indian way: t, d retroflex ट ड; th, dh dental थ द; v and w both व; r always said; a weak
vowel takes the colour of its letter (Gargesh 2008, Indian English phonology). A word with no phones is sounded by letter rules.
"""

import re  # the keys are ASCII: the plain engine is the quicker one here
from functools import cache, lru_cache
from typing import NamedTuple

from hinglish.akshara import sounds
from hinglish.english import met, sayings, zipf

CONSONANTS = {
    "P": "प", "B": "ब", "T": "ट", "D": "ड", "K": "क", "G": "ग", "CH": "च", "JH": "ज", "F": "फ", "V": "व", "TH": "थ", "DH": "द", "S": "स",
    "Z": "ज़", "SH": "श", "ZH": "ज़", "HH": "ह", "M": "म", "N": "न", "L": "ल", "R": "र", "Y": "य", "W": "व",
}
VOWELS = {"AA": "आ", "AE": "ऐ", "AH": "अ", "AO": "ऑ", "AW": "आउ", "AY": "आइ", "EH": "ए", "ER": "अ", "EY": "ए", "IH": "इ", "IY": "ई",
    "OW": "ओ", "OY": "ऑइ", "UH": "उ", "UW": "ऊ"}
WEAK = {"a": "अ", "e": "अ", "i": "इ", "o": "अ", "u": "अ", "y": "इ"}
LETTERS = {
    "a": ("ए",), "b": ("बी",), "c": ("सी",), "d": ("डी",), "e": ("ई",), "f": ("एफ", "एफ़"), "g": ("जी",), "h": ("एच",), "i": ("आई", "आइ"),
    "j": ("जे",),
    "k": ("के",), "l": ("एल",), "m": ("एम",), "n": ("एन",), "o": ("ओ",), "p": ("पी",), "q": ("क्यू",), "r": ("आर",), "s": ("एस",),
    "t": ("टी",),
    "u": ("यू",), "v": ("वी",), "w": ("डब्ल्यू", "डब्लू"), "x": ("एक्स",), "y": ("वाई", "वाइ"), "z": ("ज़ेड", "जेड"),
}
# What a vowel phone may be in Devanagari beyond the first choice, with a cost; the letters used to guess are in the phones' order.
HEARD: dict[str, dict[str, float]] = {
    "AA": {"आ": 0, "ऑ": 0, "ओ": 0.7, "अ": 1.2, "ए": 2.5}, "AE": {"ऐ": 0, "ए": 0.3, "आ": 0.6, "अ": 1.0},
    "AH": {"अ": 0, "": 0.3, "आ": 0.7, "ए": 0.8, "इ": 0.7, "ओ": 0.7, "ऑ": 0.9, "उ": 1.0, "ई": 1.3, "ऊ": 2.0, "ऐ": 1.5},
    "AO": {"ऑ": 0, "आ": 0.3, "ओ": 0.3, "अ": 1.0, "औ": 0.7, "उ": 1.5}, "AW": {"आउ": 0, "आऊ": 0.2, "औ": 0.4, "आओ": 0.6, "आ": 1, "ओ": 1.2},
    "AY": {"आइ": 0, "आई": 0.1, "ऐ": 2.0, "आय": 0.3, "इ": 1.0, "ई": 1.0, "ए": 1.5},
    "EH": {"ए": 0, "ऐ": 0.3, "अ": 1.2, "इ": 1.2, "आ": 1.6}, "ER": {"अ": 0, "": 0.2, "आ": 0.6, "ओ": 0.7, "इ": 0.7, "ए": 0.7, "उ": 0.7,
    "यू": 1, "यऊ": 1},
    "EY": {"ए": 0, "ऐ": 0.4, "एइ": 0.4, "आ": 0.9, "एई": 0.5, "अ": 1.5, "ई": 1.5},
    "IH": {"इ": 0, "ई": 0.3, "ए": 0.5, "अ": 0.8, "": 1.0, "आइ": 1.3, "ऐ": 1.5},
    "IY": {"ई": 0, "इ": 0.1, "ए": 0.8, "आइ": 1.5, "यई": 0.5}, "OW": {"ओ": 0, "ऑ": 0.4, "औ": 0.4, "आ": 1.0, "अ": 1.5},
    "OY": {"ऑइ": 0, "ऑय": 0, "ओय": 0.1, "ओइ": 0.1, "ॉई": 0.1, "ऑई": 0.1, "ओई": 0.2, "आय": 0.6},
    "UH": {"उ": 0, "ऊ": 0.2, "ओ": 0.8, "यऊ": 0.3, "यउ": 0.3, "अ": 1.2, "योऊ": 1},
    "UW": {"ऊ": 0, "उ": 0.2, "यऊ": 0.2, "यउ": 0.3, "ओ": 1.0}, "": {"": 0, "अ": 0.1},
}
CLASS = {
    "क": "k", "ख": "k", "ग": "g", "घ": "g", "ङ": "n", "च": "c", "छ": "c", "ज": "j", "झ": "j", "ञ": "n", "ट": "t", "ठ": "t", "ड": "d",
    "ढ": "d", "ण": "n",
    "त": "t", "थ": "t", "द": "d", "ध": "d", "न": "n", "प": "p", "फ": "f", "ब": "b", "भ": "b", "म": "m", "र": "r", "ल": "l", "ळ": "l",
    "व": "v",
    "श": "s", "ष": "s", "स": "s", "ह": "h",
}
PHONE_CLASS = {
    "P": "p", "B": "b", "T": "t", "D": "d", "K": "k", "G": "g", "CH": "c", "JH": "j", "F": "f", "V": "v", "TH": "t", "DH": "d", "S": "s",
    "Z": "j", "SH": "s",
    "ZH": "j", "HH": "h", "M": "m", "N": "n", "NG": "ng", "L": "l", "R": "r", "ER": "r", "W": "v",
}
FIT: dict[str, dict[str, float]] = {  # cost of hearing a phone as this letter; what is not listed costs nothing
    "T": {"त": 0.7, "थ": 1.0, "ठ": 1.0}, "D": {"द": 0.8, "ध": 1.5, "ढ": 1.2}, "TH": {"ट": 0.7, "त": 0.5, "ठ": 0.6},
    "DH": {"ड": 0.7, "ध": 0.4}, "K": {"ख": 1.2}, "G": {"घ": 1.5},
    "S": {"श": 0.7, "ष": 1.2}, "SH": {"स": 0.8}, "JH": {"झ": 1}, "Z": {"स": 0.5, "झ": 1.5}, "ZH": {"श": 0.2, "स": 0.8}, "CH": {"छ": 0.8},
    "B": {"भ": 1.5}, "N": {"ण": 1.2},
}
_GEMINATE = re.compile(r"([^n])\1+")
_NASAL = re.compile(r"m(?=[pbf])")


MISFIT = 3.0


MOVABLE = frozenset(("Z", "AW", "OW", "UW", "NG"))


class Heard(NamedTuple):
    """An English word with its phones, stress dropped."""

    word: str
    phones: tuple[str, ...]


def _key(classes: str) -> str:
    return _GEMINATE.sub(r"\1", _NASAL.sub("n", classes))


def _phone_key(said: tuple[str, ...]) -> str:
    out = [PHONE_CLASS.get(p, "") for p in said]
    for i, phone in enumerate(said[:-1]):
        if phone == "NG" and said[i + 1] in ("K", "G"):
            out[i] = "n"
    return "".join(out)


def _ways(said: tuple[str, ...]) -> set[tuple[str, ...]]:
    """A pronunciation and how India may write it otherwise: z as s, a glide v after a rounded vowel (पावर), h lost after ng and w."""
    out = {said}
    if MOVABLE.isdisjoint(said):
        return out
    if "Z" in said:
        out.add(tuple("S" if p == "Z" else p for p in said))
        out.add((*said[:-1], "S" if said[-1] == "Z" else said[-1]))
    for way in tuple(out):
        for i, phone in enumerate(way[:-1]):
            if phone in ("AW", "OW", "UW") and way[i + 1] in VOWELS:
                out.add((*way[: i + 1], "V", *way[i + 1 :]))
            if phone == "NG" and way[i + 1] == "HH":
                out.add((*way[: i + 1], *way[i + 2 :]))
    return out


@cache
def _index() -> dict[str, list[Heard]]:
    """Consonant skeleton → the English words that have it."""
    out: dict[str, list[Heard]] = {}
    for word, raw in sayings().items():
        if word in met() and word.isalpha():  # a word that no running text has is a rare surname
            for each in raw.split("|"):
                ways = _ways(tuple(each.partition("#")[0].split()))
                if word.endswith("ed"):  # said as it is spelled: स्विच्ड
                    ways |= {(*way[:-1], "D") for way in ways if way[-1] == "T"}
                for said in ways:
                    out.setdefault(_key(_phone_key(said)), []).append(Heard(word, said))
    return out


class Skeleton(NamedTuple):
    """A word as consonants with the vowels between them: len(vowels) = len(consonants) + 1."""

    key: str
    consonants: tuple[str, ...]
    vowels: tuple[str, ...]


def skeleton(deva: str) -> Skeleton:
    """Devanagari → its consonant skeleton; य counts as a vowel, nasal signs as n."""
    letters: list[str] = []
    slots: list[str] = [""]
    for sound in sounds(deva.replace("व्ह", "व")):
        letter = sound.letter[0]
        if sound.is_vowel:
            slots[-1] += "" if sound.inherent and sound.silent == 1.0 else sound.letter
            if sound.nasal in ("ं", "ँ"):
                letters.append("न")
                slots.append("")
        elif letter == "य":
            slots[-1] += "य"
        elif letter in CLASS:
            if letters and CLASS[letters[-1][0]] == CLASS[letter] and slots[-1] == "" and CLASS[letter] != "n":
                continue
            letters.append(sound.letter)
            slots.append("")
    return Skeleton(_key("".join(CLASS[c[0]] for c in letters)), tuple(letters), tuple(slots))


@lru_cache(maxsize=1 << 15)
def _slots(said: tuple[str, ...]) -> tuple[list[str], list[tuple[str, ...]]]:
    letters: list[str] = []
    slots: list[list[str]] = [[]]
    for i, phone in enumerate(said):
        if phone in VOWELS:
            slots[-1].append(phone)
        if phone in PHONE_CLASS:
            if phone != "ER" and letters and PHONE_CLASS[letters[-1]] == PHONE_CLASS[phone] and not slots[-1]:
                continue
            parts = ("N", "G") if phone == "NG" and not (i + 1 < len(said) and said[i + 1] in ("K",
            "G")) else ("N",) if phone == "NG" else (phone,)
            for part in parts:
                letters.append(part)
                slots.append([])
        elif phone == "Y":
            slots[-1].append("Y")
    return letters, [tuple(s) for s in slots]


@lru_cache(maxsize=1 << 14)
def _slot_forms(slot: tuple[str, ...]) -> dict[str, float]:
    forms = {"": 0.0}
    if not slot:
        return HEARD[""]
    for i, phone in enumerate(slot):
        options = {"य": 0.0, "": 0.2, "इय": 0.1, "ई": 0.3, "इ": 0.3} if phone == "Y" else HEARD[phone]
        grown: dict[str, float] = {}
        for head, cost in forms.items():
            for tail, extra in options.items():
                for glide in ("", "य") if i and head and phone != "Y" else ("",):
                    text = head + glide + tail
                    grown[text] = min(grown.get(text, 9.0), cost + extra)
        forms = grown
    return forms


def misfit(heard: Skeleton, said: tuple[str, ...]) -> float:
    """How badly a Devanagari word fits a pronunciation; 0 is as India would say it, 9 and more is another word."""
    letters, slots = _slots(said)
    if len(letters) != len(heard.consonants):
        return MISFIT + abs(len(letters) - len(heard.consonants))
    cost = 0.0
    for phone, letter in zip(letters, heard.consonants, strict=True):
        fits = FIT.get(phone)
        if fits:
            cost += fits.get(letter[0], 0.0)
    for i, (slot, vowels) in enumerate(zip(slots, heard.vowels, strict=True)):
        forms = _slot_forms(slot)
        if vowels in forms:
            cost += forms[vowels]
        elif vowels.replace("अ", "") in forms:
            cost += forms[vowels.replace("अ", "")] + 0.2
        elif i == len(slots) - 1 and vowels in ("अ", "") and not slot:
            cost += 0.1
        else:
            cost += MISFIT
    return cost


@lru_cache(maxsize=1 << 15)
def heard_as(deva: str, most: int = 5) -> tuple[tuple[str, float], ...]:
    """The English words that a Devanagari word may be by sound, with their misfit, best first by fit and frequency."""
    shape = skeleton(deva)
    best: dict[str, float] = {}
    for word, said in _index().get(shape.key, ()):
        cost = misfit(shape, said)
        best[word] = min(cost, best.get(word, 99.0))
    return tuple(sorted(best.items(), key=_rank)[:most])


def _rank(item: tuple[str, float]) -> float:
    return item[1] - 0.5 * zipf(item[0])
