"""Laws of the statistics: known values, honest ends, groups whole."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.stats import bootstrap, enough, holm, least_difference, mcnemar, paired_ratio, permutation, ratio, resamples, wider, wilson


def test_wilson_of_known_values() -> None:
    """100 of 100 proves only 96.3 %; ≥ 99 % needs 381 error-free rows."""
    assert round(wilson(100, 100).low, 3) == 0.963
    assert enough(0.99) == 381
    assert wilson(381, 381).low >= 0.99 > wilson(380, 380).low
    assert wilson(0, 0) == (0.0, 0.0, 1.0, 0)


@given(st.integers(0, 500), st.integers(0, 500))
def test_wilson_holds_its_value(a: int, b: int) -> None:
    """low ≤ value ≤ high, within [0, 1]."""
    found = wilson(a, a + b)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_wilson_refuses_what_is_no_proportion() -> None:
    """More successes than tries is an error, not a number."""
    with pytest.raises(ValueError, match="no proportion"):
        wilson(3, 2)


def test_bootstrap_draws_whole_groups() -> None:
    """Ten siblings of one meaning widen the interval like one row, not like ten."""

    def mean(rows: object) -> float:
        values = list(rows)  # type: ignore[call-overload]  # a list of floats
        return sum(values) / len(values)

    single = [[float(i % 2)] for i in range(20)]
    siblings = [[float(i % 2)] * 10 for i in range(20)]
    a = bootstrap(single, mean, rng=random.Random(1))
    b = bootstrap(siblings, mean, rng=random.Random(1))
    assert (a.low, a.high) == (b.low, b.high)
    assert b.n == 200


def test_paired_tests_of_known_values() -> None:
    """McNemar of 10 against 2 is .0386; no difference is 1."""
    assert round(mcnemar(10, 2), 4) == 0.0386
    assert mcnemar(0, 0) == 1.0
    assert permutation([1.0] * 12, rng=random.Random(1), rounds=2000) < 0.01 < permutation([1.0, -1.0] * 6, rng=random.Random(1), rounds=2000)


def test_a_ratio_has_the_interval_of_its_groups() -> None:
    """The quick bootstrap of ratios agrees with the plain one, and its stream is the same in every run."""
    tops, bottoms = [float(i % 3 != 0) for i in range(300)], [1.0] * 300
    found = ratio(tops, bottoms, n=300)
    plain = bootstrap([[t] for t in tops], lambda rows: sum(rows) / len(rows), rng=random.Random(1))
    assert found.value == plain.value
    assert abs(found.low - plain.low) < 0.02
    assert abs(found.high - plain.high) < 0.02
    assert found == ratio(tops, bottoms, n=300)
    assert [float(w) for w in resamples(3, rounds=2).ravel()] == [1.0, 1.0, 1.0, 3.0, 0.0, 0.0]


def test_nothing_wrong_is_not_certainty() -> None:
    """Without a fault the interval is Wilson's; nothing to count is no knowledge at all."""
    assert ratio([5.0] * 100, [5.0] * 100, n=100)[:3] == wilson(100, 100)[:3]
    assert ratio([0.0] * 9, [0.0] * 9, n=0) == (0.0, 0.0, 1.0, 0)


def test_hardly_any_fault_is_not_certainty() -> None:
    """One faulty row of a hundred: nine words a row make the share no surer than the rows allow."""
    found = wider(ratio([9.0] * 99 + [8.0], [9.0] * 100, n=900), 100)
    assert found.low < wilson(99, 100).value
    assert found.low < 0.97


def test_paired_difference_sees_what_unpaired_would_not() -> None:
    """Ten rows won and none lost is a difference; won and lost alike is none; the least visible effect shrinks with n."""
    one, first, second = [1.0] * 400, [1.0] * 300 + [0.0] * 100, [1.0] * 310 + [0.0] * 90
    found = paired_ratio((first, one), (second, one))
    assert found.low > 0
    assert found.p < 0.01
    swapped = [0.0] * 10 + [1.0] * 300 + [0.0] * 90
    assert paired_ratio((first, one), (swapped, one)).p > 0.5
    assert least_difference(20, 400) < least_difference(20, 200)


def test_holm_of_known_values() -> None:
    """Holm's own example: .01, .04, .03, .005 → .03, .06, .06, .02, in the order given."""
    found = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert {k: round(v, 4) for k, v in found.items()} == {"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02}
