"""Roman Hindi → Devanagari, ranked: a noisy channel over known Hindi words, and letters by rule where none is known.

A word is looked up by a lossy key (aa/a, ee/i, oo/u, v/w, z/j, f/ph, d/ḍ, nasals, aspirates and doubled letters fall together);
the words found are ranked by how often Hindi uses them and by what it would cost to spell them so (`spelling.cost_of`).
"""

import re
from functools import cache, lru_cache

from hinglish import lexicon
from hinglish.guess import guesses
from hinglish.hindi_words import hindi_words, hindi_zipf
from hinglish.lexicon import NAMES, Partition
from hinglish.script import NUKTA
from hinglish.speak import speak
from hinglish.spelling import cost_of

__all__ = ["Candidate", "candidates", "devanagarise", "speak"]

Candidate = tuple[str, float]

_HUSHED = re.compile(r"(?<=[kgcjtdpbs])h")
_LABIAL = re.compile("m(?=[pbf])")
_CHOP = re.compile("ch?h?")
_ONE_LETTER = str.maketrans({"w": "v", "z": "j", "q": "k", "x": "ks", "e": "i", "o": "u", "a": "", "y": ""})
_TO_KEY = str.maketrans({
    **dict.fromkeys("कख", "k"), **dict.fromkeys("गघ", "g"), **dict.fromkeys("चछ", "c"), **dict.fromkeys("जझ", "j"),
    **dict.fromkeys("टठतथ", "t"), **dict.fromkeys("डढदध", "d"),
    **dict.fromkeys("नणङञं", "n"), "ँ": "n", "प": "p", "फ": "f", "ब": "b", "भ": "b", "म": "m", "य": "", "र": "r", "ल": "l", "ळ": "l",
    "व": "v",
    **dict.fromkeys("शषस", "s"), "ह": "h", "अ": "", "आ": "", "ा": "", **dict.fromkeys("इईएऐिीेैऍॅ", "i"), **dict.fromkeys("उऊओऔऑुूोौॉ", "u"),
    "ऋ": "ri", "ृ": "ri", "्": "", "ः": "", NUKTA: "",
})
_DOUBLED = re.compile(r"(.)\1+")
_FINAL_NASAL = re.compile(r"[ंँ]$")
_FLAPPED = re.compile("[डढ]" + NUKTA)
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
KNOWN, UNKNOWN_ZIPF = 4.5, 1.0  # a spelling that the lexicon lists; the zipf of a lexicon word that no corpus has
NAME = 3.5  # a name is met less than a word so spelled: bharat is the country before the man
PER_ZIPF = 1.1  # what ten times the frequency is worth, on the scale of spelling costs
GRADE_COST = {"usual": 0.0, "often": 0.8, "rare": 3.0}


@lru_cache(maxsize=1 << 16)
def roman_key(roman: str) -> str:
    """The lossy key of a Roman spelling."""
    roman = _DOUBLED.sub(r"\1", roman)
    if "c" in roman:
        roman = _CHOP.sub("c", roman.replace("ck", "k"))
    if "h" in roman:
        roman = _HUSHED.sub("", roman.replace("ph", "f"))
    return _DOUBLED.sub(r"\1", _LABIAL.sub("n", roman.translate(_ONE_LETTER)))


@lru_cache(maxsize=1 << 16)
def roman_keys(roman: str) -> frozenset[str]:
    """The lossy keys under which the Hindi words of a lower-case Roman spelling are looked up."""
    plain = _DRAWN_OUT.sub(r"\1\1", roman)
    key = roman_key(plain)
    keys = {key, key.replace("rh", "r")}  # ढ़ written rh
    if "eh" in plain:  # sehna is सहना
        keys.add(key.replace("ih", "h"))
    if key.endswith("n") and len(key) > 2:
        keys.add(key[:-1])
    return frozenset(keys)


def deva_keys(word: str) -> set[str]:
    """The lossy keys of a Devanagari word: a final nasal may go unwritten, and ड़ ढ़ may be r or d."""
    plain = word.replace("ज्ञ", "ग").replace("म्प", "ंप").replace("म्ब", "ंब").replace("म्भ", "ंभ")
    forms = {plain, word.replace("ज्ञ", "जन"), plain.replace("ँ", "")}
    if _FINAL_NASAL.search(plain):
        forms.add(plain[:-1])
    if "ड़" in plain or "ढ़" in plain:
        forms |= {_FLAPPED.sub("र", f) for f in forms}
    return {_DOUBLED.sub(r"\1", f.translate(_TO_KEY)) for f in forms}


@cache
def _index(partition: Partition | None = None) -> dict[str, list[str]]:
    """Lossy key → Hindi words."""
    out: dict[str, list[str]] = {}
    for word in hindi_words(partition):
        for key in deva_keys(word):
            out.setdefault(key, []).append(word)
    return out


@lru_cache(maxsize=1 << 16)
def candidates(roman: str, partition: Partition | None = None) -> tuple[Candidate, ...]:
    """Hindi words that a lower-case Roman word may be, with a score (bigger is likelier; 0 is a fair guess), best first."""
    scores: dict[str, float] = {}
    zipf = hindi_zipf(partition)
    for entry in lexicon.load(partition).by_roman.get(roman, ()):
        if entry.lang == "hi":
            grade = next(g for s, g in entry.roman if s == roman)
            score = KNOWN - GRADE_COST[grade] - (NAME if entry.cls in NAMES else 0.0) + PER_ZIPF * zipf.get(entry.norm, UNKNOWN_ZIPF)
            scores[entry.norm] = max(score, scores.get(entry.norm, score))
    plain = _DRAWN_OUT.sub(r"\1\1", roman)
    for word in {w for k in roman_keys(roman) for w in _index(partition).get(k, ())}:
        if word not in scores:
            score = PER_ZIPF * zipf.get(word, UNKNOWN_ZIPF) - cost_of(word, plain)
            if score > -8.0:
                scores[word] = score
    return tuple(sorted(scores.items(), key=_best_first))


def _best_first(item: Candidate) -> float:
    return -item[1]


@lru_cache(maxsize=1 << 16)
def devanagarise(word: str, k: int = 5, partition: Partition | None = None) -> tuple[str, ...]:
    """At most k Hindi words that one Roman word may be, best first; never empty for a word of letters a–z."""
    roman = word.lower()
    found = tuple(w for w, _ in candidates(roman, partition)[:k])
    return found if len(found) >= min(k, 2) else tuple(dict.fromkeys([*found, *guesses(roman, partition=partition)]))[:k]
