"""Laws of respelling: the label stands, vowels drop as people drop them, stretched words deny nothing, what is joined comes apart again."""

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from augment.core import augmented
from augment.spelling import STRETCHED, DropVowels, Join, Respell, Split, Stretch, stretched, without_vowels
from augment.surfaces import settled
from augment.verify import verify
from generators.randomness import Random
from hinglish.lexicon import Lexicon, load
from hinglish.script import NUKTA, graphemes, nfc
from schemas.example import Token, Utterance, text_of
from schemas.reread import text_reads
from tests.rows import demo

ROWS = 600
STEPS = (
    Respell(), Respell(p=1.0, loose="loose"), Respell(loose="usual"), DropVowels(), DropVowels(p=1.0), Stretch(), Join(), Join(p=1.0), Split(), Split(p=1.0),
)
LEAST = {"respell": 0.12, "drop-vowels": 0.4, "stretch": 0.15, "join": 0.3, "split": 0.02}


def hindi(*pairs: tuple[str, str], slots: tuple[str, ...] = ()) -> Utterance:
    """Words as (written, label form)."""
    return tuple(Token(text, "hi", "word", norm, slots) for text, norm in pairs)


@pytest.mark.parametrize("step", STEPS, ids=repr)
def test_a_respelling_keeps_every_law(step: Respell | DropVowels | Stretch | Join | Split) -> None:
    """Slots, leaves, re-reading, NFC, same stream → same words; and a fair share of rows is changed."""
    seen = verify(demo().rows[:ROWS], {step.name: step}, load())
    assert seen.broken == []
    assert seen.applied[step.name] >= LEAST[step.name] * ROWS


@dataclass(frozen=True)
class _Shorn:
    """Planted: every word of a span without any vowel, read or not."""

    name: ClassVar[str] = "planted"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        return tuple([replace(t, text=t.text[0] + "".join(c for c in t.text[1:] if c not in "aeiou")) if t.slots else t for t in utterance])


def test_a_word_shorn_of_all_vowels_is_caught() -> None:
    """The laws see it, so what DropVowels does within them is readable."""
    assert verify(demo().rows[:200], {"planted": _Shorn()}, load()).broken != []


def test_words_of_a_span_still_read_as_themselves() -> None:
    """One by one, after every step: a slotted word's norm is among the first readings of its text."""
    for step in STEPS:
        for e in demo().rows[:150]:
            out = augmented(e, step, load(), Random(e.id))
            for before, after in zip([t for t in e.utterance or () if t.slots], [t for t in (out.utterance or ()) if t.slots] if out else [], strict=False):
                assert before.text == after.text or text_reads(after.text, after.norm), (step, after)


@pytest.mark.parametrize(("text", "norm", "wanted"), [
    ("nahi", "नहीं", "nhi"), ("kar", "कर", "kr"), ("bhej", "भेज", "bhj"), ("kal", "कल", "kl"), ("ghar", "घर", "ghr"), ("mujhe", "मुझे", "mjhe"),
    ("please", "please", "pls"),
])
def test_the_vowels_that_people_drop(text: str, norm: str, wanted: str) -> None:
    """The short ones between consonants, the first syllable before all."""
    assert wanted in without_vowels(text, norm)


@pytest.mark.parametrize(("text", "norm"), [
    ("kahan", "कहाँ"), ("aaj", "आज"), ("do", "दो"), ("dijiye", "दीजिए"), ("baat", "बात"), ("raat", "रात"), ("hai", "है"), ("meeting", "meeting"), ("so", "सौ"),
])
def test_the_vowels_that_stay(text: str, norm: str) -> None:
    """Long, initial and final ones; none where what is left is another word (khan) or a number."""
    assert not set(without_vowels(text, norm)) & {"khan", "aj", "d", "djiye", "bt", "rt", "h", "mtng", "s"}


def test_stretched_words_neither_deny_nor_doubt() -> None:
    """नहीं, मत, शायद, maybe are not drawn out; a word in a span, or beside a name, is not either."""
    assert not STRETCHED & {"नहीं", "मत", "न", "शायद", "maybe", "no", "not"}
    name = Token("rahul", "hi", "name", "राहुल", ("recipient",))
    assert Stretch()((name, *hindi(("bhai", "भाई"), ("ko", "को"))), load(), Random("a")) is None
    assert Stretch()(hindi(("yaar", "यार"), slots=("message",)), load(), Random("a")) is None
    out = Stretch()(hindi(("yaar", "यार"), ("sun", "सुन")), load(), Random("a"))
    assert out is not None
    assert out[0].text.rstrip("r") == "yaa"
    assert 2 <= len(out[0].text) - 4 <= 4


@given(st.sampled_from(["yaar", "please", "भाई", "यार", "जल्दी", "अरे", "हाँ", "प्लीज़", "ना", "जी"]), st.integers(1, 5))
def test_a_stretched_word_is_itself_and_more(text: str, more: int) -> None:
    """NFC, longer, begins as the word does, and no vowel sign stands on another."""
    out = stretched(text, more)
    assert out == nfc(out)
    assert more == 1 or len(graphemes(out)) >= len(graphemes(text))
    assert out.startswith(text.rstrip("ँ"))
    assert not any(a in "ािीुूेैोौ" and b in "ािीुूेैोौ" + NUKTA for a, b in pairwise(out))


def test_joining_makes_one_token_of_two_and_splitting_makes_them_two_again() -> None:
    """kar do ↔ kardo: norms joined by a space, and back to the same tokens."""
    there = hindi(("book", "book"), ("kar", "कर"), ("do", "दो"))
    joined = Join()(there, load(), Random("a"))
    assert joined is not None
    assert (joined[1].text, joined[1].norm) == ("kardo", "कर दो")
    assert Split()(joined, load(), Random("a")) == there
    assert text_of(Join()(hindi(("पैसे", "पैसे"), ("के", "के"), ("लिए", "लिए")), load(), Random("a")) or ()) == "पैसे केलिए "


@pytest.mark.parametrize("pair", [(("do", "दो"), ("pizza", "pizza")), (("rahul", "राहुल"), ("ko", "को")), (("kar", "कर"), ("दो", "दो"))])
def test_only_verbs_and_auxiliaries_of_one_script_are_joined(pair: tuple[tuple[str, str], tuple[str, str]]) -> None:
    """A noun is no verb, two scripts are not one word; nor is anything joined in or across a span."""
    assert Join(p=1.0)(hindi(*pair), load(), Random("a")) is None
    assert Join(p=1.0)((*hindi(("kar", "कर"), slots=("task",)), *hindi(("do", "दो"))), load(), Random("a")) is None


def test_a_number_that_would_read_otherwise_is_refused() -> None:
    """`settled` compares values: paune do sau is 175, and no respelling may make it another; nor may a verb's do become a two."""
    amount = hindi(("paune", "पौने"), ("do", "दो"), ("sau", "सौ"), slots=("amount",))
    assert settled(amount, (*amount[:1], replace(amount[1], text="teen"), *amount[2:])) is None
    assert settled(amount, (replace(amount[0], text="pone"), *amount[1:])) is not None
    verb = hindi(("bhej", "भेज"), ("do", "दो"))
    assert settled(verb, (replace(verb[0], text="sau"), verb[1])) is None
    asked = tuple(Token(text, lang, "word", norm) for text, lang, norm in (  # type: ignore[arg-type]  # literals
        ("ek", "hi", "एक"), ("reminder", "en", "reminder"), ("set", "en", "set"), ("kar", "hi", "कर"), ("de", "hi", "दे"),
    ))  # fmt: skip
    assert settled(asked, (*asked[:3], replace(asked[3], text="kr"), asked[4])) is None  # ek … kr would be one krona, three words on


def test_how_loose_a_respelling_is_is_an_option() -> None:
    """A usual hand draws usual spellings only."""
    there = hindi(*[("nahin", "नहीं")] * 12)
    usual = {t.text for i in range(30) for t in Respell(p=1.0, loose="usual")(there, load(), Random(f"{i}")) or ()}
    loose = {t.text for i in range(30) for t in Respell(p=1.0, loose="loose")(there, load(), Random(f"{i}")) or ()}
    assert usual < loose
