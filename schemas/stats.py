"""Statistics that a gate can stand on: intervals with every number, groups resampled whole, paired tests on paired outputs."""

import math
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")
Z95 = 1.959963984540054
Z99 = 2.5758293035489004


class Interval(NamedTuple):
    """A value with the interval it never travels without, and the n it comes from."""

    value: float
    low: float
    high: float
    n: int


def wilson(successes: int, n: int, z: float = Z95) -> Interval:
    """Wilson score interval of a proportion (Wilson 1927): honest near 0 and 1, where gates are. n = 0 gives [0, 1]."""
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no proportion")
    if n == 0:
        return Interval(0.0, 0.0, 1.0, 0)
    p = successes / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == n else min(1.0, middle + half)
    return Interval(p, low, high, n)


def bootstrap(
    groups: Sequence[Sequence[T]], statistic: Callable[[Sequence[T]], float], *, rng: random.Random, rounds: int = 1000, level: float = 0.95
) -> Interval:
    """Percentile bootstrap that draws whole groups: siblings of one meaning are one observation, not several (Davison and Hinkley 1997, 3.8)."""
    rows = [r for g in groups for r in g]
    if not rows:
        raise ValueError("no rows to resample")
    draws = []
    for _ in range(rounds):
        chosen = [groups[int(rng.random() * len(groups))] for _ in groups]
        draws.append(statistic([r for g in chosen for r in g]))
    draws.sort()
    tail = (1 - level) / 2
    return Interval(statistic(rows), draws[int(tail * (rounds - 1))], draws[math.ceil((1 - tail) * (rounds - 1))], len(rows))


def mcnemar(only_first: int, only_second: int) -> float:
    """Exact two-sided McNemar p-value: rows that only one of two systems got right. Paired outputs need a paired test."""
    n = only_first + only_second
    if n == 0:
        return 1.0
    k = min(only_first, only_second)
    return float(min(1.0, 2 * sum(math.comb(n, i) for i in range(k + 1)) / 2**n))


def permutation(differences: Sequence[float], *, rng: random.Random, rounds: int = 10_000) -> float:
    """Two-sided sign-flip test of paired differences: the share of flips at least as far from 0 (Good 2005), counting the data itself."""
    seen = abs(sum(differences))
    more = sum(abs(sum(d if rng.random() < 0.5 else -d for d in differences)) >= seen - 1e-12 for _ in range(rounds))
    return (more + 1) / (rounds + 1)


def enough(threshold: float, z: float = Z95) -> int:
    """The least n at which a run without an error proves `threshold` (the lower Wilson end reaches it): 381 for .99."""
    if not 0 < threshold < 1:
        raise ValueError(f"a threshold lies between 0 and 1, not {threshold}")
    return math.ceil(z * z * threshold / (1 - threshold))
