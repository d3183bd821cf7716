"""Roman → Devanagari for words that no list has: letters by rule, ranked by a trigram model of Hindi spelling."""

from collections import Counter
from functools import cache, lru_cache
from heapq import nsmallest
from math import log

import regex

from hinglish.akshara import SIGNS, VIRAMA
from hinglish.hindi_words import hindi_words
from hinglish.lexicon import Partition

Options = tuple[tuple[str, float], ...]

BEAM = 10
_SEGMENTS = regex.compile(
    r"chh|ksh|gy|ch|kh|gh|jh|th|dh|ph|bh|sh|ck|aa|ai|ay(?![aeiou])|au|aw(?![aeiou])|ee|ii|ie$|ei|oo|ou|uu|ow(?![aeiou])|[a-z]"
)
_VOWELS: dict[str, Options] = {
    "a": (("अ", 0.3), ("आ", 0.9)), "aa": (("आ", 0.0),), "ai": (("ऐ", 0.3), ("आई", 1.2)), "ay": (("ऐ", 1.0), ("े", 1.0), ("अय", 0.8)),
    "au": (("औ", 0.2), ("आउ", 1.5)), "aw": (("औ", 0.6), ("आव", 0.8)),
    "e": (("ए", 0.1), ("ऐ", 2.5)), "ee": (("ई", 0.05),), "ii": (("ई", 0.05),), "ie": (("ई", 0.3), ("िए", 1)),
    "ei": (("ए", 0.6), ("ेई", 1.2)), "i": (("इ", 0.4), ("ई", 0.9)),
    "o": (("ओ", 0.1),), "oo": (("ऊ", 0.2), ("उ", 1.8)), "ou": (("औ", 0.6), ("ओ", 1.0)), "uu": (("ऊ", 0.1),),
    "ow": (("ओ", 0.6), ("औ", 0.8)), "u": (("उ", 0.4), ("ऊ", 1.0)),
}
_FINAL: dict[str, Options] = {"a": (("आ", 0.1), ("अ", 2.5)), "i": (("ई", 0.2), ("इ", 1.8)), "u": (("ऊ", 0.5), ("उ", 0.9)),
    "ay": (("ए", 0.6), ("अय", 0.8)), "ey": (("ए", 0.2),)}
_CONSONANTS: dict[str, Options] = {
    "b": (("ब", 0),), "bh": (("भ", 0),), "c": (("क", 0.4), ("च", 1.5), ("स", 1.6)), "ch": (("च", 0.3), ("छ", 1.3)), "chh": (("छ", 0.1),),
    "ck": (("क", 0),), "d": (("द", 0.5), ("ड", 1.0), ("ड़", 1.5)),
    "dh": (("ध", 0.3), ("ढ", 1.2), ("ढ़", 1.6)), "f": (("फ", 0.1),), "g": (("ग", 0),), "gh": (("घ", 0.1),),
    "gy": (("ज्ञ", 0.6), ("ग्य", 0.9)), "h": (("ह", 0),), "j": (("ज", 0),), "jh": (("झ", 0.1),),
    "k": (("क", 0),), "kh": (("ख", 0.1),), "ksh": (("क्ष", 0.1),), "l": (("ल", 0),), "m": (("म", 0),), "n": (("न", 0.1), ("ण", 2.0)),
    "p": (("प", 0),), "ph": (("फ", 0.1),), "q": (("क़", 0.3), ("क", 1.0)),
    "r": (("र", 0.05), ("ड़", 2.8)), "s": (("स", 0),), "sh": (("श", 0.2), ("ष", 1.6)), "t": (("त", 0.5), ("ट", 0.9)),
    "th": (("थ", 0.4), ("ठ", 1.2), ("त", 2.0)), "v": (("व", 0),), "w": (("व", 0),),
    "x": (("क्स", 0.2),), "y": (("य", 0),), "z": (("ज़", 0.1),),
}


@cache
def _grams(partition: Partition | None = None) -> tuple[Counter[str], Counter[str]]:
    """Counts of letter triples of Hindi words and of the pairs that begin them."""
    triples: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for word in hindi_words(partition):
        marked = f"<<{word}>"
        for i in range(len(marked) - 2):
            triples[marked[i : i + 3]] += 1
            pairs[marked[i : i + 2]] += 1
    return triples, pairs


@lru_cache(maxsize=1 << 16)
def _surprise(pair: str, letter: str, partition: Partition | None = None) -> float:
    triples, pairs = _grams(partition)
    return -log((triples[pair + letter] + 0.05) / (pairs[pair] + 4.0))


def _spell(text: str, tail: str, partition: Partition | None = None) -> float:
    cost = 0.0
    for letter in tail:
        cost += _surprise(("<<" + text)[-2:], letter, partition)
        text += letter
    return cost


def _tails(text: str, segment: str, last: bool, after: str) -> list[tuple[str, float]]:
    """What a Roman segment may add to a Devanagari beginning."""
    consonant_open = bool(text) and ("क" <= text[-1] <= "ह" or text[-1] == "़")
    if segment in _VOWELS:
        options = _FINAL.get(segment, _VOWELS[segment]) if last else _VOWELS[segment]
        if not consonant_open:
            return [(v, c) for v, c in options if v[0] not in SIGNS.values()]
        return [(("" if v[0] == "अ" else SIGNS.get(v[0], v[0])) + v[1:], c) for v, c in options]
    options = _CONSONANTS[segment]
    out = [(c, cost) for c, cost in options]
    if segment in ("n", "m") and text and not consonant_open and after and after not in _VOWELS and after not in "yhrlvw":
        out = [("ं", 0.2), *((c, cost + 1.2) for c, cost in out)]
    elif segment == "n" and last and text and text[-1] in "ाोेीूआओएईऊ":
        out = [*((c, cost + 0.3) for c, cost in out), ("ं", 0.7)]
    return out


@lru_cache(maxsize=1 << 15)
def guesses(roman: str, most: int = 3, partition: Partition | None = None) -> tuple[str, ...]:
    """Devanagari spellings of a Roman word by rule, best first; empty only where the word has no letters a–z."""
    if roman.endswith("iyan") and len(roman) > 5:  # the plural of words in ी
        return tuple(stem + "ँ" for stem in guesses(roman[:-1] + "a", most, partition))
    parts = _SEGMENTS.findall(roman)
    beam: dict[str, float] = {"": 0.0}
    for i, segment in enumerate(parts):
        last = i == len(parts) - 1
        after = "" if last else parts[i + 1]
        before_consonant = i > 0 and parts[i - 1] not in _VOWELS and segment not in _VOWELS
        grown: dict[str, float] = {}
        for text, cost in beam.items():
            for tail, extra in _tails(text, segment, last, after):
                joins: tuple[tuple[str, float], ...] = (("", 0.0),)
                if before_consonant and text and text[-1] not in "ं" and tail != "ं":
                    same = parts[i - 1][0] == segment[0]
                    joins = ((VIRAMA, 0.0),) if same else ((VIRAMA, 0.7), ("", 0.7))
                for join, price in joins:
                    new = join + tail
                    total = cost + extra + price + 0.5 * _spell(text, new, partition)
                    if total < grown.get(text + new, 1e9):
                        grown[text + new] = total
        beam = dict(nsmallest(BEAM, grown.items(), key=_second))
    done = {text: cost + 0.5 * _surprise(("<<" + text)[-2:], ">", partition) for text, cost in beam.items() if text}
    return tuple(text for text, _ in nsmallest(most, done.items(), key=_second))


def may_begin(roman: str, deva: str) -> bool:
    """Can a guess at a Roman word begin as a Devanagari one does? False is sure."""
    parts = _SEGMENTS.findall(roman)
    return bool(parts) and any(deva.startswith(tail) for tail, _ in _tails("", parts[0], len(parts) == 1, "".join(parts[1:2])))


def _second(item: tuple[str, float]) -> float:
    return item[1]
