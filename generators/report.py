"""The tables a person reads after making: shares with their bands, mixing, what was rejected; and coverage of the families."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from generators.expand import Studio
from generators.facts import Facts
from generators.family import families
from schemas.contract import intents
from schemas.example import Example

if TYPE_CHECKING:
    from rich.table import Table


def figures(found: Facts) -> dict[str, Any]:
    """Facts as plain numbers, four decimals."""
    return {
        "families": found.families,
        "texts": found.texts,
        "cmi": round(found.mix.cmi, 2),
        "switches": round(found.mix.switches, 4),
        "median_words": found.mix.median_words,
        "shares": {s.what: round(s.value, 4) for s in found.shares},
        "outside_band": [s.what for s in found.shares if not s.inside],
        "refused": [s.what for s in found.shares if s.refused],
    }


def lengths(rows: Sequence[Example]) -> dict[str, Any]:
    """Token lengths where a tokenizer was got; else says so."""
    from schemas.tokens import percentiles

    return {"token_lengths": percentiles([r.input for r in rows], [r.target for r in rows]) or "token lengths not measured"}


def table(found: Facts, rejected: Mapping[str, int], report: Mapping[str, Any]) -> "Table":
    """The summary of a run."""
    from rich.table import Table

    out = Table(title=f"{found.rows} labelled messages → {report['out']}  ({report['seconds']} s)", title_justify="left")
    for name, side in (("share", "left"), ("rows", "right"), ("%", "right"), ("band %", "right"), ("", "left")):
        out.add_column(name, justify=side)  # type: ignore[arg-type]  # rich's literal, from a table of ours
    for s in found.shares:
        if not s.what.startswith("null"):
            verdict = "" if s.inside else "[red]outside[/]" if s.refused else "noise"
            out.add_row(s.what, str(s.rows), f"{100 * s.value:.1f}", f"{100 * s.low:.0f}–{100 * s.high:.0f}", verdict)
    absent = [s for s in found.shares if s.what.startswith("null")]
    odd = [s for s in absent if not s.inside]
    out.add_section()
    listed = ", ".join(f"{s.what[5:]} {100 * s.value:.0f}" for s in odd)
    out.add_row("? slots null in their band", f"{len(absent) - len(odd)} of {len(absent)}", "", "30–70", listed)
    out.add_row("code-mixing index", str(found.mix.mixed_rows), f"{found.mix.cmi:.1f}", "20–28", "")
    out.add_row("switches a boundary", "", f"{100 * found.mix.switches:.1f}", "21–34", "")
    out.add_row("words, median", "", f"{found.mix.median_words:.0f}", "6–17", "")
    out.add_row("families", str(found.families), "", "", "")
    out.add_row("rejected", str(sum(rejected.values())), "", "", ", ".join(f"{k} {v}" for k, v in rejected.items()) or "none")
    measured = report["token_lengths"]
    out.add_row("tokens", "", "", "", measured if isinstance(measured, str) else ", ".join(f"{k} p50 {v['p50']} p99 {v['p99']}" for k, v in measured.items()))
    return out


def coverage(studio: Studio, draws: int = 100) -> list[dict[str, Any]]:
    """For each intent: families, how they are tagged, and the share of drawn rows in which each ? slot is null."""
    out = []
    for name, intent in intents().items():
        members = [f for f in families() if f.intent == name]
        targets = [studio.example(f, i) for f in members for i in range(draws)]
        null = {s.name: sum(t.target[s.name] is None for t in targets) / max(1, len(targets)) for s in intent.slots if s.usually_absent}
        tags = Counter(t for f in members for t in f.tags)
        out.append({"intent": name, "families": len(members), "tags": dict(tags), "null": {k: round(v, 3) for k, v in null.items()}})
    return out


def coverage_table(found: list[dict[str, Any]]) -> "Table":
    """Coverage for a person."""
    from rich.table import Table

    out = Table("intent", "families", "tagged", "? slots null, %")
    for row in found:
        marks = ", ".join(f"{k} {'[red]' if not 0.3 <= v <= 0.7 else ''}{100 * v:.0f}{'[/]' if not 0.3 <= v <= 0.7 else ''}" for k, v in row["null"].items())
        out.add_row(row["intent"], str(row["families"]), ", ".join(f"{k} {v}" for k, v in row["tags"].items()), marks)
    return out
