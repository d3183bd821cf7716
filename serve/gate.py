"""The bounded queue: so many requests at once, so many that wait, first come first served; one more is refused with a time to come back."""

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from serve.faults import ServeError

MEMORY = 0.1  # how much the last request's time weighs in the mean that Retry-After is told from
SOONEST, LATEST = 1, 60


class Gate:
    """Slots and a queue before them. A cancelled request, waiting or running, gives its place back at once."""

    def __init__(self, slots: int, waiting: int) -> None:
        self.slots, self.most_waiting = slots, waiting
        self.running, self.seconds = 0, 1.0
        self._queue: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return len(self._queue)

    def retry_after(self) -> int:
        """Whole seconds until a place may be free: the queue's length times the mean time of a request, over the slots."""
        wait = self.seconds * (len(self._queue) + 1) / self.slots
        return min(LATEST, max(SOONEST, math.ceil(wait)))

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A slot for as long as the block lasts; ServeError `busy` where the queue is full."""
        if self.running < self.slots and not self._queue:
            self.running += 1
        else:
            await self._wait()
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            yield
        finally:
            self.seconds += MEMORY * (loop.time() - began - self.seconds)
            self._next()

    async def _wait(self) -> None:
        if len(self._queue) >= self.most_waiting:
            raise ServeError("busy", retry_after=self.retry_after())
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the slot was handed over in the same moment: it goes on to the next
                self._next()
            else:
                self._queue.remove(turn)
            raise

    def _next(self) -> None:
        """Hand a slot on to whoever waits longest, or let it be free."""
        if self._queue:
            self._queue.popleft().set_result(None)
        else:
            self.running -= 1
