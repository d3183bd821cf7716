"""Grounded repair: a value is traced to the words of the message it came from, and re-derived from them by our kernel.

Three things are mended and nothing else: script (kal → कल, अकाउंट → account), spelling (पेसे for "paise" → पैसे) and number (सवा लाख
read as 100000 → 125000). A value that can be traced to no words stays as it is: nothing is invented, emptied, moved or cut, and the
intent is never touched. For any reported figure the kernel knows the train partition of the lexicon only.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec
import regex

from hinglish.english import english_words, zipf
from hinglish.hindi_words import standard
from hinglish.lexicon import Partition, load
from hinglish.numeral_words import TIME_UNITS
from hinglish.numerals import Match, find
from hinglish.readings import readings
from hinglish.script import ascii_digits, fold, nfc, script_of
from schemas.canonical import canonical, encode
from schemas.contract import leaves
from schemas.example import kind_of_leaf
from schemas.grounding import Heard, heard, sure, trace
from schemas.prediction import Prediction, verdict

Why = Literal["script", "spelling", "number"]
NUMBERS = frozenset({"amount", "count", "quantity"})
BRANDS = frozenset({"restaurant", "biller", "operator", "bank", "app", "store", "via"})  # slots whose Latin capitals are a brand's
NO_SUM = frozenset({"clock", *TIME_UNITS})
PAAV = frozenset({"paav", "pav", "pao", "पाव", "darjan", "dozen", "दर्जन"})  # a quarter of a kilo, twelve: the label has another number than the word
_CORE = regex.compile(r"^([^\p{L}\p{M}\p{N}]*)(.*?)([^\p{L}\p{M}\p{N}]*)$")
_CODE = regex.compile(r"(?<![\p{L}\p{M}\p{N}])(?:\+?91[ -]?)?[A-Za-z]{0,4}[ -]?[0-9][A-Za-z0-9]*(?:[ -][0-9]+|-[A-Za-z0-9]+)*(?![\p{L}\p{M}\p{N}])")
HOURS = frozenset({"बजे", "बजकर", "am", "pm", "तारीख़", "तारीख", "o'clock"})  # after them a number is an hour or a day
MET = 2.5  # zipf of an English word that is met: a rarer one may be a dish or a name
FAR = 2  # letters by which a code may differ from the one it was read from


class Change(NamedTuple):
    """One leaf mended, and why."""

    path: str
    before: Any
    after: Any
    why: Why


class Repaired(NamedTuple):
    """A target after repair, and everything that was changed."""

    target: dict[str, Any]
    changes: tuple[Change, ...]


def repair(message: str, target: Mapping[str, Any], partition: Partition | None = "train") -> Repaired:
    """Mend a valid target by its message. Target in, target out: the same intent, the same keys, the same leaves filled."""
    text = nfc(message)
    said = heard(text, partition)
    out = canonical(target)
    changes: list[Change] = []
    for path, value in leaves(out).items():
        if value is None:
            continue
        kind = kind_of_leaf(str(out["intent"]), path)
        if kind in ("text", "name"):
            found: tuple[Any, Why] | None = _text(value, "brand" if path in BRANDS else kind, said, partition)
        elif kind in NUMBERS:
            found = _number(path, value, text, said, out, partition)
        else:
            found = _digits(value, text) if kind == "digits" else None
        if found is not None and found[0] != value:
            changes.append(Change(path, value, *found))
            _put(out, path, found[0])
    return Repaired(out, tuple(changes))


def repaired(prediction: Prediction, message: str, partition: Partition | None = "train") -> Prediction:
    """A prediction after repair, as a stage of its own; an answer that is none stays as it is. Both texts are kept, the answer as it came first."""
    target = verdict(prediction.output, explain=False).target
    output = prediction.output if target is None else encode(repair(message, target, partition).target).decode()
    attempts = (*(prediction.attempts or (prediction.output,)), output)
    return msgspec.structs.replace(prediction, stage="repaired", output=output, attempts=attempts)


def _put(target: dict[str, Any], path: str, value: Any) -> None:
    head, _, rest = path.partition(".")
    if rest:
        place, _, key = rest.partition(".")
        target[head][int(place)][key] = value
    else:
        target[head] = value


def _text(value: str, kind: str, said: Sequence[Heard], partition: Partition | None) -> tuple[str, Why] | None:
    """A text, word by word; what stands around a word (commas in a message) stays, white space around the whole goes."""
    words = value.strip().split(" ")
    cores = [_CORE.sub(r"\2", w) for w in words]
    why: Why | None = None if value == value.strip() else "spelling"
    for place, found in enumerate(trace(cores, said, partition)):
        if found.place is None:
            continue
        better = _word(found.word, said[found.place], kind, partition)
        if better is not None and better[0] != found.word:
            words[place] = words[place].replace(found.word, better[0], 1)
            why = better[1] if why is None or better[1] == "script" else why
    return (" ".join(words), why) if why is not None else None


def _word(word: str, source: Heard, kind: str, partition: Partition | None) -> tuple[str, Why] | None:
    """A word of a value by the word it came from, where that word's language and spelling are beyond doubt.

    A capital says brand, title or foreign name to the labelling guide, so a capitalised Latin word is Hindi only where the lexicon
    lists it so and the slot is no brand's; a name becomes Latin, and a spelling ours, only where the lexicon lists the word.
    """
    script, lexicon = script_of(word), load(partition)
    if script == "other":
        return ascii_digits(word), "script"
    lower = source.text.lower()
    listed = {e.lang for e in (*lexicon.by_roman.get(lower, ()), *lexicon.by_deva.get(source.text, ()), *lexicon.by_norm.get(source.text, ()))}
    as_label = {e.lang for e in lexicon.by_norm.get(word, ())}
    if script == "roman" and source.lang == "hi" and not as_label and sure(source, partition):
        small = word == word.lower() and ("hi" in listed or word not in english_words())
        plain = small or ("hi" in listed and kind != "brand" and script_of(source.text) == "roman")
        return (source.norm, "script") if plain else None
    if script == "roman" and source.lang == "en" and not as_label and "en" in listed and word.lower() == lower:
        alias = source.norm.lower() != lower
        return (source.norm, "spelling") if alias or word == lower else None
    if script == "devanagari" and source.lang == "en" and "hi" not in as_label and sure(source, partition):
        common = kind == "text" and (name := source.norm.lower()) in english_words() and zipf(name) > MET
        return (source.norm, "script") if ("en" in listed or common) and "hi" not in listed and len(source.norm) > 2 else None
    if script == "devanagari" and source.lang == "hi" and "hi" in listed and word not in readings(source.text, 5, partition):
        return (source.norm, "spelling") if fold(word) != fold(source.text) else None
    return (standard(word, partition), "spelling") if script == "devanagari" and kind == "text" else None


def _values(text: str, said: Sequence[Heard], partition: Partition | None) -> list[Match]:
    """The plain numbers of a message: no clock, date, range or length of time, and no hour or day by the word that follows."""
    plain = [m for m in find(text) if m.reading.value is not None and m.reading.kind in ("exact", "each", "approx") and m.reading.unit not in NO_SUM]
    after = {m: next((w for w in said if w.start >= m.end), None) for m in plain}
    return [m for m in plain if (w := after[m]) is None or HOURS.isdisjoint({w.norm, w.text.lower(), *readings(w.text, 5, partition)})]


def _number(path: str, value: Any, text: str, said: Sequence[Heard], target: Mapping[str, Any], partition: Partition | None) -> tuple[Any, Why] | None:
    """A number that the message does not say, where one that it says is left for this leaf and no other."""
    numbers = _values(text, said, partition)
    if any(m.reading.value == value for m in numbers) or isinstance(value, bool) or any(w.text.lower() in PAAV for w in said):
        return None
    if path.count(".") == 2:
        numbers = _before(_first(target, path, said, partition), numbers, said)
    taken = [v for p, v in leaves(target).items() if p != path and isinstance(v, int | float)]
    worded = {w for v in leaves(target).values() if isinstance(v, str) for w in v.lower().split()}
    left = [m for m in numbers if m.reading.value not in taken and not _worded(text[m.start : m.end], worded, partition)]
    alike = [m for m in left if _figures(m.reading.value) == _figures(value)]  # a slip of scale: 60000 for 6k
    left = alike if len(alike) == 1 else left
    if len(left) != 1 or left[0].reading.value is None:
        return None
    exact = left[0].reading.value
    if kind_of_leaf(str(target["intent"]), path) == "count" and exact.denominator != 1:
        return None
    return (int(exact) if exact.denominator == 1 else float(exact)), "number"


def _figures(value: Any) -> str:
    """The figures of a number without its scale: 2500, 2.5 and 0.25 are 25."""
    return f"{float(value):.6f}".replace(".", "").strip("0")


def _worded(written: str, words: set[str], partition: Partition | None) -> bool:
    """Does a number stand in a text leaf already ("5:30 बजे", "2 साल")?"""
    said = {*ascii_digits(written.lower()).split(), *(r.lower() for w in written.split() for r in readings(w, 5, partition)[:3])}
    return not words.isdisjoint(said)


def _first(target: Mapping[str, Any], path: str, said: Sequence[Heard], partition: Partition | None) -> int | None:
    """Where the name of a list item begins in the message."""
    head, place, _ = path.split(".")
    name = str(target[head][int(place)].get("name") or "")
    return next((t.place for t in trace(name.split(), said, partition) if t.place is not None), None)


def _before(place: int | None, numbers: Sequence[Match], said: Sequence[Heard]) -> list[Match]:
    """The number that belongs to a thing: the last one that ends before it with at most two words between (दो plate समोसा)."""
    if place is None:
        return []
    at = said[place].start
    near = [m for m in numbers if m.end <= at and sum(m.end <= w.start < at for w in said) <= 2]
    return near[-1:]


def _digits(value: str, text: str) -> tuple[str, Why] | None:
    """A code that the message does not say, where one within two letters of it is said, and only one."""
    codes = {c for m in _CODE.finditer(ascii_digits(text)) if len(c := "".join(x for x in m[0].upper() if x.isalnum())) > 3}
    codes |= {c[2:] for c in codes if c.startswith("91") and len(c) == 12}
    if any(value in c for c in codes):
        return None
    near = [c for c in sorted(codes) if distance(value, c) <= FAR]
    return (near[0], "number") if len(near) == 1 else None


def distance(a: str, b: str) -> int:
    """Levenshtein distance in code points."""
    before = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y)))
        before = row
    return before[-1]
