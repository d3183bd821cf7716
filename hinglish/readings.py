"""Every label form that one written token may have, best first, whatever its script: 1 µs warm, the lexicon before any model."""

from collections.abc import Iterator
from functools import cache, lru_cache

import regex

from hinglish import lexicon
from hinglish.devanagarise import GRADE_COST, candidates, deva_keys, devanagarise, roman_keys
from hinglish.english import zipf
from hinglish.english_sound import heard_as
from hinglish.guess import may_begin
from hinglish.hindi_words import hindi_zipf, standard
from hinglish.lexicon import Entry, Partition
from hinglish.loans import as_letters, odds
from hinglish.script import ascii_digits, fold, nfc, script_of

UNITS = {  # units that the labelling guide writes out, in either script
    "kg": "किलो", "kgs": "किलो", "kilo": "किलो", "kilogram": "किलो", "gm": "gram", "gms": "gram", "g": "gram", "ltr": "litre",
    "ltrs": "litre", "lt": "litre", "l": "litre", "min": "minute", "mins": "minute",
    "rs": "रुपये", "inr": "रुपये", "केजी": "किलो", "ग्रा": "gram", "लीटर": "litre", "मिनट": "minute", "रु": "रुपये",
}
PART_COST = 0.5  # a word that is only met inside fixed phrases stands behind the same word met alone
HEARD_ODDS, HEARD_COST = 0.0, 2.0  # an unlisted Devanagari word that looks and sounds so much like English may be it

MET_OFTEN = 3.5  # zipf of an English word that needs no Hindi reading by rule

_MARKS = regex.compile(r"[^\p{L}\p{M}\p{N}]+")

Weighed = tuple[str, float]


def _spellings(entry: Entry) -> Iterator[tuple[str, float]]:
    for spelling, grade in entry.roman:
        yield spelling, GRADE_COST[grade]
    for deva in entry.deva:
        yield fold(deva), 0.0


@cache
def _index(partition: Partition | None = None) -> dict[str, tuple[Weighed, ...]]:
    """Spelling (Roman in lower case, Devanagari folded) → label forms with a cost; the words of a phrase are aligned by position."""
    out: dict[str, dict[str, float]] = {}
    for entry in lexicon.load(partition).entries:
        norms = entry.norm.split()
        whole = _rarity(entry.norm, partition)
        for spelling, cost in _spellings(entry):
            parts = spelling.split()
            pairs = [(spelling, entry.norm, cost + whole)] if len(parts) == 1 else []
            if len(norms) > 1 and len(parts) == len(norms):
                pairs = [(part, norm, cost + PART_COST + _rarity(norm, partition)) for part, norm in zip(parts, norms, strict=True)]
            for key, norm, price in pairs:
                found = out.setdefault(key.lower(), {})
                found[norm] = min(price, found.get(norm, price))
    return {key: tuple(sorted(found.items(), key=_second)) for key, found in out.items()}


def _rarity(norm: str, partition: Partition | None = None) -> float:
    """A small cost for rare words: orders label forms of one grade, hardly ever across grades."""
    frequency = hindi_zipf(partition).get(norm, 0.0) if script_of(norm) == "devanagari" else zipf(norm.lower())
    return 0.09 * (7.0 - frequency)


@cache
def _cases(partition: Partition | None = None) -> dict[str, str]:
    """Lower case → the lexicon's case, for single Latin words; the words of a title or a brand of several keep no case of their own."""
    out: dict[str, str] = {}
    for entry in lexicon.load(partition).entries:
        if " " not in entry.norm and entry.lang == "en":
            out.setdefault(entry.norm.lower(), entry.norm)
    return out


def _second(item: Weighed) -> float:
    return item[1]


def _of_roman(word: str, k: int, partition: Partition | None = None) -> Iterator[str]:
    lower = word.lower()
    if lower in UNITS:
        yield UNITS[lower]
    listed = _index(partition).get(lower, ())
    for norm, _ in listed:
        yield norm
    latin = _cases(partition).get(lower, lower)
    if len(listed) >= k:
        return
    found = candidates(lower, partition)
    if found and found[0][1] > 0.0 and zipf(lower) < 3.0:
        yield found[0][0]
    yield latin
    if word != lower:
        yield word
    if found or listed or zipf(lower) >= MET_OFTEN:
        yield from (norm for norm, _ in found)
    else:
        yield from devanagarise(lower, k, partition)  # letters by rule: slow, and noise for a word that is known


def _of_devanagari(word: str, partition: Partition | None = None) -> Iterator[str]:
    if word in UNITS:
        yield UNITS[word]
    listed = _index(partition).get(fold(word), ())
    for norm, _ in listed:
        yield norm
    letters = as_letters(word)
    if letters:
        yield _cases(partition).get(letters, letters.upper())
    heard = [] if listed else [w for w, misfit in heard_as(word, 3) if misfit < HEARD_COST and odds(word, partition) > HEARD_ODDS]
    surely = bool(heard) and zipf(heard[0]) > 3.0
    if surely:
        yield _cases(partition).get(heard[0], heard[0])
    yield standard(word, partition)
    yield word
    for english in heard:
        yield _cases(partition).get(english, english)


def _each(word: str, k: int, partition: Partition | None = None) -> Iterator[str]:
    """Label forms as they come, best first, one perhaps twice: the first are looked up, the last cost a search."""
    script = script_of(word)
    if script == "roman":
        yield from _of_roman(word, k, partition)
    elif script == "devanagari":
        yield from _of_devanagari(word, partition)
    elif word:
        yield ascii_digits(word)
        for norm, _ in _index(partition).get(word, ()):
            yield norm


@lru_cache(maxsize=1 << 17)
def readings(word: str, k: int = 5, partition: Partition | None = None) -> tuple[str, ...]:
    """At most k label forms of one written token, best first; never empty for a token that is not empty."""
    return tuple(dict.fromkeys(_each(nfc(word), k, partition)))[:k]


@lru_cache(maxsize=1 << 16)
def near(word: str, partition: Partition | None = None) -> frozenset[str]:
    """The words of every label form that one token may have without a search, whole ones also bare."""
    lower = word.lower()
    forms = [UNITS.get(lower, ""), *(norm for norm, _ in _index(partition).get(fold(word) if script_of(word) == "devanagari" else lower, ())), word]
    if script_of(word) == "devanagari":
        letters = as_letters(word)
        forms += [_cases(partition).get(letters, letters.upper()), standard(word, partition)]
    else:
        forms.append(_cases(partition).get(lower, lower))
    return frozenset(w for form in forms for w in (*form.split(), bare(form)))


def bare(word: str) -> str:
    """Without marks and capitals: "Haldiram's" and "T-shirt" as people type them."""
    return str(_MARKS.sub("", word)).casefold()


def may_read(word: str, meant: str, partition: Partition | None = None) -> bool:
    """Can `meant` be a reading of a token, a word of one, or one without its marks? False is sure, and spares the search; True says nothing."""
    word = nfc(word)
    script, lower = script_of(word), word.lower()
    plain, found = bare(meant), near(word, partition)
    if script not in ("roman", "devanagari") or meant in found or plain in found:
        return True
    known = _index(partition).get(lower if script == "roman" else fold(word))
    if script == "devanagari":  # what is still to come are English words that an unlisted one sounds like
        return not known and script_of(plain) != "devanagari"
    if script_of(plain) == "roman":  # what is still to come are Hindi words
        return False
    if not roman_keys(lower).isdisjoint(deva_keys(plain)):
        return True
    return not known and zipf(lower) < MET_OFTEN and may_begin(lower, plain)


def reads(word: str, meant: str, k: int = 5, partition: Partition | None = None) -> bool:
    """Is `meant` among the readings of a token? Stops where it is found, mostly at the first: the last of them cost a search."""
    for norm, _ in _index(partition).get(word.lower(), ())[: k - 1]:  # what the lexicon lists comes first, or second to a unit
        if norm == meant:
            return True
    seen = set()
    for found in _each(nfc(word), k, partition):
        if found == meant:
            return True
        seen.add(found)
        if len(seen) == k:
            return False
    return False
