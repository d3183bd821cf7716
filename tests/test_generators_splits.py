"""Laws of the splits: every family and open lemma has one, every fifth is kept for test, and none ever moves."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators import splits
from generators.family import families
from generators.splits import EVERY, dump, extend, extended, family_ids, missing, read
from hinglish.errors import KhichdiError
from hinglish.lexicon import OPEN, load
from schemas.contract import intents


def groups(table: Any) -> list[tuple[str, str, dict[str, list[str]]]]:
    """(part, name, split → names) of a table."""
    return [(part, name, found) for part, by_name in table.items() for name, found in by_name.items()]


def test_the_file_is_whole() -> None:
    """Nothing is without a split: `khichdi splits extend` was run when it was added."""
    assert missing() == []


def test_every_fifth_is_kept_for_test() -> None:
    """In the file, a fifth of each intent's families and each open class's lemmas, in neither split twice."""
    found = read()
    assert set(found) == {"template", "lexicon"}
    assert set(found["template"]) == set(intents())
    assert set(found["lexicon"]) == set(OPEN)
    for part, name, split in groups(found):
        train, test = split["train"], split["test"]
        assert len(test) == (len(train) + len(test)) // EVERY, f"{part}.{name}"
        assert not set(train) & set(test), f"{part}.{name}"
        assert len({*train, *test}) == len(train) + len(test), f"{part}.{name}"


def test_the_splits_of_families_are_apart() -> None:
    """Train and test families share none and are all of them, whatever else the file still remembers."""
    train, test = family_ids("train"), family_ids("test")
    assert not train & test
    assert {f.id for f in families()} <= train | test


def test_from_nothing_every_fifth_goes_to_test() -> None:
    """In the order in which they stand."""
    table = extended({})
    for intent in intents():
        ids = [f.id for f in families() if f.intent == intent]
        assert table["template"][intent]["test"] == ids[EVERY - 1 :: EVERY]
    lemmas = list(dict.fromkeys(e.get("lemma", e.norm) for e in load().of("dish")))
    assert table["lexicon"]["dish"]["test"] == lemmas[EVERY - 1 :: EVERY]


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_what_is_placed_never_moves(data: st.DataObject) -> None:
    """Whatever stood in train or test, in whatever order, stands there first and in that order; only new names come after."""
    whole = extended({})
    before: dict[str, Any] = {}
    for part, name, found in groups(whole):
        every = [*found["train"], *found["test"]][:12]
        kept = data.draw(st.lists(st.sampled_from(every), unique=True, max_size=6)) if len(before.get(part, {})) < 3 else []
        cut = data.draw(st.integers(0, len(kept))) if kept else 0
        before.setdefault(part, {})[name] = {"train": [*kept[:cut], "no longer there"], "test": kept[cut:]}
    after = extended(before)
    for part, name, found in groups(before):
        for split, names in found.items():
            assert after[part][name][split][: len(names)] == names
    everything = {(p, n): {*f["train"], *f["test"]} for p, n, f in groups(whole)}
    assert {(p, n): {*f["train"], *f["test"]} - {"no longer there"} for p, n, f in groups(after)} == everything
    assert extended(after) == after


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    """The file's text is the table; a second extension adds nothing and changes no byte."""
    path = tmp_path / "splits.toml"
    assert read(path) == {}
    added = extend(path)
    text = path.read_text(encoding="utf-8")
    assert tomllib.loads(text) == tomllib.loads(dump(extended({}))) == extended({})
    assert added["template"] == len(families())
    assert extend(path) == {"template": 0, "lexicon": 0}
    assert path.read_text(encoding="utf-8") == text
    assert missing(path) == []


def test_what_lacks_a_split_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new family is missing until it is placed, and goes to the end of one split."""
    path = tmp_path / "splits.toml"
    monkeypatch.setattr(splits, "families", lambda: families()[:-1])
    extend(path)
    before = read(path)
    monkeypatch.setattr(splits, "families", families)
    last = families()[-1]
    assert missing(path) == [f'template.{last.intent}: "{last.id}"']
    extend(path)
    for split, names in read(path)["template"][last.intent].items():
        assert names[: len(before["template"][last.intent][split])] == before["template"][last.intent][split]


def test_a_broken_file_is_never_taken_for_an_empty_one(tmp_path: Path) -> None:
    """It is restored, not rebuilt: a rebuilt one could move names."""
    path = tmp_path / "splits.toml"
    path.write_text("[template\n", encoding="utf-8")
    with pytest.raises(KhichdiError, match=r"data/splits\.toml: .*restore it from git, it is append-only"):
        extend(path)
