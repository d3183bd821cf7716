"""Baselines that need no model, as predictions files: rules, and the nearest train message."""

from collections.abc import Iterable, Sequence
from time import perf_counter
from typing import Literal

from eval.nearest import nearest
from eval.rows import Gold, Release
from eval.rules import parse
from schemas.canonical import encode
from schemas.prediction import Prediction
from schemas.repair import repaired

Baseline = Literal["rules", "nearest"]


def rules(release: Release) -> Iterable[Prediction]:
    """Every test row answered by rules."""
    for row in release.by_id().values():
        began = perf_counter()
        output = encode(parse(row.input)).decode()
        yield Prediction(row.id, row.sha, row.tier, "first", output, seconds=round(perf_counter() - began, 6))


def neighbours(release: Release, train: Sequence[Gold]) -> Iterable[Prediction]:
    """Every test row answered with the label of its nearest train row."""
    rows = list(release.by_id().values())
    places = nearest([t.input for t in train], [r.input for r in rows])
    return [Prediction(r.id, r.sha, r.tier, "first", train[place].text) for r, place in zip(rows, places, strict=True)]


def repaired_all(predictions: Iterable[Prediction], release: Release) -> Iterable[Prediction]:
    """Predictions after grounded repair, each as a stage of its own; a row that the release lacks is left out and met by the scorer's error."""
    rows = release.by_id()
    return [repaired(p, rows[p.id].input) for p in predictions if p.id in rows]
