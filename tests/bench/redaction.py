"""What redaction costs a request: CPU milliseconds a message, each seen for the first time by a warm process. For `make bench BENCH=--serve`, or by itself:

    python tests/bench/redaction.py
"""

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from curation.tiers import unit
from generators.spec import read_spec
from hinglish.lexicon import DATA
from schemas.canonical import encode
from schemas.example import Example
from serve.journal import Journal
from serve.relabel import relabelled


class Cost(NamedTuple):
    """CPU milliseconds a call over n calls."""

    what: str
    p50: float
    p99: float
    worst: float
    n: int


def costs(rows: Sequence[Example]) -> list[Cost]:
    """Redacting a message; a message and its answer; all that a queued failure costs, in memory. No row is seen twice by one side."""
    journal = Journal()
    journal.warm()
    third = len(rows) // 3

    def message(row: Example) -> None:
        journal.redactor.redact(row.input)

    def both(row: Example) -> None:
        relabelled(journal.redactor, journal.redactor.redact(row.input), encode(row.target).decode())

    def failure(row: Example) -> None:
        journal.failure(row.id, row.input, encode(row.target).decode(), "invalid")

    sides: list[tuple[str, Callable[[Example], None]]] = [("message", message), ("message and answer", both), ("queued failure", failure)]
    return [_timed(name, call, rows[i * third : (i + 1) * third]) for i, (name, call) in enumerate(sides)]


def _timed(what: str, call: Callable[[Example], None], rows: Sequence[Example]) -> Cost:
    spent = []
    for row in rows:
        begin = time.process_time_ns()
        call(row)
        spent.append((time.process_time_ns() - begin) / 1e6)
    spent.sort()
    return Cost(what, spent[len(spent) // 2], spent[int(len(spent) * 0.99)], spent[-1], len(spent))


def made(units: int = 8) -> list[Example]:
    """Made messages of a seed that no release has."""
    spec = read_spec(DATA / "specs" / "v1.0.0.toml").override(seed=991)
    return [row for number in range(units) for row in unit(spec, "train", number).rows]


if __name__ == "__main__":
    for cost in costs(made()):
        print(f"{cost.what}: p50 {cost.p50:.3f} ms, p99 {cost.p99:.3f} ms, worst {cost.worst:.1f} ms, n {cost.n}")  # noqa: T201  # a report
