"""Laws of grounded repair: right answers stay, what the message says is mended, what it does not say is left alone."""

from functools import cache
from typing import Any

import msgspec
import pytest

from curation.gold import read_gold
from schemas.canonical import encode
from schemas.contract import leaves
from schemas.grounding import heard, trace
from schemas.prediction import Prediction
from schemas.repair import repair, repaired
from schemas.validate import is_valid
from tests.rows import demo

MONEY = {"intent": "transfer_money", "recipient": "राहुल", "amount": 125000, "via": "HDFC account", "date": "कल", "purpose": None}
TEXT = "bhai kal subah 10 baje se pehle Rahul ko sava lakh transfer kar dena HDFC account se"


@cache
def right() -> list[tuple[str, dict[str, Any]]]:
    """Messages with right labels: gold_dev's 200 and 200 made ones."""
    return [(e.input, e.target) for e in (*read_gold("test_gold_dev"), *demo().rows[:200])]


def test_right_answers_stay_right() -> None:
    """Of 400 right labels at most two in a hundred are touched; the share is printed."""
    touched = [(text, repair(text, target).changes) for text, target in right() if repair(text, target).changes]
    print(f"repair touched {len(touched)} of {len(right())} right labels")  # noqa: T201  # a figure to see with pytest -s
    assert len(touched) <= 0.02 * len(right())


def test_the_shape_never_changes() -> None:
    """Same intent, same keys, the same leaves filled, still valid, and repairing twice changes nothing more."""
    for text, target in right()[::10]:
        broken = {k: "kal" if isinstance(v, str) and k not in ("intent", "mode", "action", "order_id", "phone_number") else v for k, v in target.items()}
        found = repair(text, broken).target
        assert list(found) == list(target)
        assert {p for p, v in leaves(found).items() if v is None} == {p for p, v in leaves(broken).items() if v is None}
        assert is_valid(found)
        assert repair(text, found).target == found


@pytest.mark.parametrize(("wrong", "why"), [
    ({"date": "kal"}, "script"), ({"recipient": "rahul"}, "script"), ({"recipient": "Rahul"}, "script"), ({"via": "HDFC अकाउंट"}, "script"),
    ({"via": "hdfc account"}, "spelling"), ({"recipient": "रहूल"}, "spelling"), ({"amount": 100000}, "number"), ({"amount": 12500}, "number"),
    ({"via": " HDFC account"}, "spelling"),
])  # fmt: skip
def test_what_the_message_says_is_mended(wrong: dict[str, Any], why: str) -> None:
    """Script, spelling and number are re-derived from the words of the message, and the change says which it was."""
    found = repair(TEXT, MONEY | wrong)
    assert found.target == MONEY
    assert [c.why for c in found.changes] == [why]


@pytest.mark.parametrize("wrong", [
    {"recipient": "सीता"}, {"purpose": "rent"}, {"recipient": None}, {"amount": None}, {"date": "Friday"}, {"intent": "none"},
])  # fmt: skip
def test_what_it_does_not_say_is_left_alone(wrong: dict[str, Any]) -> None:
    """A value that comes from no word of the message, and a null, are the model's: repair invents and empties nothing."""
    target = wrong if wrong.get("intent") else MONEY | wrong
    assert repair(TEXT, target) == (target, ())


def test_two_numbers_are_no_reason_to_choose() -> None:
    """Where the message has two numbers left, and none is a slip of the answer's, the answer stays."""
    text = "500 nahi 700 Rahul ko bhejo"
    target = MONEY | {"amount": 333, "via": None, "date": None}
    assert repair(text, target).target["amount"] == 333
    assert repair(text, target | {"amount": 7000}).target["amount"] == 700


def test_a_code_within_two_letters_is_read_again() -> None:
    """A phone number with a digit changed is the message's; another number is not."""
    text = "98765 43210 pe 299 wala Jio recharge maar do"
    target = {"intent": "recharge", "operator": "Jio", "phone_number": "9876543211", "amount": 299, "validity": None}
    assert repair(text, target).target["phone_number"] == "9876543210"
    assert repair(text, target | {"phone_number": "9123456789"}).changes == ()


def test_words_are_traced_in_order() -> None:
    """Each word of a value to its own word of the message, also across scripts; a word from nowhere to none."""
    said = heard("Monday ko 5:30 baje gym jaana hai", "train")
    assert [t.place for t in trace(["gym", "जाना", "है", "कभी"], said, "train")] == [4, 5, 6, None]


def test_a_repaired_answer_is_a_stage_of_its_own() -> None:
    """The answer as it came is kept as an attempt; an answer that is none is not touched."""
    first = Prediction("a", "s", "test_seen", "constrained", encode(MONEY | {"date": "kal"}).decode())
    found = repaired(first, TEXT)
    assert (found.stage, found.attempts[0], found.attempts[-1]) == ("repaired", first.output, found.output)
    assert msgspec.json.decode(found.output) == MONEY
    assert repaired(msgspec.structs.replace(first, output="sorry"), TEXT).output == "sorry"
