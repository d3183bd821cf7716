"""Tiers that stand: a version that draws only train anew takes every other tier from a committed one, row by row (law 6)."""

from collections.abc import Mapping

from curation.opened import open_release
from curation.siblings import OF
from curation.tiers import FIXED
from generators.spec import Spec
from hinglish.errors import KhichdiError
from schemas.example import Example


def standing(spec: Spec, sizes: Mapping[str, int]) -> dict[str, list[Example]]:
    """Tier, or siblings/<tier> → rows of the version that `spec.tests` names; empty where it names none. Gold is not among them: the spec pins it.

    Raises KhichdiError where no such version is committed or it has fewer rows than are asked for.
    """
    if not spec.tests:
        return {}
    opened = open_release(spec.tests)
    rows = {tier: list(opened.examples(tier)) for tier in FIXED}
    for tier, found in rows.items():
        if len(found) < sizes[tier]:
            raise KhichdiError(f"{spec.name}: tests = {spec.tests!r} has {len(found)} rows of {tier}, {sizes[tier]} are asked for")
    cut = {tier: found[: sizes[tier]] for tier, found in rows.items()}
    groups = {row.group for found in cut.values() for row in found}
    return cut | {f"siblings/{tier}": [r for r in opened.examples(f"siblings/{tier}") if r.group in groups] for tier in OF}

