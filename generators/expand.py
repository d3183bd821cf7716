"""One draw of one family: expand the tree, make the values, and put together tokens, target and tags."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from faker import Generator

from generators.family import Family
from generators.makers import FIRST, maker_for
from generators.provider import HinglishProvider
from generators.randomness import Random
from generators.render import Mode, Piece, draw_hand, fitting, write
from generators.said import Said, Scene
from generators.template import Choice, FreeOrder, Gender, Hole, Level, Literally, Node, Optional, Sequence
from generators.words import Word, Words
from hinglish.inflect import POSTPOSITIONS
from schemas.contract import Intent, intents
from schemas.example import Example, name_of, spans_of, text_of

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
    literal: dict[str, Word] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.provider = HinglishProvider(self.generator, self.words)

    def example(self, family: Family, draw: int) -> Example:
        """The example of (family, draw): the same on any machine, worker and day."""
        name = f"{self.seed}/{family.id}/{draw}"
        rng = Random(f"{name}/example")
        level = _pick(_LEVELS, rng.random())
        gender: Gender = "m" if rng.random() < 0.52 else "f"
        items: list[Word | Hole] = []
        _expand(family.tree, rng, frozenset((level, gender)), items, self)
        intent = intents()[family.intent]
        holes = [i for i in items if isinstance(i, Hole)]
        scene = Scene(family.intent, level, gender, frozenset([h.slot for h in holes if h.mode == "slot"]))
        said = self._values(name, holes, scene)
        self._inflect(items, said)
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
        order = sorted(range(len(holes)), key=lambda i: (holes[i].mode != "slot", holes[i].value is None, holes[i].maker not in FIRST, i)) if len(holes) > 1 else range(len(holes))
        for i in order:
            hole = holes[i]
            if hole.value is not None:
                out[i] = self._fixed(hole, scene)
                continue
            twin = sum(h == hole for h in holes[:i])
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

    def _inflect(self, items: list[Word | Hole], said: dict[int, Said]) -> None:
        """Put values before a postposition into the oblique: the label says what the message says."""
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
            at += 1

    def _fixed(self, hole: Hole, scene: Scene) -> Said:
        scene.picks.setdefault(hole.slot, hole.value)
        return Said(self.provider.text(" ".join(hole.words)).parts, hole.value)

    def _pieces(self, items: list[Word | Hole], said: dict[int, Said]) -> list[Piece]:
        pieces: list[Piece] = []
        at = 0
        for item in items:
            if isinstance(item, Word):
                pieces.append(Piece(item))
                continue
            for word, leaf, also in said[at].parts:
                if leaf is None or item.mode != "slot":
                    pieces.append(Piece(word))
                else:
                    head = f"{item.slot}.{leaf}" if leaf else item.slot
                    second = () if also is None else (also if "." not in also else f"{item.slot}.{also}",)
                    pieces.append(Piece(word, (head, *second)))
            at += 1
        return pieces


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


def _expand(node: Node, rng: Random, guards: frozenset[str], out: list[Word | Hole], studio: Studio) -> None:
    if isinstance(node, Literally):
        word = studio.literal.get(node.text)
        if word is None:
            word = studio.words.mark(node.text) if node.mark else studio.provider.number_word(node.text)
            studio.literal[node.text] = word
        out.append(word)
    elif isinstance(node, Sequence):
        for part in node.parts:
            _expand(part, rng, guards, out, studio)
    elif isinstance(node, Hole):
        out.append(node)
    elif isinstance(node, Optional):
        if rng.random() < node.p:
            _expand(node.part, rng, guards, out, studio)
    elif isinstance(node, Choice):
        _choose(node, rng, guards, out, studio)
    elif isinstance(node, FreeOrder):
        for part in rng.sample(node.parts, len(node.parts)):
            _expand(part, rng, guards, out, studio)


def _choose(node: Choice, rng: Random, guards: frozenset[str], out: list[Word | Hole], studio: Studio) -> None:
    fits = [i for i, guard in enumerate(node.guards) if not guard or guard & guards]
    total = sum([node.weights[i] for i in fits])
    at = rng.random() * total
    for i in fits:
        at -= node.weights[i]
        if at < 0:
            _expand(node.parts[i], rng, guards, out, studio)
            return
