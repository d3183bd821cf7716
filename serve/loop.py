"""The loop played through: traffic → answers → failures → redaction → review → decisions → next set → training, beside random selection.

Both arms of a seed begin with the same adapter, see the same traffic, have as many rows judged by the same scripted annotators, and train
alike; they differ in which rows are judged. Choosing knows what a server knows: whether an answer is valid and said by its message. Labels
are known to the annotators alone. Traffic is fresh draws of train families and train words on seeds of its own, never a test tier.
"""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from curation.ground import ground
from curation.review_judge import CONFIRM
from curation.review_memory import Memory
from curation.review_plan import Plan
from curation.review_round import Desks, events_of, outcomes, pull, push, write_round
from curation.review_task import main_task, returned_task
from curation.tiers import unit
from generators.randomness import Random
from generators.spec import Spec, read_spec
from generators.write import write
from hinglish.errors import KhichdiError
from hinglish.script import nfc
from schemas.canonical import canonical_bytes
from schemas.example import Example
from schemas.prediction import verdict
from serve.failures import CLASSES, Failure, Reason
from serve.journal import Journal
from serve.keys import Keys
from serve.learner import Learner
from serve.loop_config import Arm, Loop
from serve.relabel import Relabeller
from serve.review import decided, plan_of

ANNOTATOR = "script-loop"
Say = Callable[[str], None]


class Chosen(NamedTuple):
    """A message that goes before people: its failure as queued, the row it is, and why it was chosen."""

    failure: Failure
    row: Example
    why: str


def seed_of(loop: Loop, *what: object) -> int:
    """The seed of one stretch of traffic: no tier of any release draws from it."""
    return int.from_bytes(blake2b(f"loop/{loop.name}/{'/'.join(map(str, what))}".encode()).digest()[:6])


def traffic(spec: Spec, seed: int, number: int, without: frozenset[str] = frozenset()) -> list[Example]:
    """Fresh messages with their true labels: train families and train words, no text twice, none of `without`."""
    out: dict[str, Example] = {}
    at = 0
    while len(out) < number:
        rows = unit(spec.override(seed=seed), "train", at).rows
        order = sorted(rows, key=_shuffled)
        out |= {row.input: row for row in order if row.input not in without and row.input not in out}
        at += 1
    return list(out.values())[:number]


def _shuffled(row: Example) -> str:
    return sha256(row.id.encode()).hexdigest()


def made_set(place: Path, rows: Callable[[], Sequence[Example]]) -> Path:
    """A set on disk; one that lies there is kept."""
    if not (place / "manifest.json").is_file():
        write(rows(), [], place, name=place.name, facts={})
    return place


def queued(loop: Loop, seed: int, rows: Sequence[Example], answers: Mapping[str, str]) -> list[Chosen]:
    """What a server would queue of these answers, alike ones once, and in which order people see it: class by class in turn."""
    journal = Journal(keys=keys_of(loop, seed))
    first: dict[str, Example] = {}
    for row in rows:
        found = failed(row.input, answers[row.id])
        if found is not None:
            journal.failure(row.id, row.input, answers[row.id], found[0], paths=found[1])
            first.setdefault(journal.queue.find([journal.keys.hashed(row.id)])[0].key, row)
    by_class: dict[str, list[Failure]] = {name: [] for name in CLASSES}
    for failure in sorted(journal.queue.rows(), key=_often):
        by_class[failure.cls].append(failure._replace(first="", last=""))  # a simulation has no clock
    journal.close()
    turns = [(turn, place, f) for place, found in enumerate(by_class.values()) for turn, f in enumerate(found)]
    return [Chosen(f, first[f.key], f"{f.reason}, {f.cls}, turn {turn + 1}, came {f.seen} times") for turn, _, f in sorted(turns)]


def _often(failure: Failure) -> tuple[int, str]:
    return -failure.seen, sha256(failure.message.encode()).hexdigest()


def failed(message: str, answer: str) -> tuple[Reason, list[str]] | None:
    """Why a server would hold an answer to have failed, and the leaves that no word of the message says; None where it would not."""
    target = verdict(answer, explain=False).target
    if target is None:
        return "invalid", []
    paths = [fault.partition(":")[0] for fault in ground(nfc(message), target)[1]]
    return ("ungrounded", paths) if paths else None


def at_random(loop: Loop, seed: int, number: int, rows: Sequence[Example], most: int) -> list[Chosen]:
    """As many messages whatever became of them."""
    journal = Journal(keys=keys_of(loop, seed))
    order = list(rows)
    rng = Random(f"loop/{loop.name}/{seed}/{number}/random")
    drawn = sorted(order, key=lambda row: (rng.random(), row.id))[:most]
    out = []
    for row in drawn:
        clean = str(journal.redactor.redact(row.input).text)
        out.append(Chosen(Failure(journal.keys.hashed(row.id), clean, None, "flagged", "missing", "{}"), row, "drawn at random"))
    journal.close()
    return out


def keys_of(loop: Loop, seed: int) -> Keys:
    """The key of a simulation: nobody is in it, and a run that is gone on with must redact as it did."""
    return Keys({"k1": (sha256(f"loop/{loop.name}/{seed}".encode()).hexdigest(), "")})


def judged(loop: Loop, seed: int, chosen: Sequence[Chosen], name: str, folder: Path) -> list[Example]:
    """A whole round of review by a scripted annotator who knows the label; the rows as the decisions leave them."""
    redactor = Journal(keys=keys_of(loop, seed)).redactor
    truth = {c.failure.message: Relabeller(redactor, redactor.redact(c.row.input)).target(c.row.target) for c in chosen}
    plan = plan_of([c.failure for c in chosen], name, 1)
    desk = Memory(_never)
    desks = Desks(desk, Memory(_never))
    push(desks, plan, folder / "round")
    dataset = desk.ensure(main_task(name, 1))
    for shown in plan.shown:
        desk.answer(dataset, ANNOTATOR, shown.key, _answer(shown.example.target, truth[shown.example.input]))
    back = pull(desks, plan, folder / "round").returned
    returned = desk.ensure(returned_task(name))
    for r in back:
        confirmed = r.reason == CONFIRM
        desk.answer(returned, ANNOTATOR, r.key, {"verdict": "right"} if confirmed else {}, "submitted" if confirmed else "discarded")
    pull(desks, plan, folder / "round")
    return settled(plan, folder)


def settled(plan: Plan, folder: Path) -> list[Example]:
    """Decisions written for the round, and its rows as they leave them."""
    events = events_of(folder / "round")
    write_round(plan, events, outcomes(plan, events), folder / "decisions")
    return decided(plan, folder / "decisions")[0]


def _answer(shown: Mapping[str, Any], true: Mapping[str, Any]) -> dict[str, Any]:
    """What the script answers: right, or the whole label."""
    if canonical_bytes(shown) == canonical_bytes(true):
        return {"verdict": "right"}
    return {"verdict": "fix", "corrected": canonical_bytes(true).decode()}


def _never() -> str:
    return "2026-01-01T00:00:00+00:00"  # a simulation has no clock: a run that is gone on with writes the same events


def play(loop: Loop, place: Path, learner: Learner, say: Say, *, only: Sequence[int] = (), clock: Callable[[], float] = time.monotonic) -> bool:
    """Every round of every seed and arm that is not there yet; False where the time was up before all were."""
    began = clock()
    spec = read_spec(Path(loop.spec))
    measured = traffic(spec, seed_of(loop, "measure"), loop.evaluate)
    measure = made_set(place / "measure", lambda: measured)
    texts = frozenset(row.input for row in measured)
    learner.answers(loop.start, measure, place / "start")
    for seed in only or loop.seeds:
        for number in range(1, loop.rounds + 1):
            if clock() - began > 60 * loop.minutes:
                return False
            rows = traffic(spec, seed_of(loop, seed, number), loop.traffic, texts)
            taught = _round(loop, place, learner, say, seed, "failures", number, rows, loop.rows)
            _round(loop, place, learner, say, seed, "random", number, rows, taught)
        for arm in ("failures", "random"):
            learner.answers(str(place / f"s{seed}-{arm}-{loop.rounds}" / "adapter"), measure, place / f"s{seed}-{arm}")
            say(f"seed {seed}, {arm}: measured")
    return True


def _round(loop: Loop, place: Path, learner: Learner, say: Say, seed: int, arm: Arm, number: int, rows: Sequence[Example], most: int) -> int:
    """One round of one arm; how many rows were chosen. What lies there is gone on with."""
    folder = place / f"s{seed}-{arm}-{number}"
    audit = folder / "audit.jsonl"
    before = loop.start if number == 1 else str(place / f"s{seed}-{arm}-{number - 1}" / "adapter")
    if not audit.is_file():
        shutil.rmtree(folder / "round", ignore_errors=True)
        shutil.rmtree(folder / "decisions", ignore_errors=True)
        if arm == "failures":
            pool = made_set(place / f"s{seed}-traffic-{number}", lambda: rows)
            answers = learner.answers(before, pool, folder / "answers")
            chosen = queued(loop, seed, rows, answers)[:most]
        else:
            chosen = at_random(loop, seed, number, rows, most)
        taught = judged(loop, seed, chosen, f"{loop.name}-s{seed}-{arm}-{number}", folder)
        made_set(folder / "set", lambda: taught)
        _write_audit(audit, seed, arm, number, chosen, taught)
    lines = [msgspec.json.decode(line) for line in audit.read_bytes().splitlines()]
    trained = sum(line["trained"] for line in lines)
    if not trained:
        raise KhichdiError(f"{folder}: nothing was chosen or decided ({len(lines)} chosen), so nothing can be trained on; give more traffic in the loop's file")
    learner.train(before, folder / "set", folder, seed)
    say(f"seed {seed}, {arm}, round {number}: {len(lines)} chosen, {trained} trained on")
    return len(lines)


def _write_audit(path: Path, seed: int, arm: Arm, number: int, chosen: Sequence[Chosen], taught: Sequence[Example]) -> None:
    """What was chosen, why, what was decided, and whether it was trained on: a line a row, no text."""
    by_id = {row.id: row for row in taught}
    lines = []
    for c in chosen:
        name = f"live-{c.failure.key.replace(':', '-')}"
        row = by_id.get(name)
        verdict_of = "none" if row is None else "fix" if row.origin == "fixed" else "right"
        line = {"seed": seed, "arm": arm, "round": number, "row": name, "from": c.row.id, "class": c.failure.cls, "reason": c.failure.reason, "why": c.why,
                "decided": verdict_of, "sha": row.sha if row else None, "trained": row is not None}  # fmt: skip
        lines.append(msgspec.json.encode(line) + b"\n")
    part = path.with_suffix(".part")
    part.write_bytes(b"".join(lines))
    part.rename(path)
