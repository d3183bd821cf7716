"""The commands of training: `khichdi train run`, `inspect` and `merge`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from hinglish.errors import KhichdiError
from train.config import Run, read_run

train = typer.Typer(no_args_is_help=True, help="Train an adapter. Example: khichdi train run data/runs/gemma-300.toml")

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]
Config = Annotated[Path, typer.Argument(help="A run, such as data/runs/gemma-300.toml.")]
Rows = Annotated[int | None, typer.Option(help="The first N rows of train; the config's number if not given.", min=1)]
Base = Annotated[str | None, typer.Option(help="Another base than the config's: a folder or a Hub id.")]
Release = Annotated[Path | None, typer.Option(help="Another release folder than the config's.")]


def needed() -> None:
    """KhichdiError where the extra is not installed; where it is, its bars and its warnings of names to come are kept off the screen."""
    import os
    import warnings
    from importlib.util import find_spec

    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    warnings.filterwarnings("ignore", category=FutureWarning)

    lacking = [name for name in ("torch", "transformers", "trl", "peft", "bitsandbytes", "llguidance", "matplotlib") if find_spec(name) is None]
    if lacking:
        raise KhichdiError(f"{', '.join(lacking)} not installed; `make .venv/.train`, or pip install torch first and then khichdi's extra `train`")


def _out(thing: Any) -> None:
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(thing), indent=2).decode())


def _read(config: Path, rows: int | None, base: str | None, release: Path | None, **more: Any) -> Run:
    return read_run(config).override(rows=rows, base=base, release=None if release is None else str(release), **more)


@train.command("run")
def train_run(
    config: Config,
    rows: Rows = None,
    base: Base = None,
    release: Release = None,
    seed: Annotated[int | None, typer.Option(help="Another seed than the config's.", min=0)] = None,
    epochs: Annotated[float | None, typer.Option(help="Another number of epochs.")] = None,
    start: Annotated[Path | None, typer.Option(help="An adapter to go on from.", exists=True, file_okay=False)] = None,
    out: Annotated[Path | None, typer.Option(help="Where to write; build/runs/<name of the run> if not given.")] = None,
    cpu: Annotated[bool | None, typer.Option("--cpu", help="Leave a GPU alone.")] = None,
    json: Json = False,
) -> None:
    """Train a LoRA adapter on a verified release; a stopped run goes on where it was.

    Example: khichdi train run data/runs/gemma-300.toml --rows 3000 --out build/runs/gemma-3000
    """
    needed()
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from train.run import train as run_training

    run = _read(config, rows, base, release, seed=seed, epochs=epochs, start=None if start is None else str(start), cpu=cpu)
    place = out or Path("build") / "runs" / run.name
    columns = (TextColumn("training"), BarColumn(), MofNCompleteColumn(), TextColumn("loss {task.fields[loss]}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=json) as bar:
        done = run_training(run, place, bar)
    if json:
        _out({"adapter": str(done.adapter), **done.record})
        return
    loss = done.record["loss"]
    typer.echo(f"{done.adapter}: {done.record['rows']['count']} rows, {done.record['steps']} steps, loss {loss['first']:.3f} → {loss['last']:.3f}")
    typer.echo(f"{place / 'curve.svg'}: learning curve; {place / 'metrics.jsonl'}: its numbers")


@train.command("inspect")
def train_inspect(
    config: Config,
    show: Annotated[int, typer.Option(help="How many rows to print.", min=0)] = 3,
    rows: Rows = None,
    base: Base = None,
    release: Release = None,
    json: Json = False,
) -> None:
    """What the loss sees: masked tokens dim, trained ones green, the stop token reversed; and how long rows are. Trains nothing.

    Example: khichdi train inspect data/runs/gemma-300.toml --show 2
    """
    needed()
    from rich.console import Console

    from train.chat import load_tokenizer
    from train.inspect import lengths, painted, pieces
    from train.rows import open_release, read
    from train.run import encode_rows

    run = _read(config, rows, base, release)
    tokenizer = load_tokenizer(run.base)
    encoded = encode_rows(tokenizer, read(open_release(Path(run.release), run.root), "train", run.rows), run.max_tokens)
    step = max(1, len(encoded) // max(1, show))
    chosen = [pieces(tokenizer, e) for e in encoded[::step][:show]]
    if json:
        _out({"lengths": lengths(encoded), "rows": [[p._asdict() for p in c] for c in chosen]})
        return
    console = Console(highlight=False)
    for c in chosen:
        console.print(painted(c), "")
    console.print(", ".join(f"{k} {v:,}" for k, v in lengths(encoded).items()), f"; max_tokens {run.max_tokens}")


@train.command("merge")
def train_merge(
    adapter: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="The folder `adapter` of a run.")],
    out: Annotated[Path, typer.Option(help="A new folder.")],
    base: Annotated[str, typer.Option(help="Where the base lies now, if not where it lay at training.")] = "",
) -> None:
    """Adapter and base as one dense Hugging Face folder, for a server. Example: khichdi train merge build/runs/gemma-300/adapter --out build/merged"""
    needed()
    from train.adapter import merge

    merge(adapter, out, base)
    typer.echo(f"{out}: merged")
