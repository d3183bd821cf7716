"""The base model of a run, in the form the machine is best at: 4-bit NF4, bfloat16, or float32; and what that machine is."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from hinglish.errors import KhichdiError
from train.config import Weights


class Machine(NamedTuple):
    """Where a run computes: "cuda" or "cpu", and whether bfloat16 is computed there, not emulated."""

    device: str
    bf16: bool


@cache
def machine(cpu: bool = False) -> Machine:
    """This machine. A T4 (capability 7.5) only emulates bfloat16, and torch.cuda.is_bf16_supported() says yes to that: its capability is asked."""
    import torch

    if torch.cuda.is_available() and not cpu:
        if torch.cuda.device_count() > 1:
            raise KhichdiError(f"{torch.cuda.device_count()} GPUs are visible and a run takes one; set CUDA_VISIBLE_DEVICES=0")
        return Machine("cuda", torch.cuda.get_device_capability()[0] >= 8)
    return Machine("cpu", bool(cpu_flags() & {"avx512_bf16", "amx_bf16", "bf16"}))


def cpu_flags() -> frozenset[str]:
    """The processor's features where Linux lists them ("flags", on ARM "Features"); none elsewhere."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    return frozenset(f for line in lines if line.startswith(("flags", "Features")) for f in line.partition(":")[2].split())


def settled(weights: Weights, here: Machine) -> Weights:
    """What "auto" is here: QLoRA on CUDA; on a CPU bfloat16 where it computes it, else float32, which is then two to four times as fast."""
    if weights != "auto":
        return weights
    return "nf4" if here.device == "cuda" else "bf16" if here.bf16 else "fp32"


def compute_dtype(weights: Weights, here: Machine) -> Any:
    """The dtype of the arithmetic: bfloat16 where the machine has it, else float16 on CUDA and float32 on a CPU; as asked where asked."""
    import torch

    if weights == "fp32":
        return torch.float32
    if here.bf16 or weights == "bf16":
        return torch.bfloat16
    return torch.float16 if here.device == "cuda" else torch.float32


def load_base(base: str, weights: Weights, here: Machine, revision: str | None = None) -> Any:
    """The model on its device, nothing trainable yet; `revision` is a commit on the Hub. NF4 is bitsandbytes', doubly quantised (Dettmers et al. 2023)."""
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig

    dtype = compute_dtype(weights, here)
    more: dict[str, Any] = {"dtype": dtype, "revision": revision or "main"}
    if weights == "nf4":
        more["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
        )
        more["device_map"] = {"": 0 if here.device == "cuda" else "cpu"}
    try:
        model = AutoModelForCausalLM.from_pretrained(base, **more)
    except (OSError, ValueError) as fault:
        why = str(fault).splitlines()[0]
        raise KhichdiError(f"{base}: no model there ({why}); a base is a Hugging Face folder or Hub id; `khichdi models get` makes local ones") from fault
    return model if weights == "nf4" else model.to(here.device)
