"""From work units to tiers: candidates in the fixed order, each text once over all tiers, exactly as many rows as were asked for."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, repeat
from typing import Protocol

from curation.decisions import Report
from curation.dedup import key, label
from curation.gold import FILES, read_gold
from curation.lemmas import OFTEN, Weighed
from curation.tiers import FIXED, ORDER, SHARD, TIERS, Unit, bits, unit
from curation.wall import Wall
from generators import schedule
from generators.run import Rejected
from generators.spec import Spec
from hinglish.errors import KhichdiError
from schemas.example import Example

QUARANTINE = frozenset({"leaves", "schema", "reread"})  # reasons of rows that contradict themselves; the others are only not taken
MOST_DRY = 3  # blocks of the order without a new row, after which a tier cannot be filled


class Compared(Protocol):
    """What the merge reads of a unit, wherever its rows lie."""

    @property
    def keys(self) -> Sequence[int]: ...
    @property
    def labels(self) -> Sequence[int]: ...
    @property
    def rejected(self) -> Sequence[tuple[int, Rejected]]: ...
    @property
    def gone(self) -> Sequence[int]: ...
    @property
    def decided(self) -> Mapping[int, str]: ...
    @property
    def values(self) -> Sequence[Sequence[Weighed]]: ...
    @property
    def report(self) -> Report | None: ...


@dataclass
class Merge:
    """What was said so far, by tier, and why the others were not taken.

    refill: a row that annotators withdrew is made up for by the next one; a patch does not refill (law 3).
    """

    refill: bool = True
    said: dict[int, tuple[str, int]] = field(default_factory=dict)  # key → tier and label, for all tiers but the running one
    here: dict[int, int] = field(default_factory=dict)  # key → label, in the running one
    counts: Counter[str] = field(default_factory=Counter)
    quarantined: list[Rejected] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    withdrawn: int = 0  # of the running tier, where they count
    filled: Counter[str] = field(default_factory=Counter)  # open slot → leaves of the running tier that fill it
    values: Counter[tuple[str, str]] = field(default_factory=Counter)  # slot and value → leaves

    def know(self, tier: str, rows: Iterable[Example]) -> None:
        """Rows that stand: gold, and siblings of test rows."""
        for row in rows:
            self.said.setdefault(bits(key(row.input).encode()), (tier, bits(label(row))))

    def take(self, found: Compared, most: int) -> list[int]:
        """The places of the candidates that are taken, at most `most` in the running tier."""
        taken: list[int] = []
        gone = set(found.gone)
        looked_at = len(found.keys) + 1
        for i, (said, meant, values) in enumerate(zip(found.keys, found.labels, found.values or repeat(()), strict=False)):
            if self.full(most):
                looked_at = i
                break
            reason = self._fault(said, meant) or self._often(values) or ("withdrawn" if i in gone else "")
            if reason in ("", "withdrawn"):
                self.filled.update([v.slot for v in values])
                self.values.update([(v.slot, v.value) for v in values])
            if reason:
                self.counts[reason] += 1
                self.withdrawn += reason == "withdrawn" and not self.refill
            else:
                self.here[said] = meant
                taken.append(i)
        self._report(found, looked_at)
        seen = [r for before, r in found.rejected if before < looked_at]
        self.counts.update(r.reason for r in seen)
        self.quarantined += [r for r in seen if r.reason in QUARANTINE]
        return taken

    def full(self, most: int) -> bool:
        """Has the running tier what was asked for, those that a patch withdrew counted?"""
        return len(self.here) + self.withdrawn >= most

    def _report(self, found: Compared, looked_at: int) -> None:
        """What decisions did to the candidates that were looked at."""
        if found.report is not None:
            ids = {key for place, key in found.decided.items() if place < looked_at}
            done = found.report
            self.reports.append(
                done._replace(
                    fixed=tuple([d for d in done.fixed if d.id in ids]),
                    rejected=tuple([d for d in done.rejected if d.id in ids]),
                    confirmed=tuple([d for d in done.confirmed if d.id in ids]),
                    stale=tuple([d for d in done.stale if d.id in ids]),
                    refused=tuple([r for r in done.refused if r.decision.id in ids]),
                    warnings=tuple([w for w in done.warnings if w[0] in ids]),
                )
            )

    def _fault(self, said: int, meant: int) -> str:
        if said in self.here:
            return "duplicate" if self.here[said] == meant else "conflict"
        there = self.said.get(said)
        return "" if there is None else "gold" if there[0] in FILES else "stands in a tier"

    def _often(self, values: Sequence[Weighed]) -> str:
        """Would a value of an open class be said more often than it may be by now? Only rows before it are asked, so that sizes stay prefixes."""
        for slot, value, pool in values:
            if pool and self.values[slot, value] + 1 > max(OFTEN, OFTEN * (self.filled[slot] + 1) / pool):
                return "said too often"
        return ""

    def forget(self) -> None:
        """Nothing more is taken: what was said is let go, 100 bytes and more a row."""
        self.said, self.here = {}, {}
        self.filled.clear()
        self.values.clear()

    def close(self, tier: str) -> None:
        """The running tier is full: its rows stand."""
        self.said |= {said: (tier, meant) for said, meant in self.here.items()}
        self.here, self.withdrawn = {}, 0
        self.filled.clear()
        self.values.clear()


def fill(merge: Merge, spec: Spec, tier: str, most: int, units: Iterator[Compared], turns: int) -> Iterator[tuple[int, list[int]]]:
    """(unit number, places taken) until the tier has `most` rows. Raises KhichdiError with the rejection table where it cannot be filled."""
    dry, limit = 0, MOST_DRY * max(1, schedule.BLOCK // turns)
    for number, found in enumerate(units):
        taken = merge.take(found, most)
        if taken:
            yield number, taken
        if merge.full(most):
            return
        dry = 0 if taken else dry + 1
        if dry >= limit:
            table = dict(sorted(merge.counts.items()))
            raise KhichdiError(f"{spec.name}: {tier} has {len(merge.here)} of {most} rows, then no new one; rejected: {table}; add families or words")


@dataclass
class Tiers:
    """The rows of every tier, in order, and what was not taken."""

    rows: dict[str, list[Example]]
    rejected: dict[str, int] = field(default_factory=dict)


def wanted(spec: Spec, sizes: Mapping[str, int] | None = None) -> dict[str, int]:
    """Tier → how many rows: law 3's fixed sizes, train by the spec, and what `sizes` says otherwise."""
    out = {**FIXED, "train": spec.rows, **(sizes or {})}
    odd = set(out) - set(TIERS)
    if odd:
        raise KhichdiError(f"{spec.name}: no tier {', '.join(sorted(odd))}; tiers: {', '.join(TIERS)}")
    return out


def gold_rows(sizes: Mapping[str, int]) -> dict[str, list[Example]]:
    """The gold tiers; whole unless a test asks for less."""
    return {name: read_gold(name)[: sizes.get(name)] for name in FILES}


def build_tiers(spec: Spec, sizes: Mapping[str, int] | None = None) -> Tiers:
    """Every tier in memory, in one process: what tests look at. `curation.build` makes releases, by any number of processes, from the same parts."""
    most = wanted(spec, sizes)
    merge, rows = Merge(), {name: list[Example]() for name in TIERS} | gold_rows(most)
    for name in FILES:
        merge.know(name, rows[name])
    for tier in ORDER:
        wall = Wall(rows) if tier == "train" else None
        made: list[Unit] = []
        for number, taken in fill(merge, spec, tier, most[tier], _units(spec, tier, wall, made), SHARD) if most[tier] else ():
            rows[tier] += [made[number].rows[i] for i in taken]
        merge.close(tier)
    return Tiers(rows, dict(sorted(merge.counts.items())))


def _units(spec: Spec, tier: str, wall: Wall | None, made: list[Unit]) -> Iterator[Unit]:
    for number in count():
        made.append(unit(spec, tier, number, wall))
        yield made[-1]
