"""Laws of the model in this process: requests that wait are decoded together, each as if alone; who goes leaves; a fault ends one batch only."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from serve.backend import Asked
from serve.check import check, first_turns
from serve.faults import BackendError
from tests import tiny_train
from tests.serve_desk import NEEDS_EXTRA

pytestmark = [NEEDS_EXTRA, tiny_train.NEEDS_EXTRA]
MOST = 160


def asked(number: int, *, constrained: bool = True, most: int = MOST) -> Asked:
    """One made message."""
    return Asked(f"a{number}", first_turns(tiny_train.made_rows()[number].input), constrained, most)


def run(law: Callable[[Any], Awaitable[None]], batch: int = 4) -> None:
    """A law about a started backend."""
    from serve.local import Transformers

    async def _run() -> None:
        backend = Transformers(None, str(tiny_train.tiny_base()), batch=batch, weights="fp32", cpu=True)
        lines = await backend.start()
        assert any(line.startswith("base: ") for line in lines)
        try:
            await law(backend)
        finally:
            await backend.close()

    asyncio.run(_run())


def test_those_that_wait_together_are_answered_as_each_alone() -> None:
    """Six requests in batches of four, constrained and free among them: each has its own id and the text it has by itself."""

    async def law(backend: Any) -> None:
        kinds = [True, True, False, True, False, True]
        together = await asyncio.gather(*[backend.answer(asked(k, constrained=kind)) for k, kind in enumerate(kinds)])
        for number, (kind, said) in enumerate(zip(kinds, together, strict=True)):
            assert said.id == f"a{number}"
            assert said == await backend.answer(asked(number, constrained=kind))
            assert not (kind and said.ended) or check("", said.text).outcome in ("valid", "ungrounded")

    run(law)


def test_a_prompt_that_begins_otherwise_is_answered_too() -> None:
    """A conversation with a fed-back fault, and one without our system text, beside a usual one."""

    async def law(backend: Any) -> None:
        other = Asked("o", [{"role": "user", "content": "kal"}], True, 40)
        said = await asyncio.gather(backend.answer(asked(0, most=40)), backend.answer(other))
        assert [s.id for s in said] == ["a0", "o"]
        assert said[1].text.startswith('{"intent":"')

    run(law)


def test_who_goes_away_leaves_the_queue_and_the_batch() -> None:
    """Cancelled while decoding, the batch ends at its next token; cancelled while waiting, it is never decoded; the next request is answered."""

    async def law(backend: Any) -> None:
        endless = asyncio.create_task(backend.answer(asked(0, constrained=False, most=10**6)))
        waiting = asyncio.create_task(backend.answer(asked(1)))
        while backend._jobs or not backend._wake.is_set():
            await asyncio.sleep(0)
            if len(backend._jobs) == 1:
                break
        for task in (endless, waiting):
            task.cancel()
        await asyncio.gather(endless, waiting, return_exceptions=True)
        async with asyncio.timeout(60):
            assert (await backend.answer(asked(2))).id == "a2"

    run(law, batch=1)


def test_a_fault_of_the_model_fails_its_batch_and_no_other() -> None:
    """Whatever it throws is a BackendError without its words; the worker goes on."""

    async def law(backend: Any) -> None:
        whole = backend._decoded

        def broken(*args: Any) -> Any:
            backend._decoded = whole
            raise RuntimeError("Rahul 98765 43210")

        backend._decoded = broken
        with pytest.raises(BackendError, match=r"^RuntimeError$"):
            await backend.answer(asked(0))
        assert await backend.alive()
        assert (await backend.answer(asked(0))).id == "a0"

    run(law)
