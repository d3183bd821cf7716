"""Slips and habits of typing and of machines: keys beside the right one, letters swapped, signs dropped, speech recognisers, case, emoji.

A word inside a slot is changed only if it is still read as its label form; numbers, codes and addresses are never touched. Each
augmenter asks of a candidate what reread will ask, so a row that it writes says what its label says.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar, Literal

from msgspec.structs import replace

from augment.core import frozen
from augment.guards import Hand, hand_of, is_digits, kind_of, may_stand, runs_of, stands
from augment.numerals import SAID, restyle, surface
from augment.slips import Slip, Table, near_key, nukta_slips, sign_slips, swapped
from augment.surfaces import settled, surfaces
from generators.randomness import Random
from hinglish.lexicon import Lexicon
from hinglish.script import script_of
from schemas.example import Token, Utterance

SLOTTED = 0.1  # share of slotted words on which a slip is tried
# By what is said: a request, a complaint, chat, a formal letter. Readers held a 🎉 on a complaint against a row.
EMOJI: Mapping[str, tuple[str, ...]] = {
    "asks": ("🙏", "👍", "🙂", "😊", "🙏"),
    "complains": ("😡", "😤", "😞", "🙏", "😭", "😩"),
    "chats": ("😊", "🙂", "😅", "🙏"),
    "writes": ("🙏",),
}
FORMAL = frozenset("कृपया निवेदन नमस्कार श्रीमान महोदय कष्ट कृपा".split())
Style = Literal["lower", "upper", "random"]


@lru_cache(maxsize=1 << 16)
def _touchable(text: str, least: int) -> bool:
    """A plain word of one script, long enough: no digits, no address, no capitals said letter by letter (OTP)."""
    if len(text) < least or "@" in text or "/" in text or "." in text or any(c.isdigit() for c in text):
        return False
    return script_of(text) in ("roman", "devanagari") and not (text.isupper() and len(text) < 5)


def _is_brand(token: Token) -> bool:
    return token.kind == "name" and token.lang == "en" and not token.norm.islower()


def _words_at(utterance: Utterance, least: int) -> list[int]:
    """Where words stand that a slip may hit: not marks, numbers, number leaves, digits or brands."""
    return [
        i
        for i, t in enumerate(utterance)
        if t.kind in ("word", "name") and t.lang != "other" and t.said and _touchable(t.text, least)
        if not (t.slots and (kind_of(t.slots) or is_digits(t.slots) or _is_brand(t)))
    ]


def _drawn_slips(utterance: Utterance, most: int, rng: Random, slip: Slip) -> Utterance | None:
    """Up to `most` words hit by a slip, each by its own draw; a word that would be lost is left alone.

    A slotted word survives one slip in twenty, and to find out costs a reading of a new word: few are
    tried, and in Devanagari none (one in forty; DropMatra and DropNukta are the slips that are read there).
    """
    at = _words_at(utterance, 4)
    if not at:
        return None
    out: list[Token] | None = None
    wanted = 1 + int(rng.random() * most) if len(at) > 4 else 1
    rng.shuffle(at)
    for i in at:
        token = utterance[i]
        if token.slots and (rng.random() >= SLOTTED or not token.text.isascii()):
            continue
        new = slip(token.text, rng)
        if new and stands(token, new):
            out = out or list(utterance)
            out[i] = replace(token, text=new)
            wanted -= 1
            if not wanted:
                break
    return settled(utterance, tuple(out)) if out else None


@frozen
class Keyboard:
    """One to `most` slips to a neighbouring key: QWERTY for Roman words, InScript for Devanagari ones."""

    most: int = 2
    name: ClassVar[str] = "keyboard"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """The row mistyped."""
        return _drawn_slips(utterance, self.most, rng, near_key)


@frozen
class Swap:
    """One to `most` words with two neighbouring letters swapped."""

    most: int = 1
    name: ClassVar[str] = "swap"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """The row mistyped."""
        return _drawn_slips(utterance, self.most, rng, swapped)


def _each(utterance: Utterance, share: float, rng: Random, slips: Table) -> Utterance | None:
    """Each word that has such a slip takes one with the chance `share`; number leaves too, while they keep their sense."""
    out: list[Token] | None = None
    for i, token in enumerate(utterance):
        if token.text.isascii() or token.kind == "mark" or not token.said or is_digits(token.slots):
            continue
        able = slips(token.text)
        if able and rng.random() < share:
            new = able[int(rng.random() * len(able))]
            if stands(token, new):
                out = out or list(utterance)
                out[i] = replace(token, text=new)
    return settled(utterance, tuple(out)) if out else None


@frozen
class DropMatra:
    """Devanagari vowel signs and nasal marks dropped or swapped short for long, as people do: कि/की, में/मे."""

    share: float = 0.3
    name: ClassVar[str] = "drop-matra"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """The row with fewer or other signs."""
        return _each(utterance, self.share, rng, sign_slips)


@frozen
class DropNukta:
    """Dots left out, as most keyboards do: हज़ार → हजार, थोड़ा → थोडा now and then."""

    share: float = 0.9
    name: ClassVar[str] = "drop-nukta"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """The row with fewer dots."""
        return _each(utterance, self.share, rng, nukta_slips)


def _unmarked(utterance: Utterance) -> list[Token]:
    """The tokens without the marks that are part of no slot; what followed a mark follows the word before it."""
    out: list[Token] = []
    for token in utterance:
        if token.kind != "mark" or token.slots:
            out.append(token)
        elif out and "message" not in out[-1].slots:
            out[-1] = replace(out[-1], after=out[-1].after or token.after)
        elif out:
            out[-1] = replace(out[-1], after=token.after or out[-1].after)
    if out and out[-1].after:
        out[-1] = replace(out[-1], after="")
    return out


@frozen
class Asr:
    """As a speech recogniser writes: no marks, no capitals, sums and counts in words. What stands in `message` keeps its marks."""

    name: ClassVar[str] = "asr"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """The row as heard."""
        hand = hand_of(utterance)
        out = list(utterance)
        for a, b, path in sorted(runs_of(utterance), reverse=True) if any(t.slots and kind_of(t.slots) for t in utterance) else ():
            written = "".join([t.text for t in utterance[a:b]])
            if not kind_of((path,)) or not any(c.isdigit() for c in written):
                continue
            said = restyle(utterance, (a, b, path), SAID, lexicon, rng, hand)
            if said:
                sign = any(c in written for c in "₹/") or any(t.norm in ("Rs", "rs") for t in utterance[a:b]) or written.endswith("rs")
                out[a:b] = [*said[:-1], replace(said[-1], after=" "), _rupees(lexicon, said[-1], hand, rng)] if sign else said
        heard = tuple([_recased(t, "lower", rng) for t in _unmarked(tuple(out))])
        return settled(utterance, heard) if heard else None


def _rupees(lexicon: Lexicon, last: Token, hand: Hand, rng: Random) -> Token:
    """The word that a sign was: ₹500 is heard as five hundred rupees."""
    word = surfaces(lexicon).words.word("रुपये")
    return Token(surface(word, hand, rng), word.lang, word.kind, word.norm, (), True, last.after)


@lru_cache(maxsize=1 << 17)
def _cased(text: str, norm: str, slots: tuple[str, ...], style: Style) -> str:
    """A Roman word in a case; what holds a digit or an address stays, and a slotted word that would be lost."""
    if script_of(text) != "roman" or "@" in text or "/" in text or any(c.isdigit() for c in text):
        return text
    new = text.lower() if style == "lower" else text.upper() if style == "upper" else text[:1].upper() + text[1:]
    return new if not slots or may_stand(new, norm, text, slots) else text


def _recased(token: Token, style: Style, rng: Random) -> Token:
    if token.lang == "other" or (token.slots and is_digits(token.slots)) or (style == "random" and rng.random() < 0.5):
        return token
    new = _cased(token.text, token.norm, token.slots, style)
    return replace(token, text=new) if new != token.text else token


@frozen
class Case:
    """all lower, ALL CAPS, or Some Words with a capital, drawn by weight."""

    lower: float = 0.4
    upper: float = 0.25
    name: ClassVar[str] = "case"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """The row in another case."""
        at = rng.random()
        style: Style = "lower" if at < self.lower else "upper" if at < self.lower + self.upper else "random"
        if style != "lower" and any(script_of(t.text) == "devanagari" for t in utterance):
            return None  # who types in two scripts shouts in neither
        out = tuple([_recased(t, style, rng) for t in utterance])
        return out if out != utterance else None


def _seams(utterance: Utterance) -> list[int]:
    """Places (before token i) where an emoji may stand: the end and after a mark, never inside a span or beside a message."""
    out = []
    for i in range(1, len(utterance) + 1):
        before, after = utterance[i - 1], utterance[i] if i < len(utterance) else None
        if after is not None and (before.kind != "mark" or before.slots or after.kind == "mark"):
            continue
        if "message" in before.slots or (after is not None and "message" in after.slots):
            continue
        if after is None or not {p for t in utterance[:i] for p in t.slots} & {p for t in utterance[i:] for p in t.slots}:
            out.append(i)
    return out


def _mood(utterance: Utterance) -> str:
    """Which emoji fit, by what the tokens say for slots and by the words of a letter."""
    if any("issue" in t.slots for t in utterance):
        return "complains"
    if any(t.norm in FORMAL for t in utterance):
        return "writes"
    return "asks" if any(t.slots for t in utterance) else "chats"


@frozen
class Emoji:
    """An emoji at the end or between clauses, now and then twice."""

    pair: float = 0.15
    name: ClassVar[str] = "emoji"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """The row with emoji."""
        seams = _seams(utterance)
        if not seams:
            return None
        at = seams[-1] if rng.random() < 0.92 else seams[int(rng.random() * len(seams))]
        fitting = EMOJI[_mood(utterance)]
        first = fitting[int(rng.random() * len(fitting))]
        more = rng.random()
        texts = [first, first] if more < self.pair else [first]
        before, rest = utterance[at - 1], utterance[at:]
        new = [Token(t, "other", "mark", t, (), True, "") for t in texts]
        new[-1] = replace(new[-1], after=" " if rest else "")
        glued = before.kind == "mark" and not before.after and rng.random() < 0.5
        return (*utterance[: at - 1], replace(before, after="" if glued else " "), *new, *rest)
