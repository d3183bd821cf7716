"""Laws of readings: every label form that a token may have, the lexicon's first."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from hinglish import lexicon
from hinglish.lexicon import Entry
from hinglish.readings import readings

# Spellings that more than five label forms share: each one named here is a label that the re-reader may miss. At most a handful.
OVERFULL: frozenset[str] = frozenset()


def pairs(entry: Entry) -> list[tuple[str, str]]:
    """(token, label form) for every spelling of an entry: word by word where they align, whole where the spelling is one word."""
    norms = entry.norm.split()
    out: list[tuple[str, str]] = []
    for spelling in (*(s for s, _ in entry.roman), *entry.deva):
        parts = spelling.split()
        if len(parts) == 1:
            out.append((spelling, entry.norm))
        elif len(parts) == len(norms):
            out += zip(parts, norms, strict=True)
    return out


def test_every_spelling_of_the_lexicon_reads_as_its_label() -> None:
    """For any entry and any of its spellings the label form is among the first five readings."""
    missed = Counter(token for entry in lexicon.load().entries for token, norm in pairs(entry) if norm not in readings(token))
    assert set(missed) <= OVERFULL, missed.most_common(20)


@settings(deadline=None)  # the first call loads the words
@given(st.text(min_size=1, max_size=12))
def test_every_token_has_a_reading(word: str) -> None:
    """Never empty, none twice, at most five, the same when asked again."""
    found = readings(word)
    assert 1 <= len(found) == len(set(found)) <= 5
    assert readings(word) == found


def test_readings_cross_scripts() -> None:
    """Roman and Devanagari of one word meet in its label form; nukta is restored; case is the lexicon's."""
    forms = {"meeting": "मीटिंग meeting", "ज़रूरी": "जरूरी zaroori", "HDFC": "hdfc", "Monday": "monday",
             "Zomato": "ज़ोमैटो", "OTP": "ओटीपी", "भाई": "भाई bhai"}
    for norm, tokens in forms.items():
        assert all(readings(token)[0] == norm for token in tokens.split())


def test_units_are_written_out() -> None:
    """The guide's units: kg, gm, ltr, min, rs."""
    for token, norm in {"kg": "किलो", "gm": "gram", "ltr": "litre", "min": "minute", "Rs": "रुपये"}.items():
        assert readings(token)[0] == norm


def test_both_languages_of_one_spelling_are_offered() -> None:
    """A false friend keeps its English and its Hindi reading, in whatever order."""
    for token, forms in {"to": {"to", "तो"}, "main": {"main", "मैं"}, "the": {"the", "थे"}, "is": {"is", "इस"}, "bus": {"bus", "बस"}}.items():
        assert forms <= set(readings(token))


def test_a_word_that_nobody_lists_reads_as_itself() -> None:
    """An unknown Latin word is offered as typed."""
    assert "chlormint" in readings("chlormint")
