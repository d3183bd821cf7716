"""A real Argilla on this machine without Docker, Elasticsearch or Redis: its environment, its database, start and stop.

Everything lies under KHICHDI_HOME (~/.cache/khichdi): argilla/venv-<hash of the constraints>, a migrated database that new ones are
copied from, and one folder an instance with its database, log and state. The data stay between runs.
"""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from curation.processes import ROOT, WHOLE, alone, free_port, gone, home, own_environment, own_python, run_whole, runs
from hinglish.errors import KhichdiError

CONSTRAINTS = Path(__file__).resolve().parent / "review_server" / "constraints.txt"
LAUNCH = "curation.review_server.launch"
READY_WITHIN = 90.0  # seconds; 3 to 4 on an idle machine


class State(NamedTuple):
    """A running server: its process, where it answers, and the owner's key."""

    pid: int
    url: str


def installed() -> bool:
    """Is Argilla's environment there, whole?"""
    return (own_environment("argilla", CONSTRAINTS) / WHOLE).exists()


def python(say: Callable[[str], None] = print) -> Path:
    """The Python of Argilla's own environment, made on first use (about a minute, 600 MB) with the versions of its constraints file."""
    wanted = ["install", "-c", str(CONSTRAINTS), "argilla-server==2.8.0", "fakeredis", "numpy"]
    commands = [(wanted, "Argilla could not be installed; is a package index reachable?")]
    return own_python("argilla", CONSTRAINTS, commands, "Argilla's environment (about a minute, once)", say)


def _environment(folder: Path) -> dict[str, str]:
    """What the server is told: where its data lie, our engine, and to call nobody."""
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith(("ARGILLA_", "PYTHON"))},
        "ARGILLA_HOME_PATH": str(folder), "ARGILLA_SEARCH_ENGINE": "argilla-sql", "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_OFFLINE": "1",
        "ARGILLA_AUTH_SECRET_KEY": _secret(folder / "secret"),
    }  # fmt: skip


def _secret(path: Path) -> str:
    """A random secret, made once, readable by its owner only: without it a restart would log everybody out."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(32))
    return path.read_text(encoding="utf-8")


def _template(say: Callable[[str], None]) -> Path:
    """A migrated, empty database, made once: migrating takes 5 seconds, copying none."""
    interpreter = python(say)
    folder = own_environment("argilla", CONSTRAINTS, "template")
    with alone(home() / "argilla" / ".template.lock"):
        if not (folder / WHOLE).exists():
            shutil.rmtree(folder, ignore_errors=True)
            run_whole([str(interpreter), "-m", LAUNCH, "migrate"], "Argilla's database could not be prepared", env=_environment(folder))
            (folder / WHOLE).touch()
    return folder / "argilla.db"


class Server:
    """One instance: a folder with a database, and the process that serves it while it runs."""

    def __init__(self, folder: Path, say: Callable[[str], None] = print) -> None:
        self.folder = folder
        self._say = say

    @property
    def key(self) -> str:
        """The owner's API key, readable by you only; other commands find it here."""
        return _secret(self.folder / "owner.key")

    def state(self) -> State | None:
        """The running server, or None. A state that a killed server left behind is none."""
        try:
            found = msgspec.json.decode((self.folder / "state.json").read_bytes(), type=State)
        except (OSError, msgspec.DecodeError):
            return None
        return found if runs(found.pid, LAUNCH) else None

    def prepare(self) -> str | None:
        """Make the database and its owner where there is none yet; returns the owner's new password, to be shown once."""
        database = self.folder / "argilla.db"
        if database.exists():
            return None
        template = _template(self._say)
        part = self.folder / "new"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        shutil.copyfile(template, part / "argilla.db")
        password = secrets.token_urlsafe(12)
        said = f"{password}\n{self.key}\n"
        run_whole([str(python(self._say)), "-m", LAUNCH, "owner", "owner"], "no owner could be made", env=_environment(part), input=said)
        (part / "argilla.db").rename(database)
        shutil.rmtree(part)
        return password

    def start(self, port: int = 0) -> State:
        """Serve on 127.0.0.1 (port 0: any that is free) and wait until it answers. One that runs already is left alone."""
        running = self.state()
        if running:
            self._wait(running)
            return running
        port = free_port(port)
        log = (self.folder / "server.log").open("ab")
        command = [str(python(self._say)), "-m", LAUNCH, "serve", str(port)]
        process = subprocess.Popen(  # noqa: S603  # our own command
            command, cwd=ROOT, env=_environment(self.folder), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        log.close()
        state = State(process.pid, f"http://127.0.0.1:{port}")
        part = self.folder / "state.json.part"
        part.write_bytes(msgspec.json.encode(state))
        part.rename(self.folder / "state.json")
        self._wait(state)
        return state

    def _wait(self, state: State) -> None:
        import httpx2

        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline and runs(state.pid, LAUNCH):
            with contextlib.suppress(httpx2.TransportError):
                if httpx2.get(f"{state.url}/api/v1/version", timeout=2.0).status_code == 200:
                    return
            time.sleep(0.1)
        self.stop(at_once=True)
        tail = (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")[-800:]
        raise KhichdiError(f"Argilla did not come up at {state.url} within {READY_WITHIN:.0f} s; {self.folder / 'server.log'} ends with: {tail}")

    def stop(self, *, at_once: bool = False) -> bool:
        """Stop it; the data stay. False when it was not running. `at_once` is kill -9."""
        running = self.state()
        if running is None:
            return False
        os.kill(running.pid, signal.SIGKILL if at_once else signal.SIGTERM)
        gone(running.pid, LAUNCH)
        (self.folder / "state.json").unlink(missing_ok=True)
        return True
