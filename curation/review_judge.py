"""From events to what each annotator says of each row: corrections read and held to the contract, those that do not hold sent back.

An answer that comes back is a record of its own in the `returned` data set; what its annotator answers there stands in its place.
Nothing here talks to a server.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Literal, NamedTuple

from msgspec.structs import replace

from curation.review_backend import Record
from curation.review_correct import Correction, CorrectionError, correct
from curation.review_events import Event, standing
from curation.review_plan import Shown
from curation.review_records import fields_of, harmless, label_text, quoted, typed_back
from hinglish.script import visible
from schemas.canonical import canonical_bytes
from schemas.example import Example

Verdict = Literal["right", "fix", "reject", "discard"]
UNREADABLE, CONFIRM = "cannot be used", "please confirm"


class Judged(NamedTuple):
    """What one annotator says of one row. `target` is the whole corrected label of a fix. `event` is the answer as first given."""

    key: str
    annotator: str
    verdict: Verdict
    target: dict[str, Any] | None
    at: str
    event: Event


class Returned(NamedTuple):
    """An answer that goes back: under which key, why, and the label that it is shown with."""

    key: str
    event: Event
    reason: str
    why: str
    target: dict[str, Any]


class Reading(NamedTuple):
    """Answers of one place, main or adjudication: those that count, and those that wait for their annotator."""

    judged: tuple[Judged, ...]
    waiting: tuple[Returned, ...]


def returned_key(event: Event) -> str:
    """The key of an answer that comes back: the row's, and a mark of this very state of the answer. A later state is another record."""
    mark = sha256(f"{event.response}/{event.at}".encode()).hexdigest()[:8]
    return f"{event.key.partition('~')[0]}~{mark}"


def read_answers(events: Iterable[Event], shown: Mapping[str, Shown], where: Literal["main", "adjudicate"] = "main") -> Reading:
    """Every standing answer of a place, with what came back of those that were returned. Keys that the round never showed are left out."""
    now = standing(events)
    again = {e.key: e for e in now if e.where == "returned"}
    judged: list[Judged] = []
    waiting: list[Returned] = []
    for event in now:
        if event.where != where or event.key not in shown:
            continue
        example = shown[event.key].example
        found = _follow(event, event, example, example, again)
        if isinstance(found, Judged):
            judged.append(found)
        else:
            waiting.append(found)
    return Reading(tuple(judged), tuple(waiting))


def _follow(first: Event, event: Event, base: Example, example: Example, again: Mapping[str, Event]) -> Judged | Returned:
    """One answer, and the answers to what came back of it, to where it stands now. `base` is the row with the label that was shown."""
    verdict: Verdict = "discard" if event.status == "discarded" else event.values["verdict"]
    if verdict == "right" and base is not example:
        return _judged(first, event, example, base.target)
    if verdict != "fix":
        return Judged(first.key, first.annotator, verdict, None, event.at, first)
    back = _returned(event, base)
    if isinstance(back, Correction):
        return _judged(first, event, example, back.target)
    reply = again.get(back.key)
    if reply is None or reply.annotator != first.annotator:
        return back
    shown = example if back.reason == UNREADABLE and base is example else replace(base, target=back.target)
    return _follow(first, reply, shown, example, again)


def _judged(first: Event, event: Event, example: Example, target: dict[str, Any]) -> Judged:
    """A fix; one that leads back to the label as it was says that it was right."""
    same = canonical_bytes(target) == canonical_bytes(example.target)
    return Judged(first.key, first.annotator, "right" if same else "fix", None if same else target, event.at, first)


def _returned(event: Event, base: Example) -> Correction | Returned:
    """A correction that holds as it was typed, or what goes back to its annotator."""
    try:
        found = correct(typed_back(str(event.values.get("corrected") or "")), base)
    except CorrectionError as fault:
        return Returned(returned_key(event), event, UNREADABLE, str(fault), base.target)
    if not found.scripted:
        return found
    read = "; ".join(f"{visible(typed)} → {written}" for typed, written in found.scripted)
    return Returned(returned_key(event), event, CONFIRM, f"We put your words into script: {read}", found.target)


def returned_record(back: Returned, shown: Shown) -> Record:
    """What the annotator gets back: the reason, what was typed, and the label as it would stand."""
    typed = quoted(str(back.event.values.get("corrected") or "nothing"))
    again = "Please write it again, or choose another verdict."
    ask = "**right** if the label below is what you mean, else **fix** or **reject**." if back.reason == CONFIRM else again
    why = harmless(f"**{back.reason}**\n{quoted(back.why)}\nYou typed:\n{typed}\n{ask}")
    example = replace(shown.example, target=back.target)
    meta = {"intent": str(back.target["intent"]), "for": back.event.annotator, "reason": back.reason}
    return Record(back.key, {**fields_of(example), "why": why}, meta)


def adjudication_record(key: str, answers: Sequence[Judged], shown: Shown) -> Record:
    """A conflict with every answer, without names: the adjudicator judges the answers, not the people."""
    parts = []
    for letter, answer in zip("ABCDEFGHIJ", sorted(answers, key=_anonymous), strict=False):
        parts.append(f"**{letter}: {answer.verdict}**" + (f"\n{label_text(answer.target)}" if answer.target else ""))
    example = shown.example
    return Record(key, {**fields_of(example), "answers": harmless("\n\n".join(parts))}, {"intent": example.intent})


def _anonymous(answer: Judged) -> tuple[str, str, str]:
    return answer.verdict, str(answer.target), sha256(f"{answer.key}/{answer.annotator}".encode()).hexdigest()
