"""docs/results.md: every committed run in one page, written from its figures, records and transfer files; no number is typed by hand."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from eval.gates import judge, read_gates
from eval.metrics import LEAST, Figure
from eval.results import SUFFIX, Figures, committed
from eval.scored import Report
from eval.svg import alone, dots
from eval.transfer import Transfer
from schemas.prediction import Stage

NOTES = "notes.md"  # what people say about the figures, put below them as it is
TIERS = ("test_seen", "test_unseen_template", "test_unseen_words", "test_adversarial", "test_gold_dev", "test_gold")
HEADLINE = ("test_unseen_template", "test_unseen_words", "test_gold")  # what the gates look at
SHOWN = ("json_valid", "script", "slot_f1", "match_strict", "intent", "slot_f1_names", "slot_f1_rest", "hallucinated", "missed", "injection_success")
STAGES: tuple[Stage, ...] = ("first", "retry", "constrained", "repaired")
# What the project was asked to answer: Qwen2.5-0.5B-Instruct, QLoRA on 300 examples, before and after, and its production targets.
SEED = (("json_valid", "65", "72", "≥ 99"), ("slot_f1", "0", "39.5", "≥ 85"), ("script", "35.4", "62.4", "≥ 97"))


class Run(NamedTuple):
    """One folder of committed results: its figures, and what trained it where something did."""

    name: str
    figures: Figures
    record: Mapping[str, Any]
    transfer: Transfer | None

    @property
    def made_of(self) -> str:
        """Base, rows and epochs in a few words."""
        if not self.record:
            return self.figures.title
        run, terms = self.record["run"], self.record.get("base_terms", {})
        rows, release = self.record["rows"]["count"], self.record["release"]["name"]
        return f"{terms.get('model') or self.record['base']}; {rows:,} rows of {release}, {run['epochs']:g} epochs"

    def stage(self, name: Stage) -> Report | None:
        """Its figures at one stage."""
        return next((s for s in self.figures.stages if s.stage == name), None)

    def figure(self, stage: Stage, tier: str, metric: str) -> Figure | None:
        """One figure, where it was measured."""
        found = self.stage(stage)
        return found.tiers.get(tier, {}).get(metric) if found else None


def read_runs(folder: Path) -> list[Run]:
    """Every committed run under a folder, by name. Beside NAME.figures.json may lie record.json (khichdi.json of the adapter) and transfer.json."""
    out = []
    for file, figures in committed(folder):
        record, transfer = file.parent / "record.json", file.parent / "transfer.json"
        out.append(
            Run(
                file.name.removesuffix(SUFFIX),
                figures,
                msgspec.json.decode(record.read_bytes()) if record.is_file() else {},
                msgspec.json.decode(transfer.read_bytes(), type=Transfer) if transfer.is_file() else None,
            )
        )
    return out


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, ["---"] * len(head), *rows])


def page(runs: Sequence[Run], notes: str, command: str) -> str:
    """The whole page. `notes` is printed below the figures as it is."""
    parts = [
        "# Results\n\n"
        f"Written by `{command}` from the files under `docs/results`; `khichdi eval gate` scores the committed predictions again. Percent, with a 95 % "
        "interval; counts where n < 200. *first*: one greedy answer, unconstrained. *constrained*: decoded under the schemas. *repaired*: that, with "
        "values derived again from the words of the message. How everything is counted: [evaluation.md](evaluation.md).",
        _seed(runs),
        _gates(runs),
        _runs(runs),
        "## Plots\nFirst answers.\n\n" + "\n\n".join(f"![{m} by tier and run](results/{m}.svg)" for m in ("slot_f1", "json_valid", "script")),
        *(_tables(run) for run in runs),
        _scripts(runs),
        _transfer(runs),
        notes.strip(),
    ]
    return "\n\n".join(p for p in parts if p) + "\n"


def plots(runs: Sequence[Run]) -> dict[str, str]:
    """File name → SVG: a metric of first answers by tier and run."""
    out = {}
    for metric in ("slot_f1", "json_valid", "script"):
        groups = {tier: {r.name: f for r in runs if (f := r.figure("first", tier, metric)) is not None} for tier in TIERS}
        out[f"{metric}.svg"] = alone(dots({t: g for t, g in groups.items() if g}, [r.name for r in runs]))
    return out


def _said(figure: Figure | None) -> str:
    return str(figure) if figure is not None and figure.n else "–"


def _short(tier: str) -> str:
    return tier.removeprefix("test_").replace("_", " ")


def _seed(runs: Sequence[Run]) -> str:
    """The seed's table beside ours, the base of each column in its head."""
    ours = [(r, s) for r in runs if r.record for s in STAGES if s in ("first", "repaired") and r.stage(s)]
    if not ours:
        return ""
    head = ["metric, tier", "seed: Qwen2.5-0.5B-Instruct, before", "seed: QLoRA on 300", "target", *(f"{r.made_of}: {s}" for r, s in ours)]
    rows = [[metric, before, after, target, *[""] * len(ours)] for metric, before, after, target in SEED]
    for metric, *_ in SEED:
        rows += [[f"{metric}, {_short(t)}", "", "", "", *(_said(r.figure(s, t, metric)) for r, s in ours)] for t in HEADLINE]
    return "## The seed's table beside ours\nThe seed says neither what its figures were measured on nor their n.\n\n" + table(head, rows)


def _gates(runs: Sequence[Run]) -> str:
    judged = [j for r in runs if r.figures.gated for j in judge(r.name, r.figures.stages, read_gates())]
    if not judged:
        return "## Gates\nNo committed run is held to the gates yet."
    rows = []
    for j in judged:
        wanted = f"≥ {100 * j.least:g}, {'lower end' if j.judged == 'low' else 'point'}{'' if j.must else ' (target)'}"
        rows.append([j.run, j.stage, _short(j.tier), j.metric, wanted, _said(j.figure), "holds" if j.holds else f"**no**: {j.why}"])
    return "## Gates\n" + table(["run", "stage", "tier", "metric", "wanted", "found", ""], rows)


def _runs(runs: Sequence[Run]) -> str:
    rows = []
    for r in runs:
        run = r.record.get("run", {})
        cost = f"{r.record['seconds'] / 60:.0f} min on {r.record['device']}, {r.record['dtype']}" if r.record else "–"
        rows.append([r.name, r.made_of, f"{run['learning_rate']:g}" if run else "–", str(run.get("seed", "–")), cost, r.figures.release])
    return "## Runs\n" + table(["run", "what", "learning rate", "seed", "training", "tiers of"], rows)


def _tables(run: Run) -> str:
    """One run: a metric a line, a tier a column, for each stage."""
    parts = [f"## {run.name}\n{run.made_of}."]
    for name in STAGES:
        report = run.stage(name)
        if report is None:
            continue
        tiers = [t for t in TIERS if t in report.tiers]
        rows = [[m, *(_said(report.tiers[t].get(m)) for t in tiers)] for m in SHOWN]
        rows.append(["rows", *(str(report.tiers[t]["json_valid"].n) for t in tiers)])
        parts.append(f"**{name}**\n\n" + table(["", *map(_short, tiers)], rows))
        absent = [f"{_short(t)} {n}" for t, n in report.missing.items() if n and t in tiers]
        if absent:
            parts.append("Rows not asked: " + ", ".join(absent) + ".")
    return "\n\n".join(parts)


def _scripts(runs: Sequence[Run]) -> str:
    """Slot F1 of first answers by the script of the message, where a tier has 200 rows of it."""
    rows = []
    for run in runs:
        report = run.stage("first")
        for tier, found in (report.slices if report else {}).items():
            cells = [found.get(f"script={s}", {}).get("slot_f1") for s in ("roman", "mixed", "devanagari")]
            if any(c is not None and c.n >= LEAST for c in cells):
                rows.append([run.name, _short(tier), *map(_said, cells)])
    return "## Roman against Devanagari\nSlot F1 of first answers.\n\n" + table(["run", "tier", "Roman", "mixed", "Devanagari"], rows) if rows else ""


def _transfer(runs: Sequence[Run]) -> str:
    """Hinglish-TOP, zero-shot."""
    rows = []
    for run in runs:
        if run.transfer:
            for what, found in (("mapped intents", run.transfer.mapped), ("all, the others as none", run.transfer.everything)):
                rows.append([run.name, what, *(_said(found.get(m)) for m in ("json_valid", "intent", "slot_f1"))])
    head = "## Other people's commands\nHinglish-TOP's validation, never trained on; a development figure, as its map was written by looking at it."
    return head + "\n\n" + table(["run", "commands", "valid", "intent", "slot F1"], rows) if rows else ""
