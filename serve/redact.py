"""Redaction: a text with every value that names somebody replaced by a surrogate, so that it can still be read, labelled and trained on.

    Redactor(keys).redact("Rahul ko 9876501234 pe call karo").text      # "Sumit ko 9696996699 pe call karo"

What comes out is `Clean`, and only `Clean` may leave: redacting it again gives it back. Two passes over bare text are two renamings, as a
surrogate looks like any other name: that is its purpose. serve/relabel.py gives a label the names that its message was given.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from hinglish.numeral_words import ENGLISH_WORD, HINDI_WORD, OTHER_SCRIPT
from hinglish.script import ascii_digits, devanagari_digits, script_of
from schemas.example import Span
from serve.digit_runs import runs
from serve.disguise import Plain, undisguised
from serve.finders import Found, Piece, addresses, codes, forms, spaced
from serve.keys import Keys
from serve.surrogates import Kind, Surrogates, bare_code
from serve.tokens import Token, tokens
from serve.vocabulary import COMMON, PLACES, Word, phrase_at

# What marks the word beside it as a name, where the word is also another one ("karan ko", but "ke karan").
_AFTER: Final = frozenset("ko ne ji jee jii bhai bhaiya didi uncle aunty aunti sahab saab sir madam ma'am को ने जी भाई भैया दीदी अंकल आंटी साहब सर मैडम".split())
_BEFORE: Final = frozenset("mr mrs ms dr shri smt shrimati kumari miss डॉ श्री श्रीमती मिस्टर मिसेज uncle aunty didi".split())
_NOT_BEFORE_PLACES: Final = frozenset(
    "is us mere meri mera hamari hamare hamara apni apne apna iss uss ek har kis ki ka ke ko se me mein pe par in "
    "इस उस मेरे मेरी हमारी अपनी एक की का के".split())  # fmt: skip


class Clean(str):
    """A text that redaction has seen."""

    __slots__ = ()


class Swap(NamedTuple):
    """[start, end) of the plain text now reads `new`. `old` is what stood there, `norm` how a label has what stands there now.

    A number of several pieces is several swaps of one `run` (where it begins); `value` is the digits that a piece said.
    """

    start: int
    end: int
    old: str
    new: str
    kind: Kind
    norm: str
    value: str = ""
    run: int = -1


class Redacted(NamedTuple):
    """A redacted text, what was done to it, and the text without disguises that the swaps are places in. Only `text` may leave."""

    text: Clean
    swaps: tuple[Swap, ...]
    plain: Plain

    def moved(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        """Spans of the text as given → spans of the redacted text; an end inside a replaced stretch goes to that stretch's end."""
        return tuple([Span(s.path, self._at(s.start, False), self._at(s.end, True)) for s in spans])

    def _at(self, place: int, end: bool) -> int:
        places = self.plain.places
        at = place if places is None else next((i for i, p in enumerate(places) if p >= place), len(places) - 1)
        shift = 0
        for swap in self.swaps:
            if swap.end <= at:
                shift += len(swap.new) - (swap.end - swap.start)
            elif swap.start < at:
                return swap.start + shift + (len(swap.new) if end else 0)
        return at + shift

    def skeleton(self) -> str:
        """The text with a kind in place of each value: two failures with one skeleton differ in whom they name and in nothing else."""
        out, at = [], 0
        for swap in self.swaps:
            out += [self.plain.text[at : swap.start], f"<{swap.kind}>"]
            at = swap.end
        return "".join([*out, self.plain.text[at:]]).casefold()


class Redactor:
    """Redaction under one set of keys."""

    def __init__(self, keys: Keys) -> None:
        self.surrogates = Surrogates(keys)

    def redact(self, text: str) -> Redacted:
        """A text as it may leave. Clean text comes back as it is."""
        if isinstance(text, Clean):
            return Redacted(text, (), Plain(text, None))
        plain = undisguised(text)
        swaps = self._swaps(plain.text)
        out, at = [], 0
        for swap in swaps:
            out += [plain.text[at : swap.start], swap.new]
            at = swap.end
        return Redacted(Clean("".join([*out, plain.text[at:]])), tuple(swaps), plain)

    def _swaps(self, text: str) -> list[Swap]:
        taken = bytearray(len(text))
        swaps: list[Swap] = []

        def take(found: Iterable[Found], make: Callable[[str, Found], list[Swap]]) -> None:
            for f in found:
                if not any(taken[f.start : f.end]):
                    taken[f.start : f.end] = b"\1" * (f.end - f.start)
                    swaps.extend(make(text, f))

        take(forms(text), self._patterned)
        toks = [t for t in tokens(text) if not taken[t.start]]
        take(runs(text, toks), self._run)
        take(spaced(text, toks), self._whole)
        if any(t.digits for t in toks):
            take(codes(text, toks), self._whole)
        take(addresses(text, toks), self._place)
        swaps += self._names(text, toks, taken)
        return sorted(swaps)

    def _patterned(self, text: str, found: Found) -> list[Swap]:
        new = self.surrogates.patterned(found.value, found.kind)
        norm = new.upper() if found.kind in ("pan", "ifsc") else new
        return [Swap(found.start, found.end, text[found.start : found.end], new, found.kind, norm, found.value, found.start)]

    def _whole(self, text: str, found: Found) -> list[Swap]:
        """A code, or a name that was spelled out."""
        old = text[found.start : found.end]
        if found.kind == "name":
            stand = self.surrogates.name(found.value)
            return [Swap(found.start, found.end, old, stand.written(old), "name", stand.norm)]
        new = self.surrogates.code(found.value)
        return [Swap(found.start, found.end, old, new, "code", bare_code(new), bare_code(old), found.start)]

    def _place(self, text: str, found: Found) -> list[Swap]:
        return self._run(text, found) if found.pieces else self._whole(text, found)

    def _run(self, text: str, found: Found) -> list[Swap]:
        """A number, piece by piece: what stands between them stays."""
        new, at, out = self.surrogates.digits(found.value, found.kind), 0, []
        for piece in found.pieces:
            digits = new[at : at + len(piece.digits)]
            at += len(piece.digits)
            old = text[piece.start : piece.end]
            out.append(Swap(piece.start, piece.end, old, _said(piece, digits, old), found.kind, digits, piece.digits, found.start))
        return out

    def _names(self, text: str, toks: Sequence[Token], taken: bytearray) -> list[Swap]:
        keys = [t.key for t in toks]
        out, kept = [], 0
        places = not PLACES.isdisjoint(keys)
        for i, token in enumerate(toks):
            word = token.word
            if token.digits or i < kept:
                continue
            if token.begins and (length := phrase_at(keys, i)):
                kept = i + length
                continue
            if word is COMMON and not places:  # nothing beside it makes a name of it
                continue
            if taken[token.start] or (token.end - token.start == 1 and token.key < "\u0980"):
                continue
            if word.status == "name" or self._meant(text, toks, i, word):
                old = text[token.start : token.end]
                stand = self.surrogates.name(old)
                out.append(Swap(token.start, token.end, old, stand.written(old), "name", stand.norm))
        return out

    @staticmethod
    def _meant(text: str, toks: Sequence[Token], i: int, word: Word) -> bool:
        """Is a word that has another meaning a name here?"""
        following = toks[i + 1].key if i + 1 < len(toks) else ""
        before = toks[i - 1].key if i else ""
        if word.entry is None:
            return following in PLACES and before != "" and toks[i].key not in _NOT_BEFORE_PLACES and text[toks[i].start].isupper()
        titled = text[toks[i].start].isupper() and i > 0 and not text[toks[i].start : toks[i].end].isupper() and not text[toks[i - 1].start].isupper()
        return not word.firm or following in _AFTER or following in PLACES or before in _BEFORE or titled


def _said(piece: Piece, digits: str, old: str) -> str:
    """Digits said as the piece was: in its digits, or in words of its language and script."""
    if piece.how == "d":
        return devanagari_digits(digits) if ascii_digits(old) != old else digits
    english = piece.sense.lang == "en" if piece.sense else script_of(old) == "roman"
    deva = script_of(old) == "devanagari"
    value = int(digits)
    if len(digits) == 1 or (digits[0] != "0" and len(digits) == 2 and (not english or value in ENGLISH_WORD)):
        return _word(value, english, deva)
    return " ".join([_word(int(d), english, deva) for d in digits])


def _word(value: int, english: bool, deva: bool) -> str:
    word = ENGLISH_WORD[value] if english else HINDI_WORD[value]
    return OTHER_SCRIPT[word][0] if (script_of(word) == "devanagari") != deva else word
