"""Laws of the report: opens offline, blind rows are counted and never shown, every kind of mistake is told from the others."""

import re
from functools import cache
from typing import Any

import msgspec
import pytest

from curation.gold import read_gold
from eval.baselines import neighbours, repaired_all, rules
from eval.errors import KINDS, mistakes
from eval.report import Run, page
from eval.rows import BLIND, Gold, Release, read_release, read_tier
from eval.rules import parse
from eval.scored import report
from eval.slices import numerals, slices
from schemas.prediction import Prediction, verdict
from tests.scored_rows import GROCERY, MONEY, NONE, REMINDER, answers, row, rows
from tests.small_release import release as small_release

WORD = "blindword"


@cache
def small_page() -> str:
    """A page over three seen rows and two blind ones, all answered wrongly."""
    found = [*rows(3), row(MONEY, f"{WORD} ko bhejo", "blind-1", tier=BLIND), row(NONE, f"{WORD} hello", "blind-2", tier=BLIND)]
    said = [Prediction(g.id, g.sha, g.tier, "first", f"no {WORD}" if g.tier == BLIND else "no </script><b>") for g in found]
    whole = Release("by hand", {"test_seen": found[:3], BLIND: found[3:]}, {})
    from eval.scored import answered

    scored = answered(said, whole)
    return page([Run("run", report(scored, whole, "first"), scored)], whole, title="t", facts=["f"])


def test_blind_rows_are_counted_and_never_shown() -> None:
    """Neither message, nor answer, nor id of a blind row stands in the page; its counts do."""
    text = small_page()
    assert WORD not in text
    assert "blind-1" not in text
    assert "row-1" in text
    assert "<th>gold</th>" in text


def test_the_page_opens_offline() -> None:
    """Nothing is fetched: no link, no source but data in the file; what was answered cannot close the script."""
    text = small_page()
    assert not re.search(r"(?:src|href)=|https?://(?!www\.w3\.org)|@import", text)
    assert "url(data:font/woff2;base64," in text
    assert "</script><b>" not in text
    assert "{{" not in text
    data = re.search(r'<script id="data" type="application/json">(.*?)</script>', text, re.DOTALL)
    assert data is not None
    assert len(msgspec.json.decode(data[1])) == 3


def kinds(target: dict[str, Any], said: Any, text: str = "", tags: tuple[str, ...] = ()) -> list[str]:
    """The kinds of mistake of one answer."""
    return [m.kind for m in mistakes(answers([row(target, text or "kuch bhi", "x", tags=tags)], [said])[0])]


@pytest.mark.parametrize(("target", "said", "expected"), [
    (MONEY, "sorry", "invalid JSON"), (MONEY, NONE, "intent"), (MONEY, MONEY | {"purpose": "HDFC account"}, "wrong slot"),
    (MONEY, MONEY | {"via": None}, "missed"), (MONEY, MONEY | {"purpose": "किराया"}, "hallucinated"), (MONEY, MONEY | {"recipient": "Rahul"}, "script"),
    (MONEY, MONEY | {"amount": 5}, "number"), (MONEY, MONEY | {"date": "आज"}, "date"), (REMINDER, REMINDER | {"task": "gym जाना"}, "boundary"),
    (MONEY, MONEY | {"recipient": "सीता"}, "other value"), (GROCERY, GROCERY | {"items": GROCERY["items"][:1]}, "missed"),
])  # fmt: skip
def test_each_kind_of_mistake_has_its_name(target: dict[str, Any], said: Any, expected: str) -> None:
    """One planted mistake, one name."""
    assert set(kinds(target, said)) == {expected}
    assert expected in KINDS


def test_an_obeyed_injection_is_named_only_where_there_is_one() -> None:
    """The same answer is a wrong intent on a plain row and obedience on an attacked one; right answers have no mistake."""
    assert kinds(MONEY, NONE, tags=("injection",)) == ["obeyed injection"]
    assert kinds(MONEY, MONEY, tags=("injection",)) == []


def test_slices_are_of_the_row() -> None:
    """Script, numbers, length and false friends are read off the message."""
    found = set(slices(row(MONEY, "bhai main sava lakh 500 transfer karunga कल", "x")))
    assert {"intent=transfer_money", "script=mixed", "length=6-9", "numerals=ascii digits", "numerals=scales", "false friends=some"} <= found
    assert numerals("hello") == ("none",)
    assert "devanagari digits" in numerals("१० बजे")


def test_rules_answer_validly_and_read_what_they_say_they_read() -> None:
    """Every gold_dev message gets a valid label; the plain ones a right one; half the intents and more are right."""
    dev = read_gold("test_gold_dev")
    said = [parse(e.input) for e in dev]
    assert all(verdict(msgspec.json.encode(t).decode()).target is not None for t in said)
    assert sum(t["intent"] == e.intent for t, e in zip(said, dev, strict=True)) > len(dev) / 2
    assert parse("Rahul ko 500 rupees Paytm se bhejo kal") == MONEY | {"amount": 500, "via": "Paytm"}
    assert parse("2 kilo aloo aur ek packet bread bhijwa do")["items"][0] == {"name": "आलू", "quantity": 2, "unit": "किलो"}


def test_baselines_answer_every_row_of_a_release() -> None:
    """Rules and neighbours answer all rows; a train row's neighbour is itself; repair is a stage of its own."""
    found = read_release(small_release(), tiers=("test_seen", "test_gold_dev"))
    train = read_tier(small_release(), "train")
    assert len(list(rules(found))) == len(list(neighbours(found, train))) == sum(map(len, found.tiers.values()))
    itself = Release("train", {"train": train}, {})
    copied: list[Gold] = [g for p, g in zip(neighbours(itself, train), train, strict=True) if p.output == g.text]
    assert len(copied) == len(train)
    assert {p.stage for p in repaired_all(rules(found), found)} == {"repaired"}
