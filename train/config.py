"""A training run: one TOML file, read strictly into one frozen object. An unknown key or an impossible value stops before anything loads."""

from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

from hinglish.errors import KhichdiError
from schemas.toml_file import hold_keys, read_table

Weights = Literal["auto", "nf4", "bf16", "fp32"]


@dataclass(frozen=True)
class Run:
    """What a run is made of. `rows` 0 is the whole train split; `batch` × `accumulate` rows make a step; `max_tokens` bounds prompt and label together."""

    name: str
    base: str  # a Hugging Face folder or a Hub id
    release: str  # a release folder
    root: str = ""  # the release's root, where the run is bound to one
    start: str = ""  # an adapter to go on from; a new one where it is empty
    rows: int = 0
    seed: int = 20261128
    epochs: float = 1.0
    batch: int = 8
    accumulate: int = 1
    learning_rate: float = 2e-4  # for LoRA ten times that of full training (Schulman et al. 2025, "LoRA Without Regret")
    warmup: float = 0.03  # share of all steps
    rank: int = 16
    alpha: int = 32
    dropout: float = 0.0
    weights: Weights = "auto"  # auto: nf4 on CUDA, bf16 on CPU
    max_tokens: int = 512
    save_every: int = 25  # steps between checkpoints
    log_every: int = 5
    validate_rows: int = 0  # rows of the validation split for the loss after each epoch
    cpu: bool = False  # leave a GPU alone

    def override(self, **said: Any) -> "Run":
        """The same run with what the command line says otherwise; None says nothing."""
        return _held(replace(self, **{k: v for k, v in said.items() if v is not None}), "command line")

    def facts(self) -> dict[str, Any]:
        """Every setting, for the record beside the adapter."""
        return asdict(self)


KINDS: dict[Any, tuple[type, ...]] = {int: (int,), float: (int, float), bool: (bool,)}  # what TOML may give; a string else
FIELDS = {f.name: f for f in fields(Run)}
LEAST = {"rows": 0, "seed": 0, "batch": 1, "accumulate": 1, "rank": 1, "alpha": 1, "max_tokens": 16, "save_every": 1, "log_every": 1, "validate_rows": 0}


def read_run(path: Path) -> Run:
    """A run's TOML file → Run. Raises KhichdiError naming file, key, value and what could stand there."""
    table = read_table(path, "run")
    hold_keys(table, path, "run", FIELDS, ("name", "base", "release"), "a run names itself, its base and its release")
    for key, value in table.items():
        _typed(key, value, str(path))
    return _held(Run(**table), str(path))


def _typed(key: str, value: Any, place: str) -> None:
    kinds = KINDS.get(FIELDS[key].type, (str,))
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise KhichdiError(f"{place}: {key} = {value!r}; {key} is a {kinds[-1].__name__}")


def _held(run: Run, place: str) -> Run:
    """The run itself, if every number can be."""
    for key, least in LEAST.items():
        if getattr(run, key) < least:
            raise KhichdiError(f"{place}: {key} = {getattr(run, key)}; at least {least}")
    if run.weights not in get_args(Weights):
        raise KhichdiError(f"{place}: weights = {run.weights!r}; one of {', '.join(get_args(Weights))}")
    for key, low, high in (("learning_rate", 0, 1), ("epochs", 0, 100), ("warmup", -1e-9, 1), ("dropout", -1e-9, 1)):
        if not low < getattr(run, key) < high:
            raise KhichdiError(f"{place}: {key} = {getattr(run, key)}; between {max(0, low):g} and {high:g}")
    if not run.name or "/" in run.name or run.name.startswith("."):
        raise KhichdiError(f"{place}: name = {run.name!r}; it names a folder under build/runs")
    return run
