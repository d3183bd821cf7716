"""Laws of numbers: what is said is read back, words fire only where they are numbers, nothing is guessed."""

import re
import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.numbers_measure import amount_right, amounts_exact, asked_unit, number_right, numbers_exact
from hinglish.errors import KhichdiError
from hinglish.numeral_words import ENGLISH, HALVES, HINDI, PREFIX, SCALES_EN, SCALES_HI, sense_of
from hinglish.numerals import OTHER_SCRIPT, STYLES, Reading, find, in_unit, read, say, styles

SENTENCES = Path(__file__).parent / "data" / "number_words.tsv"
SMALL = st.integers(0, 12000)
ROUND = st.builds(lambda n, p: n * 10**p, st.integers(1, 999), st.integers(0, 9))
WHOLE = st.integers(-10**9, 10**12)
QUARTERS = st.builds(lambda n, u: Fraction(n, 4) * u, st.integers(0, 500), st.sampled_from([1, 12, 100, 1000, 10**5, 10**7]))
TENTHS = st.builds(lambda n, u: Fraction(n, 100) * u, st.integers(0, 20000), st.sampled_from([1, 1000, 10**5, 10**7]))
VALUES = st.one_of(SMALL, ROUND, WHOLE, QUARTERS, TENTHS)


def shown(reading: Reading) -> str:
    """A reading as the sentence file writes it: a value, low-high, or the flag of one without a value."""
    if reading.low is not None and reading.high is not None:
        return f"{float(reading.low):.15g}-{float(reading.high):.15g}"
    return f"{float(reading.value):.15g}" if reading.value is not None else reading.flags[0]


def respelled(text: str, pick: st.DataObject) -> str:
    """The text with each word that has one in the other script spelled so."""
    def other(m: re.Match[str]) -> str:
        return pick.draw(st.sampled_from(OTHER_SCRIPT[m[0]])) if m[0] in OTHER_SCRIPT else m[0]
    return re.sub(r"[^\s\d]+", other, text)


@given(VALUES)
@settings(max_examples=400, deadline=None)
def test_every_style_is_read_back(value: int | Fraction) -> None:
    """What any style says of a value is read as that value."""
    for style in styles(value):
        assert read(say(value, style)).value == value, (style, say(value, style))


@given(VALUES, st.data())
@settings(max_examples=300, deadline=None)
def test_every_style_is_read_back_in_the_other_script(value: int | Fraction, data: st.DataObject) -> None:
    """Hindi words in Roman and English words in Devanagari mean the same number."""
    for style in styles(value):
        text = respelled(say(value, style), data)
        assert read(text).value == value, (style, text)


@given(VALUES.filter(lambda v: v > 0))
@settings(max_examples=200, deadline=None)
def test_a_said_amount_is_found_in_its_sentence(value: int | Fraction) -> None:
    """In a sentence the amount is found whole, with its value and its place, whatever its style but the bare short words."""
    for style in styles(value):
        if style in ("devanagari_digits", "digits") and len(str(value)) > 12:
            continue
        text = say(value, style)
        sentence = f"bhai Rahul ko {text} रुपये bhej do"
        if style in ("rupee_sign", "rs_prefix", "rs_suffix", "slash", "dozen"):
            sentence = f"bhai Rahul ko {text} bhej do"
        matches = find(sentence)
        assert [m.reading.value for m in matches] == [value], (style, sentence)
        assert text in sentence[matches[0].start:matches[0].end] or text == "पाव"


def test_every_spelling_of_every_word_is_that_number() -> None:
    """No spelling of one number is read as another, in either script (planted: सत्तर and सत्रह fall together by skeleton)."""
    for table in (HINDI, SCALES_HI, ENGLISH, SCALES_EN, HALVES):
        for line in table.strip().splitlines():
            head, *forms = line.split()
            for form in forms:
                if form != "|":
                    assert read(form.lstrip("!")).value == Fraction(head), form
    assert read("सत्र").value is None


def test_prefixes_follow_the_labelling_guide() -> None:
    """सवा, साढ़े and पौने change the number after them, or stand for 1¼ and ¾ before a scale."""
    said = {"सवा पाँच": Fraction(21, 4), "साढ़े तीन हज़ार": 3500, "पौने दो सौ": 175, "सवा लाख": 125000, "डेढ़ सौ": 150,
            "पौना किलो": Fraction(3, 4), "सौ": 100, "1,25,000": 125000, "125,000": 125000, "dhai hazaar": 2500,
            "1.5k": 1500, "paune do lakh": 175000,
            "आधा पाव": Fraction(1, 8)}
    for text, value in said.items():
        assert read(text).value == value, text
    assert len(PREFIX.strip().splitlines()) == 3


@pytest.mark.parametrize(("text", "kind", "ends"), [
    ("do-teen hazaar", "range", (2000, 3000)), ("do teen sau", "range", (200, 300)), ("10 से 15 हज़ार", "range", (10000, 15000)),
    ("sau do sau", "range", (100, 200)), ("4 5 lakh", "range", (400000, 500000)), ("7-7 हज़ार", "each", 7000), ("सौ-सौ रुपये", "each", 100),
    ("lagbhag 3 lakh", "approx", 300000), ("30 हजार करोड़", "exact", 3 * 10**11), ("9 lakh cr", "exact", 9 * 10**12)])
def test_ranges_each_and_scales(text: str, kind: str, ends: object) -> None:
    """A range has two ends and no value; a number said twice is a value each; scales multiply."""
    got = read(text)
    assert got.kind == kind
    assert (got.value if got.low is None else (got.low, got.high)) == ends
    assert (got.value is None) == (kind == "range")


@pytest.mark.parametrize(("text", "flag"), [("3 65 crore", "lost_point"), ("4 7 lakh rupay", "lost_point"), ("17 450 rupay", "lost_point"),
                                            ("25000 hazaar", "slip"),
                                            ("700000 lakh rs", "slip")])
def test_what_would_be_a_guess_is_flagged(text: str, flag: str) -> None:
    """A lost point or a scale said twice gives no value."""
    got = read(text)
    assert got.value is None
    assert got.flags == (flag,)


def test_units_are_converted_only_to_their_kind() -> None:
    """A duration is told in the unit asked; money never becomes minutes."""
    assert in_unit(read("ढाई घंटे"), "minute") == 150
    assert in_unit(read("डेढ़ साल"), "month") == 18
    assert in_unit(read("3 साल 4 महीने"), "month") == 40
    assert in_unit(read("पचास पैसे"), "rupees") == Fraction(1, 2)
    assert in_unit(read("500 rupay"), "minute") is None
    assert read("12 रुपये 50 पैसे") == Reading(Fraction(25, 2), "exact", unit="rupees")


def test_number_words_fire_only_where_they_are_numbers() -> None:
    """In our own sentences, each number word is a number or not as its neighbours say."""
    rows = [line.split("\t") for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 200
    wrong = [(s, want, got) for s, want in rows if (got := " ".join(shown(m.reading) for m in find(s))) != want]
    assert not wrong


@given(st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_without_error(text: str) -> None:
    """Any text at all: no exception, matches in order, apart and inside the text."""
    read(text)
    ends = [0]
    for m in find(text):
        assert ends[-1] <= m.start < m.end
        ends.append(m.end)


PIECES = ("do teen sau hazaar lakh 5 12 - se / . rupay paise का पाँचवाँ और दशमलव सवा साढ़े dedh darjan ₹ -5 1/2 and half a point baje के "
          "saal mahina 1^9 twenty one")


@given(st.lists(st.sampled_from(PIECES.split(" ")), max_size=8))
@settings(max_examples=400, deadline=None)
def test_any_row_of_number_words_is_read_without_error(words: list[str]) -> None:
    """Number words in any order: no exception, no endless loop."""
    read(" ".join(words))
    find(" ".join(words))


def test_unknown_style_names_those_that_exist() -> None:
    """An error of `say` names the style and the way out."""
    with pytest.raises(KhichdiError, match=r"no style .roman.; styles are: .*words_hi"):
        say(5, "roman")
    with pytest.raises(KhichdiError, match="cannot say 7"):
        say(7, "dozen")
    assert {"digits", "fraction_hi", "hundreds_hi", "dozen"} <= set(STYLES)


def test_reading_is_fast_once_warm() -> None:
    """A short string met before costs well under 5 µs (bound here: 20, for a busy machine)."""
    texts = ["2500", "सवा लाख", "do teen hazaar"]
    for text in texts:
        read(text)
    start = time.perf_counter()
    for _ in range(3000):
        for text in texts:
            read(text)
    assert (time.perf_counter() - start) / 9000 < 20e-6


def test_measures_count_every_row(tmp_path: Path) -> None:
    """Both measures divide by all rows; a wrong expected value is a miss, and a guess at a lost point is no hit."""
    numbers = tmp_path / "n.tsv"
    rows = ("x\tसवा सात सौ\t725\t", "x\tढाई घंटे\t150\tMinute", "x\tदो लोग $ 5 मिलियन लाए\t5000000\tDollar", "x\tतीन\t4\t")
    numbers.write_text("\n".join(("source\tinput_text\texpected_value\tunit", *rows, "")), encoding="utf-8")
    got = numbers_exact(numbers)
    assert (got.right, got.n, got.misses[0].text) == (3, 4, "तीन")
    amounts = tmp_path / "a.tsv"
    rows = ("4-6 lakh\t400000-600000\trange", "3 65 crore\t36500000\tpunct_lost", "6 lakh\t500000\texact", "")
    amounts.write_text("\n".join(("surface\tvalue\tkind", *rows)), encoding="utf-8")
    assert (amounts_exact(amounts).right, amounts_exact(amounts).n) == (2, 3)
    assert not amount_right("3.65 crore", "36500000", "punct_lost")[0]
    assert not number_right("दो और तीन", "2", "")[0]
    assert asked_unit("Canadian dollar") == "dollar"
    bad = tmp_path / "b.tsv"
    bad.write_text("a\tb\n1\t2\n", encoding="utf-8")
    with pytest.raises(KhichdiError, match="no column"):
        numbers_exact(bad)


def test_nothing_outside_the_tables_is_a_number() -> None:
    """Ordinary words that look like number words have no sense."""
    for word in ("pune", "chai", "chavan", "सत्र", "दोस्त", "sona", "lakhan", "तेरा", "chalo"):
        assert sense_of(word) is None, word
