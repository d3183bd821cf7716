"""Predictions beside a release: every answer scored, then figures by tier, slot and slice, siblings held together.

A tier may be answered in part (a baseline's first 200 rows): its figures are of the rows answered, and it says how many were not.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from eval.kernel_score import kernel_counts
from eval.metrics import AT, BY_NAME, COLUMNS, LEAST, METRICS, Figure, Sample, figure, figures, macro, sample
from eval.rows import SIBLINGS, Gold, Release, kind
from eval.score import Outcome, score
from eval.slices import slices
from hinglish.errors import KhichdiError
from schemas.compare import STRICT, Pair, alike
from schemas.prediction import Prediction, Stage, by_stage, first_pass, verdict
from schemas.stats import wilson

if TYPE_CHECKING:
    from eval.metrics import Matrix


class Answered(NamedTuple):
    """A gold row, what was answered, what it earned, and all its counts."""

    gold: Gold
    prediction: Prediction
    outcome: Outcome
    counts: tuple[int, ...]


def answered(predictions: Sequence[Prediction], release: Release, *, kernel: bool = True) -> list[Answered]:
    """Pair each prediction with its row: an unknown id or another content is an error. `kernel=False` leaves the kernel's columns 0."""
    rows = release.by_id()
    out = []
    for p in predictions:
        row = rows.get(p.id)
        if row is None:
            raise KhichdiError(f"{p.id}: no such row in {release.name}; tiers: {', '.join(release.tiers)}. Predict on this release, or name the right one")
        if p.sha != row.sha:
            raise KhichdiError(f"{p.id}: answered for content {p.sha[:12]}…, {release.name} has {row.sha[:12]}…; predict again on this release")
        outcome = score(row, p.output)
        more = kernel_counts(row, p.output) if kernel else (0,) * 7
        out.append(Answered(row, p, outcome, (*outcome.counts, *more)))
    return out


def as_sample(rows: Sequence[Answered]) -> Sample:
    """Their counts and groups."""
    return sample([a.counts for a in rows], [a.gold.group for a in rows])


def by_tier(rows: Iterable[Answered]) -> dict[str, list[Answered]]:
    """Tier → its answers, in the order they first come."""
    out: dict[str, list[Answered]] = {}
    for row in rows:
        out.setdefault(row.gold.tier, []).append(row)
    return out


class Slot(NamedTuple):
    """Leaves of one slot, or of one kind of value, by row: right, said, wanted."""

    right: list[int]
    said: list[int]
    wanted: list[int]


def slot_counts(rows: Sequence[Answered], *, by_kind: bool = False) -> dict[str, Slot]:
    """"intent.slot", or the kind of value, → its leaves row by row."""
    out: dict[str, Slot] = {}
    for place, a in enumerate(rows):
        for pair in a.outcome.pairs:
            for intent, name in _slots(a, pair, by_kind=by_kind):
                slot = out.setdefault(name, Slot(*([0] * len(rows) for _ in range(3))))
                if intent == "gold":
                    slot.wanted[place] += 1
                    slot.right[place] += pair.level >= STRICT
                else:
                    slot.said[place] += 1
    return dict(sorted(out.items()))


def _slots(a: Answered, pair: Pair, *, by_kind: bool) -> list[tuple[str, str]]:
    """Whose slot a pair is: of gold where gold fills it, of the answer where the answer does."""
    out = []
    if pair.gold is not None:
        out.append(("gold", kind(a.gold.intent, pair.slot) if by_kind else f"{a.gold.intent}.{pair.slot}"))
    if pair.said is not None:
        target = a.gold.target if a.outcome.of("intent") else verdict(a.prediction.output).target or {}
        intent = str(target.get("intent"))
        out.append(("said", kind(intent, pair.slot) if by_kind else f"{intent}.{pair.slot}"))
    return out


def slot_figures(rows: Sequence[Answered], *, by_kind: bool = False) -> dict[str, Figure]:
    """F1 of each slot, or of each kind of value; n is the rows that say or want it."""
    import numpy as np

    out = {}
    groups = as_sample(rows).groups
    for name, slot in slot_counts(rows, by_kind=by_kind).items():
        data = np.zeros((len(rows), len(COLUMNS)))
        for column, values in zip(("right", "said", "wanted"), slot, strict=True):
            data[:, AT[column]] = values
        out[name] = figure(BY_NAME["slot_f1"], Sample(data, groups))
    return out


def macro_f1(rows: Sequence[Answered]) -> Figure:
    """Mean F1 over the slots that gold fills."""
    import numpy as np

    slots = list(slot_counts(rows).values())
    if not slots:
        return Figure(0.0, 0.0, 1.0, 0, 0.0, 0.0)
    stacked: list[Matrix] = [np.asarray([s[i] for s in slots], np.float64).T for i in range(3)]
    return macro(stacked[0], stacked[1], stacked[2], as_sample(rows).groups)


def invariance(rows: Sequence[Answered]) -> dict[str, Figure]:
    """Over groups of two or more surfaces: those answered alike everywhere, and those right everywhere.

    Alike: every answer says the same, or each says what its own gold says (a number in a text may be written as its surface writes it).
    """
    groups = [list(g) for _, g in groupby(sorted(rows, key=_group), key=_group)]
    several = [g for g in groups if len(g) > 1]
    right = [all(a.outcome.of("strict") for a in g) for g in several]
    alike_ = [r or _alike(g) for r, g in zip(right, several, strict=True)]
    return {"invariant": _share(sum(alike_), len(several)), "invariant_and_right": _share(sum(right), len(several))}


def _alike(rows: Sequence[Answered]) -> bool:
    found = [verdict(a.prediction.output, explain=False).target for a in rows]
    first = found[0]
    if first is None or any(t is None or t.keys() != first.keys() for t in found):
        return False
    return all(t is not None and (t[k] == first[k] or alike(first[k], t[k]) >= STRICT) for t in found for k in first)


def _group(a: Answered) -> str:
    return a.gold.group


def _share(k: int, n: int) -> Figure:
    found = wilson(k, n)
    return Figure(found.value, found.low, found.high, n, k, n)


class Report(msgspec.Struct, frozen=True):
    """All figures of one stage: "tier" → metric → figure; "slices" → tier → slice → metric → figure; slots and kinds by tier."""

    stage: Stage
    tiers: dict[str, dict[str, Figure]]
    slots: dict[str, dict[str, Figure]]
    kinds: dict[str, dict[str, Figure]]
    slices: dict[str, dict[str, dict[str, Figure]]]
    siblings: dict[str, Figure]
    missing: dict[str, int]
    seconds: dict[str, float]


SLICED = ("json_valid", "intent", "match_strict", "slot_f1", "script")


def report(rows: Sequence[Answered], release: Release, stage: Stage, *, deep: bool = True) -> Report:
    """Every figure of one stage; `deep=False` leaves out slots and slices."""
    tiers = {t: r for t, r in by_tier(rows).items() if not t.startswith(SIBLINGS)}
    return Report(
        stage=stage,
        tiers={t: figures(as_sample(r)) | {"slot_f1_macro": macro_f1(r)} for t, r in tiers.items()},
        slots={t: slot_figures(r) for t, r in tiers.items()} if deep else {},
        kinds={t: slot_figures(r, by_kind=True) for t, r in tiers.items()} if deep else {},
        slices={t: sliced(r) for t, r in tiers.items()} if deep else {},
        siblings=invariance(rows),
        missing={t: len(release.tiers[t]) - len(r) for t, r in tiers.items()},
        seconds=_seconds([a.prediction.seconds for a in rows if a.prediction.seconds is not None]),
    )


def sliced(rows: Sequence[Answered]) -> dict[str, dict[str, Figure]]:
    """Slice → its figures."""
    import numpy as np

    whole = as_sample(rows)
    named: dict[str, list[bool]] = {}
    for place, a in enumerate(rows):
        for name in slices(a.gold):
            named.setdefault(name, [False] * len(rows))[place] = True
    metrics = [m for m in METRICS if m.name in SLICED]
    return {name: {m.name: figure(m, whole.of(np.asarray(chosen))) for m in metrics} for name, chosen in sorted(named.items())}


def _seconds(times: Sequence[float]) -> dict[str, float]:
    if not times:
        return {}
    ordered = sorted(times)
    return {"median": ordered[len(ordered) // 2], "p95": ordered[min(len(ordered) - 1, 95 * len(ordered) // 100)], "sum": sum(ordered)}


def reports(file: Path, predictions: Sequence[Prediction], release: Release, *, deep: bool = True) -> list[tuple[Report, list[Answered]]]:
    """One report a stage of a predictions file. Retried answers without first-pass ones of their own give those from their first attempts."""
    stages = by_stage(predictions)
    if "retry" in stages and "first" not in stages:
        stages = by_stage([*map(first_pass, stages["retry"]), *predictions])
    out = []
    for stage, chosen in stages.items():
        rows = answered(chosen, release)
        if not rows:
            raise KhichdiError(f"{file.name}: no row of the stage {stage}")
        out.append((report(rows, release, stage, deep=deep), rows))
    return out


def printable(found: Mapping[str, Figure]) -> dict[str, Any]:
    """Figures as JSON has them: nothing rounded; below n = 200 the two sums without a share."""
    return {name: msgspec.structs.asdict(f) if f.n >= LEAST else {"n": f.n, "top": f.top, "bottom": f.bottom} for name, f in found.items()}
