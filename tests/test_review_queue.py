"""The failure queue on a real Argilla, by its commands: pushed once, judged by two people, pulled, settled, taken as a set to train on; no identifier in it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from khichdi import app
from serve.journal import Journal
from tests.canaries import canaries
from tests.review_desk import argilla, needs_argilla

LABEL = '{"intent":"get_weather","place":null,"date":null}'
NONE = '{"intent":"none"}'
ROUND = "live-real"


@pytest.fixture(autouse=True)
def _argilla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_argilla()
    monkeypatch.chdir(tmp_path)  # rounds in work lie under build/review


def said(*words: str) -> str:
    """What a command says; it must end well."""
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, done.output
    return done.output


def test_failures_go_to_a_real_argilla_and_come_back_as_rows(tmp_path: Path) -> None:
    """Failures with planted identifiers: pushed twice each is there once, none is seen in a record; what two people fix is taken as rows."""
    chosen = canaries(9)[::10]
    journal = Journal(tmp_path / "serve")
    for number, canary in enumerate(chosen):
        journal.failure(f"{number:032x}", canary.message, LABEL if number % 2 else canary.message, "invalid")
    queued = len(list(journal.queue.rows()))
    journal.close()
    desk = argilla()
    there = ("--round", ROUND, "--api-url", desk.url, "--api-key", desk.key)
    for _ in range(2):
        assert said("queue", "push", *there, "--home", "serve").startswith(f"{queued} failures pushed for round {ROUND}, 2 answers each; 0 refused")
    dataset = next(d["id"] for d in desk.owner.call("GET", "/me/datasets")["items"] if ROUND in d["name"])
    records = desk.owner.call("POST", f"/datasets/{dataset}/records/search", {}, params={"limit": 500})["items"]
    texts = {r["record"]["external_id"]: json.dumps(r["record"]["fields"], ensure_ascii=False) for r in records}
    assert len(texts) == queued
    assert [c.kind for c in chosen if (len(c.digits) > 4 or c.chars) and any(c.value in text for text in texts.values())] == []
    keys = sorted(texts)
    for person in ("mina", "omar"):
        for number, key in enumerate(keys):
            other = NONE if "get_weather" in texts[key] else LABEL  # a fix that changes nothing goes back to who made it
            desk.answer(dataset, person, key, {"verdict": "reject"} if number % 3 else {"verdict": "fix", "corrected": other})
    said("review", "pull", *there)
    said("review", "settle", "--round", ROUND, "--decisions", "decisions")
    out = said("queue", "take", "--round", ROUND, "--out", "set", "--decisions", "decisions", "--home", "serve")
    wanted = len(keys[::3])
    assert f"{wanted} rows" in out.replace("\n", " ")
    assert {f["state"] for f in json.loads(said("queue", "list", "--json", "--home", "serve"))} == {"decided"}
