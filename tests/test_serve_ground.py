"""Laws of grounding: what a message says is never flagged, what it cannot have said is; another's answer has no value left."""

import subprocess
import sys

import pytest

from curation.opened import open_release
from generators.run import make
from generators.spec import read_spec
from hinglish.lexicon import DATA
from schemas.contract import leaves
from serve import tokens
from serve.ground import all_ungrounded, ungrounded
from serve.rehearsal import PLAYED, rehearse


def test_labels_of_made_rows_are_grounded_in_their_messages() -> None:
    """At most one in 300 made rows, whose labels are true by construction, has a leaf flagged; none as a whole."""
    rows = make(read_spec(DATA / "specs" / "demo.toml").override(rows=300)).rows
    flagged = [(e.input, found) for e in rows if (found := ungrounded(e.input, e.target))]
    assert len(flagged) <= 1, flagged
    others = [(a, b) for a, b in zip(rows, rows[7:], strict=False) if any(v is not None for v in leaves(b.target).values())]
    caught = sum(all_ungrounded(ungrounded(a.input, b.target), b.target) for a, b in others)
    assert caught >= 0.9 * len(others), f"{caught} of {len(others)}"


@pytest.mark.parametrize(
    ("message", "path", "value"),
    [
        ("Rahul ko sava lakh bhejo", "amount", 125000),
        ("Rahul ko do sau pachas bhej do do sau pachas", "amount", 250),
        ("राहुल को १,२५,००० भेजो", "amount", 125000),
        ("gpay se 500 bhejo", "via", "GPay"),
        ("Haldirams wale ko 500", "recipient", "Haldiram's"),
        ("parso 11am tak bhejo", "date", "परसों 11 am"),
        ("ऑफिस के लिए 500", "purpose", "office"),
    ],
)
def test_what_is_said_otherwise_is_grounded(message: str, path: str, value: object) -> None:
    """Numbers in words and other digits, aliases, words written in one, English in Devanagari."""
    target = {"intent": "transfer_money", "recipient": None, "amount": None, "via": None, "date": None, "purpose": None, path: value}
    assert ungrounded(message, target) == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [("amount", 5000), ("amount", 501), ("recipient", "सुनीता"), ("recipient", "राहुल शर्मा"), ("via", "HDFC"), ("date", "कल शाम"), ("purpose", "किराया")],
)
def test_what_is_not_said_is_flagged_and_only_that(path: str, value: object) -> None:
    """One planted value a time; the rest of the label stays unflagged."""
    target = {"intent": "transfer_money", "recipient": "राहुल", "amount": 500, "via": None, "date": "कल", "purpose": None, path: value}
    assert ungrounded("kal Rahul ko 500 bhejo", target) == (path,)


@pytest.mark.parametrize("message", ["Rahul ko sava lakh bhejo", "Rahul ko 5 lakh bhejo", "Rahul ko 5,00,001 bhejo", "Rahul ko 2 darjan"])
def test_a_part_of_a_number_is_not_said(message: str) -> None:
    """Neither the lakh of "sava lakh" nor the 5 of "5 lakh" is an amount."""
    for part in (100000, 5, 1, 2):
        target = {"intent": "transfer_money", "recipient": "राहुल", "amount": part, "via": None, "date": None, "purpose": None}
        assert ungrounded(message, target) == ("amount",)


def test_a_phone_must_be_said_digit_by_digit() -> None:
    """Spaces and dashes do not matter, one other digit does."""
    target = {"intent": "recharge", "operator": "Jio", "phone_number": "9876543210", "amount": 299, "validity": None}
    assert ungrounded("98765 43210 pe 299 wala Jio recharge", target) == ()
    assert ungrounded("98765 43211 pe 299 wala Jio recharge", target) == ("phone_number",)


@pytest.mark.parametrize("message", ["\u0301", "\u200d", "।", "😀"])
def test_a_message_without_a_word_says_nothing(message: str) -> None:
    """Marks, joiners and emoji alone: everything is flagged, nothing breaks."""
    target = {"intent": "transfer_money", "recipient": "राहुल", "amount": 5, "via": "x", "date": None, "purpose": None}
    assert ungrounded(message, target) == ("recipient", "amount", "via")
    assert ungrounded(message, {"intent": "order_food", "restaurant": None, "items": [{"name": "x", "quantity": 2}], "note": None})
    assert ungrounded(message, {"intent": "raise_complaint", "product": None, "order_id": "12", "issue": None, "action": "refund"})


def test_an_item_is_named_by_its_place() -> None:
    """Lists are flagged leaf by leaf."""
    items = [{"name": "समोसा", "quantity": 2}, {"name": "pizza", "quantity": 3}]
    assert ungrounded("do samosa bhejo", {"intent": "order_food", "restaurant": None, "items": items, "note": None}) == ("items.1.name", "items.1.quantity")


START = """
from hinglish import loans, numeral_context
from serve import ground

ground.warm()
assert [i.cache_info().currsize for i in (loans._model, numeral_context._stems)] == [1, 1]
before = ground._spellings.cache_info().misses
ground.ungrounded("kuch nahi", {"intent": "send_message", "recipient": "सुनीता", "message": "late हो जाऊँगा", "app": None})
assert ground._spellings.cache_info().misses == before
"""


def test_a_start_leaves_no_index_to_be_built_in_a_request() -> None:
    """After `warm` the indexes that only a rare word asks for are there, and every word of a label has been looked up.

    In a process of its own: here other tests have met the words already.
    """
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=False, cwd=DATA.parent)  # noqa: S603  # our own code
    assert done.returncode == 0, done.stderr


def test_a_start_plays_messages_through() -> None:
    """The rehearsal meets all 1,200 train messages of v1.1.0: the words of one of them are known after it."""
    rehearse()
    message = next(row.input for row in open_release(PLAYED).rows("train") if row.input.isascii())
    before = tokens._known.cache_info().misses
    tokens.tokens(message)
    assert rehearse() == 1200
    assert tokens._known.cache_info().misses == before
