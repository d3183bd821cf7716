"""The seam between the API and what answers: one Protocol, its question and its answer."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

Turns = Sequence[dict[str, str]]


class Asked(NamedTuple):
    """One attempt: an id that no other has, the conversation so far, whether to decode under the schemas, at most so many tokens."""

    id: str
    turns: Turns
    constrained: bool
    most: int


class Said(NamedTuple):
    """Raw text of the model. `id` is the attempt that the backend says it answers; None where it has no way to say."""

    text: str
    id: str | None = None
    ended: bool = True  # by itself, and not at the cap of tokens


class Backend(Protocol):
    """What answers. Every method is async; cancelling `answer` ends the work on it."""

    kind: str
    model: str
    constrains: bool  # can it decode under a schema?

    async def start(self) -> list[str]:
        """Connect, or load; a line for everything that was checked. KhichdiError where it is not what was asked for."""

    async def answer(self, asked: Asked) -> Said:
        """The model's text, whatever it is. BackendError where there is none."""

    async def alive(self) -> bool:
        """Would it answer? Quick, and never an exception."""

    async def close(self) -> None:
        """Let connections, threads and the model go."""
