"""From words to what was typed: one message, one hand.

A hand has a script (Roman, Devanagari or both), a habit of capitals and of marks. The label does not change: surfaces come
from the words' own tables.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt
from operator import attrgetter
from typing import Literal, NamedTuple

from generators.said import Part
from generators.words import Word
from hinglish.script import devanagari_digits
from schemas.example import Span, Token, Utterance, spans_of

Mode = Literal["roman", "mixed", "devanagari"]
Capitals = Literal["none", "sentence", "names", "both"]
Care = Literal["usual", "known", "loose"]
CARES: tuple[Care, ...] = ("usual", "known", "loose")
MOST_ENGLISH = 0.4
HANDS = 1 << 12
BY_SOUND = 28  # of 256
FUNCTION = frozenset("a an the to for from of in on at by with and or is are my me i it this that please pls".split())


class Hand(NamedTuple):
    """How one person types one message. `turn` is the word at which a hand of two scripts changes keyboard, if it does."""

    mode: Mode
    capitals: Capitals
    commas: bool
    stop: bool
    digits: bool
    care: Care
    turn: int | None = None


Slots = tuple[str, ...]
Piece = tuple[Word, Slots]  # a word at its place, and the leaves that it says
Filled = tuple[tuple[Part, ...], Slots]  # words of a value, and the slot's own path: nothing where no slot holds them
Typed = tuple[Utterance, str, tuple[Span, ...]]
_TEXT = attrgetter("text")


@dataclass(eq=False)
class Ready:
    """A word outside all slots with the tokens that it may become, so that a row appends one and makes none."""

    word: Word
    reach: tuple[int, int, int]
    roman: tuple[Token, ...]
    deva: tuple[Token, ...]
    ways: int  # len(deva)
    label: Token
    hindi: bool
    titled: bool  # may a hand with capitals write it otherwise than small?


@dataclass(eq=False)
class Run:
    """Words of a family that stand side by side, none of them a mark or in digits."""

    words: tuple[Ready, ...]
    sound: tuple[int, ...]  # of 256 times, how often a hand of two scripts writes the word by sound
    plain: int  # how many are words and no names
    english: int


Item = Run | Filled


@cache
def ready(word: Word) -> Ready:
    """A word made ready once: the words of families are few."""
    made = {text: Token(text, word.lang, word.kind, word.norm) for text in {*word.roman, *word.deva, word.norm}}
    roman, deva = (tuple([made[s] for s in table]) for table in (word.roman, word.deva))
    return Ready(word, word.reach, roman, deva, len(deva), made[word.norm], word.lang == "hi", word.capital or word.kind == "name")


def run(words: Sequence[Word]) -> Run:
    """A run of words of a language."""
    plain = [w.lang for w in words if w.kind == "word"]
    sound = [256 if w.lang == "hi" else BY_SOUND if alone and w.norm not in FUNCTION else 0 for w, alone in zip(words, lone(words), strict=True)]
    return Run(tuple(map(ready, words)), tuple(sound), len(plain), plain.count("en"))


def lone(words: Sequence[Word]) -> list[bool]:
    """Which words have no English word at their side: french फ्राइज़ and सेंड a are typed by nobody, a lone मीटिंग is."""
    english = [False, *(w.lang == "en" for w in words), False]
    return [not (english[i] or english[i + 2]) for i in range(len(words))]


def draw_hand(draws: Sequence[float], mode: Mode) -> Hand:
    """One hand from four numbers in [0, 1). Shares from how people are seen to type: most Roman messages have no capitals, half no stops, few commas."""
    a, b, c, d = draws
    capitals: Capitals = "none" if a < 0.55 else "sentence" if a < 0.72 else "names" if a < 0.85 else "both"
    care: Care = "usual" if c < 0.58 else "known" if c < 0.9 else "loose"
    turn = 1 + int(4 * d) if mode == "mixed" and b > 0.95 else None
    # three habits from one number: what a factor leaves of it is as good as three draws
    return Hand(mode, capitals, b * 7 % 1 < 0.45, b * 13 % 1 < 0.35, b * 29 % 1 < 0.012, care, turn)


@cache
def hands(mode: Mode) -> tuple[Hand, ...]:
    """HANDS hands spread evenly over what may be drawn (a Kronecker sequence of square roots of primes): one number picks one."""
    roots = [sqrt(n) for n in (2, 3, 5, 7)]
    return tuple([draw_hand([(i + 0.5) * r % 1 for r in roots], mode) for i in range(HANDS)])


def fitting(mode: Mode, items: Iterable[Item]) -> Mode:
    """Nobody types a mostly English sentence in Devanagari: such a one is Roman."""
    if mode == "roman":
        return mode
    plain = english = 0
    for item in items:
        if type(item) is Run:
            plain += item.plain
            english += item.english
        else:
            for word, _, _ in item[0]:  # type: ignore[index]  # what is no run is filled
                if word.kind == "word" and word.lang != "other":
                    plain += 1
                    english += word.lang == "en"
    return "roman" if english > (MOST_ENGLISH if mode == "devanagari" else 2 * MOST_ENGLISH) * plain else mode


def alone(pieces: Iterable[Piece]) -> list[Item]:
    """Pieces as items, each filled by one word."""
    return [((Part(word),), slots) for word, slots in pieces]


def write(pieces: Iterable[Piece], hand: Hand, draws: Iterator[int]) -> Utterance:
    """Pieces → tokens as typed, with one drawn byte a piece."""
    return typed(alone(pieces), hand, draws)[0]


def typed(items: Sequence[Item], hand: Hand, draws: Iterator[int]) -> Typed:
    """Items → tokens as typed, with the message and the spans that `text_of` and `spans_of` give: one pass makes all three."""
    out: list[Token] = []
    spans: list[Span] = []
    text = gap = ""
    here: Slots = ()  # the leaves of the word before, said since `start`
    start, twice = 0, False
    mode, capitals, _, _, _, care, turn = hand
    roman, small, at_care = mode == "roman", capitals == "none", CARES.index(care)
    for at, item in enumerate(items):
        if type(item) is Run and turn is None:
            if here:
                spans.append(Span(here[0], start, len(text)))
                here = ()
            made = _written(item, hand, at_care, draws, first=not out)
            text += gap + " ".join(map(_TEXT, made))
            gap = " "
            out += made
            continue
        parts, own = ([Part(w.word, None) for w in item.words], ()) if type(item) is Run else item  # type: ignore[misc]  # what is no run is filled
        for place, (word, leaf, also) in enumerate(parts):
            draw = next(draws)
            slots = own if leaf == "" and also is None else leaves(own, leaf, also)
            lang = word.lang
            if lang == "other":
                found = _unspoken(word, hand, draw, slots, last=at == len(items) - 1 and word is parts[-1][0])
                if not found:
                    continue
                if word.kind == "mark" and out:
                    out[-1] = _glued(out[-1])
                    gap = ""
            elif roman or (turn is not None and (len(out) < turn) == (turn % 2 == 1)):
                found = word.roman[draw * word.reach[at_care] >> 8]
                if not small and _capitals(word, capitals, draw, first=not out):
                    found = _capital(found, word.norm)
            elif lang == "hi" or mode == "devanagari" or (draw < BY_SOUND and _alone(parts, place)):
                found = word.deva[draw * len(word.deva) >> 8]
            else:
                found = word.roman[0] if small and draw & 1 else word.norm
            if slots != here:
                if here:
                    spans.append(Span(here[0], start, len(text)))
                twice = twice or len(slots) > 1
                here, start = slots, len(text) + len(gap)
            text += gap + found
            gap = " "
            out.append(Token(found, lang, word.kind, word.norm, slots))
    if here:
        spans.append(Span(here[0], start, len(text)))
    if out:
        out[-1] = _glued(out[-1])
    return tuple(out), text, tuple(spans_of(out) if twice else spans)  # a word of two leaves is rare


def _alone(parts: Sequence[Part], place: int) -> bool:
    """`lone` of one word of a value."""
    return parts[place].word.norm not in FUNCTION and not any(p.word.lang == "en" for p in (*parts[max(0, place - 1) : place], *parts[place + 1 : place + 2]))


def _written(item: Run, hand: Hand, care: int, draws: Iterator[int], *, first: bool) -> list[Token]:
    """The words of a run by a hand that keeps to one keyboard, one draw a word; `first`: does the message begin here?"""
    pairs = zip(item.words, draws, strict=False)  # the words end first, and take no draw more
    small = hand.capitals == "none"
    if hand.mode == "roman":
        if small:
            return [w.roman[d * w.reach[care] >> 8] for w, d in pairs]
        return [_titled(w, hand.capitals, care, d, first=first and not i) for i, (w, d) in enumerate(pairs)]
    if hand.mode == "devanagari":
        return [w.deva[d * w.ways >> 8] for w, d in pairs]
    return [w.deva[d * w.ways >> 8] if d < s else w.roman[0] if small and d & 1 else w.label for (w, d), s in zip(pairs, item.sound, strict=True)]


def _titled(w: Ready, capitals: Capitals, care: int, draw: int, *, first: bool) -> Token:
    """A word that a hand with capitals may write with one."""
    token = w.roman[draw * w.reach[care] >> 8]
    if not (first or w.titled) or not _capitals(w.word, capitals, draw, first=first):
        return token
    return Token(_capital(token.text, token.norm), token.lang, token.kind, token.norm)


def _capitals(word: Word, capitals: Capitals, draw: int, *, first: bool) -> bool:
    names = capitals != "sentence"
    return bool((word.capital and (names or draw & 1)) or (word.kind == "name" and names) or (first and capitals != "names"))


@cache
def leaves(own: Slots, leaf: str | None, also: str | None) -> Slots:
    """The leaves that a word of a value says: its own below the slot, and the second one."""
    if leaf is None or not own:
        return ()
    head = f"{own[0]}.{leaf}" if leaf else own[0]
    return (head,) if also is None else (head, also if "." not in also else f"{own[0]}.{also}")


def _capital(text: str, norm: str) -> str:
    """A word as a hand with capitals writes it: a brand or a day as its label does."""
    return norm if text != norm and text == norm.lower() else text[:1].upper() + text[1:]


def _unspoken(word: Word, hand: Hand, draw: int, slots: Slots, *, last: bool) -> str:
    """What stands for a mark or for digits; nothing where this hand leaves the mark out."""
    if word.kind != "mark":
        text = word.roman[draw * len(word.roman) >> 8]
        return devanagari_digits(text) if hand.digits and hand.mode != "roman" else text
    if not slots and (not (hand.stop if last else hand.commas) if word.norm in ",.;" else last and word.norm == "?" and not (hand.commas or hand.stop)):
        return ""
    return "।" if word.norm == "." and hand.mode == "devanagari" and not slots else word.norm


def _glued(t: Token) -> Token:
    """A token that ends right before what follows."""
    return Token(t.text, t.lang, t.kind, t.norm, t.slots, t.said, "")
