"""The loops: no request is lost, a stall is seen by every request that should have been sent, a dead or strange server is a count and no crash."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.randomness import Random
from serve.load_loop import Sample, arrivals, closed_loop, open_loop
from serve.load_send import FORM, SCHEMA, VALID, Chat, Extract, Reply, Sender, failed
from tests.fake_server import ANSWER, Act, Fake, fake

TEXTS = [(k, f"message {k}") for k in range(40)]


def body(message: str) -> dict[str, Any]:
    """A request's JSON."""
    return {"model": "m", "messages": [{"role": "user", "content": message}]}


def asked(make: Callable[[], Sender], loop: Callable[[Sender], Coroutine[Any, Any, list[Sample]]]) -> list[Sample]:
    """What a loop over a fresh sender gives."""

    async def whole() -> list[Sample]:
        sender = make()
        try:
            return await loop(sender)
        finally:
            await sender.close()

    return asyncio.run(whole())


def closed(server: Fake, clients: int = 4, give_up: float = 30.0) -> list[Sample]:
    """A closed loop over all texts."""
    return asked(lambda: Chat(server.url, body), lambda s: closed_loop(s, TEXTS, clients, give_up=give_up))


def test_no_request_is_lost_in_a_closed_loop() -> None:
    """Every message is asked once and answered once, whatever the number of clients, and never more than these are under way."""
    with fake() as server:
        for clients in (1, 3, 64):
            server.bodies.clear()
            found = closed(server, clients)
            assert sorted(s.message for s in found) == list(range(40))
            assert sorted(b["messages"][0]["content"] for b in server.bodies) == sorted(t for _, t in TEXTS)
            assert {s.outcome for s in found} == {VALID}
            assert all(s.due <= s.sent <= s.first <= s.done for s in found if s.first is not None)
            running = [sum(o.sent < s.done and s.sent < o.done for o in found) for s in found]
            assert max(running) <= 2 * clients  # those that overlap a request: at most its fellows, and those that followed them


class Stalling:
    """A sender that is quick but for one stretch of its own clock, during which it answers nobody: no server, no socket."""

    def __init__(self, begin: float, end: float) -> None:
        self.begin, self.end, self.began = begin, end, 0.0

    async def send(self, message: str) -> Reply:
        """An answer at once, or when the stall is over."""
        loop = asyncio.get_running_loop()
        self.began = self.began or loop.time()
        at = loop.time() - self.began
        if self.begin <= at < self.end:
            await asyncio.sleep(self.end - at)
        return Reply(time.perf_counter(), time.perf_counter(), 1, ANSWER)

    async def close(self) -> None:
        """Nothing is held."""


def test_a_stall_is_seen_by_every_request_that_was_due_in_it() -> None:
    """Coordinated omission: at 100 a second a stall of .3 s is met by 30 requests in the open loop, and by one in a closed loop of one client."""
    rng = Random("arrivals")
    times = arrivals("fixed", 100.0, 60, rng)
    texts = [(k, "m") for k in range(60)]
    opened = asked(lambda: Stalling(0.1, 0.4), lambda s: open_loop(s, texts, times, give_up=10.0))
    slow = [s for s in opened if s.latency > 0.05]
    assert len(slow) >= 22  # 25, and the clocks of sender and loop may differ a little
    assert max(s.latency for s in slow) > 0.25
    shut = asked(lambda: Stalling(0.1, 0.4), lambda s: closed_loop(s, [(k, "m") for k in range(20_000)], 1, give_up=10.0))
    assert sum(s.latency > 0.05 for s in shut) < 0.02 * len(shut)  # the stall once, and what the machine itself adds


class Deaf:
    """A sender that holds up the one that asks: no request can be sent while it is asleep."""

    async def send(self, message: str) -> Reply:
        """Block the event loop, as a tool that is too slow would."""
        if message == "message 0":
            time.sleep(0.2)  # blocking is the point
        return Reply(time.perf_counter(), time.perf_counter(), 1, ANSWER)

    async def close(self) -> None:
        """Nothing is held."""


def test_latency_counts_from_the_due_time_even_where_the_tool_is_late() -> None:
    """A request that was sent late is not young: its latency holds the wait, and the wait is kept."""
    found = asked(Deaf, lambda s: open_loop(s, TEXTS[:10], [0.01 * k for k in range(10)], give_up=10.0))
    assert max(s.sent - s.due for s in found[1:]) > 0.1
    assert all(s.latency >= s.sent - s.due for s in found)


def test_a_dead_server_is_a_count_and_no_crash() -> None:
    """Nobody listens: every request is refused, in both loops."""
    with fake() as server:
        url = server.url
    for loop in (
        lambda s: closed_loop(s, TEXTS, 4, give_up=5.0),
        lambda s: open_loop(s, TEXTS, [0.001 * k for k in range(40)], give_up=5.0),
    ):
        found = asked(lambda: Chat(url, body), loop)
        assert Counter(s.outcome for s in found) == {"refused": 40}


STRANGE: list[tuple[Act, str]] = [
    (Act(), VALID),
    (Act(pieces=("```json", ANSWER, "```")), FORM),
    (Act(pieces=('{"intent":"none",', '"more":1}')), SCHEMA),
    (Act(pieces=()), FORM),
    (Act(status=429), "http 429"),
    (Act(status=500), "http 500"),
    (Act(cut=True), "broken"),
    (Act(raw=b"data: {not json\n\n"), "garbage"),
    (Act(raw=b"data: [1,2]\n\n"), "garbage"),
    (Act(raw=b'data: {"error":{"message":"x"}}\n\n'), "error in stream"),
    (Act(raw=b'data: {"choices":[]}\n\n'), "broken"),
]


def test_every_strange_answer_has_its_name() -> None:
    """What a server may do wrong is counted under what it was; none is taken for an answer, and none hinders the others."""
    with fake(lambda number, asked: STRANGE[int(asked["messages"][0]["content"])][0]) as server:
        texts = [(k, str(k)) for k in range(len(STRANGE))]
        found = asked(lambda: Chat(server.url, body), lambda s: closed_loop(s, texts, len(STRANGE), give_up=30.0))
    assert {s.message: s.outcome for s in found} == {k: outcome for k, (_, outcome) in enumerate(STRANGE)}


def test_our_own_api_is_asked_as_it_answers() -> None:
    """A target is valid as an answer is; a typed error keeps its type; neither has a time to the first token."""
    acts = [Act(), Act(pieces=('{"intent":"no_such"}',)), Act(status=429), Act(raw=b"[]"), Act(raw=b"{")]
    with fake(lambda number, asked: acts[int(asked["message"])]) as server:
        found = asked(lambda: Extract(server.url), lambda s: closed_loop(s, [(k, str(k)) for k in range(5)], 1, give_up=5.0))
    assert [s.outcome for s in found] == [VALID, SCHEMA, "http 429 busy", "garbage", "garbage"]
    assert {s.first for s in found} == {None}


def test_what_is_given_up_is_given_up_in_time() -> None:
    """A client hangs up `give_up` seconds after its request was due, and the run ends."""
    with fake(lambda number, asked: Act(wait=60.0)) as server:
        found = asked(lambda: Chat(server.url, body), lambda s: open_loop(s, TEXTS[:5], [0.0] * 5, give_up=0.2))
    assert [s.outcome for s in found] == ["timeout"] * 5
    assert all(0.19 < s.latency < 5.0 for s in found)


@settings(deadline=None)  # a busy machine is no fault
@given(n=st.integers(1, 400), rate=st.floats(0.01, 1000), seed=st.integers(0, 10**6))
def test_arrivals_are_n_times_that_never_fall(n: int, rate: float, seed: int) -> None:
    """Both kinds give n times from 0 on in order; fixed ones are even; the same stream gives the same times."""
    even = arrivals("fixed", rate, n, Random(str(seed)))
    drawn = arrivals("poisson", rate, n, Random(str(seed)))
    for times in (even, drawn):
        assert len(times) == n
        assert times[0] == 0.0
        assert times == sorted(times)
    assert even[-1] == pytest.approx((n - 1) / rate)
    assert drawn == arrivals("poisson", rate, n, Random(str(seed)))


def test_poisson_gaps_have_their_mean_and_spread() -> None:
    """Exponential gaps: mean and standard deviation are 1/rate (4,000 gaps, within 6 %)."""
    times = arrivals("poisson", 5.0, 4001, Random("gaps"))
    gaps = [b - a for a, b in itertools.pairwise(times)]
    mean = sum(gaps) / len(gaps)
    spread = (sum((g - mean) ** 2 for g in gaps) / len(gaps)) ** 0.5
    assert mean == pytest.approx(0.2, rel=0.06)
    assert spread == pytest.approx(0.2, rel=0.06)


def test_a_reply_without_an_answer_has_only_its_fault() -> None:
    """A failed reply is never read as an answer."""
    assert failed("refused").outcome == "refused"
    assert failed("refused").text == ""
