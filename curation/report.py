"""What a person sees of a build and of a diff: a bar while it runs, a coloured sample, a table."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curation.tiers import TIERS

if TYPE_CHECKING:
    from curation.diff import Diff


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr that is told what is done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task("starting", total=1)

        def on(what: str, done: int, of: int) -> None:
            bar.update(task, description=what, completed=done, total=of)

        yield on


def summary(manifest: Mapping[str, Any], place: Path, seconds: float, sample: int) -> None:
    """A sample of train, coloured by language, and the splits in a table."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if sample:
        from generators.show import panel, read_rows

        rows = read_rows(place, split="train")
        for row in rows[:: max(1, len(rows) // sample)][:sample]:
            console.print(panel(row))
        console.print("[dark_orange3]Hindi[/]  [deep_sky_blue3]English[/]  [grey62]language-free[/]  [italic]name[/]  [underline]said for a slot[/]\n")
    facts = manifest["facts"]
    table = Table(title=f"{manifest['name']} → {place}  ({seconds} s)", title_justify="left")
    table.add_column("split", no_wrap=True)
    for name in ("rows", "families", "roman %", "mixed %", "deva %", "mixing", "words"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in TIERS:
        s = facts["splits"][name]
        scripts = [f"{100 * s['scripts'].get(k, 0) / max(1, s['rows']):.0f}" for k in ("roman", "mixed", "devanagari")]
        mixed, words = f"{s['cmi']:.1f}" if s["mixed_rows"] else "–", str(s["words"].get("p50", "–"))
        table.add_row(name, f"{s['rows']:,}", str(s["templates"] or "–"), *scripts, mixed, words)
    console.print(table)
    rejected = ", ".join(f"{k} {v}" for k, v in facts["rejected"].items()) or "none"
    tokens = ", ".join(f"{k} p50 {v['all']['p50']}, p99 {v['all']['p99']}" for k, v in facts["tokens"].items()) or "token lengths not measured"
    held, warned = sum(c[4] for c in facts["checks"]), sum(not c[4] for c in facts["checks"])
    console.print(f"leaks {facts['leaks']}; checks: {held} hold, {warned} warn; not taken: {rejected}; {tokens}")
    console.print(f"root {manifest['root']}", soft_wrap=True)


def changes(found: "Diff") -> None:
    """A diff for a person: counts, then some rows of each kind."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    console.print(f"[bold]{found.a} → {found.b}[/]: implies [bold]{found.implies}[/] ({'; '.join(found.why)})")
    for kind, by in found.counts.items():
        console.print(f"[bold]{kind}[/] {sum(by.values()):,}" + (f": {', '.join(f'{split} {n:,}' for split, n in by.items())}" if by else ""))
        for row in found.examples[kind]:
            console.print(Text("  " + "  ".join(f"{value}" for value in row.values()), style="grey62"))
