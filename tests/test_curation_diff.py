"""Laws of a diff: each change by id in its kind, the version number by law 6, gold that nobody looks at by id alone."""

from pathlib import Path

import msgspec
import pytest

from curation.diff import as_html, diff
from curation.opened import open_folder
from schemas.example import Example
from tests.small_release import release, rewritten
from tests.small_tiers import SIZES

Rows = list[Example]


def test_a_release_and_itself_differ_in_nothing() -> None:
    """No kind of change, no version."""
    found = diff(open_folder(release()), open_folder(release()))
    assert all(not by for by in found.counts.values())
    assert found.implies == "none"


def test_more_train_rows_are_a_minor_and_a_prefix() -> None:
    """Nothing else changed: tests are the same ids, train goes on."""
    found = diff(open_folder(release()), open_folder(release(180)))
    assert found.counts["added"] == {"train": 180 - SIZES["train"]}
    assert not any(found.counts[k] for k in ("removed", "text changed", "label changed", "split moved"))
    assert (found.implies, found.why) == ("minor", ("30 train rows added",))


def changed(rows: Rows, **change: object) -> Rows:
    """The first row that has slots changed."""
    at = next(i for i, r in enumerate(rows) if r.intent != "none")
    return [*rows[:at], msgspec.structs.replace(rows[at], **change), *rows[at + 1 :]]


@pytest.mark.parametrize(
    ("split", "kind", "change", "implies"),
    [
        ("train", "label changed", lambda rows: changed(rows, target={"intent": "none"}), "patch"),
        ("train", "text changed", lambda rows: changed(rows, input=rows[0].input + "!", spans=()), "patch"),
        ("test_seen", "removed", lambda rows: rows[1:], "patch"),
        ("train", "removed", lambda rows: rows[1:], "patch"),
        ("test_seen", "added", lambda rows: [*rows, msgspec.structs.replace(rows[0], id="new")], "major"),
    ],
)
def test_each_change_is_seen_as_what_it_is(split: str, kind: str, change: object, implies: str, tmp_path: Path) -> None:
    """One row, one kind, one split; and what it asks of the version."""
    found = diff(open_folder(release()), open_folder(rewritten(release(), {split: change}, tmp_path / "b")))  # type: ignore[dict-item]  # a function of rows
    assert {k: v for k, v in found.counts.items() if v} == {kind: {split: 1}}
    assert found.implies == implies
    assert len(found.examples[kind]) == 1


def test_a_moved_row_and_another_prompt_are_a_major(tmp_path: Path) -> None:
    """A row that leaves a test for train; the one prompt changed."""
    moved: list[Example] = []

    def out(rows: Rows) -> Rows:
        moved.append(rows[0])
        return rows[1:]

    folder = rewritten(release(), {"validation": out, "train": lambda rows: [*rows, *moved]}, tmp_path / "b")
    found = diff(open_folder(release()), open_folder(folder))
    assert found.counts["split moved"] == {"validation": 1}
    assert found.implies == "major"
    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_bytes(msgspec.json.encode(manifest | {"prompt": "0" * 64}))
    assert "prompt" in diff(open_folder(release()), open_folder(folder)).why


def test_gold_test_is_named_and_not_shown(tmp_path: Path) -> None:
    """Also on the page."""
    gold = next(iter(open_folder(release()).examples("test_gold")))
    folder = rewritten(release(), {"test_gold": lambda rows: rows[1:]}, tmp_path / "b")
    found = diff(open_folder(release()), open_folder(folder))
    assert found.examples["removed"] == [{"id": gold.id, "split": "test_gold"}]
    assert gold.input not in as_html(found)


def test_the_page_escapes_what_rows_say(tmp_path: Path) -> None:
    """A message is data."""
    text = "<script>alert(1)</script> 500 bhejo"
    folder = rewritten(release(), {"train": lambda rows: changed(rows, input=text, spans=())}, tmp_path / "b")
    page = as_html(diff(open_folder(release()), open_folder(folder)))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 500 bhejo" in page
