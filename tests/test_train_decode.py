"""Laws of decoding: a batch answers as single rows do, an answer ends at its JSON's end, and the grammar admits what the schemas admit."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.canonical import parse_target
from schemas.contract import intents
from schemas.prompt import turns
from schemas.validate import errors
from tests.tiny_train import NEEDS_EXTRA, made_rows, tiny_base
from train.base import Machine, load_base
from train.chat import encode_prompt, load_tokenizer
from train.decode import Decoder, JsonEnd, Sampling
from train.grammar import Engine, answer_schema, bounded, lint

pytestmark = NEEDS_EXTRA
MOST = 24


def decoder(engine: bool = False) -> Decoder:
    """The tiny random model, free or by the grammar."""
    tokenizer = load_tokenizer(str(tiny_base()))
    model = load_base(str(tiny_base()), "fp32", Machine("cpu", False)).eval()
    return Decoder(model, tokenizer, Engine(tokenizer, model.config.vocab_size) if engine else None)


def gemma(window: int) -> Decoder:
    """A random Gemma 3 of two layers, one of them with a sliding window."""
    import torch
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig

    tokenizer = load_tokenizer(str(tiny_base()))
    torch.manual_seed(5)
    kinds = ["sliding_attention", "full_attention"]
    shape = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 16}
    ends = {"eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id}
    rest = {"sliding_window": window, "layer_types": kinds, "initializer_range": 0.3, "tie_word_embeddings": False}
    config = Gemma3TextConfig(vocab_size=len(tokenizer), **shape, **ends, **rest)
    return Decoder(Gemma3ForCausalLM(config).eval(), tokenizer)


def prompts(count: int) -> list[list[int]]:
    """Of the first rows; of many lengths."""
    tokenizer = load_tokenizer(str(tiny_base()))
    return [encode_prompt(tokenizer, turns(r.input)) for r in made_rows()[:count]]


@pytest.mark.parametrize("made", ["qwen", "gemma", "gemma-short"])
def test_a_batch_answers_as_transformers_does_row_by_row(made: Any) -> None:
    """Shared prompt, padding, rows that leave, windows that slide past the prompt: each answer is what `generate` gives for its row alone."""
    import torch

    made, asked = {"qwen": decoder, "gemma": lambda: gemma(4096), "gemma-short": lambda: gemma(16)}[made](), prompts(9)
    made.share(asked)
    answers = made.answers(asked, MOST)
    for ids, answer in zip(asked, answers, strict=True):
        whole = made.model.generate(
            input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), max_new_tokens=MOST, do_sample=False
        )
        alone = [t for t in whole[0, len(ids) :].tolist() if t != made.tokenizer.eos_token_id]
        assert made.tokenizer.decode(alone)[: len(answer.text)] == answer.text
        assert answer.ended or answer.tokens == MOST


def test_what_was_shared_before_does_not_leak_into_the_next_batch() -> None:
    """The kept beginning is copied: the same batch answers the same twice, and other prompts share anew."""
    made, asked = decoder(), prompts(4)
    made.share(asked)
    first = made.answers(asked, MOST)
    assert made.answers(asked, MOST) == first
    made.share(asked[:2])
    assert made.answers(asked[:2], MOST) == first[:2]


def test_a_drawn_answer_hangs_on_its_own_seed() -> None:
    """Same seed, same answer, alone or in a batch; another seed, another answer."""
    made, asked = decoder(), prompts(3)
    made.share(asked)
    batch = made.answers(asked, MOST, Sampling(1.0, [7, 8, 9]))
    assert made.answers(asked[1:2], MOST, Sampling(1.0, [8]))[0] == batch[1]
    assert made.answers(asked[1:2], MOST, Sampling(1.0, [10]))[0] != batch[1]


def fed(pieces: Sequence[str]) -> int | None:
    """After which piece the object has closed."""
    end = JsonEnd()
    return next((k for k, piece in enumerate(pieces) if end.feed(piece)), None)


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
    ),
    st.data(),
)
def test_an_object_ends_where_json_says(value: Any, data: st.DataObject) -> None:
    """However an object is cut into pieces, its end is seen at its last character and never before: braces and quotes inside strings do not count."""
    text = json.dumps({"a": value}, ensure_ascii=data.draw(st.booleans()))
    assert fed(list(text)) == len(text) - 1
    cut = data.draw(st.integers(0, len(text)))
    assert fed([text[:cut], text[cut:]]) == (0 if cut == len(text) else 1)
    assert fed(["so: ", text, "more"]) == 1


def test_a_brace_in_a_string_is_no_end() -> None:
    """The law above catches a planted fault: counting braces alone would end here too soon."""
    assert fed(['{"a":"}', "x", '"}']) == 2
    assert fed(['{"a":"\\"}', '"}']) == 1


# ── the grammar ──


def test_the_schemas_are_linted_and_bounded() -> None:
    """The answer's schema has nothing the engine would not hold; the schemas as they are do lack bounds, and each is named."""
    assert list(lint(answer_schema())) == []
    found = list(lint(intents()["order_grocery"].schema))
    assert any("items: a array without maxItems" in f for f in found)
    assert any("items.items.name: a string without maxLength" in f for f in found)
    assert any("quantity: a number without maximum" in f for f in found)


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "array", "maxItems": 2, "uniqueItems": True}, "uniqueItems"),
        ({"not": {"type": "null"}}, "not is not honoured"),
        ({"type": "string", "maxLength": 3, "format": "date"}, "format"),
        ({"type": "object", "properties": {}}, "additionalProperties"),
        ({"type": "string", "pattern": "^[0-9]+$"}, "maxLength"),
    ],
)
def test_what_the_engine_ignores_is_named(schema: dict[str, Any], said: str) -> None:
    """Planted keywords that an engine drops or refuses, and a pattern without an end."""
    assert any(said in f for f in lint(schema))


def test_every_made_label_is_admitted_and_near_misses_are_not() -> None:
    """Canonical labels pass; a space, another order, a missing or extra key, an escape, a float for a count, an endless decimal do not."""
    engine = decoder(engine=True).engine
    assert engine
    for row in made_rows():
        assert engine.takes(row.target), row.target
    good = '{"intent":"order_food","restaurant":null,"items":[{"name":"पाव भाजी","quantity":2}],"note":null}'
    assert engine.takes(good)
    for bad in (
        good.replace(":", ": ", 1),
        '{"restaurant":null,"intent":"order_food","items":[],"note":null}',
        good.replace(',"note":null', ""),
        good.replace('"note":null', '"note":null,"x":1'),
        good.replace("पाव", "\\u092a"),
        good.replace(":2}", ":2.5}"),
        good.replace('"पाव भाजी"', "null"),
        '{"intent":"pay_bill","biller":null,"bill_type":null,"amount":1.23456789,"due_date":null}',
        '{"intent":"book_ticket","mode":"tram","origin":null,"destination":null,"date":null,"travel_class":null,"passengers":null}',
    ):
        assert not engine.takes(bad), bad


def test_constrained_answers_that_end_are_valid() -> None:
    """A random model under the grammar: every answer that ends is valid under the real schemas; free, none is."""
    made, asked = decoder(engine=True), prompts(12)
    made.share(asked)
    ended = [a.text for a in made.answers(asked, 300) if a.ended]
    assert len(ended) >= 6
    assert [errors(parse_target(t)) for t in ended] == [[]] * len(ended)
    free = decoder()
    free.share(asked)
    assert not any(a.text.startswith('{"intent"') for a in free.answers(asked, MOST))


@given(st.sampled_from(sorted(intents())))
@settings(max_examples=19)
def test_bounds_only_narrow(name: str) -> None:
    """What is bounded admits no key or kind that the schema does not; the schema itself is not touched."""
    before = json.dumps(dict(intents()[name].schema))
    narrow = bounded(intents()[name].schema)
    assert list(narrow["properties"]) == list(intents()[name].schema["properties"])
    assert narrow["required"] == intents()[name].schema["required"]
    assert json.dumps(dict(intents()[name].schema)) == before
