"""One training run: a verified release, one config, one function. A killed run goes on from its last whole checkpoint to the same weights."""

import json
import math
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from curation.inputs import inputs
from hinglish.errors import KhichdiError
from schemas.prompt import turns
from train.adapter import begun, go_on
from train.base import compute_dtype, load_base, machine, settled
from train.chat import Encoded, encode, load_tokenizer
from train.config import Run
from train.progress import callback_class, curve, whole_checkpoint, write_metrics
from train.record import RECORD, base_identity, base_terms, card, hashes, versions, write_json
from train.rows import Row, open_release, read, root_of
from train.trainer import fast_trainer, float_adapter, lora, settings


class Trained(NamedTuple):
    """Where the adapter lies, and its record."""

    adapter: Path
    record: dict[str, Any]


def encode_rows(tokenizer: Any, rows: Sequence[Row], most: int) -> list[Encoded]:
    """Every row as ids. A row longer than `most` stops the run: cut off, it would teach answers that do not end."""
    out = []
    for row in rows:
        made = encode(tokenizer, turns(row.input), row.target, row.id)
        if len(made.ids) > most:
            raise KhichdiError(f"row {row.id}: {len(made.ids)} tokens with its label, max_tokens is {most}; it would be cut off: raise max_tokens")
        out.append(made)
    return out


def dataset(rows: Sequence[Encoded]) -> Any:
    """Rows as TRL takes them when they are tokens already."""
    from datasets import Dataset

    return Dataset.from_dict({"input_ids": [r.ids for r in rows], "labels": [r.labels for r in rows], "length": [len(r.ids) for r in rows]})


def train(run: Run, out: Path, bar: Any = None) -> Trained:
    """Train an adapter into `out`/adapter. A finished run of the same settings is returned, a stopped one goes on, one of other settings is refused."""
    from transformers import PrinterCallback

    release = open_release(Path(run.release), run.root)
    rows = read(release, "train", run.rows)
    held_out = read(release, "validation", run.validate_rows) if run.validate_rows else []
    tokenizer = load_tokenizer(run.base)
    encoded = encode_rows(tokenizer, rows, run.max_tokens)
    here = machine(run.cpu)
    weights = settled(run.weights, here)
    facts = {
        "run": {k: v for k, v in run.facts().items() if k != "start"} | {"release": "", "cpu": False},  # where a folder lies is no part of a run; its root is
        "base": run.base,
        "base_identity": base_identity(run.base),
        "release": {"name": release.name, "root": release.root},
        "rows": {"count": len(rows), "root": root_of(rows)},
        "weights": weights,
        **hashes(tokenizer),
    }
    if run.start:
        facts["start"] = begun(run, facts, tokenizer)
    held_to(facts, out)
    adapter = out / "adapter"
    if (adapter / RECORD).is_file():
        return Trained(adapter, json.loads((adapter / RECORD).read_text(encoding="utf-8")))
    model = load_base(run.base, weights, here)
    if run.start:
        model = go_on(model, Path(run.start))
    steps = math.ceil(len(rows) / (run.batch * run.accumulate)) * run.epochs
    trainer = fast_trainer()(
        model=model,
        args=settings(run, out, weights, here, math.ceil(steps)),
        train_dataset=dataset(encoded),
        eval_dataset=dataset(encode_rows(tokenizer, held_out, run.max_tokens)) if held_out else None,
        processing_class=tokenizer,
        peft_config=None if run.start else lora(run),
        callbacks=[callback_class()(out, bar)],
    )
    trainer.remove_callback(PrinterCallback)
    float_adapter(trainer.model)
    began = time.perf_counter()
    last = whole_checkpoint(out)
    trainer.train(resume_from_checkpoint=str(last) if last else None)
    seconds = time.perf_counter() - began
    losses = [float(h["loss"]) for h in trainer.state.log_history if "loss" in h]
    if not losses or not math.isfinite(losses[-1]):
        raise KhichdiError(f"{out}: the loss ended at {losses[-1:]}; lower learning_rate")
    record = {
        **facts,
        "base_terms": {k: v for k, v in base_terms(run.base).items() if k in ("model", "licence", "adapter_may_be_published", "gguf_sha256")},
        "base_identity": facts["base_identity"] if Path(run.base).is_dir() else base_identity(run.base, getattr(model.config, "_commit_hash", None)),
        "schema_hash": inputs()["schemas"],
        "steps": trainer.state.global_step,
        "loss": {"first": losses[0], "last": losses[-1]},
        "dtype": str(compute_dtype(weights, here)).removeprefix("torch."),
        "device": here.device,
        "seconds": round(seconds, 1),
        "seconds_cover": f"steps from {int(last.name.rpartition('-')[2]) if last else 0} on",
        "tokens": sum(len(r.ids) for r in encoded),
        "versions": versions(),
    }
    write_metrics(trainer.state.log_history, out)
    curve(out / "metrics.jsonl", out / "curve.svg", f"{run.name}: {len(rows)} rows")
    save(trainer.model, record, adapter)
    for checkpoint in out.glob("checkpoint-*"):
        shutil.rmtree(checkpoint)
    return Trained(adapter, record)


def held_to(facts: dict[str, Any], out: Path) -> None:
    """A folder belongs to one run: run.json says which, and another is refused."""
    out.mkdir(parents=True, exist_ok=True)
    file = out / "run.json"
    if file.is_file():
        there = json.loads(file.read_text(encoding="utf-8"))
        odd = [k for k in facts if there.get(k) != facts[k]]
        if odd:
            inner = [k for k in facts["run"] if there["run"].get(k) != facts["run"][k]] if "run" in odd else odd
            raise KhichdiError(f"{out}: holds a run with another {', '.join(inner)}; name another folder with --out, or remove this one")
    write_json(file, facts)


def save(model: Any, record: dict[str, Any], adapter: Path) -> None:
    """The adapter, its record and its card, beside their place and renamed; the record is what says that it is whole."""
    part = adapter.with_name(".adapter.part")
    shutil.rmtree(part, ignore_errors=True)
    model.save_pretrained(str(part))
    write_json(part / RECORD, record)
    (part / "README.md").write_text(card(record), encoding="utf-8")
    part.rename(adapter)
