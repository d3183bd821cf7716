"""Laws of figures, gates and comparisons: recomputed to the same, a change is seen, a gate judges the lower end, pairs are paired."""

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from eval import results
from eval.commands import eval as app
from eval.gates import Gate, judge, read_gates
from eval.metrics import Figure
from eval.paired import compare, judged
from eval.rows import Release, read_release
from eval.scored import Answered
from hinglish.errors import KhichdiError
from schemas.canonical import encode
from schemas.prediction import Prediction, write_predictions
from schemas.stats import Difference, enough
from tests.rows import ROOT
from tests.scored_rows import TARGETS, answers, release, rows
from tests.small_release import release as small_release

RUN = CliRunner()


def right_but(found: Release, wrong: int) -> list[Prediction]:
    """Right answers, the first few of each tier none."""
    return [Prediction(g.id, g.sha, g.tier, "first", "no" if i < wrong else g.text) for tier in found.tiers.values() for i, g in enumerate(tier)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small release, predictions on it, and their figures."""
    home = tmp_path_factory.mktemp("eval")
    shutil.copytree(small_release(), home / "small")
    found = read_release(home / "small")
    write_predictions(right_but(found, 3), home / "results" / "run.jsonl")
    results.write(results.measure(home / "results" / "run.jsonl", found, title="run", gated=True), home / "results" / "run.figures.json")
    return home


def gate(home: Path) -> Any:
    """`eval gate --json` on the folder."""
    done = RUN.invoke(app, ["gate", "--results", str(home / "results"), "--release", str(home / "small"), "--json"])
    return done.exit_code, msgspec.json.decode(done.stdout)


def test_committed_figures_are_what_their_predictions_give(folder: Path) -> None:
    """Recomputed, the same; the gates do not hold, as the tiers are small and no stage is repaired, so it exits 1."""
    code, found = gate(folder)
    assert found["recomputed"] == {"run.figures.json": []}
    assert code == 1
    assert not found["holds"]
    assert {g["why"] for g in found["gates"] if g["must"]} == {"no repaired answers on this tier"}


def test_a_changed_figure_answer_or_tier_is_seen(folder: Path, tmp_path: Path) -> None:
    """A figure by a hundredth, one answer, a root, the variants' hash: each is named."""
    text = (folder / "results" / "run.figures.json").read_text(encoding="utf-8")
    said = msgspec.json.decode(text)
    value = said["stages"][0]["tiers"]["test_seen"]["slot_f1"]["value"]
    known = {"v1.0.0": read_release(folder / "small")}
    for old, new, why in (
        (f'"value": {value}', f'"value": {value - 0.01}', "slot_f1.value"), (said["predictions_sha256"], "0" * 64, "sha256"),
        (said["roots"]["test_seen"], "0" * 64, "test_seen: root"), (said["variants"], "0" * 64, "variants"),
    ):  # fmt: skip
        file = tmp_path / "run.figures.json"
        file.write_text(text.replace(old, new), encoding="utf-8")
        (tmp_path / "run.jsonl").write_bytes((folder / "results" / "run.jsonl").read_bytes())
        [(place, figures)] = results.committed(tmp_path)
        assert any(why in fault for fault in results.again(place, figures, known)), why
    assert results.again(place, figures, {}) == ["release v1.0.0 is not here; name its folder with --release"]


def test_a_row_that_was_changed_is_refused(folder: Path, tmp_path: Path) -> None:
    """A release whose row no longer has its sha is not read."""
    import polars as pl

    shutil.copytree(folder / "small", tmp_path / "small")
    file = tmp_path / "small" / "annotated" / "test_seen-00000-of-00001.parquet"
    table = pl.read_parquet(file)
    table.with_columns(input=pl.col("input") + " x").write_parquet(file)
    with pytest.raises(KhichdiError, match="content is"):
        read_release(tmp_path / "small")


def figure_gate(value: float, low: float, n: int, **more: Any) -> bool:
    """Does a gate of .99 hold on a figure?"""
    from eval.scored import Report

    figures = {"test_seen": {"json_valid": Figure(value, low, 1.0, n, value * n, n)}}
    found = Report("first", figures, {}, {}, {}, {}, {}, {})
    return judge("x", [found], [Gate("json_valid", ["test_seen"], "first", 0.99, 200, **more)])[0].holds


def test_a_gate_judges_the_lower_end_on_enough_rows() -> None:
    """A value above the threshold with a lower end below it does not hold; nor does any value on too few rows; a point gate says so."""
    assert figure_gate(0.999, 0.991, 400)
    assert not figure_gate(0.999, 0.989, 400)
    assert not figure_gate(1.0, 0.995, 199)
    assert figure_gate(0.999, 0.98, 400, judged="point")


def test_the_committed_gates_are_those_of_the_targets() -> None:
    """Validity, script and F1 at the lower end of the whole stack; .99 asks for as many rows as can prove it."""
    must = {(g.metric, g.stage, g.least, g.judged) for g in read_gates() if g.must}
    assert must == {("json_valid", "repaired", 0.99, "low"), ("script", "repaired", 0.97, "low"), ("slot_f1", "repaired", 0.85, "low")}
    assert all(g.rows >= enough(0.99) for g in read_gates() if g.least == 0.99 and g.must and g.metric == "json_valid")


def test_an_unknown_metric_in_a_gate_is_named(tmp_path: Path) -> None:
    """A gate that judges nothing is an error."""
    file = tmp_path / "gates.toml"
    file.write_text('[[gate]]\nmetric = "beauty"\ntiers = []\nstage = "first"\nleast = 1\nrows = 1\n', encoding="utf-8")
    with pytest.raises(KhichdiError, match="beauty"):
        read_gates(file)


def two(wrong_first: set[int], wrong_second: set[int], many: int = 400) -> tuple[list[Answered], list[Answered]]:
    """Two systems on the same rows, each wrong where it is said."""
    found = rows(many)
    said = [["no" if i in wrong else encode(TARGETS[i % 4]).decode() for i in range(many)] for wrong in (wrong_first, wrong_second)]
    return answers(found, said[0]), answers(found, said[1])


def test_a_paired_difference_is_seen_and_a_balanced_one_is_not() -> None:
    """Forty rows mended and none broken is better; twenty each way is not; the least visible effect is given."""
    better = {(c.where, c.metric): c for c in compare(*two(set(range(40)), set()))}
    assert better["test_seen", "json_valid"].verdict == "better"
    assert better["test_seen", "slot_f1"].verdict == "better"
    even = {(c.where, c.metric): c for c in compare(*two(set(range(20)), set(range(20, 40))))}
    assert even["test_seen", "json_valid"].verdict in ("no difference seen", "not measurable")
    assert even["test_seen", "json_valid"].difference.p == 1.0
    assert even["test_seen", "json_valid"].difference.least > 0
    assert {c.verdict for c in compare(*two(set(), set(range(40)))) if c.metric == "json_valid"} == {"worse"}


def test_holm_is_stricter_with_more_questions() -> None:
    """Asked of every slice at once, a p-value grows."""
    pair = two(set(range(12)), set())
    alone = next(c for c in compare(*pair, metrics=("json_valid",)) if c.where == "test_seen")
    among = next(c for c in compare(*pair, by_slice=True) if c.where == "test_seen" and c.metric == "json_valid")
    assert alone.adjusted == alone.difference.p < among.adjusted


def test_not_measurable_is_an_answer() -> None:
    """Few rows, or too wide to have seen five points, are no proof that nothing changed."""
    assert judged(Difference(0.3, 0.2, 0.4, 0.001, 0.1), 0.001, 199, up=True) == "not measurable"
    assert judged(Difference(0.01, -0.1, 0.1, 0.8, 0.2), 0.8, 400, up=True) == "not measurable"
    assert judged(Difference(0.001, -0.01, 0.01, 0.8, 0.02), 0.8, 400, up=True) == "no difference seen"
    assert judged(Difference(-0.1, -0.12, -0.08, 0.0, 0.02), 0.001, 400, up=False) == "better"


def test_only_common_rows_are_compared() -> None:
    """Rows that one system did not answer are left out of both."""
    first, second = two(set(), set(), 8)
    assert {c.n for c in compare(first, second[:4]) if c.metric == "json_valid"} == {4}
    with pytest.raises(KhichdiError, match="no row in common"):
        compare(first[:2], second[2:])
    assert release(rows(4)).roots() == release(rows(4)).roots()


def test_the_page_is_written_from_the_figures_and_goes_stale_with_them(folder: Path) -> None:
    """Every figure on it is one of the files'; `--check` holds the page and its plots, and sees a page of other figures."""
    home = folder / "results"
    told = ["results", "--results", str(home), "--out", str(folder / "results.md")]
    (home / "notes.md").write_text("## What we saw\nNothing.\n", encoding="utf-8")
    record: dict[str, Any] = {"base": "b", "rows": {"count": 300}, "release": {"name": "small"}, "seconds": 60, "device": "cpu", "dtype": "float32"}
    (home / "record.json").write_bytes(msgspec.json.encode(record | {"run": {"epochs": 2, "learning_rate": 1e-3, "seed": 7}}))
    assert RUN.invoke(app, told).exit_code == 0
    text = (folder / "results.md").read_text(encoding="utf-8")
    (_, figures), *_ = results.committed(home)
    assert str(figures.stages[0].tiers["test_unseen_template"]["slot_f1"]) in text
    assert "b; 300 rows of small, 2 epochs: first" in text
    assert "**no**: no repaired answers on this tier" in text
    assert text.endswith("## What we saw\nNothing.\n")
    assert (home / "slot_f1.svg").read_text(encoding="utf-8").startswith("<svg ")
    assert RUN.invoke(app, [*told, "--check"]).exit_code == 0
    (folder / "results.md").write_text(text.replace("300 rows", "301 rows"), encoding="utf-8")
    done = RUN.invoke(app, [*told, "--check"])
    assert done.exit_code == 1
    assert "is not what the figures give" in done.output


def test_the_committed_page_is_what_its_figures_give() -> None:
    """docs/results.md, from docs/results."""
    if not (ROOT / "docs" / "results.md").exists():
        assert not list((ROOT / "docs").glob("results/*/*.figures.json"))
        return
    told = ["--results", str(ROOT / "docs" / "results"), "--out", str(ROOT / "docs" / "results.md"), "--check"]
    done = RUN.invoke(app, ["results", *told])
    assert done.exit_code == 0, done.output
