"""A release folder held to its manifest.json: every file to its sha256, and the root made again from the rows."""

import hashlib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from curation.hub_errors import CorruptError
from hinglish.errors import KhichdiError
from schemas.row import release_root, split_root

MANIFEST = "manifest.json"


def read_manifest(raw: bytes, place: str) -> dict[str, Any]:
    """manifest.json, held to what is used here: root, and files whose names stay inside the folder."""
    try:
        manifest = msgspec.json.decode(raw)
        files, root = manifest["files"], manifest["root"]
        bad = [n for n in files if PurePosixPath(n).is_absolute() or ".." in PurePosixPath(n).parts or n == MANIFEST or "\\" in n]
    except (msgspec.DecodeError, KeyError, TypeError) as fault:
        raise CorruptError(f"{place}: no manifest of a release ({fault}); it has root and files") from fault
    if bad or not isinstance(root, str):
        raise CorruptError(f"{place}: lists {bad[0] if bad else root!r}, which no release holds; do not use it")
    return dict(manifest)


def faults(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Names of listed files that are missing or whose sha256 is another."""
    return [n for n, sha in files.items() if not (folder / n).is_file() or sha256_of(folder / n) != sha]


def sha256_of(path: Path) -> str:
    """The sha256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def root_of_rows(folder: Path, manifest: Mapping[str, Any]) -> str:
    """The root, made again: each row's sha from its content in `annotated` and `siblings`, held against `default`, to split roots, to the release's.

    A set of one split without a version (generators.write) has its split's root.
    """
    shas: dict[str, list[str]] = {}
    for path in sorted([*folder.glob("annotated/*.parquet"), *folder.glob("siblings/*.parquet")]):
        config, split = path.parent.name, path.name.partition("-")[0]
        said = folder / "default" / path.name if config == "annotated" else path
        shas.setdefault(split if config == "annotated" else f"{config}/{split}", []).extend(_shas(said, path))
    if list(shas) == ["train"] and "splits" not in manifest:
        return split_root(shas["train"])
    return release_root({name: split_root(found) for name, found in shas.items()})


def _shas(default: Path, annotated: Path) -> list[str]:
    import polars as pl

    try:
        said = pl.read_parquet(default, columns=["sha"])["sha"].to_list()
        rows = pl.read_parquet(annotated, columns=["input", "target", "spans", "tags"]).iter_rows()
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise CorruptError(f"{default}: {fault}; build or pull the release again") from fault
    made = [sha256(msgspec.json.encode((i, t, [[s["path"], s["start"], s["end"]] for s in spans], tags))).hexdigest() for i, t, spans, tags in rows]
    if said != made:
        raise CorruptError(f"{default}: its shas are not those of the rows in {annotated}; build or pull the release again")
    return made


def check(folder: Path, version: str = "") -> dict[str, Any]:
    """The manifest of a folder whose files and rows are those it lists. Raises CorruptError naming what is not."""
    if not (folder / MANIFEST).is_file():
        raise KhichdiError(f"{folder}: no {MANIFEST}; a release folder is what `khichdi release build` writes")
    manifest = read_manifest((folder / MANIFEST).read_bytes(), str(folder / MANIFEST))
    wrong = faults(folder, manifest["files"])
    if wrong:
        raise CorruptError(f"{folder / wrong[0]}: not the bytes that {MANIFEST} lists ({len(wrong)} such files); build or pull the release again")
    root = root_of_rows(folder, manifest)
    if root != manifest["root"]:
        raise CorruptError(f"{folder}: rows give root {root[:12]}, {MANIFEST} says {manifest['root'][:12]}; build or pull the release again")
    held_to_version(manifest, version, str(folder), KhichdiError)
    return manifest


def held_to_version(manifest: Mapping[str, Any], version: str, place: str, kind: type[KhichdiError]) -> None:
    """A manifest that names a version names this one; raises `kind` where it does not."""
    its = manifest.get("version")
    if version and its is not None and str(its).removeprefix("v") != version.removeprefix("v"):
        raise kind(f"{place}: manifest.json is of {its}, not of {version}; a tag names its own version")
