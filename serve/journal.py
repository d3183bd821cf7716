"""The one way out: every log line, error text, trace, metric label and queued failure passes here, without text unless redacted.

    journal = Journal(Path("build/serve"), known=CODES)
    journal.note("answered", request=request_id, intent="pay_bill", ms=41.5)     # strings that are no known code become keyed hashes
    journal.fault("backend", error, request=request_id)                           # an exception: types and places, never what it says
    journal.failure(request_id, message, output, "invalid", attempts=2)           # the failure queue: redacted, classed, counted once

Text is off: `note(text=…)`, `shown(…)` and what exceptions say come out as nothing. With `text=True` they come out redacted.
"""

import logging
import os
import re
import traceback
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import msgspec

from schemas.contract import intents
from schemas.example import leaf_kinds
from serve.classes import class_of
from serve.drift import features
from serve.failures import CLASSES, REASONS, Failure, Queue, Reason
from serve.keys import Keys, fresh, read_keys
from serve.redact import Redactor
from serve.relabel import relabelled
from serve.surrogates import build_pools
from serve.tokens import warm as warm_tokens

Fact = str | int | float | bool | type | None
MOST = 10**7  # a greater number could be a phone or an account: it leaves as a hash
FOLDER = Path(os.environ.get("KHICHDI_SERVE_HOME") or Path("build") / "serve")
_CODE = re.compile(r"[a-z][a-z0-9_.-]{0,40}")
_LOGGERS = "root uvicorn uvicorn.error uvicorn.access asyncio fastapi httpx httpcore transformers"
_WORDS = f"{_LOGGERS} GET POST roman devanagari mixed other ok error closed open half_open wrong_intent wrong_value not_data"


def known_words() -> frozenset[str]:
    """Strings that every journal may write as they are: names of intents, slots, reasons, classes and a few codes."""
    slots = {part for name in intents() for path in leaf_kinds(name) for part in (path, *path.split("."))}
    return frozenset({*intents(), *slots, *REASONS, *CLASSES, *_WORDS.split()})


class Journal:
    """Where a server's words go. `folder` None keeps everything in memory; `known` are further codes that may be written as they are."""

    def __init__(
        self, folder: Path | None = None, *, text: bool = False, known: Iterable[str] = (), stream: TextIO | None = None, keys: Keys | None = None
    ) -> None:
        self.text = text
        self.keys: Keys = keys or (read_keys(folder / "keys.json") if folder else fresh())
        self.redactor = Redactor(self.keys)
        self.queue = Queue(folder / "failures.sqlite" if folder else None)
        self._folder, self._stream = folder, stream
        self._known = known_words() | frozenset(known)
        self._file, self._day = -1, ""

    def note(self, event: str, *, text: str | None = None, **facts: Fact) -> None:
        """One line in the log. Facts are numbers, known codes, or strings that leave as keyed hashes; `text` leaves only redacted, if at all."""
        line = {"at": _now(), "event": event if _CODE.fullmatch(event) else self.fact(event)}
        line |= {name: self.fact(value) for name, value in facts.items()}
        if text is not None and self.text:
            line["text"] = self.shown(text)
        self._write(line)

    def fact(self, value: Fact) -> str | int | float | bool | None:
        """A value as a line may show it."""
        if isinstance(value, type):
            return value.__name__
        if isinstance(value, str):
            return value if value in self._known else self.keys.hashed(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            if not -MOST < value < MOST:
                return self.keys.hashed(str(value))
            return round(value, 6) if isinstance(value, float) else value
        return value

    def label(self, value: str) -> str:
        """A metric's label: a known code, else "other"; a hash would make a series of its own of every value."""
        return value if value in self._known else "other"

    def shown(self, text: str) -> str:
        """A text as an error body, a trace or a report may show it: redacted where text is on, else nothing."""
        return str(self.redactor.redact(text).text) if self.text else ""

    def fault(self, event: str, error: BaseException, **facts: Fact) -> None:
        """An exception as a log line: the types of its chain and where they came from; what they say only redacted, if at all."""
        chain = list(_chain(error))
        frames = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)[-6:]]
        line = {"at": _now(), "event": event if _CODE.fullmatch(event) else self.fact(event), "error": [type(e).__name__ for e in chain], "at_line": frames}
        line |= {name: self.fact(value) for name, value in facts.items()}
        if self.text:
            line["said"] = [self.shown(str(e)) for e in chain]
        self._write(line)

    def failure(self, request_id: str, message: str, output: str | None, reason: Reason, *, paths: Sequence[str] = (), flag: str = "", **facts: Fact) -> None:
        """Queue a failed answer: redacted, classed, counted with its like. `paths` are leaves found ungrounded, `flag` a client's reason."""
        at, request = _now(), self.keys.hashed(request_id)
        clean = self.redactor.redact(message)
        answer = None if output is None else str(relabelled(self.redactor, clean, output))
        cls = class_of(message, output, reason, paths, flag)
        known = {name: self.fact(value) for name, value in ((facts | {"flag": flag}) if flag else facts).items()}
        key = self.keys.hashed(f"{cls}/{clean.skeleton()}")
        self.queue.add(Failure(key, str(clean.text), answer, reason, cls, _json(known)), request, at)
        self._write({"at": at, "event": "failure", "request": request, "failure": key, "reason": reason, "class": cls} | known)

    def drawn(self, message: str, share: float = 0.1) -> bool:
        """Is a message of the share that is counted as traffic? The key draws; microseconds."""
        return int.from_bytes(self.keys.digest(f"traffic/{message}")[:4]) < share * 2**32

    def traffic(self, message: str, intent: str, *, share: float = 0.1) -> None:
        """Count what a message is like, for `khichdi drift show`: one line without text, of a share of messages that the key draws."""
        if self.drawn(message, share):
            self._write({"at": _now(), "event": "traffic"} | features(message, intent if intent in self._known else "")._asdict())

    def warm(self) -> None:
        """Build what the first redaction would wait for (the lexicon's words, two or three seconds). For a server's start."""
        build_pools()
        warm_tokens()
        clean = self.redactor.redact("Rahul ko 9876543210 pe 500 bhejo, रवि के घर")
        relabelled(self.redactor, clean, '{"intent":"transfer_money","recipient":"राहुल","amount":500,"via":null,"date":null,"purpose":null}')

    def handler(self) -> logging.Handler:
        """What other libraries log (logging.getLogger().addHandler): who and how grave; what they say only redacted, if at all."""
        return _Handler(self)

    def _write(self, line: object) -> None:
        data = msgspec.json.encode(line) + b"\n"
        if self._stream is not None:
            self._stream.write(data.decode())
        if self._folder is not None:
            os.write(self._today(), data)  # one write of a whole line at the end of the file: lines of several processes do not mix

    def _today(self) -> int:
        day = datetime.now(UTC).date().isoformat()
        if self._folder is not None and (day != self._day or os.fstat(self._file).st_nlink == 0):  # 0: the file was written anew without some lines
            self._shut()
            self._file = os.open(self._folder / f"log-{day}.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            self._day = day
        return self._file

    def _shut(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file, self._day = -1, ""

    def close(self) -> None:
        """Let the files go."""
        self._shut()
        self.queue.close()


class _Handler(logging.Handler):
    """Records of the standard library's logging, through the journal."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self._journal = journal

    def emit(self, record: logging.LogRecord) -> None:
        """One record as one line."""
        try:
            said = record.getMessage()
        except Exception:  # a record of another library that cannot be formatted must not stop a request
            said = ""
        if record.exc_info and record.exc_info[1]:
            self._journal.fault("logged", record.exc_info[1], level=record.levelno)
        self._journal.note("logged", text=said, logger=record.name, level=record.levelno, line=record.lineno)


def _chain(error: BaseException) -> Iterable[BaseException]:
    seen: BaseException | None = error
    for _ in range(6):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or seen.__context__


def _json(thing: object) -> str:
    return msgspec.json.encode(thing).decode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
