"""Servers in environments of their own: where these lie, one maker at a time, is a process still ours, is it gone, is a port free."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from hinglish.errors import KhichdiError

ROOT = Path(__file__).resolve().parent.parent
WHOLE = ".whole"


def home() -> Path:
    """KHICHDI_HOME, or ~/.cache/khichdi."""
    return Path(os.environ.get("KHICHDI_HOME") or Path.home() / ".cache" / "khichdi")


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """One process at a time makes a thing that is shared."""
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run_whole(command: list[str], what: str, **more: Any) -> None:
    """Run a command to its end; KhichdiError with the end of what it said where it failed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, **more)  # noqa: S603  # our own commands
    if done.returncode:
        raise KhichdiError(f"{what}: {' '.join(command[:4])} … ended with {done.returncode}: {done.stderr.strip()[-600:]}")


def own_python(name: str, constraints: Path, commands: Iterable[tuple[list[str], str]], told: str, say: Callable[[str], None]) -> Path:
    """The Python of a server's own environment, `<home>/<name>/venv-<hash of its constraints>`, made on first use: whole, and by one process.

    `commands` are pip's words with what went wrong where one fails; `told` says what making it costs.
    """
    folder = own_environment(name, constraints)
    found = folder / "bin" / "python"
    with alone(folder.with_name(".venv.lock")):
        if (folder / WHOLE).exists():
            return found
        say(f"making {told} in {folder}")
        shutil.rmtree(folder, ignore_errors=True)
        run_whole([sys.executable, "-m", "venv", str(folder)], "no environment could be made")
        for words, fault in commands:
            run_whole([str(found), "-m", "pip", "--quiet", "--disable-pip-version-check", *words], fault)
        (folder / WHOLE).touch()
    return found


def own_environment(name: str, constraints: Path, what: str = "venv") -> Path:
    """Where it lies, or another thing made with the same versions; the file WHOLE in it says that it was made to the end."""
    return home() / name / f"{what}-{sha256(constraints.read_bytes()).hexdigest()[:8]}"


def runs(pid: int, mark: str) -> bool:
    """Does this process run, and does its command line hold `mark`? A number may have gone to another program since. A zombie runs no more."""
    if Path("/proc/self").exists():  # Linux
        with contextlib.suppress(OSError):
            command = (Path("/proc") / str(pid) / "cmdline").read_bytes()
            state = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
            return state not in "ZX" and (not command or mark.encode() in command)  # empty for a moment while it is being started
        return False
    done = subprocess.run(["ps", "-ww", "-p", str(pid), "-o", "stat=,command="], capture_output=True, text=True, check=False)  # noqa: S603, S607  # ps from PATH
    return mark in done.stdout and not done.stdout.startswith("Z")


def gone(pid: int, mark: str, patience: float = 15.0, grace: float = 3.0) -> None:
    """Wait until a process is gone with all its threads (they hold its port and database); after `patience` seconds kill it.

    A child of ours stays as a zombie until it is waited for; another's zombie is given `grace` seconds to be taken by its parent.
    """
    deadline, dead_since = time.monotonic() + patience, None
    while True:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        now = time.monotonic()
        if not runs(pid, mark):
            dead_since = dead_since or now
            if now > dead_since + grace:
                return
        elif now > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def free_port(wanted: int) -> int:
    """The port on 127.0.0.1 if it is free, or any free one for 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as fault:
            raise KhichdiError(f"127.0.0.1:{wanted}: {fault.strerror}; choose another with --port") from fault
        return int(probe.getsockname()[1])
