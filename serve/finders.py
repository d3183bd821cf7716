"""What in a plain text is an identifier by its form: e-mail, UPI, PAN, IFSC, codes, words spelled letter by letter, numbers of an address.

Sources of forms: CBDT (PAN), RBI (IFSC), NPCI (UPI); those of numbers alone are found in serve/digit_runs.py.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from hinglish.numeral_words import Sense, sense_of
from hinglish.script import ascii_digits
from serve.surrogates import Kind
from serve.tokens import Token
from serve.vocabulary import word_of

_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_UPI: Final = re.compile(r"[A-Za-z0-9._-]+ ?@ ?[A-Za-z][A-Za-z0-9]*")
_URL: Final = re.compile(r"(?:https?://|www\.)\S+|\b[a-z0-9-]+\.(?:com|in|org|net|me|co)/\S*", re.IGNORECASE)
_PAN: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{3}[ABCFGHLJPTabcfghljpt][A-Za-z][ -]?[0-9]{4}[ -]?[A-Za-z](?![A-Za-z0-9])")
_IFSC: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{4}[ -]?0[A-Za-z0-9]{6}(?![A-Za-z0-9])")
_DIGIT: Final = re.compile("[0-9]")
_GAPS: Final = re.compile("[ -]")
SPELLED: Final = 4  # letters one by one that are a word
GAP: Final = re.compile(r"[\s.,/()*_+\-–—|:;]{1,3}")
_HASHED: Final = re.compile(r"#\s?([0-9०-९]{1,5})(?![0-9०-९])")
_NUMBER: Final = frozenset("no number num nambar nmbr nos nr नंबर नम्बर न नं".split())
# After these a number is part of an address; after the second set only with "number" between.
_PLACES: Final = frozenset(
    "house flat plot makaan makan makaaan kothi sector sec gali galli block blk tower wing ward phase pocket lane street khasra door hno bungalow villa "
    "मकान फ्लैट फ़्लैट प्लॉट कोठी सेक्टर गली ब्लॉक टावर वार्ड हाउस खसरा फेज़".split())  # fmt: skip
_ROOMS: Final = frozenset("h ghar shop dukaan dukan room road floor building office cabin घर दुकान रूम रोड कमरा".split())
_BEFORE_NUMBERS: Final = _PLACES | _ROOMS
_CODES: Final = frozenset(  # letters and digits that are words
    "mp3 mp4 2d 3d 2g 3g 4g 5g 4k a4 a3 g20 t20 covid19 1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th 11th 12th 1bhk 2bhk 3bhk 4bhk 24x7".split())  # fmt: skip
_MONEY: Final = frozenset("rs inr k l lakh lac cr रु रुपये".split())
_UNITS: Final = frozenset("k l m g x h d s kg kgs gm gms ml ltr lt cr am pm st nd rd th ac a sl gb mb tb mbps hr hrs min mins sec bhk rs inr cm mm km w v mah "
                          "inch ft days day baje bje lakh lac hazar hazaar लाख हज़ार हजार किलो बजे रुपये रु के का की".split())  # fmt: skip


class Piece(NamedTuple):
    """A part of a number: [start, end), its digits, and how it is said: "d" in digits, "w" as a word."""

    start: int
    end: int
    digits: str
    how: Literal["d", "w"]
    sense: Sense | None = None
    again: int = 0


class Found(NamedTuple):
    """An identifier: its kind, its value without marks, and its pieces where it is a run of them."""

    start: int
    end: int
    kind: Kind
    value: str
    pieces: tuple[Piece, ...] = ()


def forms(text: str) -> Iterator[Found]:
    """What regular expressions find, the surest first; later ones may overlap earlier ones."""
    plain = ascii_digits(text)
    if "@" in plain:
        yield from (Found(m.start(), m.end(), "email", m[0]) for m in _EMAIL.finditer(plain))
        yield from (Found(m.start(), m.end(), "upi", m[0].replace(" ", "")) for m in _UPI.finditer(plain))
    if "/" in plain or "www" in plain.lower():
        yield from (Found(m.start(), m.end(), "url", m[0]) for m in _URL.finditer(plain))
    if _DIGIT.search(plain):
        yield from (Found(m.start(), m.end(), "pan", _GAPS.sub("", m[0])) for m in _PAN.finditer(plain))
        yield from (Found(m.start(), m.end(), "ifsc", _GAPS.sub("", m[0])) for m in _IFSC.finditer(plain))


def codes(text: str, toks: Sequence[Token]) -> Iterator[Found]:
    """Letters and digits written as one, or a letter and a number with a dash: order numbers, vehicles, house numbers, initials with a year."""
    at = 0
    while at < len(toks):
        end = at
        while end + 1 < len(toks) and text[toks[end].end : toks[end + 1].start] in ("", "-", "_", "/") and toks[end].digits != toks[end + 1].digits:
            end += 1
        part = toks[at : end + 1]
        if len(part) > 1 and not _plain_code(part):
            yield Found(part[0].start, part[-1].end, "code", text[part[0].start : part[-1].end])
        at = end + 1


def _plain_code(part: Sequence[Token]) -> bool:
    """5kg, 11am, 3AC, iphone15, 12-sector: a number with its unit or a word with a small number."""
    whole = "".join([t.key for t in part])
    if whole in _CODES or word_of(whole).status == "common":
        return True
    words = [t for t in part if not t.digits]
    digits = max(len(t.key) for t in part if t.digits)
    if digits > 5 and not (digits < 9 and all(w.key in _MONEY for w in words)):
        return False
    return all(w.key in _UNITS or (len(w.key) > 2 and word_of(w.key).status == "common") for w in words)


def addresses(text: str, toks: Sequence[Token]) -> Iterator[Found]:
    """The numbers of houses, flats, plots, lanes and sectors, in digits or one number word."""
    for i, t in enumerate(toks):
        if t.key not in _BEFORE_NUMBERS:
            continue
        j = i + 1
        named = j < len(toks) and toks[j].key in _NUMBER | {"no"}
        j += named
        if j < len(toks) and (named or t.key in _PLACES) and text[toks[j - 1].end : toks[j].start].strip() in ("", "-", ".", ":", "#", ".:", "no.", "/"):
            yield from _house(text, toks, j)
        if i > 1 and toks[i - 1].key in _NUMBER and toks[i - 2].digits:
            yield _number(toks[i - 2])
    for m in _HASHED.finditer(text) if "#" in text else ():
        yield Found(m.start(1), m.end(1), "number", ascii_digits(m[1]), (Piece(m.start(1), m.end(1), ascii_digits(m[1]), "d"),))


def _house(text: str, toks: Sequence[Token], j: int) -> Iterator[Found]:
    """12, 12/3, 12-A, B 204, barah."""
    if not toks[j].digits and len(toks[j].key) == 1 and j + 1 < len(toks) and toks[j + 1].digits and toks[j].key.isascii():
        yield Found(toks[j].start, toks[j + 1].end, "code", text[toks[j].start : toks[j + 1].end])
        return
    if not toks[j].digits:
        sense = sense_of(text[toks[j].start : toks[j].end])
        if sense and sense.role == "n" and not sense.ordinal and sense.value.denominator == 1 and sense.care != "do":
            digits = str(int(sense.value))
            yield Found(toks[j].start, toks[j].end, "number", digits, (Piece(toks[j].start, toks[j].end, digits, "w", sense),))
        return
    yield _number(toks[j])
    if j + 1 < len(toks) and toks[j + 1].digits and text[toks[j].end : toks[j + 1].start] in ("/", "-"):
        yield _number(toks[j + 1])


def _number(token: Token) -> Found:
    return Found(token.start, token.end, "number", token.key, (Piece(token.start, token.end, token.key, "d"),))


def spaced(text: str, toks: Sequence[Token]) -> Iterator[Found]:
    """Words written letter by letter ("R a h u l", "R.a.h.u.l"), and codes so."""
    at = 0 if sum([t.end - t.start == 1 for t in toks]) >= SPELLED else len(toks)
    while at < len(toks):
        end = at
        while end + 1 < len(toks) and _letter(toks[end]) and _letter(toks[end + 1]) and GAP.fullmatch(text[toks[end].end : toks[end + 1].start]):
            end += 1
        part = toks[at : end + 1]
        letters = [t for t in part if not t.digits]
        if len(letters) >= SPELLED:
            value = "".join([t.key for t in part])
            if word_of(value).status != "common":
                yield Found(part[0].start, part[-1].end, "name" if len(letters) == len(part) else "code", value)
        at = end + 1


def _letter(token: Token) -> bool:
    return token.end - token.start == 1
