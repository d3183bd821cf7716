"""Laws of the house: imports look left, every command has help with an example, files say what they are, nothing names this machine."""

import ast
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ("hinglish", "schemas", "generators", "augment", "curation", "train", "eval", "serve")
# The one noun whose package stands to the right of the report that uses it would go here; there is none.


def imported(source: str) -> set[str]:
    """Top-level names that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {a.name.partition(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def wrong_way(package: str, source: str) -> set[str]:
    """Packages to the right that a module of `package` imports."""
    return imported(source) & set(HOUSE[HOUSE.index(package) + 1 :])


@pytest.mark.parametrize("package", HOUSE)
def test_imports_only_look_left(package: str) -> None:
    """No module imports a package that stands to its right in the flow of data."""
    for path in (ROOT / package).rglob("*.py"):
        assert not wrong_way(package, path.read_text(encoding="utf-8")), path.name


def test_a_look_to_the_right_is_seen() -> None:
    """The rule above catches a planted import, also inside a function."""
    assert wrong_way("hinglish", "def f() -> None:\n    from schemas.example import Token\n") == {"schemas"}


def test_reread_knows_only_language_and_contract() -> None:
    """The re-reader imports hinglish and schemas and nothing else of ours: what made a value cannot read it back."""
    ours = imported((ROOT / "schemas" / "reread.py").read_text(encoding="utf-8")) & set(HOUSE)
    assert ours <= {"hinglish", "schemas"}


def test_every_module_says_what_it_is() -> None:
    """A file's first statement is a docstring."""
    for package in HOUSE:
        for path in (ROOT / package).rglob("*.py"):
            assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), f"{path} has no docstring"


def commands(app: Any, prefix: tuple[str, ...]) -> list[tuple[tuple[str, ...], Any]]:
    """Every command below an app, with its words."""
    from typer.main import get_command

    command = get_command(app)
    inner = getattr(command, "commands", None)
    if not inner:
        return [(prefix, command)]
    return [((*prefix, name), found) for name, found in inner.items()]


def test_every_command_has_help_with_an_example_and_stands_in_the_readme() -> None:
    """A command without help, example or a line in the docs does not exist for a newcomer."""
    from importlib import import_module

    from khichdi import NOUNS

    docs = (ROOT / "README.md").read_text(encoding="utf-8") + (ROOT / "docs" / "adding.md").read_text(encoding="utf-8")
    for noun, (module, _) in NOUNS.items():
        for words, command in commands(getattr(import_module(module), noun), (noun,)):
            text = command.help or ""
            assert f"khichdi {' '.join(words)}" in text, f"{words}: help has no example"
            assert f"khichdi {' '.join(words)}" in docs, f"{words}: not in README.md or docs/adding.md"


def test_help_imports_no_stage() -> None:
    """`khichdi --help` is quick because it imports neither a stage nor polars."""
    heavy = "('polars', 'datasets', 'generators', 'eval', 'hinglish.lexicon')"
    code = f"import sys, khichdi\ntry:\n    khichdi.app(['--help'])\nexcept SystemExit:\n    pass\nprint(sorted(m for m in sys.modules if m in {heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603  # our own code
    assert done.stdout.strip().endswith("[]")


def test_a_test_cannot_reach_the_network() -> None:
    """The socket fixture refuses what is not loopback."""
    with socket.socket() as s, pytest.raises(RuntimeError, match=r"127\.0\.0\.1"):
        s.connect(("192.0.2.1", 80))


@pytest.mark.skipif(os.name != "posix", reason="git ls-files in a checkout")
def test_nothing_committed_names_this_machine() -> None:
    """No tracked file holds an absolute path of a build machine or a registry's host."""
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, cwd=ROOT, check=True).stdout.split(b"\0")  # noqa: S607  # git from PATH
    bad = re.compile(r"(^|[\s\"'=(])/(work|root|farm|tmp)/|https?://[a-z.]*(?:pypi|npmjs|debian)\.")
    for name in filter(None, (n.decode() for n in listed)):
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".txt", ".tsv", ""} and path.is_file() and path.name != "test_house.py":
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="ignore").splitlines(), 1):
                assert not bad.search(line), f"{name}:{number}: {line[:100]}"
