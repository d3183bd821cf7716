"""Is a Devanagari word English said in Hindi letters, and which? ट्रेन → train, ओटीपी → otp, कमल → nothing.

A naive Bayes over letter pairs and triples, trained at first use on the lexicon and on frequent English words as they are spoken.
"""

from collections import Counter
from functools import cache, lru_cache
from itertools import islice
from math import log

from hinglish import lexicon
from hinglish.english import english_words, met, zipf
from hinglish.english_sound import LETTERS, heard_as
from hinglish.lexicon import Partition
from hinglish.script import NUKTA
from hinglish.speak import spoken

TAUGHT = 3500  # frequent English words whose spoken form teaches what a loan looks like
SURE = -2.3  # an English reading cheaper than this is taken for one
_BARE = str.maketrans({NUKTA: "", "ँ": "ं"})


def _grams(word: str) -> list[str]:
    marked = f"<{word.translate(_BARE)}>"
    return [marked[i : i + n] for n in (2, 3) for i in range(len(marked) - n + 1)]


@cache
def _model(partition: Partition | None = None) -> dict[str, float]:
    """Letter pair or triple → log odds of English."""
    lex = lexicon.load(partition)
    native: Counter[str] = Counter()
    loan: Counter[str] = Counter()
    for entry in lex.entries:
        for deva in entry.deva:
            for part in deva.split():
                (native if entry.lang == "hi" else loan).update(_grams(part))
    known = (w for w in met() if w in english_words() and len(w) > 2)
    for word in islice(known, TAUGHT):
        loan.update(_grams(spoken(word)))
    n, m = sum(native.values()), sum(loan.values())
    return {g: log((loan[g] + 0.3) / m) - log((native[g] + 0.3) / n) for g in native.keys() | loan.keys()}


@lru_cache(maxsize=1 << 16)
def odds(word: str, partition: Partition | None = None) -> float:
    """Log odds per letter that a Devanagari word is English by its letters alone."""
    grams = _grams(word)
    model = _model(partition)
    return sum(model.get(g, 0.0) for g in grams) / len(grams)


@cache
def _letter_names() -> list[tuple[str, str]]:
    return sorted(((name, letter) for letter, names in LETTERS.items() for name in names), key=_longest)


def _longest(pair: tuple[str, str]) -> int:
    return -len(pair[0])


def as_letters(word: str) -> str:
    """बीजेपी → bjp where a word is nothing but two or more letter names, else nothing."""
    out, at = "", 0
    while at < len(word):
        for name, letter in _letter_names():
            if word.startswith(name, at) and not (len(word) > at + len(name) and "\u093a" <= word[at + len(name)] <= "\u094f"):
                out, at = out + letter, at + len(name)
                break
        else:
            return ""
    return out if len(out) > 1 else ""


@lru_cache(maxsize=1 << 16)
def english_of(word: str, partition: Partition | None = None) -> tuple[tuple[str, float], ...]:
    """English words that a Devanagari word may be, with a cost on the scale of a spelling rule's; the lexicon's come first."""
    lex = lexicon.load(partition)
    listed = [e.norm.lower() for e in lex.by_deva.get(word, ()) if e.lang == "en"]
    out = dict.fromkeys(listed, -4.0)
    letters = as_letters(word)
    if letters:
        out.setdefault(letters, 0.0)
    for english, misfit in heard_as(word, 6):
        out.setdefault(english, misfit)
    return tuple(out.items())


@lru_cache(maxsize=1 << 16)
def english_form(word: str, partition: Partition | None = None) -> str:
    """The English word that a Devanagari word of a message is, in the label's case, or nothing where it is Hindi."""
    lex = lexicon.load(partition)
    if any(e.lang == "hi" for e in lex.by_norm.get(word, ())):
        return ""
    for entry in lex.by_deva.get(word, ()):
        return entry.norm if entry.lang == "en" else ""
    letters = as_letters(word)
    if letters:
        return letters.upper()
    found = [(misfit - 0.5 * zipf(english), english) for english, misfit in heard_as(word, 6)]
    if not found or word.endswith(("ों", "ें", "ियाँ", "ियां")):
        return ""
    cost, english = min(found)
    return english if cost - 1.5 * odds(word, partition) < SURE else ""
