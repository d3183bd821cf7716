"""Laws of a failing backend: it dies, stalls, speaks garbage, half JSON or for another; each is a typed failure, and over without a restart."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx2
import msgspec
import pytest

from hinglish.errors import KhichdiError
from serve.backend import Asked
from serve.fake import GARBAGE, Fake
from serve.faults import BackendError
from tests.serve_desk import LABEL, MESSAGE, NEEDS_EXTRA, desk, until

pytestmark = NEEDS_EXTRA


@pytest.mark.parametrize(
    ("act", "status", "code"),
    [
        ("die", 502, "backend_failed"),
        ("stall", 504, "backend_stalled"),
        ("garbage", 502, "invalid_answer"),
        ("half", 502, "invalid_answer"),
        ("empty", 502, "invalid_answer"),
        ("another", 502, "anothers_answer"),
        ("misgrounded", 502, "ungrounded_answer"),
    ],
)
def test_a_fault_is_typed_and_over_when_it_is_over(act: Any, status: int, code: str) -> None:
    """Every fault has its code, never an answer; the next request after the fault has its label."""

    async def run() -> None:
        async with desk(stall=0.02) as here:
            here.fake.always = act
            reply = await here.ask()
            assert (reply.status, reply.code) == (status, code)
            here.fake.always = "answer"
            assert (await here.ask()).status == 200
            assert (here.service.gate.running, here.fake.working) == (0, 0)

    asyncio.run(run())


@pytest.mark.parametrize("act", ["die", "stall", "another"])
def test_a_backend_that_keeps_failing_is_left_alone_and_found_again(act: Any) -> None:
    """After five failures it is not asked any more (503 with Retry-After, at once); after the cooldown one probe closes the breaker."""

    async def run() -> None:
        async with desk(stall=0.01, cooldown=0.05) as here:
            here.fake.always = act
            for _ in range(5):
                assert (await here.ask()).status in (502, 504)
            before = here.fake.asked
            reply = await here.ask()
            assert (reply.status, reply.code, reply.headers["retry-after"]) == (503, "backend_unavailable", "1")
            assert here.fake.asked == before
            here.fake.always = "answer"
            await until(lambda: here.service.breaker.state == "half_open")
            assert (await here.ask()).status == 200
            assert here.service.breaker.state == "closed"

    asyncio.run(run())


def test_a_models_bad_answers_do_not_open_the_breaker() -> None:
    """Else whoever can make a model talk nonsense could shut everybody out."""

    async def run() -> None:
        async with desk() as here:
            here.fake.always = "garbage"
            for _ in range(10):
                assert (await here.ask()).code == "invalid_answer"
            assert here.service.breaker.state == "closed"

    asyncio.run(run())


def test_a_bad_answer_is_fed_back_with_its_fault() -> None:
    """The second attempt has the bad answer and the reason as further turns; its answer counts, and says that it was the second."""

    async def run() -> None:
        async with desk() as here:
            here.fake.then.extend(["garbage", "answer"])
            reply = await here.ask()
            assert (reply.status, reply.json["attempts"]) == (200, 2)
            roles = [t["role"] for t in here.fake.seen[-1].turns]
            assert roles == ["system", "user", "assistant", "user"]
            assert here.fake.seen[-1].turns[:2] == here.fake.seen[-2].turns
            assert GARBAGE[:20] in here.fake.seen[-1].turns[2]["content"]
            assert "character 0" in here.fake.seen[-1].turns[3]["content"]
            await here.service.hand.close()
            assert [f.reason for f in here.journal.queue.rows()] == ["retried"]

    asyncio.run(run())


def test_retries_are_bounded_and_counted() -> None:
    """Never more attempts than the server was started with; the failure says how many there were, and is queued."""

    async def run() -> None:
        async with desk(attempts=2) as here:
            here.fake.always = "half"
            before = here.fake.asked
            assert (await here.ask()).json["error"]["attempts"] == 2
            assert here.fake.asked - before == 2
            await here.service.hand.close()
            assert [f.reason for f in here.journal.queue.rows()] == ["invalid"]

    asyncio.run(run())


def test_a_deadline_covers_waiting_and_work() -> None:
    """A request that is worked on and one that waits behind it both end by their own deadline, and free what they held."""

    async def run() -> None:
        async with desk(slots=1) as here:
            here.fake.always = "stall"
            first, second = await asyncio.gather(here.ask(deadline_ms=30), here.ask(deadline_ms=10))
            assert {first.code, second.code} == {"deadline_exceeded"}
            assert (first.status, here.service.gate.running, here.service.gate.waiting) == (504, 0, 0)

    asyncio.run(run())


def test_a_slow_backend_that_answers_others_has_not_stalled() -> None:
    """One attempt that runs out of time while others are answered is no failure of the backend."""

    async def run() -> None:
        async with desk(stall=0.02, failures=1) as here:
            here.fake.then.append("stall")
            stalled = asyncio.create_task(here.ask())
            await until(lambda: here.fake.working == 1)
            assert (await here.ask()).status == 200
            assert (await stalled).code == "backend_stalled"
            assert here.service.breaker.state == "closed"

    asyncio.run(run())


Handler = Callable[[httpx2.Request], httpx2.Response]
MODELS = {"data": [{"id": "m", "root": None, "parent": None}]}


def completion(text: str, *, key: str = "x", model: str = "m") -> httpx2.Response:
    """A chat completion as vLLM has it."""
    body = {"id": f"chatcmpl-{key}", "model": model, "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]}
    return httpx2.Response(200, json=body)


def openai(handler: Handler) -> Any:
    """Our client before a server that is a function."""
    from serve.openai import OpenAI

    def serve(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json=MODELS) if request.url.path == "/v1/models" else handler(request)

    return OpenAI("http://backend/v1", "m", transport=httpx2.MockTransport(serve))


def ask_once(handler: Handler, *, constrained: bool = True) -> Any:
    """Start it and ask one thing."""

    async def run() -> Any:
        backend = openai(handler)
        await backend.start()
        try:
            return await backend.answer(Asked("a1", [{"role": "user", "content": MESSAGE}], constrained, 64))
        finally:
            await backend.close()

    return asyncio.run(run())


def test_an_openai_server_is_asked_with_schema_id_and_cap() -> None:
    """Greedy, under our schemas where asked and only there, with our id, which it gives back."""
    seen: list[Any] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append((json.loads(request.content), request.headers["x-request-id"]))
        return completion(LABEL, key=request.headers["x-request-id"])

    assert ask_once(handler).text == LABEL
    assert ask_once(handler, constrained=False).id == "a1"
    (asked, key), (free, _) = seen
    assert (asked["model"], asked["temperature"], asked["max_tokens"], key) == ("m", 0, 64, "a1")
    assert len(asked["response_format"]["json_schema"]["schema"]["anyOf"]) == 19
    assert "response_format" not in free


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(500, text="<html>boom"),
        httpx2.Response(200, text="<html>"),
        httpx2.Response(200, json={"choices": []}),
        httpx2.Response(200, json={"choices": [{"message": {"content": None}}]}),
        httpx2.Response(200, content=b"x" * (2 << 20)),
        completion(LABEL, model="another"),
    ],
)
def test_an_answer_that_is_no_completion_is_a_backend_error(answer: httpx2.Response) -> None:
    """HTTP errors, other bodies, no text, endless bodies, another model."""
    with pytest.raises(BackendError):
        ask_once(lambda request: answer)


def test_a_dead_connection_is_a_backend_error() -> None:
    """Whatever the HTTP library raises."""

    def handler(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    with pytest.raises(BackendError, match="ConnectError"):
        ask_once(handler)


def test_once_a_server_gives_our_ids_back_another_id_is_anothers_answer() -> None:
    """Through the whole API: 502 `anothers_answer`. A server that never gave ids back is believed."""

    async def run() -> None:
        keys = iter(["warm", "f00"])
        backend = openai(lambda request: completion(LABEL, key=next(keys)))
        async with desk(fake=backend) as here:
            assert (await here.ask()).code == "anothers_answer"
        backend = openai(lambda request: completion(LABEL, key="random"))
        async with desk(fake=backend) as here:
            assert (await here.ask()).status == 200

    asyncio.run(run())


def test_a_cancelled_answer_closes_its_connection() -> None:
    """The server sees the client go: vLLM then aborts the request."""

    async def run() -> None:
        closed = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            if b"GET" in head:
                body = msgspec.json.encode(MODELS)
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(body) + body)
                await writer.drain()
            else:
                await reader.read()  # until the other side closes
                closed.set()
            writer.close()

        from serve.openai import OpenAI

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        backend = OpenAI(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1")
        await backend.start()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await backend.answer(Asked("a1", [], False, 1))
        async with asyncio.timeout(5):
            await closed.wait()
        await backend.close()
        server.close()

    asyncio.run(run())


def test_a_backend_that_ignores_the_schemas_is_refused_at_start() -> None:
    """An ended answer that is not valid under the schemas it was to be decoded under; decoding free, it is let through."""

    async def run(constrained: bool) -> None:
        async with desk(fake=Fake(always="garbage"), constrained=constrained):
            pass

    with pytest.raises(KhichdiError, match="ignores the schemas"):
        asyncio.run(run(True))
    asyncio.run(run(False))


def test_a_backend_that_gives_no_answer_at_start_is_refused() -> None:
    """One clear error in place of a server that is never ready."""

    async def run() -> None:
        async with desk(fake=Fake(always="die")):
            pass

    with pytest.raises(KhichdiError, match="gives no answer"):
        asyncio.run(run())
