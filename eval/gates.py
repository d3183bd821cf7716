"""Gates: a metric on a tier of a stage must reach a threshold, at the lower end of its interval and on enough rows."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from eval.metrics import BY_NAME, Figure
from eval.scored import Report
from hinglish.errors import KhichdiError
from hinglish.lexicon import DATA
from schemas.prediction import Stage

FILE = DATA / "gates.toml"


class Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of data/gates.toml. `judged`: "low", or "point" where no n could prove the lower end (99.9 needs 3,838 faultless rows)."""

    metric: str
    tiers: list[str]
    stage: Stage
    least: float
    rows: int
    judged: Literal["low", "point"] = "low"
    must: bool = True


class Judged(msgspec.Struct, frozen=True):
    """A gate on one tier of one run: the figure, whether it holds, and why not."""

    run: str
    metric: str
    tier: str
    stage: Stage
    least: float
    judged: str
    must: bool
    figure: Figure | None
    holds: bool
    why: str


def read_gates(path: Path = FILE) -> list[Gate]:
    """The gates; an unknown metric or key is an error that names it."""
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8"))["gate"], list[Gate])
    except (KeyError, tomllib.TOMLDecodeError, msgspec.ValidationError) as fault:
        raise KhichdiError(f"{path.name}: {fault}; a [[gate]] has metric, tiers, stage, least, rows, and may have judged and must") from fault
    for gate in found:
        if gate.metric not in BY_NAME:
            raise KhichdiError(f'{path.name}: no metric "{gate.metric}"; metrics: {", ".join(BY_NAME)}')
    return found


def judge(run: str, reports: Sequence[Report], gates: Sequence[Gate]) -> list[Judged]:
    """Every gate on every tier it names; a figure that is not there does not hold."""
    by_stage = {r.stage: r for r in reports}
    out = []
    for gate in gates:
        report = by_stage.get(gate.stage)
        for tier in gate.tiers:
            figure = report.tiers.get(tier, {}).get(gate.metric) if report else None
            why = _fault(gate, figure)
            out.append(Judged(run, gate.metric, tier, gate.stage, gate.least, gate.judged, gate.must, figure, not why, why))
    return out


def _fault(gate: Gate, figure: Figure | None) -> str:
    """Why a gate does not hold; nothing where it does."""
    if figure is None:
        return f"no {gate.stage} answers on this tier"
    if figure.n < gate.rows:
        return f"{figure.n} rows, {gate.rows} are needed"
    value = figure.low if gate.judged == "low" else figure.value
    if BY_NAME[gate.metric].up:
        return "" if value >= gate.least else f"{gate.judged} {value:.4f} is below {gate.least}"
    value = figure.high if gate.judged == "low" else figure.value
    return "" if value <= gate.least else f"{gate.judged} {value:.4f} is above {gate.least}"
