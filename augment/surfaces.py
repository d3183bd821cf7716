"""The ways a word may be written that still read as it, and what no change of writing may do to a message's numbers.

Tables are made once a lexicon and word, each spelling held to `text_reads`; a row then costs one look-up a word.
"""

from functools import lru_cache
from typing import Literal, NamedTuple

from generators.words import Word, Words
from hinglish.lexicon import Lexicon
from hinglish.numeral_words import sense_of
from hinglish.numerals import find, read
from schemas.example import Token, Utterance, spans_of, text_of
from schemas.reread import text_reads

DIGITS = frozenset({"phone_number", "order_id"})  # leaves whose value is the characters themselves
NUMBERS = frozenset({"amount", "quantity", "passengers"})  # leaves whose words are read together
BRANDS = frozenset({"brand", "bank", "app", "operator", "biller", "store", "hospital"})
FOREIGN = frozenset({"given", "surname", "place", "foreign", "artist", "song"})  # Latin names that are written by sound in Devanagari
_CODE = frozenset("0123456789@/:\\_०१२३४५६७८९")


Latin = Literal["brand", "in names", "no"]  # must a word keep its Latin letters: always, as a part of a name, never


class Tables(NamedTuple):
    """Spellings of one word, a usual one standing more often; only those that read as it."""

    word: Word
    roman: tuple[str, ...]
    usual: tuple[str, ...]
    deva: tuple[str, ...]
    latin: Latin


class Surfaces:
    """The tables of one lexicon, each made on first use."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.words = Words(lexicon)
        self._tables: dict[str, Tables] = {}

    def of(self, norm: str) -> Tables:
        """The tables of a label form of one word; of a joined one ("कर दो"), the words' own first spellings joined."""
        found = self._tables.get(norm)
        if found is None:
            found = self._tables[norm] = self._joined(norm) if " " in norm else self._made(norm)
        return found

    def _made(self, norm: str) -> Tables:
        word = self.words.word(norm)
        roman = tuple([s for s in word.roman if text_reads(s, norm)])
        usual = tuple([s for s in word.roman[: word.usual] if text_reads(s, norm)])
        deva = tuple([d for d in word.deva if text_reads(d, norm)])
        return Tables(word, roman, usual or roman, deva, self._classes(norm, word))

    def _classes(self, norm: str, word: Word) -> Latin:
        """Brand: every line says so. Part: a word that only names of several words hold, or no line at all."""
        if not word.capital:
            return "no"
        classes = {e.cls for e in self.words.lexicon.by_norm.get(norm, ())}
        parts = {e.cls for e in self.words.parts.get(norm, ())}
        if classes & BRANDS:
            return "brand"
        return "no" if (classes | parts) & FOREIGN else "in names"

    def brand(self, token: Token) -> bool:
        """Is a token a brand, or a word of one (the Bank of HDFC Bank)?"""
        latin = self.of(token.norm).latin
        return latin == "brand" or (latin == "in names" and token.kind == "name")

    def _joined(self, norm: str) -> Tables:
        parts = [self.of(n) for n in norm.split()]
        roman = "".join([p.usual[0] if p.usual else p.word.roman[0] for p in parts])
        return Tables(parts[0].word, (roman,), (roman,), ("".join([p.word.deva[0] for p in parts]),), "no")


_SURFACES: dict[int, Surfaces] = {}


def surfaces(lexicon: Lexicon) -> Surfaces:
    """The tables of a lexicon; a lexicon holds dicts and does not hash, and its tables keep it alive, so its id is its name."""
    found = _SURFACES.get(id(lexicon))
    if found is None:
        found = _SURFACES[id(lexicon)] = Surfaces(lexicon)
    return found


@lru_cache(maxsize=1 << 16)
def _code(text: str) -> bool:
    return not _CODE.isdisjoint(text) or "." in text.strip(".") or text.lower().startswith("www")


@lru_cache(maxsize=1 << 12)
def ends_in(slots: tuple[str, ...], leaves: frozenset[str]) -> bool:
    """Does one of the paths end in one of these leaves?"""
    return any(path.rpartition(".")[2] in leaves for path in slots)


def fixed(token: Token) -> bool:
    """May no character of it change? Numbers in digits, marks, URLs, addresses, codes, order numbers and phones."""
    return token.kind in ("number", "mark") or token.lang == "other" or _code(token.text) or (bool(token.slots) and ends_in(token.slots, DIGITS))


@lru_cache(maxsize=1 << 16)
def _counts(text: str) -> bool:
    return sense_of(text) is not None or any(c.isdigit() for c in text)


def loose_numbers(utterance: Utterance) -> int:
    """How many numbers a reader would find outside all spans: a verb's do that reads as two, a decoy."""
    suspects = [i for i, t in enumerate(utterance) if not (t.slots and t.said) and t.kind != "mark" and _counts(t.text)]
    if not any(_counts_beside(utterance, i) for i in suspects):
        return 0
    spans = spans_of(utterance)
    return sum(all(m.end <= s.start or m.start >= s.end for s in spans) for m in find(text_of(utterance)) if "article" not in m.reading.flags)


def _counts_beside(utterance: Utterance, at: int) -> bool:
    return _finds("".join([t.text + t.after for t in utterance[max(0, at - 2) : at + 3]]))


@lru_cache(maxsize=1 << 16)
def _finds(window: str) -> bool:
    return bool(find(window))


def _values(utterance: Utterance) -> list[object]:
    """What the words of each number leaf read as, in order of the leaves."""
    said: dict[str, str] = {}
    for token in utterance:
        if token.slots and token.said and ends_in(token.slots, NUMBERS):
            for path in token.slots:
                said[path] = said.get(path, "") + token.text + token.after
    return [read(said[path].strip()).value for path in sorted(said) if ends_in((path,), NUMBERS)]


def settled(before: Utterance, after: Utterance) -> Utterance | None:
    """`after`, unless it says nothing new, changes a number's value, or lets a reader find a number that was none."""
    if before == after or (any(t.slots and ends_in(t.slots, NUMBERS) for t in after) and _values(before) != _values(after)):
        return None
    out = loose_numbers(after)
    return after if not out or out <= loose_numbers(before) else None


def capital_of(text: str, like: str) -> str:
    """`text` with the first letter as `like` has it: capital, all capitals, or small."""
    if len(like) > 1 and like.isupper() and like.isascii():
        return text.upper()
    return text[:1].upper() + text[1:] if like[:1].isupper() else text
