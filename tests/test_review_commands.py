"""The commands of review on a real Argilla: a round by the command line alone, and a server that goes up and down."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from curation.processes import home
from curation.review_commands import review
from curation.review_people import pseudonym
from curation.review_plan import read_plan
from curation.review_task import main_task
from curation.review_up import Server
from generators.write import write
from hinglish.errors import KhichdiError
from tests.review_desk import argilla, needs_argilla
from tests.review_rows import transfer
from tests.rows import ROOT, demo
from tests.test_house import HOUSE, imported


def call(*words: str, code: int = 0) -> Any:
    """One command with --json; its JSON."""
    done = CliRunner().invoke(review, [*words, "--json"], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def test_a_round_by_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """push, pull, agree, settle, fixes and suspects, each with its figures; exit codes say whether a round was written."""
    needs_argilla()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KHICHDI_ARGILLA_KEY", raising=False)
    desk = argilla()
    server = ["--api-url", desk.url, "--api-key", str(desk.owner._client.headers["X-Argilla-Api-Key"])]
    kept = ["--decisions", str(tmp_path / "decisions")]
    write([transfer(wrong=True), *demo().rows[:5]], [], tmp_path / "set", name="v0.0.1", facts={})
    asked = ["push", "set", "--round", "cli-a", "--planted", "0", "--blind", "0", "--overlap", "1", *server, *kept]
    pushed = call(*asked)
    assert (pushed["records"], pushed["overlap"], pushed["refused"]) == (6, 1, [])
    assert call(*asked)["dataset"] == pushed["dataset"]
    dataset = desk.backend.ensure(main_task("cli-a", 1))
    for shown in read_plan(tmp_path / "build" / "review" / "cli-a").shown:
        values = {"verdict": "fix", "corrected": "amount = 700"} if shown.key.startswith("hand") else {"verdict": "right"}
        desk.answer(dataset, "asha", shown.key, values)
    assert call("pull", "--round", "cli-a", *server)["answers"] == {"right": 5, "fix": 1, "reject": 0, "discard": 0}
    assert call("pull", "--round", "cli-a", *server)["new_events"] == 0
    assert call("agree", "--round", "cli-a")["annotators"][0]["answers"] == 6
    settled = call("settle", "--round", "cli-a", *server, *kept)
    assert (settled["settled"], settled["conflict"], settled["written"]) == (6, 0, str(tmp_path / "decisions" / "cli-a"))
    write([transfer(), *demo().rows[:5]], [], tmp_path / "next", name="v0.0.2", facts={})
    assert call("fixes", "next", "--round", "cli-a", *kept) == [[pseudonym("asha"), "hand0000", "fix", "applied"]]
    assert len(call("suspects", "next", "--round", "cli-a", "--top", "3", *kept)) == 3
    assert call("suspects", "next", "--by-template")[0][0]
    assert call("push", "next", "--round", "cli-b", "--after", "cli-a", "--sample", "2", *server, *kept)["records"] == 2
    assert "## What became of your fixes" in str(desk.owner.call("GET", f"/datasets/{_of(desk, 'cli-b')}")["guidelines"])
    desk.answer(_of(desk, "cli-b"), "asha", read_plan(tmp_path / "build" / "review" / "cli-b").shown[0].key, {"verdict": "right"})
    call("pull", "--round", "cli-b", *server)
    assert call("settle", "--round", "cli-b", *server, *kept, code=1)["open"] > 0


def _of(desk: Any, name: str) -> str:
    """A round's data set."""
    found = desk.owner.call("GET", "/me/datasets")["items"]
    return next(str(d["id"]) for d in found if d["name"].startswith(f"khichdi-{name}-") and "returned" not in d["name"])


def test_what_people_read_is_printed(tmp_path: Path) -> None:
    """Without a server's key or a round, the way out."""
    write(list(demo().rows[:5]), [], tmp_path / "set", name="v0.0.1", facts={})
    with pytest.raises(KhichdiError, match="review push"):
        CliRunner().invoke(review, ["pull", "--round", "nothing-here"], catch_exceptions=False)
    with pytest.raises(KhichdiError, match="needs an owner's key"):
        CliRunner().invoke(review, ["push", str(tmp_path / "set"), "--round", "x", "--api-url", "http://127.0.0.1:9"], catch_exceptions=False)


def test_up_and_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up shows new passwords once, a second up shows none and starts nothing; down stops it; data stay."""
    needs_argilla()
    there = home() / "argilla"
    (tmp_path / "argilla").mkdir()
    for part in there.glob("venv-*"):
        (tmp_path / "argilla" / part.name).symlink_to(part)
    for part in there.glob("template-*"):
        shutil.copytree(part, tmp_path / "argilla" / part.name)
    monkeypatch.setenv("KHICHDI_HOME", str(tmp_path))
    try:
        first = call("up", "--annotators", "1", "--port", "0")
        assert {a["name"] for a in first["new_accounts"]} == {"owner", "annotator-1", "adjudicator-1"}
        again = call("up", "--annotators", "2", "--port", "0")
        assert (again["pid"], again["url"]) == (first["pid"], first["url"])
        assert [a["name"] for a in again["new_accounts"]] == ["annotator-2"]
        kept = b"".join(p.read_bytes() for p in (tmp_path / "argilla" / "data").rglob("*") if p.is_file())
        assert all(a["password"].encode() not in kept for a in first["new_accounts"])
    finally:
        done = CliRunner().invoke(review, ["down"])
    assert "data stay" in done.output
    assert "none was running" in CliRunner().invoke(review, ["down"]).output
    assert Server(tmp_path / "argilla" / "data").prepare() is None


def test_the_launcher_needs_nothing_of_ours() -> None:
    """What runs in Argilla's environment imports nothing of ours but itself: not even our errors are there."""
    for name in ("engine", "launch", "__init__"):
        text = (ROOT / "curation" / "review_server" / f"{name}.py").read_text(encoding="utf-8")
        assert imported(text) & {*HOUSE, "msgspec", "polars", "regex", "typer"} <= {"curation"}
        assert "from curation.review_server import engine" in text or "curation." not in text.replace("curation.review_server.launch", "")
