"""Laws of rows as tokens: the prompt is a prefix, only label and stop are trained, and what would go wrong silently is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinglish.errors import KhichdiError
from schemas.prompt import prompt, turns
from tests.tiny_train import NEEDS_EXTRA, made_rows, tiny_base
from train.chat import IGNORED, encode, encode_prompt, held, load_tokenizer
from train.inspect import lengths, pieces
from train.run import encode_rows

pytestmark = NEEDS_EXTRA
ROOT = Path(__file__).resolve().parent.parent
REAL = [ROOT / "build" / "models" / name for name in ("qwen", "gemma")]
BASES = ["tiny", *(str(p) for p in REAL if (p / "tokenizer.json").is_file())]


def tokenizer_of(base: str) -> Any:
    """The tiny one, or one that `khichdi models get` made here."""
    return load_tokenizer(str(tiny_base()) if base == "tiny" else base)


@pytest.mark.parametrize("base", BASES)
def test_the_prompt_is_a_prefix_of_prompt_and_label(base: str) -> None:
    """On every tokenizer at hand, for every row: ids of the prompt alone begin the ids of both, and the stop token ends them."""
    tokenizer = tokenizer_of(base)
    for row in made_rows():
        made = encode(tokenizer, turns(row.input), row.target, row.id)
        assert made.prompt == encode_prompt(tokenizer, turns(row.input))
        assert tokenizer.decode(made.completion[:-1], clean_up_tokenization_spaces=False) == row.target
        assert made.completion[-1] == tokenizer.eos_token_id


@given(st.text(max_size=60), st.dictionaries(st.text(max_size=8), st.text(max_size=12), max_size=3))
@settings(max_examples=60, deadline=None)
def test_any_message_and_label_keep_the_boundary(message: str, label: dict[str, str]) -> None:
    """Whatever a message says, unless it writes a mark of the template itself, the boundary stands and nothing of the prompt is trained."""
    tokenizer = tokenizer_of("tiny")
    if any(m in message or m in str(label) for m in ("<|",)):
        return
    made = encode(tokenizer, turns(message), json.dumps(label, ensure_ascii=False), "x")
    assert made.labels == [IGNORED] * len(made.prompt) + made.completion


def test_only_our_system_text_stands_in_a_prompt() -> None:
    """No template adds a system text of its own, because we always give one."""
    for base in BASES:
        tokenizer = tokenizer_of(base)
        text = tokenizer.decode(encode_prompt(tokenizer, turns("kal ka alarm")), skip_special_tokens=False)
        assert text.count(prompt().system) == 1
        assert "You are Qwen" not in text


def test_a_boundary_that_merges_is_refused() -> None:
    """A planted fault: a template that ends its prompt with a space lets the label's brace merge into it."""
    tokenizer = tokenizer_of("tiny")
    tokenizer.add_tokens([' {"'])
    tokenizer.chat_template = tokenizer.chat_template.replace("assistant\\n", "assistant ").replace("m['role'] + '\\n'", "m['role'] + ' '")
    with pytest.raises(KhichdiError, match="no prefix"):
        encode(tokenizer, turns("kal"), '{"intent":"none"}', "row-1")


def test_a_template_that_does_not_end_the_answer_is_refused() -> None:
    """A planted fault: an assistant's turn without its stop token would teach answers that do not end."""
    tokenizer = tokenizer_of("tiny")
    tokenizer.chat_template = tokenizer.chat_template.replace("'<|im_end|>\\n'", "'\\n'")
    with pytest.raises(KhichdiError, match="row-1"):
        encode(tokenizer, turns("kal"), '{"intent":"none"}', "row-1")


def test_a_pad_that_is_the_stop_token_is_refused() -> None:
    """The trap of pad = eos: padding is masked, so the stop token would be too."""
    tokenizer = tokenizer_of("tiny")
    tokenizer.pad_token = tokenizer.eos_token
    with pytest.raises(KhichdiError, match="masked as padding"):
        held(tokenizer, "here")
    tokenizer.pad_token = None
    with pytest.raises(KhichdiError, match="missing"):
        held(tokenizer, "here")


def test_no_template_and_no_stop_are_refused() -> None:
    """A base without either cannot be trained on chat rows."""
    tokenizer = tokenizer_of("tiny")
    tokenizer.eos_token = None
    with pytest.raises(KhichdiError, match="eos_token"):
        held(tokenizer, "here")
    tokenizer.chat_template = None
    with pytest.raises(KhichdiError, match="chat template"):
        held(tokenizer, "here")


def test_a_row_that_would_be_cut_is_refused_by_name() -> None:
    """One token too few, and the run stops with the row's id and its length."""
    tokenizer, rows = tokenizer_of("tiny"), made_rows()
    longest = max(len(e.ids) for e in encode_rows(tokenizer, rows, 10_000))
    assert len(encode_rows(tokenizer, rows, longest)) == len(rows)
    with pytest.raises(KhichdiError, match=f"{longest} tokens with its label, max_tokens is {longest - 1}"):
        encode_rows(tokenizer, rows, longest - 1)


def test_inspect_shows_every_token_and_which_are_trained() -> None:
    """What is printed is the row: texts join to it, trained pieces are the label, the stop comes last and once."""
    tokenizer = tokenizer_of("tiny")
    for row in made_rows()[:8]:
        made = encode(tokenizer, turns(row.input), row.target, row.id)
        shown = pieces(tokenizer, made)
        assert len(shown) == len(made.ids)
        assert "".join(p.text for p in shown if p.text != "·") == tokenizer.decode(made.ids, skip_special_tokens=False)
        assert "".join(p.text for p in shown if p.trained and p.text != "·") == row.target + tokenizer.eos_token
        assert [p.stop for p in shown] == [False] * (len(shown) - 1) + [True]
    assert lengths([made])["trained"] == len(made.completion)
