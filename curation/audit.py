"""The leak audit, after everything: it gets tiers as they stand, knows nothing of how they were taken, and finds 0 or names the rows.

A leak names ids and never shows a text: gold is among the tiers. The tests are held in memory; train passes by in any number of parts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from curation.dedup import key
from curation.gold import FILES
from curation.keys import Keys, keys_of
from curation.lemmas import OpenLeaf, names_of_test, open_leaves, side
from curation.merge import Tiers
from curation.near import Near
from curation.tiers import CELLS, TIERS
from curation.wall import APART
from generators.splits import family_ids
from hinglish.script import nfc
from schemas.example import Example

TESTS = tuple(name for name in TIERS if name != "train")


class Leak(NamedTuple):
    """What two tiers share: its kind, both tiers, both rows, and what it is by (a lemma's slot, a family, a similarity)."""

    kind: str
    tier: str
    id: str
    other_tier: str
    other_id: str
    by: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.tier} {self.id} and {self.other_tier} {self.other_id} {self.by}"


class Auditor:
    """The tests of a release, and with them the siblings of their rows: what train is held against."""

    def __init__(self, tests: Mapping[str, Sequence[Example]], siblings: Mapping[str, Sequence[Example]] | None = None) -> None:
        self._rows = {name: tests.get(name, ()) for name in TESTS}
        keys = {name: [*map(keys_of, rows)] for name, rows in self._rows.items()}
        self._first: dict[str, dict[str, tuple[str, str]]] = {"exact": {}, "cross-script": {}, "group": {}}
        self._among = [leak for name in reversed(TESTS) for leak in self._shared(name, self._rows[name], keys[name], keep=True)]
        for name, found in (siblings or {}).items():
            self._among += [leak for leak in self._shared(name, found, map(keys_of, found), keep=True) if leak.other_tier != name.partition("/")[2]]
        self._kept = {_at(leaf): row.id for row in self._rows["test_unseen_words"] for leaf in open_leaves(row)}
        apart = [(name, row) for name in APART for row in self._rows[name]]
        self._names = [(name, row.id) for name, row in apart]
        self._shapes = Near([k.shape for name in APART for k in keys[name]])
        self._texts = Near([k.said for name in APART for k in keys[name]])

    def tests(self) -> list[Leak]:
        """What the tests share with each other, and rows of another cell than their tier's."""
        out = list(self._among)
        for name, cell in CELLS.items():
            if name != "train":
                rows = self._rows[name]
                out += [*_cell(name, rows), *(self._words(name, rows, ()) if cell.words == "train" else _not_unseen(name, rows))]
        return out

    def train(self, rows: Sequence[Example], keys: Sequence[Keys] | None = None) -> list[Leak]:
        """What train rows share with the tests; `keys` is what they bring along."""
        keys = [*map(keys_of, rows)] if keys is None else keys
        return [*self._shared("train", rows, keys, keep=False), *_cell("train", rows), *self._words("train", rows, keys), *self._close(rows, keys)]

    def _shared(self, tier: str, rows: Sequence[Example], keys: Iterable[Keys], *, keep: bool) -> Iterator[Leak]:
        """Things that stand in another tier: a text, what it says in any script, the group. Each row against the first tier that has it."""
        for row, known in zip(rows, keys, strict=True):
            told = set[tuple[str, str]]()
            for kind, thing in (("exact", nfc(row.input).casefold()), ("cross-script", known.said), ("group", row.group)):
                first = self._first[kind]
                where = first.setdefault(thing, (tier, row.id)) if keep else first.get(thing, (tier, row.id))
                if where[0] == tier or {where[0], tier} <= set(FILES):  # two gold rows were written apart and are never edited: the card tells of them
                    continue
                if kind == "group" or where not in told:
                    yield Leak(kind, tier, row.id, *where, "")
                told.add(where)

    def _words(self, tier: str, rows: Sequence[Example], keys: Sequence[Keys]) -> Iterator[Leak]:
        """Test words where train words belong; of train, whose keys are given, also among the names that it says outside all slots."""
        for row in rows:
            for leaf in open_leaves(row):
                if side(leaf.value, leaf.classes) in ("test", "both") or _at(leaf) in self._kept:
                    yield Leak("word", tier, row.id, "test_unseen_words", self._kept.get(_at(leaf), ""), leaf.path)
        for row, known in zip(rows, keys, strict=False):
            for _ in names_of_test(known.names):
                yield Leak("word", tier, row.id, "test_unseen_words", "", "a name outside all slots")

    def _close(self, rows: Sequence[Example], keys: Sequence[Keys]) -> Iterator[Leak]:
        """Rows too like a row of another family's tier, in how the request is put or in all it says."""
        for kind, known, texts in (("skeleton", self._shapes, [k.shape for k in keys]), ("near", self._texts, [k.said for k in keys])):
            for pair in known(texts):
                yield Leak(kind, "train", rows[pair.row].id, *self._names[pair.other], f"{pair.jaccard:.3f}")


def audit(tiers: Tiers) -> list[Leak]:
    """Every leak of tiers in memory, by kind; empty when they are clean."""
    auditor = Auditor({name: tiers.rows.get(name, []) for name in TESTS})
    return [*auditor.train(tiers.rows.get("train", [])), *auditor.tests()]


def _cell(tier: str, rows: Sequence[Example]) -> Iterator[Leak]:
    """Rows of a family of the other split."""
    ids = family_ids(CELLS[tier].families)
    for row in rows:
        family = str(row.provenance.get("template"))
        if family not in ids:
            yield Leak("family", tier, row.id, "", "", family)


def _not_unseen(tier: str, rows: Sequence[Example]) -> Iterator[Leak]:
    """Train words in the tier that promises test words in every open slot."""
    for row in rows:
        for leaf in open_leaves(row):
            if side(leaf.value, leaf.classes) != "test":
                yield Leak("word", tier, row.id, "train", "", leaf.path)


def _at(leaf: OpenLeaf) -> tuple[tuple[str, ...], str]:
    return leaf.classes, key(leaf.value)
