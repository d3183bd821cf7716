"""A run's figures as tables, for the screen and for the report. Rounded here and nowhere before."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from schemas.stats import Interval
from serve.load_figures import Figures, best, block_ratio, figures, goodput_ratio, least, per_token, quantile, slices
from serve.load_file import Case, RunFile, Target

NONE = "–"
QUANTILES = (0.5, 0.95, 0.99)


class Table(NamedTuple):
    """A title, the heads of its columns, its rows."""

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    def markdown(self) -> str:
        """As a page has it, without the title."""
        lines = ["| " + " | ".join(self.heads) + " |", "|" + "---|" * len(self.heads)]
        return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in self.rows)])

    def rich(self) -> Any:
        """As the screen has it."""
        from rich.table import Table as Shown

        out = Shown(title=self.title, title_justify="left", box=None)
        for head in self.heads:
            out.add_column(head)
        for row in self.rows:
            out.add_row(*row)
        return out


def seconds(ms: float) -> str:
    """Milliseconds as seconds, to three figures."""
    return f"{ms / 1000:.3g}" if ms < 10_000 else f"{ms / 1000:.0f}"


def spread(found: Interval | None, show: Callable[[float], str] = seconds) -> str:
    """A value with its interval; a dash where n is too small for one."""
    return NONE if found is None else f"{show(found.value)} [{show(found.low)}, {show(found.high)}]"


def _tenth(value: float) -> str:
    return f"{value:.1f}"


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"


def _times(value: float) -> str:
    return f"{value:.3f}"


def level(case: Case) -> str:
    """A case's level in words."""
    return f"{case.level:g} client{'s' if case.level != 1 else ''}" if case.loop == "closed" else f"{case.level:g}/s {case.arrivals}"


def mix(found: Figures) -> str:
    """What came of the requests, most first."""
    return ", ".join(f"{name} {n}" for name, n in sorted(found.outcomes.items(), key=_most))


def _most(item: tuple[str, int]) -> tuple[int, str]:
    return (-item[1], item[0])


HEADS = ("target", "level", "n", "latency p50, s", "p95", "p99", "first token p50, s", "p95", "ms a token p50", "tokens/s", "answers/s", "good, %", "good/s",
         "outcomes", "load")  # fmt: skip


def _row(run: RunFile, case: Case) -> tuple[str, ...]:
    f = figures(run, case)
    latency = [spread(quantile(f.latency, q)) for q in QUANTILES]
    first = [spread(quantile(f.first, q)) for q in QUANTILES[:2]]
    token = spread(quantile(f.token, 0.5), _tenth)
    good = f"{_percent(f.good.value)} [{_percent(f.good.low)}, {_percent(f.good.high)}]"
    return (case.target, level(case), str(f.sent), *latency, *first, token, f"{f.tokens:.1f}", f"{f.rate:.2f}", good, f"{f.goodput:.3f}", mix(f),
            f"{case.load[0]:.1f}–{case.load[1]:.1f}")  # fmt: skip


def levels(run: RunFile) -> Table:
    """Every case; what no case has is left out."""
    return _narrow(Table("levels", HEADS, [_row(run, c) for c in run.cases]))


def _narrow(table: Table) -> Table:
    """Without columns that are empty everywhere."""
    kept = [k for k in range(len(table.heads)) if any(row[k] not in {NONE, "0.0"} for row in table.rows)]
    return Table(table.title, tuple(table.heads[k] for k in kept), [tuple(row[k] for k in kept) for row in table.rows])


def by_slice(run: RunFile) -> Table:
    """The largest case of each target, by script and by words of the message."""
    rows = []
    for target in run.targets:
        case = max((c for c in run.cases if c.target == target.label), key=_size)
        for name, f in slices(run, case).items():
            good = f"{_percent(f.good.value)} [{_percent(f.good.low)}, {_percent(f.good.high)}]"
            answered = f.tokens * sum(case.spans) / max(1, round(f.rate * sum(case.spans)))
            rows.append((target.label, level(case), name, str(f.sent), spread(quantile(f.latency, 0.5)), spread(quantile(f.latency, 0.95)),
                         spread(quantile(f.first, 0.5)), _tenth(answered), good))  # fmt: skip
    heads = ("target", "level", "messages", "n", "latency p50, s", "p95", "first token p50, s", "tokens an answer", "good, %")
    return _narrow(Table("by script and length", heads, rows))


def _size(case: Case) -> int:
    return len(case.block)


def latency_column(case: Case) -> Sequence[float | None]:
    """Milliseconds to the end."""
    return case.latency


def first_column(case: Case) -> Sequence[float | None]:
    """Milliseconds to the first token."""
    return case.first


COLUMNS: dict[str, Callable[[Case], Sequence[float | None]]] = {"latency": latency_column, "first token": first_column, "time a token": per_token}


def pairs(run: RunFile) -> list[tuple[Case, Case]]:
    """Every other target's case beside the first target's at the same level."""
    first = run.targets[0].label
    return [(a, b) for a in run.cases if a.target == first for b in run.cases if b.target != first and (a.loop, a.level) == (b.loop, b.level)]


def ratios(run: RunFile) -> Table:
    """Every other target over the first one, block by block."""
    rows = []
    for a, b in pairs(run):
        found = {name: block_ratio(a, b, column) for name, column in COLUMNS.items()}
        if any(found.values()):
            rows.append((f"{b.target} / {a.target}", level(a), str(len(a.spans)), *(spread(i, _times) for i in found.values())))
    return _narrow(Table("ratios, 95 % intervals over blocks", ("ratio", "level", "blocks", *COLUMNS), rows))


def bests(run: RunFile) -> Table:
    """Of every two targets, each at the level at which its goodput is highest, the better one's goodput over the other's."""
    found = [(t.label, one) for t in run.targets if (one := best(run, t.label)) is not None]
    found.sort(key=_goodput, reverse=True)
    rows = []
    for place, (label, (case, f)) in enumerate(found):
        for other, (worse, g) in found[place + 1 :]:
            ratio = spread(goodput_ratio(g, f), _times)
            rows.append((f"{label} / {other}", f"{level(case)}: {f.goodput:.3f}", f"{level(worse)}: {g.goodput:.3f}", str(f.sent + g.sent), ratio))
    return Table("goodput at its best", ("ratio", "the first's good/s at", "the second's", "n", "times"), rows)


def _goodput(pair: tuple[str, tuple[Case, Figures]]) -> float:
    return pair[1][1].goodput


def facts_line(run: RunFile) -> str:
    """What was asked of whom, in a few sentences."""
    a = run.asked
    length = f"{'exactly' if a.exactly else 'at most'} {a.most} tokens"
    who = "; ".join(f"{t.label}: {_who(t)}" for t in run.targets)
    hung = f"a client hangs up {a.give_up:g} s after its request was due"
    return f"{run.when}. {who}. An answer has {length}; good is valid within {a.deadline:g} s; {hung}." + (f" {run.note}" if run.note else "")


def _who(target: Target) -> str:
    facts = target.facts
    if target.kind == "extract":
        return "our API"
    if target.kind == "generate":
        said = [f"transformers' generate, one request at a time, {facts['model']}", facts["dtype"]]
    else:
        said = [f"{facts.get('server', 'an OpenAI-compatible server')}, {facts.get('weights', facts['model'])}", facts.get("dtype", "")]
        adapter = facts.get("adapter")
        said += [f"LoRA {adapter}" if adapter == facts["model"] else f"LoRA {adapter} loaded and not asked"] if adapter else []
    said += ["constrained"] if target.decoding == "constrained" else []
    return ", ".join([s for s in said if s] + (["the long prompt"] if target.prompt == "schema" else []))


def tables(run: RunFile) -> list[Table]:
    """All that have rows."""
    found = [levels(run), by_slice(run), ratios(run), *([bests(run)] if len(run.targets) > 1 else [])]
    return [t for t in found if t.rows]


def limits() -> str:
    """From how many requests on a quantile is printed."""
    return ", ".join(f"p{100 * q:g} from {least(q)}" for q in QUANTILES)
