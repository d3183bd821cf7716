"""Laws of the queue and the breaker: bounded, first come first served, no place lost; one probe at a time, recovery without restart."""

import asyncio

import pytest

from serve.breaker import Breaker
from serve.faults import ServeError
from serve.gate import Gate
from tests.serve_desk import until


def test_one_more_than_fits_is_refused_with_a_time_to_come_back() -> None:
    """Two slots and three waiting: the sixth is `busy`, with whole seconds of at least one; the five are worked on in their order."""

    async def run() -> list[int]:
        gate, order, go = Gate(2, 3), list[int](), asyncio.Event()

        async def work(number: int) -> None:
            async with gate.place():
                order.append(number)
                await go.wait()

        tasks = [asyncio.create_task(work(n)) for n in range(5)]
        await until(lambda: gate.running == 2 and gate.waiting == 3)
        with pytest.raises(ServeError) as refused:
            await work(5)
        assert (refused.value.code, refused.value.status) == ("busy", 429)
        assert (refused.value.retry_after or 0) >= 1
        go.set()
        await asyncio.gather(*tasks)
        assert (gate.running, gate.waiting) == (0, 0)
        return order

    assert asyncio.run(run()) == [0, 1, 2, 3, 4]


def test_who_is_cancelled_gives_the_place_back() -> None:
    """Cancelled while waiting, while running, and in the very moment of being let in: no slot is ever lost."""

    async def run() -> None:
        gate, go = Gate(1, 10), asyncio.Event()

        async def work() -> None:
            async with gate.place():
                await go.wait()

        running, waiting, next_one = (asyncio.create_task(work()) for _ in range(3))
        await until(lambda: gate.waiting == 2)
        waiting.cancel()
        await until(lambda: gate.waiting == 1)
        running.cancel()  # its slot is handed to next_one …
        await until(lambda: gate.waiting == 0)
        next_one.cancel()  # … which goes at that moment
        await asyncio.gather(running, waiting, next_one, return_exceptions=True)
        assert (gate.running, gate.waiting) == (0, 0)
        go.set()
        await work()

    asyncio.run(run())


class Clock:
    """Seconds that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_breaker_opens_probes_once_and_closes_again() -> None:
    """Three failures open it; after the cooldown one probe is let in and no second; its failure doubles the wait, its success closes."""
    clock = Clock()
    breaker = Breaker(3, 2.0, 60.0, clock)
    for _ in range(3):
        assert breaker.admit() is False
        breaker.failed()
    with pytest.raises(ServeError) as refused:
        breaker.admit()
    assert (refused.value.code, refused.value.retry_after) == ("backend_unavailable", 2)
    clock.now = 2.0
    assert breaker.state == "half_open"
    assert breaker.admit() is True
    with pytest.raises(ServeError):
        breaker.admit()
    breaker.failed(probe=True)
    clock.now = 5.9
    assert breaker.state == "open"
    clock.now = 6.0
    assert breaker.admit() is True
    breaker.ok()
    assert breaker.state == "closed"
    assert breaker.admit() is False


def test_a_probe_that_goes_away_lets_the_next_one_probe() -> None:
    """A client that leaves says nothing about the backend; late failures of others neither close nor lengthen."""
    clock = Clock()
    breaker = Breaker(1, 2.0, 60.0, clock)
    breaker.failed()
    clock.now = 2.0
    assert breaker.admit() is True
    breaker.failed()  # one that was let in long before
    breaker.released(probe=False)
    with pytest.raises(ServeError):
        breaker.admit()
    breaker.released(probe=True)
    assert breaker.admit() is True


def test_failures_that_are_not_in_a_row_do_not_open() -> None:
    """An answer between them starts the count anew."""
    breaker = Breaker(2, 2.0, 60.0, Clock())
    for _ in range(5):
        breaker.failed()
        breaker.ok()
    assert breaker.state == "closed"
