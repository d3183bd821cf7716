"""The commands that score predictions: `khichdi eval run`, `compare`, `gate`, `report`, `baseline`."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

Predictions = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON lines: id, sha, tier, stage, output.")]
ReleaseDir = Annotated[str, typer.Option("--release", help="The release that was answered: a folder, or a committed version such as v1.2.0.")]
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
    release: Annotated[list[str] | None, typer.Option(help="A release; again for another. Else build/<name> or the committed version of that name.")] = None,
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


def eval_results(
    results: Annotated[Path, typer.Option(help="The folder of committed figures.")] = Path("docs/results"),
    out: Annotated[Path, typer.Option(help="The page to write; plots go beside the figures.")] = Path("docs/results.md"),
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 where the page is not what the figures give.")] = False,
) -> None:
    """Write the page of results from every committed figures file, with its plots. Its notes are the file notes.md beside the figures.

    Example: khichdi eval results --check
    """
    from eval import results_page as pages

    runs = pages.read_runs(results)
    notes = results / pages.NOTES
    text = pages.page(runs, notes.read_text(encoding="utf-8") if notes.is_file() else "", "khichdi eval results")
    made = {out: text} | {results / name: plot for name, plot in pages.plots(runs).items()}
    if check:
        stale = [str(p) for p, body in made.items() if not p.is_file() or p.read_text(encoding="utf-8") != body]
        typer.echo("\n".join(f"{p}: is not what the figures give; `khichdi eval results` writes it again" for p in stale) or f"{out}: as the figures give it")
        sys.exit(1 if stale else 0)
    for path, body in made.items():
        part = path.with_name(f".{path.name}.part")
        part.write_text(body, encoding="utf-8")
        part.replace(path)
    typer.echo(f"{out}: {len(runs)} runs")


def eval_report(
    predictions: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="One or more predictions files; each stage is a run.")],
    release: ReleaseDir,
    out: Annotated[Path, typer.Option(help="Where the page is written.")] = Path("build/report.html"),
    title: Annotated[str, typer.Option(help="The page's head.")] = "khichdi: evaluation",
) -> None:
    """One HTML file that opens offline: plots, tables, and mistakes by kind. Rows of test_gold are counted and never shown.

    Example: khichdi eval report build/run/predictions.jsonl --release build/v1.2.0 --out build/report.html
    """
    from eval.report import page, runs
    from eval.results import lexicon_hash
    from eval.rows import read_release
    from schemas.compare import variants_hash

    found = read_release(release)
    roots = [f"{tier} {root[:12]}" for tier, root in found.roots().items()]
    facts = [f"release {found.name}", *roots, f"variants {variants_hash()[:12]}", f"lexicon (train) {lexicon_hash()[:12]}"]
    text = page(runs(predictions, found), found, title=title, facts=facts)
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{out.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(out)
    typer.echo(f"{out}: {len(text.encode()) // 1024} kB, opens offline")


def eval_baseline(
    name: Annotated[str, typer.Argument(help="rules, or nearest (needs the release's train rows).")],
    release: ReleaseDir,
    out: Annotated[Path, typer.Option(help="The predictions file to write.")],
) -> None:
    """Answer every test row without a model: by rules over the train lexicon, or by the nearest train message.

    Example: khichdi eval baseline rules --release build/v1.2.0 --out build/rules.jsonl
    """
    from eval.baselines import neighbours, rules
    from eval.rows import read_release, read_tier
    from hinglish.errors import KhichdiError
    from schemas.prediction import write_predictions

    if name not in ("rules", "nearest"):
        raise KhichdiError(f'eval baseline: no baseline "{name}"; rules or nearest')
    found = read_release(release)
    predictions = list(rules(found) if name == "rules" else neighbours(found, read_tier(release, "train")))
    write_predictions(predictions, out)
    typer.echo(f"{out}: {len(predictions)} answers")


def eval_repair(
    predictions: Predictions,
    release: ReleaseDir,
    out: Annotated[Path, typer.Option(help="The predictions file to write.")],
    stage: Annotated[str, typer.Option(help="The stage whose answers are mended.")] = "constrained",
) -> None:
    """Mend answers by the words of their messages: script, spelling, number; the train lexicon only. Written as the stage "repaired".

    Example: khichdi eval repair build/run/constrained.jsonl --release build/v1.2.0 --out build/run/repaired.jsonl
    """
    from eval.baselines import repaired_all
    from eval.rows import read_release
    from hinglish.errors import KhichdiError
    from schemas.prediction import read_predictions, write_predictions

    given = read_predictions(predictions)
    chosen = [p for p in given if p.stage == stage]
    if not chosen:
        raise KhichdiError(f'{predictions.name}: no answers of the stage "{stage}"; it has {", ".join(sorted({p.stage for p in given}))}')
    done = list(repaired_all(chosen, read_release(release)))
    write_predictions(done, out)
    changed = sum(p.attempts[-1] != p.attempts[-2] for p in done)
    typer.echo(f"{out}: {changed} of {len(done)} answers changed")


def eval_transfer(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Hinglish-TOP as a TSV: id, intent, query, slots_json.")],
    predictions: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Answers to its commands.")] = None,
    inputs: Annotated[Path | None, typer.Option(help="Write what is to be predicted. Not to be committed: other people's text.")] = None,
    stage: Annotated[str, typer.Option(help="The stage whose answers are scored.")] = "first",
    out: Annotated[Path | None, typer.Option(help="Write figures, ids, counts and hashes, no text.")] = None,
    json: Json = False,
) -> None:
    """Other people's commands, zero-shot: intent accuracy and slot F1, unmapped intents left out, and scored as none. A development figure.

    Example: khichdi eval transfer hinglish_top_validation.tsv --inputs build/top.jsonl
    """
    import msgspec

    from eval import transfer as measure
    from hinglish.errors import KhichdiError
    from schemas.prediction import read_predictions

    if inputs is not None:
        inputs.parent.mkdir(parents=True, exist_ok=True)
        inputs.write_bytes(measure.inputs(file))
        typer.echo(f"{inputs}: {len(measure.read_commands(file))} commands to predict; other people's text, not to be committed")
    if predictions is None:
        if inputs is None:
            raise KhichdiError("eval transfer: give --predictions FILE to score, or --inputs FILE to write what is to be predicted")
        return
    chosen = [p for p in read_predictions(predictions) if p.stage == stage]
    if not chosen:
        raise KhichdiError(f'{predictions.name}: no answers of the stage "{stage}"')
    found = measure.transfer(file, predictions, chosen)
    encoded = msgspec.json.format(msgspec.json.encode(found), indent=1)
    if out is not None:
        out.write_bytes(encoded + b"\n")
    if json:
        typer.echo(encoded.decode())
        return
    for title, figures in (("mapped intents", found.mapped), ("all, unmapped as none", found.everything)):
        typer.echo(f"{title} ({figures['intent'].n} commands): " + ", ".join(f"{name} {figure}" for name, figure in figures.items()))
    typer.echo(f"{found.missing} commands without an answer. A development figure.")
