"""Rows out of a release that was verified first: a split, or the first N of it, held to the one prompt and to its root."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from curation.hub_check import check
from hinglish.errors import KhichdiError
from schemas.prompt import prompt, turns


class Row(NamedTuple):
    """What training and prediction need of a row."""

    id: str
    sha: str
    intent: str
    input: str
    target: str


class Release(NamedTuple):
    """A verified release folder."""

    folder: Path
    name: str
    root: str

    def splits(self) -> list[str]:
        """The splits that lie there."""
        return sorted(p.name.removesuffix("-00000-of-00001.parquet") for p in (self.folder / "default").glob("*-00000-of-00001.parquet"))


def open_release(folder: Path, root: str = "") -> Release:
    """Verify a folder against its manifest (files, rows, root), this root if one is asked for, and the prompt's hash."""
    manifest: dict[str, Any] = check(folder)
    if root and not str(manifest["root"]).startswith(root):
        raise KhichdiError(f"{folder}: has root {manifest['root'][:12]}, the run is bound to {root[:12]}; build or pull the release that the run names")
    if manifest.get("prompt") != prompt().hash:
        said = str(manifest.get("prompt"))[:12]
        raise KhichdiError(f"{folder}: was made with prompt {said}, schemas/prompt.toml is {prompt().hash[:12]}; build the release again with this prompt")
    return Release(folder, str(manifest.get("version") or manifest.get("name")), str(manifest["root"]))


def read(release: Release, split: str, rows: int = 0) -> list[Row]:
    """The rows of a split in the release's order, or the first `rows` of them (each size is a prefix of the next)."""
    import polars as pl

    file = release.folder / "default" / f"{split}-00000-of-00001.parquet"
    if not file.is_file():
        raise KhichdiError(f"{file}: no such split; {release.folder} has {', '.join(release.splits())}")
    table = pl.read_parquet(file)
    if rows > table.height:
        raise KhichdiError(f"{file}: has {table.height} rows, {rows} were asked for; ask for at most {table.height}")
    table = table.head(rows) if rows else table
    for row in table.iter_rows(named=True):
        if row["prompt"] != turns(row["input"]) or [t["content"] for t in row["completion"]] != [row["target"]]:
            raise KhichdiError(f"{file}: row {row['id']} has other turns than the prompt, its input and its target make; build the release again")
    return [Row(*r) for r in table.select(Row._fields).iter_rows()]


def root_of(rows: Sequence[Row]) -> str:
    """The identity of just these rows, as a release's split has it: sha256 over the sorted row shas."""
    return sha256("".join(sorted(r.sha for r in rows)).encode()).hexdigest()
