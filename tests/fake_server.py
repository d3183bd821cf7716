"""A chat server on 127.0.0.1 with a will of its own: how long it takes, when it stalls, what it answers. For tests of what asks it."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

ANSWER = '{"intent":"none"}'


class Act(NamedTuple):
    """What the server does with one request: waits, then answers with these pieces (or a status, or bytes of its own), or hangs up."""

    wait: float = 0.0
    pieces: tuple[str, ...] = (ANSWER[:8], ANSWER[8:])
    status: int = 200
    raw: bytes | None = None
    cut: bool = False


class Fake:
    """A server thread. `act` gets the number of the request and its JSON; `stall()` holds everything back until `go()`."""

    def __init__(self, act: Callable[[int, dict[str, Any]], Act]) -> None:
        self.act, self.asked = act, 0
        self.bodies: list[dict[str, Any]] = []
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    def start(self) -> None:
        """Listen, and return when that is so."""
        self._thread.start()
        self._up.wait()

    def stop(self) -> None:
        """Hang up."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self) -> None:
        self.free = asyncio.Event()
        self.free.set()
        server = await asyncio.start_server(self._client, "127.0.0.1", 0, backlog=1024)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._up.set()
        await self._stop.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                size = int(next(h.split(b":")[1] for h in head.split(b"\r\n") if h.lower().startswith(b"content-length")))
                body = json.loads(await reader.readexactly(size))
                number, self.asked = self.asked, self.asked + 1
                self.bodies.append(body)
                act = self.act(number, body)
                await self.free.wait()
                await asyncio.sleep(act.wait)
                await self._answer(writer, act, chat=b"/chat/" in head.split(b"\r\n")[0])
                if act.cut:
                    break
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, act: Act, *, chat: bool) -> None:
        if act.raw is not None:
            data = act.raw
        elif chat and act.status == 200:
            events = [{"choices": [{"delta": {"role": "assistant", "content": ""}}]}, *({"choices": [{"delta": {"content": p}}]} for p in act.pieces)]
            events.append({"choices": [], "usage": {"completion_tokens": len(act.pieces)}})
            data = b"".join(b"data: " + json.dumps(e).encode() + b"\n\n" for e in events) + (b"" if act.cut else b"data: [DONE]\n\n")
        else:
            data = json.dumps({"target": json.loads("".join(act.pieces))} if act.status == 200 else {"error": {"code": "busy"}}).encode()
        length = b"" if act.cut else f"content-length: {len(data)}\r\n".encode()
        writer.write(f"HTTP/1.1 {act.status} x\r\ncontent-type: text/event-stream\r\n".encode() + length + b"\r\n" + data)
        await writer.drain()


@contextmanager
def fake(act: Callable[[int, dict[str, Any]], Act] = lambda number, body: Act()) -> Iterator[Fake]:
    """A running one."""
    server = Fake(act)
    server.start()
    try:
        yield server
    finally:
        server.stop()
