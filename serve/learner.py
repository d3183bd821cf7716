"""The model of a loop: answers of an adapter to a set, and an adapter that goes on from another; each kept where it lies whole."""

from pathlib import Path
from typing import Protocol

from serve.loop_config import Loop


class Learner(Protocol):
    """What the loop asks of a model."""

    def answers(self, adapter: str, rows: Path, out: Path) -> dict[str, str]:
        """Row id → first answer, of an adapter or of the bare base where none is named."""
        ...

    def train(self, before: str, rows: Path, out: Path, seed: int) -> Path:
        """An adapter in `out`/adapter that goes on from `before` over the rows of a set."""
        ...


class Trained:
    """A real one: train/ does the work."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop

    def answers(self, adapter: str, rows: Path, out: Path) -> dict[str, str]:
        """Greedy, unconstrained, in shards: a killed prediction goes on."""
        from schemas.prediction import read_predictions
        from train.adapter import load_predictor
        from train.predict import Setting, predict
        from train.rows import open_release

        file = out / "train.first.jsonl"
        if not file.is_file():
            out.mkdir(parents=True, exist_ok=True)
            predictor = load_predictor(Path(adapter) if adapter else None, self._loop.base, cpu=self._loop.cpu)
            predict(predictor, open_release(rows), "train", Setting(most=self._loop.most), out)
        return {p.id: p.output for p in read_predictions(file)}

    def train(self, before: str, rows: Path, out: Path, seed: int) -> Path:
        """One run of train/run.py that starts from an adapter."""
        from train.config import Run
        from train.run import train

        loop = self._loop
        run = Run(out.name, loop.base, str(rows), start=before, seed=seed, epochs=loop.epochs, batch=loop.batch, learning_rate=loop.learning_rate, cpu=loop.cpu)
        return train(run, out).adapter
