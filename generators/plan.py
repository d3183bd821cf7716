"""What the rows of one family share: its tree compiled to steps, its blanks, and for each set of blanks the order in which they are filled."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, permutations
from math import ceil
from typing import Any

from generators.makers import FIRST, maker_for
from generators.provider import Maker
from generators.randomness import WHOLE, Stream
from generators.said import Part, Said
from generators.template import Choice, FreeOrder, Hole, Literally, Node, Optional
from generators.template import Sequence as InOrder
from generators.words import Placed, Word
from schemas.contract import intents

INFLECTED = frozenset(
    "recipient person restaurant grocery dish purpose account_type loan_type bill_type specialty vehicle product pickup drop origin destination spot".split()
)


@dataclass(eq=False)
class Blank:
    """A hole with all that is known before a value is drawn: who makes it, from which stream, when, and whether it inflects."""

    hole: Hole
    maker: Maker
    stream: str
    turn: int
    inflects: bool
    dated: bool
    path: tuple[str, ...]
    fixed: Said | None


@dataclass(eq=False)
class Role:
    """One blank of a message: its place among the blanks, its stream, and the blanks of the same slot that are filled before it."""

    at: int
    blank: Blank
    stream: str
    rivals: tuple[int, ...]


@dataclass(eq=False)
class Cast:
    """The blanks of a message: the slots that they say, in order, and their roles in the order in which they are filled."""

    blanks: tuple[Blank, ...]
    slots: list[str]
    roles: tuple[Role, ...]


Item = Placed | Blank


class Step:
    """A compiled part of a tree: it draws, and adds what it says to a message."""

    def take(self, rng: Stream, out: list[Item]) -> None:
        """One draw of this part."""
        raise NotImplementedError


class Plain(Step):
    """What stands there whatever is drawn."""

    def __init__(self, items: tuple[Item, ...]) -> None:
        self.items = items

    def take(self, rng: Stream, out: list[Item]) -> None:
        """Its words and blanks."""
        out.extend(self.items)


class InTurn(Step):
    """Parts one after the other."""

    def __init__(self, parts: list[Step]) -> None:
        self.parts = parts

    def take(self, rng: Stream, out: list[Item]) -> None:
        """Each of them."""
        for part in self.parts:
            part.take(rng, out)


class Perhaps(Step):
    """A part that is there where the number drawn lies below `p`."""

    def __init__(self, p: float, part: Step) -> None:
        self.p = ceil(p)
        self.part = part

    def take(self, rng: Stream, out: list[Item]) -> None:
        """The part, or nothing."""
        if rng.draw() < self.p:
            self.part.take(rng, out)


class OneOf(Step):
    """One of several parts: the first whose end lies above the number drawn, or the last, which has none."""

    def __init__(self, parts: list[Step], ends: list[float]) -> None:
        self.parts = parts
        self.ends = [ceil(end) for end in ends]  # a whole number lies below an end where it lies below the next whole one

    def take(self, rng: Stream, out: list[Item]) -> None:
        """The part that is drawn."""
        self.parts[bisect_right(self.ends, rng.draw())].take(rng, out)


@dataclass(eq=False)
class Plan:
    """One family's: its target with nothing said, its tags, its compiled trees by guards, its blanks and casts."""

    intent: str
    tags: tuple[str, ...]
    empty: dict[str, Any]
    lists: tuple[str, ...]
    literal: Callable[[str, bool], Word]
    phrase: Callable[[Sequence[str]], tuple[Part, ...]]
    most: int = 0  # draws that a tree may take
    blanks: dict[Hole, Blank] = field(default_factory=dict)
    parts: dict[frozenset[str], Step] = field(default_factory=dict)
    casts: dict[tuple[Blank, ...], Cast] = field(default_factory=dict)

    def part(self, tree: Node, guards: frozenset[str]) -> Step:
        """The compiled tree for one register and speaker."""
        found = self.parts.get(guards)
        if found is None:
            self.most = max(self.most, _draws(tree))
            found = self.parts[guards] = _compiled(tree, self, guards)
        return found

    def cast(self, blanks: tuple[Blank, ...]) -> Cast:
        """The cast of some blanks, made once."""
        found = self.casts.get(blanks)
        if found is None:
            found = self.casts[blanks] = _cast(blanks)
        return found

    def blank(self, hole: Hole) -> Blank:
        """The blank of a hole, made once a family: equal holes are one blank."""
        found = self.blanks.get(hole)
        if found is None:
            fixed = None if hole.value is None else Said(self.phrase(hole.words), hole.value)
            maker: Any = maker_for(self.intent, hole.maker)  # reading the family made sure that there is one
            path = path_of(hole.slot) if hole.mode == "slot" else ()
            stream = f"/{hole.mode}.{hole.slot}.{hole.maker}"
            found = self.blanks[hole] = Blank(hole, maker, stream, _turn(hole), hole.maker in INFLECTED, hole.maker == "date", path, fixed)
        return found


@cache
def path_of(slot: str) -> tuple[str, ...]:
    """The one tuple that is a slot's path: what is the same is seen at once to be equal."""
    return (slot,)


def plan_of(intent: str, tags: Sequence[str], literal: Callable[[str, bool], Word], phrase: Callable[[Sequence[str]], tuple[Part, ...]]) -> Plan:
    """The plan of a family before anything of it is drawn."""
    slots = intents()[intent].slots
    empty = {"intent": intent} | {s.name: None for s in slots}
    return Plan(intent, tuple(sorted(set(tags))), empty, tuple([s.name for s in slots if s.kind == "list"]), literal, phrase)


def _turn(hole: Hole) -> int:
    """Who is made first: fixed words before drawn ones, said values before decoys, what others must fit before the
    rest, and a sum between: it fits its loan or operator, and a validity fits it."""
    if hole.value is not None:
        return -1
    return 4 * (hole.mode != "slot") + (0 if hole.maker in FIRST else 1 if hole.maker == "amount" else 2)


def _cast(blanks: tuple[Blank, ...]) -> Cast:
    roles: list[Role] = []
    for i in sorted(range(len(blanks)), key=[b.turn for b in blanks].__getitem__):
        blank = blanks[i]
        twin = blanks[:i].count(blank)
        rivals = [r.at for r in roles if r.blank is not blank and r.blank.hole.slot == blank.hole.slot] if blank.hole.slot else []
        roles.append(Role(i, blank, f"{blank.stream}/twin{twin}" if twin else blank.stream, tuple(rivals)))
    return Cast(blanks, [b.hole.slot for b in blanks if b.path], tuple(roles))


def _draws(node: Node) -> int:
    """The most draws that a tree takes."""
    if isinstance(node, InOrder):
        return sum(map(_draws, node.parts))
    if isinstance(node, Optional):
        return 1 + _draws(node.part)
    if isinstance(node, FreeOrder):
        return 1 + sum(map(_draws, node.parts))
    return 1 + max(map(_draws, node.parts)) if isinstance(node, Choice) else 0


def _compiled(node: Node, plan: Plan, guards: frozenset[str]) -> Step:
    """A tree as steps: literals looked up, guards settled, choices summed up once."""
    if isinstance(node, Hole):
        return Plain((plan.blank(node),))
    if isinstance(node, Literally):
        return Plain((plan.literal(node.text, node.mark).at(()),))
    if isinstance(node, Choice):
        return _choice(node, plan, guards)
    if isinstance(node, Optional):
        return Perhaps(node.p * WHOLE, _compiled(node.part, plan, guards))
    parts = [_compiled(part, plan, guards) for part in node.parts]
    return _free_order(parts) if isinstance(node, FreeOrder) else _sequence(parts)


def beside(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Items with each English word told whether it stands at the side of another."""
    english = [False, *[isinstance(item, Placed) and item.word.lang == "en" for item in items], False]
    return tuple([item.word.at((), english[i] or english[i + 2]) if isinstance(item, Placed) and english[i + 1] else item for i, item in enumerate(items)])


def _sequence(found: Sequence[Step]) -> Step:
    parts: list[Step] = []
    for part in found:
        last = parts[-1] if parts else None
        if isinstance(part, Plain) and isinstance(last, Plain):
            parts[-1] = Plain(beside(last.items + part.items))
        elif not (isinstance(part, Plain) and not part.items):
            parts.append(part)
    return InTurn(parts) if len(parts) > 1 else parts[0] if parts else Plain(())


def _free_order(parts: Sequence[Step]) -> Step:
    orders = [_sequence(order) for order in permutations(parts)]
    return OneOf(orders, [(i + 1) * WHOLE / len(orders) for i in range(len(orders) - 1)])


def _choice(node: Choice, plan: Plan, guards: frozenset[str]) -> Step:
    fits = [i for i, guard in enumerate(node.guards) if not guard or guard & guards]
    parts = [_compiled(node.parts[i], plan, guards) for i in fits]
    if not parts:
        return Plain(())
    weights = [node.weights[i] for i in fits]
    total = sum(weights)
    return OneOf(parts, [x / total * WHOLE for x in accumulate(weights)][:-1])  # what lies past the last end is the last part
