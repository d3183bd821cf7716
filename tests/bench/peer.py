"""Peers that are Python packages: each is installed by the bench into build/bench/<name>, runs in its own process and times itself."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from hinglish.errors import KhichdiError

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


class Package(NamedTuple):
    """A peer on PyPI; its script lies beside this file as peer_<name>.py."""

    name: str
    version: str
    more: tuple[str, ...] = ()  # what it imports and does not ask for

    @property
    def venv(self) -> Path:
        """Its own environment, never beside ours."""
        return ROOT / "build" / "bench" / self.name

    def __str__(self) -> str:
        """As a table names it."""
        return f"{self.name} {self.version}"


CHATETTE = Package("chatette", "1.6.3")
NLPAUG = Package("nlpaug", "1.1.11")


class Peer:
    """A peer in its own process and venv, asked for round after round: one line of JSON in, one line of JSON back."""

    def __init__(self, package: Package, *arguments: str | Path) -> None:
        self.package = package
        command = [str(python_of_peer(package)), str(HERE / f"peer_{package.name}.py"), *map(str, arguments)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=package.venv)  # noqa: S603  # our own script
        self.last: dict[str, Any] = {}

    def rate(self, question: Any) -> float:
        """Rows a CPU second of the peer's work alone, for what is asked."""
        into, back = self._process.stdin, self._process.stdout
        if into is None or back is None:
            raise KhichdiError(f"{self.package.name}: no pipe to peer_{self.package.name}.py")
        into.write(json.dumps(question) + "\n")
        into.flush()
        line = back.readline()
        if not line:
            where = self.package.venv.relative_to(ROOT)
            raise KhichdiError(f"{self.package.name}: peer_{self.package.name}.py stopped with {self._process.wait()}; run it by hand in {where} to see why")
        self.last = json.loads(line)
        return float(self.last["rows"] / self.last["seconds"])

    def close(self) -> None:
        """End the process by ending its input."""
        self._process.communicate()


def python_of_peer(package: Package) -> Path:
    """The peer's own Python, installed when missing. Raises KhichdiError when the registry cannot be reached."""
    python = package.venv / ("Scripts" if os.name == "nt" else "bin") / "python"
    asked = f"import importlib.metadata as m, {package.name}; print(m.version('{package.name}'))"
    if python.exists():
        there = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=False, cwd=package.venv)  # noqa: S603  # our own venv
        if there.stdout.strip() == package.version:
            return python
    quiet = ["--quiet", "--disable-pip-version-check"]
    pip: list[str | Path] = [python, "-m", "pip", "install", *quiet, "--retries=1", "--timeout=15", f"{package.name}=={package.version}", *package.more]
    fresh: list[str | Path] = [sys.executable, "-m", "venv", "--clear", package.venv]
    for step in (fresh, pip):
        done = subprocess.run(step, capture_output=True, text=True, check=False)  # noqa: S603  # python and pip, no shell
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            why = f"{package.venv.relative_to(ROOT)}: {package} could not be installed, so nothing of ours was measured beside it"
            raise KhichdiError(f"{why}; is PyPI in reach? pip said: {' '.join(last) or done.returncode}")
    return python
