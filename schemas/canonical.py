"""The one way to write a target as bytes, and the strict way to read one back.

Canonical: schema key order, NFC, UTF-8, no \\u escapes, no spaces outside strings, whole numbers without a point. What is
trained, compared and hashed is these bytes.
"""

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec

from hinglish.errors import KhichdiError
from hinglish.script import nfc
from schemas.contract import intents


class NotJSONError(KhichdiError):
    """An answer that is not one strict JSON object."""


_ENCODER = msgspec.json.Encoder()


def encode(target: Mapping[str, Any]) -> bytes:
    """Canonical bytes of a target that is canonical already (made rows are); the hot path."""
    return _ENCODER.encode(target)


def canonical(target: Mapping[str, Any]) -> dict[str, Any]:
    """The canonical form of a target: keys in schema order, NFC, 2.0 → 2. Unknown keys keep their order, at the end."""
    known = intents().get(str(target.get("intent")))
    order = ["intent", *(s.name for s in known.slots)] if known else []
    keys = [k for k in order if k in target] + [k for k in target if k not in order]
    fields = {s.name: [f.name for f in s.fields] for s in known.slots if s.fields} if known else {}
    return {nfc(k): _value(target[k], fields.get(k, [])) for k in keys}


def _value(value: Any, order: list[str]) -> Any:
    if isinstance(value, str):
        return nfc(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, list):
        return [_value(v, order) for v in value]
    if isinstance(value, dict):
        keys = [k for k in order if k in value] + [k for k in value if k not in order]
        return {nfc(k): _value(value[k], []) for k in keys}
    return value


def canonical_bytes(target: Mapping[str, Any]) -> bytes:
    """Canonical bytes of any target."""
    return encode(canonical(target))


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        twice = next(k for i, (k, _) in enumerate(pairs) if k in {p for p, _ in pairs[:i]})
        raise NotJSONError(f"key {twice!r} stands twice; write each key once")
    return out


def _constant(name: str) -> NoReturn:
    raise NotJSONError(f"{name} is not JSON; a number is finite")


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise NotJSONError(f"{text[:20]} is too large for a number")
    return value


def parse(data: bytes | str, *, unique_keys: bool = True) -> Any:
    """Any JSON value, read strictly (RFC 8259): UTF-8 without a mark, no duplicate keys, no NaN, nothing after the value.

    Raises NotJSONError with the place. Digits of other scripts are no JSON digits. RFC 8259 lets keys repeat and a label may not:
    `unique_keys=False` is for measuring the grammar alone.
    """
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        return json.loads(text, object_pairs_hook=_pairs if unique_keys else None, parse_constant=_constant, parse_float=_float)
    except UnicodeDecodeError as fault:
        raise NotJSONError(f"byte {fault.start}: not UTF-8") from fault
    except RecursionError as fault:
        raise NotJSONError("nested too deep for a label") from fault
    except json.JSONDecodeError as fault:
        raise NotJSONError(f"character {fault.pos}: {fault.msg}") from fault
    except ValueError as fault:  # an integer of over 4,300 digits
        raise NotJSONError(str(fault)) from fault


def parse_target(data: bytes | str) -> dict[str, Any]:
    """One JSON object and nothing else: the form a model must answer in. The schema is checked elsewhere."""
    value = parse(data)
    if not isinstance(value, dict):
        raise NotJSONError(f"a {type(value).__name__} where one object was asked for")
    return value
