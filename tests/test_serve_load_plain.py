"""The plain generate loop: what `generate` gives, one after the other in the order of asking; what is given up before its turn is not computed."""

import asyncio

import pytest

from hinglish.errors import KhichdiError
from schemas.prompt import turns
from serve.load_loop import Sample, closed_loop, open_loop
from serve.load_plain import Length, Plain
from tests.tiny_train import NEEDS_EXTRA, made_rows, tiny_base

pytestmark = NEEDS_EXTRA


def asked(length: Length, give_up: float, due: list[float] | None = None) -> list[Sample]:
    """Six messages through the loop, by one client or at these times."""
    texts = [(k, r.input) for k, r in enumerate(made_rows()[:6])]
    plain = Plain(f"{tiny_base()}@fp32", turns, length)

    async def whole() -> list[Sample]:
        try:
            return await (closed_loop(plain, texts, 6, give_up=give_up) if due is None else open_loop(plain, texts, due, give_up=give_up))
        finally:
            await plain.close()

    return asyncio.run(whole())


def test_it_works_one_at_a_time_and_counts_each_token() -> None:
    """With six clients at once answers end one after the other, in order; `exactly` has just so many tokens; the first token comes before the end."""
    found = asked(Length(5, exactly=True), 60.0)
    assert [s.tokens for s in found] == [5] * 6
    ends = [s.done for s in found]
    assert ends == sorted(ends)
    for s, before in zip(found[1:], ends, strict=False):
        assert s.first is not None
        assert before <= s.first < s.done  # nothing of it came before the last one had ended


def test_its_text_is_what_generate_gives() -> None:
    """The answer of the loop is the greedy answer of the same model to the same ids."""
    import torch

    from train.adapter import load_predictor
    from train.chat import encode_prompt

    plain = Plain(f"{tiny_base()}@fp32", turns, Length(8))
    reply = asyncio.run(plain.send(made_rows()[0].input))
    p = load_predictor(None, str(tiny_base()), weights="fp32", cpu=True)
    ids = torch.tensor([encode_prompt(p.tokenizer, turns(made_rows()[0].input))])
    made = p.model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=8, do_sample=False, pad_token_id=p.tokenizer.pad_token_id)
    assert reply.text == p.tokenizer.decode(made[0, ids.shape[1] :], skip_special_tokens=True)


def test_what_is_given_up_before_its_turn_is_not_computed() -> None:
    """Clients that hang up at once cost the loop at most the one answer that had begun."""
    found = asked(Length(400, exactly=True), 0.05, [0.0] * 6)
    assert {s.outcome for s in found} == {"timeout"}
    assert max(s.done for s in found) < 30.0


def test_a_folder_that_is_none_and_odd_weights_are_refused() -> None:
    """Each is named."""
    with pytest.raises(KhichdiError, match="no folder nowhere"):
        Plain("nowhere", turns, Length(1))
    with pytest.raises(KhichdiError, match="one of nf4, bf16, fp32"):
        Plain(f"{tiny_base()}@int3", turns, Length(1))
