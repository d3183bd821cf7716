"""Numbers said otherwise: the value stays, digits of a phone or an order never change."""

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from augment.guards import harmless, kind_of, may_stand
from augment.numerals import SHARES, UNIT_SPELLINGS, DevanagariDigits, RespellUnit, RestyleNumber, spell
from generators.randomness import Random
from hinglish.lexicon import Lexicon, load
from hinglish.numerals import read, styles
from hinglish.script import ascii_digits
from schemas.example import Token, Utterance
from tests.augment_laws import check_augmenter, hold, pairs_of, rows


def _row(*words: tuple[str, str, tuple[str, ...]]) -> Utterance:
    return tuple(Token(text, "hi", "word", norm, slots, True, " " if i < len(words) - 1 else "") for i, (text, norm, slots) in enumerate(words))


@pytest.mark.parametrize(("step", "share"), [(RestyleNumber(), 0.08), (RespellUnit(), 0.06), (DevanagariDigits(share=1.0), 0.06)])
def test_every_number_step_keeps_the_laws(step: RestyleNumber | RespellUnit | DevanagariDigits, share: float) -> None:
    """Slots, order, label and re-reading hold; the same rng writes the same words."""
    check_augmenter(step, share=share)


@pytest.mark.parametrize("kind", ["amount", "count", "quantity"])
@given(value=st.integers(1, 2_000_000), hand=st.sampled_from(["roman", "mixed", "devanagari"]), name=st.text(max_size=4))
def test_a_value_in_any_style_is_read_back(kind: str, value: int, hand: str, name: str) -> None:
    """Whatever style of the table says a value, in whatever script, its words read as the value."""
    for style in set(styles(value)) & set(SHARES[kind]):  # type: ignore[index]  # the three kinds
        said = spell(Fraction(value), style, load(), hand, Random(name), ("amount",))  # type: ignore[arg-type]  # the three hands
        if said is not None:
            assert read(" ".join(t.text for t in said)).value == value


def test_two_numbers_side_by_side_are_left_alone() -> None:
    """Digits beside digits would run together when either is said otherwise."""
    beside = _row(("299", "299", ("amount",)), ("5", "5", ()), ("bhejo", "भेजो", ()))
    alone = _row(("299", "299", ("amount",)), ("bhejo", "भेजो", ()))
    assert all(RestyleNumber(1.0)(beside, load(), Random(str(i))) is None for i in range(20))
    assert any(RestyleNumber(1.0)(alone, load(), Random(str(i))) for i in range(20))


def test_an_amount_takes_no_second_sign() -> None:
    """"500 rupaye" never becomes "₹500 rupaye"."""
    row = _row(("500", "500", ("amount",)), ("rupaye", "रुपये", ()), ("bhejo", "भेजो", ()))
    made = [RestyleNumber(1.0)(row, load(), Random(str(i))) for i in range(60)]
    written = ["".join(t.text + t.after for t in m) for m in made if m]
    assert written
    assert not any("₹" in w or "rs" in w.split()[0] or "/-" in w for w in written)


def test_every_spelling_of_a_unit_is_its_own_word() -> None:
    """Spellings in the table that are not the label form itself; each unit keeps at least two in Roman."""
    for norm, (roman, deva) in UNIT_SPELLINGS.items():
        assert min(len(roman), 2 * len(deva)) >= 2, norm
        assert len({*roman, *deva}) == len(roman) + len(deva), norm


def test_digit_leaves_and_long_numbers_keep_their_digits() -> None:
    """Phones, order numbers and codes are ASCII after any number step; every other digit keeps its value."""
    for row, made in pairs_of(DevanagariDigits(share=1.0), rows()):
        assert ascii_digits(made.input) == ascii_digits(row.input)
        for token in made.utterance or ():
            if {"phone_number", "order_id"} & {*token.slots} or any(c.isascii() and c.isalpha() for c in token.text):
                assert token.text == ascii_digits(token.text)


def test_devanagari_digits_are_rare_by_default() -> None:
    """Offered every row, the default writes them in under 2 % of rows."""
    assert len(pairs_of(DevanagariDigits(), rows(3000))) < 60


def test_guards_refuse_another_value_and_a_new_name() -> None:
    """A number word may not become another, a plain word may become neither a number nor a name."""
    assert kind_of(("items.0.quantity",))
    assert not kind_of(("recipient",))
    assert may_stand("hajar", "हज़ार", "hazaar", ("amount",))
    assert not may_stand("saat", "साठ", "saath", ("amount",))
    assert not harmless("char", "kar")
    assert not harmless("rahul", "rahal")
    assert harmless("krdo", "kardo")


@dataclass(frozen=True)
class Doubler:
    """A planted fault: writes every plain amount twice as large."""

    name: ClassVar[str] = "doubler"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """The row with a wrong amount."""
        return tuple(replace(t, text=str(2 * int(t.text))) if "amount" in t.slots and t.text.isdigit() else t for t in utterance)


def test_the_laws_catch_a_changed_value() -> None:
    """A planted step that doubles amounts fails the re-reading on its first row."""
    with pytest.raises(AssertionError, match="does not read as"):
        hold(pairs_of(Doubler(), rows()))
