"""What a row is compared by: what it says in any script, how it asks, what its label says, the names it says outside all slots."""

from typing import NamedTuple

from curation.dedup import key, label, skeleton
from curation.lemmas import loose_names
from curation.tiers import bits
from schemas.example import Example


class Keys(NamedTuple):
    """A pure function of a row, and dear: computed once, when the row is made, and kept beside it."""

    said: str  # dedup.key of the text
    shape: str  # dedup.skeleton
    label: int  # 64 bits of dedup.label
    names: list[str]


def keys_of(row: Example) -> Keys:
    """The keys of a row that brings none."""
    return Keys(key(row.input), skeleton(row.input, row.spans), bits(label(row)), loose_names(row))
