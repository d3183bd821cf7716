"""What an annotator typed as a correction → a target: one `slot = value` line a change, or the whole label as JSON; Roman Hindi put into script."""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from curation.ground import ground
from hinglish.errors import KhichdiError
from hinglish.identify import identify
from hinglish.numerals import read
from hinglish.readings import readings
from hinglish.script import ascii_digits, nfc, script_of, words
from schemas.canonical import canonical, canonical_bytes, parse_target
from schemas.contract import Intent, Slot, intent
from schemas.example import Example
from schemas.reread import CHOICE_WORDS, compliant, text_reads
from schemas.validate import errors

QUOTES = "\"'“”"
NULL = frozenset({"null", "none", "nil", "-", "—", ""})
_LINE = re.compile(r"\s*([a-z_]+(?:[.\[]\d+\]?(?:\.[a-z_]+)?)?)\s*[=:]\s*(.*?)\s*")


class CorrectionError(KhichdiError):
    """A correction that cannot be used; the text is shown to the annotator as it is."""


class Correction(NamedTuple):
    """A target that holds, and what was put into script on the way as (typed, written)."""

    target: dict[str, Any]
    scripted: tuple[tuple[str, str], ...]


def correct(text: str, example: Example) -> Correction:
    """A typed correction of a row. Raises CorrectionError with the line or slot, what is wrong with it and what to write instead."""
    said = nfc(text).strip()
    if not said:
        raise CorrectionError("the verdict is fix, but no correction is written; write `slot = value`, one change a line, or choose right or reject")
    scripted: list[tuple[str, str]] = []
    target = _json(said, example, scripted) if said.startswith(("{", "```")) else _lines(said, example, scripted)
    _held(target, example)
    return Correction(target, tuple(scripted))


def _held(target: Mapping[str, Any], example: Example) -> None:
    """Schema, script and grounding; and that something changed at all."""
    faults = errors(target)
    if faults:
        raise CorrectionError("the corrected label does not fit its schema: " + "; ".join(faults[:3]))
    if canonical_bytes(target) == canonical_bytes(example.target):
        raise CorrectionError("the correction changes nothing; choose right, or write what should change")
    _, faults = ground(example.input, target, example.spans)
    if faults:
        raise CorrectionError("; ".join(faults[:3]) + ". A label holds only what the message says, Hindi in Devanagari and English in Latin")


def _json(said: str, example: Example, scripted: list[tuple[str, str]]) -> dict[str, Any]:
    """A whole label; keys that were left out are null, as the guide has it."""
    body = re.sub(r"^```(?:json)?\s*|\s*```$", "", said)
    try:
        given = parse_target(body)
        found = intent(str(given.get("intent")))
    except KhichdiError as fault:
        raise CorrectionError(f"the correction is no label: {fault}") from fault
    unknown = [k for k in given if k != "intent" and k not in {s.name for s in found.slots}]
    if unknown:
        raise CorrectionError(f"{found.name} has no slot {', '.join(unknown)}; its slots: {', '.join(s.name for s in found.slots) or 'none'}")
    target: dict[str, Any] = {"intent": found.name}
    for slot in found.slots:
        value = given.get(slot.name, [] if slot.kind == "list" else None)
        target[slot.name] = [_item(slot, v, example, scripted) for v in value] if isinstance(value, list) else _typed(slot, value, example, scripted)
    return canonical(target)


def _item(slot: Slot, value: Any, example: Example, scripted: list[tuple[str, str]]) -> Any:
    if not isinstance(value, dict) or set(value) - {f.name for f in slot.fields}:
        raise CorrectionError(f"{slot.name}: an item is an object with {', '.join(f.name for f in slot.fields)}; here: {str(value)[:60]}")
    return {f.name: _typed(f, value.get(f.name), example, scripted) for f in slot.fields}


def _typed(slot: Slot, value: Any, example: Example, scripted: list[tuple[str, str]]) -> Any:
    """A JSON value: text is put into script, numbers stay; text where a number belongs is read as one."""
    return _value(slot, value, example, scripted) if isinstance(value, str) else value


def _lines(said: str, example: Example, scripted: list[tuple[str, str]]) -> dict[str, Any]:
    """One change a line over the label as it stands."""
    target = canonical(example.target)
    schema = intent(example.intent)
    for number, line in enumerate(said.splitlines(), 1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line)
        if not found:
            raise CorrectionError(f"line {number}: {line.strip()[:60]!r} is not `slot = value`; slots here: {_slots(schema)}")
        path, text = found[1].replace("[", ".").replace("]", ""), found[2]
        if path == "intent":
            raise CorrectionError(f"line {number}: another intent has other slots; write the whole label as JSON")
        _set(target, schema, path, text, example, scripted, f"line {number}")
    return canonical(target)


def _slots(schema: Intent) -> str:
    return ", ".join(f"{s.name}.0.{f.name}" for s in schema.slots for f in s.fields) or ", ".join(s.name for s in schema.slots) or "none"


def _set(target: dict[str, Any], schema: Intent, path: str, text: str, example: Example, scripted: list[tuple[str, str]], place: str) -> None:
    head, *rest = path.split(".")
    slot = next((s for s in schema.slots if s.name == head), None)
    if slot is None:
        raise CorrectionError(f"{place}: {schema.name} has no slot {head!r}; slots here: {_slots(schema)}")
    if slot.kind != "list":
        target[head] = _value(slot, text, example, scripted)
        return
    items = target[head]
    if not rest or not rest[0].isdecimal() or int(rest[0]) > len(items):
        raise CorrectionError(f"{place}: {head} is a list of {len(items)}; write {head}.0.{slot.fields[0].name} = …, or {head}.{len(items)}.… for one more")
    at = int(rest[0])
    if len(rest) == 1:
        if text.casefold() not in NULL or at == len(items):
            raise CorrectionError(f"{place}: {head}.{at} = null takes the item out; to change it name {', '.join(f.name for f in slot.fields)}")
        del items[at]
        return
    part = next((f for f in slot.fields if f.name == rest[1]), None)
    if part is None:
        raise CorrectionError(f"{place}: an item of {head} has {', '.join(f.name for f in slot.fields)}, not {rest[1]!r}")
    if at == len(items):
        items.append({f.name: None for f in slot.fields})
    items[at][part.name] = _value(part, text, example, scripted)


def _value(slot: Slot, text: str, example: Example, scripted: list[tuple[str, str]]) -> Any:
    """What a person typed for one slot, as the guide writes it; a text in quotes is taken letter by letter."""
    if text.strip().casefold() in NULL:
        return None
    if slot.kind in ("amount", "count", "quantity"):
        return _number(slot, text.strip(QUOTES))
    if slot.kind == "digits":
        return "".join(c for c in ascii_digits(text).upper() if c.isascii() and c.isalnum())
    if slot.kind == "choice":
        return _choice(slot, text.strip(QUOTES))
    if len(text) > 1 and text[0] in QUOTES and text[-1] in QUOTES:
        return text[1:-1]
    written = text if slot.name == "message" and _fits(text) else in_script(text, example)
    if written != text:
        scripted.append((text, written))
    return written


def _number(slot: Slot, text: str) -> int | float:
    found = read(text).value
    if found is None:
        raise CorrectionError(f"{slot.name}: {text!r} is no single number; write digits, such as 700, or null for a range")
    return _plain(found)


def _plain(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)


def _choice(slot: Slot, text: str) -> str:
    word = text.strip().casefold()
    for choice in slot.choices:
        if word == choice.casefold() or set(readings(word)) & CHOICE_WORDS.get(choice, frozenset()):
            return choice
    raise CorrectionError(f"{slot.name}: {text!r} is none of {', '.join(slot.choices)}")


def _fits(text: str) -> bool:
    return all(map(compliant, text.split()))


def in_script(text: str, example: Example) -> str:
    """A typed value in the script of each word's language: as the message's own words are read where it says the same, else by the words alone."""
    tokens = text.split()
    spoken, norms = _spoken(example)
    for i in range(len(spoken) - len(tokens) + 1):
        here = spoken[i : i + len(tokens)]
        if all(map(_same, tokens, here)):
            found = " ".join(norms[i : i + len(tokens)])
            return text if script_of(text) != "roman" and _fits(text) and text_reads(" ".join(here), text) else found
    return text if _fits(text) else " ".join(t.norm for t in identify(tokens))


def _same(typed: str, written: str) -> bool:
    return typed.casefold() == written.casefold() or bool(set(readings(typed)) & set(readings(written)))


def _spoken(example: Example) -> tuple[Sequence[str], Sequence[str]]:
    """Words of the message and their label forms, from the tokens where the row has them."""
    if example.utterance is not None:
        kept = [t for t in example.utterance if t.kind != "mark"]
        return [t.text for t in kept], [t.norm for t in kept]
    spoken = [example.input[a:b] for a, b in words(example.input)]
    return spoken, [t.norm for t in identify(spoken)]
