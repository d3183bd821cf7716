"""The template language: a sentence in canonical mixed script with holes, choices, optional and free-order parts.

    {slot}  {slot:maker}   a hole; {!slot} a value that is said but is not the label (a decoy: corrected, negated);
                           {*maker} a value said for which the intent has no slot
    {slot=value: words}    words that say a value not by their own form: {action=refund: पैसे वापस}, {passengers=2: मैं और मम्मी}
    [a b]  [.3: a b]       optional, one in two, or with a probability; [a|b] one of them or none
    (a|b)  (3: a|b)        alternatives, with weights; (tu: …|tum,aap: …) and (m: …|f: …) only where the register or the
                           speaker's gender agrees
    ~(a / b / c)           the same parts in free order
    <name>                 the phrase of that name from data/templates/phrases.toml

Grammar in docs/adding.md. A template compiles once to a tree of small frozen nodes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import regex

from hinglish.errors import KhichdiError

Level = Literal["tu", "tum", "aap"]
Gender = Literal["m", "f"]
HoleMode = Literal["slot", "decoy", "unslotted"]
LEVELS: tuple[Level, ...] = ("tu", "tum", "aap")
GENDERS: tuple[Gender, ...] = ("m", "f")
GUARDS = frozenset({*LEVELS, *GENDERS})


@dataclass(frozen=True, slots=True)
class Literally:
    """A word or a mark, as written in the template."""

    text: str
    mark: bool


@dataclass(frozen=True, slots=True)
class Hole:
    """Where a value goes. `slot` is the slot's name ("" when unslotted), `maker` who makes it."""

    slot: str
    maker: str
    mode: HoleMode
    words: tuple[str, ...] = ()
    value: str | int | None = None


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after the other."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Optional:
    """A part that is there with probability p."""

    part: "Node"
    p: float


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several parts; a part with guards stands only where all agree."""

    parts: tuple["Node", ...]
    weights: tuple[float, ...]
    guards: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class FreeOrder:
    """All parts, in any order."""

    parts: tuple["Node", ...]


Node = Literally | Hole | Sequence | Optional | Choice | FreeOrder

_LEXEME = regex.compile(
    r"(?P<hole>\{[^{}]*\})|(?P<phrase><[^<>\s]+>)|(?P<open>~\(|\(|\[)|(?P<close>[\])])|(?P<bar>\|)|(?P<slash>/(?=\s))"
    r"|(?P<prefix>(?<=[\[(|]\s*)(?:(?:tu|tum|aap|m|f)(?:,(?:tu|tum|aap|m|f))*|[0-9]*\.?[0-9]+):)"
    r"|(?P<mark>\.\.\.|…|[,?!।;]|\.(?=\s|$|[\])|]))|(?P<word>(?:[^\s\[\](){}<>|/,?!।;…~.]|\.(?!\s|$|[\])|])|/(?!\s))+)|(?P<space>\s+)|(?P<odd>.)"
)
_HOLE = regex.compile(r"\{(?P<mode>[!*]?)(?P<name>[a-z_]+)(?::(?P<maker>[a-z_]+))?\}")

_FIXED = regex.compile(r"\{(?P<mode>!?)(?P<name>[a-z_]+)=(?P<value>[^:{}]+):\s*(?P<words>[^{}]+)\}")


@dataclass(slots=True)
class _Reader:
    """Recursive descent over the lexemes of one template."""

    lexemes: list[tuple[str, str, int]]
    phrases: Mapping[str, str]
    place: str
    inside: tuple[str, ...]
    at: int = 0

    def fail(self, what: str, column: int) -> KhichdiError:
        return KhichdiError(f"{self.place}: column {column + 1}: {what}")

    def peek(self) -> tuple[str, str, int]:
        return self.lexemes[self.at] if self.at < len(self.lexemes) else ("end", "", self.lexemes[-1][2] if self.lexemes else 0)

    def sequence(self) -> Node:
        parts: list[Node] = []
        while True:
            kind, text, column = self.peek()
            if kind in ("end", "close", "bar", "slash"):
                return parts[0] if len(parts) == 1 else Sequence(tuple(parts))
            self.at += 1
            if kind == "word":
                parts.append(Literally(text, mark=False))
            elif kind == "mark":
                parts.append(Literally(text, mark=True))
            elif kind == "hole":
                parts.append(self.hole(text, column))
            elif kind == "phrase":
                parts.append(self.phrase(text[1:-1], column))
            elif kind == "open":
                parts.append(self.group(text, column))
            else:
                raise self.fail(f"{text!r} is not of the template language here; docs/adding.md has its six forms", column)

    def hole(self, text: str, column: int) -> Hole:
        fixed = _FIXED.fullmatch(text)
        if fixed:
            value = fixed["value"]
            return Hole(fixed["name"], "", "decoy" if fixed["mode"] else "slot", tuple(fixed["words"].split()), int(value) if value.isdecimal() else value)
        found = _HOLE.fullmatch(text)
        if found is None:
            raise self.fail(f"{text} is no hole; write {{slot}}, {{slot:maker}}, {{!slot}}, {{*maker}} or {{slot=value: words}}", column)
        name, maker = found["name"], found["maker"] or found["name"]
        if found["mode"] == "*":
            return Hole("", maker, "unslotted")
        return Hole(name, maker, "decoy" if found["mode"] else "slot")

    def phrase(self, name: str, column: int) -> Node:
        if name not in self.phrases:
            raise self.fail(f"<{name}> is no phrase; phrases.toml has: {', '.join(sorted(self.phrases))}", column)
        if name in self.inside:
            raise self.fail(f"<{name}> holds itself, by {' > '.join(self.inside)}", column)
        return parse(self.phrases[name], self.phrases, place=f"data/templates/phrases.toml: {name}", inside=(*self.inside, name))

    def prefix(self) -> tuple[frozenset[str], float | None]:
        kind, text, _ = self.peek()
        if kind != "prefix":
            return frozenset(), None
        self.at += 1
        body = text[:-1]
        return (frozenset(), float(body)) if body[0] in ".0123456789" else (frozenset(body.split(",")), None)

    def group(self, opener: str, column: int) -> Node:
        separator = "slash" if opener == "~(" else "bar"
        closer = "]" if opener == "[" else ")"
        parts, weights, guards = [], [], []
        while True:
            guard, weight = self.prefix()
            parts.append(self.sequence())
            weights.append(weight)
            guards.append(guard)
            kind, text, here = self.peek()
            self.at += 1
            if kind == "close" and text == closer:
                break
            if kind != separator:
                raise self.fail(f"{opener} is not closed" if kind == "end" else f"{text!r} inside {opener}", column if kind == "end" else here)
        if opener == "[":
            inner = parts[0] if len(parts) == 1 else Choice(tuple(parts), (1.0,) * len(parts), tuple(guards))
            return self.optional(inner, weights[0], frozenset() if len(parts) > 1 else guards[0])
        if opener == "~(":
            return FreeOrder(tuple(parts))
        return Choice(tuple(parts), tuple(1.0 if w is None else w for w in weights), tuple(guards))

    @staticmethod
    def optional(part: Node, weight: float | None, guard: frozenset[str]) -> Node:
        p = 0.5 if weight is None else weight
        if guard:
            others = frozenset(GENDERS if guard & frozenset(GENDERS) else LEVELS) - guard
            return Choice((part, Sequence(())), (1.0, 1.0), (guard, others))
        return Optional(part, p)


def parse(text: str, phrases: Mapping[str, str], *, place: str, inside: tuple[str, ...] = ()) -> Node:
    """Template text → tree. Raises KhichdiError with place, column and the way out."""
    lexemes = [(m.lastgroup or "odd", m[0], m.start()) for m in _LEXEME.finditer(text) if m.lastgroup != "space"]
    reader = _Reader(lexemes, phrases, place, inside)
    tree = reader.sequence()
    kind, found, column = reader.peek()
    if kind != "end":
        raise reader.fail(f"{found!r} closes nothing" if kind == "close" else f"{found!r} stands outside ( )", column)
    return tree


def walk(node: Node) -> list[Node]:
    """Every node of a tree, the root first."""
    inner: tuple[Node, ...] = ()
    if isinstance(node, Sequence | Choice | FreeOrder):
        inner = node.parts
    elif isinstance(node, Optional):
        inner = (node.part,)
    return [node, *(n for part in inner for n in walk(part))]
