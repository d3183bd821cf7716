"""The intents and their slots, read from schemas/<intent>.json. The files are the contract; nothing repeats them in code."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from hinglish.errors import KhichdiError

Kind = Literal["text", "name", "amount", "count", "quantity", "digits", "choice", "list"]
FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot: its kind of value, whether it is usually absent (`?` in the guide), and for lists its fields."""

    name: str
    kind: Kind
    usually_absent: bool
    nullable: bool
    choices: tuple[str, ...] = ()
    fields: tuple["Slot", ...] = ()


@dataclass(frozen=True, slots=True)
class Intent:
    """One intent: its slots in the order of the label, and its JSON Schema as read."""

    name: str
    title: str
    slots: tuple[Slot, ...]
    schema: Mapping[str, Any]

    def slot(self, path: str) -> Slot:
        """The slot of a leaf path: "recipient", "items.0.name". An unknown path names those that exist."""
        head, *rest = path.split(".")
        found = next((s for s in self.slots if s.name == head), None)
        if found is not None and rest and len(rest) == 2 and rest[0].isdecimal():
            found = next((s for s in found.fields if s.name == rest[1]), None)
        if found is None or (found.kind == "list" and not rest):
            raise KhichdiError(f'{self.name}: no leaf "{path}"; slots: {", ".join(s.name for s in self.slots) or "none"}')
        return found


def _slot(name: str, spec: Mapping[str, Any], place: str) -> Slot:
    kind: Any = spec.get("x-kind")
    if kind not in get_args(Kind):
        raise KhichdiError(f'{place}: "{name}" has x-kind {kind!r}; one of {", ".join(get_args(Kind))}')
    fields = tuple(_slot(n, s, place) for n, s in spec["items"]["properties"].items()) if kind == "list" else ()
    choices = tuple(c for c in spec.get("enum", ()) if c is not None)
    nullable = kind == "choice" or "null" in spec["type"]
    return Slot(name, kind, bool(spec.get("x-usually-absent")), nullable, choices, fields)


def read_intent(path: Path) -> Intent:
    """One schema file → Intent; a file that breaks the contract's form stops with its name and the key."""
    place = f"schemas/{path.name}"
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise KhichdiError(f"{place}: {fault}; a schema is one JSON object") from fault
    properties = schema.get("properties", {})
    if schema.get("additionalProperties") is not False or schema.get("required") != list(properties):
        raise KhichdiError(f'{place}: "additionalProperties" must be false and "required" must list every property in order')
    if next(iter(properties), None) != "intent" or properties["intent"].get("const") != path.stem:
        raise KhichdiError(f'{place}: the first property must be "intent" with const "{path.stem}", the file\'s name')
    slots = tuple(_slot(n, s, place) for n, s in properties.items() if n != "intent")
    return Intent(path.stem, schema.get("description", ""), slots, schema)


@cache
def intents() -> Mapping[str, Intent]:
    """Every intent by name, in the order of the guide for those it has, then by name."""
    found = {p.stem: read_intent(p) for p in sorted(FOLDER.glob("*.json"))}
    return {name: found[name] for name in sorted(found, key=lambda n: (n == "none", n))}


def intent(name: str) -> Intent:
    """One intent by name; an unknown name lists those that exist."""
    found = intents().get(name)
    if found is None:
        raise KhichdiError(f'no intent "{name}"; intents: {", ".join(intents())}')
    return found


def leaves(target: Mapping[str, Any]) -> dict[str, Any]:
    """Leaf path → value for every leaf of a target, nulls too, the intent left out: {"items.0.name": "दूध", …}."""
    out: dict[str, Any] = {}
    for name, value in target.items():
        if isinstance(value, list):
            for i, item in enumerate(value):
                for key, inner in item.items():
                    out[f"{name}.{i}.{key}"] = inner
        elif name != "intent":
            out[name] = value
    return out
