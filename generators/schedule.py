"""The one fixed order of all draws: per family by draw number, families interleaved by weight.

Draw i of a family with share w stands at (i + ½) / w; ties by id. A prefix of the order is what N rows are taken from, so every
size is a prefix of the next, and a new family changes no (family, draw) pair, only which pairs fall within N.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from generators.family import Family

BLOCK = 4096


class Turn(NamedTuple):
    """One place in the order."""

    family: Family
    draw: int


def block(families: Sequence[Family], share: Mapping[str, float], number: int) -> list[Turn]:
    """The turns that stand in [number·BLOCK, (number+1)·BLOCK): about BLOCK of them, a pure function of its arguments."""
    low, high = number * BLOCK, (number + 1) * BLOCK
    turns = []
    for family in families:
        w = share[family.id]
        if w <= 0:
            continue
        first = max(0, math.ceil(low * w - 0.5))
        i = first
        while (i + 0.5) / w < high:
            if (i + 0.5) / w >= low:
                turns.append(((i + 0.5) / w, family.id, Turn(family, i)))
            i += 1
    turns.sort(key=_place)
    return [t for _, _, t in turns]


def _place(turn: tuple[float, str, Turn]) -> tuple[float, str]:
    return turn[:2]
