"""Laws of a row: text and spans are derived, leaves equal their tokens, the content has one name."""

import pytest

from hinglish.errors import KhichdiError
from schemas.example import Example, Span, Token, check_leaves, kind_of_leaf, name_of, said_leaf, spans_of, text_of

RAHUL = Token("Rahul", "hi", "name", "राहुल", ("recipient",))
KO = Token("ko", "hi", "word", "को")
SUM = Token("500", "other", "number", "500", ("amount",))
SEND = Token("bhej", "hi", "word", "भेज", after="")
TARGET = {"intent": "transfer_money", "recipient": "राहुल", "amount": 500, "via": None, "date": None, "purpose": None}


def test_text_is_derived() -> None:
    """Words and what stands between them."""
    assert text_of((RAHUL, KO, SUM, SEND)) == "Rahul ko 500 bhej"


def test_spans_are_unbroken_runs_of_said_words() -> None:
    """A word that is not said, or of another slot, breaks a run; one path may have several."""
    a = Token("do", "hi", "number", "दो", ("items.0.quantity",))
    said = Token("chai", "hi", "word", "चाय", ("items.0.name",))
    unsaid = Token("chai", "hi", "word", "चाय", ("items.0.name",), said=False)
    assert spans_of((a, said, unsaid, said)) == [Span("items.0.quantity", 0, 2), Span("items.0.name", 3, 7), Span("items.0.name", 13, 17)]


def test_a_word_may_say_two_slots() -> None:
    """3AC says the class and the mode."""
    token = Token("3AC", "en", "word", "3AC", ("travel_class", "mode"), after="")
    assert spans_of((token,)) == [Span("travel_class", 0, 3), Span("mode", 0, 3)]


def test_a_message_keeps_what_stood_between() -> None:
    """In `message` the characters between words are content; elsewhere one space joins."""
    words = (
        Token("haan", "hi", "word", "हाँ", ("message",), after=""),
        Token(",", "other", "mark", ",", ("message",)),
        Token("aao", "hi", "word", "आओ", ("message",), after=""),
    )
    assert said_leaf(words, "message") == "हाँ, आओ"


def test_leaves_equal_their_tokens() -> None:
    """A label that its tokens do not say cannot be built."""
    check_leaves((RAHUL, KO, SUM), TARGET)
    with pytest.raises(KhichdiError, match="its tokens say"):
        check_leaves((RAHUL, KO, SUM), TARGET | {"recipient": "रोहित"})
    with pytest.raises(KhichdiError, match="is null, yet said"):
        check_leaves((RAHUL, KO, SUM), TARGET | {"recipient": None})
    with pytest.raises(KhichdiError, match="no leaf"):
        check_leaves((Token("x", "en", "word", "x", ("recipent",)),), TARGET)


def test_identity_is_content() -> None:
    """sha changes with input, target, spans and tags, and not with provenance; id is the origin's."""
    row = Example(name_of(1, "t", 2), "made", "x", (), {"intent": "none"}, (), "g", {})
    other = Example(name_of(1, "t", 2), "made", "x", (), {"intent": "none"}, (), "g", {"a": 1})
    tagged = Example(name_of(1, "t", 2), "made", "x", (), {"intent": "none"}, ("multi",), "g", {})
    assert row.sha == other.sha != tagged.sha
    assert name_of(1, "t", 2) != name_of(1, "t", 2, "noise")


def test_kind_of_a_leaf_by_path() -> None:
    """Item numbers are no part of a kind."""
    assert kind_of_leaf("order_grocery", "items.11.unit") == "text"
