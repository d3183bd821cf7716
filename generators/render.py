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


Piece = tuple[Word, tuple[str, ...]]  # a word at its place, and the leaves that it says


def draw_hand(rng: Random, mode: Mode) -> Hand:
    """One hand. Shares from how people are seen to type: most Roman messages have no capitals, half no stops, few commas."""
    a, b, c = rng.random(), rng.random(), rng.random()
    capitals: Capitals = "none" if a < 0.55 else "sentence" if a < 0.72 else "names" if a < 0.85 else "both"
    turn = 1 + int(rng.random() * 4) if mode == "mixed" and b > 0.95 else None
    return Hand(mode, capitals, (b * 7) % 1 < 0.45, (b * 13) % 1 < 0.35, (b * 29) % 1 < 0.012, "usual" if c < 0.58 else "known" if c < 0.9 else "loose", turn)


def fitting(mode: Mode, pieces: list[Piece]) -> Mode:
    """Nobody types a mostly English sentence in Devanagari: such a one is Roman."""
    if mode == "roman":
        return mode
    words = [w.lang for w, _ in pieces if w.kind == "word" and w.lang != "other"]
    limit = MOST_ENGLISH if mode == "devanagari" else 2 * MOST_ENGLISH
    return "roman" if words.count("en") > limit * len(words) else mode


def write(pieces: list[Piece], hand: Hand, rng: Random) -> Utterance:
    """Pieces → tokens as typed. Draws one number for every three words."""
    out: list[Token] = []
    bits = left = 0
    last = len(pieces) - 1
    mode, plain = hand.mode, hand.capitals == "none"
    for i, (word, slots) in enumerate(pieces):
        if left == 0:
            bits, left = int(rng.random() * 4294967296), 3
        draw = bits & 1023
        bits >>= 10
        left -= 1
        kind, lang = word.kind, word.lang
        if kind == "mark":
            if not _mark_stands(word, slots, hand, i == last):
                continue
            _glue(out)
            text = "।" if word.norm == "." and mode == "devanagari" and not slots else word.norm
        elif lang == "other":
            text = word.roman[draw * len(word.roman) >> 10]
            text = devanagari_digits(text) if hand.digits and mode != "roman" else text
        elif mode == "roman" or (hand.turn is not None and (i < hand.turn) == (hand.turn % 2 == 1)):
            table = word.usual if hand.care == "usual" else word.known if hand.care == "known" else len(word.roman)
            text = word.roman[draw * table >> 10] if plain else _capital(word, draw * table >> 10, hand, draw, first=not out)
        elif mode == "devanagari" or lang == "hi" or draw < 80:
            text = word.deva[draw * len(word.deva) >> 10]
        else:
            text = word.roman[0] if plain and draw & 1 else word.norm
        out.append(Token(text, lang, kind, word.norm, slots, True, " "))
    _glue(out)
    return tuple(out)


def _capital(word: Word, at: int, hand: Hand, draw: int, *, first: bool) -> str:
    names = hand.capitals != "sentence"
    if (word.capital and (names or draw & 1)) or (word.kind == "name" and names) or (first and hand.capitals != "names"):
        return word.titled[at]
    return word.roman[at]


def _mark_stands(word: Word, slots: tuple[str, ...], hand: Hand, last: bool) -> bool:
    if slots or word.norm not in ",.;":
        return bool(slots) or not last or word.norm != "?" or hand.commas or hand.stop
    return hand.stop if last else hand.commas


def _glue(out: list[Token]) -> None:
    """The last token ends right before what follows."""
    if out:
        t = out[-1]
        out[-1] = Token(t.text, t.lang, t.kind, t.norm, t.slots, t.said, "")
