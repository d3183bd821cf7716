"""What a word of a message is to redaction: common, a name of a class, or either; from the lexicon alone. Built once, then a look-up.

A word is common when the lexicon has it in a class that names nobody (the closed classes, nouns, verbs, dishes, brands …), as it is
spelled there, regularly inflected or joined ("krdo", "lelo"). Every other word is a name: those that the lexicon lists keep their class
and gender, those that nobody listed are persons. A word that is both (Khushi, किरण, karan) is a name unless it is met as a word more often.
"""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final, Literal, NamedTuple

import regex

from hinglish.english import zipf
from hinglish.hindi_words import hindi_zipf, inflected
from hinglish.lexicon import DATA, GRADES, Entry, Partition, load
from hinglish.numeral_context import STEMS
from hinglish.numeral_words import EXACT
from hinglish.readings import UNITS
from hinglish.script import fold, script_of
from schemas.contract import intents
from schemas.example import leaf_kinds

Status = Literal["common", "name", "either"]
NAMED: Final = ("given", "surname", "place", "artist", "shop", "song", "foreign")  # in the order in which a word of several classes is read
# Classes whose words are never a name unless what stands beside them says so.
FIRM: Final = frozenset("func post part pron conj num unit adv intj kin role verb travelclass travelmode letter title".split())
CLOSED: Final = frozenset("bank biller operator app store hospital account billtype day".split())
MET: Final = 4.0  # zipf below which a word of a firm class is met less often than a name of that spelling
MET_AS_WORD: Final = 5.2  # zipf in Hindi above which a noun that is also a name is more often the noun
# What names a place by the word before it: Shanti Nagar, green park.
PLACES: Final = frozenset("nagar vihar enclave puram kunj colony society apartment apartments residency heights layout mohalla sadan niwas bhawan bhavan "
                          "villa नगर विहार एन्क्लेव पुरम कुंज कॉलोनी सोसाइटी अपार्टमेंट मोहल्ला सदन निवास भवन विला".split())  # fmt: skip
_JOINED: Final = ("do", "dena", "dijiye", "dijiyega", "dega", "degi", "lo", "lena", "liya", "lijiye", "dia", "diya", "दो", "देना", "दीजिए", "लो", "लेना")
_ENDINGS: Final = (("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("d", ""), ("ly", ""), ("er", ""), ("est", ""))
_AGAIN: Final = regex.compile(r"(.)\1{2,}")
_DRAWN: Final = regex.compile(r"(?<=[ािीुूेैोौ])[अआइईउऊएऐओऔ]+$")  # नाआआआ


class Word(NamedTuple):
    """What a word is: `entry` is the lexicon's where it lists the name."""

    status: Status
    entry: Entry | None = None
    firm: bool = False  # usual in a firm class: after a name it is more often that word than a surname


COMMON: Final = Word("common")
UNKNOWN: Final = Word("name")


def key(word: str) -> str:
    """How a word is looked up: lower case, or folded Devanagari."""
    return word.lower() if word.isascii() else fold(word)


def _spelled(entry: Entry) -> Iterator[tuple[str, int]]:
    """Every spelling of an entry with its grade, 0 the usual one."""
    for spelling, grade in entry.roman:
        yield spelling.lower(), GRADES.index(grade)
    for deva in entry.deva:
        yield fold(deva), 0
    if entry.norm.isascii():
        yield entry.norm.lower(), 0


@cache
def _names() -> dict[str, dict[str, tuple[int, Entry]]]:
    """Spelling of one word → class of name → (grade, entry). The words of names of several words are names too, one grade lower."""
    out: dict[str, dict[str, tuple[int, Entry]]] = {}
    for entry in load().entries:
        if entry.cls in NAMED:
            for spelling, grade in _spelled(entry):
                if " " not in spelling:
                    found = out.setdefault(spelling, {})
                    if entry.cls not in found or grade < found[entry.cls][0]:
                        found[entry.cls] = (grade, entry)
    return out


@cache
def _common() -> dict[str, tuple[int, int]]:
    """Spelling of one word → its best grade as a common word, and as one of a firm class (9: in none)."""
    out: dict[str, tuple[int, int]] = {}

    def put(word: str, grade: int, firm: int) -> None:
        before = out.get(word, (9, 9))
        out[word] = (min(before[0], grade), min(before[1], firm))

    for entry in load().entries:
        if entry.cls not in NAMED:
            met = max(hindi_zipf().get(entry.norm, 0.0), zipf(entry.norm.lower()))
            firm = 9 if entry.cls not in FIRM or met < MET else -1 if met > MET_AS_WORD else 0  # what is met most is firm in its second spelling too
            for spelling, grade in _spelled(entry):
                parts = spelling.split()
                for part in parts:  # what is only met in phrases gives way to a name of that spelling
                    put(part, grade if len(parts) == 1 else grade + 3, max(0, grade + firm) if len(parts) == 1 else 9)
    for word in inflected():
        put(fold(word), 1, 9)
    for word in (*UNITS, *EXACT):  # numbers and units, in every spelling that is read
        put(key(word), 0, 0)
    for name in intents():
        for path in (name, *leaf_kinds(name)):
            for part in regex.split(r"[._]", path):
                put(part, 0, 9)
    for line in (DATA / "privacy" / "common_words.txt").read_text(encoding="utf-8").splitlines():
        for word in () if line.startswith("#") else line.split():
            put(key(word), 0, 0)
    return out


@cache
def _places() -> frozenset[str]:
    return frozenset(map(key, PLACES))


@cache
def _phrases() -> dict[str, frozenset[tuple[str, ...]]]:
    """First word → the fixed phrases of closed classes that begin with it: Delhi Jal Board stays whole."""
    out: dict[str, set[tuple[str, ...]]] = {}
    for entry in load().entries:
        if entry.cls in CLOSED:
            for spelling, _ in _spelled(entry):
                parts = tuple(spelling.split())
                if len(parts) > 1:
                    out.setdefault(parts[0], set()).add(parts)
    return {first: frozenset(found) for first, found in out.items()}


def begins_phrase(word: str) -> bool:
    """Does a fixed phrase of a closed class begin with this word? A word is a key."""
    return word in _phrases()


def phrase_at(words: Sequence[str], at: int) -> int:
    """How many words of a fixed phrase of a closed class begin here, the longest; 0 where none does. Words are keys."""
    found = _phrases().get(words[at])
    return max((len(p) for p in found if tuple(words[at : at + len(p)]) == p), default=0) if found else 0


@lru_cache(maxsize=1 << 15)
def word_of(word: str) -> Word:
    """What a word is, in any spelling and case."""
    found = _listed(key(word))
    if found is None and (shorter := _DRAWN.sub("", _AGAIN.sub(r"\1", word))) != word:
        found = _listed(key(shorter)) or _listed(key(_AGAIN.sub(r"\1\1", word)))
    if found is not None:
        return found
    return COMMON if _derived(key(word)) else UNKNOWN


def _listed(word: str) -> Word | None:
    """A word as the lexicon has it, or None."""
    names, common = _names().get(word), _common().get(word)
    if names is None or word in _places():
        return COMMON if common else None
    grade, entry = names[next(c for c in NAMED if c in names)]
    if common is None:
        return Word("name", entry)
    if entry.cls not in ("given", "surname"):
        return COMMON if common[0] < 3 else Word("name", entry)
    if common[1] <= grade or common[0] < grade or _met(entry, word) > MET_AS_WORD:
        return Word("either", entry, common[1] == 0)
    return Word("name", entry)


def _met(entry: Entry, word: str) -> float:
    """How often Hindi has the word; a Roman one by its label form."""
    return hindi_zipf().get(entry.norm if word.isascii() else word, 0.0)


def _derived(word: str) -> bool:
    """A regular form of a common word, or a verb stem and what it is joined with."""
    common = _common()
    if script_of(word) == "devanagari":
        return any(len(word) > len(e) + 1 and word.endswith(e) and word.removesuffix(e) in STEMS for e in _JOINED)
    if len(word) > 4 and any(word.endswith(e) and word.removesuffix(e) + instead in common for e, instead in _ENDINGS if len(word) - len(e) > 2):
        return True
    return any(word.endswith(e) and word.removesuffix(e) in STEMS and len(word) > len(e) + 1 for e in _JOINED)


@cache
def usual_spellings(partition: Partition | None = None) -> frozenset[str]:
    """How words of the lexicon are mostly written, in both scripts, one word each: what a server looks up before it is asked."""
    entries = load(partition).entries
    return frozenset(s for e in entries for s in (*(roman.lower() for roman, _ in e.roman[:1]), *e.deva[:1]) if " " not in s)


def single(cls: str) -> Iterator[Entry]:
    """The entries of a class in the train partition that may stand for another: one word, read back as its label, and nothing but a name."""
    from hinglish.readings import reads

    for entry in load("train").of(cls):
        roman = entry.roman[0][0] if entry.roman else ""
        if " " in entry.norm or " " in roman or not (roman.isascii() and roman.isalpha() and len(roman) > 2):
            continue
        named = word_of(roman).status == "name" and word_of(entry.deva[0]).status == "name"
        if named and reads(roman, entry.norm) and reads(entry.deva[0], entry.norm):
            yield entry
