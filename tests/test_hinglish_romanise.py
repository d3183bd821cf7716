"""Laws of romanisation: Devanagari → the spellings that people type."""

import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from hinglish import lexicon, romanise
from hinglish.akshara import sounds
from hinglish.loans import as_letters, english_form
from hinglish.spelling import by_rule, cost_of

WORD = st.lists(
    st.tuples(st.sampled_from("कखगचजटडतदनपबमरलवसह"),
              st.sampled_from(("", "ा", "ि", "ी", "ु", "ू", "े", "ै", "ो", "ौ", "ं", "्य"))), min_size=1, max_size=5
).map(lambda pairs: "".join(c + v for c, v in pairs))


@settings(deadline=None)  # the first call loads the words
@given(WORD)
def test_every_word_has_a_spelling_in_small_latin_letters(word: str) -> None:
    """Any Devanagari word has at least one spelling, of a–z alone, none twice, at most eight."""
    found = romanise.romanise(word)
    assert found
    assert len(found) == len(set(found)) <= romanise.MOST
    assert all(regex.fullmatch("[a-z0-9&' .-]+", s, flags=regex.IGNORECASE) for s in found)


@settings(deadline=None)  # the first call loads the words
@given(WORD)
def test_a_spelling_that_the_rules_make_the_rules_can_read(word: str) -> None:
    """Every spelling made by rule has a finite cost for the word it was made from."""
    assert all(cost_of(word, text) < float("inf") for text, _ in by_rule(word, 5))


def test_schwa_is_dropped_at_the_end_and_between_single_consonants() -> None:
    """कमल keeps its middle vowel, कमला and बदलना lose one, a cluster keeps the vowel after it (Ohala; Narasimhan)."""
    said = {"कमल": "kamal", "बदलना": "badalna", "चमकना": "chamakna", "मित्र": "mitra", "दोस्त": "dost", "रूपरेखा": "ruprekha"}
    for word, spelling in said.items():
        assert by_rule(word)[0][0] == spelling
    assert [s.silent for s in sounds("कमल") if s.inherent] == [0.0, 0.0, 1.0]


def test_people_write_one_letter_for_a_long_vowel() -> None:
    """A final ी or ा is i or a, and a medial long vowel most often one letter too."""
    for word, spelling in {"बोतली": "botli", "जानकारियाँ": "jankariyan", "मुहावरा": "muhavara"}.items():
        assert spelling in romanise.romanise(word)[:5]


def test_english_said_in_devanagari_comes_out_as_english() -> None:
    """Loans by sound return to their English spelling, also those that the lexicon lacks."""
    loans = {"अथॉरिटी": "authority", "कंडीशनर": "conditioner", "इमेज": "image", "एनिमेटेड": "animated", "ट्रेन": "train"}
    for word, english in loans.items():
        assert romanise.romanise(word)[0] == english


def test_native_words_stay_native() -> None:
    """A Hindi word that sounds like some English one is not turned into it."""
    for word in ("कमल", "भारत", "बदलना", "सरकार", "पत्रकार"):
        assert english_form(word) == ""
    assert romanise.romanise("सरकार")[0] == "sarkar"


def test_letter_names_become_letters() -> None:
    """A word of nothing but letter names is its letters; one letter name alone, or a rest, is no abbreviation."""
    assert as_letters("ओटीपी") == "otp"
    assert as_letters("एसएमएस") == "sms"
    assert as_letters("बीमारी") == ""
    assert as_letters("बी") == ""


def test_the_lexicon_speaks_first() -> None:
    """The first spelling of a word that the lexicon lists is one that it calls usual."""
    for entry in lexicon.load().of("pron"):
        usual = {s for e in lexicon.load().by_norm[entry.norm] for s, grade in e.roman if grade == "usual"}
        assert romanise.romanise(entry.norm)[0] in usual
