"""Laws of comparing: nothing earns no point, wrong costs twice, spellings fold as the strictness says."""

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
