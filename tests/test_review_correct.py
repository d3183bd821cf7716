"""A typed correction becomes the label it means, or comes back with a reason that names what to write instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.ground import ground, realigned
from curation.review_correct import CorrectionError, correct, in_script
from schemas.canonical import encode
from schemas.example import Example, check_leaves
from schemas.validate import is_valid
from tests.review_rows import transfer
from tests.rows import demo

WRONG = transfer(wrong=True)


@pytest.mark.parametrize(
    ("typed", "changes"),
    [
        ("amount = 700", {"amount": 700}),
        ("amount: 700\nvia = null", {"amount": 700, "via": None}),
        ("amount=sat sau\ndate =", {"amount": 700, "date": None}),
        ('{"intent":"transfer_money","recipient":"राहुल","amount":700,"via":"GPay","date":"कल","purpose":null}', {"amount": 700}),
        ('{"intent":"transfer_money","recipient":"राहुल","amount":700,"via":"GPay","date":"कल"}', {"amount": 700}),
        ('```json\n{"intent":"transfer_money","recipient":"राहुल","amount":700,"via":"GPay","date":"कल","purpose":null}\n```', {"amount": 700}),
    ],
)
def test_a_correction_is_read(typed: str, changes: dict[str, object]) -> None:
    """Lines change what they name; JSON is the whole label, what it leaves out is null."""
    found = correct(typed, WRONG)
    assert found.target == {**WRONG.target, **changes}
    assert list(found.target) == list(WRONG.target)


def test_roman_hindi_is_put_into_script_and_shown() -> None:
    """Typed in Roman, written by the guide: Hindi words in Devanagari, brands in Latin, as the message's own words are read."""
    bare = transfer()
    bare = Example(bare.id, bare.origin, bare.input, bare.spans, {**bare.target, "date": None, "recipient": None}, (), bare.group, bare.provenance, None)
    found = correct("date = kal\nrecipient = rahul", bare)
    assert found.target == transfer().target
    assert found.scripted == (("kal", "कल"), ("rahul", "राहुल"))
    assert in_script("gpay", transfer()) == "GPay"
    assert in_script("कल", transfer()) == "कल"
    assert correct('date = "कल"\nrecipient = "राहुल"', bare) == (transfer().target, ())
    with pytest.raises(CorrectionError, match="wrong script"):
        correct('date = "kal"', bare)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "no correction is written"),
        ("700 hona chahiye", "is not `slot = value`"),
        ("sum = 700", "has no slot 'sum'; slots here: recipient, amount"),
        ("amount = do-teen hazaar", "no single number"),
        ("amount = 7000", "changes nothing"),
        ("amount = 900", "900 is said nowhere"),
        ("recipient = मोहन", "is said nowhere"),
        ("intent = none", "write the whole label as JSON"),
        ('{"intent":"transfer_money","amount":700', "is no label"),
        ('{"intent":"send_money","amount":700}', "no intent"),
        ('{"intent":"transfer_money","amount":700,"amount":700}', "stands twice"),
        ('{"intent":"transfer_money","amount":NaN}', "NaN"),
        ('{"intent":"transfer_money","sum":700}', "has no slot sum"),
        ('{"intent":"transfer_money","amount":[700]}', "amount: an item"),
    ],
)
def test_what_cannot_be_used_says_why(typed: str, says: str) -> None:
    """Each fault has its own reason, and nothing is guessed."""
    with pytest.raises(CorrectionError, match=says.replace("(", r"\(")):
        correct(typed, WRONG)


@given(st.text(max_size=80))
def test_any_text_is_a_label_or_a_reason(typed: str) -> None:
    """Whatever is typed: a valid grounded label, or a CorrectionError; never another error."""
    try:
        found = correct(typed, WRONG)
    except CorrectionError:
        return
    assert is_valid(found.target)
    assert ground(WRONG.input, found.target)[1] == []


def test_items_are_added_changed_and_taken_out() -> None:
    """A list is corrected item by item."""
    example = next(e for e in demo().rows if e.intent == "order_grocery" and len(e.target["items"]) == 2)
    names = [i["name"] for i in example.target["items"]]
    assert [i["name"] for i in correct("items.1 = null", example).target["items"]] == names[:1]
    one = Example(
        example.id, example.origin, example.input, (), {**example.target, "items": example.target["items"][:1]}, (), example.group, example.provenance, None
    )
    second = example.target["items"][1]
    typed = "\n".join(f"items[1].{k} = {v}" for k, v in second.items() if v is not None)
    assert correct(typed, one).target == example.target
    with pytest.raises(CorrectionError, match="list of 1"):
        correct("items.7.name = दूध", one)


def test_every_made_label_is_found_in_its_message() -> None:
    """Grounding finds every value of rows that are right, and what it finds holds the tokens to the label again."""
    again = 0
    for example in demo().rows[:400]:
        spans, faults = ground(example.input, example.target)
        assert faults == [], example.input
        utterance = realigned(example, example.target, spans)
        if utterance is not None:
            check_leaves(utterance, example.target)
            again += encode(example.target) == encode(example.target)
    assert again >= 380


def test_a_value_that_nobody_said_is_seen() -> None:
    """The rule above catches a planted value."""
    assert ground(WRONG.input, WRONG.target)[1] == ["amount: 7000 is said nowhere in the message"]
    assert ground(WRONG.input, {**WRONG.target, "amount": 700, "date": "kal"})[1]
