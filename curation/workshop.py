"""The folder a release is made in: work units and packed files, each written beside its name and renamed, so that a kill costs one of them.

`make_unit` and `pack` are pure functions of the plan and what lies in the folder; any process of any engine may run them, twice too.
"""

from collections.abc import Callable, Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from curation.audit import TESTS, Auditor, Leak
from curation.checks import step_of
from curation.decisions import Report
from curation.facts import slim
from curation.gold import FILES
from curation.keys import Keys
from curation.lemmas import Weighed
from curation.siblings import OF
from curation.tally import Tally, tally
from curation.tiers import CELLS, unit
from curation.units import KEYS, bytes_of, examples_of, joined, keyed_table, read_table, written
from curation.wall import Wall
from generators.run import Rejected
from generators.spec import Spec
from generators.write import default_of, parquet, table_of_lines
from hinglish.errors import KhichdiError
from schemas.example import Example
from schemas.row import example_of, line_of, read_line, read_lines

if TYPE_CHECKING:
    import polars as pl

T = TypeVar("T")
UNIT = ".arrow"
KEY = "fingerprint"  # the file that says what the work in a folder was made from
FILE_ROWS = 32_768  # rows of one parquet file: a set of 12,000 is one file, a million 31
BATCH = 4_096  # rows that are examples at a time


class Plan(NamedTuple):
    """What every process needs to know: the spec, where work lies, turns a unit, rows a tier."""

    spec: Spec
    folder: str
    turns: int
    sizes: dict[str, int]

    @property
    def place(self) -> Path:
        """The folder."""
        return Path(self.folder)


class Meta(msgspec.Struct):
    """A unit but for its rows."""

    keys: list[int]
    labels: list[int]
    rejected: list[tuple[int, Rejected]]
    gone: list[int]
    decided: dict[int, str]
    report: Report | None
    values: list[list[Weighed]]
    digest: str  # of the file of its rows


class Seal(msgspec.Struct):
    """Of a unit but for its rows, what says that its file is whole: the rest is not decoded."""

    digest: str


class Packed(NamedTuple):
    """What one pair of parquet files holds."""

    shas: bytearray  # of all rows, 32 bytes each
    tally: Tally
    leaks: list[Leak]
    sizes: dict[str, int]  # config → bytes in memory

    @property
    def rows(self) -> int:
        """How many."""
        return len(self.shas) // 32


Source = tuple[str, list[int] | None]  # a file of the folder (a unit, or a tier's JSON lines), and which of its rows; all where None
_META = msgspec.msgpack.Decoder(Meta)
_SEAL = msgspec.msgpack.Decoder(Seal)


def _whole(path: Path, data: bytes) -> None:
    """A file that is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.rename(path)


def unit_name(tier: str, number: int) -> str:
    """Where the rows of a unit lie."""
    return f"units/{tier}-{number:06d}{UNIT}"


def make_unit(plan: Plan, tier: str, number: int) -> Meta:
    """One work unit on disk; one that lies there already is read."""
    rows = plan.place / unit_name(tier, number)
    meta = rows.with_suffix(".meta")
    if meta.exists():
        return _META.decode(meta.read_bytes())
    found = unit(plan.spec, tier, number, _wall(plan) if tier == "train" else None, plan.turns)
    data = bytes_of(keyed_table(found.rows, found.said, found.shapes, found.labels))
    made = Meta(found.keys, found.labels, found.rejected, found.gone, found.decided, found.report, found.values, _digest(data))
    _whole(rows, data)
    _whole(meta, msgspec.msgpack.encode(made))
    return made


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def _unit_table(plan: Plan, name: str, places: list[int] | None) -> "pl.DataFrame":
    """The rows of a unit, at these places. Raises KhichdiError where they are not those that were checked when they were made."""
    path = plan.place / name
    data = path.read_bytes()
    if _digest(data) != _SEAL.decode(path.with_suffix(".meta").read_bytes()).digest:
        raise KhichdiError(f"{path}: is not what its work unit wrote; remove {plan.folder} and build again")
    table = read_table(data)
    return table if places is None else table[places]


def write_tier(plan: Plan, name: str, rows: Sequence[Example]) -> None:
    """A tier that is whole, for all processes to read."""
    _whole(plan.place / f"tiers/{name}.jsonl", b"".join([line_of(r) + b"\n" for r in rows]))


def rows_of(plan: Plan, sources: Sequence[Source]) -> list[Example]:
    """The rows of some sources as examples, in order."""
    out: list[Example] = []
    for name, places in sources:
        if name.endswith(UNIT):
            out += examples_of(_unit_table(plan, name, places).drop(KEYS), plan.folder)
        else:
            out += [example_of(read_line(line, plan.folder)) for line in _lines(plan, name, places)]
    return out


def _lines(plan: Plan, name: str, places: list[int] | None) -> list[bytes]:
    lines = (plan.place / name).read_bytes().splitlines()
    return lines if places is None else [lines[i] for i in places]


def read_tier(plan: Plan, name: str) -> list[Example]:
    """A tier that was written; no rows where it was not."""
    path = plan.place / f"tiers/{name}.jsonl"
    return [example_of(r) for r in read_lines(path.read_bytes(), str(path))] if path.exists() else []


def tests_of(plan: Plan) -> dict[str, list[Example]]:
    """The tiers that are not train."""
    return {name: read_tier(plan, name) for name in TESTS}


_BUILT: dict[str, tuple[str, Any]] = {}  # what a process made of the tests of the release it works at


def _once(plan: Plan, what: str, make: Callable[[], T]) -> T:
    at = f"{plan.folder} {(plan.place / KEY).read_text()}"
    if _BUILT.get(what, ("",))[0] != at:
        _BUILT[what] = at, make()
    made: T = _BUILT[what][1]
    return made


def _wall(plan: Plan) -> Wall:
    return _once(plan, "wall", partial(_make_wall, plan))


def _make_wall(plan: Plan) -> Wall:
    return Wall(tests_of(plan))


def auditor(plan: Plan) -> Auditor:
    """The audit of this release, built once a process from what was written."""
    return _once(plan, "auditor", partial(_make_auditor, plan))


def _make_auditor(plan: Plan) -> Auditor:
    return Auditor(tests_of(plan), {f"siblings/{name}": read_tier(plan, f"siblings/{name}") for name in OF})


def parts_of(rows: int) -> int:
    """How many files a split of so many rows has."""
    return max(1, -(-rows // FILE_ROWS))


def file_name(split: str, at: int, of: int) -> str:
    """The name of a parquet file as the Hub has it."""
    return f"{split}-{at:05d}-of-{of:05d}.parquet"


def pack(plan: Plan, name: str, at: int, of: int, sources: Sequence[Source]) -> Packed:
    """Part `at` of a split: both configs' files written, read back equal, and each row read over and audited as it was written.

    `name` is a tier, or siblings/<tier>, which has a file of the columns of `annotated` alone. Rows of units bring what they are
    compared by (curation.keys): a function of the text that their sha covers, computed once.
    """
    if sources and all(source.endswith(UNIT) for source, _ in sources):
        return _pack_units(plan, name, at, of, sources)
    lines = [line for source, places in sources for line in _lines(plan, source, places)]
    out = Packed(bytearray(), Tally(), [], _written(plan, name, at, of, table_of_lines(lines)))
    for start in range(0, len(lines), BATCH):
        rows = [read_line(line, f"{plan.folder}/{name}") for line in lines[start : start + BATCH]]
        _read_over(plan, name, out, at, [r.sha for r in rows], [example_of(r) for r in rows], None)
    return out


def _pack_units(plan: Plan, name: str, at: int, of: int, sources: Sequence[Source]) -> Packed:
    import polars as pl

    table = pl.concat([_unit_table(plan, source, places) for source, places in sources])
    if not joined(table):
        raise KhichdiError(f"{plan.folder}: the tokens of a row of {name} are not its text; remove the folder and build again")
    out = Packed(bytearray(), Tally(), [], _written(plan, name, at, of, table.drop(KEYS)))
    for start in range(0, table.height, BATCH):
        _read_over(plan, name, out, at, *written(table[start : start + BATCH]))
    return out


def _read_over(plan: Plan, name: str, out: Packed, at: int, shas: list[str], rows: list[Example], keys: list[Keys] | None) -> None:
    """Hold each row to its sha and to the contract, and train to the tests."""
    start = at * FILE_ROWS + out.rows
    out.shas.extend(bytes.fromhex("".join(shas)))
    if shas != [r.sha for r in rows]:
        raise KhichdiError(f"{plan.folder}: a row of {name} is not what its sha says; remove the folder and build again")
    if name in CELLS or name in FILES:
        out.tally.add(tally(name, rows, keys, start=start, step=step_of(plan.sizes.get(name, 0))))
    if name == "train":
        out.leaks.extend(auditor(plan).train(rows, keys))


def slim_name(name: str, at: int) -> str:
    """Where the slim table of part `at` of a tier lies."""
    return f"slim/{name}-{at:05d}.arrow"


def _written(plan: Plan, name: str, at: int, of: int, table: "pl.DataFrame") -> dict[str, int]:
    """The files of a part, and of a tier's what facts and checks are counted on."""
    sizes = write_files(plan.place / "out", name, at, of, table)
    if name in CELLS or name in FILES:
        _whole(plan.place / slim_name(name, at), bytes_of(slim(table)))
    return sizes


def write_files(folder: Path, name: str, at: int, of: int, table: "pl.DataFrame") -> dict[str, int]:
    """Part `at` of a split as parquet, read back equal: config → bytes in memory."""
    config, _, split = name.rpartition("/")
    tables = {config: table} if config else {"default": default_of(table), "annotated": table}
    for where, what in tables.items():
        path = folder / where / file_name(split, at, of)
        parquet(what, path)
        _same(what, path)
    return {where: int(what.estimated_size()) for where, what in tables.items()}


def _same(table: "pl.DataFrame", path: Path) -> None:
    import polars as pl

    if not pl.read_parquet(path).equals(table):
        raise KhichdiError(f"{path}: does not read back as it was written; the disk or the library is at fault, build again")

