"""The seam to whatever annotators work in: a task, its records, their answers. Argilla stands behind it, and a dictionary in tests."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Literal, NamedTuple, Protocol

import msgspec

Status = Literal["draft", "submitted", "discarded"]


class Field(NamedTuple):
    """One thing shown. `settings` is Argilla's: {"type": "text", "use_markdown": False} or a custom template."""

    name: str
    title: str
    required: bool
    settings: Mapping[str, Any]


class Question(NamedTuple):
    """One thing asked. `settings` is Argilla's."""

    name: str
    title: str
    description: str
    required: bool
    settings: Mapping[str, Any]


class Property(NamedTuple):
    """One thing to filter by: terms, integer or float. A hidden one is seen by owners and admins only."""

    name: str
    title: str
    kind: Literal["terms", "integer", "float"]
    hidden: bool = False


class Task(NamedTuple):
    """What a data set of records asks of whom. `overlap` is how many submitted answers complete a record."""

    name: str
    guidelines: str
    fields: tuple[Field, ...]
    questions: tuple[Question, ...]
    metadata: tuple[Property, ...]
    overlap: int = 1

    @property
    def dataset(self) -> str:
        """Name with a hash of what Argilla freezes on publishing: other questions are another data set, never a silent mixture."""
        frozen = msgspec.json.encode([self.fields, self.questions, self.metadata, self.overlap])
        return f"{self.name}-{sha256(frozen).hexdigest()[:8]}"


class Suggestion(NamedTuple):
    """A prefilled answer to a question; score in [0, 1], for spans one a span."""

    question: str
    value: Any
    score: float | list[float]
    agent: str = "khichdi"


class Record(NamedTuple):
    """One thing to judge. `key` is `id@sha8`: changed content is another record and inherits no answer."""

    key: str
    fields: Mapping[str, Any]
    metadata: Mapping[str, Any]
    suggestions: tuple[Suggestion, ...] = ()


class Answer(NamedTuple):
    """One response as it stands now. Times are ISO 8601 in UTC; `values` are question → value, empty for a bare discard."""

    response: str
    key: str
    user: str
    status: Status
    values: Mapping[str, Any]
    inserted: str
    updated: str


class Refused(NamedTuple):
    """A record that the backend would not take, and why."""

    key: str
    reason: str


class Pulled(NamedTuple):
    """Every record of a data set and every answer, drafts too."""

    keys: tuple[str, ...]
    answers: tuple[Answer, ...]


class Backend(Protocol):
    """What the review needs of a place where people annotate. One contract suite holds every implementation to it."""

    def ensure(self, task: Task) -> str:
        """Make the task's data set or find it, whole; returns its handle. Calling again changes nothing but the guidelines."""
        ...

    def upsert(self, dataset: str, records: Sequence[Record]) -> list[Refused]:
        """Put records in, by key; those that are there are replaced and keep their answers. Returns the refused; the others are in."""
        ...

    def responses(self, dataset: str) -> Pulled:
        """Everything that is there now."""
        ...

    def delete(self, dataset: str, keys: Sequence[str] | None = None) -> None:
        """Take records out with their answers; without keys the whole data set."""
        ...
