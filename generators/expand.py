"""One draw of one family: expand the tree, make the values, and put together tokens, target and tags."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import accumulate, product
from typing import Any

from faker import Generator

from generators.family import Family
from generators.makers import FIRST, maker_for
from generators.provider import HinglishProvider
from generators.randomness import Random
from generators.render import Mode, Piece, draw_hand, fitting, write
from generators.said import Part, Said, Scene
from generators.template import GENDERS, LEVELS, Choice, FreeOrder, Gender, Hole, Level, Literally, Node, Optional, Sequence
from generators.words import Word, Words
from hinglish.inflect import NO_KO, POSTPOSITIONS, takes_ko
from schemas.contract import Intent, intents
from schemas.example import Example, name_of, spans_of, text_of

_GUARDS = {(level, gender): frozenset((level, gender)) for level in LEVELS for gender in GENDERS}
MOST_REDRAWS = 8
INFLECTED = frozenset({"recipient", "person", "purpose", "account_type", "loan_type", "bill_type", "specialty", "vehicle", "product", "pickup", "drop", "origin", "destination", "spot"})
# tum is how most people write to a helper or an app; aap next; tu among friends.
_LEVELS: tuple[tuple[float, Level], ...] = ((0.5, "tum"), (0.82, "aap"), (1.0, "tu"))


@dataclass
class Studio:
    """What a process keeps to make examples of one lexicon: words, provider, and the shares of scripts."""

    words: Words
    seed: int
    shares: tuple[tuple[float, Mode], ...]
    generator: Generator = field(default_factory=Generator)
    provider: HinglishProvider = field(init=False)
    _literals: dict[str, Word] = field(default_factory=dict)
    _steps: dict[str, "Step"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.provider = HinglishProvider(self.generator, self.words)

    def literal(self, node: Literally) -> Word:
        """The word of a literal, looked up once."""
        word = self._literals.get(node.text)
        if word is None:
            word = self._literals[node.text] = self.words.mark(node.text) if node.mark else self.provider.number_word(node.text)
        return word

    def draw(self, family: Family, rng: Random, guards: frozenset[str]) -> list[Word | Hole]:
        """One drawn sentence of a family: words, and holes left open."""
        step = self._steps.get(family.id)
        if step is None:
            step = self._steps[family.id] = compile_tree(family.tree, self)
        items: list[Word | Hole] = []
        step(rng, guards, items)
        return items

    def example(self, family: Family, draw: int) -> Example:
        """The example of (family, draw): the same on any machine, worker and day."""
        name = f"{self.seed}/{family.id}/{draw}"
        rng = Random(f"{name}/example")
        level = family.level or _pick(_LEVELS, rng.random())
        gender: Gender = "m" if rng.random() < 0.52 else "f"
        items = self.draw(family, rng, _GUARDS[level, gender])
        intent = intents()[family.intent]
        holes = [i for i in items if isinstance(i, Hole)]
        scene = Scene(family.intent, level, gender, frozenset([h.slot for h in holes if h.mode == "slot"]))
        said = self._values(name, holes, scene)
        self._inflect(name, items, said)
        target, tags = _target(intent, family, holes, said)
        pieces = self._pieces(items, said)
        hand = draw_hand(rng, fitting(_pick(self.shares, rng.random()), pieces))
        utterance = write(pieces, hand, rng)
        target = _as_typed(target, utterance)
        group = name_of(self.seed, family.id, draw)
        provenance = {"seed": self.seed, "template": family.id, "draw": draw, "level": level, "gender": gender, "hand": hand.mode, "augmenters": []}
        return Example(group, "made", text_of(utterance), tuple(spans_of(utterance)), target, tags, group, provenance, utterance)

    def _values(self, name: str, holes: list[Hole], scene: Scene) -> dict[int, Said]:
        """Hole's place among the holes → what is said there. Makers that others must fit go first."""
        out: dict[int, Said] = {}
        order = sorted(range(len(holes)), key=[_turn(h) for h in holes].__getitem__) if len(holes) > 1 else range(len(holes))
        for i in order:
            hole = holes[i]
            if hole.value is not None:
                out[i] = self._fixed(hole, scene)
                continue
            twin = holes[:i].count(hole)
            self.generator.random = Random(f"{name}/{hole.mode}.{hole.slot}.{hole.maker}" + (f"/twin{twin}" if twin else ""))
            maker = maker_for(scene.intent, hole.maker)
            if maker is None:
                continue
            out[i] = maker(self.provider, scene)
            taken = [said.value for j, said in out.items() if j != i and holes[j].slot == hole.slot] if hole.mode == "decoy" else []
            for again in range(MOST_REDRAWS):
                if out[i].value not in taken:
                    break
                self.generator.random = Random(f"{name}/{hole.mode}.{hole.slot}.{hole.maker}/{again}")
                out[i] = maker(self.provider, scene)
        return out

    def _inflect(self, name: str, items: list[Word | Hole], said: dict[int, Said]) -> None:
        """Put values before a postposition into the oblique, and को behind a named day: the label says what the message says."""
        at = 0
        for here, after in zip(items, [*items[1:], None], strict=True):
            if not isinstance(here, Hole):
                continue
            if here.maker in INFLECTED and isinstance(after, Word) and after.norm in POSTPOSITIONS:
                words = [p.word for p in said[at].parts if p.leaf == ""]
                if words and isinstance(said[at].value, str) and said[at].parts[-1].leaf == "":
                    changed = self.provider.oblique(words)
                    parts = tuple([p._replace(word=w) for p, w in zip(said[at].parts, changed, strict=True)]) if len(words) == len(said[at].parts) else said[at].parts
                    said[at] = said[at]._replace(parts=parts, value=" ".join([p.word.norm for p in parts if p.leaf == ""]))
            elif here.maker == "date" and said[at].value and takes_ko(said[at].value) and not (isinstance(after, Word) and after.norm in NO_KO):
                if Random(f"{name}/ko.{at}").random() < (0.45 if isinstance(after, Hole) else 0.75):
                    said[at] = said[at]._replace(parts=(*said[at].parts, Part(self.words.word("को"), None)))
            at += 1

    def _fixed(self, hole: Hole, scene: Scene) -> Said:
        scene.picks.setdefault(hole.slot, hole.value)
        return Said(self.provider.text(" ".join(hole.words)).parts, hole.value)

    def _pieces(self, items: list[Word | Hole], said: dict[int, Said]) -> list[Piece]:
        pieces: list[Piece] = []
        at = 0
        for item in items:
            if isinstance(item, Word):
                pieces.append((item, ()))
                continue
            if item.mode == "slot":
                pieces += [(word, _paths(item.slot, leaf, also)) for word, leaf, also in said[at].parts]
            else:
                pieces += [(word, ()) for word, _, _ in said[at].parts]
            at += 1
        return pieces


@lru_cache(maxsize=1 << 12)
def _paths(slot: str, leaf: str | None, also: str | None) -> tuple[str, ...]:
    """The leaves that a word of a value says: its own below the slot, and the second one."""
    if leaf is None:
        return ()
    head = f"{slot}.{leaf}" if leaf else slot
    return (head,) if also is None else (head, also if "." not in also else f"{slot}.{also}")


@lru_cache(maxsize=1 << 12)
def _turn(hole: Hole) -> int:
    """Who is made first: said values before decoys, fixed words before drawn ones, what others must fit before the rest."""
    return 4 * (hole.mode != "slot") + 2 * (hole.value is None) + (hole.maker not in FIRST)


@cache
def _slot_names(intent: str) -> tuple[tuple[str, bool], ...]:
    return tuple((s.name, s.kind == "list") for s in intents()[intent].slots)


def _target(intent: Intent, family: Family, holes: list[Hole], said: dict[int, Said]) -> tuple[dict[str, Any], tuple[str, ...]]:
    target: dict[str, Any] = {"intent": intent.name}
    for name, is_list in _slot_names(intent.name):
        target[name] = [] if is_list else None
    tags = set(family.tags)
    empty = True
    for i, hole in enumerate(holes):
        tags.update(said[i].tags)
        if hole.mode == "slot":
            target[hole.slot] = said[i].value
            target.update(said[i].implied)
            empty = empty and said[i].value is None
        elif hole.mode == "unslotted" and intent.slots:
            tags.add("unslotted")
    if empty and intent.slots:
        tags.add("noslot")
    return target, tuple(sorted(tags))


def _as_typed(target: dict[str, Any], utterance: Any) -> dict[str, Any]:
    """`message` keeps what stood between its words as it was typed."""
    if target.get("message") is not None and target["intent"] == "send_message":
        from schemas.example import said_leaf

        target["message"] = said_leaf(utterance, "message")
    return target


def _pick(table: tuple[tuple[float, Any], ...], at: float) -> Any:
    for share, thing in table:
        if at < share:
            return thing
    return table[-1][1]


Step = Callable[[Random, frozenset[str], list[Word | Hole]], None]


def compile_tree(node: Node, studio: Studio) -> Step:
    """A tree as one function that appends a drawn sentence to a list: literals looked up, choices summed up once."""
    if isinstance(node, Literally):
        return _adding((studio.literal(node),))
    if isinstance(node, Hole):
        return _adding((node,))
    if isinstance(node, Sequence):
        return _sequence(node, studio)
    if isinstance(node, Optional):
        return _optional(node, studio)
    if isinstance(node, FreeOrder):
        return _free_order(node, studio)
    return _choice(node, studio)


def _adding(items: tuple[Word | Hole, ...]) -> Step:
    def step(rng: Random, guards: frozenset[str], out: list[Word | Hole]) -> None:
        out.extend(items)

    return step


def _sequence(node: Sequence, studio: Studio) -> Step:
    steps: list[Step] = []
    run: list[Word | Hole] = []
    for part in (*node.parts, None):
        if isinstance(part, Literally | Hole):
            run.append(studio.literal(part) if isinstance(part, Literally) else part)
            continue
        if run:
            steps.append(_adding(tuple(run)))
            run = []
        if part is not None:
            steps.append(compile_tree(part, studio))
    if len(steps) == 1:
        return steps[0]

    def step(rng: Random, guards: frozenset[str], out: list[Word | Hole]) -> None:
        for inner in steps:
            inner(rng, guards, out)

    return step


def _optional(node: Optional, studio: Studio) -> Step:
    inner, p = compile_tree(node.part, studio), node.p

    def step(rng: Random, guards: frozenset[str], out: list[Word | Hole]) -> None:
        if rng.random() < p:
            inner(rng, guards, out)

    return step


def _free_order(node: FreeOrder, studio: Studio) -> Step:
    inner = [compile_tree(part, studio) for part in node.parts]

    def step(rng: Random, guards: frozenset[str], out: list[Word | Hole]) -> None:
        for one in rng.sample(inner, len(inner)):
            one(rng, guards, out)

    return step


def _choice(node: Choice, studio: Studio) -> Step:
    steps = [compile_tree(part, studio) for part in node.parts]
    tables: dict[frozenset[str], tuple[list[float], list[Step]]] = {}
    for level, gender in product(LEVELS, GENDERS):
        guards = frozenset((level, gender))
        fits = [i for i, guard in enumerate(node.guards) if not guard or guard & guards]
        total = sum([node.weights[i] for i in fits])
        tables[guards] = ([x / total for x in accumulate([node.weights[i] for i in fits])], [steps[i] for i in fits])

    def step(rng: Random, guards: frozenset[str], out: list[Word | Hole]) -> None:
        shares, fitting = tables[guards]
        if fitting:
            fitting[min(bisect_right(shares, rng.random()), len(fitting) - 1)](rng, guards, out)

    return step
