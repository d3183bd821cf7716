"""The whole round on this machine, by scripted annotators: `make review-demo`, or `python -m curation.review_demo`.

Release → push → answers → pull → corrections sent back and mended → agreement → settle → adjudication → the next patch release, and
the diff. The scripts play: they hold that some rows have one slot too many, and err now and then. Nothing here is counted as people:
the accounts are named script-…, and the round lies where KHICHDI_DECISIONS says, under build/, not under data/decisions.
"""

import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from curation.build import build
from curation.decisions import FOLDER, read_round
from curation.diff import diff
from curation.opened import Opened, open_release
from curation.processes import home
from curation.report import changes
from curation.review_agree import agreement, records
from curation.review_argilla import Annotator, Api, Argilla
from curation.review_backend import Backend
from curation.review_commands import _table
from curation.review_judge import CONFIRM
from curation.review_outcome import fixes
from curation.review_people import ADJUDICATION, WORKSPACE, Account, add, pseudonym
from curation.review_plan import Head, Plan, make_plan
from curation.review_records import bmp
from curation.review_report import agreement_rows, record_rows
from curation.review_round import Desks, adjudicate, events_of, outcomes, pull, push, write_round
from curation.review_rows import Row, rows_of, version_of
from curation.review_sample import sample
from curation.review_task import adjudication_task, main_task, returned_task
from curation.review_up import Server
from generators.randomness import Random
from generators.spec import Spec, read_spec
from hinglish.romanise import romanise
from hinglish.script import script_of
from schemas.canonical import canonical_bytes
from schemas.contract import leaves

PLACE = Path("build") / "review-demo"
ROUND = "demo-a"
JUDGED, DISPUTED = 60, 12
SIZES = {
    "train": 150, "validation": 20, "test_seen": 200, "test_unseen_template": 60, "test_unseen_words": 30, "test_adversarial": 40,
    "test_gold_dev": 40, "test_gold": 0,
}  # fmt: skip
CONSOLE = Console(highlight=False)
Truth = Mapping[str, dict[str, Any]]  # message → the true label


def typed(shown: Mapping[str, Any], true: Mapping[str, Any]) -> str:
    """What an annotator would type to mend a label: a line for each leaf that differs, or the whole label."""
    a, b = leaves(shown), leaves(true)
    if shown["intent"] != true["intent"] or a.keys() != b.keys():
        return canonical_bytes(true).decode()
    return "\n".join(f"{path} = {'null' if b[path] is None else b[path]}" for path in b if a[path] != b[path])


class Script:
    """An annotator that knows the truth. `slips`: of ten wrong labels, how many it takes for right; a roman one types Hindi in Roman letters."""

    def __init__(self, account: Account, url: str, truth: Truth, shown: Truth, *, slips: int = 0, roman: bool = False) -> None:
        self.desk, self.name = Annotator(Api(url, account.key)), account.name
        self.truth, self.shown, self.slips, self.roman = truth, shown, slips, roman

    def work(self, dataset: str) -> int:
        """Answer all that is pending; returns how many."""
        pending = self.desk.pending(dataset, 500)
        for record in pending:
            values = self.values(record)
            self.desk.answer(record["id"], values, "submitted" if values else "discarded")
        return len(pending)

    def values(self, record: Mapping[str, Any]) -> dict[str, Any] | None:
        """One answer: right, a fix, now and then careless, a reject of what both find odd, or None for a discard."""
        message, key = record["fields"]["message"], record["external_id"]
        draw, odd = Random(f"{self.name}/{key}").randint(1, 10), Random(f"odd/{key}").randint(1, 25)
        wrong = self.shown.get(key)
        if wrong is None and odd <= 2:
            return {"verdict": "reject", "issues": ["unnatural"], "naturalness": 1} if odd == 1 or self.roman else None
        if wrong is None or draw <= self.slips:
            return {"verdict": "right", "naturalness": 3 + draw % 3}
        text = typed(wrong, self.truth[message])
        if self.roman:
            text = "galat hai" if draw > 8 else " ".join(_roman(w) for w in text.split(" "))
        return {"verdict": "fix", "corrected": text, "issues": ["wrong_slot"]}

    def mend(self, dataset: str, mine: Collection[str]) -> int:
        """Answer what came back to this annotator: confirm what was put into script, write again what could not be read."""
        back = [r for r in self.desk.pending(dataset, 500) if r["external_id"] in mine]
        for record in back:
            key = record["external_id"].partition("~")[0]
            text = typed(self.shown[key], self.truth[record["fields"]["message"]])
            again = {"verdict": "fix", "corrected": re.sub(r"= (?!null)([^\d\n][^\n]*)", r'= "\1"', text)}
            self.desk.answer(record["id"], {"verdict": "right"} if record["metadata"]["reason"] == CONFIRM else again)
        return len(back)


def _roman(word: str) -> str:
    """A Hindi word as a hand in a hurry types it."""
    return romanise(word)[0] if script_of(word) == "devanagari" else word


def spec_of(name: str, rounds: tuple[str, ...] = ()) -> Spec:
    """The family v1 with few rows, made from this checkout's words and gold whichever they are: no frozen version, so none are named."""
    return replace(read_spec(Path("data") / "specs" / "v1.toml"), name=name, rows=SIZES["train"], decisions=rounds)


def built(name: str, rounds: tuple[str, ...] = ()) -> Opened:
    """A release of that spec, honouring the rounds that it names."""
    build(spec_of(name, rounds), PLACE / name, sizes=SIZES)
    return open_release(PLACE / name)


def opinions(rows: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """Id → the label that the scripts hold to be right: in some rows they leave one slot out. No more than play: the labels were right."""
    out = {row.example.id: row.example.target for row in rows}
    for row in rows[:DISPUTED]:
        filled = [p for p, v in leaves(row.example.target).items() if v is not None and "." not in p]
        out[row.example.id] = row.example.target | {filled[-1]: None} if filled else row.example.target
    return out


def run() -> None:
    """The round, told as it goes."""
    shutil.rmtree(PLACE, ignore_errors=True)
    release = built("v0.1.0")
    rows = rows_of(release)
    _say(f"1. Built {version_of(release)}: {len(rows)} rows that people may judge, in {len({r.tier for r in rows})} tiers")
    server = Server(home() / "argilla" / "demo", say=_say)
    server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)
    server.prepare()
    state = server.start()
    try:
        _round(release, rows, Api(state.url, server.key))
    finally:
        server.stop()


def _say(text: str) -> None:
    CONSOLE.print(text, markup=False)


def _round(release: Opened, rows: Sequence[Row], owner: Api) -> None:
    desks = Desks(Argilla(owner, WORKSPACE), Argilla(owner, ADJUDICATION))
    chosen = sample([r for r in rows if r.tier == "train"], JUDGED, "stratified", ROUND, {}, {})
    true = opinions(chosen)
    plan = make_plan(chosen, Head(ROUND, version_of(release), 2), {}, planted=0.08, blind=0.08)
    done = push(desks, plan, PLACE / "work")
    kinds = {k: sum(s.kind == k for s in plan.shown) for k in ("plain", "planted", "blind")}
    _say(f"2. Pushed {done.records} records to a real Argilla at {owner.url}: {kinds}")
    truth = {bmp(s.example.input): true[s.row.id] for s in plan.shown}
    wrong = {s.key: s.example.target for s in plan.shown if canonical_bytes(s.example.target) != canonical_bytes(true[s.row.id])}
    first, second = add(owner, ["script-1", "script-2"], WORKSPACE)
    scripts = [Script(first, owner.url, truth, wrong, roman=True), Script(second, owner.url, truth, wrong, slips=6)]
    said = [s.work(desks.main.ensure(main_task(ROUND, 2))) for s in scripts]
    _say(f"3. Two scripted annotators answered {said[0]} and {said[1]} records")
    _pull(desks, plan, desks.main, scripts, "4")
    events = events_of(PLACE / "work")
    _table("5. Agreement of the scripts", ("figure", "value", "95 %", "n"), agreement_rows(agreement(plan, events))[:4])
    heads = ("who", "answers", "discards", "seconds", "untouched", "planted caught", "right, blind", "right, suggested")
    _table("   Annotators", heads, record_rows(records(plan, events)))
    settled = outcomes(plan, events)
    conflicts = adjudicate(desks, plan, events, settled)
    _say(f"6. {len(settled.of('settled'))} settled, {len(settled.of('open'))} open, {conflicts} conflicts to adjudication")
    judge = Script(add(owner, ["script-judge"], ADJUDICATION)[0], owner.url, truth, wrong)
    judge.work(desks.adjudication.ensure(adjudication_task(ROUND)))
    _pull(desks, plan, desks.adjudication, [judge], "7")
    events = events_of(PLACE / "work")
    settled = outcomes(plan, events)
    place = write_round(plan, events, settled, FOLDER)
    _say(f"8. Round written to {place}: " + ", ".join(f"{len(settled.of(state))} {state}" for state in ("settled", "conflict", "open", "discarded")))
    _next(release)


def _pull(desks: Desks, plan: Plan, backend: Backend, scripts: Sequence[Script], step: str) -> None:
    """Pull, let the scripts answer what came back to them, and pull again, until nothing goes back."""
    got = pull(desks, plan, PLACE / "work")
    _say(f"{step}. Pulled {len(got.new)} events; {len(got.returned)} answers went back")
    for back in got.returned[:4]:
        _say(f"     {back.reason}: {back.why}")
    returned = backend.ensure(returned_task(ROUND))
    while got.returned:
        mine = {s.name: {r.key for r in got.returned if r.event.annotator == pseudonym(s.name)} for s in scripts}
        mended = sum(s.mend(returned, mine[s.name]) for s in scripts)
        got = pull(desks, plan, PLACE / "work")
        _say(f"     {mended} mended or confirmed, {len(got.returned)} went back again")


def _next(old: Opened) -> None:
    """The next patch release, its spec naming the round; what the card says of it; the diff."""
    new = built("v0.1.1", (ROUND,))
    said = new.manifest["facts"]
    _say(f"9. Built {version_of(new)} with decisions = {new.manifest['decisions']}; decisions, by what became of them:")
    _say("   " + ", ".join(f"{name}: {len(found)}" for name, found in said["decisions"].items() if isinstance(found, list)))
    _say(f"   on the card, where scripts are not counted: {said['review']}")
    for f in fixes([r.example for r in rows_of(new)], read_round(ROUND))[:4]:
        _say(f"   {f.annotator}: {f.verdict} of {f.id} {f.became}")
    changes(diff(old, new, examples=DISPUTED))


if __name__ == "__main__":
    run()
