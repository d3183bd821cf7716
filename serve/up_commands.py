"""The commands of the model server: `khichdi serve up` and `serve down`; serve/commands.py mounts them."""

from pathlib import Path
from typing import Annotated

import typer

Name = Annotated[str, typer.Option(help="The instance: several may run side by side.")]


def _note(text: str) -> None:
    typer.echo(text, err=True)


def serve_up(
    model: Annotated[Path, typer.Argument(help="A base or a merged model: a Hugging Face folder.")] = Path("build/models/gemma"),
    adapter: Annotated[Path | None, typer.Option(help="The folder `adapter` of a run, served as LoRA beside its base.")] = None,
    merged: Annotated[bool, typer.Option("--merged", help="Merge the adapter into its base first (once, into build/merged) and serve that.")] = False,
    name: Name = "vllm",
    port: Annotated[int, typer.Option(help="Where it listens on 127.0.0.1; 0 for any that is free.", min=0)] = 8000,
    dtype: Annotated[str, typer.Option(help="bfloat16 or float32: without bfloat16 in the processor the second may be quicker.")] = "bfloat16",
    tokens: Annotated[int, typer.Option(help="Prompt and answer together, at most.", min=128)] = 1024,
    cache: Annotated[int, typer.Option(help="GiB for keys and values.", min=1)] = 1,
    vllm: Annotated[list[str] | None, typer.Option(help="One more argument for vLLM, as --vllm=--max-num-seqs=8; may be said several times.")] = None,
    within: Annotated[float, typer.Option(help="Seconds in which it must answer; a busy machine needs many.", min=1)] = 600.0,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """Start a real vLLM on this machine's processor, in an environment of its own that is made on first use, and wait until it answers.

    Example: khichdi serve up build/models/gemma --adapter build/runs/gemma-300/adapter
    """
    import msgspec

    from serve.up import Server
    from serve.up_model import wanted

    what = wanted(model, adapter, merged=merged, dtype=dtype, tokens=tokens, cache=cache, more=tuple(vllm or ()), say=_note)
    state = Server(name, say=_note).start(what, port, within)
    if json:
        typer.echo(msgspec.json.encode(state).decode())
        return
    typer.echo(f"vLLM answers at {state.url} (process {state.pid}) to the model names {', '.join(state.models)}.")
    typer.echo(f"Stop it with `khichdi serve down{'' if name == 'vllm' else f' --name {name}'}`.")


def serve_down(name: Name = "", everything: Annotated[bool, typer.Option("--all", help="Every instance that runs.")] = False) -> None:
    """Stop the vLLM that runs here. Example: khichdi serve down --all"""
    from serve.up import Server, servers

    for one in servers() if everything else [Server(name or "vllm")]:
        typer.echo(f"{one.folder.name}: {'stopped' if one.stop() else 'was not running'}")
