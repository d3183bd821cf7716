"""A release small enough to build in every test run, built once a process; and copies of it in which one thing is changed, its hashes made anew."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from curation.build import build
from curation.card import render
from curation.hub_check import MANIFEST, sha256_of
from curation.opened import open_folder
from curation.workshop import write_files
from generators.columns import annotated_table
from generators.spec import Spec
from schemas.example import Example
from schemas.row import example_of, release_root, split_root
from tests.small_tiers import SIZES, spec


def named(name: str = "v1.0.0", rows: int = SIZES["train"]) -> Spec:
    """The small spec under a version's name."""
    return replace(spec(), name=name, rows=rows)


@cache
def release(rows: int = SIZES["train"]) -> Path:
    """A built folder; never changed, see `spoilt`."""
    out = Path(tempfile.mkdtemp(prefix="khichdi-")) / f"r{rows}"
    build(named("v1.0.0" if rows == SIZES["train"] else "v1.1.0", rows), out, sizes={**SIZES, "train": rows})
    return out


def rewritten(folder: Path, changes: dict[str, Callable[[list[Example]], Sequence[Example]]], out: Path) -> Path:
    """A copy whose splits hold other rows, with shas, roots, card and file hashes that agree: what a careful cheat would write."""
    shutil.copytree(folder, out)
    opened = open_folder(folder)
    manifest = dict(opened.manifest)
    splits = {name: dict(s) for name, s in manifest["splits"].items()}
    for name, change in changes.items():
        rows = change([example_of(r) for r in opened.rows(name)])
        write_files(out, name, 0, 1, annotated_table(rows))
        splits[name] = {"rows": len(rows), "root": split_root([r.sha for r in rows])}
    manifest |= {"splits": splits, "root": release_root({n: s["root"] for n, s in splits.items()})}
    (out / "README.md").write_text(render(manifest), encoding="utf-8")
    return sealed(out, manifest)


def sealed(out: Path, manifest: dict[str, Any] | None = None) -> Path:
    """A folder whose manifest lists the files as they are now."""
    manifest = msgspec.json.decode((out / MANIFEST).read_bytes()) if manifest is None else manifest
    files = {p.relative_to(out).as_posix(): sha256_of(p) for p in sorted(out.rglob("*")) if p.is_file() and p.name != MANIFEST}
    (out / MANIFEST).write_bytes(msgspec.json.encode({**manifest, "files": files}))
    return out
