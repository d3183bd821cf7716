"""Two small plots as inline SVG: values with their intervals, and counts as bars. No script, no library, nothing fetched."""

from collections.abc import Mapping, Sequence
from html import escape

from eval.metrics import LEAST, Figure

COLOURS = ("#1f6feb", "#d1242f", "#1a7f37", "#9a6700", "#8250df", "#57606a", "#0a7ea4", "#bf3989")
LABEL, WIDTH, ROW, LEGEND = 190, 760, 18, 22


def dots(groups: Mapping[str, Mapping[str, Figure]], names: Sequence[str]) -> str:
    """Group (a tier) → run → figure: a dot with its interval a run; hollow and without interval where n < 200."""
    rows = [(group, name) for group, found in groups.items() for name in names if name in found and found[name].n]
    height = LEGEND + ROW * len(rows) + 10 * len(groups) + 24
    low = min([0.9, *(groups[g][n].low for g, n in rows if groups[g][n].n >= LEAST), *(groups[g][n].value for g, n in rows)])
    floor = max(0.0, int(low * 10) / 10)
    out = [_legend(names), *_grid(floor, LEGEND, height - 20)]
    y, last = float(LEGEND), ""
    for group, name in rows:
        if group != last:
            y, last = y + 10, group
            out.append(f'<text x="{LABEL - 8}" y="{y + 12:.0f}" text-anchor="end" class="tick">{escape(group.removeprefix("test_").replace("_", " "))}</text>')
        out.append(_dot(groups[group][name], floor, y + 8, COLOURS[names.index(name) % len(COLOURS)], name))
        y += ROW
    return f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" class="plot">{"".join(out)}</svg>'


def _x(value: float, floor: float) -> float:
    return LABEL + (value - floor) / (1 - floor) * (WIDTH - LABEL - 130)


def _dot(found: Figure, floor: float, y: float, colour: str, name: str) -> str:
    x = _x(max(found.value, floor), floor)
    title = f"<title>{escape(name)}: {escape(str(found))}, {found.n} rows</title>"
    if found.n < LEAST:
        return f'<g>{title}<circle cx="{x:.1f}" cy="{y}" r="4" fill="#fff" stroke="{colour}" stroke-width="1.5"/>{_value(str(found), y)}</g>'
    ends = f'<line x1="{_x(max(found.low, floor), floor):.1f}" x2="{_x(found.high, floor):.1f}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2"/>'
    return f'<g>{title}{ends}<circle cx="{x:.1f}" cy="{y}" r="4.5" fill="{colour}"/>{_value(str(found), y)}</g>'


def _value(text: str, y: float) -> str:
    return f'<text x="{WIDTH - 118}" y="{y + 4}" class="num">{escape(text)}</text>'


def _grid(floor: float, top: float, bottom: float) -> list[str]:
    """A line every 10 points, or every 2 where the whole scale is ten points wide."""
    step = 2 if floor >= 0.9 else 10
    out = []
    for mark in range(round(floor * 100), 101, step):
        x = _x(mark / 100, floor)
        out.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}" class="grid"/>')
        out.append(f'<text x="{x:.1f}" y="{bottom + 14}" class="axis">{mark}</text>')
    return out


def _legend(names: Sequence[str]) -> str:
    out, x = [], LABEL
    for place, name in enumerate(names):
        out.append(f'<circle cx="{x + 5}" cy="8" r="4.5" fill="{COLOURS[place % len(COLOURS)]}"/><text x="{x + 14}" y="12" class="tick">{escape(name)}</text>')
        x += 28 + 7 * len(name)
    return "".join(out)


def bars(counts: Mapping[str, int], *, total: int) -> str:
    """Counts as bars, each beside its number; the longest is as wide as there is room."""
    most = max([1, *counts.values()])
    out = []
    for place, (name, count) in enumerate(counts.items()):
        y = place * 20
        wide = count / most * (WIDTH - LABEL - 150)
        share = f" ({100 * count / total:.1f} %)" if total >= LEAST else ""
        out.append(f'<text x="{LABEL - 8}" y="{y + 14}" text-anchor="end" class="tick">{escape(name)}</text>')
        out.append(f'<rect x="{LABEL}" y="{y + 4}" width="{wide:.1f}" height="13" rx="2" class="bar"/>')
        out.append(f'<text x="{LABEL + wide + 6:.1f}" y="{y + 14}" class="num">{count}{share}</text>')
    return f'<svg viewBox="0 0 {WIDTH} {20 * len(counts) + 4}" role="img" class="plot">{"".join(out)}</svg>'


ALONE = (  # the report's look, for a file that stands by itself
    "text{font:11.5px system-ui,'DejaVu Sans',sans-serif;fill:#1f2328}.axis{fill:#59636e;text-anchor:middle;font-size:10.5px}"
    ".num{fill:#59636e;font-size:11px}.grid{stroke:#d1d9e0;stroke-width:1}.bar{fill:#54aeff}"
)


def alone(plot: str) -> str:
    """A plot as a file of its own: name space, look and a white ground."""
    head, _, rest = plot.partition(">")
    return f'{head} xmlns="http://www.w3.org/2000/svg"><style>{ALONE}</style><rect width="100%" height="100%" fill="#fff"/>{rest}\n'
