"""A run file: what was asked of which servers on which machine, and a line of numbers a request. No text of a message or an answer is in it.

Everything that is printed is derived from these numbers when it is printed (serve/load_figures.py); nothing is kept twice.
"""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import msgspec

from hinglish.errors import KhichdiError
from serve.load_loop import Sample

FORMAT = 1


class Asked(msgspec.Struct, frozen=True):
    """What every target of a run was asked alike. Seconds; `most` tokens an answer, or just so many where `exactly`."""

    prompt_hash: str
    most: int
    exactly: bool
    deadline: float
    give_up: float
    release: str
    root: str
    tiers: tuple[str, ...]
    seed: int
    blocks: int


class Target(msgspec.Struct, frozen=True):
    """Who answered: a label, how it was reached ("chat", "extract" or "generate"), how it decoded under which prompt, and what is known of it."""

    label: str
    kind: str
    decoding: Literal["free", "constrained", "its own"]
    prompt: Literal["ours", "schema"]
    facts: dict[str, Any]


class Case(msgspec.Struct, frozen=True):
    """One target at one level (clients of a closed loop, requests a second of an open one); columns hold one number a request, in order.

    Times in milliseconds: `waited` from due to sent, `first` and `latency` from due. `outcome` counts into the file's outcomes, `message`
    into its messages. `spans`: seconds a block, from its first due time to its last answer; `load`: the machine's load before and after.
    """

    target: str
    loop: Literal["closed", "open"]
    arrivals: str
    level: float
    spans: tuple[float, ...]
    load: tuple[float, float]
    block: list[int]
    message: list[int]
    waited: list[float]
    first: list[float | None]
    latency: list[float]
    tokens: list[int]
    outcome: list[int]


class Messages(msgspec.Struct, frozen=True):
    """Of each message that was sent its script, its band of words, and how many characters it has."""

    script: list[str]
    words: list[str]
    chars: list[int]


class RunFile(msgspec.Struct, frozen=True):
    """The whole file."""

    format: int
    title: str
    note: str
    when: str
    asked: Asked
    machine: dict[str, Any]
    versions: dict[str, str]
    targets: list[Target]
    outcomes: list[str]
    messages: Messages
    cases: list[Case]


def machine() -> dict[str, Any]:
    """The machine, without its name."""
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text(encoding="utf-8").splitlines() if cpu.is_file() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor() or "unknown")
    flags = next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), [])
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"cpu": model, "cores": os.cpu_count(), "memory_gib": round(memory, 1), "bf16": bool({"avx512_bf16", "amx_bf16"} & set(flags)),
            "system": platform.system(), "python": platform.python_version()}  # fmt: skip


def versions() -> dict[str, str]:
    """The libraries of the side that asks (and, for the plain loop, answers)."""
    found = {}
    for name in ("httpx2", "msgspec", "torch", "transformers", "peft", "bitsandbytes"):
        try:
            found[name] = version(name)
        except ModuleNotFoundError:
            continue
    return found


def case(target: str, loop: Literal["closed", "open"], kind: str, level: float, blocks: Sequence[Sequence[Sample]], outcomes: list[str],
         load: tuple[float, float]) -> Case:  # fmt: skip
    """Samples of every block as columns; an outcome not met before is added to `outcomes`."""
    rows = [(number, s) for number, block in enumerate(blocks) for s in block]
    for _, s in rows:
        if s.outcome not in outcomes:
            outcomes.append(s.outcome)
    return Case(
        target, loop, kind, level, tuple(round(max(s.done for s in b) - min(s.due for s in b), 6) for b in blocks), load,
        block=[n for n, _ in rows], message=[s.message for _, s in rows], waited=[_ms(s.sent - s.due) for _, s in rows],
        first=[None if s.first is None else _ms(s.first - s.due) for _, s in rows], latency=[_ms(s.latency) for _, s in rows],
        tokens=[s.tokens for _, s in rows], outcome=[outcomes.index(s.outcome) for _, s in rows],
    )  # fmt: skip


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)


def write(found: RunFile, out: Path) -> None:
    """Write beside and rename."""
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{out.name}.part")
    part.write_bytes(msgspec.json.encode(found) + b"\n")
    part.replace(out)


def read(path: Path) -> RunFile:
    """A run file, its columns held to one length and its numbers to what they count into."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=RunFile)
    except OSError as fault:
        raise KhichdiError(f"{path}: {fault.strerror}; `khichdi load run` writes a run file") from fault
    except (msgspec.DecodeError, msgspec.ValidationError) as fault:
        raise KhichdiError(f"{path}: {fault}; write it again with `khichdi load run`") from fault
    if found.format != FORMAT:
        raise KhichdiError(f"{path}: format {found.format}, this code reads {FORMAT}; measure again")
    labels = {t.label for t in found.targets}
    for c in found.cases:
        sizes = {len(c.block), len(c.message), len(c.waited), len(c.first), len(c.latency), len(c.tokens), len(c.outcome)}
        fits = max(c.outcome, default=0) < len(found.outcomes) and max(c.message, default=0) < len(found.messages.script)
        if len(sizes) != 1 or not fits or c.target not in labels:
            raise KhichdiError(f"{path}: case {c.target} {c.loop} {c.level:g} does not agree with itself; measure again")
    return found
