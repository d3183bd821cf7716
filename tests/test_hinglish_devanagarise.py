"""Laws of devanagarisation: Roman Hindi and spoken English → Devanagari."""

from hypothesis import given
from hypothesis import strategies as st

from hinglish import lexicon
from hinglish.devanagarise import candidates, deva_keys, devanagarise, roman_key, speak
from hinglish.guess import guesses
from hinglish.script import script_of
from hinglish.spelling import by_rule


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=10))
def test_any_letters_have_a_devanagari_guess(word: str) -> None:
    """A word of a–z always has a candidate, all are Devanagari, none comes twice, at most k."""
    found = devanagarise(word, 3)
    assert 1 <= len(found) == len(set(found)) <= 3
    assert all(script_of(w) == "devanagari" for w in found)


def test_the_key_of_a_spelling_is_a_key_of_its_word() -> None:
    """The lossy keys meet: the cheapest spelling of a word is found under the word's own key."""
    apart = [
        (word, text)
        for word in ("ज़िंदगी", "पढ़ाई", "ख़्वाब", "चाँद", "भ्रष्टाचार", "ज्ञान", "बच्चा", "हूँ", "सफ़र", "घोड़ा")
        for text, _ in by_rule(word, 3)
        if roman_key(text) not in deva_keys(word) and roman_key(text)[:-1] not in deva_keys(word)
    ]
    assert apart == []


def test_free_spellings_reach_the_standard_word() -> None:
    """aa/a, ee/i, oo/u, z/j, ph/f, gemination and drawn-out vowels lead to one word, with its nukta."""
    for roman, hindi in {
        "zindagi": "ज़िंदगी", "jindagi": "ज़िंदगी", "zindagee": "ज़िंदगी", "pyaar": "प्यार", "pyar": "प्यार", "muskaaan": "मुस्कान", "zaroori": "ज़रूरी", "jaruri": "ज़रूरी",
    }.items():
        assert devanagarise(roman)[0] == hindi


def test_an_inflected_form_that_no_list_has_is_still_found() -> None:
    """Regular endings of listed verbs and nouns are words too."""
    assert "ढूँढेगा" in devanagarise("dhundhega") or "ढूंढेगा" in devanagarise("dhundhega")
    assert devanagarise("khandharon")[0].startswith("खंड")


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
    assert speak("blimpet")[0].startswith("ब्लिम")


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=10))
def test_any_english_word_can_be_spoken(word: str) -> None:
    """Speaking gives Devanagari for any word of letters (silence only where every letter is silent)."""
    assert all(script_of(said) == "devanagari" for said in speak(word) if said)
