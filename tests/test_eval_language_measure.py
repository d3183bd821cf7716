"""Laws of the language measure: shares with their denominators, and a fault shows."""

from pathlib import Path

import pytest

from eval import language_measure
from eval.language_measure import measure_romanise, measure_script
from hinglish.identify import Tagged


def test_a_right_query_scores_one_and_a_planted_fault_lowers_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both shares are 1 where the tagger is right; a tagger that calls everything English loses every Hindi word."""
    path = tmp_path / "queries.tsv"
    path.write_text("query_id\troman_query\ttarget_script_query\tlid_tags\n1\tkal meeting hai\tकल meeting है\tHI EN HI\n", encoding="utf-8")
    agreement, exact = measure_script(path)
    assert (agreement.value, agreement.n, exact.value, exact.n) == (1.0, 3, 1.0, 2)
    monkeypatch.setattr(language_measure, "identify", lambda words: [Tagged("en", w) for w in words])
    agreement, exact = measure_script(path)
    assert (agreement.right, exact.right) == (1, 0)
    assert len(agreement.misses) == 2


def test_spellings_are_weighed_by_their_writers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Coverage counts writers, precision counts spellings, the first spelling alone counts for top 1."""
    path = tmp_path / "spellings.tsv"
    path.write_text("devanagari\troman\tattestations\tsplit\nराम\tram\t3\ttrain\nराम\traam\t1\ttrain\n", encoding="utf-8")
    monkeypatch.setattr(language_measure, "romanise", lambda word: ("raam", "xx"))
    top, covered, precision = measure_romanise(path)
    assert (top.value, covered.right, covered.n, precision.value) == (1.0, 1, 4, 0.5)


def test_nothing_measured_is_zero(tmp_path: Path) -> None:
    """An empty file scores 0, never 1."""
    path = tmp_path / "empty.tsv"
    path.write_text("devanagari\troman\tattestations\tsplit\n", encoding="utf-8")
    assert [figure.value for figure in measure_romanise(path)] == [0.0, 0.0, 0.0]
