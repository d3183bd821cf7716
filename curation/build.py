"""A release from a spec: tiers made in work units, merged in the one order, packed, read over, audited, checked, described, and put in place whole.

Everything is made in a folder beside its place (.<name>.part) and renamed at the end; killed, the same command goes on with the units
that lie there and comes to the same bytes. A failing check or a leak refuses the release, with its figure.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from curation import inputs
from curation.engines import Run, engine
from curation.finish import finish
from curation.gold import FILES
from curation.hub import TAG
from curation.hub_check import MANIFEST
from curation.measures import measured
from curation.merge import Merge, fill, gold_rows, wanted
from curation.siblings import all_siblings, not_twice
from curation.standing import standing
from curation.tiers import ORDER, TIERS
from curation.workshop import FILE_ROWS, KEY, Meta, Packed, Plan, Source, make_unit, pack, parts_of, rows_of, unit_name, write_tier
from generators import schedule
from generators.spec import Spec
from generators.write import swap
from hinglish.errors import KhichdiError
from schemas.example import Example

SMALL, LARGE = 4_000, 50_000  # train rows up to which a unit is small, and from which it is a whole block
APART = ("near_duplicates", "leaks among tests", "planted", "tokens")  # the longest first
SPARE = 1.15  # candidates a row: what `--shard` makes before the merge knows how many are rejected

On = Callable[[str, int, int], None]  # what is done, how much of how much


class Made(NamedTuple):
    """Where the rows of every split lie: names of tiers and siblings → sources and number of rows."""

    sources: dict[str, list[Source]]
    rows: dict[str, int]
    merge: Merge


def is_patch(name: str) -> bool:
    """v1.2.1 fixes and withdraws rows of v1.2.0 and adds none."""
    return bool(TAG.fullmatch(name)) and not name.endswith(".0")


def _silent(what: str, done: int, of: int) -> None:
    """No progress is shown."""


def turns_of(rows: int) -> int:
    """Turns a work unit: many small ones for few rows, so that little is made in vain."""
    return 256 if rows <= SMALL else 1_024 if rows <= LARGE else schedule.BLOCK


def build(
    spec: Spec,
    out: Path,
    *,
    sizes: Mapping[str, int] | None = None,
    workers: int = 1,
    by: str = "local",
    only: tuple[int, int] | None = None,
    on: On = _silent,
) -> dict[str, Any]:
    """Build a release folder; its manifest. The same root for any number of workers and any engine.

    sizes: rows a tier, for tests; only: (i, N) makes the i-th of N shares of train's work units and no release.
    Raises KhichdiError with the rejection table where a tier cannot be filled, and with every figure that refuses.
    """
    inputs.hold(spec, spec.name)
    if out.exists() and any(out.iterdir()) and not (out / MANIFEST).exists():
        raise KhichdiError(f"{out}: holds files that khichdi did not write; name an empty or new folder with --out")
    most = wanted(spec, sizes)
    plan = Plan(spec, str(out.with_name(f".{out.name}.part").resolve()), turns_of(most["train"]), most)
    _open_workshop(plan, inputs.fingerprint(spec, most))
    with engine(by, workers) as run:
        made = _tests(plan, run, on)
        if only is not None:
            return _share(plan, run, only, on)
        _train(plan, run, made, on)
    with engine(by, workers) as run:  # processes anew: what making rows keeps in memory, packing them has no use for
        packed = _packed(plan, run, made, on)
        on("measuring", 0, len(APART))
        apart = dict(zip(APART, run(measured, ((plan, what, made.sources) for what in APART)), strict=True))
    on("checking", 0, 1)
    try:
        manifest = finish(plan, made.merge, packed, apart)
    except KhichdiError:  # refused: the same work would be refused again
        shutil.rmtree(plan.place)
        raise
    shutil.rmtree(out.with_name(f".{out.name}.old"), ignore_errors=True)
    swap(plan.place / "out", out)
    shutil.rmtree(plan.place)
    return manifest


def _open_workshop(plan: Plan, fingerprint: str) -> None:
    """The folder to work in: what lies there is gone on with where it was made from the same things."""
    key = plan.place / KEY
    if plan.place.exists() and (not key.exists() or key.read_text() != fingerprint):
        shutil.rmtree(plan.place)
    plan.place.mkdir(parents=True, exist_ok=True)
    key.write_text(fingerprint)
    shutil.rmtree(plan.place / "out", ignore_errors=True)


def _units(plan: Plan, run: Run[Meta], tier: str) -> Iterator[Meta]:
    yield from run(make_unit, ((plan, tier, number) for number in count()))


def _tests(plan: Plan, run: Run[Meta], on: On) -> Made:
    """Every tier but train, then the siblings of their rows: made, or taken from the version whose tests stand; written whole, for train to be held against."""
    made = Made({}, {}, Merge(refill=not is_patch(plan.spec.name)))
    stand = standing(plan.spec, plan.sizes)
    rows = gold_rows(plan.sizes) | {tier: stand[tier] for tier in ORDER[:-1] if tier in stand}
    for tier in (*FILES, *ORDER[:-1]):
        on(f"making {tier}", len(made.rows), len(TIERS))
        if tier in rows:
            made.merge.know(tier, rows[tier])
        elif plan.sizes[tier]:
            found = fill(made.merge, plan.spec, tier, plan.sizes[tier], _units(plan, run, tier), plan.turns)
            rows[tier] = rows_of(plan, [(unit_name(tier, number), taken) for number, taken in found])
        made.merge.close(tier)
        _written(plan, made, tier, rows.get(tier, []))
    others_of = {n: r for n, r in stand.items() if "/" in n} or not_twice(all_siblings(rows), rows.values())
    for name, others in others_of.items():
        made.merge.know(name, others)
        _written(plan, made, name, others)
    return made


def _written(plan: Plan, made: Made, name: str, rows: Sequence[Example]) -> None:
    write_tier(plan, name, rows)
    made.sources[name] = [(f"tiers/{name}.jsonl", None)]
    made.rows[name] = len(rows)


def _train(plan: Plan, run: Run[Meta], made: Made, on: On) -> None:
    """Train: candidates taken from units on disk, rows left where they lie."""
    made.sources["train"], most = [], plan.sizes["train"]
    for number, taken in fill(made.merge, plan.spec, "train", most, _units(plan, run, "train"), plan.turns) if most else ():
        made.sources["train"].append((unit_name("train", number), taken))
        on("making train", len(made.merge.here), most)
    made.rows["train"] = sum(len(taken or ()) for _, taken in made.sources["train"])
    made.merge.forget()


def _share(plan: Plan, run: Run[Meta], only: tuple[int, int], on: On) -> dict[str, Any]:
    """The i-th of N shares of train's units, as many as the merge will surely want; a later build finds them."""
    at, of = only
    mine = range(at, -(-int(plan.sizes["train"] * SPARE) // plan.turns), of)
    for done, _ in enumerate(run(make_unit, ((plan, "train", number) for number in mine)), 1):
        on(f"making share {at} of {of}", done, len(mine))
    return {"shard": f"{at}/{of}", "units": len(mine), "folder": str(plan.place)}


def parted(sources: Sequence[Source], rows: int) -> list[list[Source]]:
    """Sources cut into files of FILE_ROWS rows. A source without places is whole in one file."""
    if parts_of(rows) == 1:
        return [list(sources)]
    out: list[list[Source]] = [[]]
    room = FILE_ROWS
    for name, places in sources:
        left = places or []
        while left:
            out[-1].append((name, left[:room]))
            taken, left = min(room, len(left)), left[room:]
            room -= taken
            if room == 0:
                out.append([])
                room = FILE_ROWS
    return out if out[-1] else out[:-1]


def _packed(plan: Plan, run: Run[Packed], made: Made, on: On) -> dict[str, Packed]:
    """Every file of every split, added up by split."""
    parts = {name: parted(made.sources[name], made.rows[name]) for name in made.sources}
    tasks = [(plan, name, at, len(found), part) for name, found in parts.items() for at, part in enumerate(found)]
    out: dict[str, Packed] = {}
    for done, ((_, name, *_), packed) in enumerate(zip(tasks, run(pack, tasks), strict=True), 1):
        on("packing", done, len(tasks))
        if name not in out:
            out[name] = packed
            continue
        whole = out[name]
        whole.shas.extend(packed.shas)
        whole.leaks.extend(packed.leaks)
        whole.tally.add(packed.tally)
        out[name] = whole._replace(sizes={config: size + packed.sizes[config] for config, size in whole.sizes.items()})
    return out
