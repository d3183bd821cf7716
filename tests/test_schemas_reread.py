"""Laws of the re-reader: it agrees with what was made, and sees a row that does not mean what its label says."""

from collections import Counter
from functools import cache

import pytest

from curation.planted import KINDS, Row, planted
from generators.randomness import Random
from hinglish.script import script_of
from schemas.canonical import encode
from schemas.example import Span
from schemas.reread import compliant, reread, text_reads
from tests.rows import demo, on_disk

FAULTS_EACH = 100
LEAST_CAUGHT = 0.95
# No kind may hide behind the others: each is caught nine times in ten.
LEAST_OF_A_KIND = 0.9
TRANSFER = {"intent": "transfer_money", "recipient": None, "amount": None, "via": None, "date": None, "purpose": None}


@cache
def rows() -> tuple[Row, ...]:
    """The demo rows as they lie on disk."""
    return tuple(Row(*on_disk(r)) for r in demo().rows)


def test_it_agrees_with_rows_of_all_three_scripts() -> None:
    """Over 2,000 made rows read back as their labels, 300 of each script at least; of all drawn, under 1 % do not."""
    scripts = Counter(script_of(r.text) for r in rows())
    assert [r.text for r in rows() if reread(*r)] == []
    assert len(rows()) >= 2000
    assert min(scripts[s] for s in ("roman", "mixed", "devanagari")) >= 300
    assert demo().table().get("reread", 0) < 0.01 * len(rows()), [(r.template, r.detail, r.input) for r in demo().rejected][:10]


def test_it_catches_planted_faults(capsys: pytest.CaptureFixture[str]) -> None:
    """Of 1,000 single faults of ten kinds it catches at least 95 %, and of each kind at least 90 %."""
    caught: dict[str, int] = {}
    missed: list[str] = []
    for kind in KINDS:
        spoilt = planted(rows(), kind, FAULTS_EACH)
        assert len(spoilt) == FAULTS_EACH, f"{kind}: only {len(spoilt)} rows have one"
        seen = [bool(reread(*row)) for row in spoilt]
        caught[kind] = sum(seen)
        missed += [f"{kind}: {row.text!r} {encode(row.target).decode()} {list(row.spans)}" for row, found in zip(spoilt, seen, strict=True) if not found]
    with capsys.disabled():
        print("\nplanted faults caught, of", FAULTS_EACH, "each:", ", ".join(f"{k} {n}" for k, n in caught.items()))  # noqa: T201  # the rate is the result
    assert sum(caught.values()) >= LEAST_CAUGHT * FAULTS_EACH * len(KINDS), missed
    assert min(caught.values()) >= LEAST_OF_A_KIND * FAULTS_EACH, missed


@pytest.mark.parametrize("kind", KINDS)
def test_a_planted_fault_is_one_and_is_a_fault(kind: str) -> None:
    """The planter changes the label or one span, never text or tags, and always changes something."""
    by_text = {r.text: r for r in rows()}
    for spoilt in planted(rows(), kind, 20, seed=2):
        whole = by_text[spoilt.text]
        assert spoilt.tags == whole.tags
        assert (encode(spoilt.target) != encode(whole.target)) != (spoilt.spans != whole.spans)


def test_planting_is_repeatable() -> None:
    """The same seed spoils the same rows in the same way."""
    assert planted(rows(), "word replaced", 5) == planted(rows(), "word replaced", 5)
    assert KINDS["span moved"](Row("haan", (), {"intent": "none"}, ()), Random("x")) is None


@pytest.mark.parametrize(
    ("text", "spans", "target", "tags", "says"),
    [
        ("rahul ko 500 bhejo", [Span("recipient", 0, 5)], {"recipient": "राहुल"}, [], "number '500' stands outside"),
        ("rahul ko paanch sau bhejo", [Span("recipient", 0, 5)], {"recipient": "राहुल"}, [], "number 'paanch sau' stands outside"),
        ("9876543210 pe 500 bhejo", [Span("amount", 14, 17)], {"amount": 500}, [], "'9876543210' stands outside"),
        ("rahul ko 500 bhejo", [Span("amount", 9, 12)], {"amount": 500}, [], "name 'rahul' stands outside"),
        ("paise bhejo", [], {}, [], "noslot"),
        ("rahul ko bhejo", [Span("recipient", 0, 5)], {"recipient": "राहुल"}, ["noslot"], "noslot"),
        ("rahul ko bhejo", [Span("recipient", 0, 4)], {"recipient": "राहुल"}, [], "recipient"),
        ("rahul ko bhejo", [Span("recipient", 0, 6)], {"recipient": "राहुल"}, [], "no stretch of words"),
        ("rahul ko bhejo", [Span("recipient", 0, 99)], {"recipient": "राहुल"}, [], "no stretch of words"),
        ("rahul ko bhejo", [Span("recipient", 5, 5)], {"recipient": "राहुल"}, [], "no stretch of words"),
        ("rahul ko bhejo", [], {"recipient": "राहुल"}, [], "said nowhere"),
        ("rahul ko bhejo", [Span("recipient", 0, 5)], {"recipient": "rahul"}, [], "wrong script"),
    ],
)
def test_what_contradicts_itself_is_named(text: str, spans: list[Span], target: dict[str, object], tags: list[str], says: str) -> None:
    """Unexplained numbers, phones and names, broken spans, lying tags: each is said in words."""
    found = reread(text, spans, TRANSFER | target, tags)
    assert any(says in f for f in found), found


def test_a_tag_explains_what_stands_outside() -> None:
    """A correction may hold a second number and a second name."""
    text = "rahul ko 500 nahi 600 bhejo"
    spans = [Span("recipient", 0, 5), Span("amount", 18, 21)]
    target = TRANSFER | {"recipient": "राहुल", "amount": 600}
    assert reread(text, spans, target, [])
    assert reread(text, spans, target, ["corrected"]) == []


def test_numbers_read_in_any_form() -> None:
    """Digits of both scripts, words of both languages and parts in one span say one value; another value is seen."""
    for written in ("500", "५००", "paanch sau", "पाँच सौ", "five hundred", "0.5k"):
        text = f"{written} bhejo"
        spans = [Span("amount", 0, len(written))]
        assert reread(text, spans, TRANSFER | {"amount": 500}, []) == [], written
        assert reread(text, spans, TRANSFER | {"amount": 501}, []), written


def test_words_of_a_leaf_are_read_one_by_one() -> None:
    """As many words as were written, in their order; a joined one may stand for two."""
    assert text_reads("shaam ko", "शाम को")
    assert text_reads("शाम को", "शाम को")
    assert text_reads("11am", "11 am")
    assert not text_reads("ko shaam", "शाम को")
    assert not text_reads("shaam", "शाम को")
    assert not text_reads("shaam ko ko", "शाम को")


def test_a_label_word_keeps_its_languages_script() -> None:
    """Hindi in Devanagari, English in Latin, as far as the lexicon knows the word."""
    assert compliant("राहुल")
    assert compliant("office")
    assert not compliant("rahul")
    assert not compliant("ऑफ़िस")
