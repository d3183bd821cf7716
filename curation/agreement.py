"""How far annotators agree, as pure functions: Krippendorff's alpha, Cohen's kappa, spans, labels and slots, each with an interval.

A chance-corrected figure is undefined where only one value was ever used: it is None then, never 1.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from generators.randomness import Random
from schemas.compare import same_value, span_f1
from schemas.contract import leaves
from schemas.example import Span
from schemas.stats import Interval, bootstrap, wilson

Unit = Sequence[Hashable]  # the values that one unit was given, in any order, missing ones left out
ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval and the n it comes from; value None where it is undefined."""

    value: float | None
    low: float | None
    high: float | None
    n: int


def _figure(interval: Interval) -> Figure:
    return Figure(*interval)


def alpha(units: Sequence[Unit]) -> float | None:
    """Krippendorff's alpha for nominal data (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section C).

    Units with fewer than two values cannot be paired and are left out. None without pairs, or where all values are one.
    """
    paired = [u for u in units if len(u) > 1]
    totals: Counter[Hashable] = Counter(v for u in paired for v in u)
    n = totals.total()
    observed = sum(sum(c * (len(u) - c) for c in Counter(u).values()) / (len(u) - 1) for u in paired)
    expected = sum(c * (n - c) for c in totals.values())
    return 1 - (n - 1) * observed / expected if expected else None


def kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Cohen's kappa of two annotators over the units that both judged (Cohen 1960). None where chance alone would agree always."""
    n = len(pairs)
    if not n:
        return None
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(first[v] * second[v] for v in first) / n**2
    seen = sum(a == b for a, b in pairs) / n
    return (seen - chance) / (1 - chance) if chance < 1 else None


def interval(units: Sequence[Any], statistic: Callable[[Sequence[Any]], float | None], seed: str, rounds: int = ROUNDS) -> Figure:
    """A figure with the percentile bootstrap over units; draws in which it is undefined are drawn again, and if most are it has no interval."""
    value = statistic(units)
    if value is None:
        return Figure(None, None, None, len(units))
    rng = Random(f"agreement/{seed}")
    draws: list[float] = []
    for _ in range(2 * rounds):
        found = statistic([units[int(rng.random() * len(units))] for _ in units])
        if found is not None:
            draws.append(found)
        if len(draws) == rounds:
            break
    if len(draws) < rounds:
        return Figure(value, None, None, len(units))
    draws.sort()
    return Figure(value, draws[int(0.025 * (rounds - 1))], draws[-1 - int(0.025 * (rounds - 1))], len(units))


def share(right: int, n: int) -> Figure:
    """A proportion with Wilson's interval; undefined where nothing was counted."""
    return _figure(wilson(right, n)) if n else Figure(None, None, None, 0)


def mean(groups: Sequence[Sequence[float]], seed: str) -> Figure:
    """A mean over groups (the pairs of one row are one observation), bootstrapped by group."""
    filled = [g for g in groups if g]
    return _figure(bootstrap(filled, _mean, rng=Random(f"agreement/{seed}"))) if filled else Figure(None, None, None, 0)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def pair_scores(unit: Sequence[Any], score: Callable[[Any, Any], float | None]) -> list[float]:
    """The score of every pair of answers to one unit; pairs in which neither says anything count for nothing."""
    found = (score(a, b) for a, b in combinations(unit, 2))
    return [s for s in found if s is not None]


def spans_agree(a: Sequence[Span], b: Sequence[Span]) -> float | None:
    """F1 of two annotators' spans."""
    return span_f1(a, b)


def labels_agree(a: bytes, b: bytes) -> float:
    """1 where two labels are the same bytes."""
    return float(a == b)


def slots_agree(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, bool]:
    """Slot → do both say the same? Slots that both leave null count for nothing; another intent disagrees in every slot that is filled."""
    x, y = leaves(a), leaves(b)
    same = a.get("intent") == b.get("intent")
    out = {}
    for path in x.keys() | y.keys():
        if x.get(path) is not None or y.get(path) is not None:
            out[path] = same and path in x and path in y and same_value(x[path], y[path], "exact")
    return out
