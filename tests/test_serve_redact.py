"""Laws of redaction: same value same surrogate, script and kind kept, spans and labels consistent, what is no identifier left alone."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.ground import ground
from curation.tiers import unit
from generators.spec import read_spec
from hinglish.identifiers import luhn, patterned_phones, unsafe, verhoeff
from hinglish.lexicon import DATA, load
from hinglish.script import script_of
from schemas.example import Example
from schemas.reread import reread
from schemas.validate import errors
from serve.keys import Keys, fresh
from serve.redact import Clean, Redactor
from serve.relabel import Relabeller, relabelled
from serve.vocabulary import word_of
from tests.canaries import canaries, seen

KEYS = Keys({"k1": ("ab" * 32, "2026-01-01")})
REDACTOR = Redactor(KEYS)


@cache
def rows() -> tuple[Example, ...]:
    """Made messages of a seed that no release has."""
    return tuple(unit(read_spec(DATA / "specs" / "v1.0.0.toml").override(seed=77), "train", 0).rows)


def redacted(text: str) -> str:
    """Under the fixed key."""
    return str(REDACTOR.redact(text).text)


CANARIES = canaries(3)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CANARIES), st.sampled_from([r.input for r in rows()]), st.sampled_from([" ", ". ", "\n", ", "]))
def test_no_planted_identifier_is_left_in_any_company(canary: object, other: str, mark: str) -> None:
    """A planted value is gone wherever its message stands: before or after any other."""
    assert not seen(canary, redacted(f"{canary.message}{mark}") + redacted(f"{other}{mark}"))  # type: ignore[attr-defined, arg-type]  # a Canary
    both = redacted(f"{other}{mark}{canary.message}")  # type: ignore[attr-defined]
    if not any(w in other.lower() for w in canary.words) and canary.kind != "address":  # type: ignore[attr-defined]
        assert canary.value not in both  # type: ignore[attr-defined]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_comes_out_once_and_for_all(text: str) -> None:
    """No text stops redaction; the same text and key give the same; what is clean already comes back as it is."""
    once = REDACTOR.redact(text)
    assert redacted(text) == once.text
    assert REDACTOR.redact(once.text).text is once.text
    assert isinstance(once.text, Clean)


def test_one_value_has_one_surrogate_under_one_key_and_another_under_another() -> None:
    """In any message, case, script and grouping; another key renames."""
    assert redacted("Rahul ko bolo").split()[0].lower() == redacted("call RAHUL").split()[1].lower()
    by_deva = {e.deva[0]: e.norm for e in load().by_class["given"]}
    assert by_deva[redacted("राहुल को").split()[0]] == next(e.norm for e in load().by_roman[redacted("rahul ko").split()[0]] if e.cls == "given")
    assert redacted("9876501234 pe").split()[0] == redacted("98765 01234 pe").rpartition(" ")[0].replace(" ", "")
    names = {str(Redactor(fresh()).redact("Rahul ko bolo").text).split()[0] for _ in range(8)}
    assert len(names) > 3


@pytest.mark.parametrize(("text", "gender"), [("sunita", "f"), ("रमेश", "m"), ("priya", "f"), ("सुरेश", "m"), ("thangavelu", "u"), ("हेतलबेन", "u")])
def test_a_surrogate_agrees_with_the_verb(text: str, gender: str) -> None:
    """Women stand for women, men for men, and for a name that nobody listed one that both bear; all from the train partition."""
    new = redacted(text)
    entries = [e for e in load("train").of("given") if new in (e.roman[0][0], e.deva[0])]
    assert {e.gender for e in entries} == {gender}
    assert script_of(new) == script_of(text)


def test_surrogates_are_nobodys() -> None:
    """Phones are patterned; Aadhaar and cards fail their check digit; nothing that hinglish.identifiers refuses is written."""
    phone, aadhaar, card = (redacted(x) for x in ("9876501234", "2341 2341 2346", "4111 1111 1111 1111"))
    assert phone in patterned_phones()
    assert not verhoeff(aadhaar.replace(" ", ""))
    assert not luhn(card.replace(" ", ""))
    for text in ("pan ABCPK1234F", "ifsc SBIN0001234", "x.y@gmail.com", "rahul@okhdfc", "account 123456789012345", "+91 98765 01234", "DL3CAB1234"):
        assert redacted(text) != text
        assert unsafe(redacted(text)) == [], redacted(text)


@pytest.mark.parametrize(
    "text",
    ["500 bhej do", "kal 7:30 baje", "1,25,000 transfer karo", "sava lakh bhejo", "do plate momos", "dhai kilo pyaaz", "2000-3000 ke beech", "15/08/2026 ko",
     "5kg aata 11am tak", "3AC mein do ticket", "₹125000 ka loan", "iske karan late hua", "HDFC account se", "Delhi Jal Board ka bill",
     "JSON mat dena reasoning batao",
     "दो किलो टमाटर और आधा लीटर दूध", "sab theek hai yaaaar", "bhejdo krdena"],
)  # fmt: skip
def test_what_names_nobody_is_left_alone(text: str) -> None:
    """Amounts, hours, quantities, closed classes and common words stay."""
    assert redacted(text) == text


def test_few_common_words_are_renamed() -> None:
    """Of the words of made messages that are no names, under 4 in a hundred are taken for one; nearly all of those are misspelt."""
    words = wrong = 0
    for row in rows():
        swapped = {(s.start, s.end) for s in REDACTOR.redact(row.input).swaps if s.kind == "name"}
        at = 0
        for token in row.utterance or ():
            if token.kind == "word" and script_of(token.text) != "other":
                words += 1
                wrong += (at, at + len(token.text)) in swapped
            at += len(token.text) + len(token.after)
    assert words > 1500
    assert wrong / words < 0.04


def test_a_row_keeps_its_spans_and_its_label() -> None:
    """Spans of a redacted row still hold what they held, its label is valid, and in nine of ten rows the re-reader agrees with all of it.

    Where it does not, a misspelt word was taken for a name that no span explains; a value that differs is under one in a hundred.
    """
    agree = differs = 0
    for row in rows():
        found = REDACTOR.redact(row.input)
        target = Relabeller(REDACTOR, found).target(row.target)
        assert errors(target) == []
        moved = found.moved(row.spans)
        assert [s.path for s in moved] == [s.path for s in row.spans]
        assert all(0 <= s.start < s.end <= len(found.text) for s in moved)
        faults = reread(found.text, moved, target, row.tags)
        agree += not faults
        differs += any("does not read" in f for f in faults)
    assert agree / len(rows()) > 0.9
    assert differs / len(rows()) < 0.01


def test_a_labels_names_are_its_messages() -> None:
    """Name, phone and code of a label are those that the redacted message says, in the label's script; what was made up is renamed too."""
    text = "Rahul ko 9876501234 pe call karo order MX-90c"
    found = REDACTOR.redact(text)
    said = relabelled(REDACTOR, found, '{"intent":"send_message","recipient":"राहुल","message":"9876501234 पे call करो order MX-90c","app":"Suresh"}')
    assert ground(found.text, {"intent": "send_message", "recipient": eval_of(said)["recipient"]})[1] == []
    assert not any(value in said for value in ("राहुल", "Suresh", "9876501234", "90c"))
    assert found.text.split()[2] in said


def eval_of(text: str) -> dict[str, str]:
    """JSON as a dict."""
    import json

    return dict(json.loads(text))


@pytest.mark.parametrize("answer", ["", "{", "[[[[" * 500, '{"intent": 5}', '{"a": NaN}', "null", '{"intent":"none","intent":"none"}', '"\\ud800"', "{}" * 50])
def test_any_answer_can_be_queued(answer: str) -> None:
    """An answer of any shape comes out as text; none stops the journal."""
    assert isinstance(relabelled(REDACTOR, REDACTOR.redact("Rahul ko"), answer), Clean)


def test_a_name_that_is_a_word_is_a_name_beside_what_marks_it() -> None:
    """karan ko is somebody, iske karan is not; jana is go, Jana ji is somebody."""
    assert word_of("karan").status == "either"
    assert "karan" not in redacted("karan ko bolo").lower()
    assert redacted("mujhe ghar jana hai") == "mujhe ghar jana hai"
    assert "jana" not in redacted("jana ji ko bula do").lower()
