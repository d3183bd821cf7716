"""The canary suite over HTTP: 300 planted identifiers asked of the real API with text on in every sink, in this process and through one real socket."""

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from schemas.prompt import prompt
from serve.access import Access
from serve.backend import Asked, Said
from serve.fake import Fake
from serve.faults import CODES, BackendError
from serve.front import ROUTES
from serve.journal import Journal
from serve.service import WARM, Service
from serve.settings import Settings
from tests.canaries import Canary, seen
from tests.serve_desk import NEEDS_EXTRA, Reply, ask
from tests.test_serve_canary import BareQueue, BareShown, suite

pytestmark = NEEDS_EXTRA
OWN_DIGITS = re.compile(r'"at":"[^"]*"|k\d+:[0-9a-f]+|"line":\d+|\.py:\d+|"ms":[\d.]+|\b[0-9a-f]{32}\b')  # times, hashes, places, request ids
Send = Callable[[str, str, bytes, dict[str, str]], Awaitable[Reply]]


class Parrot(Fake):
    """A model that repeats what it was sent: as a label, as prose, as a fault that it names, as one that nobody foresaw; by turns."""

    def __init__(self) -> None:
        super().__init__()
        self.turn = "label"

    async def answer(self, asked: Asked) -> Said:
        """The message again, in the form of this turn."""
        message = asked.turns[1]["content"].removeprefix(f"{prompt().instruction}\n")
        if message == WARM:
            return Said('{"intent":"none"}', asked.id)
        if self.turn == "fault":
            raise BackendError(f"no answer for {message}")
        if self.turn == "unforeseen":
            raise RuntimeError(f"what is {message}?")
        label = json.dumps({"intent": "send_message", "recipient": None, "message": message, "app": None}, ensure_ascii=False)
        return Said(label if self.turn == "label" else f"Sure! {message}", asked.id)


class Bench:
    """A started API with text on, a way to ask it, and everything that it wrote."""

    def __init__(self, service: Service, model: Parrot, stream: io.StringIO, folder: Path, send: Send) -> None:
        self.service, self.model, self.stream, self.folder, self.send = service, model, stream, folder, send

    async def leaks(self, canaries: tuple[Canary, ...]) -> list[str]:
        """Kinds of canaries seen in what their own requests left in any sink; then those whose characters stand in a file."""
        out = [c.kind for c in canaries if seen(c, await self._left_by(c))]
        await self.service.hand.written()
        files = OWN_DIGITS.sub("", b"\n".join(p.read_bytes() for p in self.folder.iterdir()).decode("utf-8", "ignore"))
        return out + [f"{c.kind} on disk" for c in canaries if (len(c.digits) > 4 or c.chars) and c.value in files]

    async def _left_by(self, canary: Canary) -> str:
        begin = self.stream.tell()
        replies = await self._asked(canary)
        await self.service.hand.written()
        self.stream.seek(begin)
        journal = self.service.journal
        rows = journal.queue.find([journal.keys.hashed(r.headers["x-request-id"]) for r in replies])
        told = [f"{r.headers} {r.body.decode()}" for r in replies if r.status >= 400]  # a label goes back to who asked
        parts = [self.stream.read(), *told, *(f"{f.message}\n{f.output}\n{f.facts}" for f in rows), self.service.metrics.text().decode()]
        return OWN_DIGITS.sub("", "\n".join(parts[:-1])) + re.sub(r" [\d.e+-]+$", "", parts[-1], flags=re.MULTILINE)

    async def _asked(self, canary: Canary) -> list[Reply]:
        """A label that a client then flags; prose three times; a fault; what nobody foresaw; and bodies, keys and paths that are none of ours."""
        good = json.dumps({"message": canary.message}).encode()
        self.model.turn = "label"
        first = await self.send("POST", "/v1/extract", good, {})
        assert first.code in ("ok", "ungrounded_answer"), first
        flag = {"request_id": first.headers["x-request-id"], "reason": "wrong_value"}
        out = [first, await self.send("POST", "/v1/feedback", json.dumps(flag).encode(), {})]
        for turn, code in (("prose", "invalid_answer"), ("fault", "backend_failed"), ("unforeseen", "internal")):
            self.model.turn = turn
            out.append(await self.send("POST", "/v1/extract", good, {}))
            assert out[-1].code == code
            self.service.breaker.ok()
        bodies = [{"message": canary.message, canary.value: canary.value}, {"message": [canary.message]}, {"messages": [canary.message, 1]}]
        out += [await self.send("POST", "/v1/extract", json.dumps(b).encode(), {}) for b in bodies]
        out.append(await self.send("POST", "/v1/extract", canary.message.encode(), {}))
        out.append(await self.send("POST", "/v1/feedback", json.dumps({"request_id": canary.value, "reason": canary.message}).encode(), {}))
        out.append(await self.send("POST", "/v1/extract", good, {"content-type": "text/" + re.sub("[^!-~]", "", canary.value)}))
        return [*out, await self.send("GET", f"/v1/{canary.chars or canary.digits or 'x'}", b"", {})]


@asynccontextmanager
async def bench(folder: Path, make: type[Journal] = Journal, *, socket: bool = False) -> AsyncIterator[Bench]:
    """The API around the parrot, text on; asked as an ASGI app, or through a socket of 127.0.0.1."""
    from serve.app import create_app
    from serve.run import serve, taken

    stream, model = io.StringIO(), Parrot()
    journal = make(folder, text=True, stream=stream, known=[*CODES, *ROUTES, "fake"])
    service = Service(model, Settings(), journal)
    if not socket:
        await service.start()
        app = create_app(service, Access(()))
        yield Bench(service, model, stream, folder, lambda method, path, body, headers: ask(app, method, path, body, headers))
        await service.close()
        journal.close()
        return
    sock, ready = taken("127.0.0.1", 0), asyncio.Event()
    running = asyncio.create_task(serve(service, Access(()), sock, lambda lines: ready.set()))
    await ready.wait()
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{sock.getsockname()[1]}", trust_env=False, timeout=60) as client:

        async def send(method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
            got = await client.request(method, path, content=body, headers={"content-type": "application/json", **headers})
            return Reply(got.status_code, dict(got.headers), got.content)

        yield Bench(service, model, stream, folder, send)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("socket", [False, True])
def test_no_planted_identifier_is_left_by_a_request(tmp_path: Path, socket: bool) -> None:
    """300 canaries, twelve requests each, text on: none in log, faults, error bodies, headers, metrics, the queue or the files."""

    async def run() -> list[str]:
        async with bench(tmp_path / "serve", socket=socket) as here:
            return await here.leaks(suite())

    assert len(suite()) == 300
    assert asyncio.run(run()) == []


@pytest.mark.parametrize("fault", [BareShown, BareQueue])
def test_a_sink_around_redaction_is_seen_over_http(fault: type[Journal], tmp_path: Path) -> None:
    """A journal that writes texts, or queues failures, as they came: the suite finds canaries."""

    async def run() -> list[str]:
        async with bench(tmp_path / "serve", fault) as here:
            return await here.leaks(suite()[::15])

    assert len(asyncio.run(run())) > 10


def test_a_body_that_says_what_was_sent_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error body with the input in it, as pydantic would write it, is found."""
    from serve import app
    from serve.faults import ServeError

    def bare(found: Any) -> ServeError:
        return ServeError("invalid_request", str(found))

    monkeypatch.setattr(app, "_of_shape", bare)
    monkeypatch.setattr(app.ValidationError, "errors", lambda self, **_: str(self))

    async def run() -> list[str]:
        async with bench(tmp_path / "serve") as here:
            return await here.leaks(suite()[::15])

    assert len(asyncio.run(run())) > 10
