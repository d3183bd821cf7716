"""One number: a stack of parts, each with its place (1, 100, 1000 …), and the fractions said of it.

A scale multiplies every part smaller than itself, so that "14 हज़ार 258 करोड़" is 14,258 crore and "एक लाख पच्चीस हज़ार" 1,25,000. A part
must be smaller than the place before it; what does not fit ends the number.
"""

from fractions import Fraction
from typing import Final, NamedTuple

from hinglish.numeral_tokens import Tok
from hinglish.numeral_words import SEPARATE_UNITS

_OF: Final = frozenset({"का", "की", "के", "ka"})
_OVER: Final = frozenset({"बटा", "बटे", "बट्टा", "batta", "बाई"})
AND: Final = frozenset({"और", "aur", "and", "व", "एवं", "एंड"})
_SHARE: Final = frozenset({"भाग", "हिस्सा", "हिस्से", "bhag", "hissa"})


class Core(NamedTuple):
    """One number: where it ends, its value, its first part before any scale, whether a scale was said."""

    end: int
    value: Fraction
    lead: Fraction
    scaled: bool
    simple: bool
    ordinal: bool = False
    slip: bool = False
    part: bool = False
    dozen: bool = False


class Part(NamedTuple):
    """A part of a number in the stack."""

    value: Fraction
    place: Fraction


class Numbers:
    """One message's tokens, read from left to right. `loose`: the text is one number, so every reading is open."""

    def __init__(self, toks: list[Tok], loose: bool) -> None:
        self.toks, self.loose, self.n = toks, loose, len(toks)
        self.roles = [t.role for t in toks]  # asked many times a token

    def role(self, i: int) -> str:
        """The role of token i; "" past the end."""
        return self.roles[i] if 0 <= i < self.n else ""

    def word(self, i: int) -> str:
        """The folded text of token i; "" past the end."""
        return self.toks[i].folded() if 0 <= i < self.n else ""

    def value(self, i: int) -> Fraction:
        """The value of token i, a number in digits or words."""
        tok = self.toks[i]
        return tok.value if tok.value is not None else tok.sense.value if tok.sense else Fraction(0)

    def ordinal(self, i: int) -> bool:
        """Whether token i is पाँचवाँ and the like."""
        sense = self.toks[i].sense
        return bool(sense and sense.ordinal)

    def english(self, i: int) -> bool:
        """Whether token i is an English number word."""
        sense = self.toks[i].sense if 0 <= i < self.n else None
        return bool(sense and sense.role == "n" and sense.lang == "en")

    def small(self, i: int) -> tuple[int, Fraction] | None:
        """A number without a scale at i: digits, 0–99 in words, सवा पाँच, साढ़े तीन, डेढ़, twenty five, two and a half."""
        role = self.role(i)
        if role == "prefix":
            step = self.value(i)
            if self.role(i + 1) in ("n", "digits") and not self.english(i + 1):
                return i + 2, self.value(i + 1) + step
            alone = self.loose or not self.toks[i].text.isascii()
            if step == Fraction(1, 2) or (self.role(i + 1) not in ("scale", "unit", "money", "dozen", "half") and not alone):
                return None
            return i + 1, Fraction(3, 4) if step < 0 else 1 + step
        if role == "half":
            joined = i + 2 if self.word(i + 1) in ("a", "an") else i + 1
            if self.word(i + 1) in ("paav", "pav", "pao", "पाव") and self.role(i + 1) == "half":
                return i + 2, self.value(i) / 4
            return joined, self.value(i)
        if role in ("digits", "n"):
            end, value = (i + 1, self.value(i)) if role == "digits" else self.spoken(i)
            if self.word(end) == "and" and self.word(end + 1) in ("a", "half") and "half" in (self.word(end + 1), self.word(end + 2)):
                return end + (3 if self.word(end + 1) == "a" else 2), value + Fraction(1, 2)
            if self.word(end) in ("paav", "pav", "pao", "पाव") and self.role(end) == "half":
                return end + 1, value / 4
            return end, value
        return None

    def spoken(self, i: int) -> tuple[int, Fraction]:
        """Number words at i: a Hindi one, or English tens with their units; "one twenty five" is 125, "nineteen fifty" 1950."""
        first = self.value(i)
        if not self.english(i):
            return i + 1, first
        end, value = i + 1, first
        hyphen = 1 if self.role(end) == "-" and self.toks[end].glued else 0
        if 20 <= first <= 90 and first % 10 == 0 and self.english(end + hyphen) and 0 < self.value(end + hyphen) < 10:
            return end + hyphen + 1, first + self.value(end + hyphen)
        if (1 <= first <= 9 or first in (18, 19)) and self.english(end) and self.value(end) >= 20:
            end, rest = self.spoken(end)
            return end, value * 100 + rest
        return end, value

    def decimals(self, i: int) -> tuple[int, Fraction] | None:
        """"दशमलव सात पाँच" at i: each digit said, or a group of digits."""
        if self.role(i) != "point":
            return None
        said, j = "", i + 1
        while self.role(j) in ("n", "digits") and self.value(j).denominator == 1 and (self.value(j) < 100 or self.role(j) == "digits"):
            if said and (self.value(j) > 9 or len(said) > 12):
                break
            said += self.toks[j].text if self.role(j) == "digits" else str(self.value(j))
            j += 1
        digits = "".join(c for c in said if c.isdigit())
        return (j, Fraction(int(digits), 10 ** len(digits))) if digits else None

    def core(self, i: int) -> Core | None:
        """The number at i with its scales: the longest that the stack allows."""
        parts: list[Part] = []
        best: Core | None = None
        before: Core | None = None
        lead, j, smalls = Fraction(0), i, 0
        while j < self.n:
            hyphen = self.role(j) == "-" and self.toks[j].glued and self.role(j + 1) == "scale" and self.role(j - 1) == "digits"
            j = j + 1 if hyphen else j  # $75-million
            tok, slip = self.toks[j], False
            scale = self.value(j) if tok.role == "scale" else None
            if scale is not None:
                below = [p for p in parts if p.place < scale]
                heavy = scale == 100 and sum(p.value for p in below) >= 100 and self.role(j - 1) != "digits"
                if (parts and not below) or heavy:
                    break
                coefficient = sum((p.value for p in below), Fraction(0)) if below else Fraction(1)
                kept = parts[:len(parts) - len(below)]
                if kept and kept[-1].place <= scale:
                    best = before if below[-1].place == 1 else best  # सौ दो सौ: the small number belongs to the scale after it
                    break
                slip = len(below) == 1 and below[0].place == 1 and self.role(j - 1) == "digits" and coefficient >= scale
                lead = lead or coefficient
                parts = [*kept, Part(coefficient * scale, scale)]
                j += 1
            else:
                point = self.decimals(j)
                if point and (parts or self.loose):
                    parts = [*parts, Part(point[1], Fraction(1, 10))] if parts and parts[-1].place > 1 else [
                        *parts[:-1], Part((parts[-1].value if parts else 0) + point[1], Fraction(1))]
                    j = point[0]
                    lead = lead if len(parts) > 1 else parts[0].value
                else:
                    j = j + 1 if tok.text.lower() == "and" and parts and parts[-1].place >= 100 and self.english(j + 1) else j
                    j = j + 1 if self.role(j) == "," and parts and parts[-1].place >= 1000 and self.joins_after_comma(j) else j
                    got = self.small(j)
                    if got is None or not self.fits(parts, j, got):
                        break
                    smalls += 1
                    j, value = got
                    lead = lead if parts else value
                    parts = [*parts, Part(value, Fraction(1))]
            before = best
            simple = len(parts) == 1 and smalls <= 1
            total, scaled = sum((p.value for p in parts), Fraction(0)), any(p.place > 1 for p in parts)
            best = Core(j, total, lead, scaled, simple, self.ordinal(j - 1), slip)
            if slip or best.ordinal:
                break
        if best is None and self.role(i) == "dozen":
            return Core(i + 1, Fraction(12), Fraction(1), True, True, dozen=True)
        return self.dozens(best) if best else None

    def joins_after_comma(self, j: int) -> bool:
        """Whether a comma stands inside a number in words ("one lakh, twenty five thousand")."""
        got = self.small(j + 1)
        return bool(got and self.role(got[0]) == "scale")

    def fits(self, parts: list[Part], j: int, got: tuple[int, Fraction]) -> bool:
        """Whether a small number may follow the parts read so far."""
        if not parts:
            return True
        end, value = got
        last = parts[-1]
        if last.place <= 1 or value >= last.place or last.value % last.place != 0:
            return False
        if self.role(j) == "half" or value == 0:
            return False
        following = self.toks[end].sense if end < self.n else None
        return not (following and following.role == "unit" and following.name in SEPARATE_UNITS and last.place >= 1000)

    def dozens(self, core: Core) -> Core:
        """A dozen after the number multiplies it."""
        if self.role(core.end) == "dozen":
            return core._replace(end=core.end + 1, value=core.value * 12, scaled=True, dozen=True)
        return core

    def rational(self, i: int) -> Core | None:
        """A number with a fraction said of it: सात बटे नौ, दो तिहाई, आठ का तीसरा भाग, दस में से चार, छह और तीन चौथाई."""
        core = self.core(i)
        if core is None:
            return None
        j = core.end
        if self.role(j) == "part":
            core = core._replace(end=j + 1, value=core.value * self.value(j), part=True)
        elif self.word(j) in _OVER or (self.word(j) == "/" and self.toks[i].sense is not None):
            core = self.divided(core, self.core(j + 1), ordinal=False)
        elif self.word(j) in _OF:
            core = self.divided(core, self.core(j + 1), ordinal=True)
        elif self.word(j) in ("में", "me", "mein") and self.word(j + 1) in ("से", "se"):
            share = self.core(j + 2)
            if share and 0 < share.value <= core.value and share.value.denominator == 1 and self.role(share.end) not in ("unit", "money"):
                core = core._replace(end=share.end, value=share.value / core.value, part=True)
        if self.word(core.end) in AND and not core.part:
            more = self.rational(core.end + 1)
            if more and more.part and not more.ordinal:
                return core._replace(end=more.end, value=core.value + more.value, part=True)
        return core

    def divided(self, core: Core, below: Core | None, ordinal: bool) -> Core:
        """core ÷ below, if below is there and an ordinal where one is needed."""
        if below is None or below.value == 0 or below.ordinal != ordinal:
            return core
        end = below.end + 1 if ordinal and self.word(below.end) in _SHARE else below.end
        return core._replace(end=end, value=core.value / below.value, part=True)

    def spelled(self, i: int) -> tuple[int, str] | None:
        """Digits said one by one (नौ आठ सात छह …; शून्य शून्य एक): three or more single digits, or two after a zero."""
        j = i
        while self.role(j) == "n" and self.value(j) <= 9 and not self.ordinal(j):
            j += 1
        if self.role(j) == "scale" or j - i < (2 if self.role(i) == "n" and self.value(i) == 0 else 3):
            return None
        return j, "".join(str(self.value(k)) for k in range(i, j))
