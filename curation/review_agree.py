"""A round's agreement and each annotator's record: how fast, how often a suggestion was left untouched, which planted errors were caught."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, pairwise
from statistics import median
from typing import Any

from curation.agreement import Figure, alpha, interval, kappa, labels_agree, mean, pair_scores, share, slots_agree, spans_agree
from curation.review_events import Event
from curation.review_judge import Judged, read_answers
from curation.review_people import scripted
from curation.review_plan import Plan, Shown
from curation.review_records import generic, spans_back, suggestions
from schemas.canonical import canonical_bytes

PAUSE = 600.0  # seconds; a longer gap between two answers is a break, not work


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement over rows that two or more judged. `kappa` is by pair of annotators, `slots` by slot."""

    rows: int
    alpha: Figure
    kappa: dict[str, Figure]
    spans: Figure
    labels: Figure
    slots: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Record:
    """One annotator's: answers, median seconds an answer, share taken over untouched, planted errors caught, verdict right on blind rows."""

    annotator: str
    answers: int
    discards: int
    seconds: float | None
    untouched: Figure
    caught: Figure
    blind_right: Figure
    suggested_right: Figure


def agreement(plan: Plan, events: Sequence[Event], *, only_people: bool = False) -> Agreement:
    """Agreement on the round, planted and blind rows too: they are judged like any other. Discards and drafts say nothing."""
    shown = plan.by_key()
    by_key: dict[str, list[Judged]] = {}
    for j in read_answers(events, shown).judged:
        if j.verdict != "discard" and not (only_people and scripted(j.annotator)):
            by_key.setdefault(j.key, []).append(j)
    units = [sorted(js, key=_annotator) for _, js in sorted(by_key.items()) if len(js) > 1]
    seed = plan.head.round
    spans = [pair_scores([_spans(j, shown[j.key]) for j in u], spans_agree) for u in units]
    labels = [pair_scores([_label(j, shown[j.key]) for j in u], labels_agree) for u in units]
    verdicts = interval([[j.verdict for j in u] for u in units], alpha, f"{seed}/alpha")
    return Agreement(len(units), verdicts, _kappas(units, seed), mean(spans, f"{seed}/spans"), mean(labels, f"{seed}/labels"), _slots(units, shown))


def _annotator(j: Judged) -> str:
    return j.annotator


def _label(j: Judged, shown: Shown) -> bytes:
    """What an annotator says the label is; a rejected row has none, which is a label of its own."""
    return b"reject" if j.verdict == "reject" else canonical_bytes(j.target or shown.example.target)


def _spans(j: Judged, shown: Shown) -> list[Any]:
    return spans_back(j.event.values.get("spans") or (), shown.example.input)


def _kappas(units: Sequence[Sequence[Judged]], seed: str) -> dict[str, Figure]:
    """Pair of annotators → kappa over the rows that both judged."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    for unit in units:
        for a, b in combinations(unit, 2):
            pairs.setdefault(f"{a.annotator} and {b.annotator}", []).append((a.verdict, b.verdict))
    return {who: interval(found, kappa, f"{seed}/{who}") for who, found in sorted(pairs.items())}


def _slots(units: Sequence[Sequence[Judged]], shown: Mapping[str, Shown]) -> dict[str, Figure]:
    """Slot → share of pairs that say the same of it, over pairs of which one fills it."""
    counts: dict[str, list[int]] = {}
    for unit in units:
        labels = [j.target or shown[j.key].example.target for j in unit if j.verdict != "reject"]
        for a, b in combinations(labels, 2):
            for path, same in slots_agree(a, b).items():
                count = counts.setdefault(generic(path), [0, 0])
                count[0] += same
                count[1] += 1
    return {path: share(right, n) for path, (right, n) in sorted(counts.items())}


def records(plan: Plan, events: Sequence[Event]) -> list[Record]:
    """Each annotator's record, by pseudonym."""
    shown = plan.by_key()
    by_person: dict[str, list[Judged]] = {}
    for j in read_answers(events, shown).judged:
        by_person.setdefault(j.annotator, []).append(j)
    times: dict[str, list[str]] = {}
    for e in events:
        if e.where == "main" and e.status in ("submitted", "discarded"):
            times.setdefault(e.annotator, []).append(e.at)
    return [_record(who, js, times.get(who, ()), shown) for who, js in sorted(by_person.items())]


def _record(who: str, judged: Sequence[Judged], times: Sequence[str], shown: Mapping[str, Shown]) -> Record:
    said = [j for j in judged if j.verdict != "discard"]
    plain = [j for j in said if shown[j.key].kind != "blind"]
    planted = [j for j in said if shown[j.key].kind == "planted"]
    blind = [j for j in said if shown[j.key].kind == "blind"]
    usual = [j for j in said if shown[j.key].kind == "plain"]
    return Record(
        who, len(said), len(judged) - len(said), seconds(times),
        share(sum(untouched(j, shown[j.key]) for j in plain), len(plain)),
        share(sum(j.verdict != "right" for j in planted), len(planted)),
        share(sum(j.verdict == "right" for j in blind), len(blind)),
        share(sum(j.verdict == "right" for j in usual), len(usual)),
    )  # fmt: skip


def seconds(times: Sequence[str]) -> float | None:
    """The median time between two answers, breaks left out; None with fewer than two."""
    at = sorted(map(datetime.fromisoformat, times))
    gaps = [g for a, b in pairwise(at) if (g := (b - a).total_seconds()) <= PAUSE]
    return median(gaps) if gaps else None


def untouched(judged: Judged, shown: Shown) -> bool:
    """Was the answer sent as it was prefilled? The page submits suggestions as the annotator's own, so only a comparison tells."""
    prefilled = {s.question: s.value for s in suggestions(shown.example, 1.0)}
    said = dict(judged.event.values)
    return said.keys() == prefilled.keys() and all(_plain(said[q]) == _plain(v) for q, v in prefilled.items())


def _plain(value: Any) -> Any:
    """Spans without the order and the extra keys that the page gives them."""
    return sorted((v["label"], v["start"], v["end"]) for v in value) if isinstance(value, list) else value
