"""Laws of script changes: the label stands, every span still reads, what may not change does not, and the wanted script is what comes out."""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import pytest
from msgspec.structs import replace

from augment import script
from augment.core import augmented
from augment.pipeline import once
from augment.script import Steer, SwitchWords, ToDevanagari, ToMixed, ToRoman, pairs
from augment.surfaces import fixed, surfaces
from augment.verify import verify
from generators.randomness import Random
from hinglish.errors import KhichdiError
from hinglish.lexicon import Lexicon, load
from hinglish.mix import cmi, languages
from hinglish.script import script_of
from schemas.example import Example, Token, Utterance
from tests.rows import demo

ROWS = 600
STEPS = (
    ToRoman(), ToRoman(loose=True), ToDevanagari(), ToDevanagari(brands=True), ToMixed(), SwitchWords(), SwitchWords(p=0.5), Steer(), Steer(low=25, high=30),
)
LEAST = {"to-roman": 0.35, "to-devanagari": 0.5, "to-mixed": 0.6, "switch-words": 0.95, "steer": 0.05}  # share of drawn rows that a step changes


@cache
def rows() -> tuple[Example, ...]:
    """Drawn rows of all three scripts, as generate run accepts them."""
    found = tuple(demo().rows[:ROWS])
    assert {script_of(e.input) for e in found} == {"roman", "mixed", "devanagari"}
    return found


def words(text: str, *, lang: str = "hi") -> Utterance:
    """Unslotted words that are their own label forms."""
    return tuple(Token(w, lang, "word", w) for w in text.split())  # type: ignore[arg-type]  # hi or en


@pytest.mark.parametrize("step", STEPS, ids=repr)
def test_a_change_of_script_keeps_every_law(step: ToRoman | ToDevanagari | ToMixed | SwitchWords | Steer) -> None:
    """Slots, leaves, re-reading, NFC, same stream → same words; and a fair share of rows is changed."""
    seen = verify(rows(), {step.name: step}, load())
    assert seen.broken == []
    assert seen.applied[step.name] >= LEAST[step.name] * ROWS


@dataclass(frozen=True)
class _BySound:
    """Planted: every word of a span as another word."""

    name: ClassVar[str] = "planted"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        return tuple([replace(t, text="फट") if t.slots and t.kind == "word" else t for t in utterance])


def test_a_word_that_no_longer_reads_is_caught() -> None:
    """A step that writes a span unreadably breaks the re-reading: the check of the laws is no formality."""
    assert any(b.law == "reread" for b in verify(rows(), {"planted": _BySound()}, load()).broken)


def test_the_whole_message_is_in_the_script_asked_for() -> None:
    """No Devanagari after ToRoman; after ToDevanagari only brands and codes in Latin; after ToMixed a word's script is its language."""
    known = surfaces(load())
    for e in rows():
        roman, deva, mixed = (augmented(e, step, load(), Random(e.id)) for step in (ToRoman(), ToDevanagari(), ToMixed()))
        assert roman is None or script_of(roman.input) == "roman", roman
        for token in deva.utterance if deva and deva.utterance else ():
            assert script_of(token.text) != "roman" or fixed(token) or known.brand(token) or not token.slots, (token, deva)
        for token in mixed.utterance if mixed and mixed.utterance else ():
            assert token.lang != "hi" or script_of(token.text) != "roman" or fixed(token) or not token.slots, (token, mixed)


@pytest.mark.parametrize("step", STEPS, ids=repr)
def test_codes_phones_addresses_and_brands_keep_their_characters(step: ToRoman | ToDevanagari | ToMixed | SwitchWords | Steer) -> None:
    """Nothing with a digit, no URL, no address; a brand in Latin stays so unless brands are asked for."""
    kept = (
        Token("https://a.in/x", "en", "word", "https://a.in/x"), Token("ravi@upi", "en", "word", "ravi@upi"), Token("OTP4471", "en", "word", "OTP4471"),
        Token("4471-ax", "en", "word", "4471AX", ("order_id",)), Token("98765", "other", "number", "98765", ("phone_number",)),
    )
    brand = Token("Paytm", "en", "name", "Paytm")
    for seed in range(20):
        out = step((*kept, brand, *words("मौसम कैसा है दुकान बंद है")), load(), Random(f"{seed}"))
        assert out is None or out[: len(kept)] == kept
        assert out is None or out[len(kept)] == brand or step == ToDevanagari(brands=True)


def test_a_mostly_english_message_is_not_put_into_devanagari() -> None:
    """Nobody types one so; `most_english` says where that begins."""
    english = words("please send my order status", lang="en")
    assert ToDevanagari()(english, load(), Random("a")) is None
    assert ToDevanagari(most_english=1.0)(english, load(), Random("a")) is not None


def test_nothing_to_change_is_none() -> None:
    """A Roman message has no ToRoman, a canonical one no ToMixed."""
    there = words("दुकान बंद है")
    roman = ToRoman()(there, load(), Random("a"))
    assert roman is not None
    assert ToRoman()(roman, load(), Random("a")) is None
    assert ToMixed()(there, load(), Random("a")) is None


def test_steering_brings_the_mix_nearer_and_touches_no_slot() -> None:
    """The distance to the band falls; norms of slotted words, their texts and the number of words stay."""
    step, moved = Steer(), 0
    for e in rows():
        out = augmented(e, step, load(), Random(e.id))
        if out is None or out.utterance is None or e.utterance is None:
            continue
        moved += 1
        before, after = (max(step.low - i, i - step.high, 0) for i in (cmi(languages(u)) for u in (e.utterance, out.utterance)))
        assert after < before
        assert len(out.utterance) == len(e.utterance)
        assert all(a == b for a, b in zip(out.utterance, e.utterance, strict=True) if a.slots)
    assert moved


def test_a_message_inside_the_band_is_left_alone() -> None:
    """None where the index lies in it already."""
    assert Steer(low=0, high=50)(words("मौसम कैसा है"), load(), Random("a")) is None


def test_an_english_word_in_an_english_phrase_is_not_exchanged() -> None:
    """"check the status" never becomes जाँच the status; जाँच alone may become check, and check beside Hindi जाँच."""
    english = (*words("please check the weather", lang="en"), *words("है"))
    assert all(Steer(low=45, high=50)(english, load(), Random(f"{i}")) is None for i in range(10))
    assert Steer(low=20, high=50)(words("मौसम कैसा है"), load(), Random("a")) is not None


def test_a_pair_that_is_none_is_an_error_that_names_its_line(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two English words for one Hindi word, a wrong script, a missing tab: each is refused with place and value."""
    from pathlib import Path

    folder = Path(str(tmp_path))
    monkeypatch.setattr(script, "DATA", folder)
    for bad in ("समय\ttime\t\nसमय\thour\t\n", "time\tसमय\t\n", "समय time\n"):
        (folder / "pairs.tsv").write_text(bad, encoding="utf-8")
        pairs.cache_clear()
        with pytest.raises(KhichdiError, match=r"data/pairs\.tsv:\d"):
            pairs()
    pairs.cache_clear()
    monkeypatch.undo()
    assert len(pairs()) > 150


def test_words_come_from_the_lexicon_handed_in() -> None:
    """One partition is enough: the same laws hold, and a step never needs the other one's lines."""
    train = load("train")
    for step in (ToRoman(), ToDevanagari(), ToMixed(), SwitchWords()):
        assert verify(rows()[:150], {step.name: step}, train).broken == []
    row = next(e for e in rows() if once(e, SwitchWords(), train))
    assert once(row, SwitchWords(), train) == once(row, SwitchWords(), train)
