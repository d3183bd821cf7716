"""Laws of readings: every label form that a token may have, the lexicon's first."""

from collections import Counter

import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from hinglish import lexicon
from hinglish.devanagarise import roman_key
from hinglish.guess import guesses, may_begin
from hinglish.lexicon import Entry, load
from hinglish.readings import bare, may_read, readings

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


TYPED = "kal karo सइकिल cycle lnch plz mta aadha पेमेंट zunka ओटीपी Whatsapp jya sehna 11am क्या? T-shirt agri frst hlwa MG कनॉट xqzv jaayiyan".split()
MEANT = [w for e in load().entries[::97] for w in e.norm.split()]


def test_a_quick_no_is_right() -> None:
    """What `may_read` refuses is no reading of the token, nor a word of one, nor one without its marks; and it refuses most."""
    tokens = [*TYPED, *(s for e in load().entries[::211] for s, _ in e.roman if " " not in s)]
    words = {t: {w for r in readings(t) for w in (*r.split(), bare(r))} for t in tokens}
    pairs = [(t, m) for t in words for m in (*MEANT[:400], *words[t], *(x for u in TYPED for x in words[u]))]
    assert [(t, m) for t, m in pairs if (m in words[t] or bare(m) in words[t]) and not may_read(t, m)] == []
    assert sum(may_read(t, m) for t, m in pairs) < 0.2 * len(pairs)


@given(st.text("abcdehiknoprtu", min_size=1, max_size=9))
def test_a_guess_begins_as_it_may(word: str) -> None:
    """No guess at a Roman word begins otherwise than `may_begin` allows."""
    assert all(may_begin(word, g) for g in guesses(word))


STEPS = ((r"(.)\1+", r"\1"), (r"ck", "k"), (r"ch?h?", "c"), (r"ph", "f"), (r"(?<=[kgcjtdpbs])h", ""), (r"w", "v"), (r"z", "j"), (r"q", "k"), (r"x", "ks"),
         (r"[ei]+", "i"), (r"[ou]+", "u"), (r"[ay]", ""), (r"m(?=[pbf])", "n"), (r"(.)\1+", r"\1"))  # fmt: skip


@given(st.text("aeiouyhcckmpbfwzqxsndtgj", max_size=10))
def test_the_key_of_a_spelling_is_that_of_its_rules(word: str) -> None:
    """The rules one by one, in their order, give the same key."""
    wanted: str = word
    for pattern, put in STEPS:
        wanted = regex.sub(pattern, put, wanted)
    assert roman_key(word) == wanted
