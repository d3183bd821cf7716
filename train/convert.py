"""A GGUF file → a Hugging Face folder that trains: dense weights, our tokenizer, a chat template, and a record of what it was made from.

transformers unpacks the 4-bit blocks (`GgufConfig(dequantize=True)`); saving then needs the mark of quantisation taken off.
"""

import json
import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from hinglish.errors import KhichdiError
from train.gguf import build, read_gguf
from train.models import Progress, Source, check, silent

META = "khichdi_base.json"
# Gemma 3 270M is pretrained and brings no chat template. This is the plainest: the turns as paragraphs, then one line that asks for JSON;
# a prompt ends with a line break, never a space, so that no token can reach across into the answer.
PLAIN_TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'assistant' %}JSON:\n{{ m['content'] }}{{ eos_token }}"
    "{% else %}{{ m['content'] }}\n\n{% endif %}{% endfor %}{% if add_generation_prompt %}JSON:\n{% endif %}"
)


class Terms(NamedTuple):
    """What a base is and under which terms; goes into its record and into every adapter's card."""

    model: str
    licence: str
    adapter_may_be_published: bool


TERMS = {
    "gemma": Terms("Gemma 3 270M, pretrained, from a Q4_K_M file", "Gemma terms (ai.google.dev/gemma/terms)", True),
    "qwen": Terms("by its metadata Qwen2.5-Coder-0.5B-Instruct, from a Q4_K_M file", "none stated, provenance unknown: for measuring only", False),
}


def template_hash(template: str) -> str:
    """sha256 of a chat template; stands beside the prompt's in every adapter."""
    return sha256(template.encode()).hexdigest()


def is_base(source: Source, folder: Path) -> bool:
    """Whether a whole base of just this source lies there."""
    meta = folder / META
    return meta.is_file() and bool(json.loads(meta.read_text(encoding="utf-8"))["gguf_sha256"] == source.sha256)


def convert(source: Source, gguf: Path, out: Path, on: Progress = silent) -> None:
    """Write the folder beside its place and rename it; a folder that is there is replaced."""
    meta = read_gguf(gguf)
    part = out.with_name(f".{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        on(f"{source.name}: tokenizer", 0, 3)
        template = save_tokenizer(source.name, meta, part)
        on(f"{source.name}: weights", 1, 3)
        save_weights(gguf, part)
        on(f"{source.name}: record", 2, 3)
        write_record(source, template, part)
        shutil.rmtree(out, ignore_errors=True)
        part.rename(out)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def save_tokenizer(name: str, meta: Mapping[str, Any], folder: Path) -> str:
    """The tokenizer with its marks; returns its chat template. A pad that is the end mark is refused: it would hide the stop token."""
    from transformers import PreTrainedTokenizerFast

    tokenizer = build(meta, name)
    check(tokenizer, name)
    tokens = meta["tokenizer.ggml.tokens"]
    marks = {mark: tokens[meta[key]] for mark in ("bos", "eos") if (key := f"tokenizer.ggml.{mark}_token_id") in meta}
    pad = "<pad>" if name == "gemma" else "<|endoftext|>"
    if pad == marks.get("eos") or pad not in tokens:
        raise KhichdiError(f"{name}: pad token {pad!r} is missing or is the end mark {marks.get('eos')!r}; the stop token could not be learned")
    template = meta.get("tokenizer.chat_template") or PLAIN_TEMPLATE
    kept = {f"{mark}_token": text for mark, text in marks.items()} | {"pad_token": pad}
    made = PreTrainedTokenizerFast(tokenizer_object=tokenizer, clean_up_tokenization_spaces=False, padding_side="right", **kept)
    made.chat_template = template
    made.save_pretrained(folder)
    return str(template)


def save_weights(gguf: Path, folder: Path) -> None:
    """Dense bfloat16 weights: what 4-bit blocks hold, to 8 bits of fraction. A head that lies apart from its embedding is tied again."""
    import torch
    from transformers import AutoModelForCausalLM, GgufConfig

    model = AutoModelForCausalLM.from_pretrained(str(gguf.parent), gguf_file=gguf.name, quantization_config=GgufConfig(dequantize=True), dtype=torch.bfloat16)
    embedding, head = model.get_input_embeddings(), model.get_output_embeddings()
    if head.weight.data_ptr() != embedding.weight.data_ptr():  # the Qwen file holds both; the model was trained with one
        with torch.no_grad():
            embedding.weight.copy_(head.weight)
    model.config.tie_word_embeddings = True
    model.tie_weights()
    for mark in ("quantization_config", "_pre_quantization_dtype"):
        if hasattr(model.config, mark):
            delattr(model.config, mark)
    model.hf_quantizer, model.is_quantized = None, False
    model.save_pretrained(folder, safe_serialization=True)


def write_record(source: Source, template: str, folder: Path) -> None:
    """khichdi_base.json, last: sources, terms, the template's hash and the sha256 of every file."""
    files = {p.name: sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}
    facts = {"name": source.name, "packages": list(source.packages), "version": source.version, "gguf_sha256": source.sha256}
    body = {**facts, **TERMS[source.name]._asdict(), "template_hash": template_hash(template), "files": files}
    (folder / META).write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
