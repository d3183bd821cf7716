"""Which rows are judged: at random, spread evenly, the most suspicious first, or those that answers differ on. All seeded, none lost."""

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from curation.review_rows import Row
from generators.randomness import Random
from hinglish.errors import KhichdiError
from hinglish.script import script_of

By = Literal["random", "stratified", "suspicious", "disagreement"]


def by_of(text: str) -> By:
    """A way to sample by its name."""
    found: By | None = next((b for b in get_args(By) if b == text), None)
    if found is None:
        raise KhichdiError(f'--by "{text}": one of {", ".join(get_args(By))}')
    return found


def _shuffled(rows: Sequence[Row], seed: str) -> list[Row]:
    """By a stream of its own for each row: another row more or less moves no other."""
    return sorted(rows, key=lambda row: (Random(f"{seed}/sample/{row.example.id}").random(), row.example.id))


def _turns(cells: Mapping[tuple[str, ...], Sequence[Row]]) -> list[Row]:
    """One row of each cell in turn, the cells in the order of their names."""
    most = max(map(len, cells.values()), default=0)
    return [cell[turn] for turn in range(most) for _, cell in sorted(cells.items()) if turn < len(cell)]


def _spread(rows: Sequence[Row]) -> list[Row]:
    """Intent by intent in turn, and within an intent tier and script in turn: a short sample has every intent, a longer one every cell."""
    cells: dict[tuple[str, ...], dict[tuple[str, ...], list[Row]]] = {}
    for row in rows:
        cells.setdefault((row.example.intent,), {}).setdefault((row.tier, script_of(row.example.input)), []).append(row)
    return _turns({intent: _turns(inner) for intent, inner in cells.items()})


def sample(rows: Sequence[Row], n: int | None, by: By, seed: str, suspicion: Mapping[str, float], disputed: Mapping[str, float]) -> list[Row]:
    """At most n rows, the whole set without n. `suspicion` and `disputed` are id → how much, in [0, 1]; equal ones stand in random order."""
    order = _shuffled(rows, seed)
    if by == "stratified":
        order = _spread(order)
    elif by == "suspicious":
        order = sorted(order, key=lambda row: -suspicion.get(row.example.id, 0.0))
    elif by == "disagreement":
        order = sorted((r for r in order if disputed.get(r.example.id, 0.0) > 0), key=lambda row: -disputed[row.example.id])
        if not order:
            raise KhichdiError("--by disagreement: nothing disagrees; give a model's answers with --predictions FILE, or judge a round by two annotators")
    return order[:n]
