"""Which rows to look at first: where a model says otherwise, where the re-reader does, and whose template people corrected; with file and line."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from curation.decisions import Decision, template_rates
from generators.family import families
from hinglish.errors import KhichdiError
from schemas.compare import compare
from schemas.example import Example
from schemas.reread import reread
from schemas.stats import Interval


class Suspect(NamedTuple):
    """A row with how suspicious it is in [0, 1], why, and the line of its template."""

    id: str
    score: float
    why: str
    place: str
    input: str


class TemplateSuspect(NamedTuple):
    """A template with its rows' mean suspicion, people's rate of rejects and fixes, and its line."""

    template: str
    rows: int
    mean: float
    rate: Interval | None
    place: str


def read_predictions(path: Path) -> dict[str, Mapping[str, Any] | None]:
    """A model's answers: JSON lines with id and target (the label, an object or a JSON string; null where it gave none)."""
    out: dict[str, Mapping[str, Any] | None] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            row = msgspec.json.decode(line)
            target = row["target"]
            out[row["id"]] = msgspec.json.decode(target) if isinstance(target, str) else target
        except (msgspec.DecodeError, KeyError, TypeError) as fault:
            raise KhichdiError(f'{path}:{number}: no answer ({fault}); a line is {{"id": …, "target": …}}') from fault
    return out


def disagreement(row: Example, predictions: Mapping[str, Mapping[str, Any] | None]) -> float | None:
    """1 − F1 of the model's label against ours over leaves, in [0, 1]; None where the model was not asked. Another intent, or no label, is 1."""
    if row.id not in predictions:
        return None
    answer = predictions[row.id]
    if answer is None or answer.get("intent") != row.intent:
        return 1.0
    f1 = compare(row.target, answer).f1
    return 0.0 if f1 is None else 1.0 - f1


def disputed(rows: Sequence[Example], predictions: Mapping[str, Mapping[str, Any] | None], decisions: Sequence[Decision]) -> dict[str, float]:
    """Id → how far answers differ, in [0, 1]: a model from the label, or, wholly, people from each other (no majority in an earlier round)."""
    split = {d.id for d in decisions if d.how != "majority"}
    return {row.id: 1.0 if row.id in split else disagreement(row, predictions) or 0.0 for row in rows}


def suspicion(row: Example, predictions: Mapping[str, Mapping[str, Any] | None], rates: Mapping[str, Interval]) -> tuple[float, str]:
    """How suspicious a row is, and why: the strongest of three reasons. A template's rate counts at its lower end: little evidence, little suspicion."""
    reasons = [(0.0, "nothing speaks against it")]
    model = disagreement(row, predictions)
    if model:
        reasons.append((model, "a model says otherwise"))
    faults = reread(row.input, row.spans, row.target, row.tags)
    if faults:
        reasons.append((0.9, f"re-reading: {faults[0]}"))
    rate = rates.get(str(row.provenance.get("template")))
    if rate is not None and rate.low > 0:
        reasons.append((rate.low, f"people fixed or rejected {rate.value:.0%} of {rate.n} rows of its template"))
    return max(reasons)


def suspects(rows: Sequence[Example], predictions: Mapping[str, Mapping[str, Any] | None], decisions: Sequence[Decision]) -> list[Suspect]:
    """All rows, the most suspicious first."""
    known = {f.id: f for f in families()}
    rates = template_rates(decisions, known)
    out = []
    for row in rows:
        score, why = suspicion(row, predictions, rates)
        family = known.get(str(row.provenance.get("template")))
        out.append(Suspect(row.id, score, why, family.place if family else "no template", row.input))
    return sorted(out, key=lambda s: (-s.score, s.id))


def by_template(rows: Sequence[Example], found: Sequence[Suspect], decisions: Sequence[Decision]) -> list[TemplateSuspect]:
    """Templates, those that people correct most surely first, then those with the most suspicious rows."""
    known = {f.id: f for f in families()}
    rates = template_rates(decisions, known)
    score = {s.id: s.score for s in found}
    cells: dict[str, list[float]] = {}
    for row in rows:
        cells.setdefault(str(row.provenance.get("template")), []).append(score[row.id])
    out = [TemplateSuspect(t, len(xs), sum(xs) / len(xs), rates.get(t), known[t].place if t in known else "no such template") for t, xs in cells.items()]
    return sorted(out, key=lambda t: (-(t.rate.low if t.rate else 0.0), -t.mean, t.template))
