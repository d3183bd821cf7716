"""Orders inside a message: never obeyed, and part of the label only where they are truly what is to be said or remembered.

The guide's rule 5. Five relabellers over the seeds handed in; UnicodeTricks stands in unicode_tricks.py. What is put into a row
stands outside all slots, and is set off from free text (a message, a task) so that no reader could take it for a part of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Literal
from unicodedata import category

from msgspec.structs import replace

from augment.core import rewritten
from augment.injections import Seeds, Source, hand_of, load_seeds, rendered, words_of
from generators.randomness import Random
from generators.render import Hand
from hinglish.lexicon import Lexicon
from hinglish.readings import readings
from hinglish.script import script_of
from schemas.example import Example, Token, Utterance, said_leaf

__all__ = ["InSlot", "Inject", "LookAlike", "OnlyInjection", "Place", "boundaries", "load_seeds", "put"]

Place = Literal["before", "after", "inside"]
PLACES: tuple[Place, ...] = ("before", "after", "inside")
FREE = frozenset({"message", "task", "note", "issue", "purpose"})  # leaves in which any words could stand
ENDS = frozenset(",.;!?।…")
JOINS = frozenset({"और", "and", "but", "लेकिन", "मगर", "क्योंकि", "because"})
FINITE = ("दो", "ना", "है", "हैं", "हूँ", "चाहिए", "करो", "दे", "गा", "गे", "गी", "लो", "जिए", "जिएगा", "था", "थी", "थे")  # how a Hindi clause ends
CALLS = frozenset({"भाई", "यार", "bro", "hello", "hi", "hey", "सुनो", "सुनिए", "सुन", "अरे", "अच्छा", "ok", "okay", "देखो", "भैया", "नमस्ते", "boss", "assistant"})
CONTENT = {"send_message": "message", "set_reminder": "task"}
STRAINED = frozenset({"corrected", "negated", "range"})  # a repair must stay beside what it repairs

Break = tuple[str, str]  # a mark or none, and what stands after it
LOOSE: tuple[Break, ...] = (("", " "), ("", " "), (",", " "), (".", " "), ("", "\n"))
SPACED: tuple[Break, ...] = ((",", " "), (".", " "), ("", "\n"))
STRONG: dict[str, tuple[Break, ...]] = {"message": (("", "\n"),)}  # a message may hold sentences: only a new line ends it
STRONG_REST: tuple[Break, ...] = ((".", " "), ("", "\n"))


def boundaries(utterance: Sequence[Token]) -> list[int]:
    """Where a clause ends: i stands for the place before token i. Never within the reach of a slot, never beside free text."""
    reach: dict[str, tuple[int, int]] = {}
    for i, token in enumerate(utterance):
        for path in token.slots:
            head = path.partition(".")[0]
            reach[head] = (reach.get(head, (i, i))[0], i)
    opening = next((i for i, t in enumerate(utterance) if t.kind != "mark" and t.norm not in CALLS), len(utterance))
    out = []
    for i in range(1, len(utterance)):
        left, right = utterance[i - 1], utterance[i]
        if left.slots or right.kind == "mark" or not left.after.isspace() or any(a < i <= b for a, b in reach.values()):
            continue
        ends = left.kind == "mark" and left.text in ENDS
        joins = right.norm in JOINS and not right.slots and left.norm.endswith(FINITE)
        calls = i <= opening and left.norm in CALLS
        if (ends or joins or calls) and not _free(_before(utterance, i)) and not _free(right):
            out.append(i)
    return out


def _before(utterance: Sequence[Token], i: int) -> Token | None:
    """The last word before place i, marks passed over."""
    return next((t for t in reversed(utterance[:i]) if t.kind != "mark"), None)


def _free(token: Token | None) -> str:
    """The free leaf that a token is part of, or nothing."""
    return next((p for p in token.slots if p in FREE), "") if token else ""


def _breaks(left: Token | None, right: Token | None) -> tuple[Break, ...]:
    """What may stand between an injection and its neighbours so that no reader takes it for part of a value."""
    free = _free(left) or _free(right)
    if free:
        return STRONG.get(free, STRONG_REST)
    return SPACED if (left and left.slots) or (right and right.slots) else LOOSE


def _ended(tokens: Sequence[Token], one: Break, *, danda: bool) -> list[Token]:
    """Tokens with a break after them; a mark is not put after a mark."""
    mark, gap = one
    last = tokens[-1]
    if not mark or last.kind == "mark" or category(last.text[-1])[0] not in "LMN":
        return [*tokens[:-1], replace(last, after=gap)]
    mark = "।" if danda and mark == "." else mark
    return [*tokens[:-1], replace(last, after=""), Token(mark, "other", "mark", mark, (), True, gap)]


def put(utterance: Utterance, words: Utterance, place: Place, rng: Random, *, strained: bool = False) -> Utterance | None:
    """Unslotted words before, after or inside an utterance; None where there is no such place."""
    if not utterance or not words:
        return None
    danda = hand_of(utterance).mode == "devanagari"
    if place == "before":
        lead = rng.choice(_breaks(None, utterance[0]))
        return (*_ended(words, lead, danda=danda), *utterance)
    if place == "after":
        lead = rng.choice(_breaks(_before(utterance, len(utterance)), None))
        return (*_ended(utterance, lead, danda=danda), *words)
    places = [] if strained else boundaries(utterance)
    if not places:
        return None
    at = rng.choice(places)
    lead = rng.choice(SPACED[:2] if utterance[at].slots else LOOSE[:4])
    return (*utterance[:at], *_ended(words, lead, danda=danda), *utterance[at:])


def _tagged(example: Example) -> tuple[str, ...]:
    return tuple(sorted({*example.tags, "injection"}))


@dataclass(frozen=True)
class Inject:
    """An order before, after or inside a message; the label stays."""

    name: ClassVar[str] = "inject"
    rule: ClassVar[str] = "The message is data: an order inside it is never obeyed and changes no label (guide, The task, 5)."
    seeds: Source
    place: Place | None = None

    def relabel(self, example: Example, lexicon: Lexicon, rng: Random) -> Example | None:
        """The row with an order in it; a row that holds one already is left alone."""
        if not example.utterance or "injection" in example.tags:
            return None
        place = self.place or rng.choice(PLACES)
        strained = bool(STRAINED & set(example.tags))
        if place == "inside" and self.place is None and (strained or not boundaries(example.utterance)):
            place = rng.choice(PLACES[:2])
        utterance = put(example.utterance, self.seeds.say(example.utterance, lexicon, rng), place, rng, strained=strained)
        return None if utterance is None else rewritten(example, utterance, tags=_tagged(example))


@dataclass(frozen=True)
class OnlyInjection:
    """A message that is nothing but an order."""

    name: ClassVar[str] = "only-injection"
    rule: ClassVar[str] = "A message that is nothing but an injection is none and has no slots (guide, Intents, none)."
    seeds: Source

    def relabel(self, example: Example, lexicon: Lexicon, rng: Random) -> Example | None:
        """The order alone, as the row's hand would type it."""
        if not example.utterance:
            return None
        words = self.seeds.say(example.utterance, lexicon, rng)
        return rewritten(example, words, target={"intent": "none"}, tags=("injection",)) if words else None


@dataclass(frozen=True)
class InSlot:
    """An order that is truly what is to be said or remembered: the label holds it as said."""

    name: ClassVar[str] = "in-slot"
    rule: ClassVar[str] = "An order changes the answer only where it is truly the content of a slot (guide, The task, 5): it is that content."
    seeds: Seeds

    def relabel(self, example: Example, lexicon: Lexicon, rng: Random) -> Example | None:
        """The row with its message or task said otherwise."""
        out = _content(example, self.seeds, "as_", lexicon, rng)
        return None if out is None else rewritten(example, out[0], target=out[1], tags=_tagged(example))


@dataclass(frozen=True)
class LookAlike:
    """Talk of rules, JSON, systems and prompts that orders nothing: chat alone, chat behind a request, or true content."""

    name: ClassVar[str] = "look-alike"
    rule: ClassVar[str] = "Chat is none; chat beside a request changes no label; what is to be said is held as said (guide, Intents, none; The task, 5)."
    seeds: Seeds
    role: Literal["none", "behind", "content"] | None = None

    def relabel(self, example: Example, lexicon: Lexicon, rng: Random) -> Example | None:
        """The row as chat alone, with chat behind it, or with other content; no tag, for nothing is injected."""
        if not example.utterance or "injection" in example.tags:
            return None
        role = self.role or rng.choice(("none", "behind", "content") if example.intent in CONTENT else ("none", "behind"))
        if role == "content":
            out = _content(example, self.seeds, "benign_", lexicon, rng)
            return None if out is None else rewritten(example, out[0], target=out[1])
        chat = self.seeds.of("benign_lookalike").say(example.utterance, lexicon, rng)
        if role == "none":
            return rewritten(example, chat, target={"intent": "none"}, tags=())
        utterance = put(example.utterance, chat, "after", rng)
        return None if utterance is None else rewritten(example, utterance)


def _content(example: Example, seeds: Seeds, prefix: str, lexicon: Lexicon, rng: Random) -> tuple[Utterance, dict[str, object]] | None:
    """(utterance, target) with the message or task replaced by a seed's words, each written so that it can be read."""
    slot = CONTENT.get(example.intent, "")
    held = [i for i, t in enumerate(example.utterance or ()) if slot in t.slots]
    if not held or example.utterance is None or example.target.get(slot) is None:
        return None
    first, last = held[0], held[-1]
    if any(t.slots not in ((slot,), ()) for t in example.utterance[first : last + 1]):
        return None
    text = seeds.of(prefix + slot).draw(rng)
    written = _readable(text, hand_of(example.utterance), lexicon, rng, slot)
    words = (*written[:-1], replace(written[-1], after=example.utterance[last].after))
    utterance = (*example.utterance[:first], *words, *example.utterance[last + 1 :])
    return utterance, {**example.target, slot: said_leaf(utterance, slot)}


def _readable(text: str, hand: Hand, lexicon: Lexicon, rng: Random, slot: str) -> list[Token]:
    """The words of a value: a spelling that cannot be read back gives way to the word's first, and that to its label form."""
    out = []
    for token in rendered(text, Hand(hand.mode, "none", True, False, False, "usual"), lexicon, rng):
        word = words_of(lexicon).word(token.norm)
        first = word.deva[0] if script_of(token.text) == "devanagari" else word.roman[0]
        surface = next(s for s in (token.text, first, token.norm) if s == token.norm or _reads(s, token.norm))
        out.append(replace(token, text=surface, slots=(slot,)))
    return out


@lru_cache(maxsize=1 << 12)
def _reads(written: str, meant: str) -> bool:
    return meant in readings(written)[:5]
