"""One draw of one family: expand the tree, make the values, and put together tokens, target and tags."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import Any

import msgspec
from faker import Generator

from generators.family import Family
from generators.likeness import alike
from generators.makers import FIRST, maker_for
from generators.provider import HinglishProvider, Maker
from generators.randomness import SHORT, Random
from generators.render import Mode, Placed, draw_hand, fitting_placed, placed, typed
from generators.said import Part, Said, Scene
from generators.template import GENDERS, LEVELS, Choice, FreeOrder, Gender, Hole, Level, Literally, Node, Optional, Sequence
from generators.words import Word, Words
from hinglish.inflect import NO_KO, POSTPOSITIONS, takes_ko
from schemas.contract import intents
from schemas.example import Example, Utterance, name_of, said_leaf

_GUARDS = {(level, gender): frozenset((level, gender)) for level in LEVELS for gender in GENDERS}
MOST_REDRAWS = 8
HAND_DRAWS = 5
INFLECTED = frozenset("recipient person purpose account_type loan_type bill_type specialty vehicle product pickup drop origin destination spot".split())
# tum is how most people write to a helper or an app; aap next; tu among friends.
_LEVELS: tuple[tuple[float, Level], ...] = ((0.5, "tum"), (0.82, "aap"), (1.0, "tu"))


class Blank(msgspec.Struct, eq=False):
    """A hole with all that is known before a value is drawn: who makes it, from which stream, when, and whether it inflects."""

    hole: Hole
    maker: Maker
    stream: str
    turn: int
    inflects: bool
    dated: bool
    path: tuple[str, ...]
    fixed: Said | None


class Plan(msgspec.Struct):
    """What a family's rows share: its compiled trees by guards, its target with nothing said, its blanks and tags."""

    intent: str
    tags: tuple[str, ...]
    empty: dict[str, Any]
    lists: tuple[str, ...]
    blanks: dict[Hole, Blank] = {}
    parts: dict[frozenset[str], "Branch"] = {}


Item = Placed | Blank
Step = Callable[[Random, list[Item]], None]
# A compiled part is a step that draws, or the items themselves where nothing is drawn: a loop over both is quicker than a call for each.
Branch = Step | tuple[Item, ...]


@dataclass
class Studio:
    """What a process keeps to make examples of one lexicon: words, provider, and the shares of scripts."""

    words: Words
    seed: int
    shares: tuple[tuple[float, Mode], ...]
    generator: Generator = field(default_factory=Generator)
    provider: HinglishProvider = field(init=False)
    _literals: dict[str, Placed] = field(default_factory=dict)
    _plans: dict[str, Plan] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.provider = HinglishProvider(self.generator, self.words)

    def literal(self, node: Literally) -> Placed:
        """The word of a literal, looked up once."""
        piece = self._literals.get(node.text)
        if piece is None:
            piece = self._literals[node.text] = placed(self.words.mark(node.text) if node.mark else self.provider.number_word(node.text))
        return piece

    def blank(self, hole: Hole, plan: Plan) -> Blank:
        """The blank of a hole, made once a family: equal holes are one blank."""
        found = plan.blanks.get(hole)
        if found is None:
            fixed = None if hole.value is None else Said(self.provider.text(" ".join(hole.words)).parts, hole.value)
            maker: Any = maker_for(plan.intent, hole.maker)  # reading the family made sure that there is one
            path = (hole.slot,) if hole.mode == "slot" else ()
            stream = f"/{hole.mode}.{hole.slot}.{hole.maker}"
            found = plan.blanks[hole] = Blank(hole, maker, stream, _turn(hole), hole.maker in INFLECTED, hole.maker == "date", path, fixed)
        return found

    def plan(self, family: Family) -> Plan:
        """The plan of a family, made once."""
        plan = self._plans.get(family.id)
        if plan is None:
            slots = intents()[family.intent].slots
            empty = {"intent": family.intent} | {s.name: None for s in slots}
            plan = self._plans[family.id] = Plan(family.intent, tuple(sorted(set(family.tags))), empty, tuple([s.name for s in slots if s.kind == "list"]))
        return plan

    def _expand(self, family: Family, plan: Plan, rng: Random, guards: frozenset[str]) -> list[Item]:
        part = plan.parts.get(guards)
        if part is None:
            part = plan.parts[guards] = _compiled(family.tree, _Compiling(self, plan, guards))
        if isinstance(part, tuple):
            return list(part)
        items: list[Item] = []
        part(rng, items)
        return items

    def draw(self, family: Family, rng: Random, guards: frozenset[str]) -> list[Word | Hole]:
        """One drawn sentence of a family: words, and holes left open."""
        return [i.hole if isinstance(i, Blank) else i.word for i in self._expand(family, self.plan(family), rng, guards)]

    def example(self, family: Family, draw: int) -> Example:
        """The example of (family, draw): the same on any machine, worker and day."""
        name = f"{self.seed}/{family.id}/{draw}"
        rng = Random(name + "/example")
        level = family.level or _pick(_LEVELS, rng.random())
        gender: Gender = "m" if rng.random() < 0.52 else "f"
        plan = self.plan(family)
        items = self._expand(family, plan, rng, _GUARDS[level, gender])
        places = [i for i, item in enumerate(items) if type(item) is Blank]
        blanks: list[Blank] = [items[i] for i in places]  # type: ignore[misc]  # just looked
        scene = Scene(plan.intent, level, gender, [b.hole.slot for b in blanks if b.path])
        said = self._values(name, blanks, scene)
        pieces = self._pieces(name, items, places, blanks, said)
        draws = rng.shorts(len(pieces) + HAND_DRAWS)  # one a piece, the rest for the hand
        mode = fitting_placed(_pick(self.shares, draws[-1] / SHORT), pieces)
        hand = draw_hand(draws[-HAND_DRAWS:], mode)
        utterance, text, spans = typed(pieces, hand, draws)
        target, tags = _target(plan, blanks, said, utterance)
        group = name_of(self.seed, family.id, draw)
        made: dict[str, Any] = {"seed": self.seed, "template": family.id, "draw": draw, "level": level, "gender": gender, "hand": hand.mode, "augmenters": []}
        return Example(group, "made", text, spans, target, tags, group, made, utterance)

    def _values(self, name: str, blanks: list[Blank], scene: Scene) -> list[Said]:
        """What is said at each blank. Makers that others must fit go first."""
        n = len(blanks)
        slots = [b.hole.slot for b in blanks]
        out: list[Said] = [_UNSAID] * n
        for i in range(n) if n < 2 else sorted(range(n), key=[b.turn for b in blanks].__getitem__):
            blank = blanks[i]
            if blank.fixed is not None:
                if blank.path:
                    scene.picks.setdefault(blank.hole.slot, blank.hole.value)
                out[i] = blank.fixed
                continue
            twin = blanks.index(blank) < i and blanks[:i].count(blank)
            out[i] = self._made(f"{name}{blank.stream}/twin{twin}" if twin else name + blank.stream, blank, scene)
            slot = slots[i]
            if not slot or slots.count(slot) == 1:
                continue
            taken = [s.value for s, b in zip(out, blanks, strict=True) if s is not _UNSAID and b is not blank and b.hole.slot == slot]
            for again in range(MOST_REDRAWS if taken else 0):
                if not any(alike(out[i].value, other, slot) for other in taken):
                    break
                out[i] = self._made(f"{name}{blank.stream}/{again}", blank, scene)
        return out

    def _made(self, stream: str, blank: Blank, scene: Scene) -> Said:
        self.provider.rng = self.generator.random = Random(stream)
        return blank.maker(self.provider, scene)

    def _pieces(self, name: str, items: list[Item], places: list[int], blanks: list[Blank], said: list[Said]) -> list[Placed]:
        """The items with each blank filled, and each value as the word after it asks: the label says what the message says."""
        pieces: list[Placed] = []
        at = 0
        for i, (place, blank) in enumerate(zip(places, blanks, strict=True)):
            pieces += items[at:place]  # type: ignore[arg-type]  # between blanks stand pieces
            at = place + 1
            after = items[at] if at < len(items) else None
            if blank.inflects and isinstance(after, Placed) and after.word.norm in POSTPOSITIONS:
                said[i] = self._oblique(said[i])
            elif blank.dated:
                said[i] = self._with_ko(said[i], after, f"{name}/ko.{i}")
            pieces += _placed_value(said[i].parts, blank.path)
        pieces += items[at:]  # type: ignore[arg-type]  # after the last blank too
        return pieces

    def _oblique(self, said: Said) -> Said:
        words = [p.word for p in said.parts if p.leaf == ""]
        if not isinstance(said.value, str) or not words or said.parts[-1].leaf != "":
            return said
        changed = self.provider.oblique(words)
        if changed is words or len(words) < len(said.parts):
            return said
        parts = tuple([p._replace(word=w) for p, w in zip(said.parts, changed, strict=True)])
        return said._replace(parts=parts, value=" ".join([w.norm for w in changed]))

    def _with_ko(self, said: Said, after: Item | None, stream: str) -> Said:
        """A named day mostly has को behind it, which is no part of the value."""
        if not said.value or not takes_ko(said.value) or (isinstance(after, Placed) and after.word.norm in NO_KO):
            return said
        if Random(stream).random() >= (0.45 if isinstance(after, Blank) else 0.75):
            return said
        return said._replace(parts=(*said.parts, Part(self.words.word("को"), None)))


_UNSAID = Said((), None)


@lru_cache(maxsize=1 << 14)
def _placed_value(parts: tuple[Part, ...], own: tuple[str, ...]) -> tuple[Placed, ...]:
    """The words of a value at their place: makers say the same thing over and over."""
    return tuple([placed(word, own if also is None and (leaf == "" or not own) else _paths(own, leaf, also)) for word, leaf, also in parts])


@lru_cache(maxsize=1 << 12)
def _paths(own: tuple[str, ...], leaf: str | None, also: str | None) -> tuple[str, ...]:
    """The leaves that a word of a value says: its own below the slot, and the second one."""
    if leaf is None or not own:
        return ()
    head = f"{own[0]}.{leaf}" if leaf else own[0]
    return (head,) if also is None else (head, also if "." not in also else f"{own[0]}.{also}")


def _turn(hole: Hole) -> int:
    """Who is made first: fixed words before drawn ones, said values before decoys, what others must fit before the
    rest, and a sum between: it fits its loan or operator, and a validity fits it."""
    if hole.value is not None:
        return 0
    return 4 * (hole.mode != "slot") + (0 if hole.maker in FIRST else 1 if hole.maker == "amount" else 2)


def _target(plan: Plan, blanks: list[Blank], said: list[Said], utterance: Utterance) -> tuple[dict[str, Any], tuple[str, ...]]:
    target = plan.empty.copy()
    for name in plan.lists:
        target[name] = []
    more: list[str] = []
    empty = True
    for blank, (_, value, implied, tags) in zip(blanks, said, strict=True):
        more += tags
        if blank.path:
            target[blank.path[0]] = value
            if implied:
                target.update(implied)
            empty = empty and value is None
        elif len(target) > 1 and blank.hole.mode == "unslotted":
            more.append("unslotted")
    if empty and len(target) > 1:
        more.append("noslot")
    if plan.intent == "send_message" and target["message"] is not None:
        target["message"] = said_leaf(utterance, "message")  # it keeps what stands between its words as it was typed
    return target, tuple(sorted({*plan.tags, *more})) if more else plan.tags


def _pick(table: tuple[tuple[float, Any], ...], at: float) -> Any:
    for share, thing in table:
        if at < share:
            return thing
    return table[-1][1]


class _Compiling(msgspec.Struct):
    """What a tree is compiled for: one family's plan, one register and speaker."""

    studio: Studio
    plan: Plan
    guards: frozenset[str]

    def item(self, node: Literally | Hole) -> Item:
        return self.studio.literal(node) if isinstance(node, Literally) else self.studio.blank(node, self.plan)


def _compiled(node: Node, to: _Compiling) -> Branch:
    """A tree as one function that appends a drawn sentence to a list: literals looked up, guards settled, choices summed up once."""
    if isinstance(node, Literally | Hole):
        return (to.item(node),)
    if isinstance(node, Sequence):
        return _sequence(node, to)
    if isinstance(node, Optional):
        return _optional(node, to)
    if isinstance(node, FreeOrder):
        return _free_order(node, to)
    return _choice(node, to)


def _sequence(node: Sequence, to: _Compiling) -> Branch:
    parts: list[Branch] = []
    for part in node.parts:
        found = _compiled(part, to)
        if isinstance(found, tuple) and parts and isinstance(parts[-1], tuple):
            parts[-1] += found
        elif found:
            parts.append(found)
    if len(parts) < 2:
        return parts[0] if parts else ()

    def step(rng: Random, out: list[Item]) -> None:
        for part in parts:
            if isinstance(part, tuple):
                out += part
            else:
                part(rng, out)

    return step


def _optional(node: Optional, to: _Compiling) -> Branch:
    inner, p = _compiled(node.part, to), node.p

    def step(rng: Random, out: list[Item]) -> None:
        if rng.random() < p:
            if isinstance(inner, tuple):
                out += inner
            else:
                inner(rng, out)

    return step


def _free_order(node: FreeOrder, to: _Compiling) -> Branch:
    inner = [_compiled(part, to) for part in node.parts]

    def step(rng: Random, out: list[Item]) -> None:
        for part in rng.sample(inner, len(inner)):
            if isinstance(part, tuple):
                out += part
            else:
                part(rng, out)

    return step


def _choice(node: Choice, to: _Compiling) -> Branch:
    fits = [i for i, guard in enumerate(node.guards) if not guard or guard & to.guards]
    parts = [_compiled(node.parts[i], to) for i in fits]
    if not parts:
        return ()
    weights = [node.weights[i] for i in fits]
    total = sum(weights)
    ends = [x / total for x in accumulate(weights)][:-1]  # what lies past the last end is the last part

    def step(rng: Random, out: list[Item]) -> None:
        part = parts[bisect_right(ends, rng.random())]
        if isinstance(part, tuple):
            out += part
        else:
            part(rng, out)

    return step
