"""From words to what was typed: one message, one hand.

A hand has a script (Roman, Devanagari or both), a habit of capitals and of marks. The label does not change: surfaces come
from the words' own tables.
"""

from dataclasses import dataclass
from typing import Literal

from generators.randomness import Random
from generators.words import Word
from hinglish.script import devanagari_digits
from schemas.example import Token, Utterance

Mode = Literal["roman", "mixed", "devanagari"]
Capitals = Literal["none", "sentence", "names", "both"]
Care = Literal["usual", "known", "loose"]
MOST_ENGLISH = 0.4


@dataclass(frozen=True, slots=True)
class Hand:
    """How one person types one message. `turn` is the word at which a hand of two scripts changes keyboard, if it does."""

    mode: Mode
    capitals: Capitals
    commas: bool
    stop: bool
    digits: bool
    care: Care
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A word at its place: the leaves it says, whether it is said, and what is written for it where that is fixed."""

    word: Word
    slots: tuple[str, ...] = ()
    said: bool = True
    glue: bool = False


def draw_hand(rng: Random, mode: Mode) -> Hand:
    """One hand. Shares from how people are seen to type: most Roman messages have no capitals, half no stops, few commas."""
    a, b, c = rng.random(), rng.random(), rng.random()
    capitals: Capitals = "none" if a < 0.55 else "sentence" if a < 0.72 else "names" if a < 0.85 else "both"
    turn = 1 + int(rng.random() * 4) if mode == "mixed" and b > 0.8 else None
    return Hand(mode, capitals, (b * 7) % 1 < 0.45, (b * 13) % 1 < 0.35, (b * 29) % 1 < 0.012, "usual" if c < 0.58 else "known" if c < 0.9 else "loose", turn)


def fitting(mode: Mode, pieces: list[Piece]) -> Mode:
    """Nobody types a mostly English sentence in Devanagari: such a one is Roman."""
    if mode == "roman":
        return mode
    words = [p.word.lang for p in pieces if p.word.kind == "word" and p.word.lang != "other"]
    limit = MOST_ENGLISH if mode == "devanagari" else 2 * MOST_ENGLISH
    return "roman" if words.count("en") > limit * len(words) else mode


def write(pieces: list[Piece], hand: Hand, rng: Random) -> Utterance:
    """Pieces → tokens as typed. Draws one number for every five words."""
    out: list[Token] = []
    bits = left = 0
    last = len(pieces) - 1
    latin_start = hand.turn is not None and hand.turn % 2 == 1
    for i, piece in enumerate(pieces):
        word = piece.word
        if left == 0:
            bits, left = int(rng.random() * 9007199254740992), 5
        draw = bits & 1023
        bits >>= 10
        left -= 1
        if word.kind == "mark":
            if not _mark_stands(word, piece, hand, i == last):
                continue
            _glue(out)
            text = "।" if word.norm == "." and hand.mode == "devanagari" and not piece.slots else word.norm
        elif word.lang == "other":
            text = word.roman[draw * len(word.roman) >> 10]
            text = devanagari_digits(text) if hand.digits and hand.mode != "roman" else text
        elif hand.mode == "roman" or (hand.turn is not None and (i < hand.turn) == latin_start):
            text = _roman(word, hand, draw, first=not out)
        elif hand.mode == "devanagari" or word.lang == "hi":
            text = word.deva[draw * len(word.deva) >> 10]
        elif draw < 80:
            text = word.deva[0]
        else:
            text = word.norm if hand.capitals != "none" or draw & 1 else word.roman[0]
        out.append(Token(text, word.lang, word.kind, word.norm, piece.slots, piece.said, "" if piece.glue or i == last else " "))
    if out and out[-1].after:
        _glue(out)
    return tuple(out)


def _roman(word: Word, hand: Hand, draw: int, *, first: bool) -> str:
    table = word.usual if hand.care == "usual" else word.known if hand.care == "known" else len(word.roman)
    text = word.roman[draw * table >> 10]
    if hand.capitals == "none":
        return text
    names = hand.capitals != "sentence"
    if word.capital and (names or draw & 1) and text.lower() == word.norm.lower():
        return word.norm
    if (word.kind == "name" and names) or (first and hand.capitals != "names"):
        return text[:1].upper() + text[1:]
    return text


def _mark_stands(word: Word, piece: Piece, hand: Hand, last: bool) -> bool:
    if piece.slots or word.norm not in ",.;":
        return bool(piece.slots) or not last or word.norm != "?" or hand.commas or hand.stop
    return hand.stop if last else hand.commas


def _glue(out: list[Token]) -> None:
    if out:
        t = out[-1]
        out[-1] = Token(t.text, t.lang, t.kind, t.norm, t.slots, t.said, "")
