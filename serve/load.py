"""One run of load: targets side by side over the same messages, level after level, block after block, the targets by turns within a block."""

import asyncio
import math
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

from curation.opened import open_release
from eval.slices import length_band
from generators.randomness import Random
from hinglish.errors import KhichdiError
from hinglish.script import script_of
from schemas.prompt import prompt, turns
from serve.load_file import FORMAT, Asked, Case, Messages, RunFile, Target, case, machine, versions
from serve.load_loop import Arrivals, Sample, arrivals, closed_loop, open_loop
from serve.load_send import Chat, Extract, Sender

KINDS = ("chat", "extract", "generate")
WAYS = frozenset({"constrained", "schema"})


class Level(NamedTuple):
    """How hard: clients of a closed loop, or requests a second of an open one."""

    loop: Literal["closed", "open"]
    value: float
    arrivals: Arrivals = "poisson"


class Place(NamedTuple):
    """A target as it is written: label=kind:where, for chat with the model's name after #; then how it is asked, where that is not the usual way."""

    label: str
    kind: str
    where: str
    model: str
    ways: frozenset[str] = frozenset()

    @property
    def prompt(self) -> Literal["ours", "schema"]:
        """Ours, or the long one of a base that was not trained."""
        return "schema" if "schema" in self.ways else "ours"


def place(text: str) -> Place:
    """Read label=kind:where[#model][+constrained][+schema]."""
    label, equals, rest = text.partition("=")
    where, *ways = rest.split("+")
    kind, colon, where = where.partition(":")
    url, _, model = where.partition("#")
    whole = label and equals and colon and url and kind in KINDS and (model or kind != "chat")
    if not whole or not set(ways) <= WAYS or (ways and kind == "extract") or ("constrained" in ways and kind == "generate"):
        raise KhichdiError(
            f"--target {text}: write label=chat:http://127.0.0.1:8000#model, label=extract:http://127.0.0.1:8080 or label=generate:build/models/gemma@bf16; "
            "a chat target may be asked +constrained and +schema (the long prompt), a plain generate loop +schema"
        )
    return Place(label, kind, url, model, frozenset(ways))


def messages(release: str, tiers: Sequence[str], seed: int) -> tuple[str, list[str]]:
    """The release's root and the messages of these tiers in one fixed order. Gold is refused: nothing is measured on it but answers."""
    if gold := [t for t in tiers if "gold" in t]:
        raise KhichdiError(f"--tier {gold[0]}: gold is kept for scoring; name another, such as test_seen")
    opened = open_release(release)
    texts = [row.input for tier in tiers for row in opened.rows(tier)]
    rng = Random(f"{seed}/messages")
    return opened.root, sorted(texts, key=lambda _: rng.random())


def turns_of(kind: str, release: str) -> Callable[[str], list[dict[str, str]]]:
    """The turns of a message: ours, or the long ones of a base that was not trained, with schema and three rows of train."""
    if kind == "ours":
        return turns
    from train.rows import Row
    from train.schema_prompt import chosen, schema_turns

    examples = chosen([Row(r.id, r.sha, r.intent, r.input, r.target) for r in open_release(release).rows("train")])
    return lambda message: schema_turns(message, examples)


def body_of(where: Place, asked: Asked, made: Callable[[str], list[dict[str, str]]]) -> Callable[[str], dict[str, Any]]:
    """A chat request's JSON of a message: greedy, its length bounded, under the schema where that is asked."""
    fixed: dict[str, Any] = {"model": where.model, "max_tokens": asked.most, "temperature": 0.0}
    if asked.exactly:
        fixed |= {"ignore_eos": True, "min_tokens": asked.most}
    if "constrained" in where.ways:
        from train.grammar import answer_schema

        fixed["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": answer_schema()}}
    return lambda message: {**fixed, "messages": made(message)}


def sender(where: Place, asked: Asked, key: str) -> Sender:
    """What asks a target."""
    if where.kind == "extract":
        return Extract(where.where, key)
    made = turns_of(where.prompt, asked.release)
    if where.kind == "chat":
        return Chat(where.where, body_of(where, asked, made), key)
    from serve.load_plain import Length, Plain

    return Plain(where.where, made, Length(asked.most, asked.exactly))


class Work(NamedTuple):
    """All that a run does: `each` requests a target and level, dealt over the blocks of `asked`."""

    asked: Asked
    places: Sequence[Place]
    levels: Sequence[Level]
    each: int
    texts: Sequence[str]
    warm: int = 2
    within: float = math.inf  # seconds after which no block is begun: what is whole by then is kept


Say = Callable[[str], None]


async def _block(asker: Sender, level: Level, number: int, chosen: Sequence[tuple[int, str]], asked: Asked) -> list[Sample]:
    if level.loop == "closed":
        return await closed_loop(asker, chosen, int(level.value), give_up=asked.give_up)
    rng = Random(f"{asked.seed}/{level.value:g}/{number}")
    return await open_loop(asker, chosen, arrivals(level.arrivals, level.value, len(chosen), rng), give_up=asked.give_up)


async def cases(work: Work, senders: Mapping[str, Sender], outcomes: list[str], say: Say) -> list[Case]:
    """Every level: every block: every target in turn, the first one changing, each ended before the next begins; fresh messages a block while there are any."""
    out: list[Case] = []
    labels = list(senders)
    for label in labels:
        for text in work.texts[-work.warm :] if work.warm else ():
            await senders[label].send(text)
    at, per, end = 0, max(1, work.each // work.asked.blocks), time.monotonic() + work.within
    for level in work.levels:
        made: dict[str, list[list[Sample]]] = {label: [] for label in labels}
        before = os.getloadavg()[0]
        for number in range(work.asked.blocks):
            if time.monotonic() > end:
                break
            chosen = [(k % len(work.texts), work.texts[k % len(work.texts)]) for k in range(at, at + per)]
            at += per
            for label in labels[number % len(labels) :] + labels[: number % len(labels)]:
                made[label].append(await _block(senders[label], level, number, chosen, work.asked))
                say(f"{level.loop} {level.value:g}, block {number + 1} of {work.asked.blocks}, {label}: {made[label][-1][-1].latency:.2f} s")
        if not any(made.values()):
            break
        load = (round(before, 2), round(os.getloadavg()[0], 2))
        out += [case(label, level.loop, level.arrivals if level.loop == "open" else "", level.value, made[label], outcomes, load) for label in labels]
    return out


def run(work: Work, *, title: str, note: str, key: str = "", facts: Callable[[Place], dict[str, Any]] = lambda p: {}, say: Say = lambda t: None) -> RunFile:
    """Do it all; the numbers as a run file."""
    senders = {p.label: sender(p, work.asked, key) for p in work.places}
    if len(senders) != len(work.places):
        raise KhichdiError("--target: two have one label; give each its own")
    outcomes: list[str] = []

    async def whole() -> list[Case]:
        try:
            return await cases(work, senders, outcomes, say)
        finally:
            for asker in senders.values():
                await cast("Awaitable[None]", asker.close())

    found = asyncio.run(whole())
    used = work.texts[: 1 + max((m for c in found for m in c.message), default=-1)]
    about = Messages([script_of(t) for t in used], [length_band(t) for t in used], [len(t) for t in used])
    targets = [_target(p, facts(p)) for p in work.places]
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return RunFile(FORMAT, title, note, when, work.asked, machine(), versions(), targets, outcomes, about, found)


def _target(where: Place, facts: dict[str, Any]) -> Target:
    decoding: Literal["free", "constrained", "its own"] = "its own" if where.kind == "extract" else "constrained" if "constrained" in where.ways else "free"
    name, _, weights = where.where.partition("@")
    folder = Path(name).parent if Path(name).name == "adapter" else Path(name)  # build/runs/NAME/adapter
    known = {"model": folder.name, "dtype": weights or "bf16"} if where.kind == "generate" else {"model": where.model}
    return Target(where.label, where.kind, decoding, where.prompt, {**facts, **known})


def asked_of(**more: Any) -> Asked:
    """What is asked, with the prompt as it stands."""
    return Asked(prompt_hash=prompt().hash, **more)
