"""A backend without a model: the rule parser's answers or given ones, and every fault that a real one has, on demand; for tests, benches and a first try."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Literal, get_args

from hinglish.errors import KhichdiError
from schemas.canonical import encode
from schemas.prompt import prompt
from serve.backend import Asked, Said
from serve.faults import BackendError

Act = Literal["answer", "die", "stall", "garbage", "half", "another", "misgrounded", "empty"]
ACTS: tuple[str, ...] = get_args(Act)
GARBAGE = "Sure! Here is the JSON you asked for:\n```json\n{'intent': None,}\n```\x00"
ANOTHER = '{"intent":"play_music","song":"zzyzx qwrtp","artist":"xqzwv","app":null}'


class Fake:
    """`answers` gives a message's answer, else rules do. `then` are acts for the next attempts in order; when they are used up, `always`."""

    kind = "fake"

    def __init__(self, answers: Callable[[str], str] | None = None, *, delay: float = 0.0, always: Act = "answer", constrains: bool = True) -> None:
        self.model, self.constrains = "fake-rules" if answers is None else "fake", constrains
        self.delay, self.always = delay, always
        self.then: deque[Act] = deque()
        self.hold: asyncio.Event | None = None  # nobody is answered until it is set
        self.seen: deque[Asked] = deque(maxlen=64)  # the last attempts, for tests to look at
        self.asked = self.working = self.cancelled = 0
        self._answers = answers
        if always not in ACTS:
            raise KhichdiError(f"fake: no act {always!r}; acts: {', '.join(ACTS)}")

    async def start(self) -> list[str]:
        """Nothing to check."""
        return ["backend: fake, no model; answers by rules mean nothing for a model's quality"]

    async def answer(self, asked: Asked) -> Said:
        """One act."""
        self.asked += 1
        self.seen.append(asked)
        act = self.then.popleft() if self.then else self.always
        self.working += 1
        try:
            if act == "stall":
                await asyncio.Event().wait()
            if self.hold is not None:
                await self.hold.wait()
            if self.delay:
                await asyncio.sleep(self.delay)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.working -= 1
        return self._said(act, asked)

    def _said(self, act: Act, asked: Asked) -> Said:
        if act == "die":
            raise BackendError("the fake died as it was told")
        if act == "another":
            return Said(ANOTHER, "0" * 32)
        wrong = {"garbage": GARBAGE, "misgrounded": ANOTHER, "empty": ""}
        text = wrong[act] if act in wrong else self._text(asked)
        return Said(text[: len(text) // 2] if act == "half" else text, asked.id, act != "half")

    def _text(self, asked: Asked) -> str:
        message = asked.turns[1]["content"].removeprefix(f"{prompt().instruction}\n")
        if self._answers is not None:
            return self._answers(message)
        from eval.rules import parse

        return encode(parse(message)).decode()

    async def alive(self) -> bool:
        """Not where it always dies or stalls."""
        return self.always not in ("die", "stall")

    async def close(self) -> None:
        """Nothing to let go."""
