"""The tiers of a release: which families meet which words, in which order rows are taken, and the work unit that makes a stretch of one.

Law 2: train = train families × train words. seen and validation are the same cells on seed streams of their own, which train never
reaches; unseen_template = test families × train words; unseen_words = train families × test words in every open slot; adversarial =
test families × train words with injections of the test partition. The test tiers are taken first and know nothing of train, so
they are the same rows at every size; a train row that comes too near to one of them is rejected and counted (curation/wall.py).
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from augment.pipeline import Rate, apply, once, read_rates
from augment.registry import registry
from curation import decisions
from curation.decisions import Decision, Report, blocked_templates, read_rounds
from curation.dedup import key, label, skeleton
from curation.gold import FILES
from curation.lemmas import OPEN_INTENTS, loose_names, names_of_test, open_leaves, side
from curation.wall import Wall
from generators import schedule
from generators.expand import Studio
from generators.family import Family, families
from generators.randomness import Random
from generators.run import Rejected, check, quiet
from generators.spec import Spec, weights
from generators.splits import family_ids
from generators.words import Words
from hinglish.lexicon import Partition, load
from schemas.example import Example

TIERS = ("train", "validation", "test_seen", "test_unseen_template", "test_unseen_words", "test_adversarial", "test_gold_dev", "test_gold")
FIXED: Mapping[str, int] = {"validation": 300, "test_seen": 400, "test_unseen_template": 800, "test_unseen_words": 800, "test_adversarial": 600}
ORDER = ("test_unseen_template", "test_unseen_words", "test_adversarial", "test_seen", "validation", "train")
SHARD = 256  # turns of the smallest work unit: a tier of 300 rows is made in two
# What the half of train that is not natural is given more of: (step, rate), before the spec's own steps.
RARE: tuple[tuple[str, float], ...] = (
    ("correct", 0.10), ("negate", 0.05), ("look-alike", 0.05), ("in-slot", 0.04), ("inject", 0.10), ("only-injection", 0.02),
    ("to-devanagari", 0.06), ("to-mixed", 0.06), ("switch-words", 0.03), ("repeat", 0.02), ("devanagari-digits", 0.04), ("unicode-tricks", 0.02),
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


def half_of(example: Example) -> str:
    """Natural or rare: turn and turn about within a family, so every prefix of train is natural by half."""
    made = example.provenance
    return "natural" if (int(made["draw"]) + parity(str(made["template"]))) % 2 == 0 else "rare"


@lru_cache(maxsize=1 << 12)
def parity(template: str) -> int:
    """Which draws of a family are natural: a half of the families begin with one."""
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


class Unit(msgspec.Struct):
    """What a work unit gives: rows that stand by themselves, each with what it is compared by, and those that do not stand.

    Decisions of annotators are applied already: `gone` are the places of rows that they withdrew, `decided` place → id of every row
    that they spoke of, `report` what they did.
    """

    rows: list[Example]
    keys: list[int]  # 64 bits of what the text says, whatever its script and spelling
    labels: list[int]  # 64 bits of what its label says
    rejected: list[tuple[int, Rejected]]  # each with the number of rows that stand before it
    gone: list[int] = []
    decided: dict[int, str] = {}
    report: Report | None = None
    said: list[str] = []  # dedup.key of each
    shapes: list[str] = []  # dedup.skeleton of each


def bits(data: bytes) -> int:
    """64 bits that stand for some bytes: two of a million texts share them once in 37 million builds, and then one row is rejected."""
    return int.from_bytes(blake2b(data, digest_size=8).digest())


def unit(spec: Spec, tier: str, number: int, wall: Wall | None = None, turns: int = SHARD) -> Unit:
    """One work unit of a tier: `turns` turns of its fixed order made, said otherwise, checked, and held against the tests. Pure: the same wherever it runs."""
    maker = _maker(spec, tier)
    out = Unit([], [], [], [])
    found: list[Example | Rejected] = []
    with quiet():
        blocked = _decisions(spec.decisions)[1] if tier == "train" and spec.decisions else frozenset[str]()
        for family, draw in _turns(spec, tier, number, turns):
            if family.id in blocked:
                found.append(Rejected("", family.id, "blocked template", "people fixed or rejected too many of its rows; mend its lines", ""))
                continue
            row = _row(maker, tier, family, draw, found)
            if row is not None:
                found.append(_word_fault(tier, row) or row)
        rows = [r for r in found if isinstance(r, Example)]
        keys = {r.id: (key(r.input), skeleton(r.input, r.spans)) for r in rows}
        near = wall.near([shape for _, shape in keys.values()], [said for said, _ in keys.values()]) if wall else {}
        close = {rows[i].id: name for i, name in near.items()}
        for item in found:
            if isinstance(item, Example) and item.id in close:
                name = close[item.id]
                item = rejected(item, "near a tier", f"too like a row of {name}", shown=name not in FILES)  # noqa: PLW2901  # what it turns out to be
            if isinstance(item, Rejected):
                out.rejected.append((len(out.rows), item))
                continue
            said, shape = keys[item.id]
            out.rows.append(item)
            out.said.append(said)
            out.shapes.append(shape)
            out.keys.append(bits(said.encode()))
            out.labels.append(bits(label(item)))
        if spec.decisions:
            _decide(out, spec.decisions)
    return out


def _decisions(rounds: tuple[str, ...]) -> tuple[list[Decision], frozenset[str]]:
    """What was decided, and the templates that are blocked by it."""
    return _read(rounds, decisions.FOLDER)


@cache
def _read(rounds: tuple[str, ...], folder: Path) -> tuple[list[Decision], frozenset[str]]:
    found = read_rounds(rounds, folder)
    return found, frozenset(b.template for b in blocked_templates(found))


def _decide(out: Unit, rounds: tuple[str, ...]) -> None:
    """Fixes in the place of labels, rejects marked as gone."""
    judged, _ = _decisions(rounds)
    spoken = {d.id for d in judged}
    places = [i for i, row in enumerate(out.rows) if row.id in spoken]
    if not places:
        return
    kept, out.report = decisions.apply([out.rows[i] for i in places], judged)
    by_id = {row.id: row for row in kept}
    out.decided = {i: out.rows[i].id for i in places}
    out.gone = [i for i in places if out.rows[i].id not in by_id]
    for i in places:
        out.rows[i] = by_id.get(out.rows[i].id, out.rows[i])
        out.labels[i] = bits(label(out.rows[i]))
        out.shapes[i] = skeleton(out.rows[i].input, out.rows[i].spans)


def _row(maker: _Maker, tier: str, family: Family, draw: int, faults: list[Example | Rejected]) -> Example | None:
    """The row of one turn as its tier has it; where what was said otherwise does not stand, the plain one does."""
    example = maker.studio.example(family, draw)
    fault = check(example)
    if fault is not None:
        faults.append(fault)
        return None
    other = _otherwise(example, tier, maker)
    fault = None if other is example else check(other)
    if fault is None:
        return other
    faults.append(fault)
    return None if tier == "test_adversarial" else example


def _word_fault(tier: str, row: Example) -> Rejected | None:
    """Words of the other partition than the tier's cell has."""
    sides = [(leaf, side(leaf.value, leaf.classes)) for leaf in open_leaves(row)]
    if CELLS[tier].words == "test":
        if not sides or any(s != "test" for _, s in sides):
            return rejected(row, "not all unseen", f"open slots hold {', '.join(s for _, s in sides) or 'nothing'}")
        return None
    for leaf, whose in sides:
        if whose in ("test", "both"):
            return rejected(row, "test word", f"{leaf.path}: {leaf.value!r} is kept for test")
    if tier == "train" and (names := names_of_test(loose_names(row))):
        return rejected(row, "test word", f"{names[0]!r} is kept for test")
    return None


def rejected(row: Example, reason: str, detail: str, *, shown: bool = True) -> Rejected:
    """A row that is not taken; a text that gold has too is not shown."""
    return Rejected(row.id, str(row.provenance["template"]), reason, detail, row.input if shown else "")


def _turns(spec: Spec, tier: str, number: int, turns: int) -> list[schedule.Turn]:
    """The turns of one unit: a whole block of the order, or an equal part of one."""
    maker = _maker(spec, tier)
    each = max(1, schedule.BLOCK // turns)
    block = schedule.block(maker.chosen, maker.share, number // each)
    at = number % each
    return block[at * len(block) // each : (at + 1) * len(block) // each]


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
