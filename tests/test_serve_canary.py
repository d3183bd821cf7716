"""The canary suite: 300 planted identifiers through every sink with text on, and proof that it sees a sink that goes around redaction."""

import io
import logging
import re
import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from khichdi import app
from serve.journal import Journal
from serve.redact import Clean, Redacted, Redactor
from serve.review import plan_of
from tests.canaries import Canary, canaries, seen

# Keyed hashes and times: among thousands of their digits a PIN code of six stands by chance, once in some ten runs.
OTHER_DIGITS = re.compile(r"k\d+:[0-9a-f]+|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?")


@cache
def suite() -> tuple[Canary, ...]:
    """The 300."""
    return tuple(canaries())


def raised(canary: Canary) -> BaseException:
    """An exception that quotes the message, out of another that does."""
    try:
        try:
            raise ValueError(canary.message)
        except ValueError as fault:
            raise RuntimeError(f"no answer for {canary.message!r}") from fault
    except RuntimeError as fault:
        return fault


def answers(canary: Canary) -> list[str]:
    """What a model may make of a message: a label, a label in a wrong shape, prose, JSON cut off and escaped."""
    label = {"intent": "send_message", "recipient": canary.value, "message": canary.message, "app": None}
    escaped = "".join(f"\\u{ord(c):04x}" if ord(c) < 0x10000 else c for c in canary.value)
    return [msgspec.json.encode(label).decode(), f'{{"{canary.value}": ["{canary.message}"]}}', f"Sure! {canary.message}", f'{{"intent": "x", "a": "{escaped}']


def through(journal: Journal, canary: Canary, number: int) -> str:
    """One message through every sink; what the sinks that give their text back gave."""
    journal.note("received", text=canary.message, request=f"{number:032x}", message=canary.message, said=canary.value)
    journal.fault("backend", raised(canary), request=f"{number:032x}", detail=canary.message)
    log = logging.getLogger(f"{__name__}.{number}")
    log.propagate = False
    handler = journal.handler()
    log.addHandler(handler)
    log.error("could not answer %s", canary.message, exc_info=raised(canary))
    log.removeHandler(handler)
    for i, answer in enumerate(answers(canary)):
        journal.failure(f"{number:016x}{i:016x}", canary.message, answer, "invalid", detail=canary.value)
    return journal.shown(canary.message) + journal.label(canary.value)


def leaks(make: Callable[[Any, Any], Journal], folder: Path, step: int = 1) -> list[str]:
    """Kinds of canaries that are seen in any sink: each in what its own message wrote, all in the files as they lie on disk."""
    stream = io.StringIO()
    journal = make(folder, stream)
    out = []
    for number, canary in enumerate(suite()[::step]):
        begin = stream.tell()
        back = through(journal, canary, number)
        stream.seek(begin)
        asked = [journal.keys.hashed(f"{number:016x}{i:016x}") for i in range(4)]
        own = [f"{f.message}\n{f.output}\n{f.facts}" for f in journal.queue.find(asked)]
        log = re.sub(r'"at":"[^"]*"|k\d+:[0-9a-f]+|"line":\d+|\.py:\d+', "", stream.read())  # times, hashes and places have digits of their own
        if seen(canary, "\n".join([log, back, *[re.sub(r"k\d+:[0-9a-f]+", "", o) for o in own]])):
            out.append(canary.kind)
    out += on_disk(journal, folder)
    journal.close()
    return out


def on_disk(journal: Journal, folder: Path) -> list[str]:
    """Canaries whose characters stand in a file of the journal, in a round of review, or in what the commands print."""
    files = b"\n".join(p.read_bytes() for p in folder.iterdir()).decode("utf-8", "ignore")
    plan = plan_of(list(journal.queue.rows())[:40], "r", 1)
    report = CliRunner().invoke(app, ["queue", "list", "--json", "--home", str(folder)])
    assert report.exit_code == 0
    records = msgspec.json.encode([r.fields for r in plan.records()]).decode()
    alone = [c for c in suite() if len(c.digits) > 4 or c.chars]  # words may be surrogates of other canaries
    texts = [OTHER_DIGITS.sub("", text) for text in (files, report.output, records)]
    return [f"{c.kind} on disk" for c in alone if any(c.value in text for text in texts)]


def test_no_planted_identifier_leaves_by_any_sink(tmp_path: Path) -> None:
    """300 canaries in both scripts, a third of the names in no lexicon: none in log lines, faults, error texts, labels, queue, reports or files."""
    assert len(suite()) == 300
    assert leaks(lambda folder, stream: Journal(folder, text=True, stream=stream), tmp_path / "serve") == []


def test_every_canary_is_seen_where_nothing_is_redacted() -> None:
    """The eye that looks for canaries finds each of them in its bare message."""
    assert [c for c in suite() if not seen(c, c.message)] == []


class BareShown(Journal):
    """A journal whose error bodies go around redaction."""

    def shown(self, text: str) -> str:
        """The text as it is."""
        return text


class BareLabel(Journal):
    """A journal whose metric labels are what they are asked for."""

    def label(self, value: str) -> str:
        """The value as it is."""
        return value


class BareFact(Journal):
    """A journal that writes facts as they are."""

    def fact(self, value: Any) -> Any:
        """The value as it is."""
        return value


class BareQueue(Journal):
    """A journal that queues what came."""

    def failure(self, request_id: str, message: str, output: str | None, reason: Any, **facts: Any) -> None:
        """Queue first, redact never."""
        self.redactor = _Bare(self.keys)
        super().failure(request_id, message, output, reason, **facts)


class _Bare(Redactor):
    def redact(self, text: str) -> Redacted:
        """The text as it is, called clean."""
        found = super().redact("")
        return found._replace(text=Clean(text), plain=found.plain._replace(text=text))


@pytest.mark.parametrize("fault", [BareShown, BareLabel, BareFact, BareQueue])
def test_a_sink_that_goes_around_redaction_is_seen(fault: type[Journal], tmp_path: Path) -> None:
    """A planted fault in any one sink makes the suite find canaries of every kind that it lets through."""
    found = leaks(lambda folder, stream: fault(folder, text=True, stream=stream), tmp_path / "serve", step=10)
    assert len(found) > 20


def test_text_is_off_where_nobody_turned_it_on(tmp_path: Path) -> None:
    """Without text=True no word of a message is in a log line, an error body or a label, not even redacted."""
    stream = io.StringIO()
    journal = Journal(tmp_path / "serve", stream=stream)
    for number, canary in enumerate(suite()[:20]):
        assert through(journal, canary, number) == "other"
    said = stream.getvalue()
    assert "text" not in said
    assert "said" not in {key for line in said.splitlines() for key in msgspec.json.decode(line) if key == "said" and "k1:" not in line}
    assert not any(word in said for word in ("bhej", "भेज", "ko ", "को "))
    journal.close()


def test_deleted_failures_leave_no_bytes(tmp_path: Path) -> None:
    """What is deleted is not in the file any more, nor in its log of changes."""
    journal = Journal(tmp_path / "serve")
    journal.failure("a" * 32, "pyaaz aur lahsun wapas karna hai xyzzyplugh", None, "invalid")
    (found,) = journal.queue.rows()
    word = found.message.split()[-1]
    assert word.encode() in b"".join(p.read_bytes() for p in (tmp_path / "serve").glob("failures*"))
    assert journal.queue.delete([found.key]) == 1
    assert word.encode() not in b"".join(p.read_bytes() for p in (tmp_path / "serve").glob("failures*"))
    assert sqlite3.connect(tmp_path / "serve" / "failures.sqlite").execute("SELECT count(*) FROM request").fetchone() == (0,)
    journal.close()
