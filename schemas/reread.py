"""An independent re-reading: does the row, as written to disk, mean what its label says?

Gets input, spans, target and tags, never norms, languages or provenance, and imports only hinglish and schemas: the code that
made a value is not the code that reads it back. Law 1 of the design; it binds made rows.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final, Literal, get_args

import regex

from hinglish.lexicon import NAMES, Partition, load
from hinglish.numeral_tokens import tokenise
from hinglish.numeral_words import sense_of
from hinglish.numerals import find, read
from hinglish.readings import readings, reads
from hinglish.script import ascii_digits, script_of, words
from schemas.contract import Kind
from schemas.example import Span, said_leaves

EXPLAINS = frozenset({"corrected", "negated", "range", "multi", "injection", "unslotted"})
CHOICE_WORDS: Mapping[str, frozenset[str]] = {
    "refund": frozenset({"refund", "वापस", "वापसी", "लौटा", "लौटाओ", "लौटाइए"}),
    "replace": frozenset({"replace", "replacement", "exchange", "बदल", "बदलो", "बदलकर", "बदलवा", "बदलना", "दूसरा", "दूसरी", "नया", "नई", "बदली"}),
    "repair": frozenset({"repair", "repairing", "service", "ठीक", "सही", "technician", "mechanic", "मरम्मत"}),
    "train": frozenset({"train", "रेल", "रेलगाड़ी", "गाड़ी", "3AC", "2AC", "1AC", "sleeper", "Rajdhani", "Shatabdi"}),
    "bus": frozenset({"bus", "volvo", "Volvo"}),
    "flight": frozenset({"flight", "plane", "जहाज़", "हवाई", "business", "economy"}),
}
UNITS = frozenset({"money", "unit", "approx"})
IDLE = frozenset({"article"})  # "ek" as "a", not a count
_JOINED = regex.compile(r"[0-9:.,]+|[^0-9:.,]+")
PAAV = frozenset({"पाव", "paav", "pav", "pao"})  # ¼ किलो by the guide: its unit in the label is किलो
_RUN = re.compile(r"[^\s,?!।;:…()\"]+")
_PHONE = regex.compile(r"(?<![0-9A-Za-z])(?:\+?91[ -]?)?[6-9](?:[ -]?[0-9]){9}(?![0-9A-Za-z])")


MOST_KEPT: Final = 1 << 17
_HEARD: Final[dict[str, str]] = {}  # a word as written → the last label form that it was found to read as: nearly always its only one


def _word_reads(written: str, meant: str) -> bool:
    """Is `meant` among the first five readings of a word as written?"""
    if _HEARD.get(written) == meant:
        return True
    plain = written if written.isascii() else ascii_digits(written)
    if plain != meant and not _reading(plain, meant) and not (meant == "किलो" and plain.lower() in PAAV):
        return False
    if len(_HEARD) > MOST_KEPT:
        _HEARD.clear()
    _HEARD[written] = meant
    return True


@lru_cache(maxsize=1 << 17)
def _reading(written: str, meant: str) -> bool:
    return reads(written, meant)


def _all_read(written: Sequence[str], meant: Sequence[str]) -> bool:
    """Does each word read as the one at its place? Both are as long."""
    return all(_word_reads(word, meant[i]) for i, word in enumerate(written))


@lru_cache(maxsize=1 << 15)
def _words(chunk: str) -> tuple[str, ...]:
    """The words and marks of what stands between two spaces: no word goes over one, so a text's are those of its chunks."""
    return tuple([chunk[a:b] for a, b in words(chunk)])


def text_reads(written: str, meant: str) -> bool:
    """Do the words of a span read, one by one, as the words of a leaf? A joined one (11am) may stand for several (11 am)."""
    chunks, asked = written.split(), meant.split()
    if len(chunks) == len(asked) and _all_read(chunks, asked):
        return True  # most have no mark at a word, and nothing that is joined
    tokens = [ascii_digits(w) for chunk in chunks for w in _words(chunk)]
    wanted = [w for chunk in asked for w in _words(chunk)]
    if len(tokens) == len(wanted) and _all_read(tokens, wanted):
        return True
    at = 0
    for token in tokens:
        if at < len(wanted) and _word_reads(token, wanted[at]):
            at += 1
            continue
        pieces = _JOINED.findall(token)
        if len(pieces) > 1 and len(pieces) == len(wanted[at : at + len(pieces)]) and _all_read(pieces, wanted[at : at + len(pieces)]):
            at += len(pieces)
            continue
        joined = next((n for n in (2, 3) if len(wanted) >= at + n and " ".join(wanted[at : at + n]) in readings(token)), 0)
        if not joined:
            return False
        at += joined
    return at == len(wanted)


@cache
def label_words(partition: Partition | None = None) -> frozenset[str]:
    """Every single word that stands in a label form of the lexicon."""
    return frozenset(w for e in load(partition).entries for w in e.norm.split())


@lru_cache(maxsize=1 << 14)
def compliant(word: str, partition: Partition | None = None) -> bool:
    """Is one label word in its language's script, as far as the lexicon knows the word?"""
    if word in label_words(partition):
        return True
    lexicon, script = load(partition), script_of(word)
    if script == "devanagari":
        return word in lexicon.by_norm or not any(e.lang == "en" and " " not in e.norm for e in lexicon.by_deva.get(word, ()))
    if script == "roman" and word not in lexicon.by_norm and word.lower() not in lexicon.by_norm:
        spelled = lexicon.by_roman.get(word.lower(), ())
        return not spelled or any(e.lang != "hi" for e in spelled)
    return script != "mixed"


def _reads(kind: str, written: str, value: Any) -> bool:
    if kind in ("text", "name"):
        return text_reads(written, value)
    if kind == "digits":
        return bool("".join(c for c in ascii_digits(written).upper() if c.isascii() and c.isalnum()) == value)
    if kind == "choice" and any(text_reads(written, e.norm) for e in load().by_class.get("travelclass", ()) if e.get("mode") == value):
        return True
    if kind == "choice":
        said = {r for a, b in words(written) for r in readings(written[a:b])[:5]}
        return bool(said & CHOICE_WORDS.get(value, frozenset()))
    found = read(written)
    if found.value is not None and found.kind in ("exact", "each", "approx"):
        return bool(found.value == value) or bool(float(found.value) == value)
    if kind != "count":
        return False
    joined = sum(bool({"और", "and", "एवं"} & set(readings(written[a:b])[:5])) or written[a:b] in ",&" for a, b in words(written))
    return joined > 0 and joined + 1 == value


def reread(text: str, spans: Sequence[Span], target: Mapping[str, Any], tags: Iterable[str]) -> list[str]:
    """Every way in which a row contradicts itself, as "path: what is wrong"; empty when it agrees."""
    faults: list[str] = []
    said: dict[str, str] = {}  # path → the characters of its runs
    outside: list[str] = []
    at = last = opened = 0
    size = len(text)
    for span in spans:
        path, start, end = span[0], span[1], span[2]
        words = text[start:end]
        if not 0 <= start < end <= size or words != words.strip():
            return [f"{path}: span [{start}, {end}) is no stretch of words of the message"]
        if start < last:
            return reread(text, sorted(spans, key=_start), target, tags)
        if not _whole(text, start, end):
            faults.append(f"{path}: a span ends inside a word")
        if path not in said:
            said[path] = words
            opened = start if path == "message" else opened
        else:
            said[path] = text[opened:end] if path == "message" else f"{said[path]} {words}"
        if start > at:
            outside.append(text[at:start])
        last, at = start, max(at, end)
    outside.append(text[at:])
    intent = str(target["intent"])
    filled = False
    for path, kind, value in said_leaves(intent, target):
        filled = True
        written = said.pop(path, None)
        if written is None:
            faults.append(f"{path}: {value!r} is said nowhere")
            continue
        stood = _STOOD[kind]
        if stood.get(written) == value:
            continue
        fault = _fault(kind, written, value)
        if fault:
            faults.append(f"{path}: {fault}")
        else:
            if len(stood) > MOST_KEPT:
                stood.clear()
            stood[written] = value
    faults += [f"{path}: has a span and no value" for path in said]
    tagged = tuple(tags)
    if EXPLAINS.isdisjoint(tagged) and not _all_harmless(outside):
        faults += _outside(text, spans)
    if (intent != "none" and not filled) != ("noslot" in tagged):
        faults.append("tags: noslot says that no slot is filled, and must say so where it is true")
    return faults


def _start(span: Span) -> int:
    return span.start


# Kind → the words of a leaf as they stood → the value that they were last found to say, whatever the message around them.
_STOOD: Final[dict[str, dict[str, Any]]] = {kind: {} for kind in get_args(Kind)}


def _fault(kind: Kind, written: str, value: Any) -> str:
    """What is wrong with a leaf's words as they stand, whatever the message around them; nothing when they say the value."""
    if not _reads(kind, written, value):
        return f"{written!r} does not read as {value!r}"
    if kind in ("text", "name") and not _compliant(value):
        return f"{value!r} has a word in the wrong script"
    return ""


def _compliant(value: str) -> bool:
    return all(compliant(word) for word in value.split())


def _whole(text: str, start: int, end: int) -> bool:
    """Does a span begin and end where words do? Nearly always a space says so at once."""
    if start and text[start - 1] != " " and text[start - 1].isalnum() and text[start].isalnum():
        return False
    return end == len(text) or text[end] == " " or not _letter(text[end]) or not _letter(text[end - 1])


def _letter(char: str) -> bool:
    return char.isalnum() or "\u0900" <= char <= "\u0963"


@lru_cache(maxsize=1 << 15)
def _names(word: str) -> bool:
    """Can this word be nothing but a name? Decided by the lexicon: every line that is spelled so is a name."""
    lexicon = load()
    lines = (*lexicon.by_roman.get(word.lower(), ()), *lexicon.by_deva.get(word, ()))
    return bool(lines) and all(e.cls in NAMES for e in lines)


@lru_cache(maxsize=1 << 17)
def _suspect(word: str) -> Literal["", "number", "name"]:
    """Could this word alone make a number, or be nothing but a name? A unit makes none: its number stands by it and is a suspect, or in a span."""
    sense = sense_of(word)
    if any(c.isdigit() for c in word) or (sense is not None and sense.role not in UNITS):
        return "number"
    return "name" if _names(word) else ""


_HARMLESS: Final[dict[str, bool]] = {}  # a chunk between two spaces → does it hold no suspect?


def _all_harmless(outside: list[str]) -> bool:
    """Is there no suspect in what stands outside all spans?"""
    for stretch in outside:
        for chunk in stretch.split():
            known = _HARMLESS.get(chunk)
            if known is None:
                known = not any(map(_suspect, _RUN.findall(chunk)))
                if len(_HARMLESS) > MOST_KEPT:
                    _HARMLESS.clear()
                _HARMLESS[chunk] = known
            if not known:
                return False
    return True


@lru_cache(maxsize=1 << 15)
def quiet(chunk: str) -> bool:
    """A plain word and no part of a number: two words off it changes nothing for the word that is looked at."""
    toks = tokenise(chunk)
    return len(toks) == 1 and toks[0].kind == "word" and toks[0].sense is None


@lru_cache(maxsize=1 << 16)
def counts_here(window: str, low: int, high: int) -> bool:
    """Is there a number in a stretch of text that takes in some of [low, high)?"""
    return any(m.start < high and m.end > low for m in find(window))


def _may_count(text: str, at: int, end: int) -> bool:
    """A quick no: is the word at [at, end) a number with the two words on either side of it? "kar do" ends here.

    The rules of context look two words far only for parts of numbers, so among quiet words one on either side says it all.
    """
    before = text[:at].rsplit(None, 2)[-2:]
    after = text[at:].split(None, 3)[:3]
    if all(map(quiet, before)) and all(map(quiet, after[1:])):
        before, after = before[-1:], after[:2]
    head = " ".join(before)
    # what is glued to the word in front of it stands in `before` as a word of its own
    low = len(head) + (1 if before else 0)
    return counts_here(" ".join(before + after), low, low + end - at)


def _outside(text: str, spans: Sequence[Span]) -> list[str]:
    """Number, phone and name candidates outside all spans."""
    at = 0
    faults: list[str] = []
    counts = False
    for start, end in [*[(s.start, s.end) for s in spans], (len(text), len(text))]:
        for m in _RUN.finditer(text, at, max(at, start)):
            suspect = _suspect(m[0])
            if suspect == "name":
                faults.append(f"name {m[0]!r} stands outside all spans and no tag explains it")
            elif suspect and not counts:
                counts = _may_count(text, m.start(), m.end())
        at = max(at, end)
    return [*faults, *_numbers(text, spans)] if counts else faults


def _numbers(text: str, spans: Sequence[Span]) -> list[str]:
    """Numbers and phones of the whole message that no span touches."""
    found = [(m.start, m.end, "number") for m in find(text) if not IDLE & set(m.reading.flags)]
    found += [(m.start(), m.end(), "phone") for m in _PHONE.finditer(text)]
    return [
        f"{what} {text[low:high]!r} stands outside all spans and no tag explains it"
        for low, high, what in found
        if all(high <= s.start or low >= s.end for s in spans)
    ]
