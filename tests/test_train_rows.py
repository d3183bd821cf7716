"""Laws of what is trained on: a verified release, its root, its prompt, and prefixes of its order."""

import json
import shutil
from pathlib import Path

import msgspec
import polars as pl
import pytest

from curation.hub_check import sha256_of
from hinglish.errors import KhichdiError
from tests.tiny_train import made_rows, release_folder
from train.rows import open_release, read, root_of


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy to break."""
    shutil.copytree(release_folder(), tmp_path / "made")
    return tmp_path / "made"


def listed(folder: Path, **more: object) -> None:
    """Make the manifest list the files as they are now, and say `more`."""
    file = folder / "manifest.json"
    manifest = msgspec.json.decode(file.read_bytes())
    manifest["files"] = {name: sha256_of(folder / name) for name in manifest["files"]}
    file.write_text(json.dumps(manifest | more), encoding="utf-8")


def test_rows_are_a_prefix_and_know_their_root() -> None:
    """The first N rows are the same N of any larger size, and all of them have the release's root."""
    release = open_release(release_folder())
    every = read(release, "train")
    assert read(release, "train", 10) == every[:10] == list(made_rows())[:10]
    assert root_of(every) == release.root != root_of(every[:10])


def test_a_changed_file_is_not_trained_on(copied: Path) -> None:
    """One byte, and the release is refused before anything loads."""
    file = copied / "default" / "train-00000-of-00001.parquet"
    file.write_bytes(file.read_bytes() + b"\0")
    with pytest.raises(KhichdiError, match="not the bytes"):
        open_release(copied)


def test_another_root_is_refused() -> None:
    """A run that is bound to a root takes that one, or how it begins, and no other."""
    root = open_release(release_folder()).root
    assert open_release(release_folder(), root[:12]).root == root
    with pytest.raises(KhichdiError, match="bound to 0123"):
        open_release(release_folder(), "0123")


def test_another_prompt_is_refused(copied: Path) -> None:
    """A release made with another prompt is named and refused."""
    listed(copied, prompt="f" * 64)
    with pytest.raises(KhichdiError, match="made with prompt ffffffffffff"):
        open_release(copied)


def test_turns_that_are_not_the_prompt_are_refused(copied: Path) -> None:
    """A planted fault that keeps every hash: one row's completion says something else than its target."""
    file = copied / "default" / "train-00000-of-00001.parquet"
    table = pl.read_parquet(file)
    other = pl.Series([[{"role": "assistant", "content": "{}"}], *table["completion"].to_list()[1:]], dtype=table["completion"].dtype)
    table.with_columns(completion=other).write_parquet(file)
    listed(copied)
    with pytest.raises(KhichdiError, match="other turns"):
        read(open_release(copied), "train")


def test_more_rows_than_there_are_and_splits_that_are_not_there_are_refused() -> None:
    """Nothing is trained on fewer rows than were asked for."""
    release = open_release(release_folder())
    with pytest.raises(KhichdiError, match="has 48 rows, 49 were asked for"):
        read(release, "train", 49)
    with pytest.raises(KhichdiError, match=r"no such split; .* has train"):
        read(release, "test_seen")
