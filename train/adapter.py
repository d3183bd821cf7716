"""Load what predicts: an adapter on its base, the two merged, or a bare base; held to the prompt, template and base it was trained with."""

import shutil
from pathlib import Path
from typing import Any, NamedTuple

from curation.hub_check import sha256_of
from hinglish.errors import KhichdiError
from train.base import Machine, load_base, machine, settled
from train.chat import load_tokenizer
from train.config import Run, Weights
from train.record import base_identity, hashes, held, read_record, write_json


class Predictor(NamedTuple):
    """A model ready to answer, its tokenizer, and what it is (for the record beside its predictions)."""

    model: Any
    tokenizer: Any
    facts: dict[str, Any]


def load_predictor(adapter: Path | None, base: str = "", *, merged: bool = False, weights: Weights = "auto", cpu: bool = False) -> Predictor:
    """An adapter (`base` may say where its base lies now), or a bare base where there is no adapter."""
    here = machine(cpu)
    if adapter is None:
        if not base:
            raise KhichdiError("predict: nothing to run; name an adapter, or a base with --base")
        tokenizer = load_tokenizer(base)
        kind = settled(weights, here)
        facts = {"base": base, "base_identity": base_identity(base), "adapter": None, "merged": False, "weights": kind, "device": here.device}
        return Predictor(load_base(base, kind, here).eval(), tokenizer, facts | hashes(tokenizer))
    record = read_record(adapter)
    base = base or str(record["base"])
    commit = None if Path(base).is_dir() else str(record["base_identity"]).rpartition(" ")[2]
    commit = None if commit == "unknown" else commit  # a base on the Hub is taken at the commit that was trained on
    tokenizer = load_tokenizer(base, commit)
    identity = base_identity(base, commit)
    held(record, tokenizer, identity, adapter)
    kind = settled(weights, here) if weights != "auto" else _trained_in(record, here, merged)
    model = _with_adapter(load_base(base, kind, here, commit), adapter, kind, merged)
    sha = sha256_of(adapter / "adapter_model.safetensors")
    facts = {"base": base, "base_identity": identity, "adapter": record["run"]["name"], "adapter_sha256": sha, "merged": merged}
    return Predictor(model, tokenizer, facts | {"weights": kind, "device": here.device, **hashes(tokenizer)})


def begun(run: Run, facts: dict[str, Any], tokenizer: Any) -> str:
    """The sha256 of the adapter that a run goes on from. Raises KhichdiError where it is of another base, prompt or template."""
    start = Path(run.start)
    held(read_record(start), tokenizer, str(facts["base_identity"]), start)
    return sha256_of(start / "adapter_model.safetensors")


def go_on(base: Any, adapter: Path) -> Any:
    """A base with an adapter whose weights are trained on."""
    from peft import PeftModel

    return PeftModel.from_pretrained(base, str(adapter), is_trainable=True)


def _trained_in(record: dict[str, Any], here: Machine, merged: bool) -> Weights:
    """The weights an adapter was trained on, where this machine computes them as well; merging needs dense ones."""
    trained: Weights = record["weights"]
    if merged and trained == "nf4":
        return "bf16" if here.bf16 else "fp32"
    return trained if trained != "bf16" or here.bf16 else "fp32"


def _with_adapter(base: Any, adapter: Path, weights: Weights, merged: bool) -> Any:
    from peft import PeftModel

    model = PeftModel.from_pretrained(base, str(adapter))
    if merged:
        if weights == "nf4":
            raise KhichdiError(f"{adapter}: merging into 4-bit weights rounds the adapter away; merge with --weights bf16 or fp32")
        model = model.merge_and_unload()
    return model.eval()


def merge(adapter: Path, out: Path, base: str = "") -> None:
    """Adapter and base as one dense Hugging Face folder for a server, with the adapter's record and card; written beside its place and renamed."""
    if out.exists():
        raise KhichdiError(f"{out}: is there already; name a new folder")
    found = load_predictor(adapter, base, merged=True, cpu=True)
    part = out.with_name(f".{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    found.model.save_pretrained(part)
    found.tokenizer.save_pretrained(part)
    write_json(part / "khichdi.json", read_record(adapter) | {"merged": True})
    shutil.copy(adapter / "README.md", part / "README.md")
    part.rename(out)
