"""Examples as the table `annotated`, column by column: tokens and spans lie flat in Arrow arrays, and offsets say which row has which."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any

from schemas.canonical import encode
from schemas.example import Example, Span, Token
from schemas.row import provenance_of

if TYPE_CHECKING:
    import polars as pl


def _text(values: Sequence[str]) -> Any:
    import pyarrow as pa  # type: ignore[import-untyped]  # it ships no types

    return pa.array(values, pa.large_string())


def _lists(sizes: Iterable[int], inner: Any) -> Any:
    """Flat values cut into lists of these sizes."""
    import pyarrow as pa

    return pa.LargeListArray.from_arrays(pa.array([0, *accumulate(sizes)], pa.int64()), inner)


def _tokens(tokens: Sequence[Token]) -> Any:
    import pyarrow as pa

    slots = [t.slots for t in tokens]
    columns = {
        "text": _text([t.text for t in tokens]),
        "lang": _text([t.lang for t in tokens]),
        "kind": _text([t.kind for t in tokens]),
        "norm": _text([t.norm for t in tokens]),
        "slots": _lists(map(len, slots), _text(list(chain.from_iterable(slots)))),
        "said": pa.array([t.said for t in tokens], pa.bool_()),
        "after": _text([t.after for t in tokens]),
    }
    return pa.StructArray.from_arrays(list(columns.values()), names=list(columns))


def _spans(spans: Sequence[Span]) -> Any:
    import pyarrow as pa

    ends = [pa.array([s[i] for s in spans], pa.int64()) for i in (1, 2)]
    return pa.StructArray.from_arrays([_text([s.path for s in spans]), *ends], names=["path", "start", "end"])


def annotated_table(examples: Sequence[Example]) -> "pl.DataFrame":
    """The config `annotated` as one table; the same as its JSON lines read back (a test holds that), at a sixth of the time."""
    import polars as pl
    import pyarrow as pa

    said = [e.utterance or () for e in examples]
    columns = {
        "id": _text([e.id for e in examples]),
        "sha": _text([e.sha for e in examples]),
        "intent": _text([e.intent for e in examples]),
        "input": _text([e.input for e in examples]),
        "target": _text([encode(e.target).decode() for e in examples]),
        "tokens": _lists(map(len, said), _tokens(list(chain.from_iterable(said)))),
        "spans": _lists([len(e.spans) for e in examples], _spans([s for e in examples for s in e.spans])),
        "tags": _lists([len(e.tags) for e in examples], _text([t for e in examples for t in e.tags])),
        "group": _text([e.group for e in examples]),
        "origin": _text([e.origin for e in examples]),
        "provenance": _text([provenance_of(e) for e in examples]),
    }
    return pl.DataFrame(pa.table(columns))
