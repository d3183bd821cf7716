"""What the tests of serving share: a service around the fake, and a client that calls an ASGI app without a socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Any, NamedTuple

import pytest

from schemas.canonical import encode
from serve.access import Access
from serve.fake import Fake
from serve.faults import CODES
from serve.front import ROUTES
from serve.journal import Journal
from serve.settings import Settings

# A skip here is a failure where KHICHDI_REQUIRE names serve (tests/conftest.py): so a machine without the extra still tests the core.
NEEDS_EXTRA = pytest.mark.skipif(find_spec("fastapi") is None, reason="the extra `serve` is not installed: make .venv/.dev")
MESSAGE = "kal Rahul ko 500 bhejo"
LABEL = encode({"intent": "transfer_money", "recipient": "राहुल", "amount": 500, "via": None, "date": "कल", "purpose": None}).decode()


class Reply(NamedTuple):
    """One answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Its body, read."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a Problem, "ok" of anything else."""
        found = self.json
        return str(found["error"]["code"]) if isinstance(found, dict) and isinstance(found.get("error"), dict) else "ok"


class Desk(NamedTuple):
    """A started service, its fake, its journal, and the app around them."""

    app: Any
    service: Any
    fake: Fake
    journal: Journal

    async def ask(self, message: str = MESSAGE, **options: Any) -> Reply:
        """POST /v1/extract."""
        return await ask(self.app, "POST", "/v1/extract", json.dumps({"message": message, **options}).encode())


def labelled(message: str) -> str:
    """The fake's answer to MESSAGE and to every other message that says Rahul, kal and 500."""
    return LABEL


@asynccontextmanager
async def desk(
    answers: Callable[[str], str] | None = labelled, *, keys: tuple[str, ...] = (), fake: Fake | None = None, **settings: Any
) -> AsyncIterator[Desk]:
    """A service that is started, and closed after."""
    from serve.app import create_app
    from serve.service import WARM, Service

    told = answers and (lambda message: '{"intent":"none"}' if message == WARM else answers(message))
    made = fake or Fake(told)
    journal = Journal(None, known=[*CODES, *ROUTES, "fake"])
    service = Service(made, Settings(**settings), journal)
    await service.start()
    try:
        yield Desk(create_app(service, Access(keys)), service, made, journal)
    finally:
        await service.close()
        journal.close()


async def ask(app: Any, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None, *, gone: asyncio.Event | None = None) -> Reply:
    """One request. `gone`: the client goes away when it is set."""
    told = {"content-type": "application/json", **(headers or {})}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": path, "raw_path": path.encode(),
        "query_string": b"", "root_path": "", "server": ("t", 80), "client": ("t", 1), "state": {"request_id": "0" * 32},
        "headers": [(k.lower().encode(), v.encode()) for k, v in told.items()],
    }  # fmt: skip
    parts: list[dict[str, Any]] = []
    given = False

    async def receive() -> dict[str, Any]:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        await (gone or asyncio.Event()).wait()
        return {"type": "http.disconnect"}

    async def send(part: Any) -> None:
        parts.append(part)

    await app(scope, receive, send)
    head = {k.decode(): v.decode() for k, v in parts[0]["headers"]}
    return Reply(parts[0]["status"], head, b"".join(p.get("body", b"") for p in parts[1:]))


async def until(true: Callable[[], bool]) -> None:
    """Let the loop turn until something holds; a law that never holds ends in an error, not in a hang."""
    for _ in range(100_000):
        if true():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to hold")
