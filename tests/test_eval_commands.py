"""Laws of the commands that score: they say what they did, exit by what they found, and name what is wrong with what they were given."""

import re
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from eval.commands import eval as app
from eval.rows import read_release
from hinglish.errors import KhichdiError
from schemas.prediction import Prediction, read_predictions, write_predictions
from tests.small_release import release as small_release

TIERS = ("test_seen", "test_gold_dev")


def ran(*words: object) -> Result:
    """A command run in this process; an error of ours is raised as it is."""
    return CliRunner().invoke(app, [str(w) for w in words], catch_exceptions=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Predictions on the small release: all right but one in each tier, and all right."""
    folder = tmp_path_factory.mktemp("commands")
    tiers = read_release(small_release(), tiers=TIERS).tiers
    for name, wrong in (("worse", 1), ("best", 0)):
        said = [Prediction(g.id, g.sha, g.tier, "first", "no" if i < wrong else g.text, seconds=0.1) for rows in tiers.values() for i, g in enumerate(rows)]
        write_predictions(said, folder / f"{name}.jsonl")
    return folder


def test_run_prints_counts_and_json(home: Path) -> None:
    """Below 200 rows a table has counts; JSON has both sums, n and the hashes."""
    shown = ran("run", home / "worse.jsonl", "--release", small_release(), "--slices").stdout
    assert "29 of 30" in shown
    assert not re.search(r"\d\.\d \[", shown)
    found = msgspec.json.decode(ran("run", home / "worse.jsonl", "--release", small_release(), "--json").stdout)
    figure = found["stages"][0]["tiers"]["test_seen"]["json_valid"]
    assert (figure["top"], figure["bottom"], figure["n"]) == (29, 30, 30)
    assert len(found["variants"]) == len(found["predictions_sha256"]) == 64


def test_compare_pairs_two_files(home: Path) -> None:
    """One line a tier and metric; below 200 rows nothing is measurable."""
    found = msgspec.json.decode(ran("compare", home / "worse.jsonl", home / "best.jsonl", "--release", small_release(), "--json").stdout)
    assert {c["where"] for c in found} == set(TIERS)
    assert {c["verdict"] for c in found} == {"not measurable"}
    assert all(c["difference"]["value"] > 0 for c in found if c["metric"] == "json_valid")


def test_report_repair_and_baseline_write_whole_files(home: Path) -> None:
    """A page, a stage of repaired answers, answers by rules: each written whole, nothing beside it."""
    ran("report", home / "worse.jsonl", "--release", small_release(), "--out", home / "page.html")
    assert (home / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    ran("repair", home / "worse.jsonl", "--stage", "first", "--release", small_release(), "--out", home / "repaired.jsonl")
    assert {p.stage for p in read_predictions(home / "repaired.jsonl")} == {"repaired"}
    assert not [p for p in home.iterdir() if p.name.endswith(".part")]


def test_what_is_wrong_with_the_input_is_named(home: Path) -> None:
    """Another stage, another release, another baseline, figures away from their predictions."""
    for words, why in (
        (("compare", home / "worse.jsonl", home / "best.jsonl", "--release", small_release(), "--stage", "retry"), "it has first"),
        (("run", home / "worse.jsonl", "--release", home), "no folder with a manifest.json"),
        (("run", home / "worse.jsonl", "--release", small_release(), "--out", home / "away" / "x.figures.json"), "lies beside its predictions"),
        (("baseline", "oracle", "--release", small_release(), "--out", home / "x.jsonl"), "rules or nearest"),
        (("gate", "--results", home / "nowhere"), r"no \*.figures.json under it"),
    ):
        with pytest.raises(KhichdiError, match=why):
            ran(*words)
