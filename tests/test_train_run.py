"""Laws of a run: it learns, a killed one ends in the same weights, NF4 is real, and its adapter says what it came from."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from curation.hub_check import sha256_of
from hinglish.errors import KhichdiError
from schemas.prompt import prompt
from tests.tiny_train import NEEDS_EXTRA, release_folder, tiny_base, tiny_run
from train.adapter import load_predictor, merge
from train.base import Machine, compute_dtype, cpu_flags, load_base, machine, settled
from train.commands import train as app
from train.progress import WHOLE, metrics_lines, whole_checkpoint
from train.record import card
from train.run import train

pytestmark = NEEDS_EXTRA


class KilledError(Exception):
    """Stands for the power going out."""


def weights(out: Path) -> str:
    """sha256 of a run's adapter."""
    return sha256_of(out / "adapter" / "adapter_model.safetensors")


def test_a_run_learns_and_says_what_it_came_from(tmp_path: Path) -> None:
    """Loss falls; record, card, curve and metrics lie beside the adapter; no checkpoint is left."""
    done = train(tiny_run(rows=24, epochs=3), tmp_path)
    record = done.record
    assert record["loss"]["last"] < record["loss"]["first"]
    assert record["steps"] == 9
    assert record["prompt_hash"] == prompt().hash
    assert record["rows"]["count"] == 24
    text = card(record)
    for said in (record["release"]["root"], record["rows"]["root"], record["base_identity"], record["template_hash"], "rank 16"):
        assert said in text
    assert (done.adapter / "README.md").read_text(encoding="utf-8") == text
    assert (tmp_path / "curve.svg").read_text(encoding="utf-8").startswith("<?xml")
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["step"] for row in lines] == list(range(1, 10))
    assert not list(tmp_path.glob("checkpoint-*"))


@pytest.mark.parametrize("fatal", [3, 6])
def test_a_killed_run_ends_in_the_same_weights(fatal: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed within its first or second epoch, a checkpoint half written, it goes on from the last whole one: same weights and metrics, byte for byte."""
    run = tiny_run(rows=32, dropout=0.1)  # four steps an epoch; dropout, so that the state of the random numbers counts too
    train(run, tmp_path / "whole")
    from train.trainer import fast_trainer

    step = fast_trainer().training_step
    count = []

    def dying(self: Any, *args: Any, **more: Any) -> Any:
        count.append(1)
        if len(count) == fatal:
            raise KilledError
        return step(self, *args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(fast_trainer(), "training_step", dying)
        with pytest.raises(KilledError):
            train(run, tmp_path / "killed")
    (tmp_path / "killed" / "checkpoint-9").mkdir()  # begun and never finished
    assert whole_checkpoint(tmp_path / "killed").name == f"checkpoint-{fatal - 1}"  # type: ignore[union-attr]  # it is there
    train(run, tmp_path / "killed")
    assert weights(tmp_path / "killed") == weights(tmp_path / "whole")
    assert (tmp_path / "killed" / "metrics.jsonl").read_bytes() == (tmp_path / "whole" / "metrics.jsonl").read_bytes()


def test_a_seed_is_the_run_and_another_seed_another(tmp_path: Path) -> None:
    """The same seed gives the same bytes, another seed other ones."""
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        train(tiny_run(rows=8, epochs=1, seed=seed), tmp_path / name)
    assert weights(tmp_path / "a") == weights(tmp_path / "b") != weights(tmp_path / "c")


def test_a_folder_belongs_to_one_run(tmp_path: Path) -> None:
    """A finished run is not trained again, and another run is not written over it."""
    run = tiny_run(rows=8, epochs=1)
    train(run, tmp_path)
    before = (tmp_path / "adapter" / "adapter_model.safetensors").stat().st_mtime_ns
    train(run, tmp_path)
    assert (tmp_path / "adapter" / "adapter_model.safetensors").stat().st_mtime_ns == before
    with pytest.raises(KhichdiError, match="another seed"):
        train(tiny_run(rows=8, epochs=1, seed=99), tmp_path)


def test_nf4_is_bitsandbytes_and_trains(tmp_path: Path) -> None:
    """Asked for NF4, every linear layer but the head is 4-bit, on a CPU too; what is trained is float32; the loss falls."""
    import bitsandbytes

    model = load_base(str(tiny_base()), "nf4", Machine("cpu", False))
    kinds = [type(m) for n, m in model.named_modules() if n.endswith("_proj")]
    assert kinds
    assert set(kinds) == {bitsandbytes.nn.Linear4bit}
    done = train(tiny_run(weights="nf4", rows=24, epochs=3), tmp_path)
    assert done.record["weights"] == "nf4"
    assert done.record["loss"]["last"] < done.record["loss"]["first"]


def test_trained_weights_are_float32(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """TRL makes the adapter of a 4-bit model bfloat16; without our cast back a T4's gradient scaling fails. The planted fault shows that TRL does."""
    import torch

    from train import run as module

    seen: list[set[Any]] = []

    def watched(model: Any) -> None:
        seen.append({p.dtype for p in model.parameters() if p.requires_grad})
        cast(model)
        seen.append({p.dtype for p in model.parameters() if p.requires_grad})

    cast = module.float_adapter
    monkeypatch.setattr(module, "float_adapter", watched)
    train(tiny_run(weights="nf4", rows=8, epochs=1), tmp_path)
    assert seen == [{torch.bfloat16}, {torch.float32}]


def test_weights_and_arithmetic_fit_the_machine() -> None:
    """QLoRA on CUDA; float16 on a T4, which has no bfloat16; on a CPU bfloat16 only where it computes it."""
    import torch

    t4, a100, old, new = Machine("cuda", False), Machine("cuda", True), Machine("cpu", False), Machine("cpu", True)
    assert [settled("auto", m) for m in (t4, a100, old, new)] == ["nf4", "nf4", "fp32", "bf16"]
    assert [compute_dtype("nf4", m) for m in (t4, a100, old, new)] == [torch.float16, torch.bfloat16, torch.float32, torch.bfloat16]
    assert settled("fp32", a100) == "fp32"
    assert isinstance(cpu_flags(), frozenset)


def test_a_t4_is_known_by_its_capability(monkeypatch: pytest.MonkeyPatch) -> None:
    """torch calls bfloat16 supported on a T4, which emulates it; we ask for the capability. Two visible GPUs are refused, --cpu leaves all alone."""
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    for capability, bf16 in (((7, 5), False), ((8, 0), True)):
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda found=capability: found)
        assert machine.__wrapped__() == Machine("cuda", bf16)
    assert machine.__wrapped__(cpu=True).device == "cpu"
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(KhichdiError, match="CUDA_VISIBLE_DEVICES"):
        machine.__wrapped__()


def test_validation_is_measured_after_each_epoch_and_trains_nothing(tmp_path: Path) -> None:
    """On a release with a validation split: one loss an epoch, and the same weights as without it."""
    from tests.small_release import release

    told = {"release": str(release()), "rows": 8, "epochs": 2}
    train(tiny_run(**told, validate_rows=4), tmp_path / "a")
    train(tiny_run(**told), tmp_path / "b")
    lines = [json.loads(line) for line in (tmp_path / "a" / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["epoch"] for row in lines if "eval_loss" in row] == [1.0, 2.0]
    assert all(row["eval_loss"] > 0 for row in lines if "eval_loss" in row)
    assert weights(tmp_path / "a") == weights(tmp_path / "b")


def test_a_stop_token_alone_ends_every_trained_row(tmp_path: Path) -> None:
    """What TRL's collator hands to the loss: each row's last trained label is the stop token, none is padding."""
    from trl.trainer.sft_trainer import DataCollatorForLanguageModeling

    from tests.tiny_train import made_rows
    from train.chat import load_tokenizer
    from train.run import dataset, encode_rows

    tokenizer = load_tokenizer(str(tiny_base()))
    rows = dataset(encode_rows(tokenizer, made_rows()[:8], 512))
    made = DataCollatorForLanguageModeling(pad_token_id=tokenizer.pad_token_id)([dict(r) for r in rows])
    for labels in made["labels"].tolist():
        trained = [t for t in labels if t != -100]
        assert trained[-1] == tokenizer.eos_token_id
        assert tokenizer.pad_token_id not in trained


def test_an_adapter_is_refused_where_prompt_template_or_base_changed(tmp_path: Path) -> None:
    """Each of the three hashes in the record is held: a planted other one names itself and the way out."""
    done = train(tiny_run(rows=8, epochs=1), tmp_path)
    load_predictor(done.adapter, cpu=True)
    file = done.adapter / "khichdi.json"
    whole = file.read_text(encoding="utf-8")
    for key in ("prompt_hash", "template_hash", "base_identity"):
        file.write_text(json.dumps(json.loads(whole) | {key: "0" * 64}), encoding="utf-8")
        with pytest.raises(KhichdiError, match=f"trained with {key} 000000000000"):
            load_predictor(done.adapter, cpu=True)


def test_a_merged_folder_is_the_adapter(tmp_path: Path) -> None:
    """Merging keeps every logit up to rounding, and refuses to write over a folder; the bare base differs."""
    import torch

    done = train(tiny_run(rows=16, epochs=2), tmp_path / "run")
    merge(done.adapter, tmp_path / "merged")
    ids = torch.tensor([[5, 6, 7, 8]])
    with torch.inference_mode():
        apart = load_predictor(done.adapter, cpu=True).model(ids).logits
        merged = load_base(str(tmp_path / "merged"), "fp32", Machine("cpu", False))(ids).logits
        bare = load_base(str(tiny_base()), "fp32", Machine("cpu", False))(ids).logits
    assert torch.allclose(apart, merged, atol=1e-3)
    assert not torch.allclose(apart, bare, atol=1e-3)
    with pytest.raises(KhichdiError, match="is there already"):
        merge(done.adapter, tmp_path / "merged")


def test_half_a_checkpoint_is_none(tmp_path: Path) -> None:
    """Only a checkpoint with its mark counts, and the highest number wins, not the last name."""
    assert whole_checkpoint(tmp_path) is None
    for number, whole in ((9, True), (10, True), (11, False)):
        (tmp_path / f"checkpoint-{number}").mkdir()
        if whole:
            (tmp_path / f"checkpoint-{number}" / WHOLE).touch()
    assert whole_checkpoint(tmp_path) == tmp_path / "checkpoint-10"


def test_metrics_hold_nothing_that_a_clock_decides() -> None:
    """Run times are left out, so a resumed run's metrics are equal bytes."""
    history = [{"step": 1, "loss": 2.0, "epoch": 0.5}, {"step": 2, "train_runtime": 3.1, "train_loss": 2.0}]
    assert metrics_lines(history) == '{"step": 1, "epoch": 0.5, "loss": 2.0}\n'


def test_the_commands_inspect_and_run(tmp_path: Path) -> None:
    """`train inspect` counts what `train run` then trains, with another number of rows than the file says."""
    config = tmp_path / "c.toml"
    told = f'name = "c"\nbase = "{tiny_base()}"\nrelease = "{release_folder()}"\nepochs = 1\nlog_every = 1\nweights = "fp32"\ncpu = true\n'
    config.write_text(told, encoding="utf-8")
    seen = CliRunner().invoke(app, ["inspect", str(config), "--rows", "8", "--json"])
    assert seen.exit_code == 0, seen.output
    shown = CliRunner().invoke(app, ["inspect", str(config), "--rows", "8", "--show", "1"])
    assert "tokens" in shown.output
    done = CliRunner().invoke(app, ["run", str(config), "--rows", "8", "--out", str(tmp_path / "out"), "--json"])
    assert done.exit_code == 0, done.output
    record = json.loads(done.stdout[done.stdout.index("{") :])
    assert record["tokens"] == json.loads(seen.stdout)["lengths"]["tokens"]
    assert record["rows"]["count"] == 8
