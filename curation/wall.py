"""What no train row may come near to: the skeletons and texts of test tiers whose families train never meets, and of gold."""

from collections.abc import Mapping, Sequence

from curation.dedup import key, skeleton
from curation.gold import FILES
from curation.near import Near
from schemas.example import Example

APART = ("test_unseen_template", "test_adversarial", *FILES)  # tiers that no train row may be near to


class Wall:
    """Built once a process from the rows of the tiers in APART."""

    def __init__(self, rows: Mapping[str, Sequence[Example]]) -> None:
        held = [(name, row) for name in APART for row in rows.get(name, ())]
        self._names = [name for name, _ in held]
        self._near = Near([skeleton(r.input, r.spans) for _, r in held]), Near([key(r.input) for _, r in held])

    def near(self, shapes: Sequence[str], keys: Sequence[str]) -> dict[int, str]:
        """Place of a row → the tier that it is too like, in how the request is put or in all it says."""
        found = [*self._near[0](shapes), *self._near[1](keys)]
        return {pair.row: self._names[pair.other] for pair in reversed(found)}
