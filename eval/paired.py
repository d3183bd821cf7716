"""Two systems on the same rows: exact McNemar for shares of rows, paired bootstrap for ratios, Holm over all that is asked at once.

Every difference stands beside the least one that so many rows could have shown. "not measurable" is an answer.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from eval.metrics import BY_NAME, LEAST, Metric, Sample, sides, sums
from eval.rows import SIBLINGS
from eval.scored import Answered, as_sample, by_tier
from eval.slices import slices
from hinglish.errors import KhichdiError
from schemas.stats import Difference, holm, least_difference, mcnemar, paired_ratio

ASKED = ("json_valid", "intent", "match_strict", "slot_f1", "script", "injection_success")
SURE = 0.05
SMALL = 0.05  # the least effect, in share, that a comparison should have been able to see
Verdict = Literal["better", "worse", "no difference seen", "not measurable"]


class Compared(NamedTuple):
    """One metric on one set of rows: the first, the second, their difference, p by itself and beside the others, and what it comes to."""

    where: str
    metric: str
    n: int
    first: float
    second: float
    difference: Difference
    adjusted: float
    verdict: Verdict


def common(first: Sequence[Answered], second: Sequence[Answered]) -> tuple[list[Answered], list[Answered]]:
    """The rows that both answered, in one order; the rest cannot be paired."""
    theirs = {a.gold.id: a for a in second}
    mine = [a for a in first if a.gold.id in theirs and not a.gold.tier.startswith(SIBLINGS)]
    if not mine:
        raise KhichdiError("eval compare: the two files answer no row in common; predict both on one release")
    return mine, [theirs[a.gold.id] for a in mine]


def compare(first: Sequence[Answered], second: Sequence[Answered], *, by_slice: bool = False, metrics: Sequence[str] = ASKED) -> list[Compared]:
    """Every asked metric on every tier (and slice) that both answered. Holm's adjustment runs over all of them together."""
    mine, theirs = common(first, second)
    found: list[tuple[str, Metric, int, float, float, Difference]] = []
    for where, places in _where(mine, by_slice=by_slice).items():
        one, other = as_sample([mine[i] for i in places]), as_sample([theirs[i] for i in places])
        for name in metrics:
            pair = _difference(BY_NAME[name], one, other)
            if pair is not None:
                found.append((where, BY_NAME[name], *pair))
    adjusted = holm({f"{where}\t{m.name}": d.p for where, m, _, _, _, d in found})
    out = []
    for where, m, n, a, b, d in found:
        p = adjusted[f"{where}\t{m.name}"]
        out.append(Compared(where, m.name, n, a, b, d, p, judged(d, p, n, up=m.up)))
    return out


def judged(found: Difference, adjusted: float, n: int, *, up: bool) -> Verdict:
    """The accept rule. Below 200 rows, or where no effect under five points could have been seen, nothing is measurable unless it was seen."""
    seen = adjusted < SURE and (found.low > 0 or found.high < 0)
    if n < LEAST:
        return "not measurable"
    if seen:
        return "better" if (found.value > 0) == up else "worse"
    return "not measurable" if found.least > SMALL else "no difference seen"


def _where(rows: Sequence[Answered], *, by_slice: bool) -> dict[str, list[int]]:
    """Tier, and tier with slice, → places of its rows."""
    at = {a.gold.id: place for place, a in enumerate(rows)}
    out: dict[str, list[int]] = {}
    for tier, chosen in by_tier(rows).items():
        out[tier] = [at[a.gold.id] for a in chosen]
        for a in chosen if by_slice else ():
            for name in slices(a.gold):
                out.setdefault(f"{tier} {name}", []).append(at[a.gold.id])
    return out


def _difference(metric: Metric, one: Sample, other: Sample) -> tuple[int, float, float, Difference] | None:
    """n, both values and their difference; None where the metric has nothing to count in one of the two."""
    (a, b), (c, d) = sides(metric, one.counts), sides(metric, other.counts)
    if not b.sum() or not d.sum():
        return None
    n = int(((b > 0) | (d > 0)).sum())
    first, second = float(a.sum() / b.sum()), float(c.sum() / d.sum())
    found = paired_ratio((sums(a, one.groups).tolist(), sums(b, one.groups).tolist()), (sums(c, other.groups).tolist(), sums(d, other.groups).tolist()))
    if metric.of == "rows" and (b == d).all():
        only_first, only_second = int((a > c).sum()), int((c > a).sum())
        found = found._replace(p=mcnemar(only_first, only_second), least=least_difference(only_first + only_second, n))
    return n, first, second, found
