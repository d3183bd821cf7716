"""HinglishProvider: Faker's structure, our lexicon's words. Each method says one kind of value and returns what it means.

Faker brings formats (bothify, numerify) and the generator whose `random` is the slot's own stream; its hi_IN words are not
used (a quarter of its names begin with an honorific).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from faker import Generator
from faker.providers import BaseProvider

from generators.randomness import Random, Stream
from generators.said import Part, Said, Scene
from generators.words import Word, Words
from hinglish.inflect import NAMED_PLACES, oblique
from hinglish.lexicon import DATA, Entry, Lexicon
from hinglish.numerals import read
from schemas.example import TokenKind

T = TypeVar("T")


class HinglishProvider:
    """Words and values of one lexicon. `rng` is the stream of the slot that is being made; the generator draws from it too, for Faker's formats.

    It has a Faker provider and is none: a class of ours alone is compiled to one whose attributes cost nothing (`make fast`).
    """

    def __init__(self, generator: Generator, words: Words) -> None:
        self.rng = Stream("")
        self.generator = generator
        generator.random = Random(self.rng)
        self.formats = BaseProvider(generator)
        self.words = words
        self.lexicon: Lexicon = words.lexicon
        self._classes: dict[str, tuple[Entry, ...]] = {}
        self._where: dict[tuple[str, str, str], tuple[Entry, ...]] = {}
        self._number_words: dict[str, Word] = {}
        self._number_parts: dict[str, Part] = {}
        self._outsides: dict[str, tuple[Part, ...]] = {}
        self._said: dict[int, Said] = {}
        self._texts: dict[str, Said] = {}
        self._kept: dict[tuple[int, bool], Said] = {}
        self._obliques: dict[Word, Word] = {}
        self.phones = tuple(line for line in (DATA / "lexicon" / "phones.txt").read_text().split("\n") if line[:1].isdigit())

    def pick(self, seq: Sequence[T]) -> T:
        """One of a sequence."""
        return seq[int(self.rng.random() * len(seq))]

    def weighted(self, table: Sequence[tuple[float, T]]) -> T:
        """One of (cumulative share, thing), shares ending at 1."""
        at = self.rng.random()
        for share, thing in table:
            if at < share:
                return thing
        return table[-1][1]

    def draw(self, cls: str) -> Entry:
        """One entry of a class, each as likely as the next."""
        return self.pick(self.of(cls))

    def of(self, cls: str) -> tuple[Entry, ...]:
        """All entries of a class."""
        found = self._classes.get(cls)
        if found is None:
            found = self._classes[cls] = self.lexicon.of(cls)
        return found

    def where(self, cls: str, key: str, value: str) -> tuple[Entry, ...]:
        """Entries of a class whose extra `key` holds `value` (lists are joined by + or ,); all of the class when none has it."""
        at = (cls, key, value)
        found = self._where.get(at)
        if found is None:
            every = self.of(cls)
            found = self._where[at] = _often(e for e in every if value in e.get(key).replace("+", ",").split(",")) or every
        return found

    def kept(self, cls: str, name: str, test: Callable[[Entry], bool], otherwise: tuple[Entry, ...] = ()) -> tuple[Entry, ...]:
        """Entries of a class that pass a named test; when none does, `otherwise` or all of the class.

        Only what the name decides is kept: `otherwise` is each caller's own, and a row may not depend on who called first.
        """
        at = (cls, "kept", name)
        found = self._where.get(at)
        if found is None:
            found = self._where[at] = _often(e for e in self.of(cls) if test(e))
        return found or otherwise or self.of(cls)

    def common(self, cls: str) -> Entry:
        """One entry of a class, the well-known ones (often=N) more often."""
        at = (cls, "common", "")
        if at not in self._where:
            self._where[at] = _often(self.of(cls))
        return self.pick(self._where[at])

    def fitting(self, cls: str, gender: str) -> tuple[Entry, ...]:
        """Clauses that a speaker of this gender would say."""
        at = (cls, "gender", gender)
        found = self._where.get(at)
        if found is None:
            found = self._where[at] = tuple(e for e in self.of(cls) if e.gender in ("-", gender))
        return found

    def once(self, cls: str, why: str, made: Callable[[], Iterable[Entry]]) -> tuple[Entry, ...]:
        """Entries of a class that `why` decides, looked for once."""
        at = (cls, "once", why)
        found = self._where.get(at)
        if found is None:
            found = self._where[at] = tuple(made())
        return found

    def issues_for(self, thing: Entry | None) -> tuple[Entry, ...]:
        """What can go wrong with a product: of its group or of any, agreeing with its gender and number."""
        group, gender = (thing.get("group"), thing.get("num", "sg") + thing.gender) if thing else ("", "sgm")
        norm = thing.norm if thing else ""
        at = ("issue", norm, gender)
        if at not in self._where:
            self._where[at] = tuple(
                e
                for e in self.of("issue")
                if e.get("group", "any") in ("any", group) or group in e.get("group").split(",") or e.get("of")
                if gender in e.get("agrees", gender).split(",")
                if norm in e.get("of", norm).split(",") and not (norm and norm in e.get("not").split(","))
            )
        return self._where[at]

    def said(self, entry: Entry) -> Said:
        """An entry as the value of a text or name slot."""
        found = self._said.get(id(entry))  # the lexicon keeps its entries, so an id stays theirs
        if found is None:
            found = self._said[id(entry)] = Said(tuple([Part(w) for w in self.words.entry(entry)]), entry.norm)
        return found

    def text_of(self, entry: Entry, more: str) -> Said:
        """An entry and the words after it, as one value (सुनीता aunty)."""
        return Said(tuple([Part(w) for w in (*self.words.entry(entry), *self.words.phrase(more))]), f"{entry.norm} {more}")

    def text(self, norm: str) -> Said:
        """Canonical words as the value of a text slot; the makers say few and often, so each is kept."""
        found = self._texts.get(norm)
        if found is None:
            found = self._texts[norm] = Said(self.number_parts(norm), norm)
        return found

    def oblique(self, words: Sequence[Word], *, last_only: bool = False) -> Sequence[Word]:
        """Words before a postposition (बेटा को → बेटे को), or for a count over one the last of them (दो समोसे); as given where none changes."""
        changed = [*words[:-1], self._oblique(words[-1])] if last_only else [self._oblique(w) for w in words]
        return changed if words and (changed[-1] is not words[-1] or "का" in [w.norm for w in words]) else words

    def _oblique(self, word: Word) -> Word:
        found = self._obliques.get(word)
        if found is None:
            form = oblique(word.norm)
            stays = word.kind == "name" and word.norm != "का" and word.norm not in NAMED_PLACES
            found = self._obliques[word] = word if form == word.norm or stays else self.words.word(form)
        return found

    def outside(self, norm: str) -> tuple[Part, ...]:
        """Words that stand by a value and are none of it."""
        found = self._outsides.get(norm)
        if found is None:
            found = self._outsides[norm] = tuple([Part(w, None) for w in self.words.phrase(norm)])
        return found

    def number_phrase(self, said: str) -> list[Word]:
        """A canonical phrase that may hold numbers: digits are kept as written, words get their spellings."""
        return [self.number_word(w) for w in said.split()]

    def number_parts(self, said: str) -> tuple[Part, ...]:
        """The same as parts of a value."""
        return tuple([self.number_part(w) for w in said.split()])

    def number_part(self, norm: str) -> Part:
        """One word of a number as a part of a value."""
        found = self._number_parts.get(norm)
        if found is None:
            found = self._number_parts[norm] = Part(self.number_word(norm))
        return found

    def number_word(self, norm: str) -> Word:
        """One word of a number: digits as written ("1,25,000", "1.5k") or a number word."""
        found = self._number_words.get(norm)
        if found is None:
            found = self._number_words[norm] = self._make_number_word(norm)
        return found

    def _make_number_word(self, norm: str) -> Word:
        if any(c.isdigit() for c in norm) or not any(c.isalpha() for c in norm):
            return Word(norm, "other", "number", (norm,), (norm,))
        if norm in ("Rs", "rs"):
            return Word("rs", "en", "word", ("rs", "rs", "Rs"), ("रु",), 3, 3)
        found = self.words.word(norm)
        meant = read(norm)
        if meant.value is None:
            return found
        roman = tuple([s for s in found.roman if read(s).value == meant.value]) or found.roman
        deva = tuple([s for s in found.deva if read(s).value == meant.value]) or found.deva
        return Word(norm, found.lang, found.kind, roman, deva, min(found.usual, len(roman)), min(found.known, len(roman)))

    def clause(self, entry: Entry, *, marks: bool) -> Said:
        """A clause as a value; its marks are part of a message and of nothing else (the guide drops them)."""
        at = (id(entry), marks)
        found = self._kept.get(at)
        if found is None:
            kept = [w for w in self.words.entry(entry) if marks or w.kind != "mark"]
            tags = tuple(entry.get("tags").split())  # a clause that says a number where no slot takes it is tagged on its line
            found = self._kept[at] = Said(tuple([Part(w) for w in kept]), entry.norm if marks else " ".join([w.norm for w in kept]), tags=tags)
        return found


def _often(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """A table to draw from, in which an entry stands as often as its line says (WhatsApp before Signal)."""
    return tuple([e for e in entries for _ in range(int(e.get("often", "1")))])


def fixed_word(norm: str, roman: Sequence[str], deva: Sequence[str], kind: TokenKind = "word") -> Word:
    """A word whose surfaces are given here and not by its own line (paav says "किलो")."""
    return Word(norm, "hi" if "\u0900" <= norm[0] <= "\u097f" else "en", kind, tuple(roman), tuple(deva))


Maker = Callable[[HinglishProvider, Scene], Said]
