"""Laws of the hand that takes failures to the journal: no answer waits for it, what waits is bounded and counted, and a stop loses none of it."""

import asyncio
import threading
from typing import Any

from serve.fake import Fake
from serve.journal import Journal
from serve.metrics import Metrics
from serve.once import in_process
from serve.recent import BACKLOG, Failed, Hand
from tests.serve_desk import MESSAGE, NEEDS_EXTRA, desk, labelled

pytestmark = NEEDS_EXTRA


class Held(Journal):
    """A journal that queues nothing until it is let; as a full disk would hold it up."""

    def __init__(self) -> None:
        super().__init__()
        self.let, self.begun = threading.Event(), threading.Event()

    def failure(self, *given: Any, **facts: Any) -> None:
        """Wait, then queue."""
        self.begun.set()
        self.let.wait(60)
        super().failure(*given, **facts)


def failed(number: int) -> Failed:
    """One of many, none like another."""
    return Failed(f"{number:032x}", f"pyaaz {'abcdefghij'[number % 10] * 3} {number} kilo", None, "invalid", (), {})


def test_no_answer_waits_for_redaction() -> None:
    """A request that fails, and one that succeeds, are answered while the journal stands still."""
    held = Held()

    async def run() -> tuple[str, str]:
        async with desk(lambda message: "prose" if "sunita" in message else labelled(message)) as here:
            here.service.hand._journal = held
            first = await here.ask("sunita ko bolo")
            await asyncio.to_thread(held.begun.wait, 60)
            second = await here.ask(MESSAGE)
            held.let.set()
            return first.code, second.code

    assert asyncio.run(run()) == ("invalid_answer", "ok")
    assert len(list(held.queue.rows())) == 1


def test_a_stop_writes_all_that_waits() -> None:
    """Three hundred failures handed over at once are all in the queue when the server has stopped."""
    journal = Journal()

    async def run() -> bool:
        hand = Hand(journal, Metrics())
        hand.start()
        given = all(hand.give(failed(n)) for n in range(300))
        await hand.close()
        return given

    assert asyncio.run(run())
    assert sum(f.seen for f in journal.queue.rows()) == 300


def test_what_waits_is_bounded() -> None:
    """Beyond the backlog a failure is refused and counted; nothing is kept for it."""

    async def run() -> list[bool]:
        hand = Hand(Journal(), Metrics())
        return [hand.give(failed(n)) for n in range(BACKLOG + 5)]

    assert asyncio.run(run()) == [True] * BACKLOG + [False] * 5


def test_one_message_is_one_question() -> None:
    """`extract text` asks its backend once: no warming question stands before the message, as it would cost as much."""
    fake = Fake(labelled)
    found = asyncio.run(in_process(fake, MESSAGE, constrained=True, repair=False))
    assert (fake.asked, found.intent) == (1, "transfer_money")
