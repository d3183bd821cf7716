"""Laws of a set on disk: datasets reads it, its name is its content, it is never half there and replaces only its own."""

import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from generators import write as module
from generators.columns import annotated_table
from generators.run import Rejected
from generators.show import find, read_rows, why
from generators.write import annotated_row, default_row, parquet, root_of, table_of_lines, write
from hinglish.errors import KhichdiError
from schemas.canonical import canonical_bytes, parse_target
from schemas.example import Example, Span
from schemas.prompt import prompt
from schemas.reread import reread
from schemas.row import line_of
from tests.rows import demo

ROWS = 200
REJECTED = [Rejected("a", "t", "reread", "amount: …", "x"), Rejected("b", "t", "duplicate", "stands already", "y")]


def rows() -> list[Example]:
    """The first 200 of the demo."""
    return demo().rows[:ROWS]


def made(folder: Path) -> Path:
    """A written set."""
    write(rows(), REJECTED, folder, name="try", facts={"seed": 1})
    return folder


def load(folder: Path, config: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What datasets makes of a folder, without a network."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    import datasets

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    datasets.disable_progress_bars()
    return datasets.load_dataset(str(folder), config, cache_dir=str(cache))


def test_columns_are_the_lines_read_back(tmp_path: Path) -> None:
    """Made by column or from JSON lines: one table, one parquet file; rows without tokens, two leaves of a word and no rows too."""
    plain = [Example(e.id, "gold", e.input, e.spans, e.target, e.tags, e.group, {}) for e in rows()[:3]]
    for found in ([*rows(), *plain], plain, []):
        by_line, by_column = table_of_lines([line_of(e) for e in found]), annotated_table(found)
        assert by_column.schema == by_line.schema
        assert by_column.equals(by_line)
        parquet(by_line, tmp_path / "a")
        parquet(by_column, tmp_path / "b")
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_datasets_reads_both_configs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """True counts, features as the card says, and the columns' content as it was made."""
    folder = made(tmp_path / "set")
    plain = load(folder, "default", tmp_path / "cache", monkeypatch)["train"]
    full = load(folder, "annotated", tmp_path / "cache", monkeypatch)["train"]
    assert plain.num_rows == full.num_rows == ROWS
    assert set(plain.features) == {"id", "sha", "intent", "input", "target", "prompt", "completion"}
    assert set(full.features) == {"id", "sha", "intent", "input", "target", "tokens", "spans", "tags", "group", "origin", "provenance"}
    assert full.features["spans"].feature["start"].dtype == "int64"
    assert plain.features["target"].dtype == "string"
    for i, row in enumerate(rows()):
        assert plain[i] == default_row(row)
        assert full[i] == annotated_row(row)


def test_the_target_column_is_the_canonical_string(tmp_path: Path) -> None:
    """Absent stays null, 1 stays 1, and a trainer's completion is the same bytes."""
    import polars as pl

    table = pl.read_parquet(made(tmp_path / "set") / "default" / "*.parquet")
    for cell, turn, row in zip(table["target"], table["completion"], rows(), strict=True):
        assert cell.encode() == canonical_bytes(row.target)
        assert parse_target(cell) == row.target
        assert turn.to_list() == [{"role": "assistant", "content": cell}]


def test_rows_read_back_agree_with_their_labels(tmp_path: Path) -> None:
    """From the file alone: spans lie in the text and mean the target; `why` finds nothing wrong."""
    folder = made(tmp_path / "set")
    back = read_rows(folder)
    for row in back:
        assert reread(row["input"], [Span(**s) for s in row["spans"]], msgspec.json.decode(row["target"]), row["tags"]) == []
        assert "".join(t["text"] + t["after"] for t in row["tokens"]) == row["input"]
    assert why(find(back, back[3]["id"][:12], folder))[-1] == "checks: schema, leaves and re-reading agree"
    with pytest.raises(KhichdiError, match="no rows have an id that begins with"):
        find(back, "zzz", folder)


def test_the_manifest_names_the_content(tmp_path: Path) -> None:
    """Root is sha256 of the sorted row shas; every file's hash is right; facts and prompt stand there."""
    folder = made(tmp_path / "set")
    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes())
    shas = sorted(r.sha for r in rows())
    assert manifest["root"] == sha256("".join(shas).encode()).hexdigest() == root_of(rows()[::-1])
    assert (manifest["name"], manifest["rows"], manifest["seed"], manifest["prompt"]) == ("try", ROWS, 1, prompt().hash)
    files = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - {"manifest.json"}
    assert {f: sha256((folder / f).read_bytes()).hexdigest() for f in files} == manifest["files"]


def test_one_changed_row_changes_the_root() -> None:
    """Text, label, spans or tags: nothing can change unseen; provenance may."""
    first = next(r for r in rows() if r.spans and not r.tags)
    rest = [r for r in rows() if r is not first]
    whole = root_of(rows())
    for change in ({"input": first.input + "!"}, {"target": {"intent": "none"}}, {"spans": ()}, {"tags": ("multi", "range")}):
        assert root_of([msgspec.structs.replace(first, **change), *rest]) != whole
    assert root_of([msgspec.structs.replace(first, provenance={}), *rest]) == whole


def test_what_was_rejected_is_kept_with_its_reason(tmp_path: Path) -> None:
    """A duplicate is no fault and is only counted; the rest lie in quarantine."""
    lines = (made(tmp_path / "set") / "quarantine.jsonl").read_bytes().splitlines()
    assert [msgspec.json.decode(x)["id"] for x in lines] == ["a"]


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """Nothing in a set tells when or where it was written; a set replaces itself."""
    first, second = made(tmp_path / "a"), made(tmp_path / "b")
    made(first)
    one, other = ({p.relative_to(home): p.read_bytes() for p in home.rglob("*") if p.is_file()} for home in (first, second))
    assert one == other


def test_a_foreign_folder_is_not_overwritten(tmp_path: Path) -> None:
    """Whatever khichdi did not write stays, and nothing is left beside it."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(KhichdiError, match=r"mine: holds files that khichdi did not write; name an empty or new folder with --out"):
        made(folder)
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]
    assert (folder / "thesis.txt").read_text() == "years of work"


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    """A folder made beforehand is no foreign one."""
    (tmp_path / "set").mkdir()
    assert (made(tmp_path / "set") / "manifest.json").exists()


@pytest.mark.parametrize("where", ["parquet", "card"])
def test_a_crash_while_writing_leaves_the_old_set_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """What stood there before stands there still, byte for byte; the next run succeeds."""
    folder = made(tmp_path / "set")
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    def crash(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as m:
        m.setattr(module, where, crash)
        with pytest.raises(OSError, match="no space"):
            write(rows()[:50], [], folder, name="try", facts={})
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before
    write(rows()[:50], [], folder, name="try", facts={})
    assert len(read_rows(folder)) == 50
    assert [p.name for p in tmp_path.iterdir()] == ["set"]


def test_a_crash_while_renaming_loses_no_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between writing and renaming the old set may not be gone: it stands in its place, whole."""
    folder = made(tmp_path / "set")
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    def crash(*_: object, **__: object) -> None:
        raise OSError("killed")

    with monkeypatch.context() as m:
        for owner, name in ((Path, "rename"), (Path, "replace"), (os, "rename"), (os, "replace")):
            m.setattr(owner, name, crash)
        with pytest.raises(OSError, match="killed"):
            write(rows()[:50], [], folder, name="try", facts={})
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before
