"""A whole round in memory: what is pulled, what goes back and comes again, what is settled and what never enters a release."""

from pathlib import Path
from typing import Any

import pytest

from curation.decisions import apply, card_rows, read_round
from curation.review_agree import agreement, records
from curation.review_backend import Pulled
from curation.review_events import read_events, take
from curation.review_judge import CONFIRM, UNREADABLE
from curation.review_outcome import fixes, fixes_text
from curation.review_people import pseudonym
from curation.review_plan import Plan
from curation.review_round import Pull, adjudicate, events_of, facts, outcomes, pull, push, write_round
from curation.review_rows import Row
from curation.review_task import adjudication_task, main_task, returned_task
from curation.review_watch import watch
from hinglish.errors import KhichdiError
from tests.review_rows import memory, plan, rows, transfer

RIGHT = {"verdict": "right"}
FIX = {"verdict": "fix", "corrected": "amount = 700"}


class Bench:
    """A round in memory over some rows."""

    def __init__(self, found: Plan, tmp: Path) -> None:
        self.plan = found
        self.folder = tmp / "work"
        self.desks, self.main, self.adjudication = memory()
        self.dataset = push(self.desks, found, self.folder).dataset
        self.returned = self.main.ensure(returned_task(found.head.round))

    def say(self, user: str, key: str, values: dict[str, Any] | None, status: Any = "submitted") -> None:
        """An answer in the main data set."""
        self.main.answer(self.dataset, user, key, values, status)

    def pull(self) -> Pull:
        """Take in."""
        return pull(self.desks, self.plan, self.folder)

    @property
    def key(self) -> str:
        """The first record."""
        return self.plan.shown[0].key


@pytest.fixture
def wrong(tmp_path: Path) -> Bench:
    """One row whose amount is wrong, to be judged by two."""
    return Bench(plan([Row(transfer(wrong=True), "train")]), tmp_path)


def test_pulling_twice_changes_nothing(wrong: Bench) -> None:
    """Events are keyed by response and time; a changed answer is one more event, and the earlier one stays."""
    wrong.say("asha", wrong.key, RIGHT)
    assert len(wrong.pull().new) == 1
    before = (wrong.folder / "events.jsonl").read_bytes()
    assert wrong.pull().new == ()
    assert (wrong.folder / "events.jsonl").read_bytes() == before
    wrong.say("asha", wrong.key, {"verdict": "reject"})
    assert len(wrong.pull().new) == 1
    assert (wrong.folder / "events.jsonl").read_bytes().startswith(before)
    assert [j.verdict for j in wrong.pull().reading.judged] == ["reject"]


def test_drafts_do_not_count_and_bare_discards_are_seen(wrong: Bench) -> None:
    """A draft is kept as an event and is no answer; a Discard with nothing filled in is one, and settles nothing."""
    wrong.say("asha", wrong.key, FIX, "draft")
    wrong.say("ravi", wrong.key, None, "discarded")
    got = wrong.pull()
    assert sorted(e.status for e in got.new) == ["discarded", "draft"]
    assert [(j.annotator, j.verdict) for j in got.reading.judged] == [(pseudonym("ravi"), "discard")]
    assert outcomes(wrong.plan, events_of(wrong.folder)).outcomes[0].state == "discarded"


def test_an_answer_taken_back_is_withdrawn(wrong: Bench) -> None:
    """A response that is gone is an event too, once."""
    wrong.say("asha", wrong.key, RIGHT)
    wrong.pull()
    gone = Pulled((wrong.key,), ())
    assert [e.status for e in take(wrong.folder, {"main": gone}).new] == ["withdrawn"]
    assert take(wrong.folder, {"main": gone}).new == ()
    assert outcomes(wrong.plan, read_events(wrong.folder / "events.jsonl")).outcomes[0].state == "open"


def test_an_unusable_correction_goes_back_and_counts_when_mended(wrong: Bench) -> None:
    """It comes back with its reason, once; nothing of it is settled; what its annotator writes there stands in its place."""
    wrong.say("asha", wrong.key, {"verdict": "fix", "corrected": "amount = 900"})
    wrong.say("ravi", wrong.key, FIX)
    got = wrong.pull()
    assert [(r.reason, "said nowhere" in r.why) for r in got.returned] == [(UNREADABLE, True)]
    assert wrong.pull().returned == ()
    assert not outcomes(wrong.plan, events_of(wrong.folder)).done
    back = wrong.main.record(wrong.returned, got.returned[0].key)
    assert "said nowhere" in back.fields["why"]
    assert "amount = 900" in back.fields["why"]
    wrong.main.answer(wrong.returned, "ravi", back.key, RIGHT)
    assert len(wrong.pull().reading.waiting) == 1, "another annotator's answer is not the annotator's"
    wrong.main.answer(wrong.returned, "asha", back.key, FIX)
    assert {j.verdict for j in wrong.pull().reading.judged} == {"fix"}
    found = outcomes(wrong.plan, events_of(wrong.folder))
    assert found.done
    assert found.outcomes[0].target == transfer().target


def test_what_was_put_into_script_is_confirmed_first(tmp_path: Path) -> None:
    """Roman Hindi is put into script and shown back; right confirms it, a new fix replaces it, and until then it waits."""
    example = transfer()
    from msgspec.structs import replace

    bench = Bench(plan([Row(replace(example, target={**example.target, "recipient": None}), "train")], overlap=1), tmp_path)
    bench.say("asha", bench.key, {"verdict": "fix", "corrected": "recipient = rahul"})
    got = bench.pull()
    assert [(r.reason, r.target["recipient"]) for r in got.returned] == [(CONFIRM, "राहुल")]
    assert not outcomes(bench.plan, events_of(bench.folder)).done
    bench.main.answer(bench.returned, "asha", got.returned[0].key, RIGHT)
    bench.pull()
    assert outcomes(bench.plan, events_of(bench.folder)).outcomes[0].target == example.target


def test_a_second_unusable_correction_goes_back_again(wrong: Bench) -> None:
    """Each state of an answer that cannot be used comes back under a key of its own."""
    wrong.say("asha", wrong.key, {"verdict": "fix", "corrected": "?"})
    first = wrong.pull().returned[0]
    wrong.main.answer(wrong.returned, "asha", first.key, {"verdict": "fix", "corrected": "amount = lots"})
    second = wrong.pull().returned[0]
    assert first.key != second.key
    wrong.main.answer(wrong.returned, "asha", second.key, {"verdict": "reject"})
    assert [j.verdict for j in wrong.pull().reading.judged] == ["reject"]


def test_two_who_disagree_reach_adjudication_and_the_round_is_written(wrong: Bench, tmp_path: Path) -> None:
    """The conflict is shown without names, the ruling settles it, and what git gets is strict, pseudonymous and final."""
    wrong.say("asha", wrong.key, RIGHT)
    wrong.say("ravi", wrong.key, FIX)
    wrong.pull()
    settled = outcomes(wrong.plan, events_of(wrong.folder))
    assert adjudicate(wrong.desks, wrong.plan, events_of(wrong.folder), settled) == 1
    dataset = wrong.adjudication.ensure(adjudication_task(wrong.plan.head.round))
    shown = wrong.adjudication.record(dataset, wrong.key).fields["answers"]
    assert "right" in shown
    assert "700" in shown
    assert pseudonym("asha") not in shown
    wrong.adjudication.answer(dataset, "meena", wrong.key, FIX)
    wrong.pull()
    events = events_of(wrong.folder)
    folder = write_round(wrong.plan, events, outcomes(wrong.plan, events), tmp_path / "decisions")
    text = b"".join(p.read_bytes() for p in folder.iterdir())
    for name in (b"asha", b"ravi", b"meena"):
        assert name not in text
    assert b'"rows":1,"alpha"' in text, "two people judged one row"
    decisions = read_round(folder.name, folder.parent)
    assert [(d.verdict, d.how, d.annotators) for d in decisions] == [("fix", "adjudicator", (pseudonym("meena"),))]
    out, report = apply([transfer(wrong=True)], decisions)
    assert (out[0].target, out[0].origin, [d.id for d in report.fixed]) == (transfer().target, "fixed", ["hand0000"])
    assert write_round(wrong.plan, events, outcomes(wrong.plan, events), tmp_path / "decisions") == folder
    wrong.say("asha", wrong.key, {"verdict": "reject"})
    wrong.pull()
    with pytest.raises(KhichdiError, match="never edited"):
        write_round(wrong.plan, events_of(wrong.folder), outcomes(wrong.plan, events), tmp_path / "decisions")


def test_planted_and_blind_shown_rowsnever_enter_a_release(tmp_path: Path) -> None:
    """Whatever is said of them, nothing of them is settled; they count for annotators' records alone."""
    bench = Bench(plan(rows(200), planted=0.3, blind=0.3), tmp_path)
    kinds = {s.key: s.kind for s in bench.plan.shown}
    for key, kind in kinds.items():
        bench.say("asha", key, {"verdict": "reject"})
        bench.say("ravi", key, RIGHT if kind == "planted" else {"verdict": "reject"})
    bench.pull()
    events = events_of(bench.folder)
    settled = outcomes(bench.plan, events)
    assert {kinds[o.key] for o in settled.outcomes} == {"plain"}
    write_round(bench.plan, events, settled, tmp_path / "decisions")
    decided = {d.id for d in read_round(bench.plan.head.round, tmp_path / "decisions")}
    assert decided == {s.row.id for s in bench.plan.shown if s.kind == "plain"}
    each = {r.annotator: r for r in records(bench.plan, events)}
    assert each[pseudonym("asha")].caught.value == 1.0
    assert each[pseudonym("ravi")].caught.value == 0.0
    assert each[pseudonym("asha")].caught.n == list(kinds.values()).count("planted")


def test_untouched_acceptance_is_seen(tmp_path: Path) -> None:
    """An answer that is exactly what was prefilled counts as untouched; with a note of naturalness it does not."""
    bench = Bench(plan(rows(20)), tmp_path)
    for n, (shown, record) in enumerate(zip(bench.plan.shown, bench.plan.records(), strict=True)):
        said = {s.question: s.value for s in record.suggestions}
        bench.say("asha", shown.key, said if n < 10 else said | {"naturalness": 4})
    bench.pull()
    found = records(bench.plan, events_of(bench.folder))[0]
    assert (found.untouched.value, found.untouched.n) == (0.5, 20)


def test_agreement_and_facts_count_people_only(tmp_path: Path) -> None:
    """A scripted annotator's answers are in the events, in no figure of people, and named as scripted."""
    bench = Bench(plan(rows(30)), tmp_path)
    for n, shown in enumerate(bench.plan.shown):
        bench.say("asha", shown.key, RIGHT)
        bench.say("script-1", shown.key, RIGHT if n % 2 else {"verdict": "reject"})
    bench.pull()
    events = events_of(bench.folder)
    assert agreement(bench.plan, events).rows == 30
    assert agreement(bench.plan, events, only_people=True).rows == 0
    said = facts(bench.plan, events, outcomes(bench.plan, events))
    assert (said["people"], said["scripted_annotators"], said["decisions_of_people"]) == (1, 1, 15)
    write_round(bench.plan, events, outcomes(bench.plan, events), tmp_path / "d")
    name = bench.plan.head.round
    _, report = apply([s.example for s in bench.plan.shown], read_round(name, tmp_path / "d"))
    shown_rows = card_rows([name], report, tmp_path / "d")
    assert shown_rows == [{"round": name, "people": 1, "decisions": 15, "applied": 15, "stale": 0, "agreement": "–"}]


def test_annotators_learn_what_became_of_their_fixes(wrong: Bench, tmp_path: Path) -> None:
    """Applied, and shown at the end of the next round's guidelines by pseudonym."""
    for user in ("asha", "ravi"):
        wrong.say(user, wrong.key, FIX)
    wrong.pull()
    events = events_of(wrong.folder)
    write_round(wrong.plan, events, outcomes(wrong.plan, events), tmp_path / "d")
    decisions = read_round(wrong.plan.head.round, tmp_path / "d")
    out, _ = apply([transfer(wrong=True)], decisions)
    assert {(f.annotator, f.became) for f in fixes(out, decisions)} == {(pseudonym(u), "applied") for u in ("asha", "ravi")}
    assert {f.became for f in fixes([transfer(wrong=True)], decisions)} == {"not applied: its content had changed"}
    assert pseudonym("asha") in fixes_text(out, decisions)
    assert fixes_text(out, []) == ""


def test_watch_brings_an_unreadable_correction_back(wrong: Bench) -> None:
    """The look after the answer returns it; between looks it sleeps as long as it was told."""
    said: list[str] = []
    slept: list[float] = []

    def _sleep(seconds: float) -> None:
        slept.append(seconds)
        wrong.say("asha", wrong.key, {"verdict": "fix", "corrected": "hm"})

    watch(wrong.desks, wrong.plan, wrong.folder, every=15.0, looks=2, say=said.append, sleep=_sleep)
    assert slept == [15.0]
    assert any(line.startswith("returned") and "slot = value" in line for line in said)


def test_a_pull_from_elsewhere_takes_nothing_for_withdrawn(wrong: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another server, or questions that changed since the push: an error that says so, and no event."""
    wrong.say("asha", wrong.key, RIGHT)
    wrong.pull()
    before = (wrong.folder / "events.jsonl").read_bytes()
    with pytest.raises(KhichdiError, match="none of its 1 records"):
        pull(memory()[0], wrong.plan, wrong.folder)
    monkeypatch.setattr("curation.review_task.ISSUES", {"new": "new", "other": "other"})
    with pytest.raises(KhichdiError, match="have changed since"):
        wrong.pull()
    assert (wrong.folder / "events.jsonl").read_bytes() == before


def test_a_round_without_answers_says_what_to_do(wrong: Bench) -> None:
    """Nothing pulled, nothing to settle."""
    with pytest.raises(KhichdiError, match="review pull"):
        events_of(wrong.folder)


def test_a_broken_event_is_named(wrong: Bench) -> None:
    """A line that is no event stops with file and line."""
    wrong.say("asha", wrong.key, RIGHT)
    wrong.pull()
    with (wrong.folder / "events.jsonl").open("ab") as out:
        out.write(b'{"response": 1}\n')
    with pytest.raises(KhichdiError, match=r"events.jsonl:2"):
        wrong.pull()


def test_the_questions_are_those_of_the_task() -> None:
    """Main, returned and adjudication ask the same, so an answer is read the same way everywhere."""
    tasks = main_task("r"), returned_task("r"), adjudication_task("r")
    assert len({tuple(q.name for q in t.questions) for t in tasks}) == 1
    assert len({t.dataset for t in tasks}) == 3
