"""Chatette as a peer: installed by the bench into build/bench/chatette, run in its own process, timed inside it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hinglish.errors import KhichdiError

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
VENV = ROOT / "build" / "bench" / "chatette"
PEER = "chatette"
PEER_VERSION = "1.6.3"


class Chatette:
    """The peer in its own process and venv, parsed once, asked for round after round."""

    def __init__(self) -> None:
        command = [str(python_of_peer()), str(HERE / "peer_chatette.py"), str(HERE / "comparable.chatette")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=VENV)  # noqa: S603  # our own script
        self.last: dict[str, Any] = {}

    def rate(self, each: int) -> float:
        """Distinct examples a CPU second of its generation alone; `each` asked for an intent."""
        into, back = self._process.stdin, self._process.stdout
        if into is None or back is None:
            raise KhichdiError(f"{PEER}: no pipe to {HERE / 'peer_chatette.py'}")
        into.write(f"{each}\n")
        into.flush()
        line = back.readline()
        if not line:
            raise KhichdiError(f"{PEER}: peer_chatette.py stopped with {self._process.wait()}; run it by hand in {VENV.relative_to(ROOT)} to see why")
        self.last = json.loads(line)
        return float(self.last["rows"] / self.last["seconds"])

    def close(self) -> None:
        """End the process by ending its input."""
        self._process.communicate()


def python_of_peer() -> Path:
    """Chatette's own Python, installed when missing. Raises KhichdiError when the registry cannot be reached."""
    python = VENV / ("Scripts" if os.name == "nt" else "bin") / "python"
    asked = "import importlib.metadata as m, chatette; print(m.version('chatette'))"
    if python.exists():
        there = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=False, cwd=VENV)  # noqa: S603  # our own venv
        if there.stdout.strip() == PEER_VERSION:
            return python
    quiet = ["--quiet", "--disable-pip-version-check"]
    pip: list[str | Path] = [python, "-m", "pip", "install", *quiet, "--retries=1", "--timeout=15", f"{PEER}=={PEER_VERSION}"]
    fresh: list[str | Path] = [sys.executable, "-m", "venv", "--clear", VENV]
    for step in (fresh, pip):
        done = subprocess.run(step, capture_output=True, text=True, check=False)  # noqa: S603  # python and pip, no shell
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            why = f"{VENV.relative_to(ROOT)}: {PEER} {PEER_VERSION} could not be installed, so nothing of ours was measured beside it"
            raise KhichdiError(f"{why}; is PyPI in reach? pip said: {' '.join(last) or done.returncode}")
    return python
