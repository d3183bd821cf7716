"""Is a target valid? jsonschema-rs answers on the hot path; jsonschema says what is wrong and where (a test holds them equal)."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import jsonschema
import jsonschema_rs

from hinglish.errors import KhichdiError
from schemas.contract import intent


@cache
def checker(name: str) -> Callable[[Mapping[str, Any]], bool]:
    """The compiled yes-or-no check of one intent; 1.7 M targets a second."""
    check: Callable[[Mapping[str, Any]], bool] = jsonschema_rs.validator_for(dict(intent(name).schema)).is_valid
    return check


@cache
def _slow(name: str) -> Any:
    return jsonschema.Draft202012Validator(dict(intent(name).schema))


def is_valid(target: Mapping[str, Any]) -> bool:
    """Valid under the schema of its own intent, with whole numbers as integers (JSON Schema itself lets 1.0 pass for 1)."""
    return not errors(target, first_only=True)


def errors(target: Mapping[str, Any], *, first_only: bool = False) -> list[str]:
    """Every fault as "path: what is wrong", empty when valid."""
    name = target.get("intent")
    if not isinstance(name, str):
        return ['intent: missing; the first key is "intent"']
    try:
        valid = checker(name)(target)
    except KhichdiError as fault:
        return [f"intent: {fault}"]
    if valid and first_only:
        return []
    found = [] if valid else [f"{'.'.join(map(str, e.absolute_path)) or 'object'}: {e.message}" for e in _slow(name).iter_errors(target)]
    return sorted(found)
