"""Pure rules of conflict: adjudicator over majority over agreement slot by slot; everything else is a conflict, and a tie is never settled."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from curation.review_judge import Judged, Verdict
from schemas.canonical import canonical, canonical_bytes
from schemas.validate import is_valid

How = Literal["adjudicator", "majority", "slots"]
State = Literal["settled", "conflict", "open", "discarded"]


class Outcome(NamedTuple):
    """What becomes of one row: settled how and by whom, or why it is not."""

    key: str
    state: State
    how: How | None = None
    verdict: Verdict | None = None
    target: dict[str, Any] | None = None
    by: tuple[str, ...] = ()
    at: str = ""


def settle(key: str, base: Mapping[str, Any], answers: Sequence[Judged], rulings: Sequence[Judged] = (), overlap: int = 1) -> Outcome:
    """One row's answers (each annotator once, discards among them) and the adjudicators' → what becomes of it.

    A discard is no answer. Fewer answers than the overlap leave the row open. The majority is more than half of all answers that say
    the very same thing: same verdict, and for a fix the same canonical label.
    """
    ruled = [r for r in rulings if r.verdict != "discard"]
    if ruled:
        return _ruled(key, ruled)
    said = [a for a in answers if a.verdict != "discard"]
    if not said and answers:
        return Outcome(key, "discarded", by=_people(answers))
    if len(said) < overlap:
        return Outcome(key, "open", by=_people(said))
    counts = Counter(map(_meaning, said))
    meaning, most = counts.most_common(1)[0]
    if 2 * most > len(said):
        alike = [a for a in said if _meaning(a) == meaning]
        return Outcome(key, "settled", "majority", alike[0].verdict, alike[0].target, _people(alike), max(a.at for a in alike))
    return _by_slots(key, base, said)


def _ruled(key: str, ruled: Sequence[Judged]) -> Outcome:
    """Adjudicators agree, or the row stays a conflict."""
    if len(set(map(_meaning, ruled))) > 1:
        return Outcome(key, "conflict", by=_people(ruled))
    return Outcome(key, "settled", "adjudicator", ruled[0].verdict, ruled[0].target, _people(ruled), max(r.at for r in ruled))


def _meaning(answer: Judged) -> tuple[str, bytes]:
    return answer.verdict, canonical_bytes(answer.target) if answer.target else b""


def _people(answers: Sequence[Judged]) -> tuple[str, ...]:
    return tuple(sorted({a.annotator for a in answers}))


def _by_slots(key: str, base: Mapping[str, Any], said: Sequence[Judged]) -> Outcome:
    """Most say fix, with one intent: each slot has the value that more than half of all answers give it; one slot without such a value is a conflict."""
    conflict = Outcome(key, "conflict", by=_people(said))
    if 2 * sum(a.verdict == "fix" for a in said) <= len(said):
        return conflict
    labels = [canonical(a.target or base) for a in said if a.verdict != "reject"]
    names = Counter(str(label["intent"]) for label in labels).most_common(1)[0]
    if 2 * names[1] <= len(said):
        return conflict
    alike = [label for label in labels if label["intent"] == names[0]]
    target: dict[str, Any] = {"intent": names[0]}
    for slot in alike[0]:
        if slot != "intent":
            value, most = Counter(canonical_bytes({"value": label[slot]}) for label in alike).most_common(1)[0]
            if 2 * most <= len(said):
                return conflict
            target[slot] = next(label[slot] for label in alike if canonical_bytes({"value": label[slot]}) == value)
    if not is_valid(target):
        return conflict
    same = canonical_bytes(target) == canonical_bytes(base)
    return Outcome(key, "settled", "slots", "right" if same else "fix", None if same else target, _people(said), max(a.at for a in said))
