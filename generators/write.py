"""A made set on disk: a folder that datasets.load_dataset reads, written beside its place and renamed, never half there."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from generators.columns import annotated_table
from generators.run import Rejected
from hinglish.errors import KhichdiError
from schemas.example import Example
from schemas.prompt import prompt, turns
from schemas.row import Row, line_of, split_root

if TYPE_CHECKING:
    import polars as pl

ROW_GROUP = 8_192
SPLIT = "train-00000-of-00001.parquet"


def default_row(example: Example) -> dict[str, Any]:
    """A row of the config `default`, for one row; default_of makes many."""
    return dict(default_of(annotated_table([example])).row(0, named=True))


def _turn(role: str, content: "pl.Expr") -> "pl.Expr":
    import polars as pl

    return pl.struct(pl.lit(role).alias("role"), content.alias("content"))


def annotated_row(example: Example) -> dict[str, Any]:
    """A row of the config `annotated`: tokens, spans, tags, group, origin, provenance."""
    return dict(msgspec.json.decode(line_of(example)))


def root_of(examples: Iterable[Example]) -> str:
    """The identity of a split: sha256 over its row shas, sorted."""
    return split_root(e.sha for e in examples)


def annotated_schema() -> "dict[str, Any]":
    """The columns of `annotated` and their types."""
    import polars as pl

    text = dict.fromkeys(("text", "lang", "kind", "norm"), pl.String)
    token = pl.Struct(text | {"slots": pl.List(pl.String), "said": pl.Boolean, "after": pl.String})
    span = pl.Struct({"path": pl.String, "start": pl.Int64, "end": pl.Int64})
    types = {"tokens": pl.List(token), "tags": pl.List(pl.String), "spans": pl.List(span)}
    return {name: types.get(name, pl.String) for name in Row.__struct_fields__}


def table_of_lines(lines: Sequence[bytes]) -> "pl.DataFrame":
    """JSON lines of rows as the table `annotated`."""
    import polars as pl

    return pl.read_ndjson(b"\n".join(lines), schema=annotated_schema()) if lines else pl.DataFrame(schema=annotated_schema())


def default_of(annotated: "pl.DataFrame") -> "pl.DataFrame":
    """The config `default` out of `annotated`: what a trainer needs and nothing else. Turns are put together by column (six times as fast as by row)."""
    import polars as pl

    system, user = turns("")
    said = pl.concat_str(pl.lit(user["content"]), pl.col("input"))
    prompt_turns = pl.concat_list(_turn("system", pl.lit(system["content"])), _turn("user", said))
    completion = pl.concat_list(_turn("assistant", pl.col("target")))
    return annotated.select("id", "sha", "intent", "input", "target", prompt=prompt_turns, completion=completion)


def parquet(table: "pl.DataFrame", path: Path) -> None:
    """Write a table so that its bytes repeat: one chunk, fixed row groups and compression."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table.rechunk().write_parquet(path, compression="zstd", compression_level=3, row_group_size=ROW_GROUP)


def features() -> dict[str, list[dict[str, Any]]]:
    """The features of both configs as the card's YAML has them."""

    def text(name: str) -> dict[str, Any]:
        return {"name": name, "dtype": "string"}

    turn = [text("role"), text("content")]
    tokens = [*map(text, ("text", "lang", "kind", "norm")), {"name": "slots", "list": "string"}, {"name": "said", "dtype": "bool"}, text("after")]
    spans = [text("path"), {"name": "start", "dtype": "int64"}, {"name": "end", "dtype": "int64"}]
    tail = [*map(text, ("group", "origin", "provenance"))]
    head = [*map(text, ("id", "sha", "intent", "input", "target"))]
    return {
        "default": [*head, {"name": "prompt", "list": turn}, {"name": "completion", "list": turn}],
        "annotated": [*head, {"name": "tokens", "list": tokens}, {"name": "spans", "list": spans}, {"name": "tags", "list": "string"}, *tail],
    }


def card(name: str, rows: int, size: Mapping[str, int]) -> str:
    """README.md of a made set: the YAML that datasets reads, and one paragraph. `size`: bytes of each config in memory."""
    import json

    configs = [{"config_name": c, "data_files": [{"split": "train", "path": f"{c}/{SPLIT}"}]} for c in ("default", "annotated")]
    info = [{"config_name": c, "features": f, "splits": [{"name": "train", "num_bytes": size[c], "num_examples": rows}]} for c, f in features().items()]
    head = {"language": ["hi", "en"], "license": "cc-by-4.0", "configs": configs, "dataset_info": info}
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items()]
    text = f"{rows} made Hinglish messages with labels that are right by construction. A made set, not a release: no splits, no audit."
    return "---\n" + "\n".join(lines) + f"\n---\n\n# khichdi {name}\n\n{text}\n"


def write(examples: Sequence[Example], rejected: Sequence[Rejected], out: Path, *, name: str, facts: Mapping[str, Any]) -> str:
    """Write a set to a folder; returns its root. Replaces a folder that this function wrote before, refuses any other."""
    if out.exists() and any(out.iterdir()) and not (out / "manifest.json").exists():
        raise KhichdiError(f"{out}: holds files that khichdi did not write; name an empty or new folder with --out")
    part = out.with_name(f".{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    root = root_of(examples)
    annotated = annotated_table(examples)
    tables = {"default": default_of(annotated), "annotated": annotated}
    for config, table in tables.items():
        parquet(table, part / config / SPLIT)
    size = {config: int(table.estimated_size()) for config, table in tables.items()}
    (part / "README.md").write_text(card(name, len(examples), size), encoding="utf-8")
    (part / "prompt.json").write_bytes(msgspec.json.encode({**prompt()._asdict(), "hash": prompt().hash}))
    (part / "quarantine.jsonl").write_bytes(b"".join([msgspec.json.encode(r._asdict()) + b"\n" for r in rejected if r.reason != "duplicate"]))
    files = {str(p.relative_to(part)): sha256(p.read_bytes()).hexdigest() for p in sorted(part.rglob("*")) if p.is_file()}
    manifest = {"name": name, "rows": len(examples), "root": root, "prompt": prompt().hash, "files": files, **facts}
    (part / "manifest.json").write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    swap(part, out)
    return root


def swap(part: Path, out: Path) -> None:
    """Put a whole new folder in the place of an old one: the old one is only gone when the new one stands."""
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    try:
        part.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)
