"""The real API: a process, a socket, a model (tiny and random, decoded under the schemas): labels, typed failures, no text on disk, a clean end."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from schemas.validate import is_valid
from tests import tiny_train
from tests.serve_desk import NEEDS_EXTRA

pytestmark = [NEEDS_EXTRA, tiny_train.NEEDS_EXTRA]
ROOT = Path(__file__).resolve().parent.parent
KEY = "a-key-of-this-test-0123456789"


def started(home: Path, *words: str) -> tuple[subprocess.Popen[str], list[str]]:
    """`khichdi serve api` and what it said until it was ready, or until it ended."""
    env = {**os.environ, "KHICHDI_SERVE_HOME": str(home), "KHICHDI_API_KEYS": KEY, "COLUMNS": "400"}
    command = [sys.executable, "-m", "khichdi", "serve", "api", "--port", "0", *words]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=env)  # noqa: S603  # our own code
    said: list[str] = []
    for line in process.stderr or ():
        said.append(line.rstrip())
        if line.startswith("ready: "):
            break
    return process, said


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str], Path, subprocess.Popen[str]]]:
    """The address, what was said at start, where it writes, the process."""
    home = tmp_path_factory.mktemp("serve")
    process, said = started(
        home, "--backend", "transformers", "--base", str(tiny_train.tiny_base()), "--weights", "fp32", "--cpu", "--deadline", "120", "--stall", "60"
    )
    found = re.match(r"ready: (http://127\.0\.0\.1:\d+);", said[-1] if said else "")
    assert found, said
    yield found[1], said, home, process
    if process.poll() is None:
        process.kill()
    process.communicate()


def asked(api: Any, path: str, body: Any, key: str = KEY) -> httpx2.Response:
    """One POST."""
    return httpx2.post(f"{api[0]}{path}", json=body, headers={"Authorization": f"Bearer {key}"}, timeout=180, trust_env=False)


def test_what_was_checked_is_said_before_it_listens(api: Any) -> None:
    """Prompt, schemas, template, base, and the first constrained answer."""
    text = "\n".join(api[1])
    for name in ("prompt hash", "schema hash", "template:", "base:", "warm: constrained"):
        assert name in text
    assert KEY not in text


def test_a_model_answers_a_batch_together(api: Any) -> None:
    """Sixteen messages: each a label valid under its schema or one typed failure, and some of both kinds of work done by a random model are labels."""
    messages = [r.input for r in tiny_train.made_rows()[:16]]
    reply = asked(api, "/v1/extract/batch", {"messages": messages})
    assert reply.status_code in (200, 207)
    results = reply.json()["results"]
    labels = [r["extraction"] for r in results if r["extraction"]]
    assert len(results) == 16
    assert labels
    assert all(is_valid(e["target"]) and e["constrained"] for e in labels)
    assert {r["error"]["code"] for r in results if r["error"]} <= {"ungrounded_answer", "invalid_answer"}


def test_the_same_model_free_speaks_no_json_and_that_is_a_typed_failure(api: Any) -> None:
    """Without the grammar a random model never answers; all attempts are used, none is an empty success."""
    reply = asked(api, "/v1/extract", {"message": "kal Rahul ko 500 bhejo", "constrained": False})
    assert (reply.status_code, reply.json()["error"]["code"], reply.json()["error"]["attempts"]) == (502, "invalid_answer", 3)
    assert asked(api, "/v1/extract", {"message": "x"}, key="no").status_code == 401
    assert httpx2.get(f"{api[0]}/readyz", trust_env=False).json()["ready"] is True


def test_told_to_stop_it_drains_and_no_text_is_left(api: Any) -> None:
    """SIGTERM ends it by itself; nothing it wrote holds a word of a message that was asked."""
    asked(api, "/v1/extract", {"message": "zqxmarker Rahul ko 500 bhejo"})
    process: subprocess.Popen[str] = api[3]
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    assert process.returncode in (0, -signal.SIGTERM)
    written = b"".join(p.read_bytes() for p in api[2].rglob("*") if p.is_file())
    assert b'"event":"request"' in written
    assert b"zqxmarker" not in written


def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    """Told before a model is loaded, with the way out."""
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        process, said = started(tmp_path, "--backend", "fake", "--port", port)
        process.wait(timeout=60)
    assert process.returncode == 2
    assert len(said) == 1
    assert "name another with --port" in said[0]
