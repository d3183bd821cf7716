"""What refuses a release, each with its figure: rows that contradict themselves or each other, unsafe numbers, shares, mixing, sameness.

`measure` gives every figure (the card prints them), `checks` those outside their limits. A share is refused only where its 99 %
Wilson interval lies wholly outside its band, a mean where its normal interval does. Gold is held to schema, and warned of.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from curation.dedup import conflicts, key
from curation.gold import FILES
from curation.lemmas import OPEN_SLOTS, open_leaves
from curation.tiers import CELLS, Tiers, half_of
from generators.facts import shares
from generators.run import check
from hinglish.identifiers import unsafe
from hinglish.lexicon import load
from hinglish.mix import cmi, languages, switch_rate
from schemas.contract import leaves
from schemas.example import TEXT_KINDS, Example, kind_of_leaf
from schemas.reread import compliant, reread
from schemas.stats import Z99, wilson
from schemas.validate import checker

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


def checks(tiers: Tiers) -> list[Fault]:
    """Every check that fails; those with `refuses` stop the release."""
    return [Fault(f.check, f.tier, f.figure, f.limit, f.detail, f.check not in WARNINGS) for f in measure(tiers) if not f.holds]


WARNINGS = frozenset({"gold disagreement"})


def measure(tiers: Tiers) -> list[Figure]:
    """Every figure, those that hold too."""
    made = {name: tiers.rows.get(name, []) for name in CELLS}
    train = made["train"]
    natural = [r for r in train if half_of(r) == "natural"]
    out = [f for name, rows in tiers.rows.items() for f in _rows(name, rows)]
    out.append(_conflicts(tiers))
    for name, rows in (("train, natural half", natural), ("test_seen", made["test_seen"])):
        out += [*_shares(name, rows), *_mixing(name, rows)]
    out += [*_sameness("train", train), *_values("train", train)]
    if len(train) >= DIGITS_FROM:
        out.append(_digits("train", train))
    return out


def _count(what: str, tier: str, bad: Sequence[str]) -> Figure:
    return Figure(what, tier, float(len(bad)), "0", not bad, ", ".join(bad[:5]))


def _rows(tier: str, rows: Sequence[Example]) -> Iterator[Figure]:
    """What each row must be by itself. Ids only: gold is never shown."""
    ids = Counter(r.id for r in rows)
    texts = Counter(key(r.input) for r in rows) if tier not in FILES else Counter()
    yield _count("id twice", tier, [i for i, n in ids.items() if n > 1])
    yield _count("duplicate", tier, [r.id for r in rows if texts[key(r.input)] > 1])
    yield _count("schema", tier, [r.id for r in rows if not checker(r.intent)(r.target)])
    yield _count("unsafe identifier", tier, [f"{r.id} ({kind})" for r in rows for kind in _unsafe(r)])
    if tier in FILES:
        yield _count("gold disagreement", tier, [r.id for r in rows if reread(r.input, r.spans, r.target, r.tags) or not _compliant(r)])
        return
    faults = [(r.id, found.reason, found.detail) for r in rows if (found := check(r)) is not None and found.reason != "schema"]
    yield _count("re-reading", tier, [f"{i} ({reason}: {detail})" for i, reason, detail in faults])
    yield _count("script of labels", tier, [r.id for r in rows if not _compliant(r)])


def _unsafe(row: Example) -> list[str]:
    """Kinds of identifiers in text or label that may not be written."""
    values = [v for v in leaves(row.target).values() if isinstance(v, str)]
    return sorted({found.kind for text in (row.input, *values) for found in unsafe(text)})


def _compliant(row: Example) -> bool:
    """Does each word of each text or name leaf stand in its language's script?"""
    for path, value in leaves(row.target).items():
        if isinstance(value, str) and kind_of_leaf(row.intent, path) in TEXT_KINDS and not all(map(compliant, value.split())):
            return False
    return True


def _conflicts(tiers: Tiers) -> Figure:
    found = conflicts(r for rows in tiers.rows.values() for r in rows)
    return _count("conflicting labels", "all", [f"{c.first.id} and {c.second.id}" for c in found])


def _shares(tier: str, rows: Sequence[Example]) -> Iterator[Figure]:
    """The shares of intents, tags, scripts and absent slots."""
    for s in shares(rows):
        yield Figure("share", tier, s.value, f"{s.low:g}–{s.high:g}", not s.refused, f"{s.what}, {s.rows} of {s.n}")


def _mixing(tier: str, rows: Sequence[Example]) -> Iterator[Figure]:
    """Law 5's bands: means with their normal 99 % interval, the median with the interval of its ranks."""
    counted = [languages(r.utterance) for r in rows if r.utterance]
    both = [c for c in counted if "hi" in c and "en" in c]
    yield _mean("code-mixing index", tier, [cmi(c) for c in both], CMI)
    yield _mean("switches a boundary", tier, [switch_rate(c) for c in both], SWITCHES)
    lengths = sorted(sum(t.kind != "mark" for t in r.utterance) for r in rows if r.utterance)
    if lengths:
        reach = Z99 * math.sqrt(len(lengths)) / 2
        low, high = (lengths[min(len(lengths) - 1, max(0, int(len(lengths) / 2 + d)))] for d in (-reach, reach))
        yield Figure("words, median", tier, lengths[len(lengths) // 2], f"{WORDS[0]:g}–{WORDS[1]:g}", low <= WORDS[1] and high >= WORDS[0])


def _mean(what: str, tier: str, values: Sequence[float], band: tuple[float, float]) -> Figure:
    n = len(values)
    mean = sum(values) / n if n else 0.0
    half = Z99 * math.sqrt(sum((v - mean) ** 2 for v in values) / (n - 1) / n) if n > 1 else math.inf
    return Figure(what, tier, mean, f"{band[0]:g}–{band[1]:g}", mean - half <= band[1] and mean + half >= band[0], f"n {n}")


def _sameness(tier: str, rows: Sequence[Example]) -> Iterator[Figure]:
    """No family too often, and a sample whose n-grams differ."""
    for family, n in Counter(str(r.provenance["template"]) for r in rows).most_common(1):
        held = wilson(n, len(rows), Z99).low <= MOST_OF_A_FAMILY
        yield Figure("share of a template", tier, n / len(rows), f"at most {MOST_OF_A_FAMILY:g}", held, family)
    step = max(1, len(rows) // SAMPLE)
    sample = [key(r.input).split() for r in rows[::step][:SAMPLE]]
    for n, least in DISTINCT.items():
        found = [g for s in sample for g in _ngrams(s, n)]
        value = len(set(found)) / len(found) if found else 1.0
        yield Figure(f"distinct-{n}", tier, value, f"at least {least:g}", value >= least, f"{len(sample)} rows")
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


def _values(tier: str, rows: Sequence[Example]) -> Iterator[Figure]:
    """No open-class value in more than max(3 rows, 3 ÷ its lemmas) of its slot's rows; the worst of each slot."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        for leaf in open_leaves(row):
            found.setdefault((row.intent, leaf.slot), Counter())[key(leaf.value)] += 1
    pools = _pools()
    for (intent, slot), counts in sorted(found.items()):
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


def _digits(tier: str, rows: Sequence[Example]) -> Figure:
    """Rows with Devanagari digits, of the natural rows that have digits."""
    natural = [r.input for r in rows if half_of(r) == "natural" and any(c.isdecimal() for c in r.input)]
    deva = sum(any("०" <= c <= "९" for c in text) for text in natural)
    interval = wilson(deva, len(natural), Z99)
    low, high = DIGITS
    return Figure("Devanagari digits", tier, interval.value, f"{low:g}–{high:g}", interval.high >= low and interval.low <= high, f"{deva} of {len(natural)}")
