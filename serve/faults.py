"""The failures of the API: each a code that never changes its meaning, an HTTP status, and a sentence with the way out; never text of a request."""

from collections.abc import Mapping
from typing import Any, Final

from hinglish.errors import KhichdiError

# code → HTTP status, the sentence. Clients switch on the code; docs/serving.md has the same table (a test holds them equal).
CODES: Final[Mapping[str, tuple[int, str]]] = {
    "not_json": (400, "the body is not JSON (UTF-8)"),
    "unauthorized": (401, "send a key of this server: Authorization: Bearer KEY"),
    "not_found": (404, "no such route; GET /openapi.json lists them"),
    "unknown_request": (404, "no such request id, or it is too long ago; feedback is taken for the last ones only"),
    "method_not_allowed": (405, "this route has another method; GET /openapi.json lists them"),
    "slow_body": (408, "the body did not come in time"),
    "too_large": (413, "the body is too large"),
    "not_json_type": (415, "send the header Content-Type: application/json"),
    "invalid_request": (422, "the body has another shape"),
    "busy": (429, "the queue is full; try again after Retry-After seconds"),
    "client_gone": (499, "the client went away; nothing was sent"),
    "internal": (500, "a fault of the server; its log has the request id"),
    "invalid_answer": (502, "the model gave no valid answer"),
    "ungrounded_answer": (502, "no value of the model's answer can come from the message"),
    "anothers_answer": (502, "the backend answered another request"),
    "backend_failed": (502, "the backend failed"),
    "backend_unavailable": (503, "the backend failed too often and is left alone; try again after Retry-After seconds"),
    "stopping": (503, "the server is stopping"),
    "backend_stalled": (504, "the backend did not answer in time"),
    "deadline_exceeded": (504, "the deadline passed"),
}


class ServeError(KhichdiError):
    """One typed failure. `detail` says more in words of ours; it is shown to clients, so it never holds text of a request or an answer."""

    def __init__(self, code: str, detail: str = "", *, attempts: int | None = None, retry_after: int | None = None) -> None:
        self.code, self.attempts, self.retry_after = code, attempts, retry_after
        self.status, sentence = CODES[code]
        super().__init__(f"{sentence}: {detail}" if detail else sentence)

    def body(self, request_id: str) -> dict[str, Any]:
        """The `error` of a Problem."""
        return {"code": self.code, "message": str(self), "request_id": request_id, "attempts": self.attempts, "retry_after": self.retry_after}

    def headers(self) -> list[tuple[bytes, bytes]]:
        """What HTTP asks for beside the status."""
        out = [(b"retry-after", str(self.retry_after).encode())] if self.retry_after is not None else []
        return [*out, (b"www-authenticate", b"Bearer")] if self.status == 401 else out


class BackendError(Exception):
    """A backend failed by itself: it died, refused, or spoke no protocol. Text-free; the service turns it into a ServeError and tells the breaker."""


class AnotherError(BackendError):
    """The backend's answer belongs to another request."""
