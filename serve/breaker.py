"""The circuit breaker: a backend that fails again and again is left alone for a while, then one request probes it; no restart is needed."""

import math
import time
from collections.abc import Callable
from typing import Literal

from serve.faults import ServeError

State = Literal["closed", "open", "half_open"]


class Breaker:
    """Closed: all may ask. Open after `failures` in a row: none may, for `cooldown` seconds. Half open: one may, and its fate decides."""

    def __init__(self, failures: int, cooldown: float, longest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures, self._cooldown, self._longest, self._clock = failures, cooldown, longest, clock
        self._wait, self._until = cooldown, 0.0
        self._failed, self._open, self._probing = 0, False, False
        self.answered = clock()  # when the backend last answered anybody

    @property
    def state(self) -> State:
        """Of this moment."""
        if not self._open:
            return "closed"
        return "half_open" if self._clock() >= self._until else "open"

    def admit(self) -> bool:
        """Let one ask, or raise `backend_unavailable` with the seconds to wait. True: it is the probe. It must then say `ok`, `failed` or `released`."""
        state = self.state
        if state == "closed":
            return False
        if state == "open" or self._probing:
            raise ServeError("backend_unavailable", retry_after=max(1, math.ceil(self._until - self._clock())))
        self._probing = True
        return True

    def ok(self) -> None:
        """The backend answered: whatever was wrong is over."""
        self.answered = self._clock()
        self._failed, self._open, self._probing, self._wait = 0, False, False, self._cooldown

    def failed(self, probe: bool = False) -> None:
        """The backend failed. Late failures of requests that were let in before it opened change nothing."""
        self._failed += 1
        if probe:
            self._wait = min(self._longest, 2 * self._wait)
        if probe or (not self._open and self._failed >= self._failures):
            self._open, self._until = True, self._clock() + self._wait
        self.released(probe)

    def released(self, probe: bool) -> None:
        """Who asked went away before the backend did either: where it was the probe, the next one is."""
        self._probing = self._probing and not probe
