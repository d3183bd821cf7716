"""Rows written out by hand for the review's tests, with tokens, emoji and Devanagari, and what a round needs around them."""

from itertools import count
from pathlib import Path
from typing import Any

from curation.review_memory import Memory
from curation.review_plan import Head, Plan, make_plan
from curation.review_round import Desks
from curation.review_rows import Row
from schemas.example import Example, Token, spans_of, text_of
from tests.rows import demo


def _token(text: str, norm: str, *slots: str, lang: Any = "hi", kind: Any = "word", after: str = " ") -> Token:
    return Token(text, lang, kind, norm, slots, True, after)


def transfer(*, wrong: bool = False) -> Example:
    """😀 before a Roman and Devanagari message; the label is right, or has the amount of another world."""
    words = (
        _token("😀", "😀", lang="other", kind="mark"), _token("kal", "कल", "date"), _token("राहुल", "राहुल", "recipient", kind="name"),
        _token("ko", "को"), _token("700", "700", "amount", lang="other", kind="number"), _token("gpay", "GPay", "via", lang="en", kind="name"),
        _token("se", "से"), _token("bhejo", "भेजो", after=""),
    )  # fmt: skip
    target = {"intent": "transfer_money", "recipient": "राहुल", "amount": 7000 if wrong else 700, "via": "GPay", "date": "कल", "purpose": None}
    made = {"seed": 1, "template": "hand", "draw": 0, "augmenters": []}
    return Example("hand0000", "made", text_of(words), tuple(spans_of(words)), target, (), "g1", made, words)


def rows(n: int) -> list[Row]:
    """The first rows of the demo, each as a row of train."""
    return [Row(e, "train") for e in demo().rows[:n]]


_NUMBER = count()


def plan(found: list[Row], *, overlap: int = 2, planted: float = 0.0, blind: float = 0.0, name: str | None = None) -> Plan:
    """A plan under a name of its own."""
    return make_plan(found, Head(name or f"t{next(_NUMBER)}", "demo", overlap), {}, planted=planted, blind=blind)


def memory() -> tuple[Desks, Memory, Memory]:
    """Both desks in memory, the clock a counter."""
    ticks = count()

    def _tick() -> str:
        return f"2026-12-01T00:00:00.{next(ticks):06d}"

    main, adjudication = Memory(_tick), Memory(_tick)
    return Desks(main, adjudication), main, adjudication


def answer_all(desk: Memory, dataset: str, found: Plan, users: tuple[str, ...], values: dict[str, Any]) -> None:
    """Every record, every user, the same."""
    for shown in found.shown:
        for user in users:
            desk.answer(dataset, user, shown.key, values)


def work(tmp: Path) -> Path:
    """Where a round works."""
    return tmp / "work"
