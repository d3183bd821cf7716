"""Slips, habits and machines: a slotted word is still read, numbers and codes never change, a message keeps its marks."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from augment.core import Augmenter, LabelDriftError
from augment.noise import EMOJI, FORMAL, Asr, Case, DropMatra, DropNukta, Emoji, Keyboard, Swap
from augment.slips import near_key, neighbours, nukta_slips, sign_slips, swapped
from generators.randomness import Random
from hinglish.lexicon import Lexicon
from hinglish.script import NUKTA, graphemes, nfc, script_of
from schemas.example import Token, Utterance
from tests.augment_laws import check_augmenter, hold, pairs_of, rows

STEPS: list[tuple[Augmenter, float]] = [
    (Keyboard(), 0.8), (Swap(), 0.5), (DropMatra(), 0.2), (DropNukta(), 0.1), (Asr(), 0.4), (Case(), 0.4), (Emoji(), 0.7),
]


@pytest.mark.parametrize(("step", "share"), STEPS, ids=[s.name for s, _ in STEPS])
def test_every_noise_step_keeps_the_laws(step: Augmenter, share: float) -> None:
    """Slots, order, label and re-reading hold; the same rng writes the same words."""
    check_augmenter(step, share=share)


@pytest.mark.parametrize("step", [s for s, _ in STEPS], ids=[s.name for s, _ in STEPS])
def test_codes_and_phones_are_never_touched(step: Augmenter) -> None:
    """Tokens of a phone or an order number keep every character."""
    for row, made in pairs_of(step, rows()):
        codes = [[t.text for t in e.utterance or () if {"phone_number", "order_id"} & {*t.slots}] for e in (row, made)]
        assert codes[0] == codes[1]


def test_neighbours_are_neighbours_both_ways_and_of_one_class() -> None:
    """A key's neighbour has it as a neighbour; a letter's are letters, a sign's are signs."""
    table = neighbours()
    assert "s" in table["a"]
    assert "p" not in table["a"]
    assert "ख" in table["क"]
    assert table["ि"]
    assert "क" not in table["ि"]
    for letter, near in table.items():
        assert len({letter, *near}) == len(near) + 1, letter
        assert all((len(graphemes("क" + n)) == 1) == (len(graphemes("क" + letter)) == 1) for n in near), letter


@given(text=st.sampled_from(["bhejna", "Paytm", "कीजिए", "ख़रीदारी", "mangwana", "डॉक्टर"]), name=st.text(max_size=5))
def test_a_slip_keeps_graphemes_whole(text: str, name: str) -> None:
    """One slip is NFC, keeps the first grapheme and the script, and adds or loses at most one grapheme."""
    for slip in (near_key, swapped):
        out = slip(text, Random(name))
        if out:
            assert out == nfc(out)
            assert graphemes(out)[0] == graphemes(text)[0]
            assert script_of(out) == script_of(text)
            assert abs(len(graphemes(out)) - len(graphemes(text))) <= 1


def test_signs_and_dots_slip_as_people_slip() -> None:
    """कि and की change places, में loses its dot, हज़ार its nukta, थोड़ा only now and then; Roman has neither."""
    assert "की" in sign_slips("कि")
    assert "मे" in sign_slips("में")
    assert nukta_slips("हज़ार") == ("हजार",)
    assert nukta_slips("थोड़ा ज़्यादा")[0].count(NUKTA) == 1
    assert not sign_slips("bhejo")
    assert not nukta_slips("bhejo")


def _beside_number(utterance: Utterance, token: Token) -> bool:
    """839 3 months: in words the two numbers would run together, so such a sum stays as it is."""
    at = utterance.index(token)
    return any(t.kind == "number" for t in (*utterance[max(0, at - 1) : at], *utterance[at + 1 : at + 2]))


def test_a_recogniser_writes_no_marks_no_capitals_and_no_digits_of_sums() -> None:
    """Outside message: no mark, no Roman capital in a plain word, no digit in an amount that words can say."""
    digits = 0
    for _, made in pairs_of(Asr(), rows()):
        for token in made.utterance or ():
            if "message" in token.slots:
                continue
            assert token.kind != "mark" or token.slots, made.input
            if not token.slots and token.kind == "word":
                assert token.text == token.text.lower()
            digits += "amount" in token.slots and token.text.isdigit() and not _beside_number(made.utterance or (), token)
    assert digits == 0


def test_emoji_stand_in_no_span_and_beside_no_message() -> None:
    """An emoji is unslotted, its neighbours share no slot, and neither is part of a message."""
    seen = 0
    every = {e for fitting in EMOJI.values() for e in fitting}
    for _, made in pairs_of(Emoji(), rows()):
        u = made.utterance or ()
        for i, token in enumerate(u):
            if token.text in every:
                seen += 1
                before, after = {p for t in u[:i] for p in t.slots}, {p for t in u[i:] for p in t.slots}
                assert not token.slots
                assert token.kind == "mark"
                assert not before & after
                assert not any("message" in t.slots for t in u[max(0, i - 1) : i + 2])
    assert seen > 300


def test_emoji_fit_what_is_said() -> None:
    """No party on a complaint, and nothing but folded hands under a letter."""
    for _, made in pairs_of(Emoji(), rows()):
        u = made.utterance or ()
        put = {t.text for t in u} & {e for fitting in EMOJI.values() for e in fitting}
        if any("issue" in t.slots for t in u):
            assert put <= set(EMOJI["complains"])
        elif any(t.norm in FORMAL for t in u):
            assert put == {"🙏"}


@dataclass(frozen=True)
class Careless:
    """A planted fault: drops the last letter of every slotted word."""

    name: ClassVar[str] = "careless"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """The row with words that cannot be read."""
        return tuple(replace(t, text=t.text[:2] + "xq" + t.text[2:]) if t.slots and t.kind != "number" else t for t in utterance)


@dataclass(frozen=True)
class Marker:
    """A planted fault: puts an emoji into every span."""

    name: ClassVar[str] = "marker"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """The row with a mark inside its first slot, pointing at it."""
        at = next((i for i, t in enumerate(utterance) if t.slots), None)
        if at is None:
            return None
        return (*utterance[:at], Token("😊", "other", "mark", "😊", utterance[at].slots), *utterance[at:])


def test_the_laws_catch_an_unreadable_word_and_a_mark_in_a_span() -> None:
    """Planted steps that destroy slotted words or write into spans are caught."""
    with pytest.raises(AssertionError, match="does not read as"):
        hold(pairs_of(Careless(), rows(100)))
    with pytest.raises(LabelDriftError):
        pairs_of(Marker(), rows(100))
