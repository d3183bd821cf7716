"""A model in this process: requests that wait together are decoded together, each under the grammar where asked; who goes away leaves the batch."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

from hinglish.errors import KhichdiError
from schemas.prompt import turns
from serve.backend import Asked, Said, Turns
from serve.faults import BackendError
from serve.record import hold_record
from train.config import Weights

LINGER = 0.005  # seconds that the first of a batch waits for others; an answer takes a hundred times that


class _Job(NamedTuple):
    """One attempt, where its answer goes, and whether anybody still waits for it."""

    asked: Asked
    done: asyncio.Future[Said]
    gone: Event


class Transformers:
    """An adapter on its base, or a bare base, decoded by train/decode.py in one thread; a batch holds answers of one kind, constrained or free."""

    kind = "transformers"
    constrains = True

    def __init__(self, adapter: Path | None, base: str = "", *, batch: int = 16, merged: bool = False, weights: Weights = "auto", cpu: bool = False) -> None:
        self.model = adapter.parent.name if adapter and adapter.name == "adapter" else adapter.name if adapter else Path(base).name
        self._adapter, self._base, self._batch = adapter, base, batch
        self._load = {"merged": merged, "weights": weights, "cpu": cpu}
        self._jobs: list[_Job] = []
        self._wake = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "model")
        self._worker: asyncio.Task[None] | None = None
        self._decoders: dict[bool, Any] = {}
        self._encode: Callable[[Turns], list[int]]

    async def start(self) -> list[str]:
        """Load, hold to the record (train/adapter.py refuses another prompt, template or base), compile the grammar. Takes seconds to a minute."""
        lines = await asyncio.get_running_loop().run_in_executor(self._thread, self._loaded)
        self._worker = asyncio.create_task(self._work())
        return lines

    def _loaded(self) -> list[str]:
        from train.adapter import load_predictor
        from train.chat import encode_prompt
        from train.decode import Decoder
        from train.grammar import Engine
        from train.record import read_record

        lines = hold_record(read_record(self._adapter), self._adapter) if self._adapter else ["adapter: none, a bare base; nothing to hold it to"]
        found = load_predictor(self._adapter, self._base, **self._load)  # type: ignore[arg-type]  # its own keywords
        engine = Engine(found.tokenizer, found.model.get_output_embeddings().weight.shape[0])
        self._decoders = {False: Decoder(found.model, found.tokenizer), True: Decoder(found.model, found.tokenizer, engine)}
        self._encode = lambda t: encode_prompt(found.tokenizer, t)
        for decoder in self._decoders.values():
            decoder.share([self._encode(turns("a")), self._encode(turns("1"))])
        facts = found.facts
        lines.append(f"base: {facts['base']}, {str(facts['base_identity'])[:12]}" + (", as trained" if self._adapter else ""))
        return [*lines, f"template: {str(facts['template_hash'])[:12]}", f"weights: {facts['weights']} on {facts['device']}"]

    async def answer(self, asked: Asked) -> Said:
        """Wait for a place in a batch and for its end. Cancelled, the attempt leaves the queue, or the batch at its next token."""
        if self._worker is None or self._worker.done():
            raise BackendError("the model's worker is not running")
        job = _Job(asked, asyncio.get_running_loop().create_future(), Event())
        self._jobs.append(job)
        self._wake.set()
        try:
            return await job.done
        finally:
            job.gone.set()

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._wake.wait()
            await asyncio.sleep(LINGER)
            self._jobs = [j for j in self._jobs if not j.gone.is_set()]
            if not self._jobs:
                self._wake.clear()
                continue
            kind = self._jobs[0].asked.constrained
            batch = [j for j in self._jobs if j.asked.constrained == kind][: self._batch]
            self._jobs = [j for j in self._jobs if j not in batch]
            try:
                answers = await loop.run_in_executor(self._thread, self._decoded, batch, kind)
            except Exception as fault:  # whatever a model, a tokenizer or a GPU throws: its batch fails, the next one is tried
                for job in batch:
                    _settle(job, BackendError(type(fault).__name__))
                continue
            for job, said in zip(batch, answers, strict=True):
                _settle(job, said)

    def _decoded(self, batch: Sequence[_Job], constrained: bool) -> list[Said]:
        """In the model's thread: the batch, split by whether a prompt begins as all usual ones do, and by its cap."""
        decoder = self._decoders[constrained]
        prompts = [self._encode(job.asked.turns) for job in batch]
        out: dict[int, Said] = {}
        groups: dict[tuple[bool, int], list[int]] = {}
        for place, job in enumerate(batch):
            groups.setdefault((decoder.begins(prompts[place]), job.asked.most), []).append(place)
        for (usual, most), places in groups.items():
            own = decoder if usual else decoder.bare()
            answers = own.answers([prompts[p] for p in places], most, gone=[batch[p].gone.is_set for p in places])
            out |= {p: Said(a.text, batch[p].asked.id, a.ended) for p, a in zip(places, answers, strict=True)}
        return [out[place] for place in range(len(batch))]

    async def alive(self) -> bool:
        """Does its worker run?"""
        return self._worker is not None and not self._worker.done()

    async def close(self) -> None:
        """End the worker; a batch in work ends at its next token, as nobody waits for it any more."""
        for job in self._jobs:
            job.gone.set()
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        self._thread.shutdown(wait=False, cancel_futures=True)


def _settle(job: _Job, said: Said | BackendError) -> None:
    """Give an answer to whoever still waits."""
    if not job.done.done():
        job.done.set_exception(said) if isinstance(said, BackendError) else job.done.set_result(said)


def needed() -> None:
    """KhichdiError where the extra `train`, which runs a model in process, is not installed."""
    from train.commands import needed as train_needed

    try:
        train_needed()
    except KhichdiError as fault:
        raise KhichdiError(f"--backend transformers: {fault}") from fault
