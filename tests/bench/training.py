"""Training beside plain TRL (no recomputation, rows of like length together): same base, rows, order and settings; tokens a second, and the losses of both."""

from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import Any

from measure import ROUNDS, Contest, by_turns, cpu

from hinglish.errors import KhichdiError
from train.base import load_base, machine, settled
from train.chat import load_tokenizer
from train.config import Run
from train.rows import open_release, read
from train.run import dataset, encode_rows
from train.trainer import fast_trainer, float_adapter, lora, ordered_trainer, settings

SAME = 0.02  # how far two losses of one step may lie apart: rounding in another order, never another curve


def training(base: str, release: Path, steps: int) -> Contest:
    """`steps` steps of eight rows a round for each side, the model and the optimiser made before the clock starts."""
    import datasets
    from transformers import PrinterCallback
    from transformers.utils import logging

    datasets.disable_progress_bars()
    logging.disable_progress_bar()

    here = machine(cpu=True)
    run = Run("bench", base, str(release), rows=8 * steps, epochs=1, log_every=1, save_every=10**6, cpu=True)
    weights = settled(run.weights, here)
    tokenizer = load_tokenizer(base)
    encoded = encode_rows(tokenizer, read(open_release(release), "train", run.rows), run.max_tokens)
    tokens = sum(len(r.ids) for r in encoded)
    losses: dict[str, list[float]] = {}

    def side(who: str, kind: Any) -> float:
        with TemporaryDirectory() as folder:
            model = load_base(base, weights, here)
            made = settings(run, Path(folder), weights, here, steps)
            trainer = kind(model=model, args=made, train_dataset=dataset(encoded), processing_class=tokenizer, peft_config=lora(run))
            trainer.remove_callback(PrinterCallback)
            float_adapter(trainer.model)
            rate = cpu(trainer.train, tokens)
            losses[who] = [float(h["loss"]) for h in trainer.state.log_history if "loss" in h]
        return rate

    names = {"khichdi": fast_trainer(), "TRL's SFTTrainer": ordered_trainer()}  # TRL's in all but the order of rows, which is ours
    rates = by_turns({who: lambda who=who, kind=kind: side(who, kind) for who, kind in names.items()})  # type: ignore[misc]  # a default binds the loop's value
    apart = max(abs(a - b) for a, b in zip(*losses.values(), strict=True))
    if apart > SAME:
        raise KhichdiError(f"training: losses of the sides lie {apart:.4f} apart, over {SAME}; see train/loss.py")
    note = f"{base}, {weights}, {steps} steps of 8 rows, {mean(len(r.ids) for r in encoded):.0f} tokens a row, "
    return Contest("training", "tokens/s", "TRL's SFTTrainer", rates, note + f"{len(encoded) * ROUNDS} rows a side; losses at most {apart:.5f} apart")
