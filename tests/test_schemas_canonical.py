"""Laws of the bytes of a label: one way to write it, one strict way to read it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.canonical import NotJSONError, canonical, canonical_bytes, encode, parse, parse_target
from schemas.contract import Intent, Slot, intents
from schemas.validate import checker, errors

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=12)


def value(slot: Slot) -> st.SearchStrategy[Any]:
    """Values of a slot's kind."""
    by_kind: dict[str, st.SearchStrategy[Any]] = {
        "text": TEXT,
        "name": TEXT,
        "digits": st.from_regex("[0-9A-Z]{1,10}", fullmatch=True),
        "amount": st.integers(0, 10**9) | st.floats(0, 1e9, allow_nan=False).map(float),
        "count": st.integers(1, 99),
        "quantity": st.sampled_from([0.125, 0.25, 0.5, 1, 1.5, 2, 2.0, 12]),
        "choice": st.sampled_from(slot.choices or ("x",)),
    }
    if slot.kind == "list":
        return st.lists(st.fixed_dictionaries({f.name: value(f) for f in slot.fields}), max_size=3)
    return by_kind[slot.kind] | st.none() if slot.nullable else by_kind[slot.kind]


def targets(intent: Intent) -> st.SearchStrategy[dict[str, Any]]:
    """Valid targets of an intent."""
    return st.fixed_dictionaries({"intent": st.just(intent.name), **{s.name: value(s) for s in intent.slots}})


ANY = st.sampled_from(list(intents().values())).flatmap(targets)


@given(ANY)
def test_canonical_bytes_read_back_and_are_stable(target: dict[str, Any]) -> None:
    """parse(canonical_bytes(t)) is canonical(t), and writing it again gives the same bytes."""
    data = canonical_bytes(target)
    assert parse_target(data) == canonical(target)
    assert canonical_bytes(parse_target(data)) == data
    assert b"\\u" not in data or "\\u" in json.dumps(target)


@given(ANY, st.randoms(use_true_random=False))
def test_key_order_does_not_change_the_bytes(target: dict[str, Any], rng: Any) -> None:
    """Any order of keys gives the same canonical bytes."""
    keys = list(target)
    rng.shuffle(keys)
    assert canonical_bytes({k: target[k] for k in keys}) == canonical_bytes(target)


@given(ANY)
def test_both_validators_agree_on_valid(target: dict[str, Any]) -> None:
    """What the strategy makes valid, both validators call valid."""
    assert errors(target) == []
    assert checker(target["intent"])(target)


@given(ANY, st.sampled_from(["drop", "extra", "type", "null"]), st.randoms(use_true_random=False))
def test_both_validators_agree_on_faults(target: dict[str, Any], fault: str, rng: Any) -> None:
    """The quick yes-or-no and the slow explanation never differ."""
    import jsonschema

    keys = [k for k in target if k != "intent"]
    if fault == "extra" or not keys:
        target["odd"] = 1
    elif fault == "drop":
        del target[rng.choice(keys)]
    else:
        target[rng.choice(keys)] = None if fault == "null" else {"a": 1}
    slow = jsonschema.Draft202012Validator(dict(intents()[target["intent"]].schema))
    assert slow.is_valid(target) == checker(target["intent"])(target) == (not errors(target))


@pytest.mark.parametrize(
    "data",
    [
        '{"intent":"none"} x',
        '{"intent":"none"',
        '{"a":1,"a":1}',
        '{"a":NaN}',
        '{"a":Infinity}',
        '{"a":१}',
        '{"a":01}',
        '{"a":+1}',
        "{'a':1}",
        '{"a":1,}',
        "",
        "\ufeff{}",
        '{"a":1e999}',
        b"\xff",
        "[" * 100_000,
    ],
)
def test_what_is_not_strict_json_is_refused(data: str | bytes) -> None:
    """Trailing text, duplicate keys, NaN, digits of other scripts, bad UTF-8, endless nesting: each is an error that says where."""
    with pytest.raises(NotJSONError):
        parse(data)


def test_an_answer_is_one_object() -> None:
    """A list or a string is JSON and no answer."""
    with pytest.raises(NotJSONError, match="object"):
        parse_target("[]")


def test_whole_numbers_have_no_point() -> None:
    """2.0 is written 2; 0.125 keeps its digits."""
    assert canonical_bytes({"intent": "none", "a": 2.0, "b": 0.125}) == b'{"intent":"none","a":2,"b":0.125}'


def test_devanagari_is_not_escaped() -> None:
    """Labels are UTF-8, never \\u escapes, which cost three times the tokens."""
    assert encode({"intent": "none", "x": "राहुल"}).decode() == '{"intent":"none","x":"राहुल"}'
