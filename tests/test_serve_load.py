"""Laws under load: a thousand clients at once are each answered or told when to come back; nobody hangs, nobody gets another's answer."""

import asyncio
from collections import Counter

from schemas.canonical import encode
from serve.fake import Act
from tests.serve_desk import NEEDS_EXTRA, Reply, desk, until

pytestmark = NEEDS_EXTRA
CLIENTS, SLOTS, WAITING = 1000, 16, 48


def own(message: str) -> str:
    """An answer that holds the client's own number."""
    number = int(message.split()[1])
    return encode({"intent": "transfer_money", "recipient": "राहुल", "amount": number, "via": None, "date": None, "purpose": None}).decode()


def test_a_thousand_clients_at_once_are_answered_or_told_when_to_come_back() -> None:
    """While the backend holds everything, exactly slots and queue are taken and all others are 429 with Retry-After; then each taken one has its own answer."""

    async def run() -> None:
        async with desk(own, slots=SLOTS, waiting=WAITING) as here:
            here.fake.hold = asyncio.Event()
            clients = [asyncio.create_task(here.ask(f"Rahul {n} bhejo")) for n in range(1, CLIENTS + 1)]
            await until(lambda: here.service.gate.waiting == WAITING and sum(c.done() for c in clients) == CLIENTS - SLOTS - WAITING)
            refused = [c.result() for c in clients if c.done()]
            assert Counter(r.status for r in refused) == {429: CLIENTS - SLOTS - WAITING}
            assert all(r.code == "busy" and int(r.headers["retry-after"]) >= 1 for r in refused)
            here.fake.hold.set()
            replies = await asyncio.gather(*clients)
            assert Counter(r.status for r in replies) == {200: SLOTS + WAITING, 429: CLIENTS - SLOTS - WAITING}
            for number, reply in enumerate(replies, 1):
                assert reply.status == 429 or reply.json["target"]["amount"] == number
            assert (here.service.gate.running, here.service.gate.waiting, here.fake.working) == (0, 0, 0)

    asyncio.run(run())


def test_clients_that_come_back_are_all_answered() -> None:
    """A thousand clients that try again after each 429 all get their own label, from a backend that takes its time; none is lost."""

    async def run() -> None:
        async with desk(own, slots=SLOTS, waiting=WAITING) as here:
            here.fake.delay = 0.002

            async def patient(number: int) -> Reply:
                while (reply := await here.ask(f"Rahul {number} bhejo")).status == 429:
                    await until(lambda: here.service.gate.waiting < WAITING)
                return reply

            replies = await asyncio.gather(*[patient(n) for n in range(1, CLIENTS + 1)])
            assert [r.json["target"]["amount"] for r in replies] == list(range(1, CLIENTS + 1))

    asyncio.run(run())


def test_a_thousand_clients_and_a_backend_that_fails_in_every_way() -> None:
    """Death, stalls, garbage, halves and others' answers mixed in: every client has a label of its own or one typed failure, and the end is clean."""

    async def run() -> None:
        async with desk(own, slots=SLOTS, waiting=CLIENTS, stall=0.05, cooldown=0.01, longest_cooldown=0.02) as here:
            mixed: list[Act] = ["answer", "die", "garbage", "another", "half", "answer", "misgrounded", "stall", "empty", "answer"]
            deaths: list[Act] = ["die"] * 3 * SLOTS
            here.fake.then.extend([*mixed * 40, *deaths, *mixed * 40])
            replies = await asyncio.gather(*[here.ask(f"Rahul {n} bhejo") for n in range(1, CLIENTS + 1)])
            for number, reply in enumerate(replies, 1):
                if reply.status == 200:
                    assert reply.json["target"]["amount"] == number
                else:
                    assert set(reply.json["error"]) >= {"code", "message", "request_id"}
            codes = Counter(r.code for r in replies)
            assert set(codes) >= {"ok", "backend_failed", "anothers_answer", "backend_unavailable"}
            assert "internal" not in codes
            here.fake.then.clear()
            await until(lambda: here.service.breaker.state != "open")
            assert (await here.ask("Rahul 7 bhejo")).status == 200
            assert (here.service.gate.running, here.fake.working) == (0, 0)

    asyncio.run(run())
