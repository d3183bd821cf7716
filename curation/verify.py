"""A release held against itself: files, rows, facts and card, then the audit and the checks again where this checkout has what it was made from.

A committed version passes at any later commit: what depends on words and families that have changed since is said to be left out, and
`rebuild` makes it again at its own commit.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from curation import card, checks, facts
from curation.audit import TESTS, Auditor, Leak
from curation.hub_card import generated_part
from curation.hub_check import MANIFEST
from curation.hub_check import check as check_files
from curation.hub_errors import CorruptError
from curation.inputs import ROOT, inputs, same_inputs
from curation.opened import Opened, open_release
from curation.siblings import OF
from curation.tally import Tally, tally
from curation.tiers import TIERS
from generators.write import table_of_lines
from hinglish.errors import KhichdiError
from schemas.example import Example
from schemas.row import Row, example_of, read_line, release_root, split_root

BATCH = 8_192


class Verified(NamedTuple):
    """What was looked at, and what could not be and why."""

    place: str
    root: str
    rows: int
    held: tuple[str, ...]
    left_out: tuple[str, ...]


class _Split(NamedTuple):
    read: checks.Read
    shas: list[str]
    leaks: list[Leak]


def verify(where: str | Path, *, rebuild: bool = False, endpoint: str | None = None) -> Verified:
    """Hold a folder, a committed version or a Hub revision to all it claims. Raises KhichdiError (CorruptError) naming what does not hold."""
    opened = open_release(where, endpoint=endpoint)
    manifest = opened.manifest
    if (Path(opened.place) / "default").is_dir():
        check_files(Path(opened.place), str(manifest.get("version") or ""))
    missing = [name for name in (*TIERS, *(f"siblings/{n}" for n in OF)) if name not in opened.names]
    if missing:
        raise CorruptError(f"{opened.place}: has no split {missing[0]}; a release has {', '.join(TIERS)} and siblings. A made set is not a release")
    fresh = same_inputs(manifest)
    auditor = Auditor(*_tests(opened)) if fresh else None
    splits = {name: _read(opened, name, auditor) for name in TIERS}
    roots = {name: split_root(s.shas) for name, s in splits.items()} | {f"siblings/{n}": split_root(_shas(opened, f"siblings/{n}")) for n in OF}
    for name, root in roots.items():
        if manifest["splits"].get(name, {}).get("root") != root:
            raise CorruptError(f"{opened.place}: the rows of {name} give root {root[:12]}, {MANIFEST} says otherwise; a row was moved or edited")
    if release_root(roots) != opened.root:
        raise CorruptError(f"{opened.place}: its rows give root {release_root(roots)[:12]}, {MANIFEST} says {opened.root[:12]}")
    _hold_facts(opened, splits)
    held, left = ["files", "rows", "roots", "facts", "groups"], list[str]()
    _groups(opened, splits)
    if manifest["facts"]["card"] == card.CARD:
        _hold_card(opened)
        held.append("card")
    else:
        left.append(f"card: was made in form {manifest['facts']['card']}, this checkout makes form {card.CARD}; it is held to its hash alone")
    if auditor is not None:
        _hold_checks(opened, splits, auditor)
        held += ["leak audit", "checks"]
    else:
        changed = ", ".join(n for n, v in manifest["inputs"].items() if n != "code" and inputs().get(n) != v)
        left.append(f"leak audit and checks: {changed} changed since; --rebuild makes it again at its commit")
    if rebuild:
        _rebuild(opened)
        held.append("rebuilt to the same root")
    return Verified(opened.place, opened.root, int(manifest["rows"]), tuple(held), tuple(left))


def _tests(opened: Opened) -> tuple[dict[str, list[Example]], dict[str, list[Example]]]:
    return {n: list(opened.examples(n)) for n in TESTS}, {f"siblings/{n}": list(opened.examples(f"siblings/{n}")) for n in OF}


def _batches(opened: Opened, name: str) -> Iterator[tuple[list[bytes], list[Row]]]:
    lines = opened.lines(name)
    while batch := list(islice(lines, BATCH)):
        yield batch, [read_line(line, f"{opened.place}/{name}") for line in batch]


def _read(opened: Opened, name: str, auditor: Auditor | None) -> _Split:
    """A tier as its rows give it; its tally and leaks only where words and families are those it was made from."""
    import polars as pl

    tables, shas, found, leaks = [], list[str](), Tally(), list[Leak]()
    step = checks.step_of(int(opened.manifest["splits"][name]["rows"]))
    for lines, rows in _batches(opened, name):
        _hold_shas(opened, name, rows)
        tables.append(facts.slim(table_of_lines(lines)))
        if auditor is not None:
            examples = [example_of(row) for row in rows]
            found.add(tally(name, examples, start=len(shas), step=step))
            leaks += auditor.train(examples) if name == "train" else []
        shas += [row.sha for row in rows]
    table = pl.concat(tables) if tables else facts.slim(table_of_lines([]))
    return _Split(checks.Read(table, found), shas, leaks)


def _hold_shas(opened: Opened, name: str, rows: list[Row]) -> None:
    for row in rows:
        if row.content != row.sha:
            raise CorruptError(f"{opened.place}: row {row.id} of {name} is not what its sha says; it was edited: restore it from git, or pull again")


def _shas(opened: Opened, name: str) -> list[str]:
    out: list[str] = []
    for _, rows in _batches(opened, name):
        _hold_shas(opened, name, rows)
        out += [row.sha for row in rows]
    return out


def _hold_facts(opened: Opened, splits: Mapping[str, _Split]) -> None:
    """What can be counted off the rows is what the manifest says."""
    import polars as pl

    claimed = opened.manifest["facts"]
    natural = splits["train"].read.table.filter(pl.col("half") == "natural")
    said = [(name, facts.of_split(s.read.table), claimed["splits"][name]) for name, s in splits.items()]
    for where, mine, theirs in [*said, ("train, natural half", facts.of_split(natural), claimed["natural"])]:
        for what, value in theirs.items():
            if mine[what] != value:
                raise CorruptError(f"{opened.place}: {where}: the rows give {what} {mine[what]}, {MANIFEST} says {value}")


def _groups(opened: Opened, splits: Mapping[str, _Split]) -> None:
    """No id stands twice and no group in two splits, whatever words this checkout has."""
    seen: dict[str, str] = {}
    for name in splits:
        for row in opened.rows(name):
            for what in {row.id, row.group}:
                if seen.setdefault(what, name) != name:
                    raise CorruptError(f"{opened.place}: {row.id} of {name} has its id or group in {seen[what]} too; siblings stand on one side")


def _hold_card(opened: Opened) -> None:
    made = generated_part(card.render(opened.manifest)).splitlines()
    there = generated_part(opened.card).splitlines()
    for number, (mine, theirs) in enumerate(zip(made, there, strict=False), 1):
        if mine != theirs:
            raise CorruptError(f"{opened.place}/README.md: line {number} of its text says {theirs[:80]!r}, the facts say {mine[:80]!r}")
    if len(made) != len(there):
        raise CorruptError(f"{opened.place}/README.md: {len(there)} lines of text, the facts give {len(made)}; what people add goes below the last line")


def _hold_checks(opened: Opened, splits: Mapping[str, _Split], auditor: Auditor) -> None:
    leaks = [*auditor.tests(), *splits["train"].leaks]
    if leaks:
        raise CorruptError(f"{opened.place}: {len(leaks)} leaks, first {leaks[0]}")
    figures = checks.measure({name: s.read for name, s in splits.items()})
    wrong = [f for f in checks.failing(figures) if f.refuses]
    if wrong:
        raise CorruptError(f"{opened.place}: {len(wrong)} checks refuse: {'; '.join(map(str, wrong[:5]))}")
    train, claimed = splits["train"].read.tally, opened.manifest["facts"]
    mine: dict[str, Any] = {"skeletons": len(train.shapes), "lemmas": len(train.lemmas)}
    mine["checks"] = [[f.check, f.tier, round(f.figure, 6), f.limit, f.holds] for f in figures]
    for what, value in mine.items():
        if claimed[what] != value:
            raise CorruptError(f"{opened.place}: the rows give other {what} than {MANIFEST} says")


def _rebuild(opened: Opened) -> None:
    """Build the version at the commit its manifest names, in a worktree of its own, and compare roots."""
    manifest = opened.manifest
    commit = _commit_of(manifest)
    with tempfile.TemporaryDirectory() as folder:
        tree, out = Path(folder) / "tree", Path(folder) / "out"
        _git("worktree", "add", "--detach", str(tree), commit)
        try:
            spec = f"data/specs/{manifest['name']}.toml"
            words = [sys.executable, "khichdi.py", "release", "build", spec, "--out", str(out), "--workers", str(os.cpu_count() or 1)]
            env = {**os.environ, "PYTHONPATH": str(tree)}
            done = subprocess.run(words, cwd=tree, env=env, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
            if done.returncode:
                raise KhichdiError(f"{manifest['name']} at {commit[:12]}: release build failed: {done.stderr.strip().splitlines()[-1:]}")
            root = open_release(out).root
        finally:
            _git("worktree", "remove", "--force", str(tree))
    if root != opened.root:
        raise CorruptError(f"{opened.place}: built again at {commit[:12]} its root is {root[:12]}, not {opened.root[:12]}; see libraries in {MANIFEST}")


def _commit_of(manifest: Mapping[str, Any]) -> str:
    """The commit a release was built at; where history was written anew, one with the same tree."""
    there = dict(line.split() for line in _git("log", "--all", "--format=%H %T").splitlines())
    commit, tree = manifest.get("commit", ""), manifest.get("tree", "")
    if commit in there:
        return str(commit)
    found = next((c for c, t in there.items() if t == tree), "")
    if not found:
        raise KhichdiError(f"{manifest['name']}: neither commit {commit[:12]} nor its tree {tree[:12]} is in this clone; `git fetch --unshallow`, then again")
    return found


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603,S607  # our own words, git from PATH
    except subprocess.CalledProcessError as fault:
        raise KhichdiError(f"git {' '.join(words[:2])}: {fault.stderr.strip()}") from fault
    return done.stdout
