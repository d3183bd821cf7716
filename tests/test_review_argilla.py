"""A real Argilla: the engine over its SQL, who may read what, spans to the character, a round end to end, and kill -9 on either side."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from curation.review_argilla import Annotator, Api, Argilla
from curation.review_backend import Record
from curation.review_events import read_events
from curation.review_plan import Plan, write_plan
from curation.review_records import record_of, spans_back
from curation.review_round import Desks, adjudicate, events_of, outcomes, pull, push
from curation.review_rows import Row
from curation.review_task import adjudication_task, main_task, returned_task
from curation.review_up import Server
from hinglish.errors import KhichdiError
from tests.review_desk import ArgillaDesk, argilla, needs_argilla, own_server
from tests.review_rows import plan, rows, transfer
from tests.rows import ROOT, demo

_NUMBER = count()


@pytest.fixture(autouse=True)
def _argilla() -> None:
    needs_argilla()


def scope(entity: str, **more: str) -> dict[str, str]:
    """What a filter or sort looks at."""
    return {"entity": entity, **more}


def search(desk: ArgillaDesk, dataset: str, *filters: dict[str, Any], api: Api | None = None, **body: Any) -> list[str]:
    """Keys that a search of the server finds, in its order."""
    wanted = {"filters": {"and": list(filters)}} if filters else {}
    path = f"/me/datasets/{dataset}/records/search" if api else f"/datasets/{dataset}/records/search"
    found = (api or desk.owner).call("POST", path, wanted | body, params={"limit": 500})
    assert found["total"] >= len(found["items"])
    return [i["record"]["external_id"] for i in found["items"]]


def terms(values: list[str], where: dict[str, str]) -> dict[str, Any]:
    return {"type": "terms", "scope": where, "values": values}


@pytest.fixture(scope="module")
def filled() -> tuple[ArgillaDesk, str, list[Record]]:
    """A data set of 60 rows, some answered by two, shared by the tests that only look."""
    needs_argilla()
    desk = argilla()
    dataset = desk.backend.ensure(main_task("look", overlap=2))
    found = [record_of(e, "train", "v", suspicion=n / 100) for n, e in enumerate(demo().rows[:60])]
    desk.backend.upsert(dataset, found)
    for n in range(6):
        desk.answer(dataset, "asha", found[n].key, {"verdict": ("right", "fix", "reject")[n % 3], "naturalness": 1 + n % 5})
    desk.answer(dataset, "ravi", found[0].key, {"verdict": "reject", "naturalness": 5})
    desk.answer(dataset, "ravi", found[9].key, None, "discarded")
    return desk, dataset, found


def test_filters_select_what_they_say(filled: tuple[ArgillaDesk, str, list[Record]]) -> None:
    """Metadata, status, answers and suggestions, alone and together, as one would select by hand."""
    desk, dataset, found = filled
    by_intent = {r.key for r in found if r.metadata["intent"] == "pay_bill"}
    assert set(search(desk, dataset, terms(["pay_bill"], scope("metadata", metadata_property="intent")))) == by_intent
    sure = {"type": "range", "scope": scope("metadata", metadata_property="suspicion"), "ge": 0.2, "le": 0.4}
    assert set(search(desk, dataset, sure)) == {r.key for r in found if 0.2 <= r.metadata["suspicion"] <= 0.4}
    assert set(search(desk, dataset, terms(["completed"], scope("record", property="status")))) == {found[0].key}
    assert set(search(desk, dataset, terms(["reject"], scope("response", question="verdict")))) == {found[n].key for n in (0, 2, 5)}
    rated = {"type": "range", "scope": scope("response", question="naturalness"), "ge": 4, "le": 5}
    assert set(search(desk, dataset, rated)) == {found[n].key for n in (0, 3, 4)}
    doubted = {"type": "range", "scope": scope("suggestion", question="verdict", property="score"), "le": 0.5}
    assert set(search(desk, dataset, doubted)) == {r.key for r in found if r.suggestions[0].score <= 0.5}  # type: ignore[operator]  # a verdict's score is one number
    both = search(desk, dataset, sure, terms(["none"], scope("metadata", metadata_property="augmenter")))
    assert set(both) == {r.key for r in found if 0.2 <= r.metadata["suspicion"] <= 0.4}


def test_each_annotator_has_a_queue_of_their_own(filled: tuple[ArgillaDesk, str, list[Record]]) -> None:
    """Pending is what they have not answered; what is completed by others leaves it; two see different orders, each always the same."""
    desk, dataset, found = filled
    asha, ravi = desk.annotator("asha"), desk.annotator("ravi")
    mine = [r["external_id"] for r in asha.pending(dataset, 100)]
    assert set(mine) == {r.key for r in found[6:]}
    assert mine == [r["external_id"] for r in asha.pending(dataset, 100)]
    theirs = [r["external_id"] for r in ravi.pending(dataset, 100)]
    assert set(theirs) == {r.key for n, r in enumerate(found) if n not in (0, 9)}
    assert [k for k in mine if k in theirs] != [k for k in theirs if k in mine]
    progress = ravi.api.call("GET", f"/me/datasets/{dataset}/metrics")["responses"]
    assert progress == {"total": 60, "submitted": 1, "discarded": 1, "draft": 0, "pending": 58}
    assert desk.owner.call("GET", f"/datasets/{dataset}/progress")["completed"] == 1


def test_sorts_text_and_metrics(filled: tuple[ArgillaDesk, str, list[Record]]) -> None:
    """By metadata both ways; every word in any case and script; terms counted, numbers bounded."""
    desk, dataset, found = filled
    where = scope("metadata", metadata_property="suspicion")
    assert search(desk, dataset, sort=[{"scope": where, "order": "desc"}]) == [r.key for r in reversed(found)]
    assert search(desk, dataset, sort=[{"scope": where, "order": "asc"}])[:5] == [r.key for r in found[:5]]
    word = str(found[30].fields["message"]).split()[-1]
    hits = search(desk, dataset, query={"text": {"q": word.upper(), "field": "message"}})
    assert set(hits) == {r.key for r in found if word.casefold() in str(r.fields["message"]).casefold()}
    deva = next(r for r in found if any("\u0900" < c < "\u0964" for c in str(r.fields["message"])))
    assert deva.key in search(desk, dataset, query={"text": {"q": " ".join(str(deva.fields["message"]).split()[:3])}})
    assert search(desk, dataset, query={"text": {"q": "100%_nowhere"}}) == []
    properties = {p["name"]: p["id"] for p in desk.owner.call("GET", f"/me/datasets/{dataset}/metadata-properties")["items"]}
    counted = desk.owner.call("GET", f"/metadata-properties/{properties['intent']}/metrics")
    assert counted["total"] == 60
    assert {v["term"]: v["count"] for v in counted["values"]}["pay_bill"] == sum(r.metadata["intent"] == "pay_bill" for r in found)
    assert desk.owner.call("GET", f"/metadata-properties/{properties['suspicion']}/metrics") | {"min": 0.0, "max": 0.59} == {
        "type": "float", "min": 0.0, "max": 0.59,
    }  # fmt: skip


def test_similar_records_are_the_nearest(filled: tuple[ArgillaDesk, str, list[Record]]) -> None:
    """By a vector and by a record, most and least similar, with a filter beside it."""
    desk, _, found = filled
    name = desk.owner.call("POST", "/datasets", {"name": "vectors", "workspace_id": desk.owner.call("GET", "/me/workspaces")["items"][0]["id"]})["id"]
    desk.owner.call("POST", f"/datasets/{name}/fields", {"name": "message", "title": "m", "required": True, "settings": {"type": "text"}})
    options = [{"value": "a", "text": "a"}, {"value": "b", "text": "b"}]
    question = {"name": "q", "title": "q", "required": True, "settings": {"type": "label_selection", "options": options}}
    desk.owner.call("POST", f"/datasets/{name}/questions", question)
    desk.owner.call("POST", f"/datasets/{name}/vectors-settings", {"name": "v", "title": "v", "dimensions": 2})
    desk.owner.call("PUT", f"/datasets/{name}/publish")
    points = {"east": [1.0, 0.0], "north-east": [2.0, 2.0], "north": [0.0, 3.0], "west": [-1.0, 0.0]}
    items = [{"external_id": k, "fields": {"message": k}, "vectors": {"v": v}} for k, v in points.items()]
    desk.owner.call("POST", f"/datasets/{name}/records/bulk", {"items": items})
    assert search(desk, name, query={"vector": {"name": "v", "value": [1.0, 0.1]}}) == ["east", "north-east", "north", "west"]
    assert search(desk, name, query={"vector": {"name": "v", "value": [1.0, 0.1], "order": "least_similar"}})[0] == "west"
    assert search(desk, name, query={"vector": {"name": "v", "record_id": desk.server_id(name, "north")}})[0] == "north-east"
    near = search(desk, name, query={"vector": {"name": "v", "value": [1.0, 0.1]}, "text": {"q": "north"}})
    assert near == ["north-east", "north"]
    assert found


def test_an_annotators_key_cannot_read_others_answers(filled: tuple[ArgillaDesk, str, list[Record]]) -> None:
    """Not by listing, not by searching, not by the record; own answers only, and no accounts' keys."""
    desk, dataset, found = filled
    ravi = desk.annotator("ravi").api
    for method, path, body in (
        ("GET", f"/datasets/{dataset}/records?include=responses", None),
        ("POST", f"/datasets/{dataset}/records/search", {}),
        ("GET", "/users", None),
        ("DELETE", f"/datasets/{dataset}", None),
    ):
        with pytest.raises(KhichdiError, match="API key"):
            ravi.call(method, path, body)
    mine = ravi.call("POST", f"/me/datasets/{dataset}/records/search", {}, params={"include": "responses", "limit": 100})["items"]
    seen = [(i["record"]["external_id"], r["values"]) for i in mine for r in i["record"]["responses"]]
    assert len(seen) == 2
    assert not any("suspicion" in (i["record"]["metadata"] or {}) for i in mine)
    with pytest.raises(KhichdiError, match="API key"):
        Argilla(Api(desk.url, "no.such.key")).ensure(main_task("x"))
    assert found


def desks() -> Desks:
    """Both workspaces of the real server."""
    return Desks(argilla().backend, Argilla(argilla().owner, "khichdi-adjudication"))


def test_emoji_and_devanagari_spans_come_back_exact() -> None:
    """What an annotator marks after an emoji, and over Devanagari, is pulled as the same characters of the message."""
    example, desk = transfer(), argilla()
    found = plan([Row(example, "train")], overlap=1)
    dataset = desk.backend.ensure(main_task(found.head.round, 1))
    desk.backend.upsert(dataset, list(found.records()))
    marks = [{"label": s.path, "start": s.start, "end": s.end} for s in example.spans]
    desk.answer(dataset, "asha", found.shown[0].key, {"verdict": "right", "spans": marks})
    back = spans_back(desk.backend.responses(dataset).answers[0].values["spans"], example.input)
    assert {s.path: example.input[s.start : s.end] for s in back} == {"date": "kal", "recipient": "राहुल", "amount": "700", "via": "gpay"}


def test_a_round_on_the_real_server(tmp_path: Path) -> None:
    """Push, answers, a correction sent back and mended, a conflict adjudicated: the settled label is the right one."""
    desk, both = argilla(), desks()
    found = plan([Row(transfer(wrong=True), "train"), *rows(3)], overlap=2)
    key, others = found.shown[0].key, [s.key for s in found.shown[1:]]
    dataset = push(both, found, tmp_path).dataset
    desk.answer(dataset, "asha", key, {"verdict": "fix", "corrected": "amount = 900"})
    desk.answer(dataset, "ravi", key, {"verdict": "right"})
    for other in others:
        for user in ("asha", "ravi"):
            desk.answer(dataset, user, other, {"verdict": "right"})
    back = pull(both, found, tmp_path).returned
    assert ["said nowhere" in r.why for r in back] == [True]
    assert pull(both, found, tmp_path).returned == ()
    desk.answer(desk.backend.ensure(returned_task(found.head.round)), "asha", back[0].key, {"verdict": "fix", "corrected": "amount = 700"})
    pull(both, found, tmp_path)
    settled = outcomes(found, events_of(tmp_path))
    assert [o.key for o in settled.of("conflict")] == [key]
    assert adjudicate(both, found, events_of(tmp_path), settled) == 1
    judge = desk.annotator("meena", "khichdi-adjudication")
    rulings = both.adjudication.ensure(adjudication_task(found.head.round))
    judge.answer(desk.server_id(rulings, key), {"verdict": "fix", "corrected": "amount = 700"})
    pull(both, found, tmp_path)
    done = outcomes(found, events_of(tmp_path))
    assert done.done
    assert {o.key: o.target for o in done.outcomes if o.verdict == "fix"} == {key: transfer().target}
    with pytest.raises(KhichdiError, match="API key"):
        desk.annotator("asha").api.call("GET", f"/datasets/{rulings}")


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that tests kill."""
    needs_argilla()
    server = own_server(tmp_path_factory.mktemp("mortal"))
    server.start()
    yield server
    server.stop(at_once=True)


CLIENT = """
import sys
from pathlib import Path
from curation.review_argilla import Api, Argilla
from curation.review_plan import read_plan
from curation.review_round import Desks, pull, push
url, key, folder, verb = sys.argv[1:]
import curation.review_argilla as wire
wire.BATCH = 20
backend = Argilla(Api(url, key))
plan = read_plan(Path(folder))
print("ready", flush=True)
while True:
    (push if verb == "push" else pull)(Desks(backend, backend), plan, Path(folder))
    print("done", flush=True)
    if verb == "push":
        break
"""


def client(server: Server, folder: Path, verb: str) -> "subprocess.Popen[str]":
    """Another process that pushes, or pulls for ever."""
    state = server.state()
    assert state
    command = [sys.executable, "-c", CLIENT, state.url, server.key, str(folder), verb]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own code


def keys_on(server: Server, found: Plan) -> list[str]:
    """What the server holds of a round."""
    state = server.state()
    assert state
    backend = Argilla(Api(state.url, server.key))
    return sorted(backend.responses(backend.ensure(main_task(found.head.round, found.head.overlap))).keys)


def wait_for_some(server: Server, found: Plan, most: int) -> int:
    """Look until the server holds some and not all."""
    while not (there := len(keys_on(server, found))):
        pass
    assert there < most, "the push was over before it could be killed"
    return there


def test_kill_9_of_the_client_during_a_push(mortal: Server, tmp_path: Path) -> None:
    """Whole batches stay; pushing again completes to the exact set, none twice."""
    found = plan(rows(240))
    write_plan(found, tmp_path)
    process = client(mortal, tmp_path, "push")
    wait_for_some(mortal, found, 240)
    process.send_signal(signal.SIGKILL)
    process.wait()
    state = mortal.state()
    assert state
    backend = Argilla(Api(state.url, mortal.key))
    push(Desks(backend, backend), found, tmp_path)
    assert keys_on(mortal, found) == sorted(s.key for s in found.shown)


def test_kill_9_of_the_server_during_a_push(mortal: Server, tmp_path: Path) -> None:
    """The client waits, the server comes back on its port, and the set is exact: nothing lost, nothing doubled."""
    found = plan(rows(240))
    write_plan(found, tmp_path)
    process = client(mortal, tmp_path, "push")
    wait_for_some(mortal, found, 240)
    state = mortal.state()
    assert state
    mortal.stop(at_once=True)
    mortal.start(int(state.url.rpartition(":")[2]))
    out, _ = process.communicate(timeout=120)
    assert out.split() == ["ready", "done"]
    assert keys_on(mortal, found) == sorted(s.key for s in found.shown)


def test_kill_9_of_both_during_a_pull(mortal: Server, tmp_path: Path) -> None:
    """While an annotator answers and a client pulls without end, both are killed; one pull later every answer is an event, once."""
    found = plan(rows(60), overlap=1)
    write_plan(found, tmp_path)
    desk = ArgillaDesk(mortal, patience=60)
    backend = desk.backend
    dataset = push(Desks(backend, backend), found, tmp_path).dataset
    person = desk.annotator("asha")
    process = client(mortal, tmp_path, "pull")
    halfway = threading.Event()

    def _work() -> None:
        for n, record in enumerate(person.pending(dataset, 60)):
            if n == 30:
                halfway.set()
            person.answer(record["id"], {"verdict": "right"})

    worker = threading.Thread(target=_work)
    worker.start()
    halfway.wait()
    process.send_signal(signal.SIGKILL)
    process.wait()
    state = mortal.state()
    assert state
    mortal.stop(at_once=True)
    mortal.start(int(state.url.rpartition(":")[2]))
    worker.join()
    pull(Desks(backend, backend), found, tmp_path)
    events = read_events(tmp_path / "events.jsonl")
    assert sorted(e.key for e in events) == sorted(s.key for s in found.shown)
    assert len({e.name for e in events}) == 60


def test_data_and_logins_outlive_a_restart(mortal: Server) -> None:
    """Down and up again: the same key, the same data; the state of a killed server is no server."""
    state = mortal.state()
    assert state
    before = {d["name"] for d in Api(state.url, mortal.key).call("GET", "/me/datasets")["items"]}
    os.kill(state.pid, signal.SIGKILL)
    mortal.stop(at_once=True)
    assert mortal.state() is None
    assert mortal.stop() is False
    again = mortal.start()
    assert {d["name"] for d in Api(again.url, mortal.key).call("GET", "/me/datasets")["items"]} == before
    assert mortal.prepare() is None
    assert (mortal.folder / "owner.key").stat().st_mode & 0o077 == 0


def test_a_server_that_is_away_is_named() -> None:
    """Nothing there: the error names the place and the way out."""
    api = Api("http://127.0.0.1:9", "k", patience=0.0)
    with pytest.raises(KhichdiError, match=r"http://127\.0\.0\.1:9.*review up"):
        Annotator(api).pending("x")
