"""The rows of a release that people may judge, by tier. The blind gold tier is never read."""

from collections.abc import Sequence
from typing import NamedTuple

from curation.opened import SHOWN_NEVER, Opened
from hinglish.errors import KhichdiError
from schemas.example import Example

OVERLAP = 2  # answers that complete a record, where a release's spec names no number


class Row(NamedTuple):
    """A row and the tier it stands in."""

    example: Example
    tier: str


def rows_of(release: Opened, splits: Sequence[str] | None = None) -> list[Row]:
    """Rows in the order of the release. Raises KhichdiError for an unknown split or the blind tier."""
    there = [n for n in release.names if "/" not in n and n not in SHOWN_NEVER]
    odd = set(splits or ()) - set(there)
    if odd:
        blind = "; it is blind, nobody sees it" if odd & SHOWN_NEVER else ""
        raise KhichdiError(f"{release.place}: no split {', '.join(sorted(odd))} to judge{blind}; there are {', '.join(sorted(there))}")
    return [Row(example, tier) for tier in there if splits is None or tier in splits for example in release.examples(tier)]


def version_of(release: Opened) -> str:
    """What a release calls itself."""
    return str(release.manifest.get("version") or release.manifest["name"])


def overlap_of(release: Opened) -> int:
    """How many answers complete a record: what the release has from its spec, else 2."""
    return int(release.manifest.get("overlap") or OVERLAP)
