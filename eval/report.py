"""One HTML file that opens offline: headline plots, every table, and a browser of mistakes by kind. Rows of the blind tier are only counted."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

import msgspec

from eval.errors import KINDS, counted, shown
from eval.metrics import LEAST, METRICS, Figure
from eval.rows import BLIND, Release
from eval.scored import Answered, Report, reports
from eval.svg import bars, dots
from hinglish.lexicon import DATA
from hinglish.script import visible
from schemas.prediction import read_predictions

PAGE = Path(__file__).with_name("report.html")
FONT = DATA / "fonts" / "NotoSansDevanagari.woff2"
HEADLINE = ("json_valid", "script", "slot_f1", "match_strict", "intent")
_HOLE = re.compile(r"\{\{(\w+)\}\}")
MOST = 40  # mistakes shown a run, tier and kind


class Run(NamedTuple):
    """One stage of one predictions file."""

    name: str
    report: Report
    rows: list[Answered]


def runs(files: Sequence[Path], release: Release) -> list[Run]:
    """Every stage of every file, named by file and stage."""
    return [Run(f"{f.stem}, {r.stage}", r, rows) for f in files for r, rows in reports(f, read_predictions(f), release)]


def page(found: Sequence[Run], release: Release, *, title: str, facts: Sequence[str]) -> str:
    """The whole file. The same runs give the same bytes."""
    parts = {
        "title": escape(title),
        "facts": " · ".join(f"<code>{escape(f)}</code>" for f in facts),
        "least": str(LEAST),
        "font": b64encode(FONT.read_bytes()).decode(),
        "body": "\n".join([_headline(found), *(_run(r) for r in found), _by_kind(found)]),
        "browser": _hidden(release),
        "counted": _table(["figure", "how"], [[m.name, m.counted] for m in METRICS], "how"),
        "data": msgspec.json.encode(_data(found)).decode().replace("</", "<\\/"),
    }
    text = PAGE.read_text(encoding="utf-8")
    return _HOLE.sub(lambda hole: parts[hole[1]], text)


def _hidden(release: Release) -> str:
    there = BLIND in release.tiers
    return f"At most {MOST} answers a run, tier and kind. " + (f"Rows of <code>{BLIND}</code> are never shown: only their counts, above." if there else "")


def _headline(found: Sequence[Run]) -> str:
    names = [r.name for r in found]
    tiers = list(dict.fromkeys(t for r in found for t in r.report.tiers))
    out = ["<h2>At a glance</h2>"]
    for metric in HEADLINE:
        how = next(m.counted for m in METRICS if m.name == metric)
        groups = {t: {r.name: r.report.tiers[t][metric] for r in found if t in r.report.tiers} for t in tiers}
        out.append(f'<h3>{metric.replace("_", " ")} <span class="soft">{escape(how)}</span></h3>{dots(groups, names)}')
    return "\n".join(out)


def _run(run: Run) -> str:
    report = run.report
    tiers = list(report.tiers)
    names = [m.name for m in METRICS] + ["slot_f1_macro"]
    lines = [[n, *(_cell(report.tiers[t][n]) for t in tiers)] for n in names]
    out = [f"<h2>{escape(run.name)}</h2>", _table(["figure", *map(_tier, tiers)], [*lines, ["rows", *(str(report.tiers[t]["json_valid"].n) for t in tiers)]])]
    notes = [f"{_tier(t)}: {n} rows not answered." for t, n in report.missing.items() if n] + [f"{n}: {f}" for n, f in report.siblings.items() if f.n]
    notes += ["Seconds an answer: " + ", ".join(f"{k} {v:.2f}" for k, v in report.seconds.items() if k != "sum")] if report.seconds else []
    out += [f"<p>{escape(n)}</p>" for n in notes]
    out.append(_fold("F1 by kind of value and by slot", _sources([report.kinds, report.slots], tiers)))
    return "\n".join([*out, *(_fold(f"slices of {_tier(t)}", _slices(report.slices[t])) for t in tiers)])


def _sources(sources: Sequence[Mapping[str, Mapping[str, Figure]]], tiers: Sequence[str]) -> str:
    lines = []
    for source in sources:
        for name in sorted({n for found in source.values() for n in found}):
            lines.append([name, *(_cell(source[t][name]) if name in source.get(t, {}) else "" for t in tiers)])
    return _table(["slot", *map(_tier, tiers)], lines)


def _slices(found: Mapping[str, Mapping[str, Figure]]) -> str:
    names = list(next(iter(found.values()), {}))
    return _table(["slice", "rows", *names], [[name, str(f["json_valid"].n), *(_cell(f[n]) for n in names)] for name, f in found.items()])


def _by_kind(found: Sequence[Run]) -> str:
    out = ["<h2>Mistakes by kind</h2>"]
    for run in found:
        tiers = counted(run.rows)
        whole: dict[str, int] = {kind: n for kind in KINDS if (n := sum(c[kind] for c in tiers.values()))}
        about = f"all tiers, {len(run.rows)} answers; a share is of answers"
        out += [f'<h3>{escape(run.name)} <span class="soft">{about}</span></h3>', bars(whole, total=len(run.rows))]
        out.append(_fold("by tier", _table(["kind", *map(_tier, tiers)], [[k, *(str(c[k]) for c in tiers.values())] for k in KINDS if k in whole])))
    return "\n".join(out)


def _data(found: Sequence[Run]) -> list[dict[str, object]]:
    return [
        {"run": run.name, "tier": a.gold.tier, "intent": a.gold.intent, "id": a.gold.id, "tags": " ".join(a.gold.tags),
         "input": visible(a.gold.input), "gold": visible(a.gold.text), "output": visible(a.prediction.output[:2000]),
         "mistakes": [[m.kind, m.slot, _safe(m.gold), _safe(m.said)] for m in wrong]}
        for run in found for a, wrong in shown(run.rows, MOST)
    ]  # fmt: skip


def _safe(value: object) -> object:
    return visible(value[:500]) if isinstance(value, str) else value


def _tier(name: str) -> str:
    return name.removeprefix("test_").replace("_", " ")


def _cell(found: Figure) -> str:
    return str(found) if found.n else "–"


def _table(head: Sequence[str], lines: Sequence[Sequence[str]], last: str = "") -> str:
    cells = ["<tr>" + "".join(f"<th>{escape(h)}</th>" for h in head) + "</tr>"]
    for line in lines:
        *others, end = line
        cells.append("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in others) + f'<td class="{last}">{escape(end)}</td></tr>')
    return f'<div class="wide"><table>{"".join(cells)}</table></div>'


def _fold(summary: str, inner: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{inner}</details>"
