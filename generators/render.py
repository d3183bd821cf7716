"""From words to what was typed: one message, one hand.

A hand has a script (Roman, Devanagari or both), a habit of capitals and of marks. The label does not change: surfaces come
from the words' own tables.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from generators.randomness import SHORT
from generators.words import Word
from hinglish.script import devanagari_digits
from schemas.example import Token, Utterance

Mode = Literal["roman", "mixed", "devanagari"]
Capitals = Literal["none", "sentence", "names", "both"]
Care = Literal["usual", "known", "loose"]
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


def draw_hand(draws: Sequence[int], mode: Mode) -> Hand:
    """One hand from four numbers. Shares from how people are seen to type: most Roman messages have no capitals, half no stops, few commas."""
    a, b, c, d = draws[0] / SHORT, draws[1] / SHORT, draws[2] / SHORT, draws[3]
    capitals: Capitals = "none" if a < 0.55 else "sentence" if a < 0.72 else "names" if a < 0.85 else "both"
    turn = 1 + (4 * d >> 16) if mode == "mixed" and b > 0.95 else None
    return Hand(mode, capitals, (b * 7) % 1 < 0.45, (b * 13) % 1 < 0.35, (b * 29) % 1 < 0.012, "usual" if c < 0.58 else "known" if c < 0.9 else "loose", turn)


def fitting(mode: Mode, pieces: list[Piece]) -> Mode:
    """Nobody types a mostly English sentence in Devanagari: such a one is Roman."""
    if mode == "roman":
        return mode
    langs = [w.lang for w, _ in pieces if w.kind == "word"]
    limit = MOST_ENGLISH if mode == "devanagari" else 2 * MOST_ENGLISH
    return "roman" if langs.count("en") > limit * (len(langs) - langs.count("other")) else mode


def write(pieces: list[Piece], hand: Hand, draws: Sequence[int]) -> Utterance:
    """Pieces → tokens as typed, with one drawn number a piece."""
    out: list[Token] = []
    last = len(pieces) - 1
    mode, capitals, _, _, _, care, turn = hand
    roman, plain = mode == "roman", capitals == "none"
    for i, ((word, slots), draw) in enumerate(zip(pieces, draws, strict=False)):
        lang = word.lang
        if lang == "other":
            text = _unspoken(word, slots, hand, draw, last=i == last)
            if text is None:
                continue
            if word.kind == "mark":
                _glue(out)
        elif roman or (turn is not None and (i < turn) == (turn % 2 == 1)):
            at = draw * (word.usual if care == "usual" else word.known if care == "known" else len(word.roman)) >> 16
            text = word.roman[at] if plain else _capital(word, at, capitals, draw, first=not out)
        elif lang == "hi" or mode == "devanagari" or draw < 5120:
            text = word.deva[draw * len(word.deva) >> 16]
        else:
            text = word.roman[0] if plain and draw & 1 else word.norm
        out.append(Token(text, lang, word.kind, word.norm, slots))
    _glue(out)
    return tuple(out)


def _unspoken(word: Word, slots: tuple[str, ...], hand: Hand, draw: int, *, last: bool) -> str | None:
    """What stands for a mark or for digits; None where this hand leaves the mark out."""
    if word.kind != "mark":
        text = word.roman[draw * len(word.roman) >> 16]
        return devanagari_digits(text) if hand.digits and hand.mode != "roman" else text
    if not slots and (not (hand.stop if last else hand.commas) if word.norm in ",.;" else last and word.norm == "?" and not (hand.commas or hand.stop)):
        return None
    return "।" if word.norm == "." and hand.mode == "devanagari" and not slots else word.norm


def _capital(word: Word, at: int, capitals: Capitals, draw: int, *, first: bool) -> str:
    names = capitals != "sentence"
    if (word.capital and (names or draw & 1)) or (word.kind == "name" and names) or (first and capitals != "names"):
        return word.titled[at]
    return word.roman[at]


def _glue(out: list[Token]) -> None:
    """The last token ends right before what follows."""
    if out:
        t = out[-1]
        out[-1] = Token(t.text, t.lang, t.kind, t.norm, t.slots, t.said, "")
