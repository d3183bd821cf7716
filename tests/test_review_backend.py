"""The contract of a backend, held by the in-memory one and by a real Argilla alike."""

from itertools import count

import pytest

from curation.review_backend import Record, Task
from curation.review_records import record_of
from curation.review_task import main_task
from hinglish.errors import KhichdiError
from tests.review_desk import Desk, MemoryDesk, argilla, needs_argilla
from tests.rows import demo

_NUMBER = count()
RIGHT = {"verdict": "right"}


@pytest.fixture(params=["memory", "argilla"])
def desk(request: pytest.FixtureRequest) -> Desk:
    """Both backends."""
    if request.param == "memory":
        return MemoryDesk()
    needs_argilla()
    return argilla()


@pytest.fixture
def task() -> Task:
    """A task under a name of its own."""
    return main_task(f"contract-{next(_NUMBER)}", overlap=2)


def records(n: int, at: int = 0) -> list[Record]:
    """The first rows of the demo as records."""
    return [record_of(e, "train", "demo") for e in demo().rows[at : at + n]]


def test_a_task_is_made_once(desk: Desk, task: Task) -> None:
    """Ensuring a task twice gives one data set; other questions are another one."""
    first = desk.backend.ensure(task)
    assert desk.backend.ensure(task) == first
    other = task._replace(questions=task.questions[:1])
    assert other.dataset != task.dataset
    assert desk.backend.ensure(other) != first


def test_three_hundred_pushed_twice_are_three_hundred(desk: Desk, task: Task) -> None:
    """Pushing is by key: again is the same."""
    dataset = desk.backend.ensure(task)
    wanted = records(300)
    for _ in range(2):
        assert desk.backend.upsert(dataset, wanted) == []
    assert sorted(desk.backend.responses(dataset).keys) == sorted(r.key for r in wanted)


def test_answers_stay_when_a_record_is_pushed_again(desk: Desk, task: Task) -> None:
    """An upsert keeps what annotators said."""
    dataset = desk.backend.ensure(task)
    one = records(1)
    desk.backend.upsert(dataset, one)
    desk.answer(dataset, "asha", one[0].key, RIGHT)
    desk.backend.upsert(dataset, one)
    assert [(a.user, a.status, dict(a.values)) for a in desk.backend.responses(dataset).answers] == [("asha", "submitted", RIGHT)]


def test_changed_text_does_not_inherit_old_answers(desk: Desk, task: Task) -> None:
    """The key holds the content's hash, so a row whose label changed is a new record without answers."""
    from msgspec.structs import replace

    dataset = desk.backend.ensure(task)
    example = next(e for e in demo().rows if e.intent == "pay_bill")
    desk.backend.upsert(dataset, [record_of(example, "train", "demo")])
    desk.answer(dataset, "asha", record_of(example, "train", "demo").key, RIGHT)
    changed = replace(example, target={**example.target, "amount": 12345})
    desk.backend.upsert(dataset, [record_of(changed, "train", "demo")])
    pulled = desk.backend.responses(dataset)
    assert len(pulled.keys) == 2
    assert [a.key for a in pulled.answers] == [record_of(example, "train", "demo").key]


@pytest.mark.parametrize("at", [0, 37, 59])
def test_one_bad_record_does_not_lose_its_batch(desk: Desk, task: Task, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bad one comes back with a reason; all others are in, wherever it stood."""
    monkeypatch.setattr("curation.review_argilla.BATCH", 40)
    dataset = desk.backend.ensure(task)
    wanted = records(60)
    bad = wanted[at]._replace(fields={**wanted[at].fields, "tokens": "no object"})
    refused = desk.backend.upsert(dataset, [*wanted[:at], bad, *wanted[at + 1 :]])
    assert [r.key for r in refused] == [bad.key]
    assert refused[0].reason
    assert sorted(desk.backend.responses(dataset).keys) == sorted(r.key for r in wanted if r.key != bad.key)


def test_a_bare_discard_and_a_draft_are_told_apart(desk: Desk, task: Task) -> None:
    """A Discard with nothing filled in is seen; a draft is seen as a draft."""
    dataset = desk.backend.ensure(task)
    two = records(2)
    desk.backend.upsert(dataset, two)
    desk.answer(dataset, "asha", two[0].key, None, "discarded")
    desk.answer(dataset, "asha", two[1].key, RIGHT, "draft")
    found = {a.key: (a.status, dict(a.values)) for a in desk.backend.responses(dataset).answers}
    assert found == {two[0].key: ("discarded", {}), two[1].key: ("draft", RIGHT)}


def test_an_answer_changed_keeps_its_id_and_moves_its_time(desk: Desk, task: Task) -> None:
    """Response id and time together name one state of one answer."""
    dataset = desk.backend.ensure(task)
    one = records(1)
    desk.backend.upsert(dataset, one)
    desk.answer(dataset, "asha", one[0].key, RIGHT)
    before = desk.backend.responses(dataset).answers[0]
    desk.answer(dataset, "asha", one[0].key, {"verdict": "reject"})
    after = desk.backend.responses(dataset).answers[0]
    assert (before.response, before.inserted) == (after.response, after.inserted)
    assert before.updated < after.updated
    assert after.values["verdict"] == "reject"


def test_a_submitted_answer_needs_a_verdict(desk: Desk, task: Task) -> None:
    """The one required question cannot be left out."""
    dataset = desk.backend.ensure(task)
    one = records(1)
    desk.backend.upsert(dataset, one)
    with pytest.raises(Exception, match="verdict"):
        desk.answer(dataset, "asha", one[0].key, {"naturalness": 3})


def test_two_annotators_answer_the_same_record(desk: Desk, task: Task) -> None:
    """Each has an answer of their own."""
    dataset = desk.backend.ensure(task)
    one = records(1)
    desk.backend.upsert(dataset, one)
    desk.answer(dataset, "asha", one[0].key, RIGHT)
    desk.answer(dataset, "ravi", one[0].key, {"verdict": "reject"})
    assert {(a.user, a.values["verdict"]) for a in desk.backend.responses(dataset).answers} == {("asha", "right"), ("ravi", "reject")}


def test_deleted_records_go_with_their_answers(desk: Desk, task: Task) -> None:
    """Delete takes the named ones and leaves the others."""
    dataset = desk.backend.ensure(task)
    three = records(3)
    desk.backend.upsert(dataset, three)
    desk.answer(dataset, "asha", three[0].key, RIGHT)
    desk.backend.delete(dataset, [three[0].key])
    pulled = desk.backend.responses(dataset)
    assert sorted(pulled.keys) == sorted(r.key for r in three[1:])
    assert pulled.answers == ()
    desk.backend.delete(dataset)
    with pytest.raises((KhichdiError, KeyError)):
        desk.backend.responses(dataset)


def test_suggestions_beyond_the_text_are_refused(desk: Desk, task: Task) -> None:
    """A span that ends outside its field is a bad record."""
    dataset = desk.backend.ensure(task)
    one = next(r for r in records(50) if len(r.suggestions) > 1)
    spans = one.suggestions[1]
    broken = one._replace(suggestions=(spans._replace(value=[{**spans.value[0], "end": 9999}, *spans.value[1:]]),))
    assert [r.key for r in desk.backend.upsert(dataset, [broken])] == [one.key]
