"""A row as files hold it: the columns of `annotated`, one canonical JSON line a row, the way back to an Example, and what names a set.

Identity is content: the sha of a row, the root of a split over its sorted shas, the root of a release over its sorted splits.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

import msgspec

from hinglish.errors import KhichdiError
from schemas.canonical import encode
from schemas.example import Example, Origin, Span, Token

_ENCODER = msgspec.json.Encoder()
_PROVENANCE = msgspec.json.Encoder(order="sorted")


class SpanRow(msgspec.Struct, frozen=True, gc=False):
    """A span as a JSON object: [start, end) in code points of the input."""

    path: str
    start: int
    end: int


class Row(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One row of `annotated`; target and provenance are canonical JSON strings."""

    id: str
    sha: str
    intent: str
    input: str
    target: str
    tokens: tuple[Token, ...]
    spans: tuple[SpanRow, ...]
    tags: tuple[str, ...]
    group: str
    origin: Origin
    provenance: str

    @property
    def content(self) -> str:
        """The sha made again from what the row says: input, target, spans and tags."""
        said = (self.input, self.target, [(s.path, s.start, s.end) for s in self.spans], self.tags)
        return sha256(_ENCODER.encode(said)).hexdigest()


_DECODER = msgspec.json.Decoder(Row)


def provenance_of(example: Example) -> str:
    """The provenance as files hold it: JSON with sorted keys."""
    return _PROVENANCE.encode(example.provenance).decode()


def row_of(example: Example) -> Row:
    """An example as a row."""
    return Row(
        example.id,
        example.sha,
        example.intent,
        example.input,
        encode(example.target).decode(),
        example.utterance or (),
        tuple([SpanRow(*s) for s in example.spans]),
        example.tags,
        example.group,
        example.origin,
        provenance_of(example),
    )


def example_of(row: Row) -> Example:
    """A row as an example; one without tokens has no utterance."""
    spans = tuple([Span(s.path, s.start, s.end) for s in row.spans])
    target, made = msgspec.json.decode(row.target), msgspec.json.decode(row.provenance)
    return Example(row.id, row.origin, row.input, spans, target, row.tags, row.group, made, row.tokens or None)


def line_of(example: Example) -> bytes:
    """An example as one JSON line, without its end."""
    return _ENCODER.encode(row_of(example))


def read_line(line: bytes, place: str) -> Row:
    """One JSON line → row. Raises KhichdiError with the place where it is none."""
    try:
        return _DECODER.decode(line)
    except msgspec.MsgspecError as fault:  # both "no JSON" and "not these columns"
        raise KhichdiError(f"{place}: no row of a release ({fault}); it was edited or cut off: restore it from git, or build again") from fault


def read_lines(data: bytes, place: str) -> Iterator[Row]:
    """The rows of a JSON-lines file. Raises KhichdiError naming the line that is none."""
    for number, line in enumerate(data.splitlines(), 1):
        yield read_line(line, f"{place}:{number}")


def split_root(shas: Iterable[str]) -> str:
    """The identity of a split: sha256 over its row shas, sorted."""
    digest = sha256()
    for sha in sorted(shas):
        digest.update(sha.encode())
    return digest.hexdigest()


def digests_root(digests: bytes) -> str:
    """split_root of shas that lie end to end, 32 bytes each: they sort as their hex digits do, and a million of them take a quarter of the memory."""
    digest = sha256()
    for one in sorted([digests[at : at + 32] for at in range(0, len(digests), 32)]):
        digest.update(one.hex().encode())
    return digest.hexdigest()


def release_root(splits: Mapping[str, str]) -> str:
    """The identity of a release: sha256 over its splits' names and roots, sorted by name."""
    return sha256("\n".join(f"{name} {root}" for name, root in sorted(splits.items())).encode()).hexdigest()
