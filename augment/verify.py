"""The laws of augmentation, proved over drawn rows: same slots, same leaves, spans re-read as their words, NFC, same stream → same words."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from augment.core import Step
from augment.pipeline import once
from hinglish.errors import KhichdiError
from hinglish.lexicon import Lexicon
from hinglish.script import nfc
from schemas.example import Example
from schemas.reread import reread
from schemas.validate import checker


class Broken(NamedTuple):
    """A row that breaks a law: which step, which law, the row before and after."""

    step: str
    law: str
    detail: str
    before: str
    after: str


class Verified(NamedTuple):
    """What a verification saw: how many rows each step changed, and what broke."""

    applied: dict[str, int]
    broken: list[Broken]


def verify_row(example: Example, step: Step, lexicon: Lexicon) -> tuple[Example | None, Broken | None]:
    """One row through one step: the row it gives, or the law it breaks."""
    try:
        out = once(example, step, lexicon)
        again = once(example, step, lexicon)
    except KhichdiError as fault:
        return None, Broken(step.name, "label", str(fault), example.input, "")
    if out is None:
        return None, None
    if again is None or again.input != out.input or again.id != out.id:
        return out, Broken(step.name, "same stream, same words", f"{again.input if again else None!r}", example.input, out.input)
    if out.input != nfc(out.input):
        return out, Broken(step.name, "NFC", "not in the one form", example.input, out.input)
    if out.group != example.group:
        return out, Broken(step.name, "group", "a sibling left its group", example.input, out.input)
    if not checker(out.intent)(out.target):
        return out, Broken(step.name, "schema", f"{out.target} is not valid", example.input, out.input)
    faults = reread(out.input, out.spans, out.target, out.tags)
    return out, Broken(step.name, "reread", faults[0], example.input, out.input) if faults else None


def verify(rows: Iterable[Example], registry: Mapping[str, Step], lexicon: Lexicon, *, stop_at: int = 20) -> Verified:
    """Every row through every step; stops after `stop_at` broken laws."""
    applied = dict.fromkeys(registry, 0)
    broken: list[Broken] = []
    for example in rows:
        for name, step in registry.items():
            out, fault = verify_row(example, step, lexicon)
            applied[name] += out is not None
            if fault is not None:
                broken.append(fault)
                if len(broken) >= stop_at:
                    return Verified(applied, broken)
    return Verified(applied, broken)
