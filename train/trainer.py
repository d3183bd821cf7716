"""TRL's SFTTrainer with the loss of train/loss.py, and the settings of a run as TRL's own."""

from functools import cache
from pathlib import Path
from typing import Any

from train.base import Machine, compute_dtype
from train.config import Run, Weights
from train.loss import frozen_head, hidden_and_labels, parts


def order(lengths: list[int], batch: int, seed: int) -> list[int]:
    """Places of rows for one epoch: batches of rows of like length, as transformers groups them, the batches themselves in random order.

    transformers leaves each fifty batches sorted, longest first. A label's length follows its intent, so every fifty steps ended on `none`
    alone, and the loss leapt from .08 to 2.4 at the next step. Shuffled batches cost no padding.
    """
    import torch
    from transformers.trainer_pt_utils import get_length_grouped_indices

    stream = torch.Generator().manual_seed(seed)
    rows = get_length_grouped_indices(lengths, batch, generator=stream)
    batches = [rows[at : at + batch] for at in range(0, len(rows), batch)]
    places = torch.randperm(len(batches), generator=stream).tolist()
    places.sort(key=lambda place: len(batches[place]) < batch)  # one that is not full comes last, or it would cut the others anew
    return [row for place in places for row in batches[place]]


@cache
def ordered_trainer() -> Any:
    """SFTTrainer whose order of rows hangs on seed and epoch alone.

    transformers' sampler draws from the global stream, which stands elsewhere when a killed run comes back in the middle of an epoch:
    some rows were then seen twice and others never.
    """
    from transformers.trainer_pt_utils import LengthGroupedSampler
    from trl import SFTTrainer

    class ByLength(LengthGroupedSampler):  # type: ignore[misc]  # transformers is Any to mypy
        """`order`, an epoch from a stream of its own."""

        def __init__(self, batch: int, lengths: list[int], seed: int) -> None:
            super().__init__(batch, lengths=lengths)
            self.seed, self.epoch = seed, 0

        def set_epoch(self, epoch: int) -> None:
            """Called by the trainer before each epoch, also before the one that a run comes back to."""
            self.epoch = epoch

        def __iter__(self) -> Any:
            """Numbers of rows."""
            return iter(order(self.lengths, self.batch_size, self.seed + self.epoch))

    class OrderedTrainer(SFTTrainer):  # type: ignore[misc]  # as above
        """Plain TRL but for the order."""

        def _get_train_sampler(self, train_dataset: Any = None) -> Any:
            lengths = list(self.train_dataset["length"])  # of the rows as given: what is handed in here has lost the column
            return ByLength(self.args.train_batch_size * self.args.gradient_accumulation_steps, lengths, self.args.data_seed)

    return OrderedTrainer


@cache
def fast_trainer() -> Any:
    """The class, made where trl is imported (5 s)."""

    class FastTrainer(ordered_trainer()):  # type: ignore[misc]  # made at run time
        """That trainer, whose loss computes a shared prompt once and the head on trained tokens only."""

        def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None) -> Any:
            """Summed loss of the trained tokens over their number in the whole step, as SFTTrainer's."""
            found = None if return_outputs or self.accelerator.num_processes > 1 else parts(self.accelerator.unwrap_model(model))
            if found is None:
                return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
            backbone, weight = found
            with self.accelerator.autocast():
                hidden, labels = hidden_and_labels(backbone, inputs)
            if model.training:
                self._total_train_tokens += int(inputs["attention_mask"].sum())
            return frozen_head()(hidden, weight, labels) / (len(labels) if num_items_in_batch is None else num_items_in_batch)

        def create_model_card(self, *_: Any, **__: Any) -> None:
            """No card of TRL's in the checkpoints: train/record.py writes ours beside the adapter."""

    return FastTrainer


def settings(run: Run, out: Path, weights: Weights, here: Machine, steps: int) -> Any:
    """A run as TRL's settings: no recomputation, rows of like length together, nothing truncated, nothing sent anywhere."""
    import torch
    from trl import SFTConfig

    dtype = compute_dtype(weights, here)
    return SFTConfig(
        output_dir=str(out),
        num_train_epochs=run.epochs,
        per_device_train_batch_size=run.batch,
        per_device_eval_batch_size=run.batch,
        gradient_accumulation_steps=run.accumulate,
        learning_rate=run.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=round(run.warmup * steps),
        weight_decay=0.0,
        max_grad_norm=1.0,
        seed=run.seed,
        data_seed=run.seed,
        use_cpu=here.device == "cpu",
        bf16=dtype == torch.bfloat16,
        fp16=dtype == torch.float16,
        activation_checkpointing=False,
        gradient_checkpointing=None,  # the old name, which TRL turns on where nothing is said
        train_sampling_strategy="group_by_length",
        max_length=None,
        packing=False,
        dataset_kwargs={"skip_prepare_dataset": True},
        save_strategy="steps",
        save_steps=run.save_every,
        save_total_limit=2,
        logging_steps=min(run.log_every, steps),
        logging_first_step=True,
        eval_strategy="epoch" if run.validate_rows else "no",
        prediction_loss_only=True,
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=here.device == "cuda",
    )


def lora(run: Run) -> Any:
    """LoRA on every linear layer but the head (Dettmers et al. 2023, section 4)."""
    from peft import LoraConfig

    return LoraConfig(r=run.rank, lora_alpha=run.alpha, lora_dropout=run.dropout, target_modules="all-linear", bias="none", task_type="CAUSAL_LM")


def float_adapter(model: Any) -> None:
    """Trained weights in float32: TRL makes those of a 4-bit model bfloat16, which the scaling of float16 gradients (on a T4) refuses."""
    import torch

    for weight in model.parameters():
        if weight.requires_grad:
            weight.data = weight.data.to(torch.float32)
