"""A version committed with the code: rows as xz-compressed JSON lines, manifest, card and prompt under data/releases/<version>."""

import lzma
import shutil
from collections.abc import Callable
from pathlib import Path

from curation import hub
from curation.finish import write_head
from curation.hub_check import MANIFEST, check
from curation.opened import CARD, RELEASES, frozen_name, open_folder, open_frozen
from curation.workshop import FILE_ROWS, parts_of, write_files
from generators.write import swap, table_of_lines
from hinglish.errors import KhichdiError

KEPT = (MANIFEST, CARD, "prompt.json", "quarantine.jsonl")


def freeze(folder: Path, *, releases: Path = RELEASES, on: Callable[[str], None] | None = None) -> Path:
    """Put a built version under data/releases, whole or not at all.

    Raises KhichdiError where it stands with other rows, or was built from uncommitted files.
    """
    manifest = check(folder)
    version = str(manifest.get("version") or "")
    if not hub.TAG.fullmatch(version):
        raise KhichdiError(f"{folder}: is no version; name = {manifest['name']!r} in its spec, and a version's name is a tag such as v1.3.0")
    if manifest.get("dirty"):
        raise KhichdiError(f"{folder}: was built with uncommitted changes ({manifest['dirty']}); commit them and build again, so that it can be rebuilt")
    place = releases / version
    if (place / MANIFEST).exists():
        if open_frozen(place).root != manifest["root"]:
            raise KhichdiError(f"data/releases/{version}: stands with other rows; a version is never changed: give the next one")
        return place
    part = place.with_name(f".{version}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    opened = open_folder(folder)
    for name in opened.names:
        if on:
            on(name)
        (part / frozen_name(name)).write_bytes(lzma.compress(b"".join([line + b"\n" for line in opened.lines(name)]), preset=6))
    for kept in KEPT:
        shutil.copyfile(folder / kept, part / kept)
    swap(part, place)
    return place


def unpack(version: str, out: Path, *, releases: Path = RELEASES) -> dict[str, object]:
    """A committed version as a folder that datasets reads and `release push` takes; its manifest. Rows and root are the same, whatever library writes."""
    if not (releases / version / MANIFEST).is_file():
        there = ", ".join(sorted(p.parent.name for p in releases.glob(f"*/{MANIFEST}"))) or "none"
        raise KhichdiError(f"data/releases/{version}: no such version; versions: {there}")
    if out.exists() and any(out.iterdir()) and not (out / MANIFEST).exists():
        raise KhichdiError(f"{out}: holds files that khichdi did not write; name an empty or new folder with --out")
    opened = open_frozen(releases / version)
    part = out.with_name(f".{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    for name in opened.names:
        lines = list(opened.lines(name))
        for at in range(parts_of(len(lines))):
            write_files(part, name, at, parts_of(len(lines)), table_of_lines(lines[at * FILE_ROWS : (at + 1) * FILE_ROWS]))
    manifest = write_head(part, dict(opened.manifest), (releases / version / "quarantine.jsonl").read_bytes())
    check(part, version)
    swap(part, out)
    return manifest
