"""The command of the loop: play it with a weak model and scripted annotators, and say what it came to."""

import sys
from pathlib import Path
from typing import Annotated

import typer

loop = typer.Typer(no_args_is_help=True, add_completion=False, help="Learn from failures. Example: khichdi loop simulate data/loops/gemma.toml")


@loop.callback()
def _root() -> None:
    """Keep the app a group."""


@loop.command("simulate")
def loop_simulate(
    config: Annotated[Path, typer.Argument(help="A loop, such as data/loops/gemma.toml.")],
    seed: Annotated[list[int] | None, typer.Option(help="Only this seed of the loop; may be given again.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where to write; build/loops/<name> if not given.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """Failures against random rows, at equal budget: traffic, answers, redaction, review, decisions, training, measure. A stopped run goes on.

    Exit 0: every seed is done; 1: the loop's minutes are over, run it again to go on. Example: khichdi loop simulate data/loops/gemma.toml
    """
    from hinglish.errors import KhichdiError
    from serve.learner import Trained
    from serve.loop import play
    from serve.loop_config import read_loop
    from serve.loop_report import lines_of, report
    from train.commands import needed

    needed()
    told = read_loop(config)
    if odd := set(seed or ()) - set(told.seeds):
        raise KhichdiError(f"loop simulate: --seed {', '.join(map(str, sorted(odd)))}; {config} has {', '.join(map(str, told.seeds))}")
    place = out or Path("build") / "loops" / told.name
    whole = play(told, place, Trained(told), _note, only=tuple(seed or ()))
    found = report(told, place)
    if json:
        import msgspec

        typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        sys.exit(0 if whole else 1)
    from rich.console import Console
    from rich.table import Table

    title = f"{told.name}: {len(found['seeds'])} of {len(told.seeds)} seeds, {found['rows measured']} rows measured"
    table = Table(title=title, title_justify="left", box=None)
    for column in ("figure", "start", "failures, by seed", "random, by seed", "difference, 95 % over seeds", "95 % over rows"):
        table.add_column(column)
    for line in lines_of(found):
        table.add_row(*line)
    Console(highlight=False).print(table)
    for arm, said in found["audit"].items():
        typer.echo(f"{arm}: {said['chosen']} chosen, {said['trained']} trained on; classes {said['class']}; decided {said['decided']}")
    if not whole:
        typer.echo(f"the {told.minutes:g} minutes are over; the same command goes on where it stopped")
    sys.exit(0 if whole else 1)


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201  # progress of a long step, off the answer's way
