"""Figures for a terminal: metrics by tier, comparisons, gates."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eval.gates import Judged
from eval.metrics import METRICS, Figure
from eval.paired import Compared
from eval.scored import Report

if TYPE_CHECKING:
    from rich.console import RenderableType


def by_tier(report: Report) -> "RenderableType":
    """One stage: a metric a line, a tier a column; below 200 rows a count. Seconds and rows not answered under it."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table("metric", *report.tiers, title=f"stage: {report.stage}")
    for name in (*(m.name for m in METRICS), "slot_f1_macro"):
        table.add_row(name, *(str(found[name]) for found in report.tiers.values()))
    table.add_row("rows", *(str(found["json_valid"].n) for found in report.tiers.values()))
    notes = [f"{tier}: {n} rows not answered" for tier, n in report.missing.items() if n]
    notes += [f"{name}: {found}" for name, found in report.siblings.items() if found.n]
    if report.seconds:
        notes.append("seconds: " + ", ".join(f"{k} {v:.3f}" for k, v in report.seconds.items()))
    return Group(table, Text("\n".join(notes)))


def by_slice(report: Report) -> "RenderableType":
    """Every slice of every tier with its rows; the blind tier's too, as counts and shares say nothing of a row."""
    from rich.table import Table

    names = next(iter(next(iter(report.slices.values()), {}).values()), {})
    table = Table("tier", "slice", "rows", *names, title=f"slices, stage: {report.stage}")
    for tier, found in report.slices.items():
        for name, figures in found.items():
            table.add_row(tier, name, str(figures["json_valid"].n), *map(str, figures.values()))
    return table


def by_slot(report: Report) -> "RenderableType":
    """F1 of each slot and each kind of value, on every tier."""
    from rich.table import Table

    table = Table("slot", *report.tiers, title=f"slot F1, stage: {report.stage}")
    for source in (report.kinds, report.slots):
        for name in sorted({n for found in source.values() for n in found}):
            table.add_row(name, *(str(source.get(tier, {}).get(name, Figure(0, 0, 1, 0, 0, 0))) for tier in report.tiers))
    return table


def compared(found: Sequence[Compared]) -> "RenderableType":
    """A comparison: both values, the difference with its interval, p by itself and under Holm, the least effect that could be seen."""
    from rich.table import Table

    table = Table("where", "metric", "rows", "first", "second", "difference", "p", "p (Holm)", "could see", "so")
    for c in found:
        d = c.difference
        ends = f"{100 * d.value:+.1f} [{100 * d.low:+.1f}, {100 * d.high:+.1f}]"
        values = [f"{100 * c.first:.1f}", f"{100 * c.second:.1f}"]
        table.add_row(c.where, c.metric, str(c.n), *values, ends, f"{d.p:.4f}", f"{c.adjusted:.4f}", f"{100 * d.least:.1f}", c.verdict)
    return table


def gates(found: Sequence[Judged]) -> "RenderableType":
    """Gates and targets with what was found."""
    from rich.table import Table

    table = Table("run", "stage", "tier", "metric", "wanted", "found", "so")
    for j in found:
        wanted = f"{100 * j.least:g} ({j.judged}{'' if j.must else ', target'})"
        so = "holds" if j.holds else j.why
        table.add_row(j.run, j.stage, j.tier, j.metric, wanted, str(j.figure) if j.figure else "–", so, style="" if j.holds else "red" if j.must else "yellow")
    return table

