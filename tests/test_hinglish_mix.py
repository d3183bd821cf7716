"""Laws of the mixing measures: values computed by hand from Das and Gambäck (2014), language-free words left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinglish.lexicon import Lang
from hinglish.mix import cmi, languages, mixing, switch_rate
from schemas.example import Token, TokenKind

LANGS = st.lists(st.sampled_from(["hi", "en"]), max_size=20)


def token(lang: Lang, kind: TokenKind = "word") -> Token:
    """A word of a language."""
    return Token("x", lang, kind, "x")


@pytest.mark.parametrize(
    ("langs", "index", "rate"),
    [
        ("", 0.0, 0.0),
        ("h", 0.0, 0.0),
        ("hhhh", 0.0, 0.0),  # 1 − 4/4
        ("he", 50.0, 1.0),  # 1 − 1/2; the one boundary changes
        ("hhe", 100 / 3, 0.5),  # 1 − 2/3
        ("hheh", 25.0, 2 / 3),  # 1 − 3/4; h|h h|e e|h
        ("eehhhhh", 200 / 7, 1 / 6),  # 1 − 5/7
        ("hehehehe", 50.0, 1.0),
    ],
)
def test_values_by_hand(langs: str, index: float, rate: float) -> None:
    """100 · (1 − most of one language / all counted); changes / boundaries."""
    found: list[Lang] = ["hi" if c == "h" else "en" for c in langs]
    assert cmi(found) == pytest.approx(index)
    assert switch_rate(found) == pytest.approx(rate)


@given(LANGS)
def test_two_languages_never_pass_fifty(langs: list[Lang]) -> None:
    """0 ≤ CMI ≤ 50, 0 only in one language; switches 0 to 1; both the same backwards and with the languages exchanged."""
    other: list[Lang] = ["en" if x == "hi" else "hi" for x in langs]
    assert 0 <= cmi(langs) <= 50
    assert (cmi(langs) == 0) == (len(set(langs)) < 2)
    assert 0 <= switch_rate(langs) <= 1
    assert cmi(langs) == cmi(langs[::-1]) == cmi(other)
    assert switch_rate(langs) == switch_rate(langs[::-1]) == switch_rate(other)


def test_names_digits_and_marks_are_language_free() -> None:
    """n − u in the paper's words: a Hindi name counts for nothing, a Hindi number word does."""
    tokens = [token("hi", "name"), token("hi"), token("other", "number"), token("hi", "number"), token("en"), token("other", "mark")]
    assert languages(tokens) == ["hi", "hi", "en"]


def test_a_set_is_the_mean_of_its_mixed_messages() -> None:
    """Messages of one language do not thin the mean; every message has a length, without its marks."""
    mixed = [token("hi"), token("en")]
    more = [token("hi"), token("hi"), token("hi"), token("en"), token("other", "mark")]
    plain = [token("hi")] * 9
    found = mixing([mixed, more, plain])
    assert found.cmi == pytest.approx((50 + 25) / 2)
    assert found.switches == pytest.approx((1 + 1 / 3) / 2)
    assert (found.median_words, found.mixed_rows, found.rows) == (4.0, 2, 3)


def test_an_empty_set_has_no_mixing() -> None:
    """Zeros, and it says that it counted nothing."""
    assert mixing([]) == (0.0, 0.0, 0.0, 0, 0)
