"""The ways a word may be written that still read as it, and what no change of writing may do to a message's numbers.

Tables are made once a lexicon and word, each spelling held to `text_reads`; a row then costs one look-up a word.
"""

from functools import cached_property, lru_cache
from itertools import islice
from typing import Literal

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


class Tables:
    """Spellings of one word, a usual one standing more often; only those that read as it. Each table is made when first drawn from."""

    def __init__(self, norm: str, word: Word, latin: Latin) -> None:
        self.norm, self.word, self.latin = norm, word, latin
        self._reads: dict[str, bool] = {}

    @cached_property
    def roman(self) -> tuple[str, ...]:
        """Every Roman spelling that reads as the word."""
        return tuple(filter(self.reads, self.word.roman))

    @cached_property
    def known(self) -> tuple[str, ...]:
        """The first of `roman`, as many as the word has usual and often ones."""
        return tuple(islice(filter(self.reads, self.word.roman), self.word.known))

    @cached_property
    def usual(self) -> tuple[str, ...]:
        """The usual ones of `roman`; all of it where none reads."""
        return tuple(filter(self.reads, self.word.roman[: self.word.usual])) or self.roman

    @cached_property
    def deva(self) -> tuple[str, ...]:
        """Every Devanagari spelling that reads as the word."""
        return tuple(filter(self.reads, self.word.deva))

    def reads(self, written: str) -> bool:
        """Does a spelling read as the word? A usual one stands many times in a table and is read once."""
        found = self._reads.get(written)
        if found is None:
            found = self._reads[written] = text_reads(written, self.norm)
        return found


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
        return Tables(norm, word, self._classes(norm, word))

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
        out = Tables(norm, parts[0].word, "no")
        out.roman = out.known = out.usual = ("".join([p.usual[0] if p.usual else p.word.roman[0] for p in parts]),)
        out.deva = ("".join([p.word.deva[0] for p in parts]),)
        return out


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
    return sum(all(end <= s.start or start >= s.end for s in spans) for start, end in _numbers(text_of(utterance)))


@lru_cache(maxsize=1 << 10)
def _numbers(text: str) -> tuple[tuple[int, int], ...]:
    """Where numbers stand in a message; what one step left is what the next one finds."""
    return tuple([(m.start, m.end) for m in find(text) if "article" not in m.reading.flags])


def _counts_beside(utterance: Utterance, at: int) -> bool:
    return _finds("".join([t.text + t.after for t in utterance[max(0, at - 2) : at + 3]]))


@lru_cache(maxsize=1 << 16)
def _finds(window: str) -> bool:
    return bool(find(window))


def _number_words(utterance: Utterance) -> dict[str, str]:
    """Number leaf → its words as they stand."""
    said: dict[str, str] = {}
    for token in utterance:
        if token.slots and token.said and ends_in(token.slots, NUMBERS):
            for path in token.slots:
                said[path] = said.get(path, "") + token.text + token.after
    return {path: words.strip() for path, words in said.items() if ends_in((path,), NUMBERS)}


@lru_cache(maxsize=1 << 14)
def _value(words: str) -> object:
    return read(words).value


def _same_values(before: Utterance, after: Utterance) -> bool:
    """Do the number leaves, in order of their paths, read as the same values? What stands as it stood is not read again."""
    here, there = _number_words(before), _number_words(after)
    return not there or here == there or [_value(here[p]) for p in sorted(here)] == [_value(there[p]) for p in sorted(there)]


def settled(before: Utterance, after: Utterance) -> Utterance | None:
    """`after`, unless it says nothing new, changes a number's value, or lets a reader find a number that was none."""
    if before == after or not _same_values(before, after):
        return None
    out = loose_numbers(after)
    return after if not out or out <= loose_numbers(before) else None


def capital_of(text: str, like: str) -> str:
    """`text` with the first letter as `like` has it: capital, all capitals, or small."""
    if len(like) > 1 and like.isupper() and like.isascii():
        return text.upper()
    return text[:1].upper() + text[1:] if like[:1].isupper() else text
