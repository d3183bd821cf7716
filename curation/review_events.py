"""What annotators did, as an append-only list: one event for each state of each answer that was ever pulled.

Argilla keeps only the last state of an answer. An event is keyed by response id and time of change, so pulling twice changes nothing,
and an answer that was changed between two pulls stands twice, the later one counting.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from curation.review_backend import Answer, Pulled
from curation.review_people import pseudonym
from hinglish.errors import KhichdiError

Where = Literal["main", "returned", "adjudicate"]
EVENTS = "events.jsonl"


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One state of one answer. `at` is when it came to be; a withdrawn one has the time of the answer that is gone."""

    response: str
    where: Where
    key: str
    annotator: str
    status: Literal["draft", "submitted", "discarded", "withdrawn"]
    values: dict[str, Any]
    started: str
    at: str

    @property
    def name(self) -> tuple[str, str, str]:
        """What makes two events one."""
        return self.response, self.at, "withdrawn" if self.status == "withdrawn" else ""


class Taken(NamedTuple):
    """What a pull brought."""

    new: tuple[Event, ...]
    every: tuple[Event, ...]


def event_of(answer: Answer, where: Where) -> Event:
    """An answer as an event, its annotator a pseudonym."""
    return Event(answer.response, where, answer.key, pseudonym(answer.user), answer.status, dict(answer.values), answer.inserted, answer.updated)


def read_events(path: Path) -> list[Event]:
    """The events of a file, none where there is no file. Raises KhichdiError with the line that is none."""
    if not path.exists():
        return []
    out = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            out.append(msgspec.json.decode(line, type=Event))
        except msgspec.DecodeError as fault:
            raise KhichdiError(f"{path}:{number}: no event ({fault}); events are only appended, restore the file or pull again into a new folder") from fault
    return out


def _gone(before: Sequence[Event], pulled: Pulled, where: Where) -> list[Event]:
    """Answers that were there and are no more: their annotator took them back."""
    here = {a.response for a in pulled.answers}
    last = {e.response: e for e in before if e.where == where}
    return [msgspec.structs.replace(e, status="withdrawn", values={}) for e in last.values() if e.response not in here and e.status != "withdrawn"]


def take(folder: Path, pulled: Mapping[Where, Pulled]) -> Taken:
    """Append what is new, in order of time. The file is written whole beside and renamed: a killed pull leaves all or nothing."""
    path = folder / EVENTS
    before = read_events(path)
    known = {e.name for e in before}
    found = [event_of(a, where) for where, p in pulled.items() for a in p.answers]
    gone = [e for where, p in pulled.items() for e in _gone(before, p, where)]
    new = sorted((e for e in [*found, *gone] if e.name not in known), key=_when)
    every = (*before, *new)
    if new:
        write_lines(path, every)
    return Taken(tuple(new), every)


def _when(event: Event) -> tuple[str, str]:
    return event.at, event.response


def write_lines(path: Path, things: Iterable[Any]) -> None:
    """JSON lines, beside and renamed, on the disk before the old ones go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as out:
        for thing in things:
            out.write(msgspec.json.encode(thing) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    part.rename(path)


def standing(events: Iterable[Event]) -> list[Event]:
    """The last state of every answer, in the order in which they came to be; withdrawn ones and drafts are no answers and are left out."""
    last = {e.response: e for e in sorted(events, key=_when)}
    return [e for e in last.values() if e.status in ("submitted", "discarded")]
