"""Laws of comparing: nothing earns no point, wrong costs twice, spellings fold as the strictness says."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from schemas.assign import assign
from schemas.compare import Counts, char_overlap, compare, same_target, same_value, span_f1, variants, variants_hash
from schemas.example import Span

FOOD = {"intent": "order_food", "restaurant": None, "items": [{"name": "समोसा", "quantity": 2}, {"name": "चाय", "quantity": 1}], "note": None}


def test_empty_against_empty_is_no_point() -> None:
    """Extracting nothing from nothing scores nothing."""
    assert compare({"intent": "none"}, {"intent": "none"}) == Counts()
    assert Counts().f1 is None


def test_missing_wrong_and_invalid_are_told_apart() -> None:
    """null for a value is missed; a value for null is wrong; no answer misses all; another intent is all wrong."""
    assert compare(FOOD, FOOD | {"items": FOOD["items"][:1]}) == Counts(2, 0, 2)
    assert compare(FOOD, FOOD | {"note": "तीखा"}) == Counts(4, 1, 0)
    assert compare(FOOD, None) == Counts(0, 0, 4)
    assert compare(FOOD, {"intent": "none"}) == Counts(0, 0, 4)


def test_list_items_match_by_content() -> None:
    """Order of items does not matter to F1; a quantity belongs to its dish."""
    assert compare(FOOD, FOOD | {"items": FOOD["items"][::-1]}).f1 == 1.0
    swapped = [{"name": "समोसा", "quantity": 1}, {"name": "चाय", "quantity": 2}]
    assert compare(FOOD, FOOD | {"items": swapped}) == Counts(2, 2, 2)


def test_strictness_folds_what_it_says() -> None:
    """exact takes bytes, strict the listed variants, lenient every nukta, nasal sign and case."""
    assert same_value("गलत", "ग़लत", "strict")
    assert not same_value("गलत", "ग़लत", "exact")
    assert not same_value("Delhi", "delhi", "strict")
    assert same_value("Delhi", "delhi", "lenient")
    assert same_value(2, 2.0)
    assert not same_value(True, 1)
    assert not same_value("2", 2)
    assert same_target({"intent": "none"}, {"intent": "none"}, "exact")


def test_variants_fold_to_label_forms() -> None:
    """No variant folds to a form that is itself a variant, and the table has a hash for reports."""
    assert not set(variants().values()) & set(variants())
    assert len(variants_hash()) == 64


def test_over_long_spans_are_wrong() -> None:
    """A span that is too long has overlap and no match."""
    gold, answer = [Span("a", 0, 5)], [Span("a", 0, 9)]
    assert span_f1(gold, answer) == 0
    overlap = char_overlap(gold, answer)
    assert overlap is not None
    assert 0 < overlap < 1
    assert span_f1([], []) is None


def test_lists_are_paired_by_the_best_match_and_not_greedily() -> None:
    """A greedy pairing would give the first item what the second needs more."""
    gold = {"intent": "order_grocery", "deliver_at": None, "items": [
        {"name": "दूध", "quantity": 1, "unit": "litre"}, {"name": "दूध", "quantity": 2, "unit": "packet"}]}  # fmt: skip
    answer = gold | {"items": [{"name": "दूध", "quantity": 2, "unit": "litre"}, {"name": "घी", "quantity": 1, "unit": "litre"}]}
    assert compare(gold, answer) == Counts(4, 2, 2)


@given(st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=1, max_size=5))
def test_assignment_is_the_best_of_all(weights: list[list[int]]) -> None:
    """No other one-to-one pairing has a greater sum, whichever side is longer."""
    found = assign(weights)
    used = [c for c in found if c is not None]
    assert len(used) == len(set(used)) == min(len(weights), 4)
    most = max(len(weights), 4)
    square = [[row[c] if c < 4 else 0 for c in range(most)] for row in weights] + [[0] * most] * (most - len(weights))
    best = max(sum(square[r][c] for r, c in enumerate(order)) for order in permutations(range(most)))
    assert sum(weights[r][c] for r, c in enumerate(found) if c is not None) == best


def test_a_wrong_intent_has_no_leaf_in_common() -> None:
    """The same value under another intent is missed once and too much once."""
    gold = {"intent": "check_balance", "bank": "HDFC", "account_type": None}
    assert compare(gold, {"intent": "pay_bill", "biller": "HDFC", "bill_type": None, "amount": None, "due_date": None}) == Counts(0, 1, 1)
