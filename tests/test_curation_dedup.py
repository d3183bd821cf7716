"""Laws of sameness: one key across scripts and spellings, different where a vowel sign or a digit differs; near by true Jaccard alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.dedup import conflicts, key, near, near_rate, skeleton, word_key
from curation.near import Near, grams, jaccard
from hinglish.lexicon import load
from hinglish.script import fold, script_of
from tests.rows import demo
from tests.small_tiers import altered, small

WORDS = sorted({w for e in load().entries for w in e.norm.split() if script_of(w) == "devanagari"})


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("papa ko 5,000 bhej do", "पापा को ५००० भेज दो"),
        ("Train kab hai?", "ट्रेन कब है"),
        ("आप गये", "आप गए"),
        ("हिन्दी", "हिंदी"),
        ("office me kaam hai 😀", "ऑफिस में काम है।"),
    ],
)
def test_one_thing_said_in_two_scripts_has_one_key(a: str, b: str) -> None:
    """Script, case, marks, grouping commas, digits of another script and free spellings do not count."""
    assert key(a) == key(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [("में", "मैं"), ("कल", "कुल"), ("कल", "काल"), ("5000", "9000"), ("5000", "500"), ("2.5", "25"), ("6:30", "630"), ("दिन", "दीन"), ("mein", "main"), ("१०", "१")],
)
def test_marks_and_digits_are_kept(a: str, b: str) -> None:
    """What other normalisers strip: में is not मैं, 5000 is not 9000."""
    assert key(a) != key(b)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(WORDS), st.sampled_from(WORDS))
def test_the_key_loses_nothing_but_free_spellings(a: str, b: str) -> None:
    """Two Devanagari label words have one key only where their folded forms are one, or both are one English word."""
    if word_key(a) == word_key(b):
        assert fold(a) == fold(b) or script_of(word_key(a)) == "roman"
    if fold(a) == fold(b):
        assert word_key(a) == word_key(b)


def test_no_two_devanagari_label_words_are_merged() -> None:
    """Over the whole lexicon: as many keys as folded forms."""
    assert len({word_key(w) for w in WORDS}) == len({fold(w) for w in WORDS})


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_has_a_key(text: str) -> None:
    """Whatever is typed; spaces at the edges and twice count for nothing."""
    assert key(text) == key(f"  {text} ") == " ".join(key(text).split())


def test_near_is_what_true_jaccard_says() -> None:
    """The bound only proposes: against all pairs by hand, none too few and none too many."""
    texts = [key(r.input) for r in demo().rows[:250]] + ["mujhe pAMca sO rupae de do BAI abaHI", "mujhe pAMca sO rupae de do BAI aba"]
    by_hand = [(i, j) for i, a in enumerate(texts) for j, b in enumerate(texts[:i]) if jaccard(a, b) >= 0.5]
    assert [(p.row, p.other) for p in near(texts, threshold=0.5)] == by_hand
    assert len(by_hand) > 0
    assert all(p.jaccard == jaccard(texts[p.row], texts[p.other]) for p in near(texts, texts))


def test_near_is_found_just_above_and_not_just_below() -> None:
    """.8 and above; template words alone make no pair."""
    base = "abcdefghijklmnopqrstuvwxyz0123456789"
    close, far = base + "!!", base[:-4] + "####"
    assert jaccard(base, close) >= 0.8 > jaccard(base, far)
    assert [p.other for p in near([base], [close, far])] == [0]
    assert near([base], []) == near([], [base]) == Near([])(["x"]) == []


@given(st.lists(st.text("abcd🙂", max_size=24), max_size=14), st.lists(st.text("abcd🙂", max_size=24), max_size=14), st.sampled_from([0.3, 0.5, 0.8, 0.9, 1.0]))
@settings(max_examples=300, deadline=None)
def test_no_pair_is_let_by(rows: list[str], others: list[str], threshold: float) -> None:
    """Any texts, any threshold: what the bound proposes and true Jaccard confirms is every pair there is."""
    by_hand = [(i, j) for i, a in enumerate(rows) for j, b in enumerate(others) if jaccard(a, b) >= threshold]
    assert [(p.row, p.other) for p in Near(others, threshold)(rows)] == by_hand


def test_a_bound_that_asks_too_much_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound with a slip of three grams lets pairs by: the law above would catch it."""
    texts = ["abcdef", "abcdefg"]
    assert len(Near(texts, 0.5)(texts)) == 4
    monkeypatch.setattr("curation.near._SLACK", -3.0)
    assert len(Near(texts, 0.5)(texts)) < 4


def test_short_texts_are_one_gram() -> None:
    """ok is near ok and nothing else."""
    assert grams("ok") == {"ok"}
    assert [p.other for p in near(["ok"], ["ok", "no"])] == [0]


def test_the_rate_counts_rows_with_one_before_them() -> None:
    """A row and its copy: one of two."""
    row = small().rows["train"][0]
    assert near_rate([row, altered(row)]) == 0.5
    assert near_rate([]) == 0.0


def test_a_skeleton_holds_paths_for_values() -> None:
    """Two rows that ask alike for other things have one skeleton."""
    row = next(r for r in small().rows["train"] if r.spans and r.utterance)
    shape = skeleton(row.input, row.spans)
    assert all(s.path in shape.split() for s in row.spans)
    assert skeleton(row.input, ()) == key(row.input)


def test_a_conflicting_label_is_found_across_scripts() -> None:
    """The same sentence in the other script with another amount; the same label is no conflict."""
    row = small().rows["train"][0]
    roman = altered(row, input="papa ko 500 bhej do", target={"intent": "transfer_money", "amount": 500})
    deva = altered(row, input="पापा को 500 भेज दो", target={"intent": "transfer_money", "amount": 5000})
    assert [(c.first, c.second) for c in conflicts([roman, deva])] == [(roman, deva)]
    assert conflicts([roman, altered(deva, target=roman.target)]) == []
