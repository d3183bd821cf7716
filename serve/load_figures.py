"""Figures of a run, derived from its numbers: quantiles with intervals, goodput within the deadline, the mix of errors, ratios of two targets."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from schemas.stats import Z95, Interval, wilson
from serve.load_file import Case, RunFile
from serve.load_send import FORM, SCHEMA, TIMEOUT, VALID

ANSWERED = frozenset({VALID, SCHEMA, FORM})
# Student's t, two-sided .95, by degrees of freedom from 1 on
T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
       2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042)  # fmt: skip


def least(q: float) -> int:
    """The least n at which a quantile has a two-sided 95 % interval without assumptions: 6 for the median, 72 for .95, 368 for .99."""
    return math.ceil(math.log(0.025) / math.log(max(q, 1 - q)))


def quantile(values: Sequence[float], q: float) -> Interval | None:
    """The q-quantile (linear between order statistics, as numpy has it) with the interval of order statistics (Hahn and Meeker 1991, 5.2);
    None where n is too small for one."""
    n = len(values)
    if n < least(q):
        return None
    rows = sorted(values)
    place = q * (n - 1)
    low = math.floor(place)
    value = rows[low] + (place - low) * (rows[min(low + 1, n - 1)] - rows[low])
    below = _binomial(n, q)
    lower = max((k for k in range(1, n + 1) if below[k - 1] <= 0.025), default=1)  # P(fewer than k of n below the quantile)
    upper = min((k for k in range(1, n + 1) if below[k - 1] >= 0.975), default=n)
    return Interval(value, min(rows[lower - 1], value), max(rows[upper - 1], value), n)


def _binomial(n: int, q: float) -> list[float]:
    """P(X ≤ k) for k in 0..n of a binomial count."""
    out, total = [], 0.0
    for k in range(n + 1):
        total += math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(q) + (n - k) * math.log(1 - q))
        out.append(total)
    return out


class Figures(NamedTuple):
    """Of some requests of one case: how many, how long (milliseconds), how many a second.

    `latency` is over answers and those given up (at the time they had waited by then: no less would be true); refusals are only counted.
    `good`: the share of all requests with a valid answer within the deadline; `goodput`: these a second.
    """

    sent: int
    outcomes: dict[str, int]
    latency: list[float]
    first: list[float]
    token: list[float]
    good: Interval
    goodput: float
    tokens: float
    rate: float


def figures(run: RunFile, case: Case, keep: Callable[[int], bool] = lambda message: True) -> Figures:
    """Figures of a case, or of its requests whose message `keep` takes."""
    rows = [k for k, m in enumerate(case.message) if keep(m)]
    said = {k: run.outcomes[case.outcome[k]] for k in rows}
    timed = [k for k in rows if said[k] in ANSWERED or said[k] == TIMEOUT]
    answered = [k for k in rows if said[k] in ANSWERED]
    good = sum(said[k] == VALID and case.latency[k] <= 1000 * run.asked.deadline for k in answered)
    span = max(sum(case.spans), 1e-9)
    token = [(case.latency[k] - first) / (case.tokens[k] - 1) for k in answered if (first := case.first[k]) is not None and case.tokens[k] > 1]
    return Figures(
        len(rows), dict(sorted(Counter(said.values()).items())), [case.latency[k] for k in timed],
        [first for k in answered if (first := case.first[k]) is not None], token,
        wilson(good, len(rows)), good / span, sum(case.tokens[k] for k in answered) / span, len(answered) / span,
    )  # fmt: skip


def slices(run: RunFile, case: Case) -> dict[str, Figures]:
    """A case by script and by band of words of its messages."""
    columns = {"script": run.messages.script, "words": run.messages.words}
    out = {}
    for name, column in columns.items():
        for value in sorted({column[m] for m in case.message}, key=_band):
            out[f"{name} {value}"] = figures(run, case, lambda m, c=column, v=value: c[m] == v)  # type: ignore[misc]  # bound now, not when called
    return out


def _band(value: str) -> tuple[int, str]:
    return (int(value.partition("-")[0].strip("+")), "") if value[:1].isdigit() else (0, value)


def block_means(case: Case, values: Sequence[float | None]) -> dict[int, float]:
    """Block → mean of a column over its requests that have a value."""
    found: dict[int, list[float]] = {}
    for block, value in zip(case.block, values, strict=True):
        if value is not None:
            found.setdefault(block, []).append(value)
    return {b: sum(v) / len(v) for b, v in found.items()}


def per_token(case: Case) -> list[float | None]:
    """Milliseconds an output token after the first, where there is a second."""
    return [None if f is None or t < 2 else (done - f) / (t - 1) for f, done, t in zip(case.first, case.latency, case.tokens, strict=True)]


def block_ratio(first: Case, second: Case, column: Callable[[Case], Sequence[float | None]]) -> Interval | None:
    """Second over first, block by block (both ran the same messages in it, one right after the other): the geometric mean of the blocks' ratios with
    Student's interval over their logarithms. n is blocks; None below 3."""
    one, two = block_means(first, column(first)), block_means(second, column(second))
    logs = [math.log(two[b] / one[b]) for b in sorted(one.keys() & two.keys()) if one[b] > 0 and two[b] > 0]
    n = len(logs)
    if n < 3:
        return None
    mean = sum(logs) / n
    error = math.sqrt(sum((x - mean) ** 2 for x in logs) / (n - 1) / n) * (T95[n - 2] if n - 2 < len(T95) else Z95)
    return Interval(math.exp(mean), math.exp(mean - error), math.exp(mean + error), n)


def goodput_ratio(first: Figures, second: Figures) -> Interval | None:
    """Goodput of the second over the first; the interval is of the two shares (Katz 1978), spans taken as they were. None where one has none."""
    if not first.goodput or not second.goodput:
        return None
    value = second.goodput / first.goodput
    error = Z95 * math.sqrt(sum((1 - f.good.value) / (f.good.value * f.good.n) for f in (first, second)))
    return Interval(value, value * math.exp(-error), value * math.exp(error), first.good.n + second.good.n)


def best(run: RunFile, label: str) -> tuple[Case, Figures] | None:
    """The level at which a target's goodput is highest."""
    found = [(c, figures(run, c)) for c in run.cases if c.target == label]
    return max(found, key=_goodput, default=None)


def _goodput(pair: tuple[Case, Figures]) -> float:
    return pair[1].goodput
