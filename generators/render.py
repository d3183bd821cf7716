"""From words to what was typed: one message, one hand.

A hand has a script (Roman, Devanagari or both), a habit of capitals and of marks. The label does not change: surfaces come
from the words' own tables.
"""

from collections.abc import Iterable, Sequence
from functools import cache, partial
from math import sqrt
from typing import Final, Literal, NamedTuple

from generators.words import Placed, Slots, Word
from hinglish.script import devanagari_digits
from schemas.example import Span, Token, Utterance, spans_of

Mode = Literal["roman", "mixed", "devanagari"]
Capitals = Literal["none", "sentence", "names", "both"]
Care = Literal["usual", "known", "loose"]
MOST_ENGLISH: Final = 0.4
HANDS: Final = 1 << 12
_span: Final = partial(tuple.__new__, Span)  # as Span._make makes one, at a third of its time


class Hand(NamedTuple):
    """How one person types one message. `turn` is the word at which a hand of two scripts changes keyboard, if it does."""

    mode: Mode
    capitals: Capitals
    commas: bool
    stop: bool
    digits: bool
    care: Care
    turn: int | None = None


Piece = tuple[Word, Slots]  # a word at its place, and the leaves that it says
Typed = tuple[Utterance, str, tuple[Span, ...]]


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


def fitting(mode: Mode, words: list[Placed]) -> Mode:
    """Nobody types a mostly English sentence in Devanagari: such a one is Roman."""
    if mode == "roman":
        return mode
    plain = english = 0
    for word in words:
        if word.plain:
            plain += 1
            if word.english:
                english += 1
    return "roman" if english > (MOST_ENGLISH if mode == "devanagari" else 2 * MOST_ENGLISH) * plain else mode


def placed(pieces: Iterable[Piece]) -> list[Placed]:
    """Pieces as words at their places."""
    return [word.at(slots) for word, slots in pieces]


def write(pieces: Iterable[Piece], hand: Hand, draws: bytes) -> Utterance:
    """Pieces → tokens as typed, with one drawn byte a piece."""
    return typed(placed(pieces), hand, draws)[0]


def typed(words: list[Placed], hand: Hand, draws: bytes) -> Typed:
    """Words → tokens as typed, one drawn byte a word, with the message and the spans that `text_of` and `spans_of` give: one pass makes all three."""
    out: list[Token] = []
    texts: list[str] = []  # with a space between they are the message
    spans: list[Span] = []
    here: Slots = ()  # the leaves of the word before, said since `start`
    size = start = 0
    twice = False
    before: Placed | None = None  # the word that was written last, and how
    said = ""
    mode, capitals, _, _, _, care, turn = hand
    roman, deva, small, usual, known = mode == "roman", mode == "devanagari", capitals == "none", care == "usual", care == "known"
    for at, word in enumerate(words):
        draw = draws[at]
        glued = False
        if word.other:
            text = _unspoken(word, hand, draw, last=at == len(words) - 1)
            if not text:
                continue
            glued = word.mark and before is not None
        elif roman or (turn is not None and (len(out) < turn) == (turn % 2 == 1)):
            text = word.roman[draw * (word.usual if usual else word.known if known else len(word.roman)) >> 8]
            if not small and (word.titled or before is None) and _capitals(word.word, capitals, draw, first=before is None):
                text = _capital(text, word.word.norm)
        elif deva or draw < word.sound:
            text = word.deva[draw * len(word.deva) >> 8]
        else:
            text = word.roman[0] if small and draw & 1 else word.word.norm
        if before is not None and glued:
            out[-1] = before.glued(said)
        begin = size if glued or before is None else size + 1
        if word.slots is not here and word.slots != here:
            if here:
                spans.append(_span((here[0], start, size)))
            here, start = word.slots, begin
            twice = twice or len(here) > 1
        if glued:
            texts[-1] += text
        else:
            texts.append(text)
        size = begin + len(text)
        out.append(word.token(text))
        before, said = word, text
    if here:
        spans.append(_span((here[0], start, size)))
    if before is not None:
        out[-1] = before.glued(said)
    return tuple(out), " ".join(texts), tuple(spans_of(out) if twice else spans)  # a word of two leaves is rare


def _capitals(word: Word, capitals: Capitals, draw: int, *, first: bool) -> bool:
    names = capitals != "sentence"
    return (word.capital and (names or draw & 1 == 1)) or (word.kind == "name" and names) or (first and capitals != "names")


@cache
def leaves(own: Slots, leaf: str, also: str | None) -> Slots:
    """The leaves that a word of a value says: its own below the slot, and the second one."""
    head = f"{own[0]}.{leaf}" if leaf else own[0]
    return (head,) if also is None else (head, also if "." not in also else f"{own[0]}.{also}")


def _capital(text: str, norm: str) -> str:
    """A word as a hand with capitals writes it: a brand or a day as its label does."""
    return norm if text != norm and text == norm.lower() else text[:1].upper() + text[1:]


def _unspoken(word: Placed, hand: Hand, draw: int, *, last: bool) -> str:
    """What stands for a mark or for digits; nothing where this hand leaves the mark out."""
    if not word.mark:
        text = word.roman[draw * len(word.roman) >> 8]
        return devanagari_digits(text) if hand.digits and hand.mode != "roman" else text
    norm = word.word.norm
    if not word.slots and (not (hand.stop if last else hand.commas) if norm in ",.;" else last and norm == "?" and not (hand.commas or hand.stop)):
        return ""
    return "।" if norm == "." and hand.mode == "devanagari" and not word.slots else norm
