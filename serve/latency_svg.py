"""Small line plots as SVG: values by level with their intervals. No library, no script: the same numbers give the same bytes."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

COLOURS = ("#1f6f8b", "#c2571a", "#1a7f37", "#8250df", "#57606a", "#d1242f")
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 430, 250, 56, 14, 46, 40
STYLE = "text{font:11px sans-serif;fill:#444}.t{font-weight:bold;fill:#222}.g{stroke:#ddd}.a{stroke:#888}"


class Point(NamedTuple):
    """A value at a level with the ends of its interval."""

    x: float
    y: float
    low: float
    high: float


class Panel(NamedTuple):
    """One plot: lines by name, the second of a pair dashed where its name ends in "p95"."""

    title: str
    x: str
    lines: Mapping[str, Sequence[Point]]


def svg(panels: Sequence[Panel]) -> str:
    """Panels side by side on white."""
    names = list(dict.fromkeys(n for p in panels for n in p.lines))
    inner = "".join(f'<g transform="translate({WIDTH * k},0)">{_panel(p, names)}</g>' for k, p in enumerate(panels))
    wide = WIDTH * len(panels)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {HEIGHT}" width="{wide}" height="{HEIGHT}">'
    return f'{head}<style>{STYLE}</style><rect width="{wide}" height="{HEIGHT}" fill="#fff"/>{inner}</svg>\n'


def nice(top: float) -> float:
    """A step of 1, 2 or 5 times a power of ten that cuts 0..top into three to eight parts."""
    power = 10.0 ** (len(str(int(top))) - 1) if top >= 1 else 1.0
    while power > top > 0:
        power /= 10
    return next((m * power for m in (0.2, 0.5, 1.0, 2.0, 5.0) if top / (m * power) <= 6), power)


def _panel(panel: Panel, names: Sequence[str]) -> str:
    points = [p for line in panel.lines.values() for p in line]
    if not points:
        return ""
    levels = sorted({p.x for p in points})
    top = max([p.high for p in points if p.high < float("inf")] + [p.y for p in points]) * 1.05 or 1.0
    out = [f'<text x="{LEFT}" y="14" class="t">{escape(panel.title)}</text>', *_legend([n for n in names if n in panel.lines], names)]
    step = nice(top)
    for k in range(int(top / step) + 1):
        y = _y(k * step, top)
        out.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="g"/>')
        out.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{k * step:g}</text>')
    for x in levels:
        out.append(f'<text x="{_x(x, levels):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{x:g}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(panel.x)}</text>')
    for name, line in panel.lines.items():
        out.append(_line(line, levels, top, COLOURS[_colour(name, names)], dashed=name.endswith("p95")))
    return "".join(out)


def _colour(name: str, names: Sequence[str]) -> int:
    """A target's p50 and p95 share a colour."""
    stems = list(dict.fromkeys(n.removesuffix(" p50").removesuffix(" p95") for n in names))
    return stems.index(name.removesuffix(" p50").removesuffix(" p95")) % len(COLOURS)


def _line(line: Sequence[Point], levels: Sequence[float], top: float, colour: str, *, dashed: bool) -> str:
    at = [(_x(p.x, levels), _y(p.y, top), p) for p in sorted(line)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in at)
    dash = ' stroke-dasharray="5 3"' if dashed else ""
    out = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.8"{dash}/>']
    for x, y, p in at:
        out.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_y(p.low, top):.1f}" y2="{_y(min(p.high, top), top):.1f}" stroke="{colour}"/>')
        out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
    return "".join(out)


def _legend(shown: Sequence[str], names: Sequence[str]) -> list[str]:
    out, x = [], LEFT
    for name in shown:
        colour, dash = COLOURS[_colour(name, names)], ' stroke-dasharray="4 2"' if name.endswith("p95") else ""
        out.append(f'<line x1="{x}" x2="{x + 16}" y1="27" y2="27" stroke="{colour}" stroke-width="2"{dash}/><text x="{x + 20}" y="31">{escape(name)}</text>')
        x += 30 + 6 * len(name)
    return out


def _x(value: float, levels: Sequence[float]) -> float:
    """Levels stand evenly: they are doublings more often than not."""
    return LEFT + 20 + levels.index(value) * (WIDTH - LEFT - RIGHT - 40) / max(1, len(levels) - 1)


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)
