"""What a set of made rows is like: shares with their bands, counts, mixing. Facts once; the table, the card and the JSON print them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from hinglish.mix import Mixing, mixing
from hinglish.script import script_of
from schemas.contract import intents
from schemas.example import Example
from schemas.stats import Z99, wilson

# (low, high) of each share in a set that follows the default shares.
INTENT_BAND = (0.03, 0.08)
NONE_BAND = (0.08, 0.12)
TAG_BANDS: Mapping[str, tuple[float, float]] = {
    "corrected": (0.03, 0.06),
    "negated": (0.02, 0.05),
    "range": (0.01, 0.03),
    "multi": (0.01, 0.03),
    "noslot": (0.03, 0.06),
}
SCRIPT_BANDS: Mapping[str, tuple[float, float]] = {"roman": (0.45, 0.60), "mixed": (0.20, 0.35), "devanagari": (0.15, 0.25)}
ABSENT_BAND = (0.30, 0.70)


class Share(NamedTuple):
    """A share of rows with the band it should lie in."""

    what: str
    rows: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """rows / n."""
        return self.rows / self.n if self.n else 0.0

    @property
    def inside(self) -> bool:
        """Is the share itself in its band?"""
        return self.low <= self.value <= self.high

    @property
    def refused(self) -> bool:
        """Does the 99 % Wilson interval lie wholly outside the band? A small sample is not refused for its noise."""
        interval = wilson(self.rows, self.n, Z99)
        return self.n > 0 and (interval.high < self.low or interval.low > self.high)


class Facts(NamedTuple):
    """Shares by kind, the mixing of the messages, and plain counts."""

    rows: int
    shares: tuple[Share, ...]
    mix: Mixing
    families: int
    texts: int


def shares(rows: Sequence[Example]) -> tuple[Share, ...]:
    """Every share that has a band, over all rows or over its intent's rows."""
    n = len(rows)
    by_intent = Counter(r.intent for r in rows)
    out = [Share(f"intent {name}", by_intent[name], n, *(NONE_BAND if name == "none" else INTENT_BAND)) for name in intents()]
    tags = Counter(t for r in rows for t in r.tags)
    out += [Share(f"tag {tag}", tags[tag], n, *band) for tag, band in TAG_BANDS.items()]
    scripts = Counter(script_of(r.input) for r in rows)
    out += [Share(f"script {name}", scripts[name], n, *band) for name, band in SCRIPT_BANDS.items()]  # type: ignore[index]  # the three scripts
    return (*out, *_absent(rows, by_intent))


def _absent(rows: Iterable[Example], by_intent: Mapping[str, int]) -> list[Share]:
    null: Counter[tuple[str, str]] = Counter()
    for row in rows:
        for name, value in row.target.items():
            if value is None:
                null[row.intent, name] += 1
    return [
        Share(f"null {name}.{slot.name}", null[name, slot.name], by_intent.get(name, 0), *ABSENT_BAND)
        for name, found in intents().items()
        for slot in found.slots
        if slot.usually_absent
    ]


def facts(rows: Sequence[Example]) -> Facts:
    """All of them, in one pass a part."""
    return Facts(
        rows=len(rows),
        shares=shares(rows),
        mix=mixing([r.utterance for r in rows if r.utterance is not None]),
        families=len({str(r.provenance.get("template")) for r in rows}),
        texts=len({r.input for r in rows}),
    )
