"""The commands of predicting: `khichdi predict run` and `parity`."""

from pathlib import Path
from typing import Annotated, Any, get_args

import msgspec
import typer

from train.commands import Json, needed

predict = typer.Typer(no_args_is_help=True, help="Predict tiers. Example: khichdi predict run build/runs/gemma-300/adapter --release build/v1.0.0")


@predict.command("run")
def predict_run(
    adapter: Annotated[Path | None, typer.Argument(help="The folder `adapter` of a run; leave it out to run a bare --base.")] = None,
    release: Annotated[Path, typer.Option(help="A release folder.")] = Path("build/v1.0.0"),
    messages: Annotated[Path | None, typer.Option(help="Instead of a release: JSON lines with id, sha, tier, input.", exists=True, dir_okay=False)] = None,
    tier: Annotated[list[str] | None, typer.Option(help="A split; may be said several times. All tiers but test_gold if not given.")] = None,
    stage: Annotated[str, typer.Option(help="first, retry (needs first) or constrained.")] = "first",
    rows: Annotated[int, typer.Option(help="Only the first N rows of each tier; 0 for all.", min=0)] = 0,
    out: Annotated[Path | None, typer.Option(help="Where to write; `predictions` beside the adapter if not given.")] = None,
    base: Annotated[str, typer.Option(help="Where the base lies now, or the bare base to run.")] = "",
    prompt: Annotated[str, typer.Option(help="ours, or schema (intents and three examples, for a bare base).")] = "ours",
    merged: Annotated[bool, typer.Option("--merged", help="Merge the adapter into its base first.")] = False,
    weights: Annotated[str, typer.Option(help="auto, nf4, bf16 or fp32; auto is what the adapter was trained on.")] = "auto",
    most: Annotated[int, typer.Option(help="At most so many tokens an answer.", min=1)] = 256,
    batch: Annotated[int, typer.Option(help="Rows at once.", min=1)] = 64,
    shard: Annotated[int, typer.Option(help="Rows a shard: what a kill can cost.", min=1)] = 128,
    attempts: Annotated[int, typer.Option(help="Draws a row in retry.", min=1)] = 3,
    cpu: Annotated[bool, typer.Option("--cpu", help="Leave a GPU alone.")] = False,
    json: Json = False,
) -> None:
    """Predict tiers of a release in one stage; each tier and stage is a file of its own, and a stopped run goes on.

    Example: khichdi predict run build/runs/gemma-300/adapter --release build/v1.0.0 --tier test_gold_dev --stage constrained
    """
    needed()
    from rich.console import Console
    from rich.progress import Progress

    from hinglish.errors import KhichdiError
    from train.adapter import load_predictor
    from train.config import Weights
    from train.predict import Setting, Stage, joined
    from train.predict import predict as run_prediction
    from train.rows import open_messages, open_release

    for name, value, known in (("stage", stage, get_args(Stage)), ("weights", weights, get_args(Weights)), ("prompt", prompt, ("ours", "schema"))):
        if value not in known:
            raise KhichdiError(f"predict run: --{name} {value}; one of {', '.join(known)}")
    if adapter is None and out is None:
        raise KhichdiError("predict run: a bare base has no folder of its own; name one with --out")
    place = out or Path(str(adapter)).parent / "predictions"
    place.mkdir(parents=True, exist_ok=True)
    opened = open_messages(messages) if messages else open_release(release)
    chosen: Any = {"stage": stage, "prompt": prompt, "weights": weights}
    predictor = load_predictor(adapter, base, merged=merged, weights=chosen["weights"], cpu=cpu)
    setting = Setting(chosen["stage"], chosen["prompt"], most, batch, shard, attempts)
    files = []
    with Progress(console=Console(stderr=True), transient=True, disable=json) as bar:
        for name in tier or [s for s in opened.splits() if messages or (s.startswith("test_") and s != "test_gold")]:
            task = bar.add_task(f"{name} {stage}", total=None)

            def _on(done: int, of: int, task: Any = task) -> None:
                bar.update(task, completed=done, total=of)

            files.append(run_prediction(predictor, opened, name, setting, place, rows=rows, on=_on))
    whole = joined(place)
    if json:
        typer.echo(msgspec.json.encode([str(f) for f in (*files, whole)]).decode())
    else:
        typer.echo("\n".join([*map(str, files), f"{whole}: all of this folder, for `khichdi eval run`"]))


@predict.command("parity")
def predict_parity(
    one: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A predictions file, such as the adapter's.")],
    other: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="One of the same rows, such as the merged or the served one's.")],
    json: Json = False,
) -> None:
    """How often two ways to serve one adapter answer alike.

    Example: khichdi predict parity build/adapter/test_seen.first.jsonl build/merged/test_seen.first.jsonl
    """
    from train.parity import parity

    found = parity(one, other)
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return
    for name, share in (("same text", found.same_text), ("same target", found.same_target)):
        typer.echo(f"{name}: {round(share.value * share.n)} of {share.n} ({share.value:.4f}, 95 % {share.low:.4f}–{share.high:.4f})")
    typer.echo("\n".join(f"differs: {d}" for d in found.differ[:20]))
