"""One message to one label: a place in the queue, the model, the validator, again with the fault fed back, repair; all within one deadline."""

import asyncio
import time
from typing import NamedTuple

from hinglish.errors import KhichdiError
from hinglish.script import nfc
from schemas.prompt import prompt
from schemas.repair import repair
from serve.backend import Asked, Backend, Said, Turns
from serve.breaker import Breaker
from serve.check import Checked, again, check, first_turns
from serve.failures import Reason
from serve.faults import AnotherError, BackendError, ServeError
from serve.gate import Gate
from serve.ground import ungrounded, warm
from serve.journal import Journal
from serve.metrics import Metrics
from serve.recent import Failed, Hand, Recent
from serve.record import schema_hash
from serve.rehearsal import rehearse
from serve.settings import Settings
from serve.shapes import ChangeOut, Extraction, Ready

WARM = "kal subah 7 baje ka alarm laga do"  # asked at start: the first real request finds grammar, lexicon and caches ready


class Options(NamedTuple):
    """What one request asked for."""

    constrained: bool
    repair: bool
    seconds: float


class Service:
    """Everything behind the routes. `start` checks and warms, `close` drains; between them `extract` never answers empty."""

    def __init__(self, backend: Backend, settings: Settings, journal: Journal) -> None:
        self.backend, self.settings, self.journal = backend, settings, journal
        self.metrics = Metrics()
        self.gate = Gate(settings.slots, settings.waiting)
        self.breaker = Breaker(settings.failures, settings.cooldown, settings.longest_cooldown)
        self.recent = Recent(settings.remembered, settings.remember_seconds)
        self.hand = Hand(journal, self.metrics)
        self.stopping, self.checked = False, list[str]()
        self._seen_alive = (0.0, True)
        for name, what, value in (
            ("running", "Requests in work.", lambda: self.gate.running),
            ("waiting", "Requests in the queue.", lambda: self.gate.waiting),
            ("breaker", "0 closed, 1 half open, 2 open.", lambda: ("closed", "half_open", "open").index(self.breaker.state)),
        ):
            self.metrics.watch(name, what, value)

    async def start(self, *, once: bool = False) -> list[str]:
        """Check the backend, warm it and the validator; a line for everything checked. KhichdiError where it would answer wrongly.

        `once`: for one message and no more. Nothing is warmed, as that costs more than the message, and nothing is journalled.
        """
        self.checked = [*await self.backend.start(), f"prompt hash {prompt().hash[:12]}, schema hash {schema_hash()[:12]}"]
        if once:
            return self.checked
        self.checked.append(await self._warmed())
        await asyncio.to_thread(self.journal.warm)
        await asyncio.to_thread(rehearse, self.settings.partition)
        self.hand.start()
        self.journal.note("started", backend=self.backend.kind, constrained=self.settings.constrained)
        return self.checked

    async def _warmed(self) -> str:
        """The first answer. Where it was decoded under the schemas, ended, and is not valid under them, the backend ignores them: that is refused."""
        began = time.perf_counter()
        constrained = self.settings.constrained and self.backend.constrains
        try:
            async with asyncio.timeout(max(120.0, self.settings.stall)):
                said = await self.backend.answer(Asked("warm", first_turns(WARM), constrained, self.settings.most))
        except (BackendError, TimeoutError) as fault:
            raise KhichdiError(f"the backend is there and gives no answer ({fault or 'none in two minutes'}); look at its own log") from fault
        found = check(WARM, said.text, self.settings.partition)
        if constrained and said.ended and found.outcome in ("not_json", "schema"):
            raise KhichdiError("the backend ignores the schemas (response_format json_schema); start it with structured outputs, or use --free")
        warm(self.settings.partition)
        repair(WARM, {"intent": "set_alarm", "time": "sube 7 बजे", "date": "कल", "repeat": None}, self.settings.partition)
        return f"warm: {'constrained' if constrained else 'free'}, first answer {found.outcome} after {time.perf_counter() - began:.1f} s"

    async def close(self) -> None:
        """Take no more, write what waits, let the backend go."""
        self.stopping = True
        await self.hand.close()
        await self.backend.close()
        self.journal.note("stopped")

    def options(self, constrained: bool | None, mend: bool | None, deadline_ms: int | None) -> Options:
        """A request's wishes, within what the server was started with."""
        held = self.settings
        seconds = held.deadline if deadline_ms is None else min(held.deadline, deadline_ms / 1000)
        free = not self.backend.constrains or (not held.constrained if constrained is None else not constrained)
        return Options(not free, held.repair if mend is None else mend, seconds)

    async def extract(self, request_id: str, message: str, options: Options) -> Extraction:
        """One label. Raises ServeError; cancelled, it gives back its place and ends the backend's work."""
        if self.stopping:
            raise ServeError("stopping", retry_after=1)
        message = nfc(message)
        began = time.monotonic()
        try:
            async with asyncio.timeout(options.seconds), self.gate.place():
                return await self._attempts(request_id, message, options, began)
        except TimeoutError as fault:
            self._failed(request_id, message, None, "slow", seconds=time.monotonic() - began)
            raise ServeError("deadline_exceeded", f"{options.seconds:g} s") from fault

    async def _attempts(self, request_id: str, message: str, options: Options, began: float) -> Extraction:
        conversation = first_turns(message)
        for number in range(1, self.settings.attempts + 1):
            said = await self._ask(Asked(f"{request_id}-{number}", conversation, options.constrained, self.settings.most))
            found = self._check(message, said.text, number)
            if found.target is not None:
                return self._done(request_id, message, said.text, found, options, number, time.monotonic() - began)
            if number < self.settings.attempts:
                conversation = self._again(message, said.text, found)
        code = "ungrounded_answer" if found.outcome == "ungrounded" else "invalid_answer"
        self._failed(request_id, message, said.text, "ungrounded" if found.outcome == "ungrounded" else "invalid", found.ungrounded, attempts=number)
        raise ServeError(code, f"{number} attempts, the last {found.outcome}", attempts=number)

    def _again(self, message: str, output: str, found: Checked) -> Turns:
        """Only the last bad answer is fed back: a conversation of all would grow past a small model's window."""
        return again(first_turns(message), output, found.fault)

    async def _ask(self, asked: Asked) -> Said:
        """One attempt through the breaker. A stall counts against the backend only where it answered nobody in that time: else it is busy."""
        probe, began, settled = self.breaker.admit(), time.monotonic(), False
        try:
            async with asyncio.timeout(self.settings.stall):
                said = await self.backend.answer(asked)
            if said.id not in (None, asked.id):
                raise AnotherError
            self.breaker.ok()
            settled = True
        except BackendError as fault:
            self.breaker.failed(probe)
            settled = True
            self.journal.fault("backend", fault, attempt=asked.id)
            raise ServeError("anothers_answer" if isinstance(fault, AnotherError) else "backend_failed") from fault
        except TimeoutError as fault:
            if self.breaker.answered < began:
                self.breaker.failed(probe)
                settled = True
            raise ServeError("backend_stalled", f"{self.settings.stall:g} s") from fault
        finally:
            if not settled:
                self.breaker.released(probe)
        self.metrics.backend.observe(time.monotonic() - began)
        return said

    def _check(self, message: str, output: str, number: int) -> Checked:
        began = time.perf_counter()
        found = check(message, output, self.settings.partition)
        self.metrics.validator.observe(time.perf_counter() - began)
        self.metrics.of(self.metrics.attempts, str(number), found.outcome).inc()
        return found

    def _done(self, request_id: str, message: str, output: str, found: Checked, options: Options, attempts: int, seconds: float) -> Extraction:
        """A valid answer on its way out: repaired where asked, remembered, and queued where there is something to learn from it."""
        target, flagged, changes = found.target or {}, found.ungrounded, None
        if options.repair:
            mended = repair(message, target, self.settings.partition)
            changes = [ChangeOut(path=c.path, before=c.before, after=c.after, why=c.why) for c in mended.changes]
            if changes:
                target, flagged = mended.target, ungrounded(message, mended.target, self.settings.partition)
            for change in changes:
                self.metrics.repaired.labels(change.why).inc()
        intent = str(target["intent"])
        reason: Reason | None = "retried" if attempts > 1 else "ungrounded" if flagged else "slow" if seconds > self.settings.slow else None
        if reason is not None:
            self._failed(request_id, message, output, reason, flagged, intent=intent, attempts=attempts)
        self.metrics.of(self.metrics.extractions, intent).inc()
        if flagged:
            self.metrics.ungrounded.inc(len(flagged))
        self.recent.keep(request_id, message, output, intent, flagged)
        self.hand.count(message, intent)
        return Extraction.model_construct(
            request_id=request_id, intent=intent, target=target, attempts=attempts, ungrounded=list(flagged), repaired=changes,
            constrained=options.constrained, model=self.backend.model, prompt_hash=prompt().hash,
        )  # fmt: skip  # valid by the schema already

    def _failed(self, request_id: str, message: str, output: str | None, reason: Reason, paths: tuple[str, ...] = (), **facts: int | float | str) -> None:
        self.hand.give(Failed(request_id, message, output, reason, paths, facts))

    def flag(self, request_id: str, reason: str) -> None:
        """A client holds an answer to be wrong. ServeError `unknown_request` where it is not remembered."""
        found = self.recent.find(request_id)
        if found is None:
            raise ServeError("unknown_request")
        self.hand.give(Failed(request_id, found.message, found.output, "flagged", found.paths, {"intent": found.intent}, reason))

    async def ready(self) -> Ready:
        """Would a request be answered now? The backend itself is asked at most once a second."""
        now = time.monotonic()
        if now - self._seen_alive[0] > 1:
            self._seen_alive = (now, await self.backend.alive())
        state = self.breaker.state
        why = "stopping" if self.stopping else "backend_unavailable" if state == "open" else "ok" if self._seen_alive[1] else "backend_failed"
        return Ready(
            ready=why == "ok", why=why, backend=self.backend.kind, model=self.backend.model, prompt_hash=prompt().hash, schema_hash=schema_hash(),
            constrained=self.settings.constrained and self.backend.constrains, breaker=state, running=self.gate.running, waiting=self.gate.waiting,
        )  # fmt: skip
