"""Laws of the start: another prompt, schema, template, base or model is refused with one sentence that names both sides and the way out."""

import asyncio
import json
import socket
from pathlib import Path
from typing import Any

import httpx2
import pytest
from typer.testing import CliRunner

from hinglish.errors import KhichdiError
from schemas.prompt import prompt
from serve import record
from serve.record import hold_folder, hold_record, schema_hash
from tests.serve_desk import NEEDS_EXTRA
from train.convert import template_hash
from train.record import base_identity

pytestmark = NEEDS_EXTRA


def base(folder: Path, weights: bytes = b"weights") -> Path:
    """A base as far as it is looked at."""
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(weights)
    (folder / "chat_template.jinja").write_text("{{ messages }}", encoding="utf-8")
    return folder


def adapter(folder: Path, of: Path, **more: Any) -> Path:
    """An adapter as far as it is looked at: its record says `of`."""
    folder.mkdir()
    told = {"base": str(of), "base_identity": base_identity(str(of)), "prompt_hash": prompt().hash, "schema_hash": schema_hash()}
    told |= {"template_hash": template_hash("{{ messages }}"), **more}
    (folder / "khichdi.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def test_an_adapter_that_fits_is_let_in_with_a_line_for_each_check(tmp_path: Path) -> None:
    """Prompt, schemas, template, base."""
    lines = hold_folder(adapter(tmp_path / "a", base(tmp_path / "b")))
    assert [line.partition(":")[0] for line in lines] == ["prompt", "schemas", "template", "base"]
    assert all(line.endswith("as trained") for line in lines)


@pytest.mark.parametrize("key", ["prompt_hash", "schema_hash", "template_hash", "base_identity"])
def test_any_other_hash_is_refused_by_name(tmp_path: Path, key: str) -> None:
    """The error names the folder, the key, both hashes and what to do."""
    with pytest.raises(KhichdiError, match=rf"a: trained with {key} f{{12}}, here is [0-9a-f]{{12}}; "):
        hold_folder(adapter(tmp_path / "a", base(tmp_path / "b"), **{key: "f" * 64}))


def test_an_older_record_is_held_to_the_schemas_of_its_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record without a schema hash names a release; the committed manifest of that release has it. An unknown release is said to be unchecked."""
    manifest = json.loads((record.DATA / "releases" / "v1.0.0" / "manifest.json").read_text(encoding="utf-8"))
    told = {"prompt_hash": prompt().hash, "release": {"root": manifest["root"]}}
    assert hold_record(told, tmp_path)[1].endswith("as trained")
    assert "not checked" in hold_record({"prompt_hash": prompt().hash, "release": {"root": "0"}}, tmp_path)[1]
    monkeypatch.setattr(record, "schema_hash", lambda: "e" * 64)
    with pytest.raises(KhichdiError, match="trained with schema_hash"):
        hold_record(told, tmp_path)


def start(models: list[dict[str, Any]], model: str = "", adapter: Path | None = None) -> list[str]:
    """Start our client before a server that lists these models."""
    from serve.openai import OpenAI

    async def run() -> list[str]:
        transport = httpx2.MockTransport(lambda request: httpx2.Response(200, json={"data": models}))
        return await OpenAI("http://backend/v1", model, adapter=adapter, transport=transport).start()

    return asyncio.run(run())


def test_a_served_model_is_found_and_held_to_its_folder(tmp_path: Path) -> None:
    """The folder that the server lists must be the adapter's, its base the record's; both as vLLM lists a LoRA adapter."""
    right = base(tmp_path / "b")
    folder = adapter(tmp_path / "a", right)
    there = [{"id": "base", "root": str(right)}, {"id": "lora", "root": str(folder), "parent": "base"}]
    assert any("served from" in line for line in start(there, "lora", folder))
    with pytest.raises(KhichdiError, match="comes from"):
        start(there, "lora", adapter(tmp_path / "other", right))
    wrong = [{"id": "base", "root": str(base(tmp_path / "c", b"others"))}, there[1]]
    with pytest.raises(KhichdiError, match="base_identity"):
        start(wrong, "lora", folder)


def test_a_model_that_is_not_served_is_refused_with_those_that_are() -> None:
    """By name, or where there is a choice and none was made."""
    there = [{"id": "one"}, {"id": "two"}]
    with pytest.raises(KhichdiError, match="serves no model 'three'; it serves one, two"):
        start(there, "three")
    with pytest.raises(KhichdiError, match="say which with --model"):
        start(there)
    assert start([{"id": "one"}])[0].startswith("model: one")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["api", "--backend", "fak"], "one of vllm, openai, transformers, fake"),
        (["api", "--backend", "transformers"], "name an adapter with --adapter"),
        (["api", "--backend", "fake", "--open", "--host", "0.0.0.0"], "lets every machine in"),  # noqa: S104  # refused
        (["api", "--backend", "fake", "--act", "dance"], "no act 'dance'"),
        (["api", "--adapter", "nowhere"], "no folder there"),
        (["api", "--upstream", "http://127.0.0.1:1/v1", "--port", "0", "--open"], "no OpenAI-compatible server"),
        (["api", "--upstream", "nonsense", "--port", "0", "--open"], "no OpenAI-compatible server"),
    ],
)
def test_a_tired_start_is_told_what_to_do(words: list[str], error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One KhichdiError each."""
    from serve.commands import serve

    monkeypatch.setattr("serve.journal.FOLDER", tmp_path)
    found = CliRunner().invoke(serve, words)
    assert isinstance(found.exception, KhichdiError)
    assert error in str(found.exception)


def test_extract_text_says_whom_it_could_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither an API nor an adapter; no API at the address; blank; and an answer, as lines and as JSON."""
    from serve.commands import extract

    monkeypatch.delenv("KHICHDI_URL", raising=False)
    for words, error in ((["x"], "nothing to ask"), (["x", "--url", "http://127.0.0.1:1"], "no API answers"), ([" ", "--backend", "fake"], "not all blank")):
        found = CliRunner().invoke(extract, ["text", *words])
        assert isinstance(found.exception, KhichdiError)
        assert error in str(found.exception)
    lines = CliRunner().invoke(extract, ["text", "kal Rahul ko 500 bhejo", "--backend", "fake"]).stdout
    assert "amount  500" in lines
    told = CliRunner().invoke(extract, ["text", "kal Rahul ko 500 bhejo", "--backend", "fake", "--json"]).stdout
    assert json.loads(told)["intent"] == "transfer_money"


def test_an_answer_is_sent_at_once() -> None:
    """A connection to the port that is taken has no Nagle: with it the body of an answer waits for the client's ACK of its head, 40 ms each."""
    from serve.run import taken

    async def run() -> int:
        met: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            met.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        sock = taken("127.0.0.1", 0)
        server = await asyncio.start_server(accepted, sock=sock)
        _, writer = await asyncio.open_connection("127.0.0.1", sock.getsockname()[1])
        found = await met
        writer.close()
        server.close()
        return found

    assert asyncio.run(run())
