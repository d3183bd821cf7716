"""Token, Utterance, Example: one object a word carries all its annotation; text and spans are derived, never stored."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Literal, NamedTuple

import msgspec

from hinglish.errors import KhichdiError
from hinglish.lexicon import Lang
from schemas.canonical import encode
from schemas.contract import Kind, intents, leaves

TokenKind = Literal["word", "name", "number", "mark"]
Origin = Literal["made", "fixed", "gold", "live"]
TAGS = ("corrected", "negated", "range", "multi", "injection", "unslotted", "noslot")
TEXT_KINDS: frozenset[Kind] = frozenset({"text", "name"})


class Token(msgspec.Struct, frozen=True, gc=False):
    """A word as written. `norm` is its label form; `after` the characters up to the next token."""

    text: str
    lang: Lang
    kind: TokenKind
    norm: str
    slots: tuple[str, ...] = ()
    said: bool = True
    after: str = " "


Utterance = tuple[Token, ...]


class Span(NamedTuple):
    """[start, end) in code points of the text."""

    path: str
    start: int
    end: int


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


class Example(msgspec.Struct, frozen=True, gc=False):
    """One labelled message. `id` is its origin, `sha` its content; `group` holds its siblings together."""

    id: str
    origin: Origin
    input: str
    spans: tuple[Span, ...]
    target: dict[str, Any]
    tags: tuple[str, ...]
    group: str
    provenance: dict[str, Any]
    utterance: Utterance | None = None

    def __repr__(self) -> str:
        """For an error or a failing test: what gold says is not shown by accident."""
        return f"Example({self.id!r}, {self.origin}, {self.intent}{'' if self.origin == 'gold' else ', ' + repr(self.input)})"

    @property
    def intent(self) -> str:
        """The intent of the target."""
        return str(self.target["intent"])

    @property
    def sha(self) -> str:
        """sha256 of what was written: input, target, spans and tags."""
        content = (self.input, encode(self.target).decode(), [list(s) for s in self.spans], list(self.tags))
        return sha256(msgspec.json.encode(content)).hexdigest()


def name_of(seed: object, template: str, draw: int, chain: str = "") -> str:
    """The id of a made row: hash of spec seed, template, draw number and augmenter chain. Without a chain it is the group."""
    return sha256(f"{seed}/{template}/{draw}/{chain}".encode()).hexdigest()[:16]


def check_leaves(utterance: Utterance, target: Mapping[str, Any]) -> None:
    """Hold the tokens to the target: every path a leaf, every text leaf the norms of its said tokens. Raises KhichdiError."""
    norms: dict[str, str] = {}
    for token in utterance:
        for path in token.slots:
            before = norms.get(path)
            norms[path] = (f"{before} {token.norm}" if before else token.norm) if token.said else before or ""
    intent = str(target["intent"])
    found = said_leaves(intent, target)
    for path in sorted(norms.keys() - {leaf for leaf, _, _ in found}):
        if path not in leaves(target):
            raise KhichdiError(f'token points at "{path}", which is no leaf of {intent}; leaves: {", ".join(leaves(target))}')
        if norms[path]:
            raise KhichdiError(f"{path} is null, yet said in {text_of(utterance)!r}")
    for path, kind, value in found:
        if kind in TEXT_KINDS:
            said = said_leaf(utterance, path) if path == "message" else norms.get(path, "")
            if said != value:
                raise KhichdiError(f"{path} is {value!r}, but its tokens say {said!r} in {text_of(utterance)!r}")


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
