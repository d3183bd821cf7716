"""The spellings of one word that still read as it, one table for each degree of care."""

from functools import cached_property
from itertools import islice
from typing import Literal

from generators.words import Word
from schemas.reread import text_reads

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
