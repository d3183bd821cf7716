"""What a run shows and keeps while it goes: a bar with loss and time left, metrics.jsonl, and a mark on each whole checkpoint."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

WHOLE = "khichdi_whole"  # stands in a checkpoint once everything else does


def metrics_lines(history: Iterable[dict[str, Any]]) -> str:
    """The log as JSON lines: step, epoch, loss, learning rate, gradient norm, validation loss; nothing that a clock decides."""
    kept = ("step", "epoch", "loss", "eval_loss", "learning_rate", "grad_norm")
    rows = [{k: entry[k] for k in kept if k in entry} for entry in history]
    return "".join(json.dumps(r) + "\n" for r in rows if "loss" in r or "eval_loss" in r)


def write_metrics(history: Iterable[dict[str, Any]], folder: Path) -> None:
    """metrics.jsonl, put in its place whole; the history comes out of the checkpoint on resuming, so no line is lost or doubled."""
    draft = folder / "metrics.jsonl.part"
    draft.write_text(metrics_lines(history), encoding="utf-8")
    draft.replace(folder / "metrics.jsonl")


def whole_checkpoint(folder: Path) -> Path | None:
    """The last checkpoint that was written to its end; a half-written one, left by a kill, is no checkpoint."""
    found = [p for p in folder.glob("checkpoint-*") if (p / WHOLE).is_file()]
    return max(found, key=lambda p: int(p.name.rpartition("-")[2]), default=None)


@cache
def callback_class() -> Any:
    """The callback, made where transformers is imported."""
    from transformers import TrainerCallback

    class Watch(TrainerCallback):  # type: ignore[misc]  # transformers is Any to mypy
        """Metrics and marks in `folder`, the bar in `bar` (a Rich Progress) if there is one."""

        def __init__(self, folder: Path, bar: Any = None) -> None:
            self.folder, self.bar, self.task = folder, bar, None

        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            """The bar begins where the run resumes."""
            if self.bar is not None:
                self.task = self.bar.add_task("training", total=state.max_steps, completed=state.global_step, loss="…")

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            """One step on."""
            if self.bar is not None:
                self.bar.update(self.task, completed=state.global_step)

        def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **_: Any) -> None:
            """Loss to the bar, everything to the file."""
            write_metrics(state.log_history, self.folder)
            if self.bar is not None and logs and "loss" in logs:
                self.bar.update(self.task, loss=f"{float(logs['loss']):.4f}")

        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            """Everything of this checkpoint is on disk."""
            (self.folder / f"checkpoint-{state.global_step}" / WHOLE).touch()

    return Watch


def curve(metrics: Path, out: Path, title: str) -> None:
    """The learning curve as a small SVG; same metrics, same bytes."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    rows = [json.loads(line) for line in metrics.read_text(encoding="utf-8").splitlines()]
    figure = Figure(figsize=(5, 2.6), layout="constrained")
    axes = figure.subplots()
    for key, name in (("loss", "train"), ("eval_loss", "validation")):
        points = [(r["step"], float(r[key])) for r in rows if key in r]
        if points:
            axes.plot(*zip(*points, strict=True), marker="." if len(points) < 30 else "", label=name, linewidth=1)
    axes.set(xlabel="step", ylabel="loss a token", title=title, yscale="log")
    axes.legend(frameon=False)
    with mpl.rc_context({"svg.hashsalt": "khichdi", "svg.fonttype": "none"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
