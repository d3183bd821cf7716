"""The compiled copy of the hot modules: what it was made from, and when it is taken. Imports nothing of ours, for it comes before all."""

import sys
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILED = ("hinglish", "schemas", "generators", "augment")  # packages that `make fast` copies into build/fast and compiles


def stamp(root: Path) -> str:
    """What a compiled copy is made from: a hash over this Python and every file of its packages."""
    digest = sha256(sys.version.encode())
    for path in sorted(p for package in COMPILED for p in (root / package).rglob("*") if p.suffix in (".py", ".json", ".toml")):
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def take_compiled(root: Path = ROOT) -> bool:
    """Put the copy of `make fast` before the sources where it was made from these and no others; a stale one is named and left alone."""
    mark = root / "build" / "fast" / "stamp"
    fresh = mark.is_file() and mark.read_text() == stamp(root)
    if fresh:
        sys.path.insert(0, str(mark.parent))
    elif mark.is_file():
        print("khichdi: build/fast was compiled from other sources and is not used; make fast", file=sys.stderr)  # noqa: T201  # no rich before imports
    return fresh
