"""Is a target valid? jsonschema-rs answers on the hot path; jsonschema says what is wrong and where (a test holds them equal)."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import jsonschema
import jsonschema_rs

from hinglish.errors import KhichdiError
from schemas.contract import intent, intents


@cache
def checker(name: str) -> Callable[[Mapping[str, Any]], bool]:
    """The compiled yes-or-no check of one intent; 1.7 M targets a second."""
    check: Callable[[Mapping[str, Any]], bool] = jsonschema_rs.validator_for(dict(intent(name).schema)).is_valid
    return check


@cache
def _slow(name: str) -> Any:
    return jsonschema.Draft202012Validator(dict(intent(name).schema))


def is_valid(target: Mapping[str, Any]) -> bool:
    """Valid under the schema of its own intent; as in JSON Schema 2.0 passes for the integer 2, and canonical bytes write it 2."""
    name = target.get("intent")
    return isinstance(name, str) and name in intents() and checker(name)(target)


def errors(target: Mapping[str, Any]) -> list[str]:
    """Every fault as "path: what is wrong", empty when valid."""
    name = target.get("intent")
    if not isinstance(name, str):
        return ['intent: missing; the first key is "intent"']
    try:
        valid = checker(name)(target)
    except KhichdiError as fault:
        return [f"intent: {fault}"]
    found = [] if valid else [f"{'.'.join(map(str, e.absolute_path)) or 'object'}: {e.message}" for e in _slow(name).iter_errors(target)]
    return sorted(found)
