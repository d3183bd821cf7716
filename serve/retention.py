"""How long the journal remembers: days of the log and failures that are let go, and lines that are deleted by id."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from serve.failures import Queue


def expire(home: Path, queue: Queue, days: int, now: datetime | None = None) -> tuple[int, int]:
    """Delete failures that came last, and days of the log that ended, more than `days` ago; how many of each."""
    before = (now or datetime.now(UTC)) - timedelta(days=days)
    old = [p for p in home.glob("log-*.jsonl") if date.fromisoformat(p.stem.removeprefix("log-")) < before.date()]
    for path in old:
        path.unlink()
    return queue.expire(before.isoformat(timespec="milliseconds")), len(old)


def forget(home: Path, hashes: Collection[str]) -> int:
    """Delete every line of the log that names one of these keyed hashes; how many there were.

    A day's file is written beside and renamed. A server that runs goes on in today's file by its next line (serve.journal looks whether
    the file is still the one it opened); a line that it writes in between may be lost, never half.
    """
    gone = 0
    for path in sorted(home.glob("log-*.jsonl")):
        lines = path.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if not any(f'"{h}"'.encode() in line for h in hashes)]
        if len(kept) < len(lines):
            part = path.with_name(f".{path.name}.part")
            part.touch(mode=0o600)
            part.write_bytes(b"".join(kept))
            part.replace(path)
            gone += len(lines) - len(kept)
    return gone
