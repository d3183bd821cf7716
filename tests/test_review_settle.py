"""The rules of conflict: adjudicator over majority over slots, and no tie is ever settled silently."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.review_events import Event
from curation.review_judge import Judged
from curation.review_settle import settle

BASE: dict[str, Any] = {"intent": "transfer_money", "recipient": "राहुल", "amount": 500, "via": None, "date": "कल", "purpose": None}
KEY = "a@b"


def judged(who: str, verdict: Any, **changes: Any) -> Judged:
    """One answer; changes make the corrected label."""
    target = {**BASE, **changes} if changes else None
    event = Event(who, "main", KEY, who, "submitted", {"verdict": verdict}, "t", "t")
    return Judged(KEY, who, verdict, target, f"2026-12-01T00:00:0{len(who)}", event)


def test_two_who_agree_settle() -> None:
    """More than half say the same: settled by majority, with the label that they share."""
    found = settle(KEY, BASE, [judged("a", "fix", amount=700), judged("b", "fix", amount=700)], overlap=2)
    assert (found.state, found.how, found.verdict, found.target) == ("settled", "majority", "fix", {**BASE, "amount": 700})
    assert found.by == ("a", "b")


@pytest.mark.parametrize(
    "answers",
    [
        [judged("a", "right"), judged("b", "reject")],
        [judged("a", "right"), judged("b", "fix", amount=700)],
        [judged("a", "fix", amount=700), judged("b", "fix", amount=900)],
        [judged("a", "fix", amount=700), judged("b", "fix", date=None)],
        [judged("a", "right"), judged("b", "fix", amount=700), judged("c", "reject")],
        [judged("a", "right"), judged("b", "right"), judged("c", "reject"), judged("d", "reject")],
    ],
)
def test_a_tie_is_a_conflict(answers: list[Judged]) -> None:
    """No verdict, no label and no slot with more than half: a conflict, in whatever order the answers came."""
    for order in permutations(answers):
        assert settle(KEY, BASE, list(order), overlap=2).state == "conflict"


def test_three_fixes_meet_slot_by_slot() -> None:
    """No two labels alike, yet each slot has a value that two of three give it."""
    three = [judged("a", "fix", amount=700, date=None), judged("b", "fix", amount=700, via="UPI"), judged("c", "fix", date=None, via="UPI")]
    found = settle(KEY, BASE, three, overlap=2)
    assert (found.state, found.how) == ("settled", "slots")
    assert found.target == {**BASE, "amount": 700, "date": None, "via": "UPI"}


def test_an_adjudicator_outweighs_a_majority() -> None:
    """What the adjudicator says stands; two adjudicators who differ leave a conflict."""
    answers = [judged("a", "right"), judged("b", "right"), judged("c", "reject")]
    found = settle(KEY, BASE, answers, [judged("z", "reject")], overlap=2)
    assert (found.how, found.verdict, found.by) == ("adjudicator", "reject", ("z",))
    assert settle(KEY, BASE, answers, [judged("z", "reject"), judged("y", "right")]).state == "conflict"


def test_discards_are_no_answers() -> None:
    """Discards neither settle nor disagree; a row that all discarded says so; too few answers leave it open."""
    assert settle(KEY, BASE, [judged("a", "discard"), judged("b", "right")], overlap=2).state == "open"
    assert settle(KEY, BASE, [judged("a", "discard"), judged("b", "discard")], overlap=2).state == "discarded"
    assert settle(KEY, BASE, [], overlap=1).state == "open"
    assert settle(KEY, BASE, [judged("a", "discard"), judged("b", "right")], overlap=1).verdict == "right"


@given(st.lists(st.sampled_from(("right", "reject", "700", "900", "discard")), max_size=6), st.integers(1, 3), st.randoms(use_true_random=False))
def test_the_order_of_answers_decides_nothing(said: list[str], overlap: int, rng: Any) -> None:
    """Settling is a function of the set of answers; what is settled has more than half behind it."""
    answers = [judged("x" * (i + 1), "fix", amount=int(s)) if s.isdecimal() else judged("x" * (i + 1), s) for i, s in enumerate(said)]
    turned = rng.sample(answers, len(answers))
    found = settle(KEY, BASE, answers, overlap=overlap)
    assert found == settle(KEY, BASE, turned, overlap=overlap)
    if found.state == "settled" and found.how == "majority":
        counted = [a for a in answers if a.verdict != "discard"]
        assert 2 * sum(a.verdict == found.verdict and a.target == found.target for a in counted) > len(counted)
