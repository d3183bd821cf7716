"""Rows out of a release that was verified first: a split, or the first N of it, held to the one prompt and to its root."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

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
        """The splits that lie there; of a file of messages, the tiers that its lines name."""
        if self.folder.is_file():
            return sorted({line["tier"] for line in _messages(self.folder)})
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


def open_messages(file: Path) -> Release:
    """A file of messages without labels (JSON lines: id, sha, tier, input; `khichdi eval transfer --inputs` writes such), to be predicted as a release is."""
    found = Release(file, file.stem, sha256(file.read_bytes()).hexdigest())
    if not found.splits():
        raise KhichdiError(f"{file}: no messages in it")
    return found


def _messages(file: Path) -> list[dict[str, str]]:
    lines = [msgspec.json.decode(line) for line in file.read_bytes().splitlines() if line.strip()]
    for number, line in enumerate(lines, 1):
        if not isinstance(line, dict) or not all(isinstance(line.get(k), str) for k in ("id", "sha", "tier", "input")):
            raise KhichdiError(f"{file}:{number}: a message is an object with id, sha, tier and input, all strings")
    return lines


def read(release: Release, split: str, rows: int = 0) -> list[Row]:
    """The rows of a split in the release's order, or the first `rows` of them (each size is a prefix of the next)."""
    import polars as pl

    if release.folder.is_file():
        found = [Row(m["id"], m["sha"], "", m["input"], "") for m in _messages(release.folder) if m["tier"] == split]
        return found[:rows] if rows else found
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
