"""A file of settings: one TOML table, or one error that names the file, what is wrong, and the files that lie beside it."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hinglish.errors import KhichdiError


def read_table(path: Path, noun: str) -> dict[str, Any]:
    """The table of a file; `noun` is what such a file is called (spec, run, loop). Raises KhichdiError."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as fault:
        there = ", ".join(sorted(str(p) for p in path.parent.glob("*.toml"))) or "none"
        raise KhichdiError(f"{path}: no such {noun}; {noun}s here: {there}") from fault
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise KhichdiError(f"{path}: {fault}") from fault


def hold_keys(table: dict[str, Any], path: Path, noun: str, known: Iterable[str], needed: Iterable[str], why: str) -> None:
    """No key that is not known, and all that are needed; `why` says what they are for. Raises KhichdiError."""
    known = list(known)
    if odd := sorted(set(table) - set(known)):
        raise KhichdiError(f"{path}: unknown key {', '.join(odd)}; a {noun} has {', '.join(known)}")
    if lacking := [key for key in needed if key not in table]:
        raise KhichdiError(f"{path}: {', '.join(lacking)} missing; {why}")
