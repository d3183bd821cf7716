"""Laws of the contract: the guide's intents, in its order, each a strict schema."""

import json
from pathlib import Path

import pytest

from hinglish.errors import KhichdiError
from schemas.contract import intent, intents, leaves, read_intent
from schemas.prompt import prompt, turns

GUIDE = {
    "transfer_money": "recipient amount via? date? purpose?",
    "pay_bill": "biller bill_type? amount? due_date?",
    "recharge": "operator phone_number? amount? validity?",
    "check_balance": "bank? account_type?",
    "set_reminder": "task date? time?",
    "set_alarm": "time date? repeat?",
    "send_message": "recipient message app?",
    "book_cab": "pickup? drop date? time? vehicle?",
    "book_ticket": "mode origin? destination date? travel_class? passengers?",
    "order_food": "restaurant? items note?",
    "order_grocery": "items deliver_at?",
    "book_appointment": "provider? specialty? date? time?",
    "raise_complaint": "product order_id? issue action?",
    "track_order": "product? order_id? store?",
    "loan_enquiry": "loan_type amount? tenure?",
    "play_music": "song? artist? app?",
    "get_weather": "place? date?",
    "get_directions": "origin? destination mode?",
    "none": "",
}


def test_the_intents_are_the_guides() -> None:
    """19 intents with the guide's slots, order and question marks."""
    assert {n: " ".join(s.name + "?" * s.usually_absent for s in i.slots) for n, i in intents().items()} == GUIDE


def test_every_schema_is_strict_and_described() -> None:
    """additionalProperties false, all keys required, a title and a description on every property."""
    for found in intents().values():
        for name, spec in found.schema["properties"].items():
            assert spec["title"] == name
            assert spec["description"]
        assert found.schema["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize(("change", "says"), [({"additionalProperties": True}, "additionalProperties"), ({"required": []}, "required")])
def test_a_loose_schema_is_refused_by_name(tmp_path: Path, change: dict[str, object], says: str) -> None:
    """A schema that lets keys come or go stops with its file and the key."""
    schema = json.loads((Path(__file__).parent.parent / "schemas" / "set_alarm.json").read_text())
    path = tmp_path / "set_alarm.json"
    path.write_text(json.dumps(schema | change))
    with pytest.raises(KhichdiError, match=rf"set_alarm\.json.*{says}"):
        read_intent(path)


def test_an_unknown_intent_or_leaf_names_the_known() -> None:
    """The way out stands in the error."""
    with pytest.raises(KhichdiError, match="transfer_money"):
        intent("transfr")
    with pytest.raises(KhichdiError, match="recipient, amount"):
        intent("transfer_money").slot("recipent")


def test_leaves_are_paths() -> None:
    """List items become numbered paths; the intent is no leaf."""
    assert leaves({"intent": "order_grocery", "items": [{"name": "दूध", "quantity": 1, "unit": None}], "deliver_at": None}) == {
        "items.0.name": "दूध",
        "items.0.quantity": 1,
        "items.0.unit": None,
        "deliver_at": None,
    }


def test_the_prompt_is_one_and_has_a_hash() -> None:
    """System text, instruction line, message; the hash is of both texts."""
    assert [t["role"] for t in turns("x")] == ["system", "user"]
    assert turns("x")[1]["content"] == prompt().instruction + "\nx"
    assert len(prompt().hash) == 64
