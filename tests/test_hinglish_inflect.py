"""Laws of inflection: marked masculine words in -ā take -e before a postposition and in the plural; kin, loans and the rest do not."""

import pytest

from hinglish.inflect import KEEPS, POSTPOSITIONS, derived, oblique, oblique_spelling
from hinglish.lexicon import Entry, load, parse_line
from hinglish.lexicon_lint import faults


@pytest.mark.parametrize(("word", "form"), [("बेटा", "बेटे"), ("समोसा", "समोसे"), ("कमरा", "कमरे"), ("बड़ा", "बड़े"), ("अपना", "अपने"), ("का", "के"), ("लड़का", "लड़के")])
def test_words_in_aa_inflect(word: str, form: str) -> None:
    """बेटा को is बेटे को."""
    assert oblique(word) == form


@pytest.mark.parametrize("word", ["चाचा", "पापा", "मामा", "पिता", "राजा", "हवा", "पिज़्ज़ा", "मसाला", "दूध", "चाय", "पानी", "phone", "बेटे", "या"])
def test_kin_loans_and_other_endings_keep_their_form(word: str) -> None:
    """चाचा को, पिज़्ज़ा में, पानी से: nothing changes."""
    assert oblique(word) == word


def test_an_oblique_form_is_its_own_oblique() -> None:
    """Twice is once, over all nouns of the lexicon."""
    for entry in load().of("noun"):
        assert oblique(oblique(entry.norm)) == oblique(entry.norm)


@pytest.mark.parametrize(("roman", "form"), [("samosa", "samose"), ("ladkaa", "ladke"), ("beta", "bete")])
def test_a_roman_spelling_inflects_alike(roman: str, form: str) -> None:
    """Long and short -a both become -e."""
    assert oblique_spelling(roman) == form


def line(text: str) -> Entry:
    """A line of a lexicon."""
    return parse_line(text, place="p:1", source="s")


def test_only_masculine_words_of_inflecting_classes_give_a_form() -> None:
    """A feminine, a name, kin and a form that has a line of its own give none; of a phrase the last word does; grades and lemma go over."""
    words = [
        line("समोसा\t=\tdish\tm\tsamosa;samosaa;smosa"), line("माला\t=\tnoun\tf\tmala;maala;"), line("कृष्णा\t=\tgiven\tm\tkrishna;krisna;"),
        line("आलू पराठा\t=\tdish\tm\taloo paratha;alu paratha;"), line("कमरा\t=\tnoun\tm\tkamra;kamraa;"), line("कमरे\t=\tnoun\tm\tkamre;kamrey;"),
        line("चाचा\t=\tkin\tm\tchacha;chaacha;"),
    ]
    found = {e.norm: e for e in derived(words)}
    assert set(found) == {"समोसे", "पराठे"}
    first = found["समोसे"]
    assert (first.cls, first.gender, first.get("lemma")) == ("inflected", "m", "समोसा")
    assert dict(first.roman) == {"samose": "usual", "smose": "rare"}
    assert dict(found["पराठे"].roman) == {"parathe": "usual"}


def test_derived_forms_of_the_lexicon_are_clean_and_new() -> None:
    """No form has a line already; each is spelled in both scripts and passes the linter."""
    lexicon = load()
    forms = lexicon.of("inflected")
    assert len(forms) > 100
    for entry in forms:
        assert entry.roman
        assert list(faults(entry)) == []
        assert [e.line for e in lexicon.by_norm[entry.norm] if e.cls != "inflected"] == []
        assert entry.norm == oblique(entry.get("lemma"))


def test_postpositions_are_words_and_exceptions_keep_their_form() -> None:
    """Every postposition has a line in the lexicon; every exception is its own oblique."""
    assert [p for p in POSTPOSITIONS if p not in load().by_norm] == []
    assert [w for w in KEEPS if oblique(w) != w] == []
