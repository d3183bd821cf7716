"""The tiers of a release: which families meet which words, in which order rows are taken, and what keeps one out.

Law 2: train = train families × train words. seen and validation are the same cells on seed streams of their own, which train never
reaches; unseen_template = test families × train words; unseen_words = train families × test words in every open slot; adversarial =
test families × train words with injections of the test partition. The test tiers are taken first and know nothing of train, so
they are the same rows at every size; a train row that comes too near to one of them is rejected and counted.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from multiprocessing import get_context
from multiprocessing.pool import Pool
from typing import Any, Literal, NamedTuple

import msgspec

from augment.pipeline import Rate, apply, once, read_rates
from augment.registry import registry
from curation.dedup import Near, key, label, skeleton
from curation.gold import FILES, read_gold
from curation.lemmas import OPEN_INTENTS, names_of_test, open_leaves, side
from generators import schedule
from generators.expand import Studio
from generators.family import Family, families
from generators.randomness import Random
from generators.run import Rejected, check
from generators.spec import Spec, weights
from generators.splits import family_ids
from generators.words import Words
from hinglish.errors import KhichdiError
from hinglish.lexicon import Partition, load
from schemas.example import Example

TIERS = ("train", "validation", "test_seen", "test_unseen_template", "test_unseen_words", "test_adversarial", "test_gold_dev", "test_gold")
FIXED: Mapping[str, int] = {"validation": 300, "test_seen": 400, "test_unseen_template": 800, "test_unseen_words": 800, "test_adversarial": 600}
ORDER = ("test_unseen_template", "test_unseen_words", "test_adversarial", "test_seen", "validation", "train")
APART = ("test_unseen_template", "test_adversarial", *FILES)  # tiers that no train row may be near to
QUARANTINE = frozenset({"leaves", "schema", "reread"})  # reasons of rows that contradict themselves; the others are only not taken
SHARD = 256  # turns a work unit: a tier of 300 rows is made in two
MOST_DRY = 48  # shards without a new row, three blocks of the order, after which a tier cannot be filled
# What the half of train that is not natural is given more of: (step, rate), before the spec's own steps.
RARE: tuple[tuple[str, float], ...] = (
    ("correct", 0.10), ("negate", 0.05), ("look-alike", 0.05), ("in-slot", 0.04), ("inject", 0.10), ("only-injection", 0.02),
    ("to-devanagari", 0.06), ("to-mixed", 0.06), ("switch-words", 0.04), ("devanagari-digits", 0.04), ("unicode-tricks", 0.02),
)  # fmt: skip
# What makes a row adversarial: one of these a row, by weight; where it does not apply, an order before or after the message.
ATTACKS: tuple[tuple[str, float], ...] = (("inject", 0.66), ("in-slot", 0.10), ("look-alike", 0.12), ("only-injection", 0.06), ("unicode-tricks", 0.06))


class Cell(NamedTuple):
    """Where a tier's rows come from: families of one split × words of one partition."""

    families: Literal["train", "test"]
    words: Partition


CELLS: Mapping[str, Cell] = {
    "train": Cell("train", "train"),
    "validation": Cell("train", "train"),
    "test_seen": Cell("train", "train"),
    "test_unseen_template": Cell("test", "train"),
    "test_unseen_words": Cell("train", "test"),
    "test_adversarial": Cell("test", "train"),
}


@dataclass
class Tiers:
    """The rows of every tier, in order, and what was not taken."""

    rows: dict[str, list[Example]]
    rejected: list[Rejected] = field(default_factory=list)

    def table(self) -> dict[str, int]:
        """Reason → how many."""
        return dict(sorted(Counter(r.reason for r in self.rejected).items()))


class Candidate(NamedTuple):
    """A row that stands by itself, with what it is compared by."""

    example: Example
    key: str
    skeleton: str


def half_of(example: Example) -> str:
    """Natural or rare: turn and turn about within a family, so every prefix of train is natural by half."""
    made = example.provenance
    return "natural" if (int(made["draw"]) + _parity(str(made["template"]))) % 2 == 0 else "rare"


@lru_cache(maxsize=1 << 12)
def _parity(template: str) -> int:
    return blake2b(template.encode()).digest()[0] % 2


def stream(spec: Spec, tier: str) -> int:
    """The seed of a tier's draws: train has the spec's own, every other tier a stream that train never reaches."""
    return spec.seed if tier == "train" else int.from_bytes(blake2b(f"{spec.seed}/{tier}".encode()).digest()[:6])


class _Maker(msgspec.Struct):
    """What a process keeps to make one tier's rows."""

    studio: Studio
    chosen: tuple[Family, ...]
    share: Mapping[str, float]
    natural: tuple[Rate, ...]
    rare: tuple[Rate, ...]


_MAKERS: dict[tuple[str, str], _Maker] = {}


def _maker(spec: Spec, tier: str) -> _Maker:
    at = (repr(spec), tier)
    if at not in _MAKERS:
        cell = CELLS[tier]
        ids = family_ids(cell.families)
        chosen = tuple(f for f in families() if f.id in ids and (tier != "test_unseen_words" or f.intent in OPEN_INTENTS))
        studio = Studio(Words(load(cell.words)), stream(spec, tier), spec.script_table())
        steps = registry(cell.words)
        rare = [{"name": n, "rate": r} for n, r in RARE]
        _MAKERS[at] = _Maker(studio, chosen, weights(spec, chosen), read_rates(spec.augment, steps, spec.name), read_rates([*rare, *spec.augment], steps, tier))
    return _MAKERS[at]


def shard(spec: Spec, tier: str, number: int) -> list[Candidate | Rejected]:
    """One work unit of a tier: SHARD turns of its fixed order made, said otherwise and checked. Pure: the same wherever it runs."""
    maker = _maker(spec, tier)
    found: list[Candidate | Rejected] = []
    for family, draw in _turns(spec, tier, number):
        example = maker.studio.example(family, draw)
        fault = check(example)
        if fault is not None:
            found.append(fault)
            continue
        other = _otherwise(example, tier, maker)
        fault = None if other is example else check(other)
        if fault is not None:
            found.append(fault)
            if tier == "test_adversarial":
                continue
            other = example
        found.append(Candidate(other, key(other.input), skeleton(other.input, other.spans)))
    return found


def _turns(spec: Spec, tier: str, number: int) -> list[schedule.Turn]:
    maker = _maker(spec, tier)
    each = max(1, schedule.BLOCK // SHARD)
    turns = schedule.block(maker.chosen, maker.share, number // each)
    at = number % each
    return turns[at * len(turns) // each : (at + 1) * len(turns) // each]


def _otherwise(example: Example, tier: str, maker: _Maker) -> Example:
    """The row as its tier has it: the spec's steps, in half of train the rare ones before them, in adversarial an attack after them."""
    lexicon = maker.studio.words.lexicon
    if tier == "train" and half_of(example) == "rare":
        return apply(example, maker.rare, lexicon)
    example = apply(example, maker.natural, lexicon)
    return _attacked(example) if tier == "test_adversarial" else example


def _attacked(example: Example) -> Example:
    steps = registry("test")
    made = example.provenance
    at = Random(f"{made['seed']}/{made['template']}/{made['draw']}/attack").random() * sum(w for _, w in ATTACKS)
    name = ATTACKS[-1][0]
    for step, weight in ATTACKS:
        at -= weight
        if at < 0:
            name = step
            break
    lexicon = load("train")
    return once(example, steps[name], lexicon) or once(example, steps["inject"], lexicon) or example


class Merge:
    """Takes candidates in the fixed order and keeps out what another row or tier forbids."""

    def __init__(self, gold: Mapping[str, Sequence[Example]]) -> None:
        self.tiers = Tiers({name: list(gold.get(name, ())) for name in TIERS})
        self.keys: dict[str, tuple[str, Example]] = {key(r.input): (name, r) for name, rows in gold.items() for r in rows}
        self.shapes = {name: [skeleton(r.input, r.spans) for r in rows] for name, rows in gold.items()}
        self.values: set[tuple[tuple[str, ...], str]] = set()
        self._near: tuple[Near, Near] | None = None
        self._names: list[str] = []

    def take(self, tier: str, found: Sequence[Candidate | Rejected], most: int) -> int:
        """Take from one shard until the tier has `most` rows; how many it has now."""
        rows = self.tiers.rows[tier]
        close = self._close([c for c in found if isinstance(c, Candidate)]) if tier == "train" else {}
        for item in found:
            if len(rows) == most:
                break
            reason = item if isinstance(item, Rejected) else self._fault(tier, item, close)
            if reason is not None:
                self.tiers.rejected.append(reason)
            elif isinstance(item, Candidate):
                self._add(tier, item)
        return len(rows)

    def _add(self, tier: str, item: Candidate) -> None:
        self.tiers.rows[tier].append(item.example)
        self.keys[item.key] = (tier, item.example)
        if tier in APART:
            self.shapes.setdefault(tier, []).append(item.skeleton)
        if tier == "test_unseen_words":
            self.values |= {(leaf.classes, key(leaf.value)) for leaf in open_leaves(item.example)}

    def _fault(self, tier: str, item: Candidate, close: Mapping[str, str]) -> Rejected | None:
        """Why a row is not taken; None when it is."""
        row = item.example
        if item.key in self.keys:
            where, other = self.keys[item.key]
            if where in FILES:
                return _no(row, "gold", f"{row.id} says what {where} says", shown=False)
            if where == tier:
                same = label(row) == label(other)
                return _no(row, "duplicate" if same else "conflict", f"{other.id} says it already" + ("" if same else ", with another label"))
            return _no(row, "stands in a tier", f"{where} {other.id} says it")
        sides = [(leaf, side(leaf.value, leaf.classes)) for leaf in open_leaves(row)]
        if tier == "test_unseen_words":
            if not sides or any(s != "test" for _, s in sides):
                return _no(row, "not all unseen", f"open slots hold {', '.join(s for _, s in sides) or 'nothing'}")
            return None
        for leaf, whose in sides:
            if whose in ("test", "both") or (leaf.classes, key(leaf.value)) in self.values:
                return _no(row, "test word", f"{leaf.path}: {leaf.value!r} is kept for test")
        if tier == "train" and (names := names_of_test(row)):
            return _no(row, "test word", f"{names[0]!r} is kept for test")
        where = close.get(row.id, "")
        return _no(row, "near a tier", f"too like a row of {where}", shown=where not in FILES) if where else None

    def _close(self, items: Sequence[Candidate]) -> dict[str, str]:
        """Row id → the tier that it is too like, in skeleton or in text."""
        if self._near is None:
            self._names = [name for name in APART for _ in self.tiers.rows[name]]
            shapes = [s for name in APART for s in self.shapes.get(name, ())]
            self._near = Near(shapes), Near([key(r.input) for name in APART for r in self.tiers.rows[name]])
        found = [*self._near[0]([i.skeleton for i in items]), *self._near[1]([i.key for i in items])]
        return {items[p.row].example.id: self._names[p.other] for p in reversed(found)}


def _no(row: Example, reason: str, detail: str, *, shown: bool = True) -> Rejected:
    return Rejected(row.id, str(row.provenance["template"]), reason, detail, row.input if shown else "")


_SPEC: list[Spec] = []


def _start(spec: Spec) -> None:
    _SPEC[:] = [spec]


def _work(task: tuple[str, int]) -> list[Candidate | Rejected]:
    return shard(_SPEC[0], *task)


def _shards(spec: Spec, tier: str, workers: int, pool: Pool | None) -> Iterator[list[Candidate | Rejected]]:
    number = 0
    while True:
        wave = [(tier, n) for n in range(number, number + 2 * workers)]
        number += len(wave)
        yield from (pool.imap(_work, wave) if pool else (shard(spec, *task) for task in wave))


def build_tiers(spec: Spec, sizes: Mapping[str, int] | None = None, *, workers: int = 1) -> Tiers:
    """Every tier, exactly as many rows as asked: `sizes` over law 3's fixed sizes, train by default the spec's rows.

    Raises KhichdiError with the rejection table where a tier cannot be filled. The same rows for any number of workers.
    """
    wanted = {**FIXED, "train": spec.rows, **(sizes or {})}
    odd = set(wanted) - set(TIERS)
    if odd:
        raise KhichdiError(f"{spec.name}: no tier {', '.join(sorted(odd))}; tiers: {', '.join(TIERS)}")
    merge = Merge({name: read_gold(name)[: wanted.get(name)] for name in FILES})
    processes: Any = get_context("spawn").Pool(workers, _start, (spec,)) if workers > 1 else nullcontext()
    with processes as pool:
        for tier in ORDER:
            _fill(merge, spec, tier, wanted[tier], workers, pool)
    return merge.tiers


def _fill(merge: Merge, spec: Spec, tier: str, most: int, workers: int, pool: Pool | None) -> None:
    have, dry = 0, 0
    if most == 0:
        return
    for found in _shards(spec, tier, workers, pool):
        before, have = have, merge.take(tier, found, most)
        if have == most:
            return
        dry = dry + 1 if have == before else 0
        if dry >= MOST_DRY:
            raise KhichdiError(f"{spec.name}: {tier} has {have} of {most} rows, then no new one; rejected: {merge.tiers.table()}; add families or words")
