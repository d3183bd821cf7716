"""Patterns of numbers that name a person: for the lint (only patterned ones are written) and, later, for redaction.

India reserves no phone range for fiction, so phones come from data/lexicon/phones.txt alone. Identifiers with a check digit
(Aadhaar: Verhoeff; cards: Luhn) may only be written if they fail it.
"""

from functools import cache
from typing import Literal, NamedTuple

import regex

from hinglish.lexicon import DATA
from hinglish.script import ascii_digits

Kind = Literal["phone", "aadhaar", "pan", "card", "ifsc", "upi", "email"]

_PHONE_ABROAD = regex.compile(r"(?<![0-9A-Za-z])(?:\+|00)91[ -]?[6-9](?:[ -]?[0-9]){9}(?![0-9A-Za-z])")
_PATTERNS: dict[Kind, regex.Pattern[str]] = {
    "email": regex.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"),
    "upi": regex.compile(r"(?<![\w.])[A-Za-z0-9._-]{2,}@[A-Za-z]{2,}(?![\w.])"),
    "ifsc": regex.compile(r"(?<![A-Za-z0-9])[A-Za-z]{4}0[A-Za-z0-9]{6}(?![A-Za-z0-9])"),
    "pan": regex.compile(r"(?<![A-Za-z0-9])[A-Za-z]{3}[ABCFGHLJPTabcfghljpt][A-Za-z][0-9]{4}[A-Za-z](?![A-Za-z0-9])"),
    "card": regex.compile(r"(?<![0-9])[2-6][0-9]{3}(?:[ -]?[0-9]{4}){3}(?![0-9])"),
    "aadhaar": regex.compile(r"(?<![0-9])[2-9][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])"),
    "phone": regex.compile(r"(?<![0-9A-Za-z])(?:(?:\+|00)?91[ -]?|0)?[6-9](?:[ -]?[0-9]){9}(?![0-9A-Za-z])"),
}
# Verhoeff's dihedral tables (1969): product, and the permutation by place.
_D = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_P = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)


class Found(NamedTuple):
    """One identifier: [start, end) in code points, its kind, and its characters without spaces or dashes."""

    start: int
    end: int
    kind: Kind
    value: str


@cache
def patterned_phones() -> frozenset[str]:
    """The 300 numbers that may be written."""
    lines = (DATA / "lexicon" / "phones.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line[:1].isdigit())


def luhn(digits: str) -> bool:
    """Does a card number pass its check digit (ISO/IEC 7812-1)?"""
    total = 0
    for i, c in enumerate(reversed(digits)):
        n = int(c) * (2 if i % 2 else 1)
        total += n - 9 if n > 9 else n
    return total % 10 == 0


def verhoeff(digits: str) -> bool:
    """Does an Aadhaar number pass its check digit?"""
    c = 0
    for i, d in enumerate(reversed(digits)):
        c = _D[c][_P[i % 8][int(d)]]
    return c == 0


def identifiers(text: str) -> list[Found]:
    """Every identifier-like stretch, in any digits, longest kinds first; none overlaps another."""
    plain = ascii_digits(text)
    out: list[Found] = []
    taken = bytearray(len(plain))
    patterns: list[tuple[Kind, regex.Pattern[str]]] = [("phone", _PHONE_ABROAD), *_PATTERNS.items()]
    for kind, pattern in patterns:
        for m in pattern.finditer(plain):
            if not any(taken[m.start() : m.end()]):
                taken[m.start() : m.end()] = b"\1" * (m.end() - m.start())
                out.append(Found(m.start(), m.end(), kind, regex.sub(r"[ -]", "", m[0]) if kind != "email" else m[0]))
    return sorted(out)


def unsafe(text: str) -> list[Found]:
    """Identifiers that must not be written: an unpatterned phone, a number that passes its check digit, any PAN, IFSC, UPI id, e-mail,
    but those of redaction, which end in "invalid".

    919876543210 can be read as an Aadhaar number or as a phone with its country code: it must be safe as both.
    """
    plain = ascii_digits(text)
    phones = [Found(m.start(), m.end(), "phone", regex.sub(r"[ -]", "", m[0])) for m in _PATTERNS["phone"].finditer(plain)]
    return sorted({f for f in (*identifiers(text), *phones) if not _safe(f)})


def _safe(found: Found) -> bool:
    if found.kind == "phone":
        return found.value[-10:] in patterned_phones()
    if found.kind == "card":
        return not luhn(found.value)
    if found.kind in ("upi", "email"):  # .invalid is nobody's, for good (RFC 2606), and no bank is called so
        return found.value.lower().endswith(("@invalid", ".invalid"))
    return found.kind == "aadhaar" and not verhoeff(found.value)
