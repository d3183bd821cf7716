"""The grounding check: which values of a valid answer cannot come from the message.

Text and names are judged word by word and generously: a reading, the same letters, or the same sound is enough. Numbers, codes
and phones are judged strictly: the message must say that very value. It flags and changes nothing (repair does, where asked).
"""

from collections.abc import Mapping, Sequence
from functools import cache, cached_property, lru_cache
from itertools import islice
from typing import Any

import regex

from hinglish.context import CHOSEN
from hinglish.devanagarise import candidates, deva_keys, roman_key, roman_keys
from hinglish.guess import may_begin
from hinglish.lexicon import Partition, load
from hinglish.loans import odds
from hinglish.numeral_words import sense_of
from hinglish.numerals import find, read
from hinglish.readings import bare, may_read, near, readings
from hinglish.script import ascii_digits, fold, nfc, script_of, words
from hinglish.speak import speak
from schemas.contract import leaves
from schemas.example import kind_of_leaf
from schemas.grounding import Heard, heard, same_sound
from schemas.reread import CHOICE_WORDS, PAAV, label_words
from serve.vocabulary import usual_spellings

NUMBERS = frozenset({"amount", "count", "quantity"})
DOZEN = frozenset({"darjan", "darzan", "dozen", "दर्जन", "डज़न"})
JOINS = frozenset({"और", "and", "एवं"})  # "main aur mummy" are two passengers
WIDEST = 8  # words of one number: "do lakh paintees hazaar chaar sau pachas"
# Devanagari letter → the Roman letters that a word of its sound may begin with, in Hindi and in English words.
STARTS = dict(pair.split(":") for pair in (
    "क:kcq ख:k ग:g घ:g च:c छ:c ज:jzg झ:jz ट:t ठ:t ड:d ढ:d त:t थ:t द:d ध:d न:nk प:p फ:pf ब:b भ:bv म:m य:yue र:rw ल:l व:vwo श:sc ष:s स:scp ह:hw "
    "अ:aueoi आ:a इ:ie ई:ei उ:uo ऊ:uo ए:aei ऐ:aei ओ:oa औ:oah ऑ:oa"
).split())  # fmt: skip
_EMPTY: frozenset[str] = frozenset()
_LETTER = regex.compile(r"[\p{L}\p{M}\p{N}]")
_PIECES = regex.compile(r"[\p{L}\p{M}]+|[0-9]+(?:[:.,][0-9]+)*")  # "11am" is 11 and am


def ungrounded(message: str, target: Mapping[str, Any], partition: Partition | None = None) -> tuple[str, ...]:
    """Paths of the leaves that the message cannot have said, in the order of the target. The target is valid under its schema."""
    said = _Said(nfc(message), partition)
    intent = str(target["intent"])
    return tuple([path for path, value in leaves(target).items() if value is not None and not said.says(kind_of_leaf(intent, path), value)])


def warm(partition: Partition | None = None) -> None:
    """Load every index that a rare word would load in the middle of a request: some take seconds, once. Then all words that a label may be made of."""
    odd = {"intent": "transfer_money", "recipient": "क्ष्वग्ङ qzxv", "amount": 7, "via": "झ़ब्र", "date": "zqvx", "purpose": None}
    ungrounded("ज़्ब्लॉग्म qwvrt ko paune do sau bhejo डॉक्टर", odd, partition)
    _may_choose("3AC", "train", partition)
    odds("ग्लाब्स्टर", partition)
    find("zqvx do")
    for word in usual_spellings(partition):
        roman_key(word)
        _forms(word)
    for word in label_words(partition):
        _spellings(word, partition)
        if script_of(word) == "devanagari":
            _keys(word)
        else:
            _spoken(word, partition)


def filled(target: Mapping[str, Any]) -> int:
    """How many leaves an answer fills."""
    return sum(value is not None for value in leaves(target).values())


class _Said:
    """A message, looked at only as far as it is asked: most words of an answer stand in it as they are, or as the lexicon spells them."""

    def __init__(self, text: str, partition: Partition | None) -> None:
        self._text, self._partition = text, partition
        self._chunks = frozenset(text.casefold().split())

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        return words(self._text)

    @cached_property
    def _tokens(self) -> list[str]:
        text = ascii_digits(self._text)
        return [text[a:b] for a, b in self._spans]

    @cached_property
    def _plain(self) -> frozenset[str]:
        """Words and their pieces, in lower case, with and without marks; Devanagari also folded."""
        return _EMPTY.union(*map(_forms, self._tokens))

    @cached_property
    def _heard(self) -> list[Heard]:
        return heard(self._text, self._partition)

    def says(self, kind: str, value: Any) -> bool:
        """Can a leaf of this kind and value come from the message?"""
        if kind in ("text", "name"):
            text = str(value)
            return self._stands(text) or all(self._word(w) or self._hyphened(w) for w in (text if text.isascii() else ascii_digits(text)).split())
        if kind in NUMBERS:
            return self._number(kind, float(value))
        return self._code(str(value)) if kind == "digits" else self._choice(str(value))

    def _stands(self, value: str) -> bool:
        """Does the value stand in the message as it is, from the edge of a word to the edge of a word?"""
        at = self._text.find(value)
        before, after = self._text[at - 1 : at], self._text[at + len(value) : at + len(value) + 1]
        return at >= 0 and not (_LETTER.match(before) and _LETTER.match(value)) and not (_LETTER.match(after) and _LETTER.match(value[-1:]))

    def _hyphened(self, word: str) -> bool:
        pieces = _PIECES.findall(word)
        return not pieces or (len(pieces) > 1 and all(map(self._word, pieces)))

    def _word(self, word: str) -> bool:
        """From the cheapest look to the dearest: the same letters, a spelling of the lexicon, the same sound, a reading, the sentence as heard."""
        plain = bare(word)
        spelled = _spellings(word, self._partition)
        if plain != word:  # "करो," in a message that is to be sent
            spelled |= _spellings(plain, self._partition)
        if word.casefold() in self._chunks or not self._chunks.isdisjoint(spelled):
            return True
        if plain in self._plain or not self._plain.isdisjoint(spelled):
            return True
        if self._sounds(word) or (plain != word and self._sounds(plain)):
            return True
        nearest = sorted(self._tokens, key=lambda token: not _begin_alike(token, word))  # a word never met before costs a millisecond to read
        if any(_reads(t, word, self._partition) for t in nearest):
            return True
        if script_of(word) == "devanagari":
            folded = fold(word)
            if any(folded in _spoken(t, self._partition) for t in self._tokens if t.isascii() and script_of(t) == "roman"):
                return True
            if not any(_may_be_heard(t, word, self._partition) for t in self._tokens):
                return False
        return any(word in h.norm.split() or _echoes(word, h, self._partition) for h in self._heard)

    @cached_property
    def _sound(self) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """How the words of a message sound: keys of the Roman ones, keys of those in Devanagari, these folded."""
        roman = [t.casefold() for t in self._tokens if script_of(t) == "roman"]
        deva = [t for t in self._tokens if script_of(t) == "devanagari"]
        return frozenset(key for t in roman if len(key := roman_key(t)) > 1), _EMPTY.union(*map(_keys, deva)), frozenset(map(fold, deva))

    def _sounds(self, word: str) -> bool:
        """Can a word of the label be a word of the message by its sound alone?"""
        roman, deva, folded = self._sound
        script = script_of(word)
        if script == "devanagari":
            return not (_keys(word).isdisjoint(roman) and _keys(word).isdisjoint(deva))
        if script != "roman" or not deva:
            return False
        key = roman_key(word.lower())
        return (len(key) > 1 and key in deva) or (word.isascii() and not folded.isdisjoint(_spoken(word, self._partition)))

    def _number(self, kind: str, value: float) -> bool:
        after = [*self._tokens[1:], ""]
        if any(t[:1].isdigit() and t.replace(",", "") == f"{value:.12g}" and not _goes_on(then) for t, then in zip(self._tokens, after, strict=False)):
            return True  # in figures, and no lakh after it
        found = find(self._text)
        told = [float(m.reading.value) for m in found if m.reading.value is not None]
        if value in told or self._window(value, [(m.start, m.end) for m in found]):
            return True
        lower = {t.casefold() for t in self._tokens}
        if lower & PAAV and any(value == quarter for quarter in (0.25, *(n / 4 for n in told))):
            return True
        if lower & DOZEN and any(value == n * 12 for n in (1.0, *told)):
            return True
        return kind == "count" and self._people(int(value))

    def _window(self, value: float, taken: Sequence[tuple[int, int]]) -> bool:
        """Do some words one after another read as the value by themselves? A word before a number may be its own ("do सौ पचास": "give", or 2).

        A part of a number that was found is none: there is no lakh in "sava lakh".
        """
        spans, n = self._spans, len(self._spans)
        for a in (k for k in range(n) if _may_count(self._tokens[k])):
            for b in range(a, min(n, a + WIDEST)):
                low, high = spans[a][0], spans[b][1]
                if any(start <= low and high <= end for start, end in taken):
                    continue
                if (found := read(self._text[low:high]).value) is not None and float(found) == value:
                    return True
        return False

    def _people(self, count: int) -> bool:
        """Are so many listed? Looks no further than it must."""
        lacking = count - 1 - self._text.count(",") - self._text.count("&")
        usual = _usual_joins(self._partition)
        joins = (t for t in sorted(self._tokens, key=lambda token: fold(token) not in usual) if any(_reads_as(t, join, self._partition) for join in JOINS))
        return count > 1 and (lacking <= 0 or len(list(islice(joins, lacking))) == lacking)

    def _code(self, value: str) -> bool:
        return value in "".join(c for c in ascii_digits(self._text).upper() if c.isascii() and c.isalnum())

    def _choice(self, value: str) -> bool:
        told = _choosing(value, self._partition)
        if not self._chunks.isdisjoint(told) or not self._plain.isdisjoint(told):
            return True
        nearest = sorted(self._tokens, key=lambda token: told.isdisjoint(near(token, self._partition)))
        return any(_may_choose(t, value, self._partition) for t in nearest)


def _may_count(token: str) -> bool:
    """Can a number begin with this word?"""
    return token[:1].isdigit() or sense_of(token) is not None


def _begin_alike(written: str, meant: str) -> bool:
    """Do two words begin with letters that may be one sound? Says what to look at first, and decides nothing."""
    one, other = written[:1].casefold(), meant[:1].casefold()
    return one == other or one in STARTS.get(other, "") or other in STARTS.get(one, "")


@lru_cache(maxsize=1 << 16)
def _forms(token: str) -> frozenset[str]:
    """A word and its pieces, in lower case, with and without marks; Devanagari also folded."""
    if token.isascii() and token.isalpha():
        return frozenset((token.casefold(),))
    pieces = {bare(token), *(piece.casefold() for piece in (token, *_PIECES.findall(token)))}
    return frozenset(pieces | {fold(p) for p in pieces if not p.isascii()})


@lru_cache(maxsize=1 << 15)
def _reads(written: str, meant: str, partition: Partition | None) -> bool:
    """Is a label word, with or without its marks, a reading of a word as written, or a part of one?"""
    return may_read(written, meant, partition) and any(meant in r.split() or bare(meant) == bare(r) for r in readings(written, 5, partition))


def _may_be_heard(written: str, meant: str, partition: Partition | None) -> bool:
    """Can the sentence make a Hindi word of a word as written, though no reading of it is that? False is sure, and spares hearing the sentence."""
    if meant in CHOSEN or meant in near(written, partition) or script_of(written) == "mixed":
        return True
    if script_of(written) != "roman":
        return False
    lower = written.lower()
    return not roman_keys(lower).isdisjoint(_keys(meant)) or (may_begin(lower, meant) and not candidates(lower, partition))


def _echoes(meant: str, word: Heard, partition: Partition | None) -> bool:
    """Does an English word of a label sound like the Hindi one that a Roman word is in its sentence?"""
    scripts = script_of(meant), script_of(word.text), script_of(word.norm)
    return scripts == ("roman", "roman", "devanagari") and same_sound(meant, word.norm, partition)


def _reads_as(written: str, meant: str, partition: Partition | None) -> bool:
    """Is a label form a reading of a word as written?"""
    return may_read(written, meant, partition) and meant in readings(written, 5, partition)


def _goes_on(token: str) -> bool:
    """Does a number in figures go on with this word ("5 lakh", "2 darjan")? It does not with a plate or a rupee."""
    sense = sense_of(token)
    return token[:1].isdigit() or (sense is not None and sense.role not in ("money", "unit")) or token.casefold() in DOZEN | PAAV


@lru_cache(maxsize=1 << 15)
def _spellings(word: str, partition: Partition | None) -> frozenset[str]:
    """Every way in which the lexicon has a label word written, in lower case."""
    entries = load(partition).by_norm.get(word, ())
    return frozenset(s.casefold() for e in entries for s in (*(r for r, _ in e.roman), *e.deva, *map(fold, e.deva))) | {fold(word)}


@cache
def _usual_joins(partition: Partition | None) -> frozenset[str]:
    return _EMPTY.union(*(_spellings(join, partition) for join in JOINS))


@lru_cache(maxsize=1 << 15)
def _keys(word: str) -> frozenset[str]:
    return frozenset(deva_keys(word))


@lru_cache(maxsize=1 << 14)
def _spoken(latin: str, partition: Partition | None) -> frozenset[str]:
    """A Latin word as Devanagari writes its sound, folded (schemas/grounding.py, same_sound)."""
    return frozenset(map(fold, speak(latin, partition)))


@lru_cache(maxsize=64)
def _choosing(value: str, partition: Partition | None) -> frozenset[str]:
    """What leads to a choice: its own name, words for it, classes that only it has (3AC → train); as labels and as the lexicon spells them."""
    classes = {w for e in load(partition).by_class.get("travelclass", ()) if e.get("mode") == value for w in e.norm.split()}
    known = {value, *CHOICE_WORDS.get(value, ()), *classes}
    return frozenset(w.casefold() for w in known).union(*(_spellings(w, partition) for w in known))


@lru_cache(maxsize=1 << 12)
def _may_choose(token: str, value: str, partition: Partition | None) -> bool:
    return not _choosing(value, partition).isdisjoint(r.casefold() for r in readings(token, 5, partition))


def all_ungrounded(found: Sequence[str], target: Mapping[str, Any]) -> bool:
    """Is there not one value that can come from the message? Then it is the answer to another one, or made up."""
    return bool(found) and len(found) == filled(target)
