"""A release opened for reading, wherever it lies: a built or pulled folder, a version committed under data/releases, or a Hub revision.

A committed version holds its rows as JSON lines, xz-compressed: the same bytes whatever library reads them in ten years.
"""

import lzma
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curation.gold import FILES
from curation.hub import TAG, pull
from curation.hub_check import MANIFEST, read_manifest
from curation.hub_errors import CorruptError
from generators.write import table_of_lines
from hinglish.errors import KhichdiError
from hinglish.lexicon import DATA
from schemas.example import Example
from schemas.row import Row, example_of, read_line

if TYPE_CHECKING:
    import polars as pl

RELEASES = DATA / "releases"
CARD = "README.md"
SHOWN_NEVER = frozenset(FILES) - {"test_gold_dev"}  # tiers whose rows no command prints: gold that nobody looks at


@dataclass(frozen=True)
class Opened:
    """A release by its manifest and card; a split's rows are read when they are asked for."""

    place: str
    manifest: Mapping[str, Any]
    card: str
    names: tuple[str, ...]  # splits, and siblings/<split>
    lines: Callable[[str], Iterator[bytes]]

    @property
    def root(self) -> str:
        """The root it claims."""
        return str(self.manifest["root"])

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a split, in their order."""
        for number, line in enumerate(self.lines(name), 1):
            yield read_line(line, f"{self.place}/{name}:{number}")

    def examples(self, name: str) -> Iterator[Example]:
        """The same as examples."""
        return (example_of(row) for row in self.rows(name))

    def table(self, name: str) -> "pl.DataFrame":
        """The same as the table `annotated`."""
        return table_of_lines(list(self.lines(name)))


def open_release(where: str | Path, *, endpoint: str | None = None) -> Opened:
    """A folder, a version such as v1.0.0, or owner/name@v1.0.0. Raises KhichdiError naming what was looked for."""
    name = str(where)
    if (Path(name) / MANIFEST).is_file():
        return open_folder(Path(name))
    if TAG.fullmatch(name) and (RELEASES / name / MANIFEST).is_file():
        return open_frozen(RELEASES / name)
    if "@" in name:
        out = Path("build") / "pulled" / name.replace("/", "--")
        pull(name, out, endpoint=endpoint)
        return open_folder(out)
    there = ", ".join(sorted(p.parent.name for p in RELEASES.glob(f"*/{MANIFEST}"))) or "none"
    raise KhichdiError(f"{name}: no folder with a {MANIFEST}, and no committed version; versions: {there}; on a Hub: owner/name@v1.0.0")


def open_folder(folder: Path) -> Opened:
    """A folder as `release build` and `release pull` write it."""
    manifest = read_manifest((folder / MANIFEST).read_bytes(), str(folder / MANIFEST))
    files = [n for n in manifest["files"] if n.startswith(("annotated/", "siblings/"))]
    names = dict.fromkeys(_split(n) for n in sorted(files))
    card = (folder / CARD).read_text(encoding="utf-8") if (folder / CARD).is_file() else ""
    return Opened(str(folder), manifest, card, tuple(names), partial(_parquet_lines, folder, files))


def _split(file: str) -> str:
    config, _, name = file.partition("/")
    split = name.partition("-")[0]
    return split if config == "annotated" else f"{config}/{split}"


def _parquet_lines(folder: Path, files: list[str], name: str) -> Iterator[bytes]:
    import polars as pl

    found = sorted(f for f in files if _split(f) == name)
    if not found:
        raise KhichdiError(f"{folder}: no split {name}; splits: {', '.join(sorted({_split(f) for f in files}))}")
    for file in found:
        try:
            yield from pl.read_parquet(folder / file).write_ndjson().encode().splitlines()
        except (pl.exceptions.PolarsError, OSError) as fault:
            raise CorruptError(f"{folder / file}: {fault}; build or pull the release again") from fault


def open_frozen(folder: Path) -> Opened:
    """A version under data/releases."""
    manifest = read_manifest((folder / MANIFEST).read_bytes(), str(folder / MANIFEST))
    names = tuple(sorted(p.name.removesuffix(".jsonl.xz").replace("siblings.", "siblings/") for p in folder.glob("*.jsonl.xz")))
    return Opened(str(folder), manifest, (folder / CARD).read_text(encoding="utf-8"), names, partial(_frozen_lines, folder))


def frozen_name(split: str) -> str:
    """The file of a split under data/releases."""
    return f"{split.replace('/', '.')}.jsonl.xz"


def _frozen_lines(folder: Path, name: str) -> Iterator[bytes]:
    path = folder / frozen_name(name)
    try:
        data = lzma.decompress(path.read_bytes())
    except (OSError, lzma.LZMAError) as fault:
        raise CorruptError(f"{path}: {fault}; restore it from git") from fault
    yield from data.splitlines()
