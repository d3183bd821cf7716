"""The rule baseline: intent by cue words, slots by classes of the lexicon (train partition), numbers by our reader. No model, no training.

An honest afternoon's work, so that a model's figures stand beside what no model at all gets. The rules lie in eval/rules.toml.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import regex

from eval.script_score import KNOWN
from hinglish.errors import KhichdiError
from hinglish.lexicon import Entry, load
from hinglish.numerals import Match, find
from hinglish.script import ascii_digits, nfc
from schemas.canonical import canonical
from schemas.contract import intent
from schemas.grounding import Heard, heard
from schemas.reread import CHOICE_WORDS

FILE = Path(__file__).with_name("rules.toml")
DAYS = frozenset(
    "आज कल परसों today tomorrow Monday Tuesday Wednesday Thursday Friday Saturday Sunday सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार इतवार weekend".split()
)
MONTHS = frozenset("January February March April May June July August September October November December तारीख तारीख़".split())
BEFORE_DAY = frozenset({"अगले", "इस", "next", "this", "आने", "वाले"})
PARTS = frozenset("सुबह शाम रात दोपहर सवेरे तड़के morning evening night afternoon अभी तुरंत urgent".split())
HOURS = frozenset({"बजे", "am", "pm", "बजकर"})
LENGTHS = frozenset("दिन दिनों महीने महीना साल months month years year days day हफ़्ते week weeks".split())
OFTEN = frozenset({"रोज़", "रोज", "हर", "every", "daily", "weekdays"})
_CODE = regex.compile(r"(?<![\p{L}\p{N}])(?=[A-Za-z-]*[0-9])[A-Za-z0-9]+(?:[ -][0-9][A-Za-z0-9]*)*(?:-[A-Za-z0-9]+)*(?![\p{L}\p{N}])")
MOST = 5  # words a phrase of the lexicon has


class Rule(NamedTuple):
    """One slot: what its value is, and the words that follow or stand before it."""

    name: str
    kinds: tuple[str, ...]
    then: frozenset[str]
    after: frozenset[str]


class Found(NamedTuple):
    """A stretch of words [start, end) and the value it gives."""

    start: int
    end: int
    value: Any


@cache
def rules() -> Mapping[str, tuple[Mapping[str, int], Mapping[str, int], tuple[Rule, ...]]]:
    """Intent → cue words with weights, classes with weights, and its slots."""
    out = {}
    for name, table in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
        cues, signs = ({w.partition(":")[0].lower(): int(w.partition(":")[2]) for w in table.get(key, "").split()} for key in ("cues", "signs"))
        slots = tuple(
            Rule(s["name"], tuple(s["is"].split()), frozenset(s.get("then", "").split()), frozenset(s.get("after", "").split())) for s in table["slots"]
        )
        known = {s.name for s in intent(name).slots}
        if {s.name for s in slots} != known:
            raise KhichdiError(f"eval/rules.toml: [{name}] must have rules for {', '.join(sorted(known))}")
        out[name] = (cues, signs, slots)
    return out


def parse(message: str) -> dict[str, Any]:
    """The label that rules give a message; always valid under its schema."""
    text = nfc(message)
    said = heard(text, KNOWN)
    name = guess_intent(said)
    if name == "none":
        return {"intent": "none"}
    target: dict[str, Any] = {"intent": name} | {s.name: [] if s.fields else None for s in intent(name).slots}
    taken = [False] * len(said)
    for rule in sorted(rules()[name][2], key=_last):
        if rule.name == "items":
            target["items"] = _items(name, rule, text, said, taken)
            continue
        best = max(_candidates(rule, text, said, taken), key=lambda f: (_marked(rule, f, said), f.end - f.start, -f.start), default=None)
        if best is not None:
            target[rule.name] = best.value
            taken[best.start : best.end] = [True] * (best.end - best.start)
    return canonical(target)


def guess_intent(said: Sequence[Heard]) -> str:
    """The intent whose cue words and classes weigh most; none where there are too few."""
    words = {w.norm.lower() for w in said}
    classes = {e.cls for start in range(len(said)) for end in range(start + 1, min(len(said), start + MOST) + 1) for e in _entries(said[start:end])}
    scores = {name: _weight(cues, words) + _weight(signs, classes) for name, (cues, signs, _) in rules().items()}
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] >= 2 else "none"


def _weight(weights: Mapping[str, int], there: set[str]) -> int:
    return sum(weight for word, weight in weights.items() if word in there)


def _entries(said: Sequence[Heard]) -> tuple[Entry, ...]:
    """Lines of the train lexicon that are spelled so, in either script."""
    written = " ".join([w.text for w in said])
    return (*load(KNOWN).by_roman.get(written.lower(), ()), *load(KNOWN).by_deva.get(written, ()))


def _last(rule: Rule) -> tuple[bool, bool]:
    """What is left over is taken last, unmarked slots after marked ones."""
    return "rest" in rule.kinds, not rule.then and not rule.after


def _marked(rule: Rule, found: Found, said: Sequence[Heard]) -> bool:
    after = said[found.end].norm if found.end < len(said) else ""
    return after in rule.then or (found.start > 0 and said[found.start - 1].norm in rule.after)


def _candidates(rule: Rule, text: str, said: Sequence[Heard], taken: Sequence[bool]) -> list[Found]:
    found: list[Found] = []
    for kind in rule.kinds:
        match kind:
            case "money":
                found += [f for f, m in _numbers(text, said) if m.reading.unit in (None, "rupees") and f.value > 9]
            case "count":
                found += [f for f, m in _numbers(text, said) if m.reading.unit is None and isinstance(f.value, int) and f.value < 20 and _marked(rule, f, said)]
            case "code":
                found += list(_codes(text, said))
            case "date" | "time" | "repeat" | "length":
                found += list(_phrases(kind, said))
            case "mode" | "action":
                found += [Found(i, i + 1, choice) for i, w in enumerate(said) for choice in _choices(kind) if w.norm in CHOICE_WORDS[choice]]
            case "rest":
                found += _rest(rule, said, taken)
            case _:
                found += list(_listed(kind, said))
    return [f for f in found if not any(taken[f.start : f.end])]


def _choices(kind: str) -> tuple[str, ...]:
    return ("train", "bus", "flight") if kind == "mode" else ("refund", "replace", "repair")


def _listed(cls: str, said: Sequence[Heard]) -> Iterator[Found]:
    """Phrases of a class of the lexicon, as spelled in either script; names grow over their surname."""
    for start in range(len(said)):
        for end in range(min(len(said), start + MOST), start, -1):
            entry = next((e for e in _entries(said[start:end]) if e.cls == cls), None)
            if entry is not None:
                yield Found(start, end, entry.norm)
                break


def _numbers(text: str, said: Sequence[Heard]) -> Iterator[tuple[Found, Match]]:
    for m in find(text):
        if m.reading.value is not None and m.reading.kind in ("exact", "approx"):
            start, end = _words(said, m.start, m.end)
            value = m.reading.value
            if end < len(said) and said[end].norm in HOURS | LENGTHS | MONTHS:
                continue
            yield Found(start, end, int(value) if value.denominator == 1 else float(value)), m


def _words(said: Sequence[Heard], start: int, end: int) -> tuple[int, int]:
    """Code points → places of words."""
    inside = [i for i, w in enumerate(said) if w.start < end and w.end > start]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _codes(text: str, said: Sequence[Heard]) -> Iterator[Found]:
    """Numbers of four signs and more that are no sum: phones, orders, subscribers."""
    for m in _CODE.finditer(ascii_digits(text)):
        code = "".join(c for c in m[0].upper() if c.isalnum())
        if len(code) >= 4:
            start, end = _words(said, *m.span())
            yield Found(start, end, code)


def _phrases(kind: str, said: Sequence[Heard]) -> Iterator[Found]:
    """Runs of words that are a day, an hour, a habit or a length of time."""
    sets = {"date": DAYS | MONTHS | BEFORE_DAY, "time": PARTS | HOURS, "repeat": OFTEN | DAYS, "length": LENGTHS}
    core = {"date": DAYS | MONTHS, "time": PARTS | HOURS, "repeat": OFTEN, "length": LENGTHS}[kind]
    at = 0
    while at < len(said):
        end = at
        while end < len(said) and (said[end].norm in sets[kind] or _number_in(said, end, kind)):
            end += 1
        if any(w.norm in core for w in said[at:end]):
            stop = end + (end < len(said) and said[end].norm == "तक")
            yield Found(at, stop, " ".join(w.norm for w in said[at:stop]))
        at = max(end, at + 1)


def _number_in(said: Sequence[Heard], at: int, kind: str) -> bool:
    """A number belongs to the phrase where the word after it (or before: March 5) says so."""
    if not any(c.isdigit() for c in said[at].text) and not find(said[at].text):
        return False
    near = {said[i].norm for i in (at - 1, at + 1) if 0 <= i < len(said)}
    return bool(near & {"date": MONTHS, "time": HOURS | PARTS, "length": LENGTHS, "repeat": frozenset[str]()}[kind])


def _rest(rule: Rule, said: Sequence[Heard], taken: Sequence[bool]) -> list[Found]:
    """What no other slot took: after its marker to the end, else the longest run of words before the first cue of the intent."""
    marks = [i for i, w in enumerate(said) if w.norm in rule.after]
    start = marks[0] + 1 if marks else 0
    runs, at = [], start
    for i in range(start, len(said) + 1):
        if i == len(said) or taken[i] or said[i].lang == "other":
            if i > at:
                runs.append(Found(at, i, " ".join(w.norm for w in said[at:i])))
            at = i + 1
    return runs[:1] if marks else sorted(runs, key=lambda f: f.start - f.end)[:1]


def _items(name: str, rule: Rule, text: str, said: Sequence[Heard], taken: list[bool]) -> list[dict[str, Any]]:
    """Dishes or groceries with the number, and the unit, that stand before them."""
    numbers = {f.end: f for f, _ in _numbers(text, said)}
    out = []
    for found in _listed(rule.kinds[0], said):
        if any(taken[found.start : found.end]):
            continue
        taken[found.start : found.end] = [True] * (found.end - found.start)
        unit = said[found.start - 1].norm if found.start else ""
        has_unit = any(e.cls == "unit" for e in load(KNOWN).by_norm.get(unit, ()))
        number = numbers.get(found.start) or numbers.get(found.start - has_unit)  # a number may have read its unit too
        value = number.value if number else None
        if name == "order_food":
            out.append({"name": found.value, "quantity": value if isinstance(value, int) and value > 0 else None})
        else:
            out.append({"name": found.value, "quantity": value or None, "unit": unit if has_unit else None})
    return out
