"""Statistics that a gate can stand on: intervals with every number, groups resampled whole, paired tests on paired outputs."""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    import numpy as np

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


@lru_cache(maxsize=64)
def resamples(groups: int, *, seed: int = 1, rounds: int = 1000) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """(rounds × groups): how often each group is drawn in each round. MT19937's doubles, a stream that numpy has frozen (NEP 19)."""
    import numpy as np

    drawn = (np.random.RandomState(seed).random_sample((rounds, groups)) * groups).astype(np.int64)  # frozen, unlike default_rng's
    flat = drawn + np.arange(rounds)[:, None] * groups
    return np.bincount(flat.ravel(), minlength=rounds * groups).reshape(rounds, groups).astype(np.float64)


def _ends(draws: "np.ndarray[Any, np.dtype[np.float64]]", level: float) -> tuple[float, float]:
    import numpy as np

    found = np.sort(draws[~np.isnan(draws)])
    if not len(found):
        return 0.0, 1.0
    tail = (1 - level) / 2
    return float(found[int(tail * (len(found) - 1))]), float(found[math.ceil((1 - tail) * (len(found) - 1))])


def ratio(tops: Sequence[float], bottoms: Sequence[float], *, n: int, seed: int = 1, rounds: int = 1000, level: float = 0.95) -> Interval:
    """Σ top / Σ bottom over groups, its percentile bootstrap drawing whole groups; n is what the caller counts.

    A sample without a single fault (or a single success) cannot show a spread: there Wilson's interval over the groups is taken.
    """
    import numpy as np

    a, b = np.asarray(tops, np.float64), np.asarray(bottoms, np.float64)
    if b.sum() <= 0:
        return Interval(0.0, 0.0, 1.0, n)
    value = float(a.sum() / b.sum())
    if value in (0.0, 1.0):
        there = int((b > 0).sum())
        return wilson(there if value else 0, there)._replace(n=n)
    weights = resamples(len(a), seed=seed, rounds=rounds)
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = _ends((weights @ a) / (weights @ b), level)
    return Interval(value, low, high, n)


def wider(found: Interval, groups: int) -> Interval:
    """An interval made no narrower than Wilson's over so many groups: for samples in which hardly any of them errs."""
    p = found.value
    if groups == 0:
        return found
    middle = (p + Z95**2 / (2 * groups)) / (1 + Z95**2 / groups)
    half = Z95 / (1 + Z95**2 / groups) * math.sqrt(p * (1 - p) / groups + Z95**2 / (4 * groups**2))
    return Interval(p, min(found.low, max(0.0, middle - half)), max(found.high, min(1.0, middle + half)), found.n)


class Difference(NamedTuple):
    """Second minus first with its interval, the share of resamples on the other side of 0 (two-sided), and the least effect that n could show."""

    value: float
    low: float
    high: float
    p: float
    least: float


def paired_ratio(first: tuple[Sequence[float], Sequence[float]], second: tuple[Sequence[float], Sequence[float]], *, seed: int = 1) -> Difference:
    """Paired bootstrap of the difference of two ratios over the same groups (Efron and Tibshirani 1993, 16.4; Berg-Kirkpatrick et al. 2012).

    `least` is the difference that a test at .05 would find four times in five: 2.8 standard errors.
    """
    import numpy as np

    tops = np.asarray([first[0], second[0]], np.float64)
    bottoms = np.asarray([first[1], second[1]], np.float64)
    if tops.shape[1] == 0 or not bottoms.sum(axis=1).all():
        return Difference(0.0, -1.0, 1.0, 1.0, 1.0)
    weights = resamples(tops.shape[1], seed=seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        draws = (weights @ tops[1]) / (weights @ bottoms[1]) - (weights @ tops[0]) / (weights @ bottoms[0])
    value = float(tops[1].sum() / bottoms[1].sum() - tops[0].sum() / bottoms[0].sum())
    low, high = _ends(draws, 0.95)
    beyond = min(float((draws <= 0).mean()), float((draws >= 0).mean()))
    return Difference(value, low, high, min(1.0, 2 * (beyond * len(draws) + 1) / (len(draws) + 1)), 2.8 * float(np.nanstd(draws)))


def holm(values: Mapping[str, float]) -> dict[str, float]:
    """p-values that may stand side by side: Holm's step-down adjustment (Holm 1979), as strict as Bonferroni for the smallest."""
    out: dict[str, float] = {}
    worst = 0.0
    for place, (name, p) in enumerate(sorted(values.items(), key=_second)):
        worst = max(worst, min(1.0, p * (len(values) - place)))
        out[name] = worst
    return {name: out[name] for name in values}


def _second(item: tuple[str, float]) -> float:
    return item[1]


def least_difference(discordant: int, n: int) -> float:
    """The least difference of two paired shares that McNemar at .05 would find four times in five, given how often the two disagree (Connor 1987)."""
    return 1.0 if n == 0 else min(1.0, 2.8 * math.sqrt(max(discordant, 1)) / n)
