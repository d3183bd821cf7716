"""Which rows are one row? A key that holds across scripts and spellings, near-duplicates by true Jaccard, labels that contradict.

The key reads each word by the lexicon (bhej, भेज → भेज; train, ट्रेन → train), folds the free spellings of Devanagari and writes it
in SLP1, indic-transliteration's lossless scheme: vowel signs and digits all stay (में ≠ मैं, कल ≠ कुल, 5000 ≠ 9000).
"""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import regex
from indic_transliteration import sanscript

from curation.near import Near, Pair
from hinglish import lexicon
from hinglish.hindi_words import hindi_zipf
from hinglish.lexicon import GRADES, Entry
from hinglish.script import ascii_digits, fold, nfc, script_of, words
from schemas.canonical import encode
from schemas.example import Example, Span

RARE = GRADES.index("rare")
_MARK = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
_GROUPED = regex.compile(r"(?<=\d),(?=\d)")


class Conflict(NamedTuple):
    """Two rows that say the same and mean different things."""

    key: str
    first: Example
    second: Example


@cache
def _read_as() -> dict[str, str]:
    """Roman spelling → the label form it is read as. Hindi before English unless the spelling is rare (do → दो, main → मैं)."""
    best: dict[str, tuple[tuple[bool, bool, bool, float], str]] = {}
    zipf = hindi_zipf()
    for entry in lexicon.load().entries:
        for spelling, norm, grade in _aligned(entry):
            english = script_of(norm) != "devanagari"
            rank = (" " in entry.norm, grade == RARE and not english, english, grade - zipf.get(norm, 0.0) / 10)
            if spelling not in best or rank < best[spelling][0]:
                best[spelling] = (rank, norm)
    return {spelling: norm for spelling, (_, norm) in best.items()}


def _aligned(entry: Entry) -> Iterable[tuple[str, str, int]]:
    """(spelling, norm, grade) word by word; a spelling of another length than its norm has no words to align."""
    norms = entry.norm.split()
    for spelling, grade in entry.roman:
        parts = spelling.lower().split()
        if len(parts) == len(norms):
            yield from ((part, norm, GRADES.index(grade)) for part, norm in zip(parts, norms, strict=True))


@cache
def _spoken() -> dict[str, str]:
    """Folded Devanagari → the English word it spells, where it is no Hindi word of its own."""
    out: dict[str, str] = {}
    entries = lexicon.load().entries
    hindi = {fold(n) for e in entries for n in e.norm.split() if script_of(n) == "devanagari"}
    for entry in entries:
        norms = entry.norm.split()
        for deva in entry.deva:
            parts = deva.split()
            for part, norm in zip(parts, norms, strict=True) if len(parts) == len(norms) else ():
                if script_of(norm) == "roman" and fold(part) not in hindi:
                    out.setdefault(fold(part), norm.lower())
    return out


@lru_cache(maxsize=1 << 19)
def word_key(word: str) -> str:
    """One word as it is compared; nothing for a mark."""
    script = script_of(word)
    if script == "roman":
        word = _read_as().get(word.lower(), word)
        script = script_of(word)
    if script == "devanagari":
        word = fold(word)
        english = _spoken().get(word)
        return english if english is not None else str(sanscript.transliterate(word, sanscript.DEVANAGARI, sanscript.SLP1))
    return _MARK.sub("", _GROUPED.sub("", ascii_digits(word))) if script == "other" and not _fraction(word) else word.lower()


def _fraction(word: str) -> bool:
    return any(mark in word for mark in ".:/") and any(c.isdigit() for c in word)


@lru_cache(maxsize=1 << 18)
def _chunk_key(chunk: str) -> str:
    """The key of what stands between two spaces: no word goes over one, so a text's key is that of its chunks."""
    return " ".join([k for a, b in words(chunk) if (k := word_key(chunk[a:b]))])


@lru_cache(maxsize=1 << 15)  # values of slots come again and again
def key(text: str) -> str:
    """What a text says, whatever its script, spelling, case and marks; the same for no two texts that differ in a vowel sign or a digit."""
    return _key(text)


def _key(text: str) -> str:
    return " ".join([k for chunk in ascii_digits(nfc(text)).split() if (k := _chunk_key(chunk))])


def skeleton(text: str, spans: Sequence[Span]) -> str:
    """The key of a text with each span replaced by its slot path: how the request is put, whatever it is about."""
    out: list[str] = []
    at = 0
    for span in sorted(spans, key=_start):
        out += [_key(text[at : span.start]), span.path]
        at = max(at, span.end)
    return " ".join([part for part in (*out, _key(text[at:])) if part])


def _start(span: Span) -> int:
    return span.start


def near(rows: Sequence[Example | str], others: Sequence[Example | str] | None = None, threshold: float = 0.8) -> list[Pair]:
    """Near-duplicates of `rows` among `others`, or without them each pair within `rows` once. Strings are taken as folded already."""
    texts = [_text(r) for r in rows]
    if others is not None:
        return Near([_text(o) for o in others], threshold)(texts)
    return [p for p in Near(texts, threshold)(texts) if p.other < p.row]


def _text(row: Example | str) -> str:
    return row if isinstance(row, str) else key(row.input)


def near_rate(rows: Sequence[Example], threshold: float = 0.8) -> float:
    """Share of rows that have a near-duplicate before them: what the card gives."""
    return len({p.row for p in near(rows, threshold=threshold)}) / len(rows) if rows else 0.0


def conflicts(rows: Iterable[Example]) -> list[Conflict]:
    """Rows of one key and different labels, each against the first of its key."""
    first: dict[str, Example] = {}
    out = []
    for row in rows:
        at = key(row.input)
        held = first.setdefault(at, row)
        if held is not row and label(held) != label(row):
            out.append(Conflict(at, held, row))
    return out


def label(row: Example) -> bytes:
    """The canonical label; text leaves by their key, so that one word's two spellings are no conflict."""
    return encode(_keyed(row.target))


def _keyed(value: Any) -> Any:
    if isinstance(value, str):
        return key(value)
    if isinstance(value, list):
        return [_keyed(v) for v in value]
    return {k: _keyed(v) for k, v in value.items()} if isinstance(value, dict) else value
