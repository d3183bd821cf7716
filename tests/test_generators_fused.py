"""One pass makes tokens, text and spans: they are what text_of and spans_of say of the tokens, and quick roads lead where the slow ones do."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from generators.expand import Studio
from generators.family import families
from generators.render import Hand, placed, typed
from generators.spec import MODES
from generators.words import Word, Words
from hinglish.lexicon import load
from hinglish.numeral_read import Reading
from hinglish.numerals import _SUM, _scan, find, read, tokenise
from hinglish.script import nfc
from schemas.example import Token, spans_of, text_of
from schemas.reread import _outside, _suspect, counts_here

SHARES = tuple((at, mode) for at, mode in zip((0.4, 0.7, 1.0), MODES, strict=True))


def test_text_and_spans_are_those_of_the_tokens_on_every_family() -> None:
    """Whatever the family, the script and the hand, the fused pass says what the definitions say."""
    studio = Studio(Words(load()), 5, SHARES)
    for family in families():
        for draw in range(6):
            made = studio.example(family, draw)
            assert made.utterance is not None
            assert made.input == text_of(made.utterance)
            assert list(made.spans) == spans_of(made.utterance)


SLOTS = ((), ("a",), ("b",), ("a", "b"), ("b", "c"))
WORDS = (
    Word("भेज", "hi", "word", ("bhej", "bej"), ("भेज",), 1, 2),
    Word("Paytm", "en", "name", ("paytm",), ("पेटीएम",)),
    Word("500", "other", "number", ("500",), ("500",)),
    *(Word(m, "other", "mark", (m,), (m,)) for m in (",", "?", ".")),
)
PIECES = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(SLOTS)), max_size=9)
HANDS = st.builds(
    Hand,
    st.sampled_from(MODES),
    st.sampled_from(("none", "sentence", "names", "both")),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from(("usual", "known", "loose")),
    st.sampled_from((None, 1, 2, 3)),
)
DRAWS = st.lists(st.integers(0, 255), min_size=9, max_size=9)


@given(PIECES, HANDS, DRAWS)
def test_text_and_spans_are_those_of_the_tokens_of_any_pieces(pieces: list[tuple[Word, tuple[str, ...]]], hand: Hand, draws: list[int]) -> None:
    """Marks first, marks last, marks left out, words of two leaves, runs that meet: one pass and two agree."""
    utterance, text, spans = typed(placed(pieces), hand, bytes(draws))
    assert text == text_of(utterance)
    assert list(spans) == spans_of(utterance)


@given(st.sampled_from(WORDS), st.sampled_from(SLOTS))
def test_a_word_at_its_place_becomes_one_token_a_spelling(word: Word, slots: tuple[str, ...]) -> None:
    """What is kept says what a new token would: text, label form, leaves, and the space behind it."""
    here = word.at(slots)
    for text in word.roman:
        assert here.token(text) == Token(text, word.lang, word.kind, word.norm, slots)
        assert here.token(text) is here.token(text)
        assert here.glued(text) == Token(text, word.lang, word.kind, word.norm, slots, True, "")
    assert word.at(slots) is here


@given(st.integers(0, 10**9 - 1), st.sampled_from(("", "₹", "Rs ", "rs ")), st.sampled_from(("{}", "{:,}", "{}/-", "{:,}/-")))
def test_a_sum_in_digits_is_read_as_the_grammar_reads_it(value: int, sign: str, form: str) -> None:
    """The quick road of read() for sums in digits gives value and unit of the long one."""
    text = sign + form.format(value)
    slow: list[Reading] = [found[3] for found in _scan(tokenise(nfc(text), loose=True), loose=True)]
    assert _SUM.fullmatch(text)
    assert slow == [read(text)]
    assert read(text).value == Fraction(value)


def test_a_number_outside_is_seen_among_quiet_words_and_beside_a_span() -> None:
    """What the quick no of the re-reading lets pass is what find() sees: planted numbers are faults, verbs are none."""
    assert not _outside("paise bhej do bhai", ())
    assert _outside("usko do pizza bhej", ())
    assert _outside("mummy ko 500 bhej do", ())
    assert not counts_here("500 bhej do na", 9, 11)
    assert counts_here("500 bhej do na", 0, 3)


def test_a_unit_alone_is_no_number() -> None:
    """Units are no suspects by themselves, because find() makes no number of them without one."""
    for word in ("rupaye", "kilo", "baje", "रुपये", "tickets"):
        assert not _suspect(word)
        assert not find(word)
        assert not find(f"mujhe {word} chahiye")
