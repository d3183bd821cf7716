"""The first and the last to see a request: its id, its key, its size, its time; and the one place where a failure becomes a body."""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from os import urandom
from typing import Any

import msgspec

from serve.access import Access
from serve.faults import ServeError
from serve.journal import Journal
from serve.metrics import Metrics

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ROUTES = frozenset({"/healthz", "/readyz", "/metrics", "/openapi.json", "/v1/extract", "/v1/extract/batch", "/v1/feedback"})
OPEN = frozenset({"/healthz", "/readyz", "/openapi.json"})  # what a load balancer and a newcomer ask for
SAFE = [(b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")]


class Front:
    """An ASGI app around ours. Everything in it is bounded, and whatever the inner app throws leaves as a Problem."""

    def __init__(self, app: App, access: Access, metrics: Metrics, journal: Journal, *, body: int, body_seconds: float) -> None:
        self._app, self._access, self._metrics, self._journal = app, access, metrics, journal
        self._body, self._body_seconds = body, body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; anything but HTTP goes through (the server's own lifespan)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        answer = _Answer(send, urandom(16).hex())
        scope.setdefault("state", {})["request_id"] = answer.request_id
        try:
            inner = await self._admitted(scope, receive)
            await self._app(scope, inner, answer.send)
        except ServeError as fault:
            await answer.fail(fault)
        except Exception as fault:  # what nobody foresaw: the client gets a typed 500, the journal the place
            self._journal.fault("internal", fault, request=answer.request_id)
            await answer.fail(ServeError("internal"))
        self._count(scope, answer, time.perf_counter() - began)

    def _count(self, scope: Scope, answer: "_Answer", seconds: float) -> None:
        route = scope["path"] if scope["path"] in ROUTES else "other"
        code = scope["state"].get("code", "ok")
        code = answer.code or code
        self._metrics.of(self._metrics.requests, route, code).inc()
        self._metrics.of(self._metrics.seconds, route).observe(seconds)
        self._journal.note("request", route=route, code=code, status=answer.status, ms=round(1000 * seconds, 3), request=answer.request_id)

    async def _admitted(self, scope: Scope, receive: Receive) -> Receive:
        """The key first, so that nobody without one makes us read; then the body, whole and within bounds, to be handed on as one piece."""
        headers = dict(scope["headers"])
        if scope["path"] not in OPEN and not self._access.allows(headers.get(b"authorization")):
            raise ServeError("unauthorized")
        if scope["method"] not in ("POST", "PUT", "PATCH"):
            return receive
        told = headers.get(b"content-length", b"")
        if told.isdigit() and int(told[:20]) > self._body:
            raise ServeError("too_large", f"at most {self._body} bytes")
        kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        if kind != b"application/json" and scope["path"] in ROUTES and scope["method"] == "POST":
            raise ServeError("not_json_type")
        return _handed_on(await self._read(receive), receive)

    async def _read(self, receive: Receive) -> bytes:
        parts, size = [], 0
        try:
            async with asyncio.timeout(self._body_seconds):
                while True:
                    part = await receive()
                    if part["type"] == "http.disconnect":
                        raise ServeError("client_gone")
                    parts.append(part.get("body", b""))
                    size += len(parts[-1])
                    if size > self._body:
                        raise ServeError("too_large", f"at most {self._body} bytes")
                    if not part.get("more_body"):
                        return b"".join(parts)
        except TimeoutError as fault:
            raise ServeError("slow_body", f"{self._body_seconds:g} s") from fault


def problem(fault: ServeError, request_id: str) -> bytes:
    """A failure as the body of an answer."""
    return msgspec.json.encode({"error": fault.body(request_id)})


def _handed_on(body: bytes, receive: Receive) -> Receive:
    """A receive that gives the whole body first, and then whatever comes: the client's going away."""
    first = True

    async def _receive() -> MutableMapping[str, Any]:
        nonlocal first
        if first:
            first = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return _receive


class _Answer:
    """What goes out: our headers on every answer, and a Problem where none has begun."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send, self.request_id = send, request_id
        self.status, self.code = 0, ""
        self._headers = [*SAFE, (b"x-request-id", request_id.encode())]

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Hand a part on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), *self._headers]
        await self._send(message)

    async def fail(self, fault: ServeError) -> None:
        """The failure as an answer, if it is not too late for one."""
        self.code = fault.code
        if self.status:
            return
        body = problem(fault, self.request_id)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *fault.headers()]
        await self.send({"type": "http.response.start", "status": fault.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})
