"""A simulated loop: one TOML file, read strictly into one frozen object."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from hinglish.errors import KhichdiError
from schemas.toml_file import hold_keys, read_table

Arm = Literal["failures", "random"]
ARMS: tuple[Arm, ...] = get_args(Arm)
MOST_ROWS, MOST_ROUNDS = 100, 5  # rows that people can judge in a day or two; a loop of more rounds is no simulation


@dataclass(frozen=True)
class Loop:
    """What a simulation is made of. `traffic` messages come a round, `rows` of them at most are judged; `evaluate` others are the measure."""

    name: str
    base: str  # a Hugging Face folder
    start: str = ""  # the weak adapter that every arm begins with; the bare base where it is empty
    spec: str = "data/specs/v1.0.0.toml"  # how traffic is mixed; never its seed
    seeds: tuple[int, ...] = (1, 2, 3)
    rounds: int = 3
    traffic: int = 240
    rows: int = 100
    evaluate: int = 200
    learning_rate: float = 2e-4
    epochs: float = 1.0
    batch: int = 8
    most: int = 160  # tokens an answer
    minutes: float = 90.0  # no round is begun after so long; the same command goes on
    cpu: bool = True


_KINDS: dict[Any, tuple[type, ...]] = {int: (int,), float: (int, float), bool: (bool,), str: (str,), tuple[int, ...]: (list,)}


def read_loop(path: Path) -> Loop:
    """A loop's TOML file → Loop. Raises KhichdiError naming file, key, value and what could stand there."""
    table, known = read_table(path, "loop"), {f.name: f.type for f in fields(Loop)}
    hold_keys(table, path, "loop", known, ("name", "base"), "a loop names itself and its base")
    for key, value in table.items():
        kinds = _KINDS[known[key]]
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise KhichdiError(f"{path}: {key} = {value!r}; it is {' or '.join(k.__name__ for k in kinds)}")
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    return held(Loop(**values), str(path))


def held(loop: Loop, place: str) -> Loop:
    """A loop within what a simulation may cost."""
    limits = {"rounds": (1, MOST_ROUNDS), "rows": (1, MOST_ROWS), "traffic": (1, 2_000), "evaluate": (1, 2_000), "batch": (1, 64)}
    for key, (least, most) in limits.items():
        value = getattr(loop, key)
        if not least <= value <= most:
            raise KhichdiError(f"{place}: {key} = {value}; from {least} to {most}")
    if not loop.seeds or len(set(loop.seeds)) < len(loop.seeds):
        raise KhichdiError(f"{place}: seeds = {list(loop.seeds)}; at least one, each once")
    return loop
