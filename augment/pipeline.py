"""The pipeline: a list of steps with rates; what each row went through is written on it and can be replayed to the same bytes.

Whether a step fires is drawn from the example's augment stream; the step's own stream is made only when it does, so adding a step
at the end of a list changes no earlier one.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any, cast

from augment.core import Relabeller, Step, augmented, relabelled
from generators.randomness import WHOLE, Random, Stream
from hinglish.errors import KhichdiError
from hinglish.lexicon import Lexicon
from schemas.example import Example


class Rate:
    """A step and how often it is tried."""

    __slots__ = ("below", "rate", "step")

    def __init__(self, step: Step, rate: float) -> None:
        self.step = step
        self.rate = rate
        self.below = ceil(rate * WHOLE)  # it fires where a whole number lies below


def read_rates(table: Sequence[Mapping[str, Any]], registry: Mapping[str, Step], place: str | Path) -> tuple[Rate, ...]:
    """`[[augment]] name = "respell" rate = 0.5` entries of a spec → steps; an unknown name lists those that exist."""
    rates = []
    for row in table:
        name, rate = row.get("name"), row.get("rate")
        if name not in registry:
            raise KhichdiError(f"{place}: [[augment]] name {name!r}; steps: {', '.join(registry)}")
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 < rate <= 1:
            raise KhichdiError(f"{place}: [[augment]] {name}: rate {rate!r}; a number above 0, at most 1")
        if set(row) - {"name", "rate"}:
            raise KhichdiError(f"{place}: [[augment]] {name}: unknown key {', '.join(sorted(set(row) - {'name', 'rate'}))}; a step has name and rate")
        rates.append(Rate(registry[str(name)], float(rate)))
    return tuple(rates)


def once(example: Example, step: Step, lexicon: Lexicon) -> Example | None:
    """A row after one step, with the step's own stream; None where it does not apply."""
    return _once(example, step, lexicon, Random(f"{_stream(example)}/{step.name}"))


def _stream(example: Example) -> str:
    """What the streams of a row are named after; no step changes it."""
    made = example.provenance
    return f"{made.get('seed')}/{made.get('template')}/{made.get('draw')}"


def _once(example: Example, step: Step, lexicon: Lexicon, rng: Random) -> Example | None:
    if hasattr(step, "relabel"):  # isinstance of a Protocol asks for every member, at a fifth of a row's time
        return relabelled(example, cast("Relabeller", step), lexicon, rng)
    return augmented(example, step, lexicon, rng)


def apply(example: Example, rates: Sequence[Rate], lexicon: Lexicon) -> Example:
    """A row after the whole pipeline; steps that do not fire or do not apply leave it as it is."""
    stream = _stream(example)
    draws = Stream(f"{stream}/augment")
    rng: Random | None = None  # one for the row, opened for each step that fires
    for rate in rates:
        if draws.draw() < rate.below:
            name = f"{stream}/{rate.step.name}"
            if rng is None:
                rng = Random(name)
            else:
                rng.stream.open(name)
            example = _once(example, rate.step, lexicon, rng) or example
    return example


def replay(example: Example, chain: Sequence[str], registry: Mapping[str, Step], lexicon: Lexicon) -> Example:
    """A plain row after the named steps, as a row's lineage lists them: the same bytes as when it was made."""
    for name in chain:
        if name not in registry:
            raise KhichdiError(f'row {example.id}: its lineage names "{name}", which is no step; steps: {", ".join(registry)}')
        out = once(example, registry[name], lexicon)
        if out is None:
            raise KhichdiError(f'row {example.id}: "{name}" stands in its lineage and does not apply to {example.input!r}')
        example = out
    return example
