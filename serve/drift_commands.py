"""The command of drift: live traffic's mix beside a release's."""

import sys
from pathlib import Path
from typing import Annotated

import typer

drift = typer.Typer(no_args_is_help=True, add_completion=False, help="Is traffic still like the release? Example: khichdi drift show build/v1.1.0")
MOST = 2_000  # rows of a release that are counted: more would narrow no interval that matters


@drift.callback()
def _root() -> None:
    """Keep the app a group."""


@drift.command("show")
def drift_show(
    release: Annotated[str, typer.Argument(help="A folder such as build/v1.1.0, a committed version, or owner/name@v1.0.0 on a Hub.")],
    messages: Annotated[Path | None, typer.Option(help="A file of messages, one a line; the journal if not given.", exists=True, dir_okay=False)] = None,
    split: Annotated[str, typer.Option(help="The split to compare with.")] = "train",
    since: Annotated[str, typer.Option(help="Days of the journal from here on, such as 2026-12-01.")] = "",
    home: Annotated[Path, typer.Option("--home", envvar="KHICHDI_SERVE_HOME", help="Where the server keeps its journal.")] = Path("build/serve"),
    every: Annotated[bool, typer.Option("--all", help="Also what does not differ.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """Intents, script, mixing, numerals, length and unknown words of live traffic beside a release's, with intervals.

    Exit 0: nothing differs; 1: something does. Example: khichdi drift show build/v1.1.0 --messages build/week.txt
    """
    from curation.opened import SHOWN_NEVER, open_release
    from hinglish.errors import KhichdiError
    from serve.drift import compare, of_file, of_log, of_rows

    if split in SHOWN_NEVER:
        raise KhichdiError(f"drift show: --split {split} is blind, nothing is counted in it; name another")
    live = of_file(messages) if messages else of_log(home, since)
    rows = [(r.input, r.intent) for r, _ in zip(open_release(release).rows(split), range(MOST), strict=False)]
    found = compare(live, of_rows(rows))
    if json:
        import msgspec

        told = [{**d._asdict(), "drifts": d.drifts} for d in found]
        typer.echo(msgspec.json.format(msgspec.json.encode({"live": len(live), "release": len(rows), "drift": told}), indent=2).decode())
    else:
        from rich.console import Console
        from rich.table import Table

        table = Table(title=f"{len(live)} live messages beside {len(rows)} of {release}, {split}", title_justify="left", box=None)
        for column in ("feature", "value", "live", "release", "difference"):
            table.add_column(column)
        for d in found if every else [d for d in found if d.drifts]:
            sides = [f"{s.value:.1%} [{s.low:.1%}, {s.high:.1%}]" for s in (d.live, d.release)]
            table.add_row(d.feature, d.value, *sides, f"{d.difference:+.1%} [{d.low:+.1%}, {d.high:+.1%}]{' *' if d.drifts else ''}")
        Console(highlight=False).print(table)
    sys.exit(1 if any(d.drifts for d in found) else 0)
