"""The nouns of a row: Token, Utterance, Span, Example; one object a word carries all its annotation. schemas.example says what is done with them.

They stand apart because msgspec reads their types when rows are read, and mypyc (`make fast`) keeps none.
"""

from hashlib import sha256
from typing import Any, Literal, NamedTuple

import msgspec

from hinglish.lexicon import Lang
from schemas.canonical import encode

TokenKind = Literal["word", "name", "number", "mark"]
Origin = Literal["made", "fixed", "gold", "live"]


class Token(msgspec.Struct, frozen=True, gc=False):
    """A word as written. `norm` is its label form; `after` the characters up to the next token."""

    text: str
    lang: Lang
    kind: TokenKind
    norm: str
    slots: tuple[str, ...] = ()
    said: bool = True
    after: str = " "


Utterance = tuple[Token, ...]


class Span(NamedTuple):
    """[start, end) in code points of the text."""

    path: str
    start: int
    end: int


class Example(msgspec.Struct, frozen=True, gc=False):
    """One labelled message. `id` is its origin, `sha` its content; `group` holds its siblings together."""

    id: str
    origin: Origin
    input: str
    spans: tuple[Span, ...]
    target: dict[str, Any]
    tags: tuple[str, ...]
    group: str
    provenance: dict[str, Any]
    utterance: Utterance | None = None

    def __repr__(self) -> str:
        """For an error or a failing test: what gold says is not shown by accident."""
        return f"Example({self.id!r}, {self.origin}, {self.intent}{'' if self.origin == 'gold' else ', ' + repr(self.input)})"

    @property
    def intent(self) -> str:
        """The intent of the target."""
        return str(self.target["intent"])

    @property
    def sha(self) -> str:
        """sha256 of what was written: input, target, spans and tags."""
        content = (self.input, encode(self.target).decode(), [list(s) for s in self.spans], list(self.tags))
        return sha256(msgspec.json.encode(content)).hexdigest()
