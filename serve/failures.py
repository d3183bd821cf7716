"""The failure queue: one SQLite file of redacted failures, alike ones counted once; killed and gone on with; nothing in it that redaction has not seen."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Literal, NamedTuple, get_args

Reason = Literal["invalid", "retried", "ungrounded", "slow", "flagged"]
Class = Literal["script", "numeral", "date", "missing", "hallucinated", "injection", "format"]
State = Literal["new", "pushed", "decided"]
REASONS, CLASSES = get_args(Reason), get_args(Class)

_TABLES = """
CREATE TABLE IF NOT EXISTS failure (
  key TEXT PRIMARY KEY, message TEXT NOT NULL, output TEXT, reason TEXT NOT NULL, class TEXT NOT NULL, facts TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'new', round TEXT NOT NULL DEFAULT '', first TEXT NOT NULL, last TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS request (hash TEXT NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (hash, key));
CREATE INDEX IF NOT EXISTS request_key ON request (key);
"""


class Failure(NamedTuple):
    """One queued failure: its text is redacted. `key` is a keyed hash of what it says; `seen` how often it came."""

    key: str
    message: str
    output: str | None
    reason: str
    cls: str
    facts: str
    state: str = "new"
    round: str = ""
    first: str = ""
    last: str = ""
    seen: int = 1


class Queue:
    """The queue of a folder. Several processes may add at once; a process that is killed loses at most the line it was writing."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # SQLite gives its journal files the mode of this one
        self._lock = Lock()  # threads of one server share the connection
        self._db = sqlite3.connect(path or ":memory:", timeout=10, isolation_level=None, check_same_thread=False)
        for setting in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON"):
            self._db.execute(f"PRAGMA {setting}")
        self._db.executescript(_TABLES)

    def add(self, failure: Failure, request: str, at: str) -> None:
        """Queue a failure, or count it with its like; `request` is a keyed hash, by which it is found again."""
        row = (failure.key, failure.message, failure.output, failure.reason, failure.cls, failure.facts, at, at)
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            known = self._db.execute("SELECT 1 FROM request WHERE hash = ? AND key = ?", (request, failure.key)).fetchone()
            if not known:
                self._db.execute(
                    "INSERT INTO failure (key, message, output, reason, class, facts, first, last) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                    "ON CONFLICT (key) DO UPDATE SET seen = seen + 1, last = excluded.last", row)  # fmt: skip
                self._db.execute("INSERT INTO request VALUES (?, ?, ?)", (request, failure.key, at))

    def rows(self, state: str | None = None, cls: str | None = None) -> Iterator[Failure]:
        """Failures, the oldest first."""
        wanted = [(name, value) for name, value in (("state", state), ("class", cls)) if value]
        where = f" WHERE {' AND '.join(f'{name} = ?' for name, _ in wanted)}" if wanted else ""
        return self._read(where, [value for _, value in wanted])

    def _read(self, where: str, values: Sequence[str]) -> Iterator[Failure]:
        columns = ", ".join("class" if name == "cls" else name for name in Failure._fields)
        query = f"SELECT {columns} FROM failure{where} ORDER BY first, key"  # noqa: S608  # names of ours; values are bound
        return map(Failure._make, self._db.execute(query, values))

    def find(self, hashes: Sequence[str]) -> list[Failure]:
        """Failures whose key or request one of these is."""
        keys = {key for h in hashes for (key,) in self._db.execute("SELECT key FROM request WHERE hash = ?", (h,))} | set(hashes)
        return [f for key in sorted(keys) for f in self._read(" WHERE key = ?", [key])]

    def mark(self, keys: Sequence[str], state: State, round_name: str) -> None:
        """Say how far failures have come."""
        with self._db:
            self._db.executemany("UPDATE failure SET state = ?, round = ? WHERE key = ?", [(state, round_name, key) for key in keys])

    def delete(self, keys: Sequence[str]) -> int:
        """Take failures out for good, their pages overwritten; returns how many there were."""
        with self._db:
            gone = sum(self._db.execute("DELETE FROM failure WHERE key = ?", (key,)).rowcount for key in keys)
            self._db.executemany("DELETE FROM request WHERE key = ?", [(key,) for key in keys])
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the log of changes still held what is gone
        return gone

    def expire(self, before: str) -> int:
        """Delete what came last before a time."""
        return self.delete([f.key for f in self.rows() if f.last < before])

    def close(self) -> None:
        """Let the file go."""
        self._db.close()
