"""Laws of the statistics: known values, honest ends, groups whole."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.stats import bootstrap, enough, mcnemar, permutation, wilson


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
