"""The commands of saying otherwise: `khichdi augment show` and `khichdi augment verify`."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from hinglish.errors import KhichdiError

augment = typer.Typer(no_args_is_help=True, add_completion=False, help="Say it otherwise. Example: khichdi augment show --template transfer-plain")

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]
SPEC = Path("data/specs/demo.toml")


def _studio(spec: Path) -> Any:
    from generators.expand import Studio
    from generators.spec import read_spec
    from generators.words import Words
    from hinglish.lexicon import load

    wanted = read_spec(spec)
    return Studio(Words(load()), wanted.seed, wanted.script_table())


def _plain_row(key: str | None, template: str | None, folder: Path, spec: Path, draw: int) -> Any:
    """The row to show: made again from its own seed, template and draw, so that its tokens are at hand."""
    from generators.family import families

    studio = _studio(spec)
    if template is None:
        import msgspec

        from generators.show import find, read_rows

        if key is None:
            raise KhichdiError("augment show: give a row's id, or --template with a family's id")
        made = msgspec.json.decode(find(read_rows(folder), key, folder)["provenance"])
        template, draw, studio.seed = str(made["template"]), int(made["draw"]), int(made["seed"])
    family = next((f for f in families() if f.id == template), None)
    if family is None:
        raise KhichdiError(f'"{template}" is no family; `khichdi templates coverage` lists intents, `data/templates/` holds the ids')
    return studio.example(family, draw)


@augment.command("show")
def augment_show(
    key: Annotated[str | None, typer.Argument(help="A row's id, or how one begins.")] = None,
    template: Annotated[str | None, typer.Option(help="A family's id instead of a row's.")] = None,
    draw: Annotated[int, typer.Option(help="Which draw of the family.", min=0)] = 0,
    folder: Annotated[Path, typer.Option("--dir", help="A folder that `generate run` wrote.")] = Path("build/demo"),
    spec: Annotated[Path, typer.Option(help="The spec whose seed and scripts are used.")] = SPEC,
    json: Json = False,
) -> None:
    """One row through every step, with spans and label. Example: khichdi augment show --template transfer-plain"""
    import msgspec

    from augment.pipeline import once
    from augment.registry import registry
    from generators.write import annotated_row
    from hinglish.lexicon import load

    example = _plain_row(key, template, folder, spec, draw)
    made = {"(plain)": example} | {name: once(example, step, load()) for name, step in registry(None).items()}
    if json:
        typer.echo(msgspec.json.encode({name: annotated_row(row) if row else None for name, row in made.items()}).decode())
        return
    from rich.console import Console

    from generators.show import panel

    console = Console(highlight=False)
    for name, row in made.items():
        console.print(f"[bold]{name}[/]" + ("" if row else "  [grey50]does not apply[/]"))
        if row is not None:
            console.print(panel(annotated_row(row)))


@augment.command("run")
def augment_run(
    spec: Annotated[Path, typer.Argument(help="A spec with [[augment]] steps.")] = Path("data/specs/augmented.toml"),
    rows: Annotated[int | None, typer.Option(help="How many rows; the spec's number if not given.", min=1)] = None,
    workers: Annotated[int, typer.Option(help="Processes for making; any number gives the same bytes.", min=1)] = 1,
    out: Annotated[Path | None, typer.Option(help="Where to write; build/<name of the spec> if not given.")] = None,
    json: Json = False,
) -> None:
    """Make rows and take them through the spec's pipeline. Example: khichdi augment run data/specs/augmented.toml --rows 1000"""
    import time

    from augment.run import augment_rows
    from generators.facts import facts
    from generators.report import figures, lengths, table
    from generators.spec import read_spec
    from generators.write import write

    wanted = read_spec(spec).override(rows=rows)
    place = out or Path("build") / wanted.name
    start = time.perf_counter()
    made = augment_rows(wanted, workers=workers)
    found = facts(made.rows)
    root = write(made.rows, made.rejected, place, name=wanted.name, facts={"seed": wanted.seed, "rejected": made.table(), "figures": figures(found)})
    report = {"out": str(place), "rows": len(made.rows), "root": root, "seconds": round(time.perf_counter() - start, 2), "rejected": made.table()}
    report |= figures(found) | lengths(made.rows)
    if json:
        import msgspec

        typer.echo(msgspec.json.encode(report).decode())
        return
    from rich.console import Console

    Console(highlight=False).print(table(found, made.table(), report))


@augment.command("verify")
def augment_verify(
    rows: Annotated[int, typer.Option(help="How many drawn rows go through every step.", min=1)] = 10_000,
    spec: Annotated[Path, typer.Option(help="The spec whose rows are drawn.")] = SPEC,
    json: Json = False,
) -> None:
    """Prove the laws over every step; exits 1 with the row that breaks one. Example: khichdi augment verify --rows 10000"""
    import msgspec
    from rich.progress import track

    from augment.registry import registry
    from augment.verify import verify
    from generators.run import make
    from generators.spec import read_spec
    from hinglish.lexicon import load

    plain = make(read_spec(spec).override(rows=rows)).rows
    found = verify(track(plain, description="verifying", disable=json, transient=True), registry(None), load())
    if json:
        typer.echo(msgspec.json.encode({"rows": rows, "applied": found.applied, "broken": [b._asdict() for b in found.broken]}).decode())
    else:
        typer.echo("\n".join(f"{name:20} applied to {n} of {rows}" for name, n in found.applied.items()))
        for b in found.broken:
            typer.echo(f"BROKEN {b.step}: {b.law}: {b.detail}\n  before: {b.before}\n  after:  {b.after}")
        typer.echo(f"{sum(found.applied.values())} augmented rows, {len(found.broken)} broken laws")
    sys.exit(1 if found.broken else 0)
