"""What `serve up` serves: a folder as it is, an adapter beside the base it was trained on, or the two merged once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from curation.hub_check import sha256_of
from hinglish.errors import KhichdiError
from schemas.prompt import prompt
from serve.up import Wanted
from train.convert import template_hash
from train.record import base_identity, read_record

DTYPES = ("bfloat16", "float32")
MERGED = Path("build") / "merged"


def wanted(
    model: Path, adapter: Path | None, *, merged: bool, dtype: str, tokens: int, cache: int, more: tuple[str, ...], say: Callable[[str], None]
) -> Wanted:
    """Hold what is to be served to what it was trained with; merge where that is asked."""
    if dtype not in DTYPES:
        raise KhichdiError(f"serve up: --dtype {dtype}; one of {', '.join(DTYPES)}")
    if not (model / "config.json").is_file():
        raise KhichdiError(f"{model}: no Hugging Face folder (no config.json); `khichdi models get` makes bases in build/models, `khichdi train merge` merges")
    if adapter is None:
        if merged:
            raise KhichdiError("serve up: --merged needs --adapter")
        return Wanted(model.resolve(), dtype=dtype, tokens=tokens, cache=cache, more=more)
    record = held(model, adapter)
    name = str(record["run"]["name"])
    if merged:
        return Wanted(_merged(model, adapter, name, say).resolve(), dtype=dtype, tokens=tokens, cache=cache, more=more)
    return Wanted(model.resolve(), adapter.resolve(), name, int(record["run"]["rank"]), dtype, tokens, cache, more)


def held(model: Path, adapter: Path) -> dict[str, Any]:
    """The adapter's record; KhichdiError where prompt, chat template or base are not those it was trained with. Loads neither torch nor a tokenizer."""
    record = read_record(adapter)
    file = model / "chat_template.jinja"
    now = {"prompt_hash": prompt().hash, "base_identity": base_identity(str(model))}
    if file.is_file():
        now["template_hash"] = template_hash(file.read_text(encoding="utf-8"))
    for key, found in now.items():
        if record.get(key) != found:
            raise KhichdiError(f"{adapter}: trained with {key} {str(record.get(key))[:12]}, {model} has {found[:12]}; serve it with what it was trained with")
    return record


def _merged(model: Path, adapter: Path, name: str, say: Callable[[str], None]) -> Path:
    """build/merged/<name>-<hash of its weights>, made once."""
    out = MERGED / f"{name}-{sha256_of(adapter / 'adapter_model.safetensors')[:8]}"
    if not out.exists():
        from train.adapter import merge
        from train.commands import needed

        needed()
        say(f"merging {adapter} into {out} (once)")
        out.parent.mkdir(parents=True, exist_ok=True)
        merge(adapter, out, str(model))
    return out
