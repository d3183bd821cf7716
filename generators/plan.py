"""What the rows of one family share: its tree compiled to steps, its blanks, and for each set of blanks the order in which they are filled."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, permutations
from typing import Any

from generators.makers import FIRST, maker_for
from generators.provider import Maker
from generators.randomness import WHOLE
from generators.render import Filled, Run, run
from generators.said import Part, Said
from generators.template import Choice, FreeOrder, Hole, Literally, Node, Optional
from generators.template import Sequence as InOrder
from generators.words import Word
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


Item = Run | Filled | Blank
Pop = Callable[[], int]
Step = Callable[[Pop, list[Item]], None]
# A compiled part is a step that draws, or the items themselves where nothing is drawn: a loop over both is quicker than a call for each.
Branch = Step | tuple[Item, ...]


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
    parts: dict[frozenset[str], Branch] = field(default_factory=dict)
    casts: dict[tuple[Blank, ...], Cast] = field(default_factory=dict)

    def part(self, tree: Node, guards: frozenset[str]) -> Branch:
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
            path = (hole.slot,) if hole.mode == "slot" else ()
            stream = f"/{hole.mode}.{hole.slot}.{hole.maker}"
            found = self.blanks[hole] = Blank(hole, maker, stream, _turn(hole), hole.maker in INFLECTED, hole.maker == "date", path, fixed)
        return found


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


def _compiled(node: Node, plan: Plan, guards: frozenset[str]) -> Branch:
    """A tree as one function that appends a drawn sentence to a list: literals looked up, guards settled, choices summed up once."""
    if isinstance(node, Hole):
        return (plan.blank(node),)
    if isinstance(node, Literally):
        word = plan.literal(node.text, node.mark)
        return (((Part(word, None),), ()) if word.lang == "other" else run([word]),)
    if isinstance(node, Choice):
        return _choice(node, plan, guards)
    if isinstance(node, Optional):
        return _optional(node.p * WHOLE, _compiled(node.part, plan, guards))
    parts = [_compiled(part, plan, guards) for part in node.parts]
    return _free_order(parts) if isinstance(node, FreeOrder) else _sequence(parts)


def joined(items: tuple[Item, ...], more: tuple[Item, ...]) -> tuple[Item, ...]:
    """Items one after the other, runs that meet made one."""
    if items and more and isinstance(items[-1], Run) and isinstance(more[0], Run):
        return (*items[:-1], run([w.word for w in items[-1].words + more[0].words]), *more[1:])
    return items + more


def _sequence(found: Sequence[Branch]) -> Branch:
    parts: list[Branch] = []
    for part in found:
        if isinstance(part, tuple) and parts and isinstance(parts[-1], tuple):
            parts[-1] = joined(parts[-1], part)
        elif part:
            parts.append(part)
    return _all(parts) if len(parts) > 1 else parts[0] if parts else ()


def _all(parts: Sequence[Branch]) -> Step:
    def step(pop: Pop, out: list[Item]) -> None:
        for part in parts:
            if type(part) is tuple:
                out += part
            else:
                part(pop, out)  # type: ignore[operator]  # what is no tuple is a step

    return step


def _optional(p: float, inner: Branch) -> Branch:
    def step(pop: Pop, out: list[Item]) -> None:
        if pop() < p:
            if type(inner) is tuple:
                out += inner
            else:
                inner(pop, out)  # type: ignore[operator]  # what is no tuple is a step

    return step


def _free_order(parts: Sequence[Branch]) -> Branch:
    orders = [_sequence(order) for order in permutations(parts)]
    return _one_of(orders, [(i + 1) * WHOLE / len(orders) for i in range(len(orders) - 1)])


def _choice(node: Choice, plan: Plan, guards: frozenset[str]) -> Branch:
    fits = [i for i, guard in enumerate(node.guards) if not guard or guard & guards]
    parts = [_compiled(node.parts[i], plan, guards) for i in fits]
    if not parts:
        return ()
    weights = [node.weights[i] for i in fits]
    total = sum(weights)
    return _one_of(parts, [x / total * WHOLE for x in accumulate(weights)][:-1])  # what lies past the last end is the last part


def _one_of(parts: Sequence[Branch], ends: Sequence[float]) -> Step:
    def step(pop: Pop, out: list[Item]) -> None:
        part = parts[bisect_right(ends, pop())]
        if type(part) is tuple:
            out += part
        else:
            part(pop, out)  # type: ignore[operator]  # what is no tuple is a step

    return step
