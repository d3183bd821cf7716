"""The commands of serving: `khichdi serve api`, `khichdi extract text`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from hinglish.errors import KhichdiError
from serve.up_commands import serve_down, serve_up

if TYPE_CHECKING:
    from serve.backend import Backend

serve = typer.Typer(no_args_is_help=True, help="Serve labels over HTTP. Example: khichdi serve api --backend fake")
extract = typer.Typer(no_args_is_help=True, help='One message to its label. Example: khichdi extract text "kal 500 Rahul ko bhejo" --url http://127.0.0.1:8080')

KINDS = ("vllm", "openai", "transformers", "fake")
Kind = Annotated[str, typer.Option("--backend", help="vllm (or openai: any OpenAI-compatible server), transformers (a model in this process) or fake (rules).")]
Adapter = Annotated[Path | None, typer.Option(help="The folder `adapter` of a run, or a merged one; its prompt, schemas, template and base must hold.")]
Base = Annotated[str, typer.Option(help="transformers: where the base lies now, or a bare base to run.")]
Upstream = Annotated[str, typer.Option(help="vllm: the server's address, with /v1. Its key is read from KHICHDI_BACKEND_KEY.")]
Model = Annotated[str, typer.Option(help="vllm: which of its models; may be left out where it serves one.")]
Free = Annotated[bool, typer.Option("--free", help="Do not decode under the schemas.")]
Repair = Annotated[bool, typer.Option("--repair", help="Mend script, spelling and numbers by the words of the message; the answer says what was mended.")]
Weights = Annotated[str, typer.Option(help="transformers: auto, nf4, bf16 or fp32; auto is what the adapter was trained on.")]
Cpu = Annotated[bool, typer.Option("--cpu", help="transformers: leave a GPU alone.")]

serve.command("up")(serve_up)
serve.command("down")(serve_down)


@serve.callback()
@extract.callback()
def _nouns() -> None:
    """Keep both groups of commands, though each has one or few."""


def needed() -> None:
    """KhichdiError where the extra is not installed."""
    from importlib.util import find_spec

    lacking = [name for name in ("fastapi", "uvicorn", "prometheus_client") if find_spec(name) is None]
    if lacking:
        raise KhichdiError(f"{', '.join(lacking)} not installed; `make .venv/.dev`, or pip install khichdi's extra `serve`")


def backend(kind: str, adapter: Path | None, base: str, upstream: str, model: str, *, batch: int, weights: str, cpu: bool) -> "Backend":
    """The backend that was asked for, not started; KhichdiError where what it needs is not said."""
    if kind not in KINDS:
        raise KhichdiError(f"--backend {kind}: one of {', '.join(KINDS)}")
    if adapter is not None and not adapter.is_dir():
        raise KhichdiError(f"--adapter {adapter}: no folder there; `khichdi train run` writes one as build/runs/NAME/adapter")
    if kind == "fake":
        from serve.fake import Fake

        return Fake()
    if kind == "transformers":
        from train.config import Weights as Known

        if adapter is None and not base:
            raise KhichdiError("--backend transformers: nothing to run; name an adapter with --adapter build/runs/NAME/adapter, or a bare base with --base")
        if weights not in get_args(Known):
            raise KhichdiError(f"--weights {weights}: one of {', '.join(get_args(Known))}")
        from serve.local import Transformers
        from serve.local import needed as model_needed

        model_needed()
        chosen: Any = weights
        return Transformers(adapter, base, batch=batch, weights=chosen, cpu=cpu)
    import os

    from serve.openai import OpenAI

    return OpenAI(upstream, model, adapter=adapter, key=os.environ.get("KHICHDI_BACKEND_KEY", ""))


@serve.command("api")
def serve_api(
    kind: Kind = "vllm",
    upstream: Upstream = "http://127.0.0.1:8000/v1",
    model: Model = "",
    adapter: Adapter = None,
    base: Base = "",
    host: Annotated[str, typer.Option(help="127.0.0.1 is this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one.", min=0, max=65535)] = 8080,
    keys: Annotated[Path | None, typer.Option(help="API keys, one a line; else KHICHDI_API_KEYS, else one is made and shown once.")] = None,
    everybody: Annotated[bool, typer.Option("--open", help="Ask for no key; on 127.0.0.1 only.")] = False,
    slots: Annotated[int, typer.Option(help="Requests that the backend works on at once; also the batch of transformers.", min=1)] = 32,
    waiting: Annotated[int, typer.Option(help="Requests that wait; one more is 429.", min=0)] = 256,
    deadline: Annotated[float, typer.Option(help="Seconds of one request, waiting and retries too.", min=0.01)] = 30.0,
    stall: Annotated[float, typer.Option(help="Seconds of one attempt.", min=0.01)] = 20.0,
    attempts: Annotated[int, typer.Option(help="How often the model is asked, with its fault fed back.", min=1, max=10)] = 3,
    most: Annotated[int, typer.Option(help="At most so many tokens an answer.", min=1)] = 256,
    free: Free = False,
    repair: Repair = False,
    weights: Weights = "auto",
    cpu: Cpu = False,
    delay: Annotated[int, typer.Option(help="fake: milliseconds that every answer takes.", min=0)] = 0,
    act: Annotated[str, typer.Option(help="fake: what it always does: answer, die, stall, garbage, half, another, misgrounded, empty.")] = "answer",
    text: Annotated[bool, typer.Option("--text", help="Write redacted text to the log; without it no text at all.")] = False,
) -> None:
    """Answer POST /v1/extract on this machine: checked and warmed first, then validated labels or typed failures.

    Example: khichdi serve api --backend transformers --adapter build/runs/gemma-300/adapter --port 8080
    """
    needed()
    import asyncio

    from rich.console import Console

    from serve.access import open_access
    from serve.fake import Fake
    from serve.faults import CODES
    from serve.front import ROUTES
    from serve.journal import FOLDER, Journal
    from serve.run import serve as run_server
    from serve.run import taken
    from serve.service import Service
    from serve.settings import Settings

    opened = open_access(keys, host, everybody=everybody)
    if kind == "fake":
        chosen: Any = act
        answers: Backend = Fake(delay=delay / 1000, always=chosen)
    else:
        answers = backend(kind, adapter, base, upstream, model, batch=slots, weights=weights, cpu=cpu)
    settings = Settings(slots=slots, waiting=waiting, deadline=deadline, stall=stall, attempts=attempts, most=most, constrained=not free, repair=repair)
    sock = taken(host, port)
    console = Console(stderr=True, highlight=False)
    journal = Journal(FOLDER, text=text, known=[*CODES, *ROUTES, answers.kind])

    def _ready(lines: Sequence[str]) -> None:
        console.print("\n".join(lines), markup=False)
        address = f"http://{host}:{sock.getsockname()[1]}"
        if opened.made:
            console.print(f"key, shown this once: {opened.made}", markup=False, soft_wrap=True)
        key = "" if everybody else f' -H "Authorization: Bearer {opened.made or "KEY"}"'
        asked = f"""curl {address}/v1/extract{key} -H "Content-Type: application/json" -d '{{"message": "kal 500 Rahul ko bhejo"}}'"""
        console.print(f"ready: {address}; log and failures in {FOLDER}; try\n  {asked}", markup=False, soft_wrap=True)

    asyncio.run(run_server(Service(answers, settings, journal), opened.access, sock, _ready))


@extract.command("text")
def extract_text(
    message: Annotated[str, typer.Argument(help="The message, in quotes.")],
    url: Annotated[str, typer.Option(envvar="KHICHDI_URL", help="A running API. Its key is read from KHICHDI_API_KEY.")] = "",
    kind: Kind = "transformers",
    adapter: Adapter = None,
    base: Base = "",
    upstream: Upstream = "http://127.0.0.1:8000/v1",
    model: Model = "",
    free: Free = False,
    repair: Repair = False,
    weights: Weights = "auto",
    cpu: Cpu = False,
    json: Annotated[bool, typer.Option("--json", help="Print the API's JSON.")] = False,
) -> None:
    """One message to its label, by a running API (--url) or in this process (--adapter).

    Example: khichdi extract text "kal subah 10 baje Rahul ko 500 bhejo" --adapter build/runs/gemma-300/adapter
    """
    needed()
    import asyncio

    from serve.once import asked_of, in_process, shown

    if url:
        found = asyncio.run(asked_of(url, message, constrained=not free, repair=repair))
    else:
        if kind == "transformers" and adapter is None and not base:
            raise KhichdiError("extract text: nothing to ask; give a running API, --url http://127.0.0.1:8080, or --adapter build/runs/NAME/adapter")
        answers = backend(kind, adapter, base, upstream, model, batch=1, weights=weights, cpu=cpu)
        found = asyncio.run(in_process(answers, message, constrained=not free, repair=repair))
    typer.echo(found.model_dump_json() if json else shown(found))
