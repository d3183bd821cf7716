"""The best pairing of two short lists: the one-to-one assignment of greatest total weight, never the greedy one.

Hungarian method with potentials (Kuhn 1955; Munkres 1957), cubic in the longer list: a model that repeats itself a hundred times
still scores in milliseconds.
"""

from collections.abc import Sequence

HUGE = float("inf")


def assign(weights: Sequence[Sequence[float]]) -> list[int | None]:
    """Row → column of the pairing with the greatest sum of weights; None where a row has no column left. Weights are ≥ 0."""
    if not weights or not weights[0]:
        return [None] * len(weights)
    if len(weights) > len(weights[0]):  # the method wants no more rows than columns
        rows: list[int | None] = [None] * len(weights)
        for column, row in enumerate(assign([list(c) for c in zip(*weights, strict=True)])):
            if row is not None:
                rows[row] = column
        return rows
    held = _matching(weights)
    out: list[int | None] = [None] * len(weights)
    for column, row in enumerate(held[1:]):
        if row:
            out[row - 1] = column
    return out


def _matching(weights: Sequence[Sequence[float]]) -> list[int]:
    """Column (from 1) → the row (from 1) that it is given to, 0 for none."""
    n, m = len(weights), len(weights[0])
    u, v, held = [0.0] * (n + 1), [0.0] * (m + 1), [0] * (m + 1)
    for i in range(1, n + 1):
        held[0], at = i, 0
        least, way, used = [HUGE] * (m + 1), [0] * (m + 1), [False] * (m + 1)
        while held[at]:
            used[at] = True
            row, step, then = held[at], HUGE, 0
            for j in range(1, m + 1):
                if not used[j]:
                    slack = -weights[row - 1][j - 1] - u[row] - v[j]
                    if slack < least[j]:
                        least[j], way[j] = slack, at
                    if least[j] < step:
                        step, then = least[j], j
            for j in range(m + 1):
                if used[j]:
                    u[held[j]] += step
                    v[j] -= step
                else:
                    least[j] -= step
            at = then
        while at:
            held[at], at = held[way[at]], way[at]
    return held
