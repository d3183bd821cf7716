"""The contest of augmentation: our pipeline with labels kept and held to the contract, beside nlpaug, which changes strings."""

import gc
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from measure import Contest, Side, by_turns
from peer import NLPAUG, ROOT, Peer

from augment.core import lineage
from augment.pipeline import apply, read_rates
from augment.registry import registry
from generators.run import check
from generators.spec import read_spec
from hinglish.lexicon import load
from schemas.example import Example

SPEC = ROOT / "data" / "specs" / "augmented.toml"
SINGLE = ("KeyboardAug", "RandomCharAug", "RandomWordAug", "SpellingAug", "SplitAug")


class Maker(Protocol):
    """What makes rows that never stood before: `bench.Ours`."""

    def fresh(self, blocks: int) -> list[Example]:
        """The rows of the next blocks, made and checked."""


class Augmenting:
    """Our pipeline over rows that are new to it, so that no cache holds a whole row."""

    def __init__(self, ours: Maker, blocks: int) -> None:
        self._ours, self._blocks = ours, blocks
        self._rates = read_rates(read_spec(SPEC).augment, registry(None), SPEC)
        self._lexicon = load()
        self.rows = self.failed = 0
        self.changed = self.steps = 0.0  # share of rows changed, steps that changed a row on average

    def augment(self, rows: Sequence[Example]) -> list[Example]:
        """Every row through the pipeline."""
        return [apply(row, self._rates, self._lexicon) for row in rows]

    def checked(self, rows: Sequence[Example]) -> list[Example]:
        """Every row through the pipeline, held to its leaves, its schema and its re-reading; one that fails stands in its plain form, as in augment.run."""
        out = self.augment(rows)
        for i, row in enumerate(out):
            if check(row):
                out[i] = rows[i]
                self.failed += 1
        return out

    def rate(self, work: Callable[[Sequence[Example]], list[Example]], *, making: bool = False) -> float:
        """Rows a CPU second; with `making`, the rows' own making and checking counts."""
        gc.collect()
        began = time.process_time()
        rows = self._ours.fresh(self._blocks)
        if not making:
            gc.collect()
            began = time.process_time()
        out = work(rows)
        seconds = time.process_time() - began
        self._count(out)
        return len(rows) / seconds

    def _count(self, out: Sequence[Example]) -> None:
        chains = [len(lineage(row)) for row in out]
        self.rows, self.changed, self.steps = len(out), sum(map(bool, chains)) / len(out), sum(chains) / len(out)


def augmentation(ours: Maker, blocks: int) -> Contest:
    """Rows augmented a second a core; the peer is five augmenters that change a row as many times as our spec does.

    Steps that apply are counted, not steps tried: ours often find nothing to change, nlpaug's nearly always do.
    """
    mine = Augmenting(ours, blocks)
    mine.rate(mine.checked)
    texts = [row.input for row in ours.fresh(blocks)]
    share = mine.steps / len(SINGLE)
    peer = Peer(NLPAUG)

    def side(how: str) -> Side:
        return lambda: peer.rate({"how": how, "texts": texts, "share": share})

    five = f"{NLPAUG}, five by chance"
    try:
        side("chance")()
        sides: dict[str, Side] = {
            "khichdi, augmented only": lambda: mine.rate(mine.augment),
            "khichdi, validated, re-read": lambda: mine.rate(mine.checked),
            "khichdi, made, both checked": lambda: mine.rate(mine.checked, making=True),
            five: side("chance"),
            "nlpaug Sometimes of five": side("Sometimes"),
            **{f"nlpaug {name} alone": side(name) for name in SINGLE},
        }
        rates = by_turns(sides)
        side("chance")()
        theirs = peer.last
    finally:
        peer.close()
    spec = "data/specs/augmented.toml"
    note = (
        f"ours: {mine.rows:,} new rows a round, {mine.changed:.0%} changed, {mine.steps:.2f} changes a row ({spec}), "
        f"spans and label kept, {mine.failed} failed in the whole run; "
        f"{NLPAUG}: {theirs['rows']:,} texts, {theirs['changed'] / theirs['rows']:.0%} changed, as many changes, of a string alone: "
        "no span, label, script or number is held"
    )
    return Contest("augmentation", "rows/s", five, rates, note)
