"""Laws of devanagarisation: Roman Hindi and spoken English → Devanagari."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hinglish import lexicon
from hinglish.devanagarise import candidates, devanagarise, speak
from hinglish.guess import guesses
from hinglish.script import script_of
from hinglish.spelling import by_rule


@settings(deadline=None)  # the first call loads the words
@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=10))
def test_any_letters_have_a_devanagari_guess(word: str) -> None:
    """A word of a–z always has a candidate, all are Devanagari, none comes twice, at most k."""
    found = devanagarise(word, 3)
    assert 1 <= len(found) == len(set(found)) <= 3
    assert all(script_of(w) == "devanagari" for w in found)


def test_what_the_rules_write_is_read_back() -> None:
    """The lossy keys meet: a word is among the candidates of each of its three cheapest spellings."""
    words = ("ज़िंदगी", "पढ़ाई", "ख़्वाब", "चाँद", "भ्रष्टाचार", "ज्ञान", "बच्चा", "हूँ", "सफ़र", "घोड़ा")
    apart = [(word, text) for word in words for text, _ in by_rule(word, 3) if word not in dict(candidates(text))]
    assert apart == []


def test_free_spellings_reach_the_standard_word() -> None:
    """aa/a, ee/i, oo/u, z/j, ph/f, gemination and drawn-out vowels lead to one word, with its nukta."""
    words = {"ज़िंदगी": "zindagi jindagi zindagee", "प्यार": "pyaar pyar pyaaar", "मुस्कान": "muskan muskaaan", "ज़रूरी": "zaroori jaruri"}
    for hindi, spellings in words.items():
        assert all(devanagarise(roman)[0] == hindi for roman in spellings.split())


def test_an_inflected_form_that_no_list_has_is_still_found() -> None:
    """Regular endings of listed verbs and nouns are words too."""
    assert "ढूँढेगा" in devanagarise("dhundhega") or "ढूंढेगा" in devanagarise("dhundhega")
    assert "सहती" in devanagarise("sehti")


def test_usual_spellings_come_first() -> None:
    """A listed usual spelling ranks its word before words for which it is rare."""
    for entry in lexicon.load().of("kin"):
        usual = [s for s, grade in entry.roman if grade == "usual" and " " not in s and " " not in entry.norm]
        assert all(entry.lang != "hi" or entry.norm in dict(candidates(s)[:4]) for s in usual)


def test_unknown_names_are_spelled_by_rule() -> None:
    """Letters by rule, ranked by how Hindi is spelled."""
    assert guesses("bichhadkar")[0] == "बिछड़कर"
    assert guesses("shaunak")[0] == "शौनक"
    assert guesses("") == ()


def test_english_is_spoken_by_sound_not_by_letters() -> None:
    """t and d are retroflex, weak vowels take their letter's colour, letter words are spelled out."""
    for english, hindi in {"quick": "क्विक", "cycling": "साइकलिंग", "action": "एक्शन", "singer": "सिंगर", "student": "स्टूडेंट"}.items():
        assert hindi in speak(english)
    assert speak("XKQ")[0] == "एक्सकेक्यू"
    assert speak("blimpet")[0].startswith("ब्लिं")


@settings(deadline=None)  # the first call loads the words
@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=10))
def test_any_english_word_can_be_spoken(word: str) -> None:
    """Speaking gives Devanagari for any word of letters (silence only where every letter is silent)."""
    assert all(script_of(said) == "devanagari" for said in speak(word) if said)
