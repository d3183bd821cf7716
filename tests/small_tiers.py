"""Tiers small enough to build in every test run: the augmented spec, one shard a tier; and ways to plant one fault in them."""

from functools import cache

import msgspec

from curation.merge import Tiers, build_tiers
from generators.spec import Spec, read_spec
from schemas.example import Example
from tests.rows import ROOT

SIZES = {
    "train": 150,
    "validation": 20,
    "test_seen": 30,
    "test_unseen_template": 60,
    "test_unseen_words": 30,
    "test_adversarial": 40,
    "test_gold_dev": 40,
    "test_gold": 20,
}


@cache
def spec() -> Spec:
    """The augmented demo."""
    return read_spec(ROOT / "data" / "specs" / "augmented.toml")


@cache
def small() -> Tiers:
    """Built once a process; never changed, see `planted`."""
    return build_tiers(spec(), SIZES)


def planted(tier: str, *more: Example) -> Tiers:
    """The small tiers with rows added to one of them."""
    rows = {name: list(found) for name, found in small().rows.items()}
    rows[tier] += more
    return Tiers(rows)


def altered(row: Example, **change: object) -> Example:
    """A row with another identity (id and group) and whatever else is said."""
    return msgspec.structs.replace(row, **{"id": "planted", "group": "planted", **change})
