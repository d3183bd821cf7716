"""Closed and open loops. In the open one every request has its time before anything is sent, and its latency counts from that time, not from
when it was at last sent: a server that stalls is seen by every request that should have been sent meanwhile (Tene, "How not to measure latency")."""

import asyncio
import math
import time
from collections.abc import Sequence
from typing import Literal, NamedTuple

from generators.randomness import Random
from serve.load_send import TIMEOUT, Reply, Sender, failed

Arrivals = Literal["poisson", "fixed"]


class Sample(NamedTuple):
    """One request: its message's number; when it was due, sent, first answered and done, in seconds from the block's beginning; what came of it."""

    message: int
    due: float
    sent: float
    first: float | None
    done: float
    tokens: int
    outcome: str

    @property
    def latency(self) -> float:
        """Seconds from when it was due."""
        return self.done - self.due


def arrivals(kind: Arrivals, rate: float, n: int, rng: Random) -> list[float]:
    """n times in seconds, the first at 0: `rate` a second, evenly, or with exponential gaps."""
    if kind == "fixed":
        return [i / rate for i in range(n)]
    out, at = [0.0], 0.0
    for _ in range(n - 1):
        at -= math.log(1.0 - rng.random()) / rate
        out.append(at)
    return out[:n]


async def _one(sender: Sender, number: int, text: str, due: float, began: float, give_up: float) -> Sample:
    sent = time.perf_counter()
    left = began + due + give_up - sent
    try:
        reply: Reply = await asyncio.wait_for(sender.send(text), max(left, 0.0))
    except TimeoutError:
        reply = failed(TIMEOUT)
    first = None if reply.first is None else reply.first - began
    return Sample(number, due, sent - began, first, reply.done - began, reply.tokens, reply.outcome)


async def open_loop(sender: Sender, messages: Sequence[tuple[int, str]], due: Sequence[float], *, give_up: float) -> list[Sample]:
    """Every message at its time, whatever became of those before; given up `give_up` seconds after it was due. In the order of `due`."""
    began = time.perf_counter()
    tasks = []
    for (number, text), at in zip(messages, due, strict=True):
        await asyncio.sleep(max(0.0, began + at - time.perf_counter()))
        tasks.append(asyncio.create_task(_one(sender, number, text, at, began, give_up)))
    return list(await asyncio.gather(*tasks))


async def closed_loop(sender: Sender, messages: Sequence[tuple[int, str]], concurrency: int, *, give_up: float) -> list[Sample]:
    """`concurrency` clients, each sending its next message when its last was answered; a request is due when its client is free."""
    began = time.perf_counter()
    left = iter(messages)
    out: list[Sample] = []

    async def client() -> None:
        for number, text in left:
            out.append(await _one(sender, number, text, time.perf_counter() - began, began, give_up))

    await asyncio.gather(*[client() for _ in range(concurrency)])
    return sorted(out, key=_due)


def _due(sample: Sample) -> float:
    return sample.due
