"""An OpenAI-compatible server as backend (vLLM or any other), over HTTP: chat completions, json_schema where asked, cut off when cancelled."""

from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from hinglish.errors import KhichdiError
from serve.backend import Asked, Said
from serve.faults import BackendError
from serve.record import hold_folder, hold_paths
from train.grammar import answer_schema

LARGEST = 1 << 20  # bytes of a response; more is no label


class Served(msgspec.Struct):
    """One model of /v1/models: `root` and `parent` as vLLM has them (its folder; for a LoRA adapter the name of its base)."""

    id: str
    root: str | None = None
    parent: str | None = None
    max_model_len: int | None = None


class _Models(msgspec.Struct):
    data: list[Served]


class _Text(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Text
    finish_reason: str | None = None


class _Completion(msgspec.Struct):
    choices: list[_Choice]
    id: str | None = None
    model: str | None = None


@cache
def _format() -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "label", "strict": True, "schema": answer_schema()}}


class OpenAI:
    """One model of one server. `url` ends in /v1; `adapter` is the folder whose hashes must hold, where there is one."""

    kind = "vllm"
    constrains = True

    def __init__(self, url: str, model: str = "", *, adapter: Path | None = None, key: str = "", transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self.url, self.model, self._adapter = url.rstrip("/"), model, adapter
        self._echoes = False
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=64)
        timeout = httpx2.Timeout(None, connect=5.0)  # how long an answer may take is the service's to say
        self._http = httpx2.AsyncClient(headers=headers, limits=limits, timeout=timeout, transport=transport, trust_env=False)

    async def start(self) -> list[str]:
        """Find the model among those served, and hold it to the adapter's record. KhichdiError with the way out."""
        there = await self._models()
        names = ", ".join(m.id for m in there) or "none"
        if not self.model and len(there) != 1:
            raise KhichdiError(f"{self.url}: serves {names}; say which with --model")
        found = next((m for m in there if m.id == self.model or not self.model), None)
        if found is None:
            raise KhichdiError(f"{self.url}: serves no model {self.model!r}; it serves {names}; name one with --model, or start the server with that one")
        self.model = found.id
        lines = [f"model: {found.id} at {self.url}"]
        if self._adapter is not None:
            lines += hold_paths(found, there, self._adapter) + hold_folder(self._adapter)
        elif found.parent:
            lines.append("adapter: served as LoRA, its hashes not checked; name its folder with --adapter")
        return lines

    async def _models(self) -> list[Served]:
        try:
            answer = await self._http.get(f"{self.url}/models", timeout=10)
            answer.raise_for_status()
            return msgspec.json.decode(answer.content, type=_Models).data
        except httpx2.HTTPStatusError as fault:
            way = "give its key in KHICHDI_BACKEND_KEY" if fault.response.status_code == 401 else "the address ends in /v1"
            raise KhichdiError(f"{self.url}/models: HTTP {fault.response.status_code}; {way}") from fault
        except (httpx2.HTTPError, httpx2.InvalidURL, msgspec.DecodeError) as fault:
            raise KhichdiError(f"{self.url}/models: no OpenAI-compatible server there ({type(fault).__name__}); start one, or give its --upstream") from fault

    async def answer(self, asked: Asked) -> Said:
        """One completion, greedy. BackendError for HTTP errors, and for bodies that are no completion of this model."""
        body: dict[str, Any] = {"model": self.model, "messages": list(asked.turns), "max_tokens": asked.most, "temperature": 0}
        if asked.constrained:
            body["response_format"] = _format()
        headers = {"Content-Type": "application/json", "X-Request-Id": asked.id}
        try:
            return self._said(await self._post(msgspec.json.encode(body), headers), asked)
        except httpx2.HTTPError as fault:
            raise BackendError(type(fault).__name__) from fault

    async def _post(self, body: bytes, headers: dict[str, str]) -> bytes:
        async with self._http.stream("POST", f"{self.url}/chat/completions", content=body, headers=headers) as answer:
            if answer.status_code != 200:
                raise BackendError(f"HTTP {answer.status_code}")
            out = bytearray()
            async for part in answer.aiter_bytes():
                out += part
                if len(out) > LARGEST:
                    raise BackendError(f"more than {LARGEST} bytes")
        return bytes(out)

    def _said(self, data: bytes, asked: Asked) -> Said:
        try:
            done = msgspec.json.decode(data, type=_Completion)
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as fault:
            raise BackendError("no chat completion") from fault
        if len(done.choices) != 1 or done.choices[0].message.content is None:
            raise BackendError("a completion without its one text")
        if done.model not in (None, self.model):
            raise BackendError("another model answered")
        # vLLM puts our id into its own; once a server did so, an answer without it is another's
        self._echoes = self._echoes or asked.id in (done.id or "")
        owner = asked.id if asked.id in (done.id or "") else done.id or "none"
        return Said(done.choices[0].message.content, owner if self._echoes else None, done.choices[0].finish_reason != "length")

    async def alive(self) -> bool:
        """Does it still serve the model?"""
        try:
            answer = await self._http.get(f"{self.url}/models", timeout=2)
            return answer.status_code == 200 and any(m.id == self.model for m in msgspec.json.decode(answer.content, type=_Models).data)
        except (httpx2.HTTPError, msgspec.DecodeError):
            return False

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
