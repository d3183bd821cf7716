"""What an adapter came from, and whether it may be used: its record beside the weights, its card, and the refusal of a mismatch."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from curation.hub_check import sha256_of
from hinglish.errors import KhichdiError
from schemas.prompt import prompt
from train.convert import META, template_hash

RECORD = "khichdi.json"
LIBRARIES = ("torch", "transformers", "trl", "peft", "bitsandbytes", "accelerate", "tokenizers")


def base_identity(base: str, commit: str | None = None) -> str:
    """sha256 of a local base's weights, or the commit of one on the Hub: another base under the same name is another base."""
    folder = Path(base)
    if not folder.is_dir():
        return f"hub commit {commit or 'unknown'}"
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise KhichdiError(f"{folder}: no *.safetensors there; a base is a Hugging Face folder, such as `khichdi models get` makes")
    return " ".join(sha256_of(f) for f in files)


def base_terms(base: str) -> dict[str, Any]:
    """Licence and origin of a base that `khichdi models get` made; nothing is known here of others."""
    meta = Path(base) / META
    return json.loads(meta.read_text(encoding="utf-8")) if meta.is_file() else {}


def hashes(tokenizer: Any) -> dict[str, str]:
    """What must be the same at training and at prediction: the prompt and the chat template."""
    return {"prompt_hash": prompt().hash, "template_hash": template_hash(str(tokenizer.chat_template))}


def versions() -> dict[str, str]:
    """The libraries that trained."""
    return {name: version(name) for name in LIBRARIES}


def write_json(path: Path, body: Mapping[str, Any]) -> None:
    """Put in its place whole."""
    draft = path.with_name(path.name + ".part")
    draft.write_text(json.dumps(body, indent=2, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(path)


def read_record(adapter: Path) -> dict[str, Any]:
    """The record of an adapter folder."""
    file = adapter / RECORD
    if not file.is_file():
        raise KhichdiError(f"{adapter}: no {RECORD}; an adapter is the folder `adapter` that `khichdi train run` writes")
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def held(record: Mapping[str, Any], tokenizer: Any, identity: str, place: Path) -> None:
    """KhichdiError where prompt, template or base are not those that the adapter was trained with."""
    now = {**hashes(tokenizer), "base_identity": identity}
    for key, mend in (
        ("prompt_hash", "schemas/prompt.toml changed: train again, or check out the commit of the adapter"),
        ("template_hash", "the base's chat template changed: put the old one back, or train again"),
        ("base_identity", "the base's weights are others: get the base that the record names, or train again"),
    ):
        if record.get(key) != now[key]:
            raise KhichdiError(f"{place}: trained with {key} {str(record.get(key))[:12]}, here is {now[key][:12]}; {mend}")


def card(record: Mapping[str, Any]) -> str:
    """README.md of an adapter: what it is, what it came from, what it may be used for."""
    run, release, rows = record["run"], record["release"], record["rows"]
    terms = record["base_terms"]
    licence = terms.get("licence", "see the base's own page")
    lines = [
        "---",
        f"base_model: {json.dumps(record['base'])}",
        "library_name: peft",
        "language: [hi, en]",
        "pipeline_tag: text-generation",
        "---",
        "",
        f"# {run['name']}",
        "",
        "A LoRA adapter that reads one Hinglish message and answers with one JSON object (intent and slots). Made by `khichdi train run`.",
        "",
        f"- Base: {record['base']} ({terms.get('model', 'from the Hub')}). Terms of the base: {licence}.",
        f"- Base identity: `{record['base_identity']}`",
        f"- Data: release {release['name']}, root `{release['root']}`; {rows['count']} rows of train, root `{rows['root']}`. Data licence: CC BY 4.0.",
        f"- Prompt `{record['prompt_hash']}`, chat template `{record['template_hash']}`: a mismatch is refused at prediction.",
        f"- {run['epochs']:g} epochs, {record['steps']} steps of {run['batch'] * run['accumulate']} rows, rank {run['rank']}, alpha {run['alpha']}, "
        f"learning rate {run['learning_rate']:g}, seed {run['seed']}; weights {record['weights']}, computed in {record['dtype']} on {record['device']}.",
        f"- Loss {record['loss']['first']:.4f} at first, {record['loss']['last']:.4f} at last; loss on the label and its stop token only.",
        f"- Libraries: {', '.join(f'{k} {v}' for k, v in record['versions'].items())}.",
    ]
    if terms.get("adapter_may_be_published") is False:
        lines.append("- **For measuring only**: the base states no licence; this adapter is not to be published.")
    return "\n".join(lines) + "\n"
