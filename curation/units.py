"""A work unit's rows on disk: the table `annotated` and what each row is compared by, as Arrow IPC; and the way back."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec

from curation.keys import Keys
from generators.columns import annotated_table
from schemas.example import Example, Span
from schemas.row import example_of, read_line

if TYPE_CHECKING:
    import polars as pl

KEYS = ("said", "shape", "label")


def keyed_table(rows: Sequence[Example], said: Sequence[str], shapes: Sequence[str], labels: Sequence[int]) -> "pl.DataFrame":
    """Rows with their keys."""
    import polars as pl

    return annotated_table(rows).with_columns(
        pl.Series("said", said, pl.String), pl.Series("shape", shapes, pl.String), pl.Series("label", labels, pl.UInt64)
    )


def bytes_of(table: "pl.DataFrame") -> bytes:
    """A table as a file of Arrow IPC."""
    out = BytesIO()
    table.write_ipc(out, compression="uncompressed")
    return out.getvalue()


def read_table(data: bytes) -> "pl.DataFrame":
    """The table of such a file."""
    import polars as pl

    return pl.read_ipc(data)


def examples_of(annotated: "pl.DataFrame", place: str) -> list[Example]:
    """Whole rows, tokens too."""
    return [example_of(read_line(line, place)) for line in annotated.write_ndjson().encode().splitlines()]


def joined(table: "pl.DataFrame") -> bool:
    """Do the tokens of every row, put together, give its text?"""
    import polars as pl

    token = pl.element().struct.field
    text = pl.col("tokens").list.eval(token("text") + token("after")).list.join("")
    return bool(table.select((text == pl.col("input")).all()).item())


def written(table: "pl.DataFrame") -> tuple[list[str], list[Example], list[Keys]]:
    """(shas, rows without tokens, keys) of a table with keys: what reading over needs. Tokens were held to the label before they were written."""
    import polars as pl

    token = pl.element().struct.field
    names = pl.col("tokens").list.eval(token("norm").filter((token("kind") == "name") & (token("slots").list.len() == 0)))
    path, start, end = (pl.col("spans").list.eval(token(part)).alias(part) for part in ("path", "start", "end"))
    read = table.select("id", "origin", "input", "target", "tags", "group", "provenance", "sha", *KEYS, path, start, end, names.alias("names"))
    rows, keys = list[Example](), list[Keys]()
    decode = msgspec.json.decode
    columns = (read[name].to_list() for name in read.columns)
    for id_, origin, text, target, tags, group, made, _, said, shape, meant, paths, starts, ends, names_ in zip(*columns, strict=True):
        spans = tuple(map(Span, paths, starts, ends))
        rows.append(Example(id_, origin, text, spans, decode(target), tuple(tags), group, decode(made)))
        keys.append(Keys(said, shape, meant, names_))
    return read["sha"].to_list(), rows, keys
