"""What a round shows to whom: rows as they are, some with a planted wrong label, some without suggestions. Kept on disk, the same for the same seed."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from curation.review_backend import Record
from curation.review_plant import plant
from curation.review_records import key_of, record_of
from curation.review_rows import Row as Rated
from generators.randomness import Random
from hinglish.errors import KhichdiError
from schemas.canonical import encode
from schemas.example import Example
from schemas.row import Row, example_of, row_of

Kind = Literal["plain", "planted", "blind"]
PLANTED, BLIND = 0.04, 0.08  # shares of a round


class Shown(msgspec.Struct, frozen=True):
    """One record of a round: the row as it was shown, and for a planted one the true label."""

    key: str
    tier: str
    kind: Kind
    row: Row
    suspicion: float = 0.0
    truth: str | None = None

    @property
    def example(self) -> Example:
        """The row as it was shown."""
        return example_of(self.row)


class Head(msgspec.Struct, frozen=True):
    """A round: its name, the release it judges, and how many answers complete a record."""

    round: str
    version: str
    overlap: int
    extra: str = ""


class Plan(msgspec.Struct, frozen=True):
    """A round with its records."""

    head: Head
    shown: tuple[Shown, ...]

    def by_key(self) -> dict[str, Shown]:
        """Key → record."""
        return {s.key: s for s in self.shown}

    def records(self) -> Iterator[Record]:
        """Records as they are pushed."""
        for s in self.shown:
            yield record_of(s.example, s.tier, self.head.version, suspicion=s.suspicion, blind=s.kind == "blind")


def make_plan(rows: Sequence[Rated], head: Head, suspicion: Mapping[str, float], *, planted: float = PLANTED, blind: float = BLIND) -> Plan:
    """Rows → plan. Which row is planted or blind depends on the round and the row alone."""
    shown = []
    for row in rows:
        rng = Random(f"{head.round}/plan/{row.example.id}")
        draw = rng.random()
        spoilt = plant(row.example, rng) if draw < planted else None
        kind: Kind = "planted" if spoilt else "blind" if planted <= draw < planted + blind else "plain"
        example = spoilt or row.example
        truth = encode(row.example.target).decode() if spoilt else None
        shown.append(Shown(key_of(example), row.tier, kind, row_of(example), suspicion.get(row.example.id, 0.0), truth))
    return Plan(head, tuple(shown))


def write_plan(plan: Plan, folder: Path) -> None:
    """plan.jsonl: the head, then a record a line. Another plan for a round that was pushed is refused: answers hang on it."""
    path = folder / "plan.jsonl"
    data = b"\n".join([msgspec.json.encode(plan.head), *map(msgspec.json.encode, plan.shown)]) + b"\n"
    if path.exists() and path.read_bytes() != data:
        raise KhichdiError(f"{path}: this round was pushed with other rows or options; push under another --round, or take the old one out by hand")
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.rename(path)


def read_plan(folder: Path) -> Plan:
    """A round's plan; a round that was never pushed from here says how to get its plan back."""
    path = folder / "plan.jsonl"
    try:
        head, *shown = path.read_bytes().splitlines()
        return Plan(msgspec.json.decode(head, type=Head), tuple(msgspec.json.decode(line, type=Shown) for line in shown))
    except FileNotFoundError as fault:
        raise KhichdiError(f"{path}: no such round here; `khichdi review push RELEASE --round {folder.name}` makes it, alike for like options") from fault
    except (msgspec.DecodeError, ValueError) as fault:
        raise KhichdiError(f"{path}: {fault}; push the round again, it is the same for the same options") from fault
