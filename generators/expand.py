"""One draw of one family: expand its tree, make the values, and put together tokens, target and tags."""

from dataclasses import dataclass, field
from typing import Any

from faker import Generator

from generators.family import Family
from generators.likeness import alike
from generators.plan import INFLECTED, Blank, Cast, Item, Plan, plan_of
from generators.provider import HinglishProvider
from generators.randomness import WHOLE, Random
from generators.render import HANDS, Mode, Run, fitting, hands, typed
from generators.said import Part, Said, Scene
from generators.template import GENDERS, LEVELS, Gender, Hole, Level
from generators.words import Word, Words
from hinglish.inflect import NO_KO, POSTPOSITIONS, takes_ko
from schemas.example import Example, Utterance, name_of, said_leaf

__all__ = ["INFLECTED", "Studio"]

_GUARDS = {(level, gender): frozenset((level, gender)) for level in LEVELS for gender in GENDERS}
MOST_REDRAWS = 8
OWN_DRAWS = 4  # register, speaker, script and hand
# tum is how most people write to a helper or an app; aap next; tu among friends.
_TUM, _AAP, _MAN = 0.5 * WHOLE, 0.82 * WHOLE, 0.52 * WHOLE


@dataclass
class Studio:
    """What a process keeps to make examples of one lexicon: words, provider, and the shares of scripts."""

    words: Words
    seed: int
    shares: tuple[tuple[float, Mode], ...]
    provider: HinglishProvider = field(init=False)
    _rng: Random = field(init=False)
    _scripts: tuple[tuple[float, Mode], ...] = field(init=False)
    _plans: dict[str, Plan] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.provider = HinglishProvider(Generator(), self.words)
        self._rng = Random("")
        self._scripts = tuple([(share * WHOLE, mode) for share, mode in self.shares])

    def _literal(self, text: str, mark: bool) -> Word:
        return self.words.mark(text) if mark else self.provider.number_word(text)

    def plan(self, family: Family) -> Plan:
        """The plan of a family, made once."""
        plan = self._plans.get(family.id)
        if plan is None:
            plan = self._plans[family.id] = plan_of(family.intent, family.tags, self._literal, lambda words: self.provider.text(" ".join(words)).parts)
        return plan

    def draw(self, family: Family, rng: Random, guards: frozenset[str]) -> list[Word | Hole]:
        """One drawn sentence of a family: words, and holes left open."""
        out: list[Word | Hole] = []
        for item in self._expand(family, self.plan(family), rng, guards):
            out += [w.word for w in item.words] if isinstance(item, Run) else [item.hole] if isinstance(item, Blank) else [p.word for p in item[0]]
        return out

    @staticmethod
    def _expand(family: Family, plan: Plan, rng: Random, guards: frozenset[str]) -> list[Item]:
        part = plan.parts.get(guards) or plan.part(family.tree, guards)
        if type(part) is tuple:
            return list(part)
        items: list[Item] = []
        part(rng.numbers(plan.most).pop, items)  # type: ignore[operator]  # what is no tuple is a step
        return items

    def example(self, family: Family, draw: int) -> Example:
        """The example of (family, draw): the same on any machine, worker and day."""
        name = f"{self.seed}/{family.id}/{draw}"
        rng = self._rng
        rng.open(name + "/example")
        pop = rng.numbers(OWN_DRAWS).pop
        at, script, hand_at = pop(), pop(), pop() * HANDS >> 32
        level: Level = family.level or ("tum" if at < _TUM else "aap" if at < _AAP else "tu")
        gender: Gender = "m" if pop() < _MAN else "f"
        plan = self._plans.get(family.id) or self.plan(family)
        items = self._expand(family, plan, rng, _GUARDS[level, gender])
        places = [i for i, item in enumerate(items) if type(item) is Blank]
        blanks: tuple[Blank, ...] = tuple([items[i] for i in places])  # type: ignore[misc]  # just looked
        cast = plan.casts.get(blanks) or plan.cast(blanks)
        drawn: Mode = next((m for share, m in self._scripts if script < share), "devanagari")
        said = self._values(name, cast, Scene(plan.intent, level, gender, cast.slots, drawn == "devanagari")) if blanks else []
        self._fill(name, items, places, blanks, said)
        mode = fitting(drawn, items)  # type: ignore[arg-type]  # all blanks are filled
        hand = hands(mode)[hand_at]
        utterance, text, spans = typed(items, hand, rng.bytes())  # type: ignore[arg-type]  # as above
        target, tags = _target(plan, cast, said, utterance)
        group = name_of(self.seed, family.id, draw)
        made: dict[str, Any] = {"seed": self.seed, "template": family.id, "draw": draw, "level": level, "gender": gender, "hand": mode, "augmenters": []}
        return Example(group, "made", text, spans, target, tags, group, made, utterance)

    def _values(self, name: str, cast: Cast, scene: Scene) -> list[Said]:
        """What is said at each blank. Makers that others must fit go first."""
        provider = self.provider
        rng = provider.rng
        out: list[Said] = [_UNSAID] * len(cast.blanks)
        for role in cast.roles:
            blank, i = role.blank, role.at
            if blank.fixed is not None:
                if blank.path:
                    scene.picks.setdefault(blank.hole.slot, blank.hole.value)
                out[i] = blank.fixed
                continue
            rng.open(name + role.stream)
            out[i] = blank.maker(provider, scene)
            if not role.rivals:
                continue
            slot, taken = blank.hole.slot, [out[j].value for j in role.rivals]
            for again in range(MOST_REDRAWS):
                if not any(alike(out[i].value, other, slot) for other in taken):
                    break
                rng.open(f"{name}{blank.stream}/{again}")
                out[i] = blank.maker(provider, scene)
        return out

    def _fill(self, name: str, items: list[Item], places: list[int], blanks: tuple[Blank, ...], said: list[Said]) -> None:
        """Each blank filled, and each value as the word after it asks: the label says what the message says."""
        for i, place in enumerate(places):
            blank = blanks[i]
            if blank.inflects or blank.dated:
                after = items[place + 1] if place + 1 < len(items) else None
                norm = after.words[0].word.norm if type(after) is Run else "" if after is None or type(after) is Blank else after[0][0].word.norm  # type: ignore[index]  # what is neither is filled
                if blank.dated:
                    said[i] = self._with_ko(said[i], norm, f"{name}/ko.{i}", 0.45 if type(after) is Blank else 0.75)
                elif norm in POSTPOSITIONS:
                    said[i] = self._oblique(said[i])
            items[place] = (said[i].parts, blank.path)

    def _oblique(self, said: Said) -> Said:
        words = [p.word for p in said.parts if p.leaf == ""]
        if not isinstance(said.value, str) or not words or said.parts[-1].leaf != "":
            return said
        changed = self.provider.oblique(words)
        if changed is words or len(words) < len(said.parts):
            return said
        parts = tuple([p._replace(word=w) for p, w in zip(said.parts, changed, strict=True)])
        return said._replace(parts=parts, value=" ".join([w.norm for w in changed]))

    def _with_ko(self, said: Said, after: str, stream: str, share: float) -> Said:
        """A named day mostly has को behind it, which is no part of the value."""
        if not said.value or not takes_ko(said.value) or after in NO_KO:
            return said
        self.provider.rng.open(stream)
        if self.provider.rng.random() >= share:
            return said
        return said._replace(parts=(*said.parts, Part(self.words.word("को"), None)))


_UNSAID = Said((), None)


def _target(plan: Plan, cast: Cast, said: list[Said], utterance: Utterance) -> tuple[dict[str, Any], tuple[str, ...]]:
    target = plan.empty.copy()
    for name in plan.lists:
        target[name] = []
    more: list[str] = []
    empty = True
    for blank, (_, value, implied, tags) in zip(cast.blanks, said, strict=True):
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
