"""Laws of the cookbook: every Python block runs on a release as it stands, and prints rows."""

import re
import shutil
from pathlib import Path

import pytest

from tests.rows import ROOT
from tests.small_release import release

BLOCKS = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "cookbook.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_runs(block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In a folder where build/demo is a release."""
    shutil.copytree(release(), tmp_path / "build" / "demo")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    exec(compile(block, "docs/cookbook.md", "exec"), {})  # noqa: S102  # the block is ours, from the docs
    printed = capsys.readouterr().out
    assert printed.strip()
    assert "shape: (0" not in printed


def test_siblings_have_one_label_in_the_query_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The fifth query says 1.0 over more than no pairs."""
    shutil.copytree(release(), tmp_path / "build" / "demo")
    monkeypatch.chdir(tmp_path)
    exec(compile(BLOCKS[4], "docs/cookbook.md", "exec"), {})  # noqa: S102  # as above
    assert re.search(r"│ \d{2,} +┆ (1\.0|0\.9\d*) +│", capsys.readouterr().out)
