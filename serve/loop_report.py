"""What a simulated loop came to: each arm on the rows that both are measured on, and the difference with its interval, whichever way it falls."""

import math
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any, Final, NamedTuple

import msgspec

from eval.rows import Gold, read_tier
from eval.score import AT, score
from schemas.prediction import read_predictions
from schemas.stats import Difference, paired_ratio, wilson
from serve.loop_config import ARMS, Arm, Loop

# Student's t at .975 by degrees of freedom: an interval over so few seeds is wide, and says so.
T975: Final = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
FIGURES: Final = (("valid", "valid", "rows"), ("strict", "strict", "rows"), ("slots right", "right", "wanted"))


class Scored(NamedTuple):
    """One model on the measured rows: counts of each figure by row."""

    tops: dict[str, list[float]]
    bottoms: dict[str, list[float]]

    def share(self, name: str) -> float:
        """The figure."""
        return sum(self.tops[name]) / max(1.0, sum(self.bottoms[name]))


class Compared(NamedTuple):
    """Failures minus random: by seed, their mean with its interval over seeds, and the paired bootstrap over rows of all seeds."""

    figure: str
    by_seed: tuple[float, ...]
    mean: float
    low: float
    high: float
    over_rows: Difference


def scored(rows: Sequence[Gold], answers: Path) -> Scored:
    """Answers of one model beside their rows."""
    by_id = {p.id: p.output for p in read_predictions(answers / "train.first.jsonl")}
    found = [score(row, by_id[row.id]).counts for row in rows]
    tops = {name: [float(c[AT[top]]) for c in found] for name, top, _ in FIGURES}
    return Scored(tops, {name: [float(c[AT[bottom]]) for c in found] for name, _, bottom in FIGURES})


def over_seeds(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean and 95 % interval of Student's t over seeds; one seed proves nothing: from -1 to 1."""
    if len(values) < 2:
        return mean(values), -1.0, 1.0
    half = T975.get(len(values) - 1, 2.0) * stdev(values) / math.sqrt(len(values))
    return mean(values), mean(values) - half, mean(values) + half


def compared(name: str, failures: Sequence[Scored], random: Sequence[Scored]) -> Compared:
    """One figure of both arms, seed by seed in the same order."""
    by_seed = tuple([f.share(name) - r.share(name) for f, r in zip(failures, random, strict=True)])
    first, second = (_added(name, arm) for arm in (random, failures))
    return Compared(name, by_seed, *over_seeds(by_seed), paired_ratio(first, second))


def _added(name: str, arm: Sequence[Scored]) -> tuple[list[float], list[float]]:
    """A row's counts summed over seeds: a row is one group, however many models answered it."""
    return [sum(x) for x in zip(*[s.tops[name] for s in arm], strict=True)], [sum(x) for x in zip(*[s.bottoms[name] for s in arm], strict=True)]


def report(loop: Loop, place: Path) -> dict[str, Any]:
    """Everything a reader needs: how the start, each seed and each arm do, the differences, and the audit added up."""
    rows = read_tier(place / "measure", "train")
    start = scored(rows, place / "start")
    done = [s for s in loop.seeds if all((place / f"s{s}-{arm}" / "train.first.jsonl").is_file() for arm in ARMS)]
    arms: dict[Arm, list[Scored]] = {arm: [scored(rows, place / f"s{s}-{arm}") for s in done] for arm in ARMS}
    names = [name for name, _, _ in FIGURES]
    return {
        "loop": loop.name, "seeds": done, "of": list(loop.seeds), "rows measured": len(rows),
        "start": {name: wilson(round(sum(start.tops[name])), round(sum(start.bottoms[name]))) for name in names},
        "arms": {arm: {name: [s.share(name) for s in found] for name in names} for arm, found in arms.items()},
        "failures minus random": [compared(name, arms["failures"], arms["random"])._asdict() for name in names] if done else [],
        "audit": audit(place),
    }  # fmt: skip


def audit(place: Path) -> dict[str, Any]:
    """Rows by arm: chosen, trained on, by class and by what was decided."""
    lines = [msgspec.json.decode(line) for path in sorted(place.glob("s*/audit.jsonl")) for line in path.read_bytes().splitlines()]
    out: dict[str, Any] = {}
    for arm in ARMS:
        own = [line for line in lines if line["arm"] == arm]
        counts = {key: {v: sum(line[key] == v for line in own) for v in sorted({line[key] for line in own})} for key in ("class", "decided")}
        out[arm] = {"chosen": len(own), "trained": sum(line["trained"] for line in own), **counts}
    return out


def lines_of(found: dict[str, Any]) -> list[tuple[str, ...]]:
    """The report as rows of a table: figure, start, failures, random, difference with both intervals."""
    out = []
    for c in found["failures minus random"]:
        name = c["figure"]
        each = [" ".join(f"{v:.3f}" for v in found["arms"][arm][name]) for arm in ARMS]
        rows = c["over_rows"]
        seeds, spread = f"{c['mean']:+.3f} [{c['low']:+.3f}, {c['high']:+.3f}]", f"{rows.value:+.3f} [{rows.low:+.3f}, {rows.high:+.3f}]"
        out.append((name, f"{found['start'][name].value:.3f}", *each, seeds, spread))
    return out
