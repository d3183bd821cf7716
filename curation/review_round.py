"""One round from push to settled decisions, over any backend: what is pushed, what is pulled, what goes back, what becomes of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from curation.decisions import Decision, family_hash
from curation.review_agree import agreement
from curation.review_backend import Backend, Pulled, Refused
from curation.review_events import EVENTS, Event, Where, read_events, take, write_lines
from curation.review_judge import Judged, Reading, Returned, adjudication_record, read_answers, returned_record
from curation.review_people import scripted
from curation.review_plan import Plan, Shown, write_plan
from curation.review_settle import Outcome, settle
from curation.review_task import adjudication_task, main_task, returned_task
from generators.family import families
from hinglish.errors import KhichdiError
from schemas.canonical import canonical_bytes


class Desks(NamedTuple):
    """Where annotators and adjudicators work; the second is a workspace of its own, so that annotators do not see each other's answers."""

    main: Backend
    adjudication: Backend


class Pushed(NamedTuple):
    """What a push did."""

    dataset: str
    records: int
    refused: tuple[Refused, ...]


class Pull(NamedTuple):
    """What a pull brought, and what went back to whom."""

    new: tuple[Event, ...]
    reading: Reading
    returned: tuple[Returned, ...]


class Settled(NamedTuple):
    """Every row's outcome, and the answers that wait for their annotator."""

    outcomes: tuple[Outcome, ...]
    waiting: tuple[Returned, ...]

    def of(self, state: str) -> list[Outcome]:
        """The rows in one state."""
        return [o for o in self.outcomes if o.state == state]

    @property
    def done(self) -> bool:
        """Nothing is open, in conflict or waiting."""
        return not self.waiting and not self.of("conflict") and not self.of("open")


def push(desks: Desks, plan: Plan, folder: Path) -> Pushed:
    """Put a round's records before the annotators. Killed and run again it completes to the exact set."""
    write_plan(plan, folder)
    head = plan.head
    _same_tasks(plan, folder)
    dataset = desks.main.ensure(main_task(head.round, head.overlap, head.extra))
    desks.main.ensure(returned_task(head.round))
    refused = desks.main.upsert(dataset, list(plan.records()))
    if refused:
        write_lines(folder / "quarantine.jsonl", refused)
    return Pushed(dataset, len(plan.shown) - len(refused), tuple(refused))


def _same_tasks(plan: Plan, folder: Path) -> None:
    """Hold the tasks to those that the round was pushed with. Other questions are other data sets: a pull would find them empty and take
    every answer for withdrawn."""
    path, head = folder / "tasks.json", plan.head
    now = [task.dataset for task in (main_task(head.round, head.overlap, head.extra), returned_task(head.round), adjudication_task(head.round))]
    if not path.exists():
        write_lines(path, [now])
    elif (before := msgspec.json.decode(path.read_bytes())) != now:
        raise KhichdiError(f"{path}: pushed with the tasks {', '.join(before)}, which are now {', '.join(now)}: fields or questions have changed since. "
                           f"Finish the round at the commit it was pushed from, or push under another --round")  # fmt: skip


def pull(desks: Desks, plan: Plan, folder: Path) -> Pull:
    """Take every answer in, and send back those that cannot be used or are to be confirmed. Pulling again changes nothing."""
    head = plan.head
    _same_tasks(plan, folder)
    task = returned_task(head.round)
    returned = desks.main.ensure(task), desks.adjudication.ensure(task)
    places: dict[Where, Pulled] = {
        "main": desks.main.responses(desks.main.ensure(main_task(head.round, head.overlap, head.extra))),
        "returned": _both(desks.main.responses(returned[0]), desks.adjudication.responses(returned[1])),
        "adjudicate": desks.adjudication.responses(desks.adjudication.ensure(adjudication_task(head.round))),
    }
    shown = plan.by_key()
    if shown and not shown.keys() & set(places["main"].keys):
        raise KhichdiError(f"round {head.round}: the server has none of its {len(shown)} records; is it the one that they were pushed to? Else push again")
    taken = take(folder, places)
    reading = read_answers(taken.every, shown)
    rulings = read_answers(taken.every, shown, "adjudicate")
    there = set(places["returned"].keys)
    back = []
    for backend, dataset, waiting in ((desks.main, returned[0], reading.waiting), (desks.adjudication, returned[1], rulings.waiting)):
        new = [r for r in waiting if r.key not in there]
        backend.upsert(dataset, [returned_record(r, shown[r.event.key.partition("~")[0]]) for r in new])
        back += new
    return Pull(taken.new, reading, tuple(back))


def _both(a: Pulled, b: Pulled) -> Pulled:
    """What came back to annotators and to adjudicators, each answer once."""
    return Pulled(tuple(dict.fromkeys((*a.keys, *b.keys))), tuple({x.response: x for x in (*a.answers, *b.answers)}.values()))


def outcomes(plan: Plan, events: Sequence[Event]) -> Settled:
    """What becomes of every plain row. Planted and blind rows measure annotators; nothing of them is settled."""
    shown = plan.by_key()
    reading, rulings = read_answers(events, shown), read_answers(events, shown, "adjudicate")
    by_key, ruled = _by_key(reading.judged), _by_key(rulings.judged)
    found = [
        settle(s.key, s.example.target, by_key.get(s.key, ()), ruled.get(s.key, ()), plan.head.overlap) for s in plan.shown if s.kind == "plain"
    ]  # fmt: skip
    plain = {s.key for s in plan.shown if s.kind == "plain"}
    waiting = [r for r in (*reading.waiting, *rulings.waiting) if r.event.key.partition("~")[0] in plain]
    return Settled(tuple(found), tuple(waiting))


def _by_key(judged: Sequence[Judged]) -> dict[str, list[Judged]]:
    out: dict[str, list[Judged]] = {}
    for j in judged:
        out.setdefault(j.key, []).append(j)
    return out


def adjudicate(desks: Desks, plan: Plan, events: Sequence[Event], settled: Settled) -> int:
    """Put every conflict before the adjudicators, with all answers shown; returns how many."""
    shown = plan.by_key()
    answers = _by_key(read_answers(events, shown).judged)
    dataset = desks.adjudication.ensure(adjudication_task(plan.head.round))
    records = [adjudication_record(o.key, [a for a in answers[o.key] if a.verdict != "discard"], shown[o.key]) for o in settled.of("conflict")]
    desks.adjudication.upsert(dataset, records)
    return len(records)


def decision_of(outcome: Outcome, shown: Shown) -> Decision:
    """A settled outcome as git keeps it."""
    known = {f.id: f for f in families()}
    template = shown.example.provenance.get("template")
    family = family_hash(known[template]) if template in known else None
    target = None if outcome.target is None else canonical_bytes(outcome.target).decode()
    if outcome.verdict is None or outcome.verdict == "discard" or outcome.how is None:
        raise ValueError(f"{outcome.key} is {outcome.state}, not settled")
    row = shown.row
    return Decision(row.id, row.sha, outcome.verdict, target, outcome.by, outcome.at, outcome.how, template, family)


def facts(plan: Plan, events: Sequence[Event], settled: Settled) -> dict[str, Any]:
    """What the card says of a round: people and their agreement. Scripted annotators are named as such and counted nowhere else."""
    everyone = {e.annotator for e in events if e.status != "withdrawn"}
    people = {a for a in everyone if not scripted(a)}
    of_people = [o for o in settled.of("settled") if any(not scripted(a) for a in o.by)]
    counts = {state: len(settled.of(state)) for state in ("settled", "conflict", "open", "discarded")}
    return {
        "round": plan.head.round, "judged": plan.head.version, "rows": len(plan.shown), "overlap": plan.head.overlap, "people": len(people),
        "scripted_annotators": len(everyone) - len(people), "decisions_of_people": len(of_people), "outcomes": counts,
        "agreement_of_people": agreement(plan, events, only_people=True),
    }  # fmt: skip


def write_round(plan: Plan, events: Sequence[Event], settled: Settled, home: Path) -> Path:
    """data/decisions/<round>: events, settled decisions and facts, whole or not at all. A round that is there and differs is refused."""
    folder = home / plan.head.round
    shown = plan.by_key()
    part = folder.with_name(f".{folder.name}.part")
    decisions = [decision_of(o, shown[o.key]) for o in settled.of("settled")]
    files: Mapping[str, Sequence[Any]] = {EVENTS: events, "settled.jsonl": sorted(decisions, key=_id), "round.json": [facts(plan, events, settled)]}
    bytes_of = {name: b"".join(msgspec.json.encode(x) + b"\n" for x in lines) for name, lines in files.items()}
    if folder.exists():
        if any(not (folder / name).exists() or (folder / name).read_bytes() != data for name, data in bytes_of.items()):
            raise KhichdiError(f"{folder}: this round is written and never edited; judge on under another --round")
        return folder
    part.mkdir(parents=True, exist_ok=True)
    for name, data in bytes_of.items():
        (part / name).write_bytes(data)
    part.rename(folder)
    return folder


def _id(decision: Decision) -> tuple[str, str]:
    return decision.id, decision.sha


def events_of(folder: Path) -> list[Event]:
    """What was pulled so far; a round without a pull says so."""
    events = read_events(folder / EVENTS)
    if not events:
        raise KhichdiError(f"{folder / EVENTS}: nothing was pulled yet; `khichdi review pull --round {folder.name}`")
    return events
