"""Agreement figures against published worked examples, a fixture worked out by hand, and the laws that bind them."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.agreement import alpha, interval, kappa, mean, pair_scores, share, slots_agree, spans_agree
from schemas.example import Span

# Krippendorff 2011, section C: four observers, twelve units, five values, some missing; nominal alpha .743.
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)


def units(observers: Sequence[Sequence[int | None]]) -> list[list[int]]:
    """What each unit was given."""
    return [[v for v in column if v is not None] for column in zip(*observers, strict=True)]


def test_alpha_of_krippendorffs_example() -> None:
    """The published nominal alpha of the four observers is .743."""
    assert alpha(units(OBSERVERS)) == pytest.approx(0.743, abs=5e-4)


def test_alpha_of_krippendorffs_binary_and_two_observer_examples() -> None:
    """Sections A and B of the same paper: .095 for ten binary units, .692 for twelve nominal ones."""
    binary = [(0, 1), (1, 1), (0, 1), (0, 0), (0, 0), (0, 1), (0, 0), (0, 0), (1, 0), (0, 0)]
    assert alpha(binary) == pytest.approx(0.095, abs=5e-4)
    nominal = list(zip("aabbdcccedda", "babbbccceddd", strict=True))
    assert alpha(nominal) == pytest.approx(0.692, abs=5e-4)


def test_kappa_of_cohens_example() -> None:
    """Cohen 1960, table 1 in frequencies of 200: kappa .492."""
    table = ((88, 14, 18), (10, 40, 10), (2, 6, 12))
    pairs = [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    assert kappa(pairs) == pytest.approx(0.492, abs=5e-4)


def test_figures_of_a_fixture_worked_out_by_hand() -> None:
    """Four rows by two: right-right, right-fix, fix-fix, reject-reject. Observed 3/4; chance for kappa (2·1 + 1·2 + 1·1)/16 = 5/16, so 7/11.

    For alpha: 8 values, 3 right, 3 fix, 2 reject; observed disagreements 2, expected (3·5 + 3·5 + 2·6)/7 = 6; 1 − 2/6 = 2/3.
    """
    rows = [("right", "right"), ("right", "fix"), ("fix", "fix"), ("reject", "reject")]
    assert kappa(rows) == pytest.approx(7 / 11)
    assert alpha(rows) == pytest.approx(2 / 3)


def test_one_value_for_everything_is_undefined_not_perfect() -> None:
    """Where all say the same of all, chance explains it: None, and no interval."""
    assert alpha([("right", "right")] * 9) is None
    assert kappa([("right", "right")] * 9) is None
    assert interval([("right", "right")] * 9, alpha, "x").value is None
    assert share(0, 0).value is None
    assert mean([[]], "x").value is None


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=4), min_size=1, max_size=20))
def test_alpha_does_not_ask_who_said_what(rows: list[list[str]]) -> None:
    """Alpha is the same for any order of values and units, and never over 1."""
    found = alpha(rows)
    again = alpha([list(reversed(r)) for r in reversed(rows)])
    assert (found is None) == (again is None)
    assert found is None or (found == pytest.approx(again) and found <= 1)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=30))
def test_kappa_is_symmetric(pairs: list[tuple[str, str]]) -> None:
    """Neither annotator is the measure of the other."""
    found, turned = kappa(pairs), kappa([(b, a) for a, b in pairs])
    assert (found is None) == (turned is None)
    assert found is None or found == pytest.approx(turned)


def test_an_interval_holds_its_value_and_narrows_with_rows() -> None:
    """Ten times the rows, a narrower interval around the same value; the same seed gives the same."""
    few = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b"), ("a", "a"), ("b", "a")]
    small, large = interval(few, alpha, "s", 300), interval(few * 10, alpha, "s", 300)
    assert small == interval(few, alpha, "s", 300)
    for f in (small, large):
        assert f.low is not None
        assert f.value is not None
        assert f.high is not None
        assert f.low <= f.value <= f.high
    assert (large.high or 0) - (large.low or 0) < (small.high or 0) - (small.low or 0)


def test_spans_agree_by_equal_ends() -> None:
    """Two of three spans alike on either side: 2·2/(3 + 3); nothing marked by either says nothing."""
    a = [Span("amount", 0, 3), Span("date", 4, 7), Span("via", 8, 9)]
    assert spans_agree(a, [*a[:2], Span("via", 8, 10)]) == pytest.approx(2 / 3)
    assert pair_scores([[], []], spans_agree) == []


def test_slots_agree_where_one_says_something() -> None:
    """Slots that both leave null count for nothing; another intent disagrees in all."""
    a = {"intent": "check_balance", "bank": "SBI", "account_type": None}
    assert slots_agree(a, {**a, "bank": "HDFC Bank"}) == {"bank": False}
    assert slots_agree(a, {"intent": "none"}) == {"bank": False}
    assert slots_agree(a, dict(a)) == {"bank": True}
