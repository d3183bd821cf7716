"""What changed between two releases, by id, and which version number that asks for. polars joins; gold that nobody looks at is named by id alone."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from curation.opened import SHOWN_NEVER, Opened
from curation.tiers import TIERS
from hinglish.script import visible

if TYPE_CHECKING:
    import polars as pl

KINDS = ("added", "removed", "text changed", "label changed", "split moved")
EXAMPLES = 5


class Diff(NamedTuple):
    """Kind of change → split → how many rows; some rows of each kind; the part of the version number that must rise, and why."""

    a: str
    b: str
    counts: dict[str, dict[str, int]]
    examples: dict[str, list[dict[str, str]]]
    implies: str
    why: tuple[str, ...]


def diff(a: Opened, b: Opened, *, examples: int = EXAMPLES) -> Diff:
    """Hold two releases against each other. `examples`: rows shown of each kind."""
    import polars as pl

    old, new = _rows(a), _rows(b)
    both = old.join(new, on="id", how="inner", suffix="_b", maintain_order="right")
    found = {
        "added": new.join(old, on="id", how="anti", maintain_order="left"),
        "removed": old.join(new, on="id", how="anti", maintain_order="left"),
        "text changed": both.filter(pl.col("input") != pl.col("input_b")),
        "label changed": both.filter(pl.col("target") != pl.col("target_b")),
        "split moved": both.filter(pl.col("split") != pl.col("split_b")),
    }
    counts = {kind: {split: n for split in TIERS if (n := table.filter(pl.col("split") == split).height)} for kind, table in found.items()}
    shown = {kind: [_shown(row) for row in table.head(examples).iter_rows(named=True)] for kind, table in found.items()}
    implies, why = _semver(a, b, counts)
    return Diff(_name(a), _name(b), counts, shown, implies, why)


def _rows(opened: Opened) -> "pl.DataFrame":
    """Every row of every split: id, split, input, target."""
    import polars as pl

    tables = [opened.table(name).select("id", pl.lit(name).alias("split"), "input", "target") for name in opened.names if "/" not in name]
    return pl.concat(tables)


def _name(opened: Opened) -> str:
    return f"{opened.manifest.get('version') or opened.manifest['name']} ({opened.root[:12]})"


def _shown(row: Mapping[str, Any]) -> dict[str, str]:
    if row["split"] in SHOWN_NEVER:
        return {"id": row["id"], "split": row["split"]}
    return {key: visible(str(value)) for key, value in row.items()}


def _semver(a: Opened, b: Opened, counts: Mapping[str, Mapping[str, int]]) -> tuple[str, tuple[str, ...]]:
    """Law 6: guide, schema, prompt, columns or tiers make a major; train rows added a minor; texts, labels or withdrawn rows a patch."""
    major = [what for what in ("guide", "prompt") if a.manifest.get(what) != b.manifest.get(what)]
    if a.manifest.get("inputs", {}).get("schemas") != b.manifest.get("inputs", {}).get("schemas"):
        major.append("schemas")
    if set(a.names) != set(b.names):
        major.append("tiers")
    major += [f"{n:,} rows added to {split}" for split, n in counts["added"].items() if split != "train"]
    major += [f"{n:,} rows moved from {split}" for split, n in counts["split moved"].items()]
    if major:
        return "major", tuple(major)
    if counts["added"]:
        return "minor", (f"{counts['added']['train']:,} train rows added",)
    patch = [f"{n:,} rows of {split} {kind}" for kind in ("removed", "text changed", "label changed") for split, n in counts[kind].items()]
    return ("patch", tuple(patch)) if patch else ("none", ("the rows are the same",))


def as_html(found: Diff) -> str:
    """The diff as one page that opens offline. What rows say is escaped."""
    parts = [f"<h1>{escape(found.a)} → {escape(found.b)}</h1>", f"<p>Implies: <b>{escape(found.implies)}</b> ({escape('; '.join(found.why))})</p>"]
    for kind in KINDS:
        total = sum(found.counts[kind].values())
        by = ", ".join(f"{split} {n:,}" for split, n in found.counts[kind].items())
        parts.append(f"<h2>{escape(kind)}: {total:,}</h2><p>{escape(by)}</p>")
        if found.examples[kind]:
            rows = "".join(
                "<tr>" + "".join(f"<td>{escape(row.get(c, ''))}</td>" for c in ("id", "split", "input", "input_b", "target", "target_b")) + "</tr>"
                for row in found.examples[kind]
            )
            heads = "<tr><th>id<th>split<th>message<th>now<th>label<th>now</tr>"
            parts.append(f"<table>{heads}{rows}</table>")
    style = "body{font:15px/1.5 system-ui,'Noto Sans Devanagari',sans-serif;margin:2rem;max-width:80rem}table{border-collapse:collapse}"
    style += "td,th{padding:.2rem .6rem;text-align:left;vertical-align:top;border-top:1px solid #ddd}td{overflow-wrap:anywhere}"
    head = f"<!doctype html><html lang='en'><meta charset='utf-8'><title>khichdi diff</title><style>{style}</style>"
    return head + "".join(parts) + "</html>\n"
