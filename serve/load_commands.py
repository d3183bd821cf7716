"""The commands of load: `khichdi load run`, `show` and `report`."""

from pathlib import Path
from typing import Annotated, Any, get_args

import typer

load = typer.Typer(no_args_is_help=True, add_completion=False, help="Load and latency. Example: khichdi load run --target base=chat:http://127.0.0.1:8000#gemma")

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]
RUNS = Path("docs") / "latency"


@load.command("run")
def load_run(
    target: Annotated[
        list[str],
        typer.Option(help="label=chat:URL#model, label=extract:URL or label=generate:FOLDER@bf16, then +constrained, +schema; several run by turns."),
    ],
    out: Annotated[Path, typer.Option(help="The run file.")],
    concurrency: Annotated[list[int] | None, typer.Option(help="Clients of a closed loop; may be said several times.", min=1)] = None,
    rate: Annotated[list[float] | None, typer.Option(help="Requests a second of an open loop; may be said several times.", min=0.001)] = None,
    arrivals: Annotated[str, typer.Option(help="poisson or fixed gaps, of an open loop.")] = "poisson",
    requests: Annotated[int, typer.Option(help="Requests a target and level.", min=1)] = 64,
    blocks: Annotated[int, typer.Option(help="Dealt over so many blocks; within one the targets take turns on the same messages.", min=1)] = 1,
    release: Annotated[str, typer.Option(help="Where messages come from.")] = "v1.0.0",
    tier: Annotated[list[str] | None, typer.Option(help="A split, never gold; may be said several times.")] = None,
    deadline: Annotated[float, typer.Option(help="Seconds within which a valid answer counts.")] = 10.0,
    give_up: Annotated[float, typer.Option(help="Seconds after which a client hangs up; twice the deadline if not given.")] = 0.0,
    most: Annotated[int, typer.Option(help="Tokens an answer, at most.", min=1)] = 128,
    exactly: Annotated[bool, typer.Option("--exactly", help="Just so many tokens, whatever the model would stop at: to compare time a token.")] = False,
    seed: Annotated[int, typer.Option(help="Of the order of messages and of arrivals.")] = 1,
    warm: Annotated[int, typer.Option(help="Requests a target before anything is counted.", min=0)] = 2,
    within: Annotated[float, typer.Option(help="Seconds after which no block is begun; whole ones are kept.", min=1)] = 86_400.0,
    key: Annotated[str, typer.Option(envvar="KHICHDI_API_KEY", help="An API key, where the target wants one.")] = "",
    title: Annotated[str, typer.Option(help="What the run shows; the file's name if not given.")] = "",
    note: Annotated[str, typer.Option(help="What a reader must know: what else ran on the machine.")] = "",
    json: Json = False,
) -> None:
    """Put targets under load, closed or open loop, level after level; write a run file of numbers and no text.

    Example: khichdi load run --target lora=chat:http://127.0.0.1:8000#gemma-300 --concurrency 1 --concurrency 4 --out build/load/lora.json
    """
    import msgspec

    from hinglish.errors import KhichdiError
    from serve.load import Level, Work, asked_of, messages, place, run
    from serve.load_file import write
    from serve.load_loop import Arrivals
    from serve.up import facts_of

    if arrivals not in get_args(Arrivals):
        raise KhichdiError(f"load run: --arrivals {arrivals}; one of {', '.join(get_args(Arrivals))}")
    how: Any = arrivals
    levels = [Level("closed", float(c)) for c in concurrency or ()] + [Level("open", r, how) for r in rate or ()]
    if not levels:
        raise KhichdiError("load run: nothing to do; name a level with --concurrency or --rate")
    tiers = tuple(tier or ("test_seen", "test_unseen_template", "test_unseen_words"))
    root, texts = messages(release, tiers, seed)
    asked = asked_of(
        most=most, exactly=exactly, deadline=deadline, give_up=give_up or 2 * deadline, release=release, root=root, tiers=tiers, seed=seed, blocks=blocks
    )
    work = Work(asked, [place(t) for t in target], levels, requests, texts, warm, within)
    found = run(work, title=title or out.stem, note=note, key=key, facts=lambda p: facts_of(p.where), say=lambda t: None if json else typer.echo(t, err=True))
    write(found, out)
    if json:
        typer.echo(msgspec.json.encode({"run": str(out), "cases": len(found.cases)}).decode())
        return
    load_show(out)


@load.command("show")
def load_show(file: Annotated[Path, typer.Argument(help="A run file.")], json: Json = False) -> None:
    """The figures of a run: latency, time to the first token, time a token, goodput, errors; two targets as ratios.

    Example: khichdi load show build/load/lora.json
    """
    import msgspec
    from rich.console import Console

    from serve.latency_tables import facts_line, tables
    from serve.load_figures import figures
    from serve.load_file import read

    run = read(file)
    if json:
        rows = [{"target": c.target, "loop": c.loop, "level": c.level, **figures(run, c)._asdict()} for c in run.cases]
        typer.echo(msgspec.json.encode(rows).decode())
        return
    console = Console(highlight=False, width=200)
    console.print(run.title, facts_line(run), sep="\n")
    for table in tables(run):
        console.print(table.rich())


@load.command("report")
def load_report(
    runs: Annotated[Path, typer.Option(help="The folder of committed run files; plots are written beside them.")] = RUNS,
    out: Annotated[Path, typer.Option(help="The page.")] = Path("docs") / "latency_report.md",
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 where page or plots are not what the run files give.")] = False,
) -> None:
    """The latency report from its run files: the same files give the same bytes. Example: khichdi load report"""
    from serve.latency import render, write_all

    made = render(runs, out)
    if check:
        stale = [str(path) for path, text in made.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
        typer.echo("\n".join(f"{s}: stale; run `khichdi load report`" for s in stale) or f"{out}: as its run files give it")
        raise typer.Exit(1 if stale else 0)
    write_all(made)
    typer.echo(f"{out}: {len(made) - 1} plots, from {runs}")
