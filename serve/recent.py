"""What a server remembers for a while: its last answers, so that feedback may name them; and the hand that takes failures to the journal off the loop."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from serve.failures import Reason
from serve.journal import Journal
from serve.metrics import Metrics

BACKLOG = 1000  # failures that wait to be written; more are counted and dropped, so that a full disk stops no request


class Answered(NamedTuple):
    """A message, what it was answered, and when (monotonic seconds). Kept in memory only."""

    message: str
    output: str
    intent: str
    paths: tuple[str, ...]
    at: float


class Recent:
    """The last `most` answers of the last `seconds`, by request id."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._kept: OrderedDict[str, Answered] = OrderedDict()

    def keep(self, request_id: str, message: str, output: str, intent: str, paths: Sequence[str]) -> None:
        """Remember one, and forget what is too old or too much."""
        now = self._clock()
        self._kept[request_id] = Answered(message, output, intent, tuple(paths), now)
        while self._kept and (len(self._kept) > self._most or now - next(iter(self._kept.values())).at > self._seconds):
            self._kept.popitem(last=False)

    def find(self, request_id: str) -> Answered | None:
        """One that is still remembered."""
        found = self._kept.get(request_id)
        return found if found is not None and self._clock() - found.at <= self._seconds else None

    def __len__(self) -> int:
        return len(self._kept)


class Failed(NamedTuple):
    """One failure on its way to the journal, which redacts it."""

    request_id: str
    message: str
    output: str | None
    reason: Reason
    paths: tuple[str, ...]
    facts: dict[str, int | float | str]
    flag: str = ""


class Met(NamedTuple):
    """A message that was answered, to be counted as traffic without its text."""

    message: str
    intent: str


class Hand:
    """Takes failures and a share of traffic to the journal one after another in a thread: redaction and a disk make no request wait."""

    def __init__(self, journal: Journal, metrics: Metrics) -> None:
        self._journal, self._metrics = journal, metrics
        self._queue: asyncio.Queue[Failed | Met] = asyncio.Queue(BACKLOG)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to take."""
        self._task = asyncio.create_task(self._take())

    def give(self, failed: Failed) -> bool:
        """Hand one over; False where there are too many."""
        try:
            self._queue.put_nowait(failed)
        except asyncio.QueueFull:
            self._metrics.failures.labels("dropped").inc()
            return False
        return True

    def count(self, message: str, intent: str) -> None:
        """Hand over what was answered, where the journal's key draws it and there is room: what is lost is a sample's."""
        if self._journal.drawn(message) and not self._queue.full():
            self._queue.put_nowait(Met(message, intent))

    async def _take(self) -> None:
        while True:
            f = await self._queue.get()
            try:
                if isinstance(f, Met):
                    await asyncio.to_thread(self._journal.traffic, *f)
                else:
                    await asyncio.to_thread(self._written, f)
                    self._metrics.failures.labels("queued").inc()
            except Exception as fault:  # a full disk, a locked file: the next one may go
                self._metrics.failures.labels("dropped").inc()
                self._journal.fault("failure_queue", fault)
            finally:
                self._queue.task_done()

    def _written(self, f: Failed) -> None:
        self._journal.failure(f.request_id, f.message, f.output, f.reason, paths=f.paths, flag=f.flag, **f.facts)

    async def written(self) -> None:
        """Until all that was handed over is written, or was dropped."""
        await self._queue.join()

    async def close(self, seconds: float = 30.0) -> None:
        """Write what waits, for at most so long."""
        if self._task is None:
            return
        try:
            async with asyncio.timeout(seconds):
                await self.written()
        except TimeoutError:
            self._journal.note("failure_queue_left", left=self._queue.qsize())
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
