"""How well numbers are read, against what other people wrote: numbers_exact and amounts_exact over a file of theirs.

How they are counted, over ALL rows, those with a wrong gold value included:
- numbers_exact (source, input_text, expected_value, unit): a row is right if `find` yields one value and it equals the expected one, or
  if of several values one alone bears the asked unit and equals it. A duration counts in the asked unit (डेढ़ घंटा asked in Minute is
  90); money in its part (पैसे asked as ₹) in the whole. Equality is exact, or to 1e-12 of the value where the gold was printed from a float.
- amounts_exact (surface, value, kind): exact, count, approx and distributive rows are right if `read` gives the value; a range if both
  ends match; punct_lost and slip if the reading is flagged so and no value is guessed.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from hinglish.errors import KhichdiError
from hinglish.numeral_words import TIME_UNITS, sense_of
from hinglish.numerals import Reading, find, in_unit, read

_FLAG: Final = {"punct_lost": "lost_point", "slip": "slip"}


@dataclass(frozen=True, slots=True)
class Miss:
    """A row that was not read as expected."""

    source: str
    text: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Measured:
    """Right of how many, and every miss."""

    right: int
    n: int
    misses: tuple[Miss, ...]

    @property
    def share(self) -> float:
        """Right over all rows."""
        return self.right / self.n


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = [c for c in columns if c not in (reader.fieldnames or ())]
        if missing:
            raise KhichdiError(f"{path}: no column {', '.join(missing)}; the first line must name: {', '.join(columns)}")
        yield from reader


def _same(a: Fraction, b: Fraction) -> bool:
    return a == b or abs(a - b) <= abs(b) * Fraction(1, 10**12)


def asked_unit(label: str) -> str | None:
    """A file's unit ("Canadian dollar", "₹", "Minute") as ours, or None if it is not one of ours."""
    if not label.strip():
        return None
    sense = sense_of(label.lower().split()[-1])
    return sense.name or None if sense else None


def _shown(readings: list[Reading]) -> str:
    said = [str(r.value) if r.value is not None else f"{r.low}..{r.high} {' '.join(r.flags)}" for r in readings]
    return "; ".join(f"{s} {r.unit or ''}".strip() for s, r in zip(said, readings, strict=True)) or "nothing"


def _value(reading: Reading, unit: str | None) -> Fraction | None:
    converted = in_unit(reading, unit) if unit else None
    return converted if converted is not None else reading.value


def number_right(text: str, expected: str, unit: str) -> tuple[bool, str]:
    """Whether a row of the numbers file is right, and what was read."""
    readings = [m.reading for m in find(text) if m.reading.value is not None]
    asked = asked_unit(unit)
    shown = _shown(readings)
    if len(readings) > 1 and asked:
        readings = [r for r in readings if in_unit(r, asked) is not None and (asked in TIME_UNITS or r.unit == asked)]
    value = _value(readings[0], asked) if len(readings) == 1 else None
    return value is not None and _same(value, Fraction(expected)), shown


def numbers_exact(path: Path) -> Measured:
    """The share of rows of a numbers file whose one value, or the one with the asked unit, is right."""
    misses, n = [], 0
    for row in _rows(path, ("source", "input_text", "expected_value", "unit")):
        n += 1
        right, got = number_right(row["input_text"], row["expected_value"], row["unit"] or "")
        if not right:
            misses.append(Miss(row["source"], row["input_text"], f"{row['expected_value']} {row['unit'] or ''}".strip(), got))
    return Measured(n - len(misses), n, tuple(misses))


def amount_right(surface: str, value: str, kind: str) -> tuple[bool, str]:
    """Whether a row of the amounts file is right, and what was read."""
    got = read(surface)
    shown = _shown([got])
    if kind in _FLAG:
        return got.value is None and _FLAG[kind] in got.flags, shown
    if kind == "range":
        low, high = map(Fraction, value.split("-"))
        return got.kind == "range" and (got.low, got.high) == (low, high), shown
    return got.value is not None and _same(got.value, Fraction(value)), shown


def amounts_exact(path: Path) -> Measured:
    """The share of rows of an amounts file that are read as their kind asks."""
    misses, n = [], 0
    for row in _rows(path, ("surface", "value", "kind")):
        n += 1
        right, got = amount_right(row["surface"], row["value"], row["kind"])
        if not right:
            misses.append(Miss(row["kind"], row["surface"], row["value"], got))
    return Measured(n - len(misses), n, tuple(misses))
