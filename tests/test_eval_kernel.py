"""Laws of what our kernel adds to a figure: script without gold, names by letters, and that it knows the train partition only."""

import ast
from pathlib import Path

import pytest

from eval.kernel_score import COLUMNS, kernel_counts, known, names
from eval.metrics import figures
from eval.rows import Gold, gold
from eval.scored import as_sample, reports
from eval.script_score import KNOWN, with_gold, without_gold
from hinglish.lexicon import load
from schemas.canonical import encode
from schemas.example import Example, Span
from schemas.grounding import heard
from schemas.prediction import Prediction
from schemas.repair import distance
from schemas.row import row_of
from tests.scored_rows import MONEY, TARGETS, TEXTS, answers, release, rows

ROOT = Path(__file__).resolve().parent.parent
# What reads words by the lexicon: called in a figure without a partition, it would know the test words.
READERS = frozenset(
    "load readings reads identify romanise devanagarise speak candidates odds_of_hindi standard english_label compliant label_words heard same_sound sure"
    " likeness trace repair repaired".split()
)
FIGURES = ("eval/script_score.py", "eval/kernel_score.py", "eval/slices.py", "eval/rules.py", "eval/transfer.py", "eval/results.py", "schemas/repair.py",
           "schemas/grounding.py")  # fmt: skip


def unbound(source: str) -> list[str]:
    """Calls of a reader that hand on neither KNOWN nor a partition."""
    calls = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in READERS]
    return [ast.unparse(c) for c in calls if not {"KNOWN", "partition"} & {n.id for n in ast.walk(c) if isinstance(n, ast.Name)}]


@pytest.mark.parametrize("file", FIGURES)
def test_no_figure_reads_words_past_the_train_partition(file: str) -> None:
    """Every reader of words that a figure or a repair calls is handed the partition."""
    assert unbound((ROOT / file).read_text(encoding="utf-8")) == []


def test_a_reader_without_a_partition_is_seen() -> None:
    """The rule above catches a planted lapse."""
    assert unbound("def f(w):\n    return readings(w, 5)\n") == ["readings(w, 5)"]


def test_the_kernel_does_not_know_a_test_word() -> None:
    """Label words that only the test partition holds are unknown to it; most names kept for test are such words."""
    train = {w for e in load("train").entries for w in e.norm.split()}
    only = {e.norm for e in load("test").by_class["given"]} - train
    assert len(only) > 100
    assert not any(map(known, only))


def test_script_is_seen_in_both_directions_with_and_without_gold() -> None:
    """Hindi in Latin and English in Devanagari, as the message shows; what stands right is clean."""
    said = heard(TEXTS[1], KNOWN)
    wanted = frozenset({"राहुल", "hdfc", "account", "कल"})
    for words, faults in ((["राहुल", "account"], (0, 0)), (["rahul", "account"], (1, 0)), (["राहुल", "अकाउंट"], (0, 1)), (["kal"], (1, 0))):
        for found in (with_gold(words, wanted), without_gold(words, said)):
            assert (found.hi_latin, found.en_deva) == faults, (words, found)
            assert found.clean == (faults == (0, 0))


def test_a_listed_word_in_the_wrong_script_is_seen_though_gold_lacks_it() -> None:
    """gehoon passes as Latin letters and is a Hindi word all the same."""
    assert with_gold(["gehoon"], frozenset({"चावल"})).hi_latin == 1
    assert without_gold(["gehoon"], []).hi_latin == 1


def named() -> Gold:
    """The transfer row with the span of its name."""
    at = TEXTS[1].index("Rahul")
    return gold(row_of(Example("n", "gold", TEXTS[1], (Span("recipient", at, at + 5),), dict(MONEY), (), "n", {})), "test_seen")


def test_names_are_counted_letter_by_letter_beside_our_own() -> None:
    """A right name costs nothing, one letter one, a missing one all; our own spelling comes from the words of the span."""
    row = named()
    assert [(n.value, n.ours) for n in names(row)] == [("राहुल", "राहुल")]
    wrong = [dict(zip(COLUMNS, kernel_counts(row, encode(MONEY | {"recipient": r}).decode()), strict=True)) for r in ("राहुल", "राहूल", None)]
    assert [w["cer_wrong"] for w in wrong] == [0, 1, 5]
    assert {w["cer_letters"] for w in wrong} == {5}
    assert distance("", "abc") == 3
    assert distance("कल", "काल") == 1


def test_the_share_of_gold_in_the_lexicon_is_counted() -> None:
    """It is of gold's words, whatever was answered."""
    right, none = (figures(as_sample(answers(rows(), said)))["gold_in_lexicon"] for said in (list(TARGETS), ["no"] * 4))
    assert right == none
    assert 0.5 < right.value <= 1


def test_a_retried_file_shows_its_first_pass() -> None:
    """The first attempts are a stage of their own; a retried answer is never counted as a first pass."""
    found = rows()
    said = [Prediction(g.id, g.sha, g.tier, "retry", g.text, ("no", g.text)) for g in found]
    first, retry = reports(Path("x.jsonl"), said, release(found))
    assert (first[0].stage, first[0].tiers["test_seen"]["json_valid"].top) == ("first", 0)
    assert (retry[0].stage, retry[0].tiers["test_seen"]["json_valid"].top) == ("retry", 4)
