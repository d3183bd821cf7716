"""The leak audit, after everything: it gets tiers as they stand, knows nothing of how they were taken, and finds 0 or names the rows.

A leak names ids and never shows a text: gold is among the tiers.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from curation.dedup import Near, key, skeleton
from curation.gold import FILES
from curation.lemmas import OpenLeaf, names_of_test, open_leaves, side
from curation.tiers import APART, CELLS, TIERS, Tiers
from generators.splits import family_ids
from hinglish.script import nfc
from schemas.example import Example


class Leak(NamedTuple):
    """What two tiers share: its kind, both tiers, both rows, and what it is by (a lemma's slot, a family, a similarity)."""

    kind: str
    tier: str
    id: str
    other_tier: str
    other_id: str
    by: str


def audit(tiers: Tiers) -> list[Leak]:
    """Every leak, by kind; empty when the tiers are clean."""
    rows = {name: tiers.rows.get(name, []) for name in TIERS}
    keys = {name: [key(r.input) for r in found] for name, found in rows.items()}
    texts = {name: [nfc(r.input).casefold() for r in found] for name, found in rows.items()}
    groups = {name: [r.group for r in found] for name, found in rows.items()}
    exact = list(_shared("exact", rows, texts))
    pairs = {(leak.id, leak.other_id) for leak in exact}
    crossed = [leak for leak in _shared("cross-script", rows, keys) if (leak.id, leak.other_id) not in pairs]
    return [*exact, *crossed, *_shared("group", rows, groups), *_cells(rows), *_words(rows), *_near(rows, keys)]


def _shared(kind: str, rows: Mapping[str, Sequence[Example]], by: Mapping[str, Sequence[str]]) -> Iterator[Leak]:
    """Things that stand in two tiers, each row against the first tier that has it."""
    first: dict[str, tuple[str, str]] = {}
    for tier in reversed(TIERS):  # tests first, so that a leak is told of the row that should not be there
        for row, thing in zip(rows[tier], by[tier], strict=True):
            where, other = first.setdefault(thing, (tier, row.id))
            if where != tier and not {where, tier} <= set(FILES):  # two gold rows were written apart and are never edited: the card tells of them
                yield Leak(kind, tier, row.id, where, other, "")


def _cells(rows: Mapping[str, Sequence[Example]]) -> Iterator[Leak]:
    """Rows of a family of the other split."""
    for tier, cell in CELLS.items():
        ids = family_ids(cell.families)
        for row in rows[tier]:
            family = str(row.provenance.get("template"))
            if family not in ids:
                yield Leak("family", tier, row.id, "", "", family)


def _words(rows: Mapping[str, Sequence[Example]]) -> Iterator[Leak]:
    """Test words where train words belong, train words in unseen_words, and values that stand on both sides."""
    kept: dict[tuple[tuple[str, ...], str], str] = {}
    for row in rows["test_unseen_words"]:
        for leaf in open_leaves(row):
            kept[leaf.classes, key(leaf.value)] = row.id
            if side(leaf.value, leaf.classes) != "test":
                yield Leak("word", "test_unseen_words", row.id, "train", "", leaf.path)
    for tier, cell in CELLS.items():
        for row in rows[tier] if cell.words == "train" else ():
            for leaf in open_leaves(row):
                if side(leaf.value, leaf.classes) in ("test", "both") or _at(leaf) in kept:
                    yield Leak("word", tier, row.id, "test_unseen_words", kept.get(_at(leaf), ""), leaf.path)
            for _ in names_of_test(row) if tier == "train" else ():
                yield Leak("word", tier, row.id, "test_unseen_words", "", "a name outside all slots")


def _at(leaf: OpenLeaf) -> tuple[tuple[str, ...], str]:
    return leaf.classes, key(leaf.value)


def _near(rows: Mapping[str, Sequence[Example]], keys: Mapping[str, Sequence[str]]) -> Iterator[Leak]:
    """Train rows too like a row of another family's tier, in how the request is put or in all it says."""
    others = [(tier, row.id) for tier in APART for row in rows[tier]]
    shapes = {tier: [skeleton(r.input, r.spans) for r in rows[tier]] for tier in ("train", *APART)}
    train = rows["train"]
    for kind, by in (("skeleton", shapes), ("near", keys)):
        known = Near([text for tier in APART for text in by[tier]])
        for pair in known(by["train"]):
            where, other = others[pair.other]
            yield Leak(kind, "train", train[pair.row].id, where, other, f"{pair.jaccard:.3f}")
