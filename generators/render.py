"""From words to what was typed: one message, one hand.

A hand has a script (Roman, Devanagari or both), a habit of capitals and of marks. The label does not change: surfaces come
from the words' own tables.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

import msgspec

from generators.randomness import SHORT
from generators.words import Word
from hinglish.lexicon import Lang
from hinglish.script import devanagari_digits
from schemas.example import Span, Token, Utterance, spans_of

Mode = Literal["roman", "mixed", "devanagari"]
Capitals = Literal["none", "sentence", "names", "both"]
Care = Literal["usual", "known", "loose"]
CARES: tuple[Care, ...] = ("usual", "known", "loose")
MOST_ENGLISH = 0.4


class Hand(NamedTuple):
    """How one person types one message. `turn` is the word at which a hand of two scripts changes keyboard, if it does."""

    mode: Mode
    capitals: Capitals
    commas: bool
    stop: bool
    digits: bool
    care: Care
    turn: int | None = None


Piece = tuple[Word, tuple[str, ...]]  # a word at its place, and the leaves that it says
Typed = tuple[Utterance, str, tuple[Span, ...]]


class Placed(msgspec.Struct, frozen=True, eq=False):
    """A piece with the tokens that it may become, so that a row appends one and makes none."""

    word: Word
    slots: tuple[str, ...]
    lang: Lang
    reach: tuple[int, ...] = ()  # how many of `roman` a hand of each care takes
    roman: tuple[Token, ...] = ()
    titled: tuple[Token, ...] = ()
    deva: tuple[Token, ...] = ()
    label: Token | None = None


@lru_cache(maxsize=1 << 15)
def placed(word: Word, slots: tuple[str, ...] = ()) -> Placed:
    """A piece made ready. Digits and marks have no tables: most stand in one row alone."""
    if word.lang == "other":
        return Placed(word, slots, "other")
    made = {text: Token(text, word.lang, word.kind, word.norm, slots) for text in {*word.roman, *word.titled, *word.deva, word.norm}}
    roman, titled, deva = (tuple([made[s] for s in table]) for table in (word.roman, word.titled, word.deva))
    return Placed(word, slots, word.lang, (word.usual, word.known, len(roman)), roman, titled, deva, made[word.norm])


def draw_hand(draws: Sequence[int], mode: Mode) -> Hand:
    """One hand from four numbers. Shares from how people are seen to type: most Roman messages have no capitals, half no stops, few commas."""
    a, b, c, d = draws[0] / SHORT, draws[1], draws[2] / SHORT, draws[3]
    capitals: Capitals = "none" if a < 0.55 else "sentence" if a < 0.72 else "names" if a < 0.85 else "both"
    care: Care = "usual" if c < 0.58 else "known" if c < 0.9 else "loose"
    turn = 1 + (4 * d >> 16) if mode == "mixed" and b > 0.95 * SHORT else None
    # three habits from one number: its low bits after a factor are as good as three draws
    return Hand(mode, capitals, b * 7 % SHORT < 0.45 * SHORT, b * 13 % SHORT < 0.35 * SHORT, b * 29 % SHORT < 0.012 * SHORT, care, turn)


def fitting(mode: Mode, pieces: Sequence[Piece]) -> Mode:
    """Nobody types a mostly English sentence in Devanagari: such a one is Roman."""
    return mode if mode == "roman" else _fitting(mode, [w for w, _ in pieces])


def fitting_placed(mode: Mode, pieces: Sequence[Placed]) -> Mode:
    """The same of pieces made ready."""
    return mode if mode == "roman" else _fitting(mode, [p.word for p in pieces])


def _fitting(mode: Mode, words: Sequence[Word]) -> Mode:
    langs = [w.lang for w in words if w.kind == "word"]
    limit = MOST_ENGLISH if mode == "devanagari" else 2 * MOST_ENGLISH
    return "roman" if langs.count("en") > limit * (len(langs) - langs.count("other")) else mode


def write(pieces: Sequence[Piece], hand: Hand, draws: Sequence[int]) -> Utterance:
    """Pieces → tokens as typed, with one drawn number a piece."""
    return typed([placed(word, slots) for word, slots in pieces], hand, draws)[0]


def typed(pieces: Sequence[Placed], hand: Hand, draws: Sequence[int]) -> Typed:
    """Pieces → tokens as typed, with the message and the spans that `text_of` and `spans_of` give: one pass makes all three."""
    out: list[Token] = []
    spans: list[Span] = []
    text = gap = ""
    here: tuple[str, ...] = ()  # the leaves of the word before, said since `start`
    start, twice, last = 0, False, len(pieces) - 1
    mode, capitals, _, _, _, care, turn = hand
    roman, plain, care_at = mode == "roman", capitals == "none", CARES.index(care)
    for i, (piece, draw) in enumerate(zip(pieces, draws, strict=False)):
        lang = piece.lang
        if lang == "other":
            found = _unspoken(piece, hand, draw, last=i == last)
            if found is None:
                continue
            token = found
            if token.kind == "mark" and out:
                out[-1] = _glued(out[-1])
                gap = ""
        elif roman or (turn is not None and (i < turn) == (turn % 2 == 1)):
            table = piece.roman if plain or not _capital(piece.word, capitals, draw, first=not out) else piece.titled
            token = table[draw * piece.reach[care_at] >> 16]
        elif lang == "hi" or mode == "devanagari" or draw < 5120:
            token = piece.deva[draw * len(piece.deva) >> 16]
        else:
            token = piece.roman[0] if plain and draw & 1 else piece.label  # type: ignore[assignment]  # only what has no tables has none
        slots = piece.slots
        if slots != here:
            if here:
                spans.append(Span(here[0], start, len(text)))
            twice = twice or len(slots) > 1
            here, start = slots, len(text) + len(gap)
        text += gap + token.text
        gap = " "
        out.append(token)
    if here:
        spans.append(Span(here[0], start, len(text)))
    if out:
        out[-1] = _glued(out[-1])
    return tuple(out), text, tuple(spans_of(out) if twice else spans)  # a word of two leaves is rare


def _unspoken(piece: Placed, hand: Hand, draw: int, *, last: bool) -> Token | None:
    """What stands for a mark or for digits; None where this hand leaves the mark out."""
    word, slots = piece.word, piece.slots
    if word.kind != "mark":
        text = word.roman[draw * len(word.roman) >> 16]
        if hand.digits and hand.mode != "roman":
            text = devanagari_digits(text)
        return Token(text, "other", word.kind, word.norm, slots)
    if not slots and (not (hand.stop if last else hand.commas) if word.norm in ",.;" else last and word.norm == "?" and not (hand.commas or hand.stop)):
        return None
    danda = word.norm == "." and hand.mode == "devanagari" and not slots
    return Token("।" if danda else word.norm, "other", "mark", word.norm, slots)


def _capital(word: Word, capitals: Capitals, draw: int, *, first: bool) -> bool:
    names = capitals != "sentence"
    return bool((word.capital and (names or draw & 1)) or (word.kind == "name" and names) or (first and capitals != "names"))


def _glued(t: Token) -> Token:
    """A token that ends right before what follows."""
    return Token(t.text, t.lang, t.kind, t.norm, t.slots, t.said, "")
