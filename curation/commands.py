"""The commands of releases: build, verify, diff, freeze, unpack, push, pull."""

from pathlib import Path
from typing import Annotated, Any

import typer

from hinglish.errors import KhichdiError

release = typer.Typer(no_args_is_help=True, add_completion=False, help="Make, check and publish releases. Example: khichdi release verify v1.0.0")

Endpoint = Annotated[str | None, typer.Option(help="Another Hub than the usual one.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]
Where = Annotated[str, typer.Argument(help="A folder, a committed version such as v1.0.0, or owner/name@v1.0.0 on a Hub.")]


def _out(thing: Any) -> None:
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(thing), indent=2).decode())


def _plain(done: Any, *, json: bool) -> None:
    """A result as lines of key and value, or as JSON."""
    if json:
        _out(done._asdict())
        return
    typer.echo("\n".join(f"{key}: {', '.join(map(str, v)) if isinstance(v, tuple) else v}" for key, v in done._asdict().items()))


def _share(text: str | None) -> tuple[int, int] | None:
    """3/16 → (3, 16)."""
    if text is None:
        return None
    at, _, of = text.partition("/")
    if not (at.isdecimal() and of.isdecimal() and int(at) < int(of)):
        raise KhichdiError(f'--shard {text}: i/N with i from 0 to N - 1, such as 0/16; for a Slurm array: --shard "$SLURM_ARRAY_TASK_ID/16"')
    return int(at), int(of)


@release.command("build")
def release_build(
    spec: Annotated[Path, typer.Argument(help="A spec, such as data/specs/v1.0.0.toml.")],
    rows: Annotated[int | None, typer.Option(help="Train rows; the spec's number if not given.", min=1)] = None,
    workers: Annotated[int, typer.Option(help="Processes; any number gives the same root.", min=1)] = 1,
    out: Annotated[Path | None, typer.Option(help="Where to write; build/<name of the spec> if not given.")] = None,
    engine: Annotated[str, typer.Option(help="local or ray: who runs the work units.")] = "local",
    shard: Annotated[str | None, typer.Option(help="i/N: only make the i-th of N shares of the work units; a build without it merges them.")] = None,
    sample: Annotated[int, typer.Option(help="How many train rows to print afterwards.", min=0)] = 0,
    json: Json = False,
) -> None:
    """Make a release: exactly N train rows, seven more splits, audited, checked, with its card. Killed, the same command goes on.

    Example: khichdi release build data/specs/v1.0.0.toml --workers 2
    """
    import time

    from curation.build import build
    from curation.report import progress, summary
    from generators.spec import read_spec

    wanted = read_spec(spec).override(rows=rows)
    place = out or Path("build") / wanted.name
    start = time.perf_counter()
    with progress(quiet=json) as on:
        manifest = build(wanted, place, workers=workers, by=engine, only=_share(shard), on=on)
    seconds = round(time.perf_counter() - start, 1)
    if json or shard is not None:
        _out({"out": str(place), "seconds": seconds, **{k: v for k, v in manifest.items() if k != "files"}})
        return
    summary(manifest, place, seconds, sample)


@release.command("verify")
def release_verify(
    where: Where,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Also build it again at the commit its manifest names.")] = False,
    endpoint: Endpoint = None,
    json: Json = False,
) -> None:
    """Hold a release to all it claims: files, rows, roots, facts, card, leaks, checks. Example: khichdi release verify v1.0.0 --rebuild"""
    from curation.verify import verify

    _plain(verify(where, rebuild=rebuild, endpoint=endpoint), json=json)


@release.command("diff")
def release_diff(
    a: Where,
    b: Where,
    examples: Annotated[int, typer.Option(help="Rows shown of each kind of change.", min=0)] = 5,
    html: Annotated[Path | None, typer.Option(help="Also write one page that opens offline.")] = None,
    endpoint: Endpoint = None,
    json: Json = False,
) -> None:
    """What changed by id, with examples, and the version number it asks for. Example: khichdi release diff v1.0.0 v1.1.0 --html build/diff.html"""
    from curation.diff import as_html, diff
    from curation.opened import open_release
    from curation.report import changes

    found = diff(open_release(a, endpoint=endpoint), open_release(b, endpoint=endpoint), examples=examples)
    if html is not None:
        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(as_html(found), encoding="utf-8")
    if json:
        _out(found._asdict())
    else:
        changes(found)


@release.command("freeze")
def release_freeze(folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="A built version, such as build/v1.0.0.")]) -> None:
    """Put a built version under data/releases, to be committed. Example: khichdi release freeze build/v1.0.0"""
    from curation.frozen import freeze

    typer.echo(f"{freeze(folder)}: commit it")


@release.command("unpack")
def release_unpack(
    version: Annotated[str, typer.Argument(help="A committed version, such as v1.0.0.")],
    out: Annotated[Path | None, typer.Option(help="Where to write; build/<version> if not given.")] = None,
) -> None:
    """A committed version as a folder that datasets, a trainer and `release push` read. Example: khichdi release unpack v1.0.0"""
    from curation.frozen import unpack

    place = out or Path("build") / version
    manifest = unpack(version, place)
    typer.echo(f"{place}: {manifest['rows']} train rows, root {str(manifest['root'])[:12]}")


@release.command("push")
def release_push(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="A release folder, such as build/v1.0.0.")],
    repo: Annotated[str, typer.Argument(help="owner/name of the dataset repository.")],
    version: Annotated[str, typer.Option(help="The tag, such as v1.0.0; it is never moved.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be written.")] = False,
    private: Annotated[bool, typer.Option("--private", help="Make the repository private if it is new.")] = False,
    endpoint: Endpoint = None,
    json: Json = False,
) -> None:
    """Put a release on the Hub in one commit with an immutable tag. Example: khichdi release push build/v1.0.0 owner/name --version v1.0.0 --dry-run"""
    from curation.hub import push

    _plain(push(folder, repo, version, dry_run, private=private, endpoint=endpoint), json=json)


@release.command("pull")
def release_pull(
    source: Annotated[str, typer.Argument(help="owner/name@tag.")],
    out: Annotated[Path, typer.Option(help="Where it is written, whole or not at all.")] = Path("build/pulled"),
    verify: Annotated[bool, typer.Option(help="Hold every file and row to the manifest.")] = True,
    endpoint: Endpoint = None,
    json: Json = False,
) -> None:
    """Fetch a tagged release and verify it; a version that is committed here must have its root. Example: khichdi release pull owner/name@v1.0.0"""
    from curation.hub import pull
    from curation.hub_check import read_manifest
    from curation.opened import RELEASES

    known = RELEASES / source.partition("@")[2] / "manifest.json"
    root = str(read_manifest(known.read_bytes(), str(known))["root"]) if known.is_file() else None
    _plain(pull(source, out, verify, root=root, endpoint=endpoint), json=json)
