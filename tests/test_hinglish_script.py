"""Laws of Unicode hygiene: one form, whole graphemes, the script of a word, digits of two scripts and no others."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinglish.script import ascii_digits, devanagari_digits, fold, graphemes, nfc, script_of, visible, words

DEVA = st.text(st.characters(min_codepoint=0x0900, max_codepoint=0x097F), max_size=12)
LATIN = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzABCXYZéñ"), min_size=1, max_size=8)
ANY = st.text(max_size=30) | DEVA | LATIN
PRECOMPOSED = "क़ख़ग़ज़ड़ढ़फ़य़"  # U+0958–095F, which NFC takes apart


@given(ANY)
def test_nfc_is_one_form(text: str) -> None:
    """Done twice it changes nothing, and what is canonically equal becomes one."""
    assert nfc(nfc(text)) == nfc(text)
    assert nfc(unicodedata.normalize("NFD", text)) == nfc(text)


def test_a_nukta_letter_has_one_form() -> None:
    """Letter and nukta, always: the precomposed letters do not survive."""
    assert not set(nfc(PRECOMPOSED)) & {chr(c) for c in range(0x0958, 0x0960)}
    assert nfc("\u095b") == "\u091c\u093c"
    assert len(graphemes("ज़रूर")) == 3


@given(ANY)
def test_graphemes_are_a_partition(text: str) -> None:
    """Joined they are the text, and none is empty."""
    assert "".join(graphemes(text)) == text
    assert all(graphemes(text))


def test_a_vowel_sign_is_no_grapheme_of_its_own() -> None:
    """हिन्दी is what a reader sees: letters with their signs."""
    assert graphemes("की") == ["की"]
    assert graphemes("👨‍👩‍👧") == ["👨‍👩‍👧"]


@given(ANY)
def test_words_leave_only_white_space_out(text: str) -> None:
    """In order, never overlapping; between them nothing that could be seen as part of a word."""
    at = 0
    for start, end in words(text):
        assert at <= start < end <= len(text)
        assert not any(unicodedata.category(c)[0] in "LN" for c in text[at:start])
        at = end
    assert not any(unicodedata.category(c)[0] in "LN" for c in text[at:])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("हिन्दी में लिखो।", ["हिन्दी", "में", "लिखो", "।"]),
        ("kal 7:30 pe, ok?", ["kal", "7:30", "pe", ",", "ok", "?"]),
        ("₹1,25,000/-", ["₹", "1,25,000", "/", "-"]),
        ("don't H&M a@b.com", ["don't", "H&M", "a@b.com"]),
        ("२.५ किलो", ["२.५", "किलो"]),
        ("", []),
        ("  \n", []),
    ],
)
def test_words_as_people_type_them(text: str, found: list[str]) -> None:
    """Vowel signs stay in their word; an hour, an amount and an address are one word; a mark is its own."""
    assert [text[a:b] for a, b in words(text)] == found


@given(LATIN, DEVA.filter(lambda t: any(unicodedata.category(c).startswith("L") and c != "ॐ" for c in t)))
def test_two_scripts_are_mixed(latin: str, deva: str) -> None:
    """Latin is roman, Devanagari devanagari, both mixed, in any order."""
    assert script_of(latin) == "roman"
    assert script_of(deva) == "devanagari"
    assert script_of(latin + deva) == script_of(deva + latin) == "mixed"


@pytest.mark.parametrize("text", ["", "123", "१२३", "।", "॥", "ॐ", "₹ 5!", "👍", "中文"])
def test_digits_marks_and_shared_signs_are_of_no_script(text: str) -> None:
    """Danda, ॐ, digits of any script, emoji and other scripts make nothing Devanagari or Roman."""
    assert script_of(text) == "other"
    assert script_of(text + "haan") == "roman"
    assert script_of(text + "हाँ") == "devanagari"


@given(ANY)
def test_digits_change_places_and_nothing_else_moves(text: str) -> None:
    """०–९ and 0–9 are each other's; every other character stays, and so does the length."""
    assert len(ascii_digits(text)) == len(devanagari_digits(text)) == len(text)
    assert ascii_digits(devanagari_digits(text)) == ascii_digits(text)
    assert all(a == b or (a in "०१२३४५६७८९" and b in "0123456789") for a, b in zip(text, ascii_digits(text), strict=True))


def test_digits_of_third_scripts_stay() -> None:
    """Bengali and Arabic digits are not ours, though int() would take them."""
    assert ascii_digits("৫٥५5") == "৫٥55"


@given(ANY)
def test_what_is_shown_cannot_hide_or_turn_text(text: str) -> None:
    """No control, bidi or zero-width character reaches a terminal; what is safe is shown as it is."""
    shown = visible(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cf") and c not in "\t\n\r" for c in shown)
    if not any(unicodedata.category(c) in ("Cc", "Cf") for c in text):
        assert shown == text


def test_a_hidden_character_is_shown_by_name() -> None:
    """A right-to-left override and a joiner stand as their code points."""
    assert visible("a\u202eb\u200d") == "a⟨U+202E⟩b⟨U+200D⟩"


@given(ANY)
def test_folding_twice_is_folding_once(text: str) -> None:
    """A folded word folds to itself."""
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(("a", "b"), [("गये", "गए"), ("हिन्दी", "हिंदी"), ("पांच", "पाँच"), ("ग़लत", "गलत"), ("सम्बन्ध", "संबंध"), ("OK", "ok"), ("क\u200dष", "कष")])
def test_free_spellings_fold_together(a: str, b: str) -> None:
    """Spellings in which careful writers differ are one; हिंदी and हिंद are not."""
    assert fold(a) == fold(b)
    assert fold("हिंदी") != fold("हिंद")
