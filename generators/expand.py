"""One draw of one family: expand its tree, make the values, and put together tokens, target and tags."""

from dataclasses import dataclass, field
from typing import Any

from faker import Generator

from generators.family import Family
from generators.likeness import alike
from generators.plan import INFLECTED, Blank, Cast, Item, Plain, Plan, plan_of
from generators.provider import HinglishProvider
from generators.randomness import WHOLE, Stream
from generators.render import HANDS, Mode, fitting, hands, leaves, typed
from generators.said import Part, Said, Scene
from generators.template import GENDERS, LEVELS, Gender, Hole, Level
from generators.words import Placed, Word, Words
from hinglish.inflect import NO_KO, POSTPOSITIONS, takes_ko
from schemas.example import Example, Utterance, key_of, said_leaf

__all__ = ["INFLECTED", "Studio"]

_GUARDS = {(level, gender): frozenset((level, gender)) for level in LEVELS for gender in GENDERS}
MOST_REDRAWS = 8
# tum is how most people write to a helper or an app; aap next; tu among friends.
_TUM, _AAP, _MAN = 0.5 * WHOLE, 0.82 * WHOLE, 0.52 * WHOLE


@dataclass
class Studio:
    """What a process keeps to make examples of one lexicon: words, provider, and the shares of scripts."""

    words: Words
    seed: int
    shares: tuple[tuple[float, Mode], ...]
    provider: HinglishProvider = field(init=False)
    _rng: Stream = field(init=False)
    _scripts: tuple[tuple[float, Mode], ...] = field(init=False)
    _plans: dict[str, Plan] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.provider = HinglishProvider(Generator(), self.words)
        self._rng = Stream("")
        self._scripts = tuple([(share * WHOLE, mode) for share, mode in self.shares])

    def _literal(self, text: str, mark: bool) -> Word:
        return self.words.mark(text) if mark else self.provider.number_word(text)

    def plan(self, family: Family) -> Plan:
        """The plan of a family, made once."""
        plan = self._plans.get(family.id)
        if plan is None:
            plan = self._plans[family.id] = plan_of(family.intent, family.tags, self._literal, lambda words: self.provider.text(" ".join(words)).parts)
        return plan

    def draw(self, family: Family, rng: Stream, guards: frozenset[str]) -> list[Word | Hole]:
        """One drawn sentence of a family: words, and holes left open."""
        return [item.word if isinstance(item, Placed) else item.hole for item in self._expand(family, self.plan(family), rng, guards)]

    @staticmethod
    def _expand(family: Family, plan: Plan, rng: Stream, guards: frozenset[str]) -> list[Item]:
        step = plan.parts.get(guards) or plan.part(family.tree, guards)
        items: list[Item] = []
        if not isinstance(step, Plain):
            rng.ahead(plan.most)
        step.take(rng, items)
        return items

    def example(self, family: Family, draw: int) -> Example:
        """The example of (family, draw): the same on any machine, worker and day."""
        name = f"{self.seed}/{family.id}/{draw}"
        rng = self._rng
        rng.open(name + "/example")
        at, script, hand_at = rng.draw(), rng.draw(), rng.draw() * HANDS >> 32
        level: Level = family.level or ("tum" if at < _TUM else "aap" if at < _AAP else "tu")
        gender: Gender = "m" if rng.draw() < _MAN else "f"
        plan = self._plans.get(family.id) or self.plan(family)
        items = self._expand(family, plan, rng, _GUARDS[level, gender])
        blanks = tuple([item for item in items if isinstance(item, Blank)])
        cast = plan.casts.get(blanks) or plan.cast(blanks)
        drawn: Mode = "devanagari"
        for share, found in self._scripts:
            if script < share:
                drawn = found
                break
        said = self._values(name, cast, Scene(plan.intent, level, gender, cast.slots, drawn == "devanagari")) if blanks else []
        words = self._filled(name, items, said)
        mode = fitting(drawn, words)
        utterance, text, spans = typed(words, hands(mode)[hand_at], rng.bytes(len(words)))
        target, tags = _target(plan, cast, said, utterance)
        group = key_of(name + "/")  # as name_of says it, of a row without a chain
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

    def _filled(self, name: str, items: list[Item], said: list[Said]) -> list[Placed]:
        """The words of a message, each blank filled, and each value as the word after it asks: the label says what the message says."""
        out: list[Placed] = []
        i = 0
        for place, item in enumerate(items):
            if isinstance(item, Placed):
                out.append(item)
                continue
            value = said[i]
            if item.inflects or item.dated:
                after = items[place + 1] if place + 1 < len(items) else None
                norm = after.word.norm if isinstance(after, Placed) else ""
                if item.dated:
                    value = said[i] = self._with_ko(value, norm, f"{name}/ko.{i}", 0.45 if isinstance(after, Blank) else 0.75)
                elif norm in POSTPOSITIONS:
                    value = said[i] = self._oblique(value)
            own, parts = item.path, value.parts
            for at, part in enumerate(parts):
                leaf, beside = part.leaf, False
                if part.word.lang == "en":
                    beside = (at > 0 and parts[at - 1].word.lang == "en") or (at + 1 < len(parts) and parts[at + 1].word.lang == "en")
                if leaf is None or not own:
                    out.append(part.word.at((), beside))
                else:
                    out.append(part.word.at(own if leaf == "" and part.also is None else leaves(own, leaf, part.also), beside))
            i += 1
        return out

    def _oblique(self, said: Said) -> Said:
        words = [p.word for p in said.parts if p.leaf == ""]
        if not isinstance(said.value, str) or not words or said.parts[-1].leaf != "":
            return said
        changed = self.provider.oblique(words)
        if changed is words or len(words) < len(said.parts):
            return said
        parts = tuple([Part(w, p.leaf, p.also) for p, w in zip(said.parts, changed, strict=True)])
        return Said(parts, " ".join([w.norm for w in changed]), said.implied, said.tags)

    def _with_ko(self, said: Said, after: str, stream: str, share: float) -> Said:
        """A named day mostly has को behind it, which is no part of the value."""
        if not said.value or not takes_ko(said.value) or after in NO_KO:
            return said
        self.provider.rng.open(stream)
        if self.provider.rng.random() >= share:
            return said
        return Said((*said.parts, Part(self.words.word("को"), None)), said.value, said.implied, said.tags)


_UNSAID = Said((), None)


def _target(plan: Plan, cast: Cast, said: list[Said], utterance: Utterance) -> tuple[dict[str, Any], tuple[str, ...]]:
    target = plan.empty.copy()
    for name in plan.lists:
        target[name] = []
    slotted = len(target) > 1
    more: list[str] = []
    empty = True
    for i, blank in enumerate(cast.blanks):
        found = said[i]
        if found.tags:
            more.extend(found.tags)
        if blank.path:
            target[blank.path[0]] = found.value
            if found.implied:
                target.update(found.implied)
            empty = empty and found.value is None
        elif slotted and blank.hole.mode == "unslotted":
            more.append("unslotted")
    if empty and slotted:
        more.append("noslot")
    if plan.intent == "send_message" and target["message"] is not None:
        target["message"] = said_leaf(utterance, "message")  # it keeps what stands between its words as it was typed
    return target, tuple(sorted({*plan.tags, *more})) if more else plan.tags
