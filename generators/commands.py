"""The commands of making: generate, show, why, templates, lexicon, splits, numbers."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from hinglish.errors import KhichdiError

generate = typer.Typer(no_args_is_help=True, help="Make labelled messages. Example: khichdi generate run data/specs/demo.toml --rows 1000 --out build/demo")
show = typer.Typer(no_args_is_help=True, help="Look at rows. Example: khichdi show sample --dir build/demo --rows 5")
why = typer.Typer(add_completion=False)
templates = typer.Typer(no_args_is_help=True, help="Template families. Example: khichdi templates preview transfer_money --rows 20")
lexicon = typer.Typer(no_args_is_help=True, help="The lexicon. Example: khichdi lexicon lint")
splits = typer.Typer(no_args_is_help=True, help="What is kept for test. Example: khichdi splits extend")
numbers = typer.Typer(no_args_is_help=True, help="Numbers said and read. Example: khichdi numbers say 125000")

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]
Dir = Annotated[Path, typer.Option("--dir", help="A folder that `generate run` wrote.")]


def _out(thing: Any) -> None:
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(thing), indent=2).decode())


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False)


@generate.callback()
@splits.callback()
def _noun() -> None:
    """Keep a noun of one verb a noun."""


@generate.command("run")
def generate_run(
    spec: Annotated[Path, typer.Argument(help="A spec, such as data/specs/demo.toml.")],
    rows: Annotated[int | None, typer.Option(help="How many rows; the spec's number if not given.", min=1)] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed than the spec's.", min=0)] = None,
    workers: Annotated[int, typer.Option(help="Processes; any number gives the same bytes.", min=1)] = 1,
    out: Annotated[Path | None, typer.Option(help="Where to write; build/<name of the spec> if not given.")] = None,
    sample: Annotated[int, typer.Option(help="How many rows to print afterwards.", min=0)] = 0,
    json: Json = False,
) -> None:
    """Make exactly N labelled, checked messages and write a folder that datasets.load_dataset reads.

    Example: khichdi generate run data/specs/demo.toml --rows 5000 --workers 2 --out build/try
    """
    import time

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from generators.facts import facts
    from generators.report import figures, lengths, table
    from generators.run import make
    from generators.spec import read_spec
    from generators.write import write

    wanted = read_spec(spec).override(rows=rows, seed=seed)
    place = out or Path("build") / wanted.name
    start = time.perf_counter()
    columns = (TextColumn("making"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_stderr(), transient=True, disable=json) as bar:
        task = bar.add_task("rows", total=wanted.rows)

        def _at(done: int) -> None:
            bar.update(task, completed=done)

        made = make(wanted, workers=workers, on_row=_at)
    found = facts(made.rows)
    root = write(made.rows, made.rejected, place, name=wanted.name, facts={"seed": wanted.seed, "rejected": made.table(), "figures": figures(found)})
    seconds = time.perf_counter() - start
    report = {"out": str(place), "rows": len(made.rows), "root": root, "seconds": round(seconds, 2), "rejected": made.table()}
    report |= figures(found) | lengths(made.rows)
    if json:
        _out(report)
        return
    console = _console()
    if sample:
        from generators.show import panel
        from generators.write import annotated_row

        step = max(1, len(made.rows) // sample)
        for example in made.rows[::step][:sample]:
            console.print(panel(annotated_row(example)))
    console.print(table(found, made.table(), report))


def _stderr() -> Any:
    from rich.console import Console

    return Console(stderr=True)


@show.command("row")
def show_row(key: Annotated[str, typer.Argument(help="An id, or how one begins.")], folder: Dir = Path("build/demo"), json: Json = False) -> None:
    """One row: tokens by language, spans, label. Example: khichdi show row 3fa1 --dir build/demo"""
    from generators.show import find, panel, read_rows

    row = find(read_rows(folder), key, folder)
    if json:
        _out(row)
    else:
        _console().print(panel(row))


@show.command("sample")
def show_sample(
    folder: Dir = Path("build/demo"),
    rows: Annotated[int, typer.Option(help="How many.", min=1)] = 10,
    intent: Annotated[str | None, typer.Option(help="Only rows of this intent.")] = None,
    tag: Annotated[str | None, typer.Option(help="Only rows with this tag.")] = None,
    json: Json = False,
) -> None:
    """Rows spread evenly over a set. Example: khichdi show sample --dir build/demo --intent pay_bill --rows 5"""
    from generators.show import panel, read_rows

    every = [r for r in read_rows(folder) if (intent is None or r["intent"] == intent) and (tag is None or tag in r["tags"])]
    if not every:
        raise KhichdiError(f"{folder}: no row with intent {intent!r} and tag {tag!r}")
    chosen = every[:: max(1, len(every) // rows)][:rows]
    if json:
        _out(chosen)
        return
    console = _console()
    for row in chosen:
        console.print(panel(row))
    console.print("[dark_orange3]Hindi[/]  [deep_sky_blue3]English[/]  [grey62]language-free[/]  [italic]name[/]  [underline]said for a slot[/]")


@why.command("why")
def why_row(key: Annotated[str, typer.Argument(help="An id, or how one begins.")], folder: Dir = Path("build/demo"), json: Json = False) -> None:
    """Where a row comes from. Example: khichdi why 3fa1 --dir build/demo"""
    from generators.show import find, read_rows
    from generators.show import why as explain

    lines = explain(find(read_rows(folder), key, folder))
    if json:
        _out(lines)
    else:
        typer.echo("\n".join(lines))


@templates.command("lint")
def templates_lint(intent: Annotated[str | None, typer.Argument(help="Only this intent's file.")] = None, json: Json = False) -> None:
    """Words the lexicon lacks, families too alike, grammar that clashes, missing splits. Example: khichdi templates lint pay_bill"""
    from generators.family import families
    from generators.lint import lint
    from generators.splits import missing

    faults = lint(families(), _studio())
    faults += [f"data/splits.toml lacks {m}; run `khichdi splits extend`" for m in missing()]
    if intent is not None:
        faults = [f for f in faults if f"data/templates/{intent}.toml" in f]
    if json:
        _out(faults)
    else:
        typer.echo("\n".join([*faults, f"{len(families())} families, {len(faults)} faults"]))
    sys.exit(1 if faults else 0)


def _studio(seed: int = 1, script: str | None = None) -> Any:
    from generators.expand import Studio
    from generators.words import Words
    from hinglish.lexicon import load

    shares: Any = ((0.5, "roman"), (0.8, "mixed"), (1.0, "devanagari")) if script is None else ((1.0, script),)
    return Studio(Words(load()), seed, shares)


@templates.command("preview")
def templates_preview(
    intent: Annotated[str, typer.Argument(help="An intent, or a family's id.")],
    rows: Annotated[int, typer.Option(help="How many drawn messages.", min=1)] = 20,
    seed: Annotated[int, typer.Option(help="Another draw.", min=0)] = 1,
    script: Annotated[str | None, typer.Option(help="roman, mixed or devanagari only.")] = None,
) -> None:
    """Drawn messages with their labels. Example: khichdi templates preview order_food --rows 30"""
    from generators.family import families
    from generators.run import check
    from generators.show import panel
    from generators.write import annotated_row

    if script not in (None, "roman", "mixed", "devanagari"):
        raise KhichdiError(f'--script {script}: "roman", "mixed" or "devanagari"')
    chosen = [f for f in families() if intent in (f.intent, f.id)]
    if not chosen:
        raise KhichdiError(f'"{intent}" is no intent and no family; intents: {", ".join(sorted({f.intent for f in families()}))}')
    studio = _studio(seed, script)
    console = _console()
    for k in range(rows):
        example = studio.example(chosen[k % len(chosen)], k // len(chosen))
        console.print(f"[grey50]{chosen[k % len(chosen)].id}[/]")
        console.print(panel(annotated_row(example)))
        fault = check(example)
        if fault:
            console.print(f"[red]{fault.reason}: {fault.detail}[/]")


@templates.command("coverage")
def templates_coverage(json: Json = False) -> None:
    """Families, tags and absent slots an intent, over 100 drawn rows of each family. Example: khichdi templates coverage"""
    from generators.report import coverage, coverage_table

    found = coverage(_studio())
    if json:
        _out(found)
    else:
        _console().print(coverage_table(found))


@lexicon.command("lint")
def lexicon_lint(json: Json = False) -> None:
    """Duplicates, scripts, genders, joiners, sources. Example: khichdi lexicon lint"""
    from collections import Counter

    from hinglish.lexicon import load
    from hinglish.lexicon_lint import lint

    entries = load().entries
    faults = lint(entries)
    if json:
        _out({"entries": len(entries), "classes": dict(Counter(e.cls for e in entries)), "faults": faults})
    else:
        typer.echo("\n".join([*faults, f"{len(entries)} entries, {len(faults)} faults"]))
    sys.exit(1 if faults else 0)


@lexicon.command("find")
def lexicon_find(word: Annotated[str, typer.Argument(help="In any script and spelling.")]) -> None:
    """Every line that has a word. Example: khichdi lexicon find zaroori"""
    from hinglish.lexicon import load

    found = load()
    entries = dict.fromkeys(e.line for table in (found.by_norm, found.by_roman, found.by_deva) for e in table.get(word, ()))
    if not entries:
        raise KhichdiError(f'"{word}" stands in no line of data/lexicon; docs/adding.md tells how to add it')
    by_line = {e.line: e for e in found.entries}
    for line in entries:
        e = by_line[line]
        spelled = ", ".join(f"{s} ({g})" for s, g in e.roman)
        typer.echo(f"{line}  {e.norm}  {e.cls} {e.gender}  {' '.join(e.deva)}  {spelled}")


@splits.command("extend")
def splits_extend() -> None:
    """Give every new family and word its split, every fifth to test. Example: khichdi splits extend"""
    from generators.splits import extend

    added = extend()
    typer.echo(f"added {added['template']} families and {added['lexicon']} words to data/splits.toml")


@numbers.command("say")
def numbers_say(value: Annotated[str, typer.Argument(help="A number, such as 125000 or 2.5.")], json: Json = False) -> None:
    """Every way to say or write a number. Example: khichdi numbers say 125000"""
    from fractions import Fraction

    from hinglish.numerals import say, styles

    try:
        number = Fraction(value)
    except (ValueError, ZeroDivisionError) as fault:
        raise KhichdiError(f'"{value}" is no number; write digits, such as 125000 or 2.5') from fault
    ways = {style: say(number, style) for style in styles(number)}
    if json:
        _out(ways)
    else:
        typer.echo("\n".join(f"{style:18} {said}" for style, said in ways.items()))


@numbers.command("read")
def numbers_read(text: Annotated[str, typer.Argument(help='How it was written, such as "paune do lakh".')], json: Json = False) -> None:
    """What a written number means. Example: khichdi numbers read "saadhe teen hazaar" """
    from hinglish.numerals import read

    found = read(text)
    ends = {"low": _plain(found.low), "high": _plain(found.high)}
    plain = {"value": _plain(found.value), "kind": found.kind, **ends, "flags": list(found.flags), "unit": found.unit}
    if json:
        _out(plain)
    else:
        typer.echo("  ".join(f"{k} {v}" for k, v in plain.items() if v))
    sys.exit(0 if found.kind != "none" else 1)


def _plain(value: Any) -> str | None:
    return None if value is None else str(value)
