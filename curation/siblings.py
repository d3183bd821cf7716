"""Siblings: rows of test groups in several surfaces, each with the same label; what invariance is measured on. Train has none."""

from collections.abc import Iterable, Mapping, Sequence

from augment.pipeline import once
from augment.registry import registry
from curation.dedup import key, label
from generators.run import check, quiet
from hinglish.lexicon import Partition, load
from schemas.example import Example

OF = ("test_seen", "test_unseen_template", "test_unseen_words")
GROUPS = 200  # of each of these tiers, the first: enough for a figure with an interval
SURFACES = ("to-roman", "to-mixed", "to-devanagari", "respell", "restyle-number", "filler", "keyboard", "asr")


def siblings(rows: Sequence[Example], tier: str) -> list[Example]:
    """The first GROUPS rows said otherwise, once by each surface that applies, in order; none whose label says another thing."""
    partition: Partition = "test" if tier == "test_unseen_words" else "train"
    lexicon, steps = load(partition), registry(partition)
    out: list[Example] = []
    with quiet():
        for row in rows[:GROUPS]:
            texts = {row.input}
            for name in SURFACES:
                other = once(row, steps[name], lexicon)
                if other is not None and other.input not in texts and label(other) == label(row) and check(other) is None:
                    texts.add(other.input)
                    out.append(other)
    return out


def all_siblings(tiers: Mapping[str, Sequence[Example]]) -> dict[str, list[Example]]:
    """Name of a file of the config `siblings` → its rows."""
    return {f"siblings/{tier}": siblings(tiers.get(tier, ()), tier) for tier in OF}


def not_twice(found: Mapping[str, list[Example]], tiers: Iterable[Sequence[Example]]) -> dict[str, list[Example]]:
    """Without those that say word by word, in any script, what a row of another group says: they would be a leak among the tests."""
    groups: dict[str, str] = {key(r.input): r.group for rows in tiers for r in rows}
    out: dict[str, list[Example]] = {}
    for name, rows in found.items():
        out[name] = [r for r in rows if groups.setdefault(key(r.input), r.group) == r.group]
    return out
