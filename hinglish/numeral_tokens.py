"""A message cut into the tokens of numbers: digits with their value, words with what they say, marks. One regex, one pass.

Digits that are part of something else (MX90C, 3AC, rahul99@ybl, 4471-AX, dates, clock times, phone groups) are marked here, so that
the grammar never sees them as amounts. Everything works on code points; ०–९ are read as 0–9.
"""

import re
from fractions import Fraction
from typing import Literal

from hinglish.numeral_words import Sense, sense_of
from hinglish.script import ascii_digits, fold

Kind = Literal["digits", "word", "mark", "clock", "date", "group", "dead"]

_TOKEN = re.compile(
    r"(?=[\d+.])(?:"  # nothing but a digit or such a mark begins what comes first: a letter skips it all
    r"(?P<date>(?<![\d./-])(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}-\d{2}-\d{2})(?![\d/-]))"
    r"|(?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?!\d)|(?<![\d.])\d{1,2}\.\d{2}(?= ?(?:[ap]\.?m\b|baje|बजे)))"
    r"|(?P<group>(?:\+91[ -]?)?[6-9]\d{4}[ -]\d{5}(?!\d)"
    r"|\+91[ -]?\d{10}|\d{4}(?:[ -]\d{4}){2,3}(?!\d)|\d{3}[ -]\d{3}[ -]\d{4}(?!\d))"
    r"|(?P<spaced>(?<![\d.,])[1-9]\d{0,2}(?: \d{3}){2,}(?![\d.,]*\d))"
    r"|(?P<power>\d+(?:\.\d+)?(?:\^[+-]?|e[+-])\d{1,3}(?![\d.]))"
    r"|(?P<ratio>(?:\d{1,4} +)?\d{1,4}/\d{1,4}(?![\d/]))"
    r"|(?P<number>(?:\d{1,2}(?:,\d{2})*,\d{3}|\d{1,3}(?:,\d{3})+)(?!,?\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\d\w.])\.\d+))"
    r"|(?P<vulgar>[¼½¾])"
    r"|(?P<word>छ:(?!\d)|lac's|[a-zA-Z]+|[\u0900-\u0963\u0970-\u097f\u200c\u200d]+|[^\W\d_]+)"
    r"|(?P<mark>[^\s])", re.IGNORECASE)
_VULGAR = {"¼": Fraction(1, 4), "½": Fraction(1, 2), "¾": Fraction(3, 4)}
_SUFFIX = {"k": Sense("scale", Fraction(1000), "en"), "l": Sense("scale", Fraction(100000)), "cr": Sense("scale", Fraction(10**7)),
           "st": Sense("unit", Fraction(0), name="ordinal"), "nd": Sense("unit", Fraction(0), name="ordinal"),
           "rd": Sense("unit", Fraction(0), name="ordinal"), "th": Sense("unit", Fraction(0), name="ordinal"),
           "वां": Sense("unit", Fraction(0), name="ordinal"), "वीं": Sense("unit", Fraction(0), name="ordinal"),
           "वाँ": Sense("unit", Fraction(0), name="ordinal"), "am": Sense("unit", Fraction(0), name="clock"),
           "pm": Sense("unit", Fraction(0), name="clock"), "p": Sense("unit", Fraction(0), name="paise"),
           "x": Sense("unit", Fraction(0), name="times"),
           "g": Sense("unit", Fraction(0), name="gram"), "m": Sense("unit", Fraction(0), name="metre"),
           "d": Sense("unit", Fraction(0), name="day"), "h": Sense("unit", Fraction(0), name="hour")}
_LARGE = {"M": Sense("scale", Fraction(10**6), "en"), "T": Sense("scale", Fraction(10**12), "en")}  # views and turnovers; m is a metre
_LIQUIDS = frozenset({"doodh", "milk", "oil", "tel", "paani", "pani", "water", "coke", "petrol", "diesel", "दूध", "तेल", "पानी"})


class Tok:
    """One token: where it lies, what it says in a number (`sense`), the value of its digits; `glued` to the token before.

    `role` is the sense's; "digits" for a number in digits; the text of a mark; "" for any other word.
    """

    __slots__ = ("_folded", "end", "glued", "kind", "role", "sense", "start", "text", "value")

    def __init__(self, text: str, start: int, end: int, kind: Kind, sense: Sense | None = None, value: Fraction | None = None, glued: bool = False) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.kind = kind
        self.sense = sense
        self.value = value
        self.glued = glued
        self.role: str = "digits" if kind == "digits" else sense.role if sense is not None else text if kind == "mark" else ""
        self._folded: str | None = None

    def folded(self) -> str:
        """The text folded, which rules compare."""
        if self._folded is None:
            self._folded = fold(self.text)
        return self._folded

    def means(self, sense: Sense | None) -> "Tok":
        """The token in another sense, or in none."""
        return Tok(self.text, self.start, self.end, self.kind, sense, self.value, self.glued)


def _power(text: str) -> Fraction | None:
    base, exponent = re.split(r"\^|e", text.lower())
    if "^" not in text:
        base_value, n = Fraction(10), int(exponent)
        return Fraction(base) * base_value**n
    if Fraction(base) == 0:
        return None
    return Fraction(base) ** int(exponent)


def _digits(group: str, text: str, loose: bool) -> tuple[Kind, Fraction | None]:
    if group in ("number", "spaced"):
        return "digits", Fraction(text.replace(",", "").replace(" ", ""))
    if group == "power":
        value = _power(text)
        return ("digits", value) if value is not None else ("dead", None)
    if group == "vulgar":
        return "digits", _VULGAR[text]
    *whole, ratio = text.split()
    top, bottom = map(int, ratio.split("/"))
    plain = loose or (0 < top < bottom and bottom in (2, 3, 4, 5, 8))
    if not bottom or not plain:
        return ("date" if bottom and top <= 31 and bottom <= 12 else "dead"), None
    return "digits", Fraction(top, bottom) + sum(map(Fraction, whole))


def tokenise(text: str, loose: bool = False) -> list[Tok]:
    """The tokens of a message. `loose`: the whole text is one number, so 15/8 is a ratio and no date."""
    out: list[Tok] = []
    for m in _TOKEN.finditer(ascii_digits(text)):
        group, said = m.lastgroup or "mark", m[0]
        glued = bool(out) and out[-1].end == m.start()
        if group == "word":
            out.append(_word(said, m.start(), m.end(), glued, out))
        elif group in ("mark", "clock", "date"):
            sense = sense_of(said) if group == "mark" else None
            out.append(Tok(said, m.start(), m.end(), group, sense, None, glued))  # type: ignore[arg-type]  # the group's name is the kind
        elif group == "group":
            out.append(Tok(said, m.start(), m.end(), "group", None, None, glued))
        else:
            kind, value = _digits(group, said, loose)
            if group == "vulgar" and glued and out[-1].kind == "digits" and value is not None:
                last = out.pop()
                out.append(Tok(last.text + said, last.start, m.end(), "digits", last.sense, (last.value or 0) + value, last.glued))
                continue
            out.append(Tok(said, m.start(), m.end(), kind, None, value, glued))
    return _unglue(out)


def _word(said: str, start: int, end: int, glued: bool, before: list[Tok]) -> Tok:
    if not before or before[-1].kind != "digits":
        return Tok(said, start, end, "word", sense_of(said), None, glued)
    suffix = _LARGE.get(said) or (None if said == "G" else _SUFFIX.get(said.lower()))  # 5G is no weight
    if glued and suffix:
        return Tok(said, start, end, "word", suffix, None, True)
    if not glued and said.lower() == "k":
        return Tok(said, start, end, "word", _SUFFIX["k"], None, False)
    return Tok(said, start, end, "word", sense_of(said), None, glued)


def _dead_at(toks: list[Tok], i: int) -> bool:
    """Whether digits at i are part of a code: glued to letters that are no unit, to @ or to a hyphenated capital word."""
    before, after = toks[i - 1] if i else None, toks[i + 1] if i + 1 < len(toks) else None
    if toks[i].glued and before is not None:
        if before.kind == "word" and before.role not in ("money", "approx", "scale"):
            return True
        if before.text in "@_" or (before.text in "-/" and i > 1 and before.glued and toks[i - 2].kind == "word" and not toks[i - 2].sense):
            return True
    if after is not None and after.glued:
        if after.kind == "word" and after.role not in ("scale", "money", "unit", "dozen"):
            return True
        if after.text in "@_":
            return True
        if after.text == "-" and i + 2 < len(toks):
            then = toks[i + 2]
            return then.glued and then.kind == "word" and then.sense is None and then.text.isascii()
    return False


def _unglue(toks: list[Tok]) -> list[Tok]:
    out: list[Tok] = []
    for i, tok in enumerate(toks):
        if tok.kind == "digits" and _dead_at(toks, i):
            out.append(Tok(tok.text, tok.start, tok.end, "dead", tok.sense, None, tok.glued))
        elif tok.text in "lL" and tok.role == "scale" and i + 1 < len(toks) and toks[i + 1].text.lower() in _LIQUIDS:
            out.append(tok.means(Sense("unit", Fraction(0), name="litre")))
        elif tok.kind == "word" and out and out[-1].kind == "dead" and tok.glued:
            out.append(tok.means(None))
        else:
            out.append(tok)
    return out
