"""Greedy (or seeded) decoding of a batch: the shared prompt computed once, each answer stopped at its JSON's end, finished rows leave the batch."""

import copy
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from train.grammar import Engine

Gone = Callable[[], bool]  # does nobody wait for a row any more?


class Answer(NamedTuple):
    """Raw text, how many tokens were decoded, and whether it ended by itself (stop token or JSON's end) or at the cap."""

    text: str
    tokens: int
    ended: bool


class Sampling(NamedTuple):
    """How a retry is drawn: temperature, and one seed a row, so that a row's draw does not hang on its neighbours."""

    temperature: float
    seeds: Sequence[int]


class JsonEnd:
    """Watches one answer grow and says when its first object has closed. Braces inside strings do not count."""

    def __init__(self) -> None:
        self._depth, self._string, self._escaped = 0, False, False

    def feed(self, piece: str) -> bool:
        """One more token's text; True where the object closes in it."""
        for sign in piece:
            if self._escaped:
                self._escaped = False
            elif self._string:
                self._escaped, self._string = sign == "\\", sign != '"'
            elif sign == '"':
                self._string = self._depth > 0
            elif sign == "{":
                self._depth += 1
            elif sign == "}" and self._depth:
                self._depth -= 1
                if not self._depth:
                    return True
        return False


class Decoder:
    """A model, its tokenizer and the beginning that all prompts share, whose keys and values are computed once for all batches."""

    def __init__(self, model: Any, tokenizer: Any, engine: Engine | None = None) -> None:
        self.model, self.tokenizer, self.engine = model, tokenizer, engine
        self._kept: tuple[list[int], Any] = ([], None)

    def share(self, prompts: Sequence[list[int]]) -> None:
        """Compute what all these prompts begin with; each keeps at least one token of its own."""
        import torch

        low, high = min(prompts), max(prompts)
        most = min(len(p) for p in prompts) - 1
        start = next((k for k in range(most) if low[k] != high[k]), most)
        head = list(low[:start])
        if head != self._kept[0]:
            with torch.inference_mode():
                ids = torch.tensor([head], device=self.model.device)
                self._kept = (head, self.model(input_ids=ids, use_cache=True, logits_to_keep=1).cache if start else None)

    def begins(self, prompt: Sequence[int]) -> bool:
        """Does a prompt begin with what is shared, and go on?"""
        head = self._kept[0]
        return len(prompt) > len(head) and list(prompt[: len(head)]) == head

    def bare(self) -> "Decoder":
        """The same model and engine with nothing shared, for prompts that begin otherwise."""
        return Decoder(self.model, self.tokenizer, self.engine)

    def answers(self, prompts: Sequence[list[int]], most: int, sampling: Sampling | None = None, gone: Sequence[Gone] = ()) -> list[Answer]:
        """One answer a prompt, of at most `most` tokens each. Prompts must begin as those of `share`; a row that is `gone` stops at its next token.

        A window that slides over keys (Gemma's, 512) counts padding as keys: rows that reach past it are answered with those of their length.
        """
        window = getattr(self.model.config.get_text_config(), "sliding_window", None)
        if window is None or max(map(len, prompts)) + most <= window or len({len(p) for p in prompts}) == 1:
            return self._together(prompts, most, sampling, gone)
        out: list[Answer | None] = [None] * len(prompts)
        for size in {len(p) for p in prompts}:
            rows = [k for k, p in enumerate(prompts) if len(p) == size]
            drawn = sampling and Sampling(sampling.temperature, [sampling.seeds[k] for k in rows])
            for k, answer in zip(rows, self._together([prompts[k] for k in rows], most, drawn, [gone[k] for k in rows] if gone else ()), strict=True):
                out[k] = answer
        return [a for a in out if a is not None]

    def _together(self, prompts: Sequence[list[int]], most: int, sampling: Sampling | None, gone: Sequence[Gone]) -> list[Answer]:
        import torch

        head, kept = self._kept
        n, start = len(prompts), len(head)
        own = [list(p[start:]) for p in prompts]
        width = max(map(len, own))
        pad = self.tokenizer.pad_token_id
        device = self.model.device
        ids = torch.tensor([[pad] * (width - len(o)) + o for o in own], device=device)
        mask = torch.tensor([[1] * start + [0] * (width - len(o)) + [1] * len(o) for o in own], device=device)
        cache = copy.deepcopy(kept)
        if cache is not None:
            cache.batch_repeat_interleave(n)
        rows, made, ends = list(range(n)), [[] for _ in range(n)], [JsonEnd() for _ in range(n)]  # type: tuple[list[int], list[list[int]], list[JsonEnd]]
        matchers = [self.engine.matcher() for _ in range(n)] if self.engine else []
        generators = [torch.Generator().manual_seed(s) for s in sampling.seeds] if sampling else []
        ended = [False] * n
        with torch.inference_mode():
            for _ in range(most):
                places = (mask.cumsum(-1) - 1).clamp(min=0)[:, -ids.shape[1] :]
                seen = self.model(input_ids=ids, attention_mask=mask, position_ids=places, cache=cache, use_cache=True, logits_to_keep=1)
                cache = seen.cache
                logits = seen.logits[:, -1].float().cpu()
                for k, matcher in enumerate(matchers):
                    logits[k, ~torch.from_numpy(self.engine.allowed(matcher))] = -torch.inf  # type: ignore[union-attr]  # matchers come from it
                chosen = self._chosen(logits, sampling, generators)
                going = []
                for k, (row, token) in enumerate(zip(rows, chosen, strict=True)):
                    ended[row] = self._ends(token, made[row], ends[row], matchers[k] if matchers else None)
                    if not ended[row] and not (gone and gone[row]()):
                        going.append(k)
                if not going:
                    break
                rows = [rows[k] for k in going]
                matchers = [matchers[k] for k in going] if matchers else []
                generators = [generators[k] for k in going] if generators else []
                ids = torch.tensor([[chosen[k]] for k in going], device=device)
                mask = torch.cat([mask[going], mask.new_ones(len(going), 1)], -1)
                if len(going) < len(chosen):
                    cache.batch_select_indices(torch.tensor(going, device=device))
        return [Answer(self.tokenizer.decode(m, skip_special_tokens=False), len(m), e) for m, e in zip(made, ended, strict=True)]

    def _chosen(self, logits: Any, sampling: Sampling | None, generators: Sequence[Any]) -> list[int]:
        """The likeliest token of each row, or one drawn."""
        import torch

        if sampling is None:
            return [int(t) for t in logits.argmax(-1)]
        shares = (logits / sampling.temperature).softmax(-1)
        return [int(torch.multinomial(s, 1, generator=g)) for s, g in zip(shares, generators, strict=True)]

    def _ends(self, token: int, made: list[int], end: JsonEnd, matcher: Any) -> bool:
        """Take a token in; True where the answer ends. The stop token ends it and is no part of its text."""
        if token == self.tokenizer.eos_token_id:
            return True
        made.append(token)
        if matcher is not None:
            matcher.consume_token(token)
        return end.feed(str(self.tokenizer.convert_ids_to_tokens(token)))
