"""From the failure queue to a round of review, and back: failures as rows that people judge, and the rows as they were decided.

Only redacted text is in the queue, so only redacted text comes before people and into a release.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from curation.decisions import Report, apply, read_round
from curation.ground import ground
from curation.review_plan import Head, Plan, Shown
from curation.review_records import key_of
from hinglish.script import nfc
from schemas.canonical import canonical
from schemas.contract import leaves
from schemas.example import Example
from schemas.prediction import verdict
from schemas.row import row_of
from serve.failures import Failure

TIER = "live"


def example_of(failure: Failure) -> Example:
    """A failure as a row of origin live. An answer that was no label is shown as intent none: its annotator writes the label."""
    name = f"live-{failure.key.replace(':', '-')}"
    text = nfc(failure.message)
    target: dict[str, Any] = canonical(verdict(failure.output or "", explain=False).target or {"intent": "none"})
    spans, faults = ground(text, target)
    filled = any(v is not None for v in leaves(target).values()) or target["intent"] == "none"
    made = {"source": "live", "reason": failure.reason, "class": failure.cls, "seen": failure.seen, "first": failure.first}
    tags = () if filled else ("noslot",)
    return Example(name, "live", text, tuple(spans) if not faults else (), target, tags, name, made)


def plan_of(failures: Sequence[Failure], round_name: str, overlap: int) -> Plan:
    """A round of failures: each as it came, none planted or blind, all suspicious."""
    shown = []
    for failure in failures:
        example = example_of(failure)
        shown.append(Shown(key_of(example), TIER, "plain", row_of(example), suspicion=1.0))
    return Plan(Head(round_name, TIER, overlap), tuple(shown))


def decided(plan: Plan, home: Path) -> tuple[list[Example], Report]:
    """The rows of a settled round as its decisions leave them: those that were confirmed or fixed. Undecided ones stay behind."""
    judged = read_round(plan.head.round, home)
    spoken = {d.id for d in judged}
    return apply([s.example for s in plan.shown if s.example.id in spoken], judged)


def facts_of(failure: Failure) -> dict[str, Any]:
    """A failure as a report shows it."""
    return {**failure._asdict(), "facts": msgspec.json.decode(failure.facts)}
