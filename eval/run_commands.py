"""The commands that score predictions: `khichdi eval run`, `compare`, `gate`, `report`, `baseline`."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

Predictions = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON lines: id, sha, tier, stage, output.")]
ReleaseDir = Annotated[Path, typer.Option("--release", exists=True, file_okay=False, help="The release that was answered.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]


def eval_run(
    predictions: Predictions,
    release: ReleaseDir,
    out: Annotated[Path | None, typer.Option(help="Write every figure to a file that ends in .figures.json, beside the predictions.")] = None,
    title: Annotated[str, typer.Option(help="What was run, for tables.")] = "",
    gated: Annotated[bool, typer.Option("--gated", help="This run is held to data/gates.toml.")] = False,
    slices: Annotated[bool, typer.Option("--slices", help="Print slots and slices too.")] = False,
    json: Json = False,
) -> None:
    """Score a predictions file: validity, slots, scripts, injections, each with n and interval.

    Example: khichdi eval run build/run/predictions.jsonl --release build/v1.2.0 --slices
    """
    import msgspec
    from rich.console import Console

    from eval.results import measure, write
    from eval.rows import read_release
    from eval.tables import by_slice, by_slot, by_tier
    from hinglish.errors import KhichdiError

    if out is not None and out.resolve().parent != predictions.resolve().parent:
        raise KhichdiError(f"{out}: a figures file lies beside its predictions, in {predictions.parent}; `khichdi eval gate` reads both")
    found = measure(predictions, read_release(release), title=title or predictions.stem, gated=gated)
    if out is not None:
        write(found, out)
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
        return
    console = Console(width=200, highlight=False)
    for stage in found.stages:
        console.print(by_tier(stage))
        if slices:
            console.print(by_slot(stage), by_slice(stage))


def eval_compare(
    first: Predictions,
    second: Predictions,
    release: ReleaseDir,
    stage: Annotated[str, typer.Option(help="The stage of the first file, and of the second.")] = "first",
    second_stage: Annotated[str, typer.Option("--second-stage", help="The second file's stage where it is another.")] = "",
    slices: Annotated[bool, typer.Option("--slices", help="Every slice too; Holm runs over all.")] = False,
    json: Json = False,
) -> None:
    """Is the second better on the rows that both answered? Exact McNemar, paired bootstrap, Holm, and the least effect that could be seen.

    Example: khichdi eval compare base.jsonl tuned.jsonl --release build/v1.2.0
    """
    import msgspec
    from rich.console import Console

    from eval.paired import compare
    from eval.rows import read_release
    from eval.tables import compared

    rows = read_release(release)
    sides = [_stage(file, rows, which) for file, which in ((first, stage), (second, second_stage or stage))]
    found = compare(*sides, by_slice=slices)
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode([c._asdict() | {"difference": c.difference._asdict()} for c in found]), indent=1).decode())
        return
    Console(width=180, highlight=False).print(compared(found))


def _stage(file: Path, release: Any, stage: str) -> Any:
    from eval.scored import answered
    from hinglish.errors import KhichdiError
    from schemas.prediction import read_predictions

    found = read_predictions(file)
    chosen = [p for p in found if p.stage == stage]
    if not chosen:
        raise KhichdiError(f'{file.name}: no answers of the stage "{stage}"; it has {", ".join(sorted({p.stage for p in found}))}')
    return answered(chosen, release)


def eval_gate(
    results: Annotated[Path, typer.Option(help="The folder of committed figures and predictions.")] = Path("docs/results"),
    release: Annotated[list[Path] | None, typer.Option(help="A release folder; again for another. Else build/<name> and data/releases/<name>.")] = None,
    json: Json = False,
) -> None:
    """Recompute every committed figure from its committed predictions, check the tiers' hashes, judge the gates. Exits 1 where one fails.

    Example: khichdi eval gate --json
    """
    import msgspec
    from rich.console import Console

    from eval.gates import judge, read_gates
    from eval.results import again, committed, releases_of
    from eval.tables import gates as table

    found = committed(results)
    known = releases_of(found, release or [])
    checked = {str(file.relative_to(results)): again(file, figures, known) for file, figures in found}
    judged = [j for _, f in found if f.gated for j in judge(f.title, f.stages, read_gates())]
    holds = not any(checked.values()) and all(j.holds or not j.must for j in judged)
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode({"holds": holds, "recomputed": checked, "gates": judged}), indent=1).decode())
    else:
        for file, faults in checked.items():
            typer.echo(f"{file}: {'; '.join(faults) or 'recomputed, the same'}")
        Console(width=180, highlight=False).print(table(judged) if judged else "no gated run")
    sys.exit(0 if holds else 1)
