"""What refuses a release, each with its figure: rows that contradict themselves or each other, unsafe numbers, shares, mixing, sameness.

`measure` gives every figure (the card prints them), `checks` those outside their limits. A share is refused only where its 99 %
Wilson interval lies wholly outside its band, a mean where its normal interval does. Gold is held to schema, and warned of.
"""

import math
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from curation import facts
from curation.dedup import key
from curation.gold import FILES
from curation.lemmas import OPEN_SLOTS
from curation.merge import Tiers
from curation.tally import BY_ROW, Tally, tally
from generators.columns import annotated_table
from hinglish.lexicon import load
from schemas.stats import Z99, wilson

if TYPE_CHECKING:
    import polars as pl

CMI, SWITCHES, WORDS = (20.0, 28.0), (0.21, 0.34), (6.0, 17.0)
MOST_OF_A_FAMILY = 0.015
DIGITS, DIGITS_FROM = (0.002, 0.015), 12_000
SAMPLE = 200  # rows that distinct-n and self-BLEU are measured on, whatever the size: both depend on it
DISTINCT = {1: 0.15, 2: 0.50, 3: 0.70}
MOST_SELF_BLEU = 0.35
# Classes of which a maker draws a part at a time: a value's share is held against the lemmas of its own part.
PARTS: Mapping[str, str] = {"place": "type", "foreign": "type", "song": "anyone", "issue": "group", "shop": "serves"}


class Figure(NamedTuple):
    """One measured thing: what, where, how much, what it may be, and whether it holds; `detail` names a row or a value."""

    check: str
    tier: str
    figure: float
    limit: str
    holds: bool
    detail: str = ""


class Fault(NamedTuple):
    """A check that does not hold. One that does not refuse is a warning for the card."""

    check: str
    tier: str
    figure: float
    limit: str
    detail: str
    refuses: bool = True

    def __str__(self) -> str:
        return f"{self.check} in {self.tier}: {self.figure:g}, allowed {self.limit}; {self.detail}"


WARNINGS = frozenset({"gold disagreement", "fixed disagreement"})


class Read(NamedTuple):
    """A tier as it was read off what was written: its slim table (curation.facts) and its tally."""

    table: "pl.DataFrame"
    tally: Tally


def step_of(rows: int) -> int:
    """Every so manieth row is in the sample."""
    return max(1, rows // SAMPLE)


def read_tiers(tiers: Tiers) -> dict[str, Read]:
    """Tiers in memory, as they would be read."""
    return {name: Read(facts.slim(annotated_table(rows)), tally(name, rows, step=step_of(len(rows)))) for name, rows in tiers.rows.items()}


def checks(tiers: Tiers) -> list[Fault]:
    """Every check that fails on tiers in memory; those with `refuses` stop the release."""
    return failing(measure(read_tiers(tiers)))


def failing(figures: Sequence[Figure]) -> list[Fault]:
    """Those figures that do not hold."""
    return [Fault(f.check, f.tier, f.figure, f.limit, f.detail, f.check not in WARNINGS) for f in figures if not f.holds]


def measure(tiers: Mapping[str, Read]) -> list[Figure]:
    """Every figure, those that hold too."""
    import polars as pl

    out = [f for name, read in tiers.items() for f in _rows(name, read)]
    out.append(_conflicts(tiers))
    train = tiers["train"]
    natural = train.table.filter(pl.col("half") == "natural")
    for name, table in (("train, natural half", natural), ("test_seen", tiers["test_seen"].table)):
        out += [*_shares(name, table), *_mixing(name, table)]
    out += [*_sameness("train", train), *_values("train", train.tally)]
    if train.table.height >= DIGITS_FROM:
        out.append(_digits("train", train.table))
    return out


def _count(what: str, tier: str, bad: int, named: Sequence[str] = ()) -> Figure:
    return Figure(what, tier, float(bad), "0", bad == 0, ", ".join(named[:5]))


def _rows(tier: str, read: Read) -> Iterator[Figure]:
    """What each row must be by itself, and stand once. Ids only: gold is never shown."""
    table, found = read
    again = _twice(table["id"])
    yield _count("id twice", tier, table.height - table["id"].n_unique(), again)
    same = _twice(_numbers(found.keys)) if tier not in FILES else []
    yield _count("duplicate", tier, len(same), [table["id"][found.keys.index(k)] for k in same[:5]])
    for what in BY_ROW:
        if what in ("schema", "unsafe identifier") or (what == "gold disagreement") == (tier in FILES):
            yield _count(what, tier, found.faults.get(what, 0), found.named.get(what, ()))


def _numbers(found: "array[int]") -> "pl.Series":
    """Numbers of 64 bits as a column, none of them a Python object."""
    import numpy as np
    import polars as pl

    return pl.Series(np.frombuffer(found, np.uint64))


def _twice(things: "pl.Series") -> list[Any]:
    """What stands more than once, in the order of its first."""
    return things.filter(things.is_duplicated()).unique(maintain_order=True).to_list()


def _conflicts(tiers: Mapping[str, Read]) -> Figure:
    """One text, two labels, over all tiers and scripts."""
    import polars as pl

    columns = [{"id": r.table["id"], "key": _numbers(r.tally.keys), "label": _numbers(r.tally.labels)} for r in tiers.values()]
    rows = pl.concat([pl.DataFrame(c) for c in columns])
    said = rows.select("key", "label").unique()["key"]
    twice = said.filter(said.is_duplicated()).unique()
    found = rows.filter(pl.col("key").is_in(twice.implode())).group_by("key", maintain_order=True).agg("id").sort("key")
    return _count("conflicting labels", "all", found.height, [" and ".join(ids[:2]) for ids in found["id"].to_list()])


def _shares(tier: str, table: "pl.DataFrame") -> Iterator[Figure]:
    """The shares of intents, tags, scripts and absent slots."""
    for s in facts.shares(table):
        yield Figure("share", tier, s.value, f"{s.low:g}–{s.high:g}", not s.refused, f"{s.what}, {s.rows} of {s.n}")


def _mixing(tier: str, table: "pl.DataFrame") -> Iterator[Figure]:
    """Law 5's bands: means with their normal 99 % interval, the median with the interval of its ranks."""
    for what, mean, (low, high) in zip(("code-mixing index", "switches a boundary"), facts.mixing(table), (CMI, SWITCHES), strict=True):
        holds = mean.value - mean.half <= high and mean.value + mean.half >= low
        yield Figure(what, tier, mean.value, f"{low:g}–{high:g}", holds, f"n {mean.n}")
    lengths = sorted(table["words"].drop_nulls().to_list())
    if lengths:
        reach = Z99 * math.sqrt(len(lengths)) / 2
        low, high = (lengths[min(len(lengths) - 1, max(0, int(len(lengths) / 2 + d)))] for d in (-reach, reach))
        yield Figure("words, median", tier, lengths[len(lengths) // 2], f"{WORDS[0]:g}–{WORDS[1]:g}", low <= WORDS[1] and high >= WORDS[0])


def _sameness(tier: str, read: Read) -> Iterator[Figure]:
    """No family too often, and a sample whose n-grams differ."""
    n = read.table.height
    for family, k in list(facts.counts(read.table, "template").items())[:1]:
        yield Figure("share of a template", tier, k / n, f"at most {MOST_OF_A_FAMILY:g}", wilson(k, n, Z99).low <= MOST_OF_A_FAMILY, family)
    sample = [text.split() for text in read.tally.sample[:SAMPLE]]
    for size, least in DISTINCT.items():
        found = [g for s in sample for g in _ngrams(s, size)]
        value = len(set(found)) / len(found) if found else 1.0
        yield Figure(f"distinct-{size}", tier, value, f"at least {least:g}", value >= least, f"{len(sample)} rows")
    value = self_bleu(sample)
    yield Figure("self-BLEU", tier, value, f"at most {MOST_SELF_BLEU:g}", value <= MOST_SELF_BLEU, f"{len(sample)} rows")


def _ngrams(tokens: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


def self_bleu(sample: Sequence[Sequence[str]], most: int = 4) -> float:
    """Mean BLEU-4 of each text against all others (Zhu et al. 2018, Texygen), add-one smoothed above unigrams; 0 for fewer than two."""
    if len(sample) < 2:
        return 0.0
    logs = [0.0] * len(sample)
    for n in range(1, most + 1):
        counts = [Counter(_ngrams(s, n)) for s in sample]
        best: dict[tuple[str, ...], list[int]] = {}
        for c in counts:
            for gram, k in c.items():
                best[gram] = sorted([*best.get(gram, [0, 0]), k])[-2:]
        for i, c in enumerate(counts):
            right = sum(min(k, best[g][0] if best[g][1] == k else best[g][1]) for g, k in c.items())
            smooth = n > 1
            logs[i] += math.log(max(1e-9, (right + smooth) / max(1, c.total() + smooth))) / most
    return sum(map(math.exp, logs)) / len(logs)


@cache
def _pools() -> dict[tuple[str, str], int]:
    """(class, key of a lemma) → how many train lemmas the class, or the part of it that the lemma is drawn with, has."""
    out: dict[tuple[str, str], int] = {}
    for cls in {c for classes in OPEN_SLOTS.values() for c in classes}:
        entries = load("train").by_class.get(cls, ())
        sizes = Counter(e.get(PARTS.get(cls, "")) for e in entries)
        for e in entries:
            out[cls, key(e.norm)] = sizes[e.get(PARTS.get(cls, ""))]
    return out


def _values(tier: str, found: Tally) -> Iterator[Figure]:
    """No open-class value in more than max(3 rows, 3 ÷ its lemmas) of its slot's rows; the worst of each slot."""
    pools = _pools()
    for (intent, slot), counts in sorted(found.values.items()):
        n = counts.total()
        worst = (-1.0, "", 0, 0.0)
        for value, k in counts.items():
            pool = max((pools.get((cls, value), 0) for cls in OPEN_SLOTS[intent, slot]), default=0)
            if pool:
                limit = max(3 / n, 3 / pool)
                worst = max(worst, (wilson(k, n, Z99).low / limit, value, k, limit))
        over, value, k, limit = worst
        if k == 0:
            continue  # nothing of an open class said: kin and roles alone
        yield Figure("share of an open value", tier, k / n, f"at most {limit:.4f}", over <= 1, f"{intent}.{slot} {value!r}, {k} of {n}")


def _digits(tier: str, table: "pl.DataFrame") -> Figure:
    """Rows with Devanagari digits, of the natural rows that have digits."""
    import polars as pl

    natural = table.filter((pl.col("half") == "natural") & pl.col("digits"))
    deva, n = int(natural["deva_digits"].sum()), natural.height
    interval = wilson(deva, n, Z99)
    low, high = DIGITS
    return Figure("Devanagari digits", tier, interval.value, f"{low:g}–{high:g}", interval.high >= low and interval.low <= high, f"{deva} of {n}")
