"""The plain loop that a server is measured against: transformers' `generate`, one request after the other in the order in which they came."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from hinglish.errors import KhichdiError
from serve.load_send import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from train.config import Weights


class Length(NamedTuple):
    """At most so many tokens an answer; `exactly`: just so many, whatever the model would stop at."""

    most: int
    exactly: bool = False


class _Clock:
    """A streamer of `generate` that notes when the first new token came; the prompt is put first."""

    def __init__(self) -> None:
        self.puts, self.first = 0, 0.0

    def put(self, _: Any) -> None:
        """A token, or the prompt."""
        self.puts += 1
        if self.puts == 2:
            self.first = time.perf_counter()

    def end(self) -> None:
        """Nothing to flush."""


class Plain:
    """A model in this process. One thread works; a request that was given up before its turn is not computed."""

    def __init__(self, place: str, turns: "Callable[[str], list[dict[str, str]]]", length: Length) -> None:
        """`place` is a base, a merged folder or an adapter, with "@nf4", "@bf16" or "@fp32" after it (bf16 if not said)."""
        from train.adapter import load_predictor
        from train.commands import needed

        needed()
        name, _, weights = place.partition("@")
        if weights not in {"", "nf4", "bf16", "fp32"}:
            raise KhichdiError(f"generate:{place}: weights {weights}; one of nf4, bf16, fp32")
        folder = Path(name)
        if not folder.is_dir():
            raise KhichdiError(f"generate:{place}: no folder {name}; name a base, a merged model or an adapter")
        is_adapter = (folder / "adapter_config.json").is_file()
        kind = cast("Weights", weights or "bf16")
        self._predictor = load_predictor(folder, weights=kind, cpu=True) if is_adapter else load_predictor(None, name, weights=kind, cpu=True)
        self._turns, self._length = turns, length
        self._thread = ThreadPoolExecutor(1)

    async def send(self, message: str) -> Reply:
        """The answer, when its turn has come."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(self._answer, message))

    def _answer(self, message: str) -> Reply:
        import torch

        from train.chat import encode_prompt

        model, tokenizer = self._predictor.model, self._predictor.tokenizer
        ids = torch.tensor([encode_prompt(tokenizer, self._turns(message))])
        clock = _Clock()
        least = self._length.most if self._length.exactly else 0
        with torch.inference_mode():
            made = model.generate(
                input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=self._length.most, min_new_tokens=least, do_sample=False,
                pad_token_id=tokenizer.pad_token_id, eos_token_id=tokenizer.eos_token_id, streamer=clock,
            )  # fmt: skip
        new = made[0, ids.shape[1] :].tolist()
        return Reply(clock.first, time.perf_counter(), len(new), tokenizer.decode(new, skip_special_tokens=True))

    async def close(self) -> None:
        """Let what runs come to its end."""
        self._thread.shutdown(wait=True, cancel_futures=True)
