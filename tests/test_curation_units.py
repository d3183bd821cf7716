"""Laws of work units on disk: what is read back is what was made, its keys are its own, and a unit that was touched is refused."""

from pathlib import Path

import msgspec
import polars as pl
import pytest

from curation.keys import keys_of
from curation.tally import tally
from curation.units import KEYS, bytes_of, examples_of, joined, keyed_table, read_table, written
from curation.workshop import Plan, make_unit, rows_of, unit_name
from hinglish.errors import KhichdiError
from schemas.example import Example
from schemas.row import digests_root, split_root
from tests.small_tiers import SIZES, small, spec


def rows() -> list[Example]:
    """Made rows, and one that people wrote."""
    return [*small().rows["train"][:120], *small().rows["test_gold_dev"][:2]]


def table(found: list[Example]) -> pl.DataFrame:
    """As a unit writes them."""
    keys = [*map(keys_of, found)]
    return read_table(bytes_of(keyed_table(found, [k.said for k in keys], [k.shape for k in keys], [k.label for k in keys])))


def test_rows_come_back_whole_and_bare() -> None:
    """Whole rows with their tokens; for reading over the same without, with their shas and the keys that they would be given again."""
    found = table(rows())
    assert examples_of(found.drop(KEYS), "a test") == rows()
    shas, bare, keys = written(found)
    assert shas == [r.sha for r in rows()] == [r.sha for r in bare]
    assert bare == [msgspec.structs.replace(r, utterance=None) for r in rows()]
    assert keys == [*map(keys_of, rows())]
    assert tally("train", bare, keys) == tally("train", rows())


def test_tokens_that_are_not_the_text_are_seen() -> None:
    """One letter of one token changed."""
    row = rows()[0]
    tokens = row.utterance or ()
    other = msgspec.structs.replace(row, utterance=(msgspec.structs.replace(tokens[0], text="x" + tokens[0].text), *tokens[1:]))
    assert joined(table([row]))
    assert not joined(table([row, other]))


def test_a_unit_that_was_touched_is_refused(tmp_path: Path) -> None:
    """The rows of a unit are those that were checked when they were made, byte for byte."""
    plan = Plan(spec(), str(tmp_path), 256, SIZES)
    made = make_unit(plan, "test_seen", 0)
    name = unit_name("test_seen", 0)
    assert len(rows_of(plan, [(name, None)])) == len(made.keys)
    assert [r.id for r in rows_of(plan, [(name, [2, 0])])] == [rows_of(plan, [(name, None)])[i].id for i in (2, 0)]
    file = tmp_path / name
    file.write_bytes(file.read_bytes().replace(b"made", b"mode", 1))
    with pytest.raises(KhichdiError, match="not what its work unit wrote"):
        rows_of(plan, [(name, None)])


def test_a_root_of_digests_is_the_root_of_shas() -> None:
    """Whatever their order."""
    shas = [r.sha for r in rows()]
    assert digests_root(bytes.fromhex("".join(shas))) == split_root(shas[::-1])
    assert digests_root(b"") == split_root([])
