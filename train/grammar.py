"""The answer as a grammar for llguidance: one of the intents' schemas, compact, with every string and list bounded; linted, since an engine may ignore.

What llguidance 1.9 refuses or reads otherwise than JSON Schema is not in the schemas (the lint holds it); an answer is validated after
decoding all the same. Keys come in the schema's order and without spaces, as canonical bytes have them.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from hinglish.errors import KhichdiError
from schemas.contract import intents

# Keywords that the engine honours as JSON Schema does (llguidance docs/json_schema.md), and those that say nothing about an answer.
HONOURED = frozenset("type const enum properties required additionalProperties items minLength maxLength pattern minimum exclusiveMinimum".split())
HONOURED |= {"maximum", "maxItems", "minItems", "multipleOf", "anyOf"}
SILENT = frozenset("$schema $id title description x-kind x-usually-absent".split())
STRING = 120  # code points of one value; the longest label of 20,000 made messages has 71
ITEMS = 8
NUMBER = 10**9  # rupees, pieces: an unbounded number would let digits go on to the token cap
STEP = 0.001  # and so would its decimals; the finest value of the guide is aadha paav, 0.125


def lint(schema: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """What the engine would not hold: unknown keywords, strings, lists and numbers without a bound, objects that take other keys. Empty when all is held."""
    for key in sorted(set(schema) - HONOURED - SILENT):
        yield f"{place or 'schema'}: {key} is not honoured by the engine; say it with {', '.join(sorted(HONOURED))}"
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    closed = "enum" in schema or "const" in schema
    for kind, bound in (("string", "maxLength"), ("array", "maxItems"), ("number", "maximum"), ("integer", "maximum")):
        if kind in kinds and bound not in schema and not closed and not (kind == "string" and "pattern" in schema and not _endless(schema["pattern"])):
            yield f"{place or 'schema'}: a {kind} without {bound} may go on to the token cap"
    if "object" in kinds and schema.get("additionalProperties") is not False:
        yield f"{place or 'schema'}: additionalProperties must be false, else keys may go on"
    for name, inner in schema.get("properties", {}).items():
        yield from lint(inner, f"{place}.{name}".lstrip("."))
    if isinstance(schema.get("items"), Mapping):
        yield from lint(schema["items"], f"{place}.items".lstrip("."))
    for number, inner in enumerate(schema.get("anyOf", ())):
        yield from lint(inner, f"{place}.anyOf[{number}]".lstrip("."))


def _endless(pattern: str) -> bool:
    return any(sign in pattern for sign in ("*", "+", ",}"))


def bounded(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A copy in which every string, list and number has an upper bound, and what only people read is left out."""
    out: dict[str, Any] = {k: copy.deepcopy(v) for k, v in schema.items() if k not in SILENT}
    kinds = out.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if "enum" not in out and "const" not in out:
        if "string" in kinds and not ("pattern" in out and not _endless(out["pattern"])):
            out.setdefault("maxLength", STRING)
        if "number" in kinds or "integer" in kinds:
            out.setdefault("maximum", NUMBER)
        if "number" in kinds:
            out.setdefault("multipleOf", STEP)
        if "array" in kinds:
            out.setdefault("maxItems", ITEMS)
    if "properties" in out:
        out["properties"] = {k: bounded(v) for k, v in out["properties"].items()}
    if isinstance(out.get("items"), Mapping):
        out["items"] = bounded(out["items"])
    return out


@cache
def answer_schema() -> dict[str, Any]:
    """Any intent's schema, bounded and linted; the intent's const, which comes first, tells them apart."""
    made = {"anyOf": [bounded(i.schema) for i in intents().values()]}
    found = list(lint(made))
    if found:
        raise KhichdiError(f"schemas for constrained decoding: {found[0]} ({len(found)} such)")
    return made


class Engine:
    """llguidance for one tokenizer: a fresh matcher an answer, and which tokens may come next as bits."""

    def __init__(self, tokenizer: Any, vocabulary: int) -> None:
        """`vocabulary` is the width of the model's logits, which may be more than the tokenizer has. Takes about a second."""
        from llguidance import LLMatcher
        from llguidance.hf import from_tokenizer

        self._tokenizer = from_tokenizer(tokenizer, n_vocab=vocabulary)
        options = {"whitespace_flexible": False, "item_separator": ",", "key_separator": ":"}
        grammar = LLMatcher.grammar_from_json_schema(json.dumps(answer_schema()), overrides=options)
        self._first = LLMatcher(self._tokenizer, grammar)
        if self._first.is_error():
            raise KhichdiError(f"llguidance refuses the schemas: {self._first.get_error()[:300]}")
        self.vocabulary = vocabulary

    def matcher(self) -> Any:
        """A matcher at the beginning of an answer."""
        return self._first.deep_copy()

    def takes(self, text: str) -> bool:
        """Is the text a whole answer under the grammar?"""
        matcher, ids = self.matcher(), self._tokenizer.tokenize_str(text)
        return bool(matcher.try_consume_tokens(ids) == len(ids) and matcher.is_accepting())

    def allowed(self, matcher: Any) -> Any:
        """Booleans (vocabulary,) as a numpy array: which tokens may come next."""
        import numpy as np

        bits = np.frombuffer(matcher.compute_bitmask(), dtype=np.uint8)
        return np.unpackbits(bits, bitorder="little")[: self.vocabulary].astype(bool)
