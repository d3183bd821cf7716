"""docs/latency_report.md from the committed run files: its prose lies in serve/latency.md, every number in it is a hole that a run file fills."""

import re
from collections.abc import Mapping
from pathlib import Path

from hinglish.errors import KhichdiError
from schemas.stats import Interval
from serve.latency_svg import Panel, Point, svg
from serve.latency_tables import COLUMNS, Table, bests, by_slice, facts_line, level, levels, limits, pairs, ratios, spread
from serve.load_figures import block_ratio, figures, quantile
from serve.load_file import Case, RunFile, read

PAGE = Path(__file__).with_name("latency.md")
_HOLE = re.compile(r"\{\{([^{}]+)\}\}")
TABLES = {"levels": levels, "slices": by_slice, "ratios": ratios, "best": bests}


def render(folder: Path, out: Path) -> dict[Path, str]:
    """Page and plots by path: the page at `out`, a plot beside each run file that has more than one level. Same files, same bytes."""
    runs = {p.stem: read(p) for p in sorted(folder.glob("*.json"))}
    if not runs:
        raise KhichdiError(f"{folder}: no run files; `khichdi load run … --out {folder}/NAME.json` writes one")
    made = {folder / f"{name}.svg": plot(run) for name, run in runs.items() if len(_levels(run)) > 1}
    text = PAGE.read_text(encoding="utf-8")
    place = folder.relative_to(out.parent) if folder.is_relative_to(out.parent) else folder
    return {out: _HOLE.sub(lambda hole: _fill(hole[1], runs, place), text), **made}


def write_all(made: Mapping[Path, str]) -> None:
    """Each beside its place and renamed."""
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_text(text, encoding="utf-8")
        part.replace(path)


def _levels(run: RunFile) -> set[tuple[str, float]]:
    return {(c.loop, c.level) for c in run.cases}


def _fill(hole: str, runs: Mapping[str, RunFile], place: Path) -> str:
    """What a hole says: limits · machine · versions · KIND NAME for a table, plot or facts of a run · ratio NAME COLUMN LEVEL TARGET for one number."""
    kind, *rest = hole.split(maxsplit=1)
    if kind == "limits":
        return limits()
    if kind in {"machine", "versions"}:
        return "\n".join(f"- {line}" for line in dict.fromkeys(_said(kind, run) for run in runs.values()))
    name, *more = rest[0].split(";") if rest else ("",)
    run = runs.get(name.strip())
    if run is None:
        raise KhichdiError(f"{PAGE.name}: {{{{{hole}}}}} names no run file; there are {', '.join(runs)}")
    if kind in TABLES:
        return _table(TABLES[kind](run))
    if kind == "plot":
        return f"![{run.title}: latency and goodput by level]({(place / f'{name.strip()}.svg').as_posix()})"
    if kind == "facts":
        return f"*{run.title}* — {facts_line(run)}"
    if kind == "ratio":
        return _ratio(run, *[m.strip() for m in more])
    raise KhichdiError(f"{PAGE.name}: {{{{{hole}}}}}; a hole is limits, machine, versions, {', '.join(TABLES)}, plot, facts or ratio")


def _table(table: Table) -> str:
    return table.markdown() if table.rows else "(no rows)"


def _ratio(run: RunFile, column: str, at: str, target: str) -> str:
    for a, b in pairs(run):
        if b.target == target and level(a) == at:
            return spread(block_ratio(a, b, COLUMNS[column]), _three)
    raise KhichdiError(f"{PAGE.name}: run {run.title} has no {target} at {at}; it has {', '.join(f'{b.target} at {level(a)}' for a, b in pairs(run))}")


def _three(value: float) -> str:
    return f"{value:.3f}"


def _said(kind: str, run: RunFile) -> str:
    if kind == "machine":
        m = run.machine
        bf16 = "computes bfloat16" if m["bf16"] else "has no bfloat16 instructions: it is emulated"
        return f"{m['cpu']}, {m['cores']} cores, {m['memory_gib']} GiB, {m['system']}; the processor {bf16}"
    served = {name: v for t in run.targets for name, v in t.facts.get("versions", {}).items()}
    ours = ", ".join(f"{name} {v}" for name, v in run.versions.items())
    return f"asking: Python {run.machine['python']}, {ours}" + (f"; serving: {', '.join(f'{n} {v}' for n, v in served.items())}" if served else "")


def plot(run: RunFile) -> str:
    """Latency and goodput by level, a panel each, for each kind of loop."""
    panels = []
    for loop, x in (("closed", "clients of a closed loop"), ("open", "requests a second, open loop")):
        cases = [c for c in run.cases if c.loop == loop]
        if len({c.level for c in cases}) > 1:
            panels += [Panel("latency, s", x, _latency(run, cases)), Panel("valid within the deadline, answers/s", x, _goodput(run, cases))]
    return svg(panels)


def _latency(run: RunFile, cases: list[Case]) -> dict[str, list[Point]]:
    out: dict[str, list[Point]] = {}
    for case in cases:
        for name, q in (("p50", 0.5), ("p95", 0.95)):
            found = quantile(figures(run, case).latency, q)
            if found is not None:
                out.setdefault(f"{case.target} {name}", []).append(_point(case.level, found, 0.001))
    return out


def _goodput(run: RunFile, cases: list[Case]) -> dict[str, list[Point]]:
    out: dict[str, list[Point]] = {}
    for case in cases:
        f = figures(run, case)
        out.setdefault(case.target, []).append(_point(case.level, f.good, f.sent / max(sum(case.spans), 1e-9)))
    return out


def _point(x: float, found: Interval, scale: float) -> Point:
    return Point(x, found.value * scale, found.low * scale, found.high * scale)
