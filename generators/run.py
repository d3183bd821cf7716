"""Make N labelled messages: blocks of the fixed order, in any number of processes, checked, merged in order, the first N kept."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.pool import Pool
from typing import Any, NamedTuple

from generators.expand import Studio
from generators.family import Family, families
from generators.held import held
from generators.schedule import block
from generators.spec import Spec, weights
from generators.words import Words
from hinglish import lexicon
from hinglish.errors import KhichdiError
from hinglish.lexicon import Partition
from schemas.example import Example

MOST_BLOCKS_WITHOUT = 3
BATCH = 256  # rows made, then checked: the caches of the processor hold the one work or the other (a sixth of the time)


class Rejected(NamedTuple):
    """A candidate that is no row, and why: the reason's kind, and the sentence."""

    id: str
    template: str
    reason: str
    detail: str
    input: str


@dataclass
class Made:
    """What a run gives: the rows in order, and everything that was not taken, counted by reason."""

    rows: list[Example] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def table(self) -> dict[str, int]:
        """Reason → how many."""
        return dict(Counter(r.reason for r in self.rejected))


def check(example: Example) -> Rejected | None:
    """Hold one made row to the contract: leaves, schema, re-reading. None when it stands."""
    fault = held(example)
    return None if fault is None else Rejected(example.id, str(example.provenance["template"]), *fault, example.input)


def candidates(studio: Studio, chosen: Sequence[Family], spec: Spec, number: int) -> list[Example | Rejected]:
    """One block, made and checked, in order. Pure: the same bytes wherever it runs."""
    share = weights(spec, chosen)
    out: list[Example | Rejected] = []
    with quiet():
        turns = block(chosen, share, number)
        for at in range(0, len(turns), BATCH):
            examples = [studio.example(family, draw) for family, draw in turns[at : at + BATCH]]
            out += [check(e) or e for e in examples]
    return out


@contextmanager
def quiet() -> Iterator[None]:
    """No cyclic collection while a block is made: rows hold no cycles, and the lexicon's objects would be walked over and over (a third of the time)."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


_HERE: dict[str, Any] = {}


def _start(spec: Spec, partition: Partition | None, ids: frozenset[str] | None) -> None:
    _HERE["studio"] = Studio(Words(lexicon.load(partition)), spec.seed, spec.script_table())
    _HERE["families"] = [f for f in families() if ids is None or f.id in ids]
    _HERE["spec"] = spec


def _work(number: int) -> list[Example | Rejected]:
    return candidates(_HERE["studio"], _HERE["families"], _HERE["spec"], number)


def _blocks(spec: Spec, partition: Partition | None, ids: frozenset[str] | None, workers: int, pool: Pool | None) -> Iterator[list[Example | Rejected]]:
    if pool is None:
        _start(spec, partition, ids)
    number = 0
    while True:
        wave = range(number, number + max(1, workers))
        yield from (pool.imap(_work, wave) if pool else map(_work, wave))
        number += len(wave)


def make(
    spec: Spec, *, partition: Partition | None = None, ids: frozenset[str] | None = None, workers: int = 1, on_row: Callable[[int], None] | None = None
) -> Made:
    """Exactly spec.rows examples, no two of one text; the same for any number of workers.

    `partition` and `ids` choose the words and the families (a split's cell); `on_row` is told how many rows stand so far.
    Raises KhichdiError with the rejection table where the families cannot give that many.
    """
    made, seen, dry = Made(), set[str](), 0
    pool: AbstractContextManager[Any] = get_context("spawn").Pool(workers, _start, (spec, partition, ids)) if workers > 1 else nullcontext()
    with pool as processes:
        for found in _blocks(spec, partition, ids, workers, processes):
            before = len(made.rows)
            for item in found:
                if len(made.rows) == spec.rows:
                    break
                _take(item, made, seen)
            if on_row:
                on_row(len(made.rows))
            if len(made.rows) == spec.rows:
                return made
            dry = dry + 1 if len(made.rows) == before else 0
            if dry >= MOST_BLOCKS_WITHOUT:
                raise KhichdiError(f"{spec.name}: {len(made.rows)} of {spec.rows} rows, then no new one; rejected: {made.table()}; add families or words")
    raise KhichdiError(f"{spec.name}: no families")


def _take(item: Example | Rejected, made: Made, seen: set[str]) -> None:
    if isinstance(item, Rejected):
        made.rejected.append(item)
        return
    text = item.input.casefold()
    if text in seen:
        made.rejected.append(Rejected(item.id, str(item.provenance["template"]), "duplicate", "the text stands already", item.input))
        return
    seen.add(text)
    made.rows.append(item)
