"""The commands of measuring: how well predictions do, how well the language is read, how mixed a set is."""

from pathlib import Path
from typing import Annotated, Any

import typer

from eval.run_commands import eval_baseline, eval_compare, eval_gate, eval_repair, eval_report, eval_results, eval_run, eval_transfer
from hinglish.errors import KhichdiError

eval = typer.Typer(no_args_is_help=True, help="Measure. Example: khichdi eval mix --dir build/demo")  # noqa: A001  # the noun on the command line

eval.command("run")(eval_run)
eval.command("compare")(eval_compare)
eval.command("gate")(eval_gate)
eval.command("report")(eval_report)
eval.command("results")(eval_results)
eval.command("baseline")(eval_baseline)
eval.command("repair")(eval_repair)
eval.command("transfer")(eval_transfer)

File = Annotated[Path | None, typer.Option(exists=True, dir_okay=False)]


@eval.command("language")
def eval_language(
    script: File = None,
    numbers: File = None,
    amounts: File = None,
    romanisations: File = None,
    jsonsuite: File = None,
    misses: Annotated[int, typer.Option(help="How many of the commonest misses to print.", min=0)] = 30,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """How well Hinglish is read and spelled, against files of real people's text; each is given by its path.

    Example: khichdi eval language --script script_dev.tsv --numbers numbers_dev.tsv --json
    """
    import msgspec

    from eval.language_report import report

    paths = {"script": script, "numbers": numbers, "amounts": amounts, "romanisations": romanisations, "jsonsuite": jsonsuite}
    given = {k: v for k, v in paths.items() if v is not None}
    if not given:
        raise KhichdiError(f"eval language: nothing to measure; give at least one of {', '.join('--' + k for k in paths)}")
    found = report(given)
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode({m.key: round(m.value, 4) for m in found} | {"n": {m.key: m.n for m in found}}), indent=2).decode())
        return
    _print(found, misses)


def _print(found: Any, misses: int) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    table = Table("measure", "value", "n", "floor", "target", "how it is counted")
    for m in found:
        table.add_row(m.key, f"{m.value:.4f}", str(m.n), m.floor, m.target, m.counted)
    console.print(table)
    for m in found:
        if m.misses and misses:
            console.print(f"[bold]{m.key}[/]: commonest misses")
            for miss in m.misses[:misses]:
                console.print(f"  {miss}", markup=False)


@eval.command("injections")
def eval_injections(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON lines with a text each.")],
    rows: Annotated[int, typer.Option(help="How many made messages they are put around and into.", min=1)] = 600,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """Put other people's injections before, after and inside made messages: does every label stay? Exits 1 where one does not.

    Example: khichdi eval injections injections_dev.jsonl
    """
    import sys

    import msgspec

    from eval.injections_measure import injections

    found = injections(file, rows=rows)
    if json:
        typer.echo(
            msgspec.json.encode({"n": found.n, "everywhere": found.everywhere, "rows": found.rows, "failures": [str(f) for f in found.failures]}).decode()
        )
    else:
        typer.echo("\n".join([*map(str, found.failures[:30]), f"{found.everywhere} of {found.n} strings held before, after and inside ({found.rows} rows)"]))
    sys.exit(0 if found.everywhere == found.n and not found.failures else 1)


@eval.command("mix")
def eval_mix(
    folder: Annotated[Path, typer.Option("--dir", help="A folder that `generate run` wrote.")] = Path("build/demo"),
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """How mixed a set is: code-mixing index, switches, lengths, scripts, Devanagari digits. Example: khichdi eval mix --dir build/demo"""
    import msgspec

    from eval.mix_report import mix

    found = mix(folder)
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return
    typer.echo("\n".join(f"{k:24} {v}" for k, v in found.items()))
