"""Text, spans and leaves of an utterance: derived from its tokens, never stored, and held to the target."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from hinglish.errors import KhichdiError
from schemas.contract import Kind, intents, leaves
from schemas.nouns import Example, Origin, Span, Token, TokenKind, Utterance

__all__ = [
    "TAGS", "TEXT_KINDS", "Example", "Origin", "Span", "Token", "TokenKind", "Utterance",
    "check_leaves", "key_of", "kind_of_leaf", "leaf_kinds", "name_of", "said_leaf", "said_leaves", "spans_of", "text_of",
]  # fmt: skip
TAGS = ("corrected", "negated", "range", "multi", "injection", "unslotted", "noslot")
TEXT_KINDS: frozenset[Kind] = frozenset({"text", "name"})


def text_of(utterance: Iterable[Token]) -> str:
    """The message."""
    return "".join([t.text + t.after for t in utterance])


def spans_of(utterance: Iterable[Token]) -> list[Span]:
    """One span per unbroken run of said words of one path, in order of their starts."""
    spans: list[Span] = []
    running: dict[str, int] = {}  # path → its span that the last word was in
    at = 0
    for token in utterance:
        end = at + len(token.text)
        here = token.slots
        if not here or not token.said:
            running = {}
        else:
            before, running = running, {}
            for path in here:
                i = before.get(path)
                if i is None:
                    i = len(spans)
                    spans.append(Span(path, at, end))
                else:
                    spans[i] = Span(path, spans[i].start, end)
                running[path] = i
        at = end + len(token.after)
    return spans


def said_leaf(utterance: Iterable[Token], path: str) -> str:
    """A text leaf as its tokens say it: norms joined by one space; in `message` by what stands between them."""
    said = [t for t in utterance if t.said and path in t.slots]
    if path != "message":
        return " ".join([t.norm for t in said])
    return "".join([t.norm + (t.after if i < len(said) - 1 else "") for i, t in enumerate(said)])


def name_of(seed: object, template: str, draw: int, chain: str = "") -> str:
    """The id of a made row: hash of spec seed, template, draw number and augmenter chain. Without a chain it is the group."""
    return key_of(f"{seed}/{template}/{draw}/{chain}")


def key_of(name: str) -> str:
    """The id that a name hashes to."""
    return sha256(name.encode()).hexdigest()[:16]


def check_leaves(utterance: Utterance, target: Mapping[str, Any]) -> None:
    """Hold the tokens to the target: every path a leaf, every text leaf the norms of its said tokens. Raises KhichdiError."""
    norms: dict[str, str] = {}
    for token in utterance:
        slots = token.slots
        if slots:
            norm = token.norm if token.said else ""
            for path in slots:
                before = norms.get(path, "")
                norms[path] = f"{before} {norm}" if before and norm else before or norm
    intent = str(target["intent"])
    found = said_leaves(intent, target)
    wrong = ""
    for path, kind, value in found:
        said = norms.pop(path, "")
        if kind in ("text", "name"):
            said = said_leaf(utterance, path) if path == "message" else said
            if said != value and not wrong:
                wrong = f"{path} is {value!r}, but its tokens say {said!r} in {text_of(utterance)!r}"
    for path in sorted(norms):
        if path not in leaves(target):
            raise KhichdiError(f'token points at "{path}", which is no leaf of {intent}; leaves: {", ".join(leaves(target))}')
        if norms[path]:
            raise KhichdiError(f"{path} is null, yet said in {text_of(utterance)!r}")
    if wrong:
        raise KhichdiError(wrong)


def said_leaves(intent: str, target: Mapping[str, Any]) -> list[tuple[str, Kind, Any]]:
    """(path, kind, value) of every leaf that is not null."""
    kinds = leaf_kinds(intent)
    out = []
    for name, value in target.items():
        if isinstance(value, list):
            out += [(f"{name}.{i}.{key}", kinds[f"{name}.{key}"], inner) for i, item in enumerate(value) for key, inner in item.items() if inner is not None]
        elif value is not None and name != "intent":
            out.append((name, kinds[name], value))
    return out


def _generic(path: str) -> str:
    head, dot, rest = path.partition(".")
    return f"{head}.{rest.partition('.')[2]}" if dot else head


_KINDS: dict[str, dict[str, Kind]] = {}


def leaf_kinds(intent: str) -> dict[str, Kind]:
    """Leaf path without its item number ("items.name") → kind of value."""
    if intent not in _KINDS:
        _KINDS[intent] = {}
        for slot in intents()[intent].slots:
            if slot.fields:
                _KINDS[intent] |= {f"{slot.name}.{f.name}": f.kind for f in slot.fields}
            else:
                _KINDS[intent][slot.name] = slot.kind
    return _KINDS[intent]


def kind_of_leaf(intent: str, path: str) -> Kind:
    """The kind of value at a leaf path of an intent."""
    return leaf_kinds(intent)[_generic(path)]
