"""What goes over the wire: the bodies of requests and answers of /v1, as pydantic models that FastAPI reads and writes into OpenAPI.

Requests are held strictly (no "1" for 1, no unknown key); every failure of every route is one `Problem`.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

LONGEST = 2000  # code points of one message; the longest of 20,000 made ones has under 300
MOST_IN_BATCH = 64
ID = r"^[0-9a-f]{32}$"

Message = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=r"\S", description="One message as a person wrote it.")]


def _whole(value: object) -> object:
    """5000.0 is an integer to JSON Schema, and so to clients that take our document at its word."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Milliseconds = Annotated[int, Field(ge=1, le=600_000), BeforeValidator(_whole)]
Reason = Literal["wrong_intent", "wrong_value", "missing", "hallucinated", "not_data", "other"]


class _Asked(BaseModel):
    """What every request may say; what is left out is as the server was started."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _Options(_Asked):
    repair: bool | None = Field(None, description="Mend script, spelling and numbers by the words of the message, as a step of its own that is reported.")
    constrained: bool | None = Field(None, description="Decode under the schemas, where the backend can.")
    deadline_ms: Milliseconds | None = Field(None, description="Milliseconds until an answer is of no use; at most the server's own.")


class ExtractIn(_Options):
    """One message."""

    message: Message


class BatchIn(_Options):
    """Several messages; each is a request of its own to the queue and the model, under one deadline."""

    messages: list[Message] = Field(min_length=1, max_length=MOST_IN_BATCH)


class FeedbackIn(_Asked):
    """An answer that a client holds to be wrong. It is known by its request id for a while; then the answer is 404."""

    request_id: str = Field(pattern=ID, description="request_id of an answer of this server.")
    reason: Reason = Field(description="What is wrong with it.")


class ChangeOut(BaseModel):
    """One leaf that repair mended."""

    path: str
    before: Any
    after: Any
    why: Literal["script", "spelling", "number"]


class Extraction(BaseModel):
    """An answer that is valid under its intent's schema. `ungrounded` names leaves whose value cannot come from the message."""

    request_id: str
    intent: str
    target: dict[str, Any] = Field(description="The label: intent first, then every slot of the schema, null if not said.")
    attempts: int = Field(description="How often the model was asked; 1 is a valid first pass.")
    ungrounded: list[str] = Field(description='Leaf paths, such as "amount" or "items.0.name".')
    repaired: list[ChangeOut] | None = Field(description="What repair changed; null where repair was not asked for.")
    constrained: bool
    model: str
    prompt_hash: str


class ErrorBody(BaseModel):
    """What went wrong. `code` is for machines and never changes its meaning; `message` says the way out, never text of a request."""

    code: str
    message: str
    request_id: str
    attempts: int | None = None
    retry_after: int | None = Field(None, description="Whole seconds after which to try again; also the header Retry-After.")


class Problem(BaseModel):
    """The one shape of every failure."""

    error: ErrorBody


class BatchItem(BaseModel):
    """Exactly one of the two is there."""

    extraction: Extraction | None = None
    error: ErrorBody | None = None


class BatchOut(BaseModel):
    """One item a message, in the order asked. HTTP 200 where all are extractions, 207 where any is an error."""

    results: list[BatchItem]


class FeedbackOut(BaseModel):
    """Taken into the failure queue."""

    request_id: str
    taken: Literal[True] = True


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Whether requests would be answered now, and by what."""

    ready: bool
    why: str
    backend: str
    model: str
    prompt_hash: str
    schema_hash: str
    constrained: bool
    breaker: Literal["closed", "open", "half_open"]
    running: int
    waiting: int
