"""From the queue to a round of review and back: redacted failures before people, and the rows that their decisions leave."""

from pathlib import Path

import pytest

from curation.decisions import apply, read_round
from curation.review_memory import Memory
from curation.review_round import Desks, events_of, outcomes, pull, push, write_round
from curation.review_task import main_task
from generators.run import make
from hinglish.errors import KhichdiError
from schemas.example import Example
from serve.journal import Journal
from serve.review import decided, example_of, plan_of
from tests.canaries import canaries, seen
from tests.rows import demo_spec


def queue_of(*messages: tuple[str, str | None]) -> Journal:
    """A journal with failures of these messages and answers."""
    journal = Journal()
    for i, (message, output) in enumerate(messages):
        journal.failure(str(i), message, output, "invalid")
    return journal


LABEL = '{"intent":"transfer_money","recipient":"सुनीता","amount":500,"via":null,"date":null,"purpose":null}'


def test_a_round_of_failures_ends_in_rows_to_train_on(tmp_path: Path) -> None:
    """Pushed, answered, pulled, settled: a confirmed row keeps its label, a fixed one has the new one, a rejected one is gone; a release is as it was."""
    journal = queue_of(("sunita ko 500 bhejo", LABEL), ("mausam batao", "kya?"), ("asdf qwer zxcv", None))
    plan = plan_of(list(journal.queue.rows()), "live-a", 1)
    desk = Memory()
    desks = Desks(desk, Memory())
    assert push(desks, plan, tmp_path / "work").records == 3
    by_intent = {s.example.intent: s for s in plan.shown}
    weather = next(s for s in plan.shown if "mausam" in s.example.input)
    rest = next(s for s in plan.shown if s not in (weather, by_intent["transfer_money"]))
    dataset = desk.ensure(main_task("live-a", 1))
    desk.answer(dataset, "script-a", by_intent["transfer_money"].key, {"verdict": "right"})
    desk.answer(dataset, "script-a", weather.key, {"verdict": "fix", "corrected": '{"intent":"get_weather","place":null,"date":null}'})
    desk.answer(dataset, "script-a", rest.key, {"verdict": "reject"})
    assert not pull(desks, plan, tmp_path / "work").returned
    events = events_of(tmp_path / "work")
    write_round(plan, events, outcomes(plan, events), tmp_path / "decisions")
    assert len(read_round("live-a", tmp_path / "decisions")) == 3
    release = make(demo_spec().override(rows=50)).rows
    after, done = apply(release, read_round("live-a", tmp_path / "decisions"))
    assert (after, len(done.absent), done.fixed, done.rejected) == (release, 3, (), ())  # named in a spec it changes no row: docs/loop.md
    rows, report = decided(plan, tmp_path / "decisions")
    assert {r.intent: r.origin for r in rows} == {"transfer_money": "live", "get_weather": "fixed"}
    assert all(r.id.startswith("live-") for r in rows)
    assert len(report.rejected) == 1
    journal.close()


def test_a_row_before_people_is_redacted() -> None:
    """No canary is in a row, a record or its label."""
    chosen = canaries(5)[::6]
    for canary in chosen:
        journal = queue_of((canary.message, canary.message))
        example = example_of(next(iter(journal.queue.rows())))
        assert not seen(canary, f"{example.input} {example.target}")
        journal.close()


def test_a_failure_is_one_row_whatever_it_answered() -> None:
    """A valid answer is shown as the label, any other as intent none; the id says that the row is live and follows from the queue's key."""
    journal = queue_of(("sunita ko 500 bhejo", LABEL), ("sunita ko 500 bhejo na", "{"))
    first, second = [example_of(f) for f in sorted(journal.queue.rows(), key=_length)]
    assert isinstance(first, Example)
    assert (first.intent, second.intent) == ("transfer_money", "none")
    assert first.spans
    assert first.id != second.id
    journal.close()


def _length(failure: object) -> int:
    return len(failure.message)  # type: ignore[attr-defined]  # a Failure


def test_a_round_that_was_not_settled_says_so(tmp_path: Path) -> None:
    """Rows of a round without decisions are an error that names the way out."""
    with pytest.raises(KhichdiError, match="review settle"):
        decided(plan_of([], "live-b", 1), tmp_path)
