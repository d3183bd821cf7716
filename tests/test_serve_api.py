"""Laws of the routes: a valid label or one typed failure, keys before bodies, bounds on everything, feedback by id, batches item by item."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from hinglish.errors import KhichdiError
from schemas.canonical import encode
from schemas.validate import is_valid
from serve.access import ENV, Access, open_access
from serve.faults import CODES
from tests.serve_desk import LABEL, MESSAGE, NEEDS_EXTRA, Desk, Reply, ask, desk, until

pytestmark = NEEDS_EXTRA
KEY = "a-key-of-this-test-0123456789"


def run(law: Callable[[Desk], Awaitable[None]], **more: object) -> None:
    """A law about a started service."""

    async def _run() -> None:
        async with desk(**more) as here:  # type: ignore[arg-type]  # settings of the caller
            await law(here)

    asyncio.run(_run())


def test_an_answer_says_what_it_is_and_came_from() -> None:
    """Target valid and canonical, intent, attempts, model, prompt hash, nothing flagged; headers name the request and forbid sniffing."""
    from schemas.prompt import prompt

    async def law(here: Desk) -> None:
        reply = await here.ask()
        found = reply.json
        assert reply.status == 200
        assert encode(found["target"]).decode() == LABEL
        assert (found["intent"], found["attempts"], found["ungrounded"], found["repaired"]) == ("transfer_money", 1, [], None)
        assert (found["model"], found["prompt_hash"], found["constrained"]) == ("fake", prompt().hash, True)
        assert reply.headers["x-request-id"] == found["request_id"]
        assert reply.headers["x-content-type-options"] == "nosniff"

    run(law)


def test_every_answer_has_the_fields_that_its_model_documents() -> None:
    """Answers skip pydantic's check on their way out, so one of each kind is read back strictly here."""
    from serve import shapes

    async def law(here: Desk) -> None:
        read = {"extra": "forbid", "strict": True}
        shapes.Extraction.model_validate_json((await here.ask(repair=True)).body, **read)
        batch = await ask(here.app, "POST", "/v1/extract/batch", json.dumps({"messages": [MESSAGE, "x"]}).encode())
        shapes.BatchOut.model_validate_json(batch.body, **read)
        shapes.Problem.model_validate_json((await ask(here.app, "GET", "/nope")).body, **read)
        shapes.Ready.model_validate_json((await ask(here.app, "GET", "/readyz")).body, **read)

    run(law)


def test_a_key_is_asked_for_before_a_body_is_read() -> None:
    """Without the key every guarded route is 401, whatever its body; health and the document are open; a right key is let in."""

    async def law(here: Desk) -> None:
        for path in ("/v1/extract", "/v1/extract/batch", "/v1/feedback", "/metrics", "/nope"):
            for header in ({}, {"authorization": "Bearer no"}, {"authorization": f"Basic {KEY}"}, {"authorization": KEY}):
                reply = await ask(here.app, "POST", path, b"{" * 10**6, header)
                assert (reply.status, reply.code) == (401, "unauthorized")
                assert reply.headers["www-authenticate"] == "Bearer"
        for path in ("/healthz", "/readyz", "/openapi.json"):
            assert (await ask(here.app, "GET", path)).status == 200
        reply = await ask(here.app, "POST", "/v1/extract", json.dumps({"message": MESSAGE}).encode(), {"authorization": f"bearer {KEY}"})
        assert reply.status == 200

    run(law, keys=("another-key-of-this-test-012", KEY))


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "not_json"),
        (b"{", 400, "not_json"),
        (b"[" * 90_000, 400, "not_json"),
        (b'{"message":"\xff"}', 400, "not_json"),
        (b"null", 422, "invalid_request"),
        (b"{}", 422, "invalid_request"),
        (b'{"message":5}', 422, "invalid_request"),
        (b'{"message":" \\n "}', 422, "invalid_request"),
        (b'{"message":"\\ud800"}', 400, "not_json"),
        (b'{"message":"x","mesage":"y"}', 422, "invalid_request"),
        (b'{"message":"x","repair":"yes"}', 422, "invalid_request"),
        (b'{"message":"x","deadline_ms":0}', 422, "invalid_request"),
        (b'{"message":"x","deadline_ms":NaN}', 422, "invalid_request"),
        (json.dumps({"message": "x" * 2001}).encode(), 422, "invalid_request"),
        (b'{"message":"' + b"x" * (1 << 18) + b'"}', 413, "too_large"),
    ],
)
def test_a_wrong_body_is_told_what_is_wrong(body: bytes, status: int, code: str) -> None:
    """Typed, with the field's name and never with what was sent."""

    async def law(here: Desk) -> None:
        reply = await ask(here.app, "POST", "/v1/extract", body)
        assert (reply.status, reply.code) == (status, code)
        assert b"mesage" not in reply.body
        assert here.fake.asked == 1  # the warm-up alone

    run(law)


def test_other_routes_methods_and_types_are_typed_too() -> None:
    """404, 405 with Allow, 415: the same shape as every failure."""

    async def law(here: Desk) -> None:
        assert (await ask(here.app, "GET", "/v2/extract")).code == "not_found"
        reply = await ask(here.app, "GET", "/v1/extract")
        assert (reply.status, reply.code, reply.headers["allow"]) == (405, "method_not_allowed", "POST")
        assert (await ask(here.app, "POST", "/v1/extract", b"message=x", {"content-type": "application/x-www-form-urlencoded"})).status == 415

    run(law)


def test_a_body_that_trickles_is_cut_off() -> None:
    """A client that never finishes its body gets 408 and holds no place."""

    async def law(here: Desk) -> None:
        parts: list[dict[str, object]] = []

        async def receive() -> dict[str, object]:
            await asyncio.Event().wait()
            raise AssertionError

        async def send(part: dict[str, object]) -> None:
            parts.append(part)

        scope = {"type": "http", "method": "POST", "path": "/v1/extract", "headers": [(b"content-type", b"application/json")], "state": {}}
        await here.app(scope, receive, send)
        assert parts[0]["status"] == 408
        assert here.service.gate.running == 0

    run(law, body_seconds=0.01)


def test_feedback_goes_to_the_failure_queue_by_request_id() -> None:
    """An answer that is remembered is queued as flagged, with its message; one that is not is 404; a made-up reason is 422."""

    async def law(here: Desk) -> None:
        answered = (await here.ask()).json["request_id"]

        def body(**more: str) -> bytes:
            return json.dumps({"request_id": answered, "reason": "wrong_value", **more}).encode()

        taken = await ask(here.app, "POST", "/v1/feedback", body())
        assert (taken.status, taken.json) == (202, {"request_id": answered, "taken": True})
        await here.service.hand.close()
        assert [f.reason for f in here.journal.queue.rows()] == ["flagged"]
        assert (await ask(here.app, "POST", "/v1/feedback", body(request_id="0" * 32))).code == "unknown_request"
        assert (await ask(here.app, "POST", "/v1/feedback", body(reason="because"))).code == "invalid_request"

    run(law)


def test_answered_messages_are_counted_without_their_text() -> None:
    """Of the messages that the key draws a line of features goes to the journal; of the others none; a word of them nowhere."""

    async def law(here: Desk) -> None:
        from hinglish.script import nfc

        lines: list[str] = []
        here.journal._write = lambda line: lines.append(json.dumps(line))  # type: ignore[method-assign]  # what would be written
        asked = [f"{MESSAGE} {'aa' * n}" for n in range(40)]
        for message in asked:
            assert (await here.ask(message)).status == 200
        await here.service.hand.close()
        drawn = sum(here.journal.drawn(nfc(m)) for m in asked)
        assert 0 < sum('"event": "traffic"' in line for line in lines) == drawn < 40
        assert not any("Rahul" in line or "aaaa" in line for line in lines)

    run(law)


def test_only_the_last_answers_are_remembered() -> None:
    """The memory for feedback is bounded by number and by age."""
    from serve.recent import Recent

    now = 0.0
    recent = Recent(2, 10, lambda: now)
    for name in ("a", "b", "c"):
        recent.keep(name, "m", "o", "none", ())
    assert (len(recent), recent.find("a")) == (2, None)
    now = 11.0
    assert recent.find("c") is None
    recent.keep("d", "m", "o", "none", ())
    assert len(recent) == 1


def test_a_batch_answers_item_by_item() -> None:
    """Each message has its own answer in its own place; one that fails is an error beside the others, 207; all failing alike is that failure."""

    async def law(here: Desk) -> None:
        def send(*messages: str) -> Awaitable[Reply]:
            return ask(here.app, "POST", "/v1/extract/batch", json.dumps({"messages": messages}).encode())

        good = await send(MESSAGE, MESSAGE)
        assert good.status == 200
        assert len({r["extraction"]["request_id"] for r in good.json["results"]}) == 2
        mixed = await send(MESSAGE, "bad", MESSAGE)
        assert mixed.status == 207
        assert [r["error"] and r["error"]["code"] for r in mixed.json["results"]] == [None, "invalid_answer", None]
        assert [r["extraction"] is None for r in mixed.json["results"]] == [False, True, False]
        assert ((await send("bad", "bad")).status, (await send()).status) == (502, 422)

    run(law, answers=lambda message: "not JSON" if message == "bad" else LABEL)


def test_repair_is_a_step_of_its_own() -> None:
    """Asked for, it mends by the message's words and says what it changed; not asked for, the answer is the model's."""
    said = '{"intent":"transfer_money","recipient":"राहुल","amount":100000,"via":null,"date":"kal","purpose":null}'

    async def law(here: Desk) -> None:
        plain = (await here.ask("kal Rahul ko sava lakh bhejo")).json
        assert (plain["target"]["amount"], plain["repaired"], plain["ungrounded"]) == (100000, None, ["amount"])
        mended = (await here.ask("kal Rahul ko sava lakh bhejo", repair=True)).json
        assert (mended["target"]["amount"], mended["target"]["date"], mended["ungrounded"]) == (125000, "कल", [])
        assert [(c["path"], c["before"], c["why"]) for c in mended["repaired"]] == [("amount", 100000, "number"), ("date", "kal", "script")]

    run(law, answers=lambda message: said)


def test_readiness_says_no_while_the_backend_is_away() -> None:
    """503 with why, and 200 again without a restart; health is of the process alone."""

    async def law(here: Desk) -> None:
        here.fake.always = "die"
        here.service._seen_alive = (-10.0, True)
        away = await ask(here.app, "GET", "/readyz")
        assert (away.status, away.json["ready"], away.json["why"]) == (503, False, "backend_failed")
        assert (await ask(here.app, "GET", "/healthz")).status == 200
        here.fake.always = "answer"
        here.service._seen_alive = (-10.0, True)
        assert (await ask(here.app, "GET", "/readyz")).status == 200

    run(law)


def test_a_server_that_stops_takes_no_more() -> None:
    """503 `stopping` with a time to come back."""

    async def law(here: Desk) -> None:
        here.service.stopping = True
        reply = await here.ask()
        assert (reply.status, reply.code, reply.headers["retry-after"]) == (503, "stopping", "1")

    run(law)


def test_what_nobody_foresaw_is_a_typed_500_without_its_words() -> None:
    """The client gets a code and an id, the journal the place; neither gets what the exception says."""

    async def law(here: Desk) -> None:
        async def broken(asked: object) -> object:
            raise RuntimeError("Rahul ka number 98765 43210")

        here.fake.answer = broken  # type: ignore[method-assign,assignment]  # planted
        reply = await here.ask()
        assert (reply.status, reply.code) == (500, "internal")
        assert b"98765" not in reply.body
        here.fake.answer = type(here.fake).answer.__get__(here.fake)  # type: ignore[method-assign]  # and taken out
        assert (await here.ask()).status == 200

    run(law)


def test_metrics_count_and_hold_no_text() -> None:
    """Requests by route and code, attempts by outcome; no word of any message stands on the page."""

    async def law(here: Desk) -> None:
        await here.ask("kal Rahul ko 500 bhejo zqxmarker")
        await ask(here.app, "GET", "/zqxmarker")
        page = (await ask(here.app, "GET", "/metrics")).body.decode()
        assert 'khichdi_requests_total{code="ok",route="/v1/extract"} 1.0' in page
        assert 'khichdi_requests_total{code="not_found",route="other"} 1.0' in page
        assert 'khichdi_attempts_total{attempt="1",outcome="valid"} 1.0' in page
        assert "zqx" not in page
        assert "Rahul" not in page

    run(law)


def test_a_client_that_goes_away_ends_the_backends_work() -> None:
    """The attempt is cancelled in the backend at once, its slot is free, and nothing is counted against the backend."""

    async def law(here: Desk) -> None:
        here.fake.always = "stall"
        gone = asyncio.Event()
        asking = asyncio.create_task(ask(here.app, "POST", "/v1/extract", json.dumps({"message": MESSAGE}).encode(), gone=gone))
        await until(lambda: here.fake.working == 1)
        gone.set()
        assert (await asking).code == "client_gone"
        assert (here.fake.working, here.fake.cancelled, here.service.gate.running) == (0, 1, 0)
        assert here.service.breaker.state == "closed"

    run(law)


def test_keys_come_from_a_file_of_ones_own_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file others may read, an empty one, a short key: refused by name; none given: one is made; --open only on this machine."""
    monkeypatch.delenv(ENV, raising=False)
    file = tmp_path / "keys"
    file.write_text(f"# ours\n{KEY}\n\n")
    file.chmod(0o644)
    with pytest.raises(KhichdiError, match="chmod 600"):
        open_access(file, "127.0.0.1", everybody=False)
    file.chmod(0o600)
    opened = open_access(file, "127.0.0.1", everybody=False)
    assert opened.made is None
    assert opened.access.allows(f"Bearer {KEY}".encode())
    assert not opened.access.allows(b"Bearer # ours")
    file.write_text("short\n")
    with pytest.raises(KhichdiError, match="key 1 has 5 characters"):
        open_access(file, "127.0.0.1", everybody=False)
    file.write_text("")
    with pytest.raises(KhichdiError, match="no key in it"):
        open_access(file, "127.0.0.1", everybody=False)
    with pytest.raises(KhichdiError, match="cannot be read"):
        open_access(tmp_path / "none", "127.0.0.1", everybody=False)
    made = open_access(None, "0.0.0.0", everybody=False)  # noqa: S104  # nothing is bound here
    assert made.access.allows(f"Bearer {made.made}".encode())
    monkeypatch.setenv(ENV, f"{KEY}, another-key-that-is-long")
    assert open_access(None, "127.0.0.1", everybody=False).access.allows(b"Bearer another-key-that-is-long")
    with pytest.raises(KhichdiError, match="lets every machine in"):
        open_access(None, "0.0.0.0", everybody=True)  # noqa: S104  # refused
    assert Access(()).allows(None)


def test_the_documented_codes_are_the_codes() -> None:
    """docs/serving.md has every code with its status, and no other."""
    page = (Path(__file__).resolve().parent.parent / "docs" / "serving.md").read_text(encoding="utf-8")
    rows = {cells[1].strip(" `"): int(cells[2]) for line in page.splitlines() if line.startswith("| `") and (cells := line.split("|"))[2].strip().isdigit()}
    assert rows == {code: status for code, (status, _) in CODES.items()}


def test_a_target_that_is_sent_is_valid() -> None:
    """What passes is valid under its own schema as it left, not only as it came."""

    async def law(here: Desk) -> None:
        assert is_valid((await here.ask()).json["target"])

    run(law)
