"""The ways a word may be written that still read as it, and what no change of writing may do to a message's numbers.

Tables are made once a lexicon and word, each spelling held to `text_reads`; a row then costs one look-up a word.
"""

from collections.abc import Iterable
from functools import lru_cache

from augment.tables import Latin, Tables
from generators.words import Word, Words
from hinglish.lexicon import Lexicon
from hinglish.numeral_words import sense_of
from hinglish.numerals import find, read
from hinglish.script import script_of
from schemas.example import Token, Utterance, spans_of, text_of
from schemas.reread import counts_here, quiet

DIGITS = frozenset({"phone_number", "order_id"})  # leaves whose value is the characters themselves
NUMBERS = frozenset({"amount", "quantity", "passengers"})  # leaves whose words are read together
BRANDS = frozenset({"brand", "bank", "app", "operator", "biller", "store", "hospital"})
FOREIGN = frozenset({"given", "surname", "place", "foreign", "artist", "song"})  # Latin names that are written by sound in Devanagari
CLINGING = frozenset({"post", "part", "conj"})
_CODE = frozenset("0123456789@/:\\_०१२३४५६७८९")


class Surfaces:
    """The tables of one lexicon, each made on first use."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.words = Words(lexicon)
        self._tables: dict[str, Tables] = {}
        self._clings: dict[str, bool] = {}

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
        parts = {e.cls for e in self.words.parts().get(norm, ())}
        if classes & BRANDS:
            return "brand"
        return "no" if (classes | parts) & FOREIGN else "in names"

    def clings(self, norm: str) -> bool:
        """Does a word lean on the one before it: a postposition, a particle, a conjunction?"""
        found = self._clings.get(norm)
        if found is None:
            found = self._clings[norm] = any(e.cls in CLINGING for e in self.words.lexicon.by_norm.get(norm, ()))
        return found

    def brand(self, token: Token) -> bool:
        """Is a token a brand, or a word of one (the Bank of HDFC Bank)?"""
        latin = self.of(token.norm).latin
        return latin == "brand" or (latin == "in names" and token.kind == "name")

    def _joined(self, norm: str) -> Tables:
        parts = [self.of(n) for n in norm.split()]
        roman = "".join([p.usual[0] if p.usual else p.word.roman[0] for p in parts])
        return Tables(norm, parts[0].word, "no", (roman,), ("".join([p.word.deva[0] for p in parts]),))


FAR = 3  # words over which a number and its unit are still one
_SURFACES: dict[int, Surfaces] = {}


def surfaces(lexicon: Lexicon) -> Surfaces:
    """The tables of a lexicon; a lexicon holds dicts and does not hash, and its tables keep it alive, so its id is its name."""
    found = _SURFACES.get(id(lexicon))
    if found is None:
        found = _SURFACES[id(lexicon)] = Surfaces(lexicon)
    return found


@lru_cache(maxsize=1 << 16)
def _code(text: str) -> bool:
    if script_of(text) == "devanagari":
        return False  # a brand spelled by sound, digit and all: डी2एच
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
    if not _may_count(utterance, range(len(utterance))):
        return 0
    spans = spans_of(utterance)
    return sum(all(end <= s.start or start >= s.end for s in spans) for start, end in _numbers(text_of(utterance)))


@lru_cache(maxsize=1 << 10)
def _numbers(text: str) -> tuple[tuple[int, int], ...]:
    """Where numbers stand in a message; what one step left is what the next one finds."""
    return tuple([(m.start, m.end) for m in find(text) if "article" not in m.reading.flags])


def _may_count(utterance: Utterance, places: Iterable[int]) -> bool:
    """A quick no: does a word outside all spans, at one of these places, count with the three on either side of it?

    The rules of context look so far only for parts of numbers (ek … set kr is one krona), so among quiet words one on either side says it all.
    """
    for i in places:
        token = utterance[i]
        if not (token.slots and token.said) and token.kind != "mark" and _counts(token.text):
            reach = 1 if all(quiet(t.text) for t in (*utterance[max(0, i - FAR) : i], *utterance[i + 1 : i + 1 + FAR])) else FAR
            head = "".join([t.text + t.after for t in utterance[max(0, i - reach) : i]])
            if counts_here(head + "".join([t.text + t.after for t in utterance[i : i + reach + 1]]), len(head), len(head) + len(token.text)):
                return True
    return False


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


def _changed(before: Utterance, after: Utterance) -> tuple[int, int]:
    """[start, end) of `after` outside which both have equal tokens: as many from the start, as many from the end.

    Equal, not identical: which tokens are one object depends on what a process made before, and rows may not.
    """
    most = min(len(before), len(after))
    start = 0
    while start < most and before[start] == after[start]:
        start += 1
    kept = 0
    while kept < most - start and before[-1 - kept] == after[-1 - kept]:
        kept += 1
    return start, len(after) - kept


def settled(before: Utterance, after: Utterance) -> Utterance | None:
    """`after`, unless it says nothing new, changes a number's value, or lets a reader find a number that was none.

    Only what changed is looked at, and the three words on either side of it: context reaches no farther.
    """
    if before == after:
        return None
    start, end = _changed(before, after)
    numbers = any(t.slots and ends_in(t.slots, NUMBERS) for t in (*after[start:end], *before[start : end + len(before) - len(after)]))
    if numbers and not _same_values(before, after):
        return None
    if not _may_count(after, range(max(0, start - FAR), min(len(after), end + FAR))):
        return after
    there = loose_numbers(after)
    return after if there == 0 or there <= loose_numbers(before) else None


def capital_of(text: str, like: str) -> str:
    """`text` with the first letter as `like` has it: capital, all capitals, or small."""
    if len(like) > 1 and like.isupper() and like.isascii():
        return text.upper()
    return text[:1].upper() + text[1:] if like[:1].isupper() else text
