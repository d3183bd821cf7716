"""The grammar of amounts: tokens → readings (values, ranges, a value each, slips), with sign, currency and unit.

Where a writer lost a point ("3 65 crore") or said a scale twice ("25000 hazaar"), the reading is flagged and has no value.
"""

from fractions import Fraction
from typing import Final, Literal, NamedTuple

from hinglish.numeral_core import AND, Core, Numbers
from hinglish.numeral_words import MONEY_PARTS, TIME_UNITS

Kind = Literal["exact", "range", "each", "approx", "none"]


class Reading(NamedTuple):
    """What a number means. `value` is None for a range and wherever it would be a guess; `flags` say why."""

    value: Fraction | None = None
    kind: Kind = "none"
    low: Fraction | None = None
    high: Fraction | None = None
    unit: str | None = None
    flags: tuple[str, ...] = ()


NOTHING: Final = Reading()
_TO: Final = frozenset({"se", "से", "to", "–", "-", "—", "टू"})
_PAIRS: Final[frozenset[tuple[int, int]]] = frozenset({(2, 4), (5, 7), (5, 10), (8, 10), (10, 12)})
_CLAUSE_END: Final = frozenset({"", "की", "का", "के", "में", "है", "हैं", "थी", "hai", "ka", "ki", "mein", "me"})


class Grammar(Numbers):
    """The phrases around a number."""

    def money(self, i: int) -> tuple[int, str | None, bool]:
        """Signs and currency before a number at i: where the number starts, the currency, whether negative."""
        unit, negative, j = None, False, i
        while j < self.n:
            role, word = self.role(j), self.word(j)
            if role == "minus" and (word != "ऋण" or self.loose):
                negative = True
            elif role == "money" and unit is None and self.toks[j].sense is not None and word not in ("पैसे", "paise", "पैसा", "re"):
                unit = self.toks[j].sense.name  # type: ignore[union-attr]  # just tested
            elif role == "money" and unit is not None and word in ("$", "₹", "£"):
                pass
            elif word in ("-", "−") and self.minus_sign(j):
                negative = True
            elif not (word == "." and self.word(j - 1) in ("rs", "रु", "रू") and unit) and word not in ("+", "प्लस", "plus"):
                break
            j += 1
        return j, unit, negative

    def minus_sign(self, j: int) -> bool:
        """Whether a hyphen at j is a minus: nothing, or a space, before it, and digits or a currency after."""
        free = j == 0 or self.role(j - 1) == "money" or (not self.toks[j].glued and self.role(j - 1) not in ("digits", "n", "scale"))
        near = j + 1 < self.n and (self.toks[j + 1].glued or j == 0)
        return free and near and self.role(j + 1) in ("digits", "money")

    def phrase(self, i: int) -> tuple[int, Reading] | None:
        """The reading that starts at token i, and where it ends."""
        tok = self.toks[i]
        if tok.kind in ("clock", "date", "group"):
            return i + 1, Reading(flags=({"clock": "clock", "date": "date"}.get(tok.kind, "digits"),))
        j, unit, negative = self.money(i)
        if j == self.n or (j > i and self.role(j) not in ("digits", "n", "scale", "prefix", "half", "point")):
            return None
        spelled = self.spelled(j)
        if spelled:
            return spelled[0], Reading(Fraction(int(spelled[1])), "exact", unit=unit, flags=("digits",))
        first = self.rational(j)
        if first is None:
            return None
        end, reading = self.joined(first, j)
        reading = reading._replace(unit=unit)
        end, reading = self.suffix(end, reading)
        if first.dozen and reading.unit is None:
            reading = reading._replace(unit="dozen")
        if negative and reading.value is not None:
            reading = reading._replace(value=-reading.value)
        if reading.kind == "exact" and self.role(i - 1) == "approx":
            reading = reading._replace(kind="approx")
        return end, self.article(i, end, reading)

    def article(self, i: int, end: int, reading: Reading) -> Reading:
        """Marks एक alone before a plain noun: as often the article as the number one."""
        lone = end == i + 1 and self.word(i) in ("एक", "ek") and not self.loose
        return reading._replace(flags=(*reading.flags, "article")) if lone else reading

    def joined(self, first: Core, start: int) -> tuple[int, Reading]:
        """One number, or two that are a range, a number each, or a number whose point was lost."""
        j, exact = first.end, Reading(first.value, "exact", flags=("ordinal",) if first.ordinal else ())
        if first.slip:
            return j, Reading(flags=("slip",))
        if first.part or first.dozen:
            return j, exact
        sep = self.word(j) in _TO
        k = j + 1 if sep else j
        k = k + 1 if sep and self.role(k) == "money" and self.role(k + 1) == "digits" else k
        if self.role(k) not in ("digits", "n", "half", "prefix") and not (self.role(k) == "scale" and not sep and first.scaled):
            if self.role(j) == "money" and self.word(j + 1) in _TO and self.role(j + 2) in ("digits", "n"):
                k, sep = j + 2, True
            elif not (self.role(k) == "scale" and sep):
                return j, exact
        second = self.core(k)
        if second is None or second.slip or second.part or (second.dozen and not first.simple):
            return j, exact
        return self.pair(first, second, self.word(j) if sep else "", exact, start)

    def pair(self, first: Core, second: Core, sep: str, exact: Reading, start: int) -> tuple[int, Reading]:
        """Decides what two neighbouring numbers are to each other."""
        a, b, digits = first.value, second.lead, self.role(start) == "digits"
        ratio = second.value / second.lead if second.lead else Fraction(1)
        if not first.scaled and second.scaled and not second.simple:
            return first.end, exact
        if first.scaled:
            if second.value == a and second.end - first.end - bool(sep) == first.end - start:
                return second.end, Reading(a, "each")
            steps = not digits and second.scaled and second.simple and first.simple and a / first.lead == ratio
            fair = (sep and a < second.value <= a * 20) or (steps and self.near(first.lead, b))
            return (second.end, Reading(kind="range", low=a, high=second.value)) if fair else (first.end, exact)
        if a == b and (sep not in ("", "से", "se", "to") or not digits) and (not digits or sep == "-"):
            return second.end, Reading(second.value, "each")
        near = self.near(a, b)
        if sep and a < b and b <= max(a * 20, Fraction(20)) and len(str(b)) <= 7:
            return second.end, Reading(kind="range", low=a * ratio, high=b * ratio)
        if not sep and near and (not digits or second.scaled) and (digits or self.role(first.end) != "digits"):
            return second.end, Reading(kind="range", low=a * ratio, high=b * ratio)
        apart = not sep and digits and self.role(first.end) == "digits" and second.simple and a < 1000 and b < 1000
        if apart and (second.scaled or self.loose):  # a point or comma left out: "3 65 crore", "13 499"
            return second.end, Reading(flags=("lost_point",))
        return first.end, exact

    @staticmethod
    def near(a: Fraction, b: Fraction) -> bool:
        """Whether two numbers side by side are said as a range: दो तीन, पाँच सात, दस पंद्रह, बीस तीस."""
        return b == a + 1 or (int(a), int(b)) in _PAIRS or (a >= 10 and a % 5 == 0 and b % 5 == 0 and a < b <= a + 10)

    def suffix(self, end: int, reading: Reading) -> tuple[int, Reading]:
        """Currency, unit and /- after a number; paise after rupees, months after years."""
        j = end
        if self.word(j) == "/" and self.word(j + 1) in ("-", "="):
            return j + (3 if self.role(j + 2) == "money" else 2), reading._replace(unit=reading.unit or "rupees")
        hyphen = 1 if self.role(j) == "-" and self.toks[j].glued else 0
        named = self.naming(j + hyphen)
        if not named:
            return end, reading
        j, name, role = named
        if name == "ordinal":
            return j, reading._replace(flags=(*reading.flags, "ordinal"))
        if reading.unit is not None and role == "unit":
            return end, reading
        reading = reading._replace(unit=reading.unit or name)
        if self.word(j) == "/" and self.word(j + 1) == "-":
            j += 2
        return self.compound(j, reading) if reading.value is not None else (j, reading)

    def naming(self, j: int) -> tuple[int, str, str] | None:
        """A unit or currency at j, over the adjective of a country (12 अमेरिकी डॉलर)."""
        for k in (j, j + 1, j + 2):
            role = self.role(k)
            if role in ("money", "unit") and (k == j or role == "money") and self.toks[k].sense is not None:
                if k > j and (self.toks[k].sense.name in ("rupees", "paise") or self.toks[k].text == "$"):  # type: ignore[union-attr]
                    return None
                return k + 1, self.toks[k].sense.name, role  # type: ignore[union-attr]  # just tested
            if k >= self.n or self.toks[k].kind != "word" or self.toks[k].sense is not None:
                return None
        return None

    def compound(self, j: int, reading: Reading) -> tuple[int, Reading]:
        """The smaller unit said after the greater: "7 डॉलर 20 सेंट", "3 साल 4 महीने"; the smaller unit is the reading's for durations."""
        k = j + 1 if self.word(j) in AND else j
        more = self.core(k)
        if more is None or reading.unit is None or reading.value is None or (more.scaled and self.role(more.end) != "money"):
            return j, reading
        name = self.toks[more.end].sense.name if self.role(more.end) in ("money", "unit") else ""  # type: ignore[union-attr]  # role says so
        if (reading.unit, name) in MONEY_PARTS:
            return more.end + 1, reading._replace(value=reading.value + more.value / 100)
        base = TIME_UNITS.get(reading.unit)
        smaller = TIME_UNITS.get(name)
        if base and smaller and base[0] == smaller[0] and smaller[1] < base[1] and more.value * smaller[1] < base[1]:
            return more.end + 1, reading._replace(value=reading.value * base[1] / smaller[1] + more.value, unit=name)
        cents = reading.unit in ("rupees", "dollar", "euro", "pound") and k == j and not name and 10 <= more.value < 100
        if cents and self.role(k) == "n" and self.word(more.end) in _CLAUSE_END and not more.scaled:
            return more.end, reading._replace(value=reading.value + more.value / 100)
        return j, reading
