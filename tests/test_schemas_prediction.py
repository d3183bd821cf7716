"""Laws of predictions: strict reading, every attempt kept, no stage borrows from another."""

from pathlib import Path

import msgspec
import pytest

from hinglish.errors import KhichdiError
from schemas.canonical import encode
from schemas.prediction import Prediction, by_stage, first_pass, read_predictions, verdict, write_predictions

GOOD = '{"intent":"check_balance","bank":"HDFC","account_type":null}'


@pytest.mark.parametrize("text", [
    "", "none", "[]", "```json\n" + GOOD + "\n```", GOOD + "\nbecause", "Sure: " + GOOD, GOOD[:-1], GOOD.replace('"HDFC"', "NaN"),
    GOOD.replace('"bank"', '"bank":null,"bank"'), GOOD.replace('"HDFC"', "1e999"), "\ufeff" + GOOD,
])  # fmt: skip
def test_what_is_not_one_strict_object_does_not_parse(text: str) -> None:
    """Prose, fences, half an object, NaN, a key twice, a mark of byte order: none of it is an answer."""
    assert not verdict(text).parses
    assert verdict(text).target is None
    assert verdict(text).fault


def test_parsing_is_not_validity() -> None:
    """A key too many, a key missing, a wrong type or an unknown intent parses and is no answer."""
    for text in (GOOD.replace("}", ',"odd":1}'), '{"intent":"check_balance","bank":"HDFC"}', GOOD.replace('"HDFC"', "5"), '{"intent":"dance"}', '{"bank":1}'):
        found = verdict(text)
        assert found.parses
        assert found.target is None
        assert found.fault


def test_key_order_and_spaces_do_not_matter() -> None:
    """What JSON leaves free is free."""
    assert verdict('{ "account_type" : null,\n "bank": "HDFC", "intent":"check_balance" }').target == msgspec.json.decode(GOOD)
    assert verdict(GOOD) == (msgspec.json.decode(GOOD), True, "")


def test_the_first_pass_of_a_retried_answer_is_its_first_attempt() -> None:
    """A retry keeps what came before it and never counts as a first pass; other stages hold none."""
    found = first_pass(Prediction("a", "s", "test_seen", "retry", GOOD, ("no", "{}", GOOD)))
    assert (found.stage, found.output) == ("first", "no")
    with pytest.raises(KhichdiError, match="holds no first pass"):
        first_pass(Prediction("a", "s", "test_seen", "repaired", GOOD))


def test_a_file_reads_back_and_a_bad_line_is_named(tmp_path: Path) -> None:
    """What is written is read; a wrong line, a row answered twice and an empty file are named."""
    rows = [Prediction("a", "s", "test_seen", "first", GOOD, seconds=0.5), Prediction("a", "s", "test_seen", "retry", GOOD, ("x", GOOD))]
    file = tmp_path / "p.jsonl"
    write_predictions(rows, file)
    assert read_predictions(file) == rows
    assert list(by_stage(rows)) == ["first", "retry"]
    for text, why in ((encode({"id": "a"}), "p.jsonl:1"), (file.read_bytes() * 2, "answered twice"), (b"\n", "no predictions")):
        file.write_bytes(text)
        with pytest.raises(KhichdiError, match=why):
            read_predictions(file)
