"""One pass over rows as they were written: each held to the contract by itself, and what the checks over a whole set need of it.

A tally of a part is small and adds to another, so a million rows are read by any number of processes.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from curation.dedup import key
from curation.gold import FILES
from curation.keys import Keys, keys_of
from curation.lemmas import open_leaves
from curation.tiers import bits
from generators.run import check
from hinglish.identifiers import unsafe
from schemas.contract import leaves
from schemas.example import TEXT_KINDS, Example, kind_of_leaf
from schemas.reread import compliant, reread
from schemas.validate import checker

SHOWN = 5  # rows that a figure names
BY_ROW = ("schema", "unsafe identifier", "re-reading", "script of labels", "gold disagreement", "fixed disagreement")


class Tally(msgspec.Struct):
    """What a pass found. Arrays stand in the order of the rows; ids alone are kept of rows, gold is never shown."""

    rows: int = 0
    faults: dict[str, int] = {}
    named: dict[str, list[str]] = {}
    values: dict[tuple[str, str], Counter[str]] = {}  # (intent, open slot) → key of a value → rows
    keys: "array[int]" = msgspec.field(default_factory=lambda: array("Q"))
    labels: "array[int]" = msgspec.field(default_factory=lambda: array("Q"))
    shapes: set[int] = msgspec.field(default_factory=set)
    lemmas: set[tuple[tuple[str, ...], str]] = msgspec.field(default_factory=set)
    sample: list[str] = []  # keys of every so manieth text

    def fault(self, name: str, what: str) -> None:
        """One row that does not hold by a check."""
        self.faults[name] = self.faults.get(name, 0) + 1
        shown = self.named.setdefault(name, [])
        if len(shown) < SHOWN:
            shown.append(what)

    def add(self, more: "Tally") -> None:
        """The tally of the rows that follow."""
        self.rows += more.rows
        for name, n in more.faults.items():
            self.faults[name] = self.faults.get(name, 0) + n
            self.named[name] = [*self.named.get(name, []), *more.named[name]][:SHOWN]
        for at, counted in more.values.items():
            self.values.setdefault(at, Counter()).update(counted)
        self.keys.extend(more.keys)
        self.labels.extend(more.labels)
        self.shapes |= more.shapes
        self.lemmas |= more.lemmas
        self.sample += more.sample


def tally(tier: str, rows: Sequence[Example], keys: Iterable[Keys] | None = None, *, start: int = 0, step: int = 1) -> Tally:
    """Read rows over. `keys` is what they bring along, `start` the place of the first in its tier, `step` which texts are kept as the sample."""
    out = Tally()
    for row, (said, shape, meant, _) in zip(rows, map(keys_of, rows) if keys is None else keys, strict=True):
        if (start + out.rows) % step == 0:
            out.sample.append(said)
        out.rows += 1
        out.keys.append(bits(said.encode()))
        out.labels.append(meant)
        out.shapes.add(bits(shape.encode()))
        for leaf in open_leaves(row):
            value = key(leaf.value)
            out.values.setdefault((row.intent, leaf.slot), Counter())[value] += 1
            out.lemmas.add((leaf.classes, value))
        _hold(out, tier, row)
    return out


def _hold(out: Tally, tier: str, row: Example) -> None:
    """What a row must be by itself. Rows that people wrote are held to schema and script; where the re-reader disagrees, the card warns."""
    if not checker(row.intent)(row.target):
        out.fault("schema", row.id)
    for kind in _unsafe(row):
        out.fault("unsafe identifier", f"{row.id} ({kind})")
    written = _compliant(row)
    if tier in FILES or row.origin != "made":
        if not written or reread(row.input, row.spans, row.target, row.tags):
            out.fault("gold disagreement" if tier in FILES else "fixed disagreement", row.id)
        return
    found = check(row)
    if found is not None and found.reason != "schema":
        out.fault("re-reading", f"{row.id} ({found.reason}: {found.detail})")
    if not written:
        out.fault("script of labels", row.id)


def _unsafe(row: Example) -> list[str]:
    """Kinds of identifiers in text or label that may not be written. A text without a mark of one is not searched."""
    values = [v for v in leaves(row.target).values() if isinstance(v, str) and _may_identify(v)]
    texts = [row.input, *values] if _may_identify(row.input) else values
    return sorted({found.kind for text in texts for found in unsafe(text)})


def _may_identify(text: str) -> bool:
    """Every identifier has four digits or an @: a PAN has four digits, a UPI id and an e-mail their @."""
    return "@" in text or sum(map(str.isdigit, text)) >= 4


def _compliant(row: Example) -> bool:
    """Does each word of each text or name leaf stand in its language's script?"""
    for path, value in leaves(row.target).items():
        if isinstance(value, str) and kind_of_leaf(row.intent, path) in TEXT_KINDS and not all(map(compliant, value.split())):
            return False
    return True
