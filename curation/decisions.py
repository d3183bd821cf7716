"""Decisions of annotators, as git keeps them: data/decisions/<round>/settled.jsonl read strictly, and applied to the rows of a release.

A fix replaces the label and names what stood there before; a reject goes; a decision on content that has changed since is stale,
listed and not applied. A template that people fix or reject too often is blocked until its own lines change.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec.structs import replace

from curation.ground import ground, realigned
from generators.family import Family, families
from hinglish.errors import KhichdiError
from hinglish.lexicon import DATA
from schemas.canonical import NotJSONError, canonical, canonical_bytes, encode, parse_target
from schemas.contract import leaves
from schemas.example import Example, spans_of
from schemas.reread import reread
from schemas.stats import Interval, wilson
from schemas.validate import errors

FOLDER = Path(os.environ.get("KHICHDI_DECISIONS") or DATA / "decisions")  # rounds of a try-out lie elsewhere
BLOCKED_ABOVE, BLOCKED_FROM = 0.10, 10  # lower end of the reject-or-fix rate, and the least decisions to judge a template by


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One settled judgement. `target` is the corrected label as a canonical JSON string, of a fix only; `annotators` are pseudonyms.

    `template` and `family` (hash of the family's text) say what the row was made from when it was judged.
    """

    id: str
    sha: str
    verdict: Literal["right", "fix", "reject"]
    target: str | None
    annotators: tuple[str, ...]
    time: str
    how: Literal["adjudicator", "majority", "slots"]
    template: str | None = None
    family: str | None = None
    round: str = ""  # the folder it stands in; set when read

    @property
    def label(self) -> dict[str, Any] | None:
        """The corrected label."""
        return None if self.target is None else parse_target(self.target)


class Rejected(NamedTuple):
    """A decision that could not be applied as it stands, and why."""

    decision: Decision
    why: str


class Report(NamedTuple):
    """What decisions did to a release. `warnings` are fixed rows that the re-reader disagrees with, as (id, what it says)."""

    fixed: tuple[Decision, ...]
    rejected: tuple[Decision, ...]
    confirmed: tuple[Decision, ...]
    stale: tuple[Decision, ...]
    refused: tuple[Rejected, ...]
    absent: tuple[Decision, ...]
    warnings: tuple[tuple[str, str], ...]


class Blocked(NamedTuple):
    """A template that may make no rows until it is mended: its rate of rejects and fixes with its interval, and where it stands."""

    template: str
    rate: Interval
    place: str


def read_round(name: str, folder: Path | None = None) -> list[Decision]:
    """The settled decisions of one round. Raises KhichdiError naming file, line, value and the way out."""
    path = (folder or FOLDER) / name / "settled.jsonl"
    if not path.exists():
        there = ", ".join(sorted(p.parent.name for p in (folder or FOLDER).glob("*/settled.jsonl"))) or "none"
        raise KhichdiError(f'data/decisions: no round "{name}"; rounds here: {there}. `khichdi review settle` writes one')
    out: dict[tuple[str, str], Decision] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        place = f"data/decisions/{name}/settled.jsonl:{number}"
        found = replace(_decision(line, place), round=name)
        if (found.id, found.sha) in out:
            raise KhichdiError(f"{place}: row {found.id} is decided twice in one round; a round is never edited, restore it from git")
        out[found.id, found.sha] = found
    return list(out.values())


def _decision(line: bytes, place: str) -> Decision:
    try:
        found = msgspec.json.decode(line, type=Decision)
        label = found.label
    except (msgspec.DecodeError, NotJSONError) as fault:
        raise KhichdiError(f"{place}: no decision ({fault}); a round is never edited, restore it from git") from fault
    if (found.verdict == "fix") != (label is not None):
        raise KhichdiError(f"{place}: verdict {found.verdict} {'with' if label else 'without'} a corrected label; only a fix has one. Restore it from git")
    if found.round:
        raise KhichdiError(f"{place}: has a round of its own ({found.round!r}); the folder names it. Restore the line from git")
    if label is not None and (errors(label) or canonical_bytes(label).decode() != found.target):
        wrong = "; ".join(errors(label)[:2]) or "its bytes are not canonical"
        raise KhichdiError(f"{place}: the corrected label of {found.id} does not hold: {wrong}. Restore the line from git, or settle the round anew")
    return found


def read_rounds(names: Sequence[str], folder: Path | None = None) -> list[Decision]:
    """The decisions of the rounds that a spec names, in their order."""
    return [d for name in names for d in read_round(name, folder)]


def apply(rows: Sequence[Example], decisions: Sequence[Decision]) -> tuple[list[Example], Report]:
    """Rows as the decisions leave them, in their order, and what was done.

    Later rounds come later in `decisions` and see a row as the earlier ones left it: a decision holds for the sha that it was made on.
    """
    by_id: dict[str, list[Decision]] = {}
    for d in decisions:
        by_id.setdefault(d.id, []).append(d)
    out: list[Example] = []
    done = _Done()
    here = set()
    for row in rows:
        here.add(row.id)
        kept: Example | None = row
        for d in by_id.get(row.id, ()):
            kept = _one(kept, d, done)
        if kept is not None:
            out.append(kept)
    absent = tuple(d for d in decisions if d.id not in here)
    return out, done.report(absent)


class _Done:
    """Lists that fill while decisions are applied."""

    def __init__(self) -> None:
        self.fixed: list[Decision] = []
        self.rejected: list[Decision] = []
        self.confirmed: list[Decision] = []
        self.stale: list[Decision] = []
        self.refused: list[Rejected] = []
        self.warnings: list[tuple[str, str]] = []

    def report(self, absent: tuple[Decision, ...]) -> Report:
        """What was done, for good."""
        done = tuple(self.fixed), tuple(self.rejected), tuple(self.confirmed), tuple(self.stale), tuple(self.refused)
        return Report(*done, absent, tuple(self.warnings))


def _one(row: Example | None, decision: Decision, done: _Done) -> Example | None:
    """One decision on one row."""
    if row is None or row.sha != decision.sha:
        done.stale.append(decision)
        return row
    if decision.verdict == "right":
        done.confirmed.append(decision)
        return row
    if decision.verdict == "reject":
        done.rejected.append(decision)
        return None
    label = canonical(decision.label or {})
    spans, faults = ground(row.input, label, row.spans)
    faults = errors(label) or faults
    if faults:
        done.refused.append(Rejected(decision, "; ".join(faults)))
        return row
    out = fixed(row, label, decision, spans)
    done.fixed.append(decision)
    done.warnings += [(row.id, fault) for fault in reread(out.input, out.spans, out.target, out.tags)]
    return out


def fixed(row: Example, label: dict[str, Any], decision: Decision, spans: Sequence[Any]) -> Example:
    """The row with its corrected label: same id, origin fixed, and in its provenance the round and what stood there before."""
    utterance = realigned(row, label, spans)
    filled = any(v is not None for v in leaves(label).values()) or label["intent"] == "none"
    tags = tuple(sorted({*row.tags, "noslot"} if not filled else {*row.tags} - {"noslot"}))
    before = {"round": decision.round, "before": encode(row.target).decode(), "sha": row.sha, "annotators": list(decision.annotators), "how": decision.how}
    provenance = {**row.provenance, "decisions": [*row.provenance.get("decisions", []), before]}
    where = tuple(spans_of(utterance)) if utterance is not None else tuple(spans)
    return Example(row.id, "fixed", row.input, where, label, tags, row.group, provenance, utterance)


def family_hash(family: Family) -> str:
    """What a family's own lines say, its text, tags and register: when one changes, earlier judgements no longer speak of it."""
    said = msgspec.json.encode([family.text, family.tags, family.level])
    return sha256(said).hexdigest()[:16]


def template_rates(decisions: Iterable[Decision], known: Mapping[str, Family]) -> dict[str, Interval]:
    """Template → its rate of rejects and fixes with the 95 % Wilson interval, over decisions made on the lines that it has now."""
    counts: dict[str, list[int]] = {}
    for d in decisions:
        if d.template is not None and d.template in known and d.family == family_hash(known[d.template]):
            bad = counts.setdefault(d.template, [0, 0])
            bad[0] += d.verdict != "right"
            bad[1] += 1
    return {t: wilson(bad, n) for t, (bad, n) in sorted(counts.items())}


def blocked_templates(decisions: Sequence[Decision], known: Sequence[Family] | None = None) -> list[Blocked]:
    """Templates whose rate of rejects and fixes surely lies over a tenth (Wilson's lower end, n ≥ 10), until their own lines change."""
    by_id = {f.id: f for f in (families() if known is None else known)}
    found = template_rates(decisions, by_id).items()
    return [Blocked(t, rate, by_id[t].place) for t, rate in found if rate.n >= BLOCKED_FROM and rate.low > BLOCKED_ABOVE]


def joined(reports: Sequence[Report]) -> Report:
    """The report of a whole whose parts were done apart: a decision is absent where every part lacked its row."""
    done = _Done()
    for r in reports:
        done.fixed += r.fixed
        done.rejected += r.rejected
        done.confirmed += r.confirmed
        done.stale += r.stale
        done.refused += r.refused
        done.warnings += r.warnings
    return done.report(tuple(d for d in reports[0].absent if all(d in r.absent for r in reports[1:])) if reports else ())


def round_facts(name: str, folder: Path | None = None) -> dict[str, Any]:
    """What a round says of itself: people (never scripted annotators), decisions, agreement with its interval."""
    path = (folder or FOLDER) / name / "round.json"
    try:
        return dict(msgspec.json.decode(path.read_bytes()))
    except (OSError, msgspec.DecodeError) as fault:
        raise KhichdiError(f"data/decisions/{name}/round.json: {fault}; a round is never edited, restore it from git") from fault


def card_rows(names: Sequence[str], report: Report, folder: Path | None = None) -> list[dict[str, Any]]:
    """A row a round for the card: people, their decisions, how many decisions changed a row or confirmed it, how many are stale, alpha.

    Scripted annotators are counted nowhere; alpha is text with its 95 % interval, and a dash where no two people judged one row.
    """
    out = []
    for name in names:
        said = round_facts(name, folder)
        alpha = said["agreement_of_people"]["alpha"]
        shown = "–" if alpha["value"] is None else f"{alpha['value']:.3f}"
        if alpha["low"] is not None:
            shown += f" ({alpha['low']:.3f}–{alpha['high']:.3f}, {alpha['n']} rows)"
        applied = sum(d.round == name for d in (*report.fixed, *report.rejected, *report.confirmed))
        stale = sum(d.round == name for d in report.stale)
        out.append({"round": name, "people": said["people"], "decisions": said["decisions_of_people"], "applied": applied, "stale": stale, "agreement": shown})
    return out
