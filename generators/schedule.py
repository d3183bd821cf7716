"""The one fixed order of all draws: per family by draw number, families interleaved by weight.

Draw i of a family with share w stands at (i + phase) / w; ties by id. The phase, from 0 to 1, is the family's own (a hash of its id): with
one phase for all, families of like weight came in crowds, and the first 30 rows held a third of `none` where a tenth was asked for.
A prefix of the order is what N rows are taken from, so every size is a prefix of the next, and a new family changes no (family, draw)
pair, only which pairs fall within N.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
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
        at = phase(family.id)
        i = max(0, math.ceil(low * w - at))
        while (i + at) / w < high:
            if (i + at) / w >= low:
                turns.append(((i + at) / w, family.id, Turn(family, i)))
            i += 1
    turns.sort(key=_place)
    return [t for _, _, t in turns]


@lru_cache(maxsize=1 << 12)
def phase(family: str) -> float:
    """Where in its stride a family begins: 0 to 1, spread evenly over families, in 2^-32 steps."""
    return int.from_bytes(blake2b(f"phase/{family}".encode(), digest_size=4).digest()) / 2**32


def _place(turn: tuple[float, str, Turn]) -> tuple[float, str]:
    return turn[:2]
