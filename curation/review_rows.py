"""The rows of a release folder as Examples, by tier, out of its `annotated` tables. The blind gold tier is never read."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from hinglish.errors import KhichdiError
from schemas.canonical import parse_target
from schemas.example import Example, Span, Token

BLIND = "test_gold"


class Row(NamedTuple):
    """A row and the tier it stands in."""

    example: Example
    tier: str


def example_of(row: Mapping[str, Any]) -> Example:
    """A row of `annotated` → Example; raises KhichdiError where what it says of itself does not hold."""
    tokens = tuple(Token(**{**t, "slots": tuple(t["slots"])}) for t in row["tokens"])
    spans = tuple(Span(s["path"], s["start"], s["end"]) for s in row["spans"])
    made = msgspec.json.decode(row["provenance"])
    example = Example(
        row["id"], row["origin"], row["input"], spans, parse_target(row["target"]), tuple(row["tags"]), row["group"], made, tokens or None
    )  # fmt: skip
    if example.sha != row["sha"]:
        raise KhichdiError(f"row {row['id']}: its sha is {row['sha'][:12]}…, its content gives {example.sha[:12]}…; build the set again")
    return example


def read_release(folder: Path, splits: Sequence[str] | None = None) -> list[Row]:
    """Rows in the order of the files. Raises KhichdiError for a folder without annotated rows, an unknown split or the blind tier."""
    import polars as pl

    files = {f.name.partition("-")[0]: f for f in sorted((folder / "annotated").glob("*-00000-of-00001.parquet"))}
    if not files:
        raise KhichdiError(f"{folder}: no annotated/*.parquet here; make a set with `khichdi generate run data/specs/demo.toml --out {folder}`")
    if splits is not None and (BLIND in splits or set(splits) - set(files)):
        raise KhichdiError(f"{folder}: splits {', '.join(splits)}; there are {', '.join(sorted(set(files) - {BLIND}))}, and {BLIND} is blind: nobody sees it")
    chosen = [s for s in files if s != BLIND and (splits is None or s in splits)]
    return [Row(example_of(r), tier) for tier in chosen for r in pl.read_parquet(files[tier]).to_dicts()]


def version_of(folder: Path) -> str:
    """The name that a folder's manifest gives it."""
    path = folder / "manifest.json"
    try:
        manifest = msgspec.json.decode(path.read_bytes())
        return str(manifest.get("version") or manifest["name"])
    except (OSError, msgspec.DecodeError, KeyError) as fault:
        raise KhichdiError(f"{path}: {fault}; a made set or a release has a manifest with its name") from fault


def overlap_of(folder: Path, otherwise: int = 2) -> int:
    """How many answers complete a record: what the release's manifest has from its spec, else 2."""
    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes())
    return int(manifest.get("overlap") or otherwise)
