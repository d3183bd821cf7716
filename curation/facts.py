"""What a set is like, read off the table that was written: one slim row a row, by polars, and the shares and means over them.

The counts are those of generators.facts and hinglish.mix, which count Examples one by one; a test holds the two equal.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from curation.tiers import parity
from generators.facts import ABSENT_BAND, INTENT_BAND, NONE_BAND, SCRIPT_BANDS, TAG_BANDS, Share
from schemas.contract import intents
from schemas.stats import Z99

if TYPE_CHECKING:
    import polars as pl


class Mean(NamedTuple):
    """A mean, half of its normal 99 % interval, and over how many rows."""

    value: float
    half: float
    n: int


def slim(annotated: "pl.DataFrame") -> "pl.DataFrame":
    """The table `annotated` → intent, script, tags, template, draw, half, augmenters, null slots, counts of languages, switches, words, digits."""
    import polars as pl

    made = pl.col("provenance").str.json_decode(
        pl.Struct({"template": pl.String, "draw": pl.Int64, "augmenters": pl.List(pl.Struct({"name": pl.String}))})
    )
    token = pl.element().struct.field
    counted = pl.element().filter((token("lang") != "other") & (token("kind") != "name")).struct.field("lang")
    latin = pl.col("input").str.contains(r"\p{Latin}")
    deva = pl.col("input").str.contains(r"[\p{Devanagari}--[०-९।॥॰ॐ]]")
    table = annotated.lazy().select(
        "id",
        "intent",
        "tags",
        script=pl.when(latin & deva).then(pl.lit("mixed")).when(latin).then(pl.lit("roman")).when(deva).then(pl.lit("devanagari")).otherwise(pl.lit("other")),
        hindi=pl.col("tokens").list.eval(counted == "hi"),
        # rows that people wrote have no tokens, so no such length
        words=pl.when(pl.col("tokens").list.len() > 0).then(pl.col("tokens").list.eval(token("kind") != "mark").list.sum().cast(pl.Int64)),
        digits=pl.col("input").str.contains(r"[0-9०-९]"),
        deva_digits=pl.col("input").str.contains(r"[०-९]"),
        null=pl.col("target").str.extract_all(r'"([a-z_]+)":null').list.eval(pl.element().str.extract(r'"([a-z_]+)"')),
        made=made,
    )
    table = table.with_columns(
        template=pl.col("made").struct.field("template"),
        draw=pl.col("made").struct.field("draw"),
        augmenters=pl.col("made").struct.field("augmenters").list.eval(pl.element().struct.field("name")),
        n=pl.col("hindi").list.len().cast(pl.Int64),
        hi=pl.col("hindi").list.sum().cast(pl.Int64),
        switches=pl.col("hindi").list.eval(pl.element() != pl.element().shift()).list.sum().cast(pl.Int64),
    ).drop("hindi", "made")
    out = table.collect()
    seen = out["template"].drop_nulls().unique().to_list()
    turns = pl.DataFrame({"template": seen, "parity": [parity(t) for t in seen]}, schema={"template": pl.String, "parity": pl.Int64})
    half = pl.when((pl.col("draw") + pl.col("parity")) % 2 == 0).then(pl.lit("natural")).otherwise(pl.lit("rare"))
    return out.join(turns, on="template", how="left", maintain_order="left").with_columns(half=half).drop("parity", "draw")


def counts(table: "pl.DataFrame", column: str) -> dict[str, int]:
    """How many rows have each value, or for a column of lists each member; the commonest first, ties by name."""
    import polars as pl

    values = table[column].explode() if table[column].dtype == pl.List else table[column]
    found = values.drop_nulls().value_counts()
    return dict(sorted(found.iter_rows(), key=_common))


def _common(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def shares(table: "pl.DataFrame") -> tuple[Share, ...]:
    """Every share that has a band, over all rows or over its intent's rows."""
    n = table.height
    by_intent, by_tag, by_script = counts(table, "intent"), counts(table, "tags"), counts(table, "script")
    out = [Share(f"intent {name}", by_intent.get(name, 0), n, *(NONE_BAND if name == "none" else INTENT_BAND)) for name in intents()]
    out += [Share(f"tag {tag}", by_tag.get(tag, 0), n, *band) for tag, band in TAG_BANDS.items()]
    out += [Share(f"script {name}", by_script.get(name, 0), n, *band) for name, band in SCRIPT_BANDS.items()]
    null: Mapping[tuple[str, str], int] = {(i, s): k for i, s, k in _nulls(table)}
    return (
        *out,
        *(
            Share(f"null {name}.{slot.name}", null.get((name, slot.name), 0), by_intent.get(name, 0), *ABSENT_BAND)
            for name, found in intents().items()
            for slot in found.slots
            if slot.usually_absent
        ),
    )


def _nulls(table: "pl.DataFrame") -> list[tuple[str, str, int]]:
    return table.select("intent", "null").explode("null").drop_nulls().group_by("intent", "null").len().rows()


def mixing(table: "pl.DataFrame") -> tuple[Mean, Mean]:
    """Code-mixing index and switches a boundary, means over the rows that have both languages (hinglish.mix)."""
    import polars as pl

    both = table.filter((pl.col("hi") > 0) & (pl.col("hi") < pl.col("n"))).select("n", "hi", "switches")
    index = both.select((100 * (1 - pl.max_horizontal("hi", pl.col("n") - pl.col("hi")) / pl.col("n"))).alias("x"))["x"]
    rate = both.select((pl.col("switches") / (pl.col("n") - 1)).alias("x"))["x"]
    return _mean(index.to_list()), _mean(rate.to_list())


def _mean(values: Sequence[float]) -> Mean:
    """fsum: the same figure whatever the order and the threads."""
    n = len(values)
    mean = math.fsum(values) / n if n else 0.0
    half = Z99 * math.sqrt(math.fsum([(v - mean) ** 2 for v in values]) / (n - 1) / n) if n > 1 else math.inf
    return Mean(mean, half, n)


def quantiles(values: Sequence[int], at: Sequence[int] = (50, 90, 99)) -> dict[str, int]:
    """p50, p90, p99 and most of whole numbers; nothing of none."""
    ranked = sorted(values)
    return {f"p{p}": ranked[min(len(ranked) - 1, p * len(ranked) // 100)] for p in at} | {"max": ranked[-1]} if ranked else {}


def of_split(table: "pl.DataFrame") -> dict[str, Any]:
    """The plain counts of one split that the card prints."""
    index, switches = mixing(table)
    return {
        "rows": table.height,
        "intents": counts(table, "intent"),
        "scripts": counts(table, "script"),
        "tags": counts(table, "tags"),
        "templates": table["template"].drop_nulls().n_unique(),
        "augmented": int((table["augmenters"].list.len().fill_null(0) > 0).sum()),
        "augmenters": counts(table, "augmenters"),
        "cmi": round(index.value, 2),
        "switches": round(switches.value, 4),
        "mixed_rows": index.n,
        "words": quantiles(table["words"].drop_nulls().to_list()),
        "words_histogram": {str(n): k for n, k in sorted(Counter(table["words"].drop_nulls().to_list()).items())},
        "rows_with_digits": int(table["digits"].sum()),
        "devanagari_digits": int(table["deva_digits"].sum()),
    }
