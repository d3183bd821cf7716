"""Who answers under load: an OpenAI-compatible server, streamed, or our own API. A sender never raises: what went wrong is the reply's fault."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import msgspec

from hinglish.errors import KhichdiError
from schemas.canonical import encode
from schemas.prediction import verdict

TIMEOUT = "timeout"  # given up by the client: the one fault whose time is a time waited
VALID, SCHEMA, FORM = "valid", "not its schema", "no JSON object"


class Reply(NamedTuple):
    """When the first token and the end came (time.perf_counter, seconds), tokens and text; `fault` is the kind of error, empty for an answer."""

    first: float | None
    done: float
    tokens: int
    text: str
    fault: str = ""

    @property
    def outcome(self) -> str:
        """The fault, or how the answer was read: "valid", "not its schema", "no JSON object"."""
        if self.fault:
            return self.fault
        found = verdict(self.text, explain=False)
        return VALID if found.target is not None else SCHEMA if found.parses else FORM


class Sender(Protocol):
    """One that can be asked."""

    async def send(self, message: str) -> Reply:
        """The reply to one message; the caller may cancel it."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def failed(fault: str) -> Reply:
    """A reply that is none."""
    return Reply(None, time.perf_counter(), 0, "", fault)


def client() -> Any:
    """An HTTP client without a pool's queue (waiting there would be the tool's doing) and without a time limit: the loop has one."""
    import httpx2

    return httpx2.AsyncClient(timeout=None, limits=httpx2.Limits(max_connections=None, max_keepalive_connections=256), trust_env=False)


class Chat:
    """Chat completions of an OpenAI-compatible server, streamed so that the first token has a time."""

    def __init__(self, url: str, body: Callable[[str], dict[str, Any]], key: str = "") -> None:
        """`body` makes a request's JSON of a message; stream and usage are added here."""
        self._url, self._body = f"{url.rstrip('/')}/v1/chat/completions", body
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = client()

    async def send(self, message: str) -> Reply:
        """One streamed answer."""
        import httpx2

        body = {**self._body(message), "stream": True, "stream_options": {"include_usage": True}}
        try:
            async with self._client.stream("POST", self._url, json=body, headers=self._headers) as response:
                if response.status_code != 200:
                    return failed(f"http {response.status_code}")
                return await self._read(response)
        except httpx2.ConnectError:
            return failed("refused")
        except httpx2.TransportError:
            return failed("broken")
        except (msgspec.DecodeError, LookupError, TypeError):
            return failed("garbage")

    async def _read(self, response: Any) -> Reply:
        """The stream's pieces; one that ends before [DONE] is broken, whatever came before."""
        first, pieces, tokens, whole = None, list[str](), 0, False
        async for line in response.aiter_lines():
            data = line.removeprefix("data:").strip()
            if data == line or not data:
                continue
            if data == "[DONE]":
                whole = True
                break
            event = msgspec.json.decode(data)
            if "error" in event:
                return failed("error in stream")
            for choice in event["choices"]:
                if piece := choice["delta"].get("content"):
                    first = first or time.perf_counter()
                    pieces.append(piece)
            tokens = (event.get("usage") or {}).get("completion_tokens", tokens)
        if not whole:
            return failed("broken")
        return Reply(first, time.perf_counter(), tokens or len(pieces), "".join(pieces))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


class Extract:
    """Our own API: a whole answer at once, so no first token."""

    def __init__(self, url: str, key: str = "") -> None:
        self._url = f"{url.rstrip('/')}/v1/extract"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = client()

    async def send(self, message: str) -> Reply:
        """One answer; its target is read as strictly as a model's text."""
        import httpx2

        try:
            response = await self._client.post(self._url, json={"message": message}, headers=self._headers)
            done = time.perf_counter()
            body = msgspec.json.decode(response.content)
            if response.status_code != 200:
                return failed(f"http {response.status_code} {_kind(body)}".strip())
            return Reply(None, done, 0, encode(body["target"]).decode())
        except httpx2.ConnectError:
            return failed("refused")
        except httpx2.TransportError:
            return failed("broken")
        except (msgspec.DecodeError, LookupError, TypeError, KhichdiError):
            return failed("garbage")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _kind(body: Any) -> str:
    """The code of a typed error; a word of ours, never text of a message."""
    error = body.get("error") if isinstance(body, dict) else None
    kind = error.get("code") if isinstance(error, dict) else None
    return kind if isinstance(kind, str) and kind.isidentifier() else ""
