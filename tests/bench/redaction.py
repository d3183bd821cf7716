"""What the validator and redaction cost a request: CPU milliseconds, each message seen for the first time by a server that has just started. For
`make bench BENCH=--serve`, or by itself:

    python tests/bench/redaction.py
"""

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from peer import ROOT

from schemas.canonical import encode

MESSAGES = 6000  # different ones
QUEUED = 600  # further ones, for what a failure costs once its answer has been sent


class Cost(NamedTuple):
    """CPU milliseconds a call over n calls."""

    what: str
    p50: float
    p99: float
    worst: float
    n: int

    def __str__(self) -> str:
        return f"{self.what}: p50 {self.p50:.3f} ms, p99 {self.p99:.3f} ms, worst {self.worst:.1f} ms, n {self.n:,}"


def made(count: int) -> list[tuple[str, str]]:
    """Different made messages with their labels, of a seed that no release has."""
    from curation.tiers import unit
    from generators.spec import read_spec
    from hinglish.lexicon import DATA

    spec = read_spec(DATA / "specs" / "v1.0.0.toml").override(seed=991)
    found: dict[str, str] = {}
    number = 0
    while len(found) < count:
        found |= {row.input: encode(row.target).decode() for row in unit(spec, "train", number).rows}
        number += 1
    return list(found.items())[:count]


def fresh(rows: Sequence[tuple[str, str]]) -> list[Cost]:
    """The costs in a process of its own: whoever made the rows has met their words."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rows.json"
        file.write_text(json.dumps(rows), encoding="utf-8")
        words = [sys.executable, str(Path(__file__).resolve()), str(file)]
        done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})  # noqa: S603  # our own code
    return [Cost(*cost) for cost in json.loads(done.stdout)]


def costs(rows: Sequence[tuple[str, str]]) -> list[Cost]:
    """Start as the server does; then every message once: checked against its label, and redacted; the last ones queued as failures."""
    from serve.check import check
    from serve.ground import warm
    from serve.journal import Journal
    from serve.rehearsal import rehearse

    warm()
    journal = Journal()
    journal.warm()
    rehearse()
    gc.collect()
    gc.freeze()
    asked, queued = rows[:-QUEUED], rows[-QUEUED:]
    spent = [(_spent(check, message, label), _spent(journal.redactor.redact, message)) for message, label in asked]
    failed = [_spent(journal.failure, str(number), message, label, "invalid") for number, (message, label) in enumerate(queued)]
    sides = {
        "validator": [v for v, _ in spent],
        "redaction of the message": [r for _, r in spent],
        "validator and redaction": [v + r for v, r in spent],
        "a queued failure, after its answer": failed,
    }
    return [_cost(what, sorted(took)) for what, took in sides.items()]


def _spent(call: Callable[..., object], *given: str) -> float:
    began = time.process_time_ns()
    call(*given)
    return (time.process_time_ns() - began) / 1e6


def _cost(what: str, took: Sequence[float]) -> Cost:
    return Cost(what, took[len(took) // 2], took[int(len(took) * 0.99)], took[-1], len(took))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(costs(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))  # noqa: T201  # a report
    else:
        print("\n".join(map(str, fresh(made(MESSAGES + QUEUED)))))  # noqa: T201  # a report
