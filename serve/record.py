"""Is what answers what was trained? An adapter's record held to the prompt, the schemas, the chat template and the base that lie here."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from hinglish.errors import KhichdiError
from hinglish.lexicon import DATA
from schemas.prompt import prompt
from train.convert import template_hash
from train.record import base_identity, read_record


class Named(Protocol):
    """A model as a server lists it."""

    id: str
    root: str | None
    parent: str | None


@cache
def schema_hash() -> str:
    """sha256 of the intents' schemas and the prompt file, as releases have it (curation/inputs.py)."""
    from curation.inputs import inputs

    return inputs()["schemas"]


def trained_schemas(record: Mapping[str, Any]) -> str | None:
    """The schemas an adapter was trained under: by its record, else by the committed release it names; None where neither says."""
    if "schema_hash" in record:
        return str(record["schema_hash"])
    root = record.get("release", {}).get("root")
    for file in sorted((DATA / "releases").glob("*/manifest.json")):
        manifest = json.loads(file.read_text(encoding="utf-8"))
        if manifest["root"] == root:
            return str(manifest["inputs"]["schemas"])
    return None


def hold_record(record: Mapping[str, Any], place: Path) -> list[str]:
    """Prompt and schemas of an adapter against ours; a line for each, KhichdiError at the first mismatch."""
    _same(place, "prompt_hash", record.get("prompt_hash"), prompt().hash, "schemas/prompt.toml changed: train again, or check out the adapter's commit")
    lines = [f"prompt: {prompt().hash[:12]}, as trained"]
    schemas = trained_schemas(record)
    if schemas is None:
        return [*lines, f"schemas: {schema_hash()[:12]}; the adapter's record does not name its own, not checked"]
    _same(place, "schema_hash", schemas, schema_hash(), "schemas/*.json changed: train again, or check out the adapter's commit")
    return [*lines, f"schemas: {schemas[:12]}, as trained"]


def hold_folder(adapter: Path) -> list[str]:
    """All of an adapter's record (or of a merged folder's) that can be checked where the model runs in another process."""
    record = read_record(adapter)
    lines = hold_record(record, adapter)
    base = adapter if record.get("merged") else Path(str(record["base"]))
    template = _template(base)
    if template is None:
        lines.append(f"template: none lies in {base}, not checked")
    else:
        _same(adapter, "template_hash", record["template_hash"], template, "the base's chat template changed: put the old one back, or train again")
        lines.append(f"template: {template[:12]}, as trained")
    if record.get("merged") or not base.is_dir():
        return [*lines, f"base: {'merged into the model' if record.get('merged') else f'{base} is no folder here'}, not checked"]
    identity = base_identity(str(base))
    _same(adapter, "base_identity", record["base_identity"], identity, "the base's weights are others: get the base that the record names, or train again")
    return [*lines, f"base: {base}, {identity[:12]}, as trained"]


def hold_paths(found: Named, there: Sequence[Named], adapter: Path) -> list[str]:
    """Does the server run this very folder, on the base of its record? By the paths it lists (vLLM does); KhichdiError where they are others."""
    if found.root is None:
        return ["adapter: the server does not say from where it serves, not checked"]
    if Path(found.root).resolve() != adapter.resolve():
        raise KhichdiError(f"--adapter {adapter}: the server's model {found.id!r} comes from {found.root}; name that folder, or serve this one")
    lines = [f"adapter: served from {found.root}"]
    base = next((m for m in there if m.id == found.parent), None)
    record = read_record(adapter)
    if base is not None and base.root and Path(base.root).is_dir():
        _same(adapter, "base_identity", record["base_identity"], base_identity(base.root), f"the server runs it on {base.root}; serve it on the base it names")
        lines.append(f"base: served from {base.root}, as trained")
    return lines


def _template(base: Path) -> str | None:
    """The hash of a base's chat template, from where transformers keeps it."""
    file, config = base / "chat_template.jinja", base / "tokenizer_config.json"
    if file.is_file():
        return template_hash(file.read_text(encoding="utf-8"))
    told = json.loads(config.read_text(encoding="utf-8")).get("chat_template") if config.is_file() else None
    return template_hash(told) if isinstance(told, str) else None


def _same(place: Path, key: str, trained: object, here: str, way: str) -> None:
    if trained != here:
        raise KhichdiError(f"{place}: trained with {key} {str(trained)[:12]}, here is {here[:12]}; {way}")
