"""Laws of the Kaggle notebook: ten cells, nothing run beforehand, and they do run, one after the other, with the tiny model on a local release."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.tiny_train import NEEDS_EXTRA, release_folder, tiny_base

ROOT = Path(__file__).resolve().parent.parent
CELLS: list[dict[str, Any]] = json.loads((ROOT / "docs" / "kaggle.ipynb").read_text(encoding="utf-8"))["cells"]


def test_ten_cells_without_outputs() -> None:
    """One of words and nine of code, committed as if never run."""
    assert [c["cell_type"] for c in CELLS] == ["markdown"] + ["code"] * 9
    assert all(c["outputs"] == [] and c["execution_count"] is None for c in CELLS[1:])


@NEEDS_EXTRA
def test_the_cells_run_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """From the names in the environment to the packed adapter, with eight rows of the made set as release and tier."""
    names = {"REPO": ROOT, "RELEASE": release_folder(), "BASE": tiny_base(), "ROWS": 8, "EPOCHS": 1, "TIERS": "train", "OUT": tmp_path}
    for name, value in names.items():
        monkeypatch.setenv(f"KHICHDI_{name}", str(value))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    space: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(CELLS[1:], 1):
        exec(compile("".join(cell["source"]), f"cell {number}", "exec"), space)  # noqa: S102  # our own notebook
    said = capsys.readouterr().out
    assert space["manifest"]["root"] in said
    assert {p.name for p in (tmp_path / "run" / "predictions").glob("*.jsonl")} == {"train.first.jsonl", "train.constrained.jsonl", "predictions.jsonl"}
    assert (tmp_path / "adapter.zip").stat().st_size > 1000


@NEEDS_EXTRA
def test_the_notebook_wants_its_two_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a repository and a release the first code cell stops: nothing is guessed."""
    for name in ("REPO", "RELEASE"):
        monkeypatch.delenv(f"KHICHDI_{name}", raising=False)
    with pytest.raises(SystemExit, match="give REPO and RELEASE"):
        exec("".join(CELLS[1]["source"]), {})  # noqa: S102  # our own notebook
