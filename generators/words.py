"""A word ready to be written: its label form with every surface it may take, weighted by grade.

Built once a lexicon and kept; a row then costs one table look-up a word.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import regex

from hinglish.lexicon import NAMES, WEIGHT, Entry, Grade, Lang, Lexicon
from hinglish.romanise import romanise
from hinglish.script import script_of
from schemas.example import Token, TokenKind

MARKS = frozenset({",", ".", "?", "!", "।", ";", "…", "..."})
_MARKED = regex.compile(r"\.\.\.|[,?!।;…]|\.(?=\s|$)|(?:[^\s,?!।;….]|\.(?!\s|$|\.))+")


Slots = tuple[str, ...]
BY_SOUND = 28  # of 256
FUNCTION = frozenset("a an the to for from of in on at by with and or is are my me i it this that please pls".split())


class Word:
    """`roman` and `deva` are tables in which a more usual spelling stands more often, the usual ones first.

    The first `usual` of `roman` are usual spellings, the first `known` usual or often ones: a careful hand stays within them.
    `capital`: English whose label form has one (Paytm, Monday, OTP).
    """

    __slots__ = ("_last", "_placed", "capital", "deva", "kind", "known", "lang", "norm", "roman", "usual")

    def __init__(self, norm: str, lang: Lang, kind: TokenKind, roman: tuple[str, ...], deva: tuple[str, ...], usual: int = 1, known: int = 1) -> None:
        self.norm = norm
        self.lang = lang
        self.kind = kind
        self.roman = roman
        self.deva = deva
        self.usual = usual
        self.known = known
        self.capital = lang == "en" and not norm.islower()
        self._placed: dict[tuple[Slots, bool], Placed] = {}
        self._last: Placed | None = None

    def at(self, slots: Slots, beside: bool = False) -> "Placed":
        """The word where it says these leaves, made once; mostly they are those of the last time. `beside`: an English word stands at its side."""
        last = self._last
        if last is not None and last.slots is slots and last.beside == beside:
            return last
        found = self._placed.get((slots, beside))
        if found is None:
            found = self._placed[slots, beside] = Placed(self, slots, beside)
        self._last = found
        return found


class Placed:
    """A word and the leaves that it says, with the tokens that it became so far: a row takes one and makes none."""

    __slots__ = (
        "_glued", "_last", "_made", "_text", "beside", "deva", "english", "known", "mark", "other", "plain", "roman", "slots", "sound", "titled", "usual",
        "word",
    )  # fmt: skip

    def __init__(self, word: Word, slots: Slots, beside: bool) -> None:
        self.word = word
        self.slots = slots
        self.beside = beside
        self.roman = word.roman
        self.deva = word.deva
        self.usual = word.usual
        self.known = word.known
        # of 256 times, how often a hand of two scripts writes the word by sound: french फ्राइज़ and सेंड a are typed by nobody, a lone मीटिंग is
        self.sound = 256 if word.lang == "hi" else 0 if beside or word.norm in FUNCTION else BY_SOUND
        self.other = word.lang == "other"
        self.mark = word.kind == "mark"
        self.plain = word.kind == "word" and not self.other
        self.english = self.plain and word.lang == "en"
        self.titled = word.capital or word.kind == "name"
        self._made: dict[str, Token] = {}
        self._glued: dict[str, Token] = {}
        self._text = ""
        self._last: Token | None = None

    def token(self, text: str) -> Token:
        """The word as typed, mostly as it was the last time."""
        last = self._last
        if last is not None and self._text is text:
            return last
        found = self._made.get(text)
        if found is None:
            found = self._made[text] = Token(text, self.word.lang, self.word.kind, self.word.norm, self.slots)
        self._text, self._last = text, found
        return found

    def glued(self, text: str) -> Token:
        """The word as typed right before what follows."""
        found = self._glued.get(text)
        if found is None:
            found = self._glued[text] = Token(text, self.word.lang, self.word.kind, self.word.norm, self.slots, True, "")
        return found


@dataclass(frozen=True)
class Words:
    """The words of one lexicon (one partition), made on first use."""

    lexicon: Lexicon
    _words: dict[str, Word] = field(default_factory=dict, repr=False)
    _phrases: dict[int, tuple[Word, ...]] = field(default_factory=dict, repr=False)
    _parts: dict[str, list[Entry]] = field(default_factory=dict, repr=False)

    def parts(self) -> dict[str, list[Entry]]:
        """A single word → the several-word entries it is part of (नगर → लाजपत नगर, …), made on first use."""
        if not self._parts:  # and no cached_property: mypyc makes a plain one of it, which is found again at every look (`make fast`)
            for entry in self.lexicon.entries:
                if " " in entry.norm:
                    for part in entry.norm.split():
                        self._parts.setdefault(part, []).append(entry)
        return self._parts

    def word(self, norm: str) -> Word:
        """One word by its label form; what no line of the lexicon has is spelled by rule."""
        found = self._words.get(norm)
        if found is None:
            found = self._words[norm] = self._make(norm)
        return found

    def phrase(self, norm: str) -> tuple[Word, ...]:
        """Several words by their label form."""
        return tuple([self.word(n) for n in norm.split()])

    def entry(self, entry: Entry) -> tuple[Word, ...]:
        """The words of an entry, each with the spellings this entry gives it."""
        found = self._phrases.get(id(entry))  # entries hold dicts and do not hash; they live as long as we do
        if found is None:
            found = self._phrases[id(entry)] = self._split(entry)
        return found

    def _split(self, entry: Entry) -> tuple[Word, ...]:
        if not entry.roman:
            return tuple([self.mark(n) if n in MARKS else self.word(n) for n in _MARKED.findall(entry.norm)])
        norms = entry.norm.split()
        kind: TokenKind = "name" if entry.cls in NAMES else "word"
        out = []
        for i, norm in enumerate(norms):
            roman = [(s.split()[i], g) for s, g in entry.roman if len(s.split()) == len(norms)]
            deva = [d.split()[i] for d in entry.deva if len(d.split()) == len(norms)]
            if not roman or not deva:
                known = self.word(norm)
                out.append(Word(norm, known.lang, kind, known.roman, known.deva))
                continue
            out.append(_word(norm, kind, roman, deva))
        return tuple(out)

    def mark(self, text: str) -> Word:
        """A mark: the same in every script (the Roman full stop is a danda when the hand is Devanagari)."""
        found = self._words.get(text)
        if found is None:
            found = self._words[text] = Word(text, "other", "mark", (text,), (text,))
        return found

    def _make(self, norm: str) -> Word:
        lines = [e for e in self.lexicon.by_norm.get(norm, ()) if e.roman]
        whole = [e for e in lines if e.cls not in NAMES] or lines
        roman = _merge([(s, g) for s, g in e.roman if " " not in s] for e in whole)
        deva = [d for e in whole for d in e.deva if " " not in d]
        if roman and deva:
            return _word(norm, "name" if whole[0].cls in NAMES else "word", roman, deva)
        if script_of(norm) == "devanagari":
            within = [s for e in self.parts().get(norm, ()) for s in self._part(e, norm)]
            ranked = [*within] or [(s, g) for s, g in zip(romanise(norm)[:3], WEIGHT, strict=False)]
            return _word(norm, "word", _merge([ranked]), [norm])
        if script_of(norm) == "roman":
            from hinglish.devanagarise import speak

            return _word(norm, "word", [(norm.lower(), "usual")], [d for d in speak(norm)[:1] if " " not in d] or [norm])
        return Word(norm, "other", "number" if any(c.isdigit() for c in norm) else "mark", (norm,), (norm,))

    @staticmethod
    def _part(entry: Entry, norm: str) -> list[tuple[str, Grade]]:
        norms = entry.norm.split()
        at = norms.index(norm)
        return [(s.split()[at], g) for s, g in entry.roman if len(s.split()) == len(norms)]


def _merge(tables: Iterable[Iterable[tuple[str, Grade]]]) -> list[tuple[str, Grade]]:
    """Spellings of several lines for one word, each once, with its best grade."""
    out: dict[str, Grade] = {}
    for table in tables:
        for spelling, grade in table:
            if spelling not in out or WEIGHT[grade] > WEIGHT[out[spelling]]:
                out[spelling] = grade
    return list(out.items())


def _word(norm: str, kind: TokenKind, roman: list[tuple[str, Grade]], deva: list[str]) -> Word:
    lang: Lang = "hi" if script_of(norm) == "devanagari" else "en"
    ranked = sorted(roman, key=_grade)
    spelled = tuple([s for s, grade in ranked for _ in range(WEIGHT[grade])])
    usual = sum([WEIGHT[g] for _, g in roman if g == "usual"]) or len(spelled)
    known = sum([WEIGHT[g] for _, g in roman if g != "rare"]) or len(spelled)
    written = tuple([d for i, d in enumerate(dict.fromkeys(deva)) for _ in range(3 if i == 0 else 1)])
    return Word(norm, lang, kind, spelled, written, usual, known)


def _grade(spelling: tuple[str, Grade]) -> int:
    return -WEIGHT[spelling[1]]
