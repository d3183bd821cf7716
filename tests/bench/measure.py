"""How a contest is run and shown: sides by turns, CPU time, medians, their ratio and the spread of the rounds."""

import gc
import json
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from statistics import median
from typing import Any, NamedTuple

ROUNDS = 3

Side = Callable[[], float]


class Contest(NamedTuple):
    """One claim: what is counted a second, the rates of every side by round, the peer that is 1, and what both sides did."""

    what: str
    unit: str
    peer: str
    rates: Mapping[str, Sequence[float]]
    note: str

    def ratio(self, who: str) -> float:
        """Median over the peer's median."""
        return median(self.rates[who]) / median(self.rates[self.peer])

    def spread(self, who: str) -> tuple[float, float]:
        """The least and the greatest ratio of one round."""
        found = [a / b for a, b in zip(self.rates[who], self.rates[self.peer], strict=True)]
        return min(found), max(found)


def cpu(work: Callable[[], Any], count: int) -> float:
    """`count` things done by `work`, a second of CPU."""
    gc.collect()
    began = time.process_time()
    work()
    return count / (time.process_time() - began)


def by_turns(sides: Mapping[str, Side]) -> dict[str, list[float]]:
    """ROUNDS rounds, every side once a round in the same order; what disturbs the machine disturbs both."""
    rates: dict[str, list[float]] = {who: [] for who in sides}
    for _ in range(ROUNDS):
        for who, side in sides.items():
            rates[who].append(side())
    return rates


def show(contests: Sequence[Contest]) -> None:
    """The table: median, ratio to the peer, the spread of the rounds' ratios."""
    from rich.console import Console
    from rich.table import Table

    table = Table("contest", "side", "median", "ratio", "rounds", title="Speed beside the named peer, CPU time of one core")
    for c in contests:
        for place, who in enumerate(c.rates):
            low, high = c.spread(who)
            ends = (f"{c.ratio(who):.2f} ×", f"{low:.2f}–{high:.2f}") if who != c.peer else ("1", "")
            table.add_row(c.what if not place else "", who, f"{median(c.rates[who]):,.0f} {c.unit}", *ends, end_section=place == len(c.rates) - 1)
    console = Console(width=110)
    console.print(table)
    for c in contests:
        console.print(f"{c.what}: {c.note}", highlight=False)


def as_json(contests: Sequence[Contest], missing: Sequence[str], *, quick: bool) -> str:
    """Everything measured, unrounded, with what it was measured on. A ratio stands with the least and the greatest of the rounds."""
    packages = {name: version(name) for name in ("jsonschema", "jsonschema-rs", "polars", "datasets", "msgspec")}
    about = {"python": platform.python_version(), "machine": platform.machine(), "rounds": ROUNDS, "quick": quick, "packages": packages, "missing": missing}
    found = [c._asdict() | {"medians": {w: median(c.rates[w]) for w in c.rates}, "ratios": {w: (c.ratio(w), *c.spread(w)) for w in c.rates}} for c in contests]
    return json.dumps({**about, "contests": found}, ensure_ascii=False, indent=2)
