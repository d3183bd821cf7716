"""The spellings of one word that still read as it, one table for each degree of care."""

from typing import Literal

from generators.words import Word
from schemas.reread import text_reads

Latin = Literal["brand", "in names", "no"]  # must a word keep its Latin letters: always, as a part of a name, never


Table = tuple[str, ...]


class Tables:
    """Spellings of one word, a usual one standing more often; only those that read as it. Each table is made when first drawn from."""

    def __init__(self, norm: str, word: Word, latin: Latin, roman: Table | None = None, deva: Table | None = None) -> None:
        """`roman` and `deva` where they are given, of a word that is joined, hold one spelling each: its usual, known and only one."""
        self.norm, self.word, self.latin = norm, word, latin
        self._reads: dict[str, bool] = {}
        # no cached_property: mypyc makes a plain one of it, which is found again at every look (`make fast`)
        self._roman, self._known, self._usual, self._deva = roman, roman, roman, deva

    @property
    def roman(self) -> Table:
        """Every Roman spelling that reads as the word."""
        if self._roman is None:
            self._roman = tuple([s for s in self.word.roman if self.reads(s)])
        return self._roman

    @property
    def known(self) -> Table:
        """The first of `roman`, as many as the word has usual and often ones."""
        if self._known is None:
            found: list[str] = []
            for spelling in self.word.roman:
                if len(found) == self.word.known:
                    break
                if self.reads(spelling):
                    found.append(spelling)
            self._known = tuple(found)
        return self._known

    @property
    def usual(self) -> Table:
        """The usual ones of `roman`; all of it where none reads."""
        if self._usual is None:
            self._usual = tuple([s for s in self.word.roman[: self.word.usual] if self.reads(s)]) or self.roman
        return self._usual

    @property
    def deva(self) -> Table:
        """Every Devanagari spelling that reads as the word."""
        if self._deva is None:
            self._deva = tuple([s for s in self.word.deva if self.reads(s)])
        return self._deva

    def reads(self, written: str) -> bool:
        """Does a spelling read as the word? A usual one stands many times in a table and is read once."""
        found = self._reads.get(written)
        if found is None:
            found = self._reads[written] = text_reads(written, self.norm)
        return found
