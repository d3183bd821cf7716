"""The commands of releases so far: `khichdi release push` and `khichdi release pull`, for any folder with a manifest."""

from pathlib import Path
from typing import Annotated

import typer

release = typer.Typer(no_args_is_help=True, add_completion=False, help="Publish and fetch sets. Example: khichdi release pull owner/name@v1.0.0")

Endpoint = Annotated[str | None, typer.Option(help="Another Hub than the usual one.")]


@release.command("push")
def release_push(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="A folder with a manifest.json, such as build/demo.")],
    repo: Annotated[str, typer.Argument(help="owner/name of the dataset repository.")],
    version: Annotated[str, typer.Option(help="The tag, such as v1.0.0; it is never moved.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be written.")] = False,
    private: Annotated[bool, typer.Option("--private", help="Make the repository private if it is new.")] = False,
    endpoint: Endpoint = None,
) -> None:
    """Put a set on the Hub in one commit with an immutable tag. Example: khichdi release push build/demo owner/name --version v0.1.0 --dry-run"""
    from curation.hub import push

    done = push(folder, repo, version, dry_run, private=private, endpoint=endpoint)
    typer.echo("\n".join(f"{key}: {value}" for key, value in done._asdict().items()))


@release.command("pull")
def release_pull(
    source: Annotated[str, typer.Argument(help="owner/name@tag.")],
    out: Annotated[Path, typer.Option(help="Where it is written, whole or not at all.")] = Path("build/pulled"),
    verify: Annotated[bool, typer.Option(help="Hold every file and row to the manifest.")] = True,
    endpoint: Endpoint = None,
) -> None:
    """Fetch a tagged set and verify it. Example: khichdi release pull owner/name@v1.0.0 --out build/pulled"""
    from curation.hub import pull

    done = pull(source, out, verify, endpoint=endpoint)
    typer.echo("\n".join(f"{key}: {value}" for key, value in done._asdict().items()))
