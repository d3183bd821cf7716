"""Runs of digits and number words that are identifiers: phones, Aadhaar, cards, accounts, PIN codes, said and written in any way.

Number words count in both scripts and languages ("nau aath", नौ आठ, nine eight, नाइन एट, double seven, अट्ठानवे छिहत्तर), digits in both
kinds, mixed and with any marks between them. Amounts, clock times and dates are left: see `_spared`.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from hinglish.numeral_context import STEMS
from hinglish.script import ascii_digits
from serve.finders import GAP, Found, Piece
from serve.surrogates import Kind
from serve.tokens import Token

_AMOUNT: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{2})*,[0-9]{3}(?:\.[0-9]{1,2})?|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?|[0-9]+\.[0-9]{1,2}")
_DATE: Final = re.compile(r"(?:0?[1-9]|[12][0-9]|3[01])([-/.])(?:0?[1-9]|1[0-2])\1(?:19|20)?[0-9]{2}|(?:19|20)[0-9]{2}-[01]?[0-9]-[0-3]?[0-9]")
_ROUND: Final = re.compile(r"[1-9][0-9]?0+|[1-9][0-9]{2}")
MONEY: Final = frozenset("₹ rs re inr rupees rupee rupaye rupay rupaya rupya रुपये रुपए रुपया रु rupiya rupiye loan karza karz amount salary".split())
SECRET: Final = frozenset("otp pin cvv mpin password pwd passcode ओटीपी पिन पासवर्ड".split())
PIN: Final = frozenset("pin pincode पिन पिनकोड".split())
SHORTEST: Final = 3  # digits of a secret; of all else at least six
_ANDS: Final = frozenset("aur and phir fir then और फिर".split())


def _pieces(text: str, toks: Sequence[Token]) -> list[Piece | None]:
    """What each token says as part of a number said digit by digit; None for what is no number. Empty where all of them say too little."""
    if sum(map(_most, toks)) < SHORTEST:
        return []
    out = [Piece(t.start, t.end, t.key, "d") if t.digits else Piece(t.start, t.end, *t.said) if t.said else None for t in toks]
    return _spread(_joined(text, out))


def _most(token: Token) -> int:
    """How many digits it may say at most."""
    return len(token.key) if token.digits else len(token.said.digits) + token.said.again if token.said else 0


def _joined(text: str, pieces: list[Piece | None]) -> list[Piece | None]:
    """ "ninety eight" is 98: a unit after an English ten gives the ten its last digit and says none of its own."""
    for i in range(len(pieces) - 1):
        a, b = pieces[i], pieces[i + 1]
        english = a and b and a.sense and b.sense and a.sense.lang == b.sense.lang == "en"
        if english and a and b and len(a.digits) == 2 and a.digits[1] == "0" and a.digits != "10" and "0" < b.digits <= "9" and len(b.digits) == 1:
            pieces[i] = a._replace(digits=a.digits[0]) if text[a.end : b.start].strip(" -") == "" else a
    return pieces


def _spread(pieces: list[Piece | None]) -> list[Piece | None]:
    """ "double seven" is 77: the word says one seven and the digit the other."""
    for i in range(len(pieces) - 1):
        a, b = pieces[i], pieces[i + 1]
        if a and a.again:
            pieces[i] = a._replace(digits=b.digits * (a.again - 1)) if b is not None and len(b.digits) == 1 else None
    if pieces and (last := pieces[-1]) and last.again:
        pieces[-1] = None
    return pieces


def runs(text: str, toks: Sequence[Token]) -> Iterator[Found]:
    """Runs of digits and number words that are identifiers."""
    pieces = _pieces(text, toks)
    at = 0
    while at < len(pieces):
        if pieces[at] is None:
            at += 1
            continue
        end, run = at, [at]
        while (following := _next(text, toks, pieces, end)) is not None:
            end = following
            run.append(end)
        for part in _parts(pieces, _trimmed(text, toks, pieces, run)):
            found = _judged(text, toks, [p for i in part if (p := pieces[i]) is not None], part)
            if found:
                yield found
        at = end + 1


def _parts(pieces: Sequence[Piece | None], run: list[int]) -> list[list[int]]:
    """A run of digits longer than a phone, cut where a phone stands in it: "299 98765 43210 28" is three numbers."""
    sizes = [len(p.digits) if (p := pieces[i]) and p.how == "d" else 99 for i in run]
    if 10 < sum(sizes) < 99 and sum(sizes) not in (12, 16):
        for a in range(len(run)):
            for b in range(a + 2, len(run) + 1):
                first = pieces[run[a]]
                if sum(sizes[a:b]) == 10 and first and first.digits[0] in "6789" and min(sizes[a:b]) > 2:
                    return [part for part in (run[:a], run[a:b], run[b:]) if part]
    return [run]


def _next(text: str, toks: Sequence[Token], pieces: Sequence[Piece | None], at: int) -> int | None:
    """The token that goes on with a run, over marks and at most one "aur"; letters glued to digits end it."""
    for j in (at + 1, at + 2):
        if j >= len(toks):
            return None
        gap = text[toks[j - 1].end : toks[j].start]
        if gap and (not GAP.fullmatch(gap) or "+" in gap):
            return None
        if not gap and toks[j - 1].digits != toks[j].digits and pieces[j] is None:
            return None
        if pieces[j] is not None:
            return None if _whole(toks[at]) or (_whole(toks[j]) and toks[at].key not in ("0", "91", "091", "0091")) else j
        if toks[j].key not in _ANDS:
            return None
    return None


def _whole(token: Token) -> bool:
    """Digits enough to be a number of their own."""
    return token.digits and len(token.key) >= 9


def _trimmed(text: str, toks: Sequence[Token], pieces: Sequence[Piece | None], run: list[int]) -> list[int]:
    """A run without the words at its ends that are verbs or particles there: "98765 43210 do", "bhej do nau aath"."""
    while len(run) > 1 and _loose(pieces[run[0]]) and (toks[run[0] - 1].key in STEMS if run[0] else False):
        run = run[1:]
    while len(run) > 1 and _loose(pieces[run[-1]]):
        before = pieces[run[-2]]
        rest = sum(len(p.digits) for i in run[:-1] if (p := pieces[i]))
        if before and before.how == "d" and rest not in (5, 7, 8, 9, 11, 15):
            run = run[:-1]
        else:
            break
    return run


def _loose(piece: Piece | None) -> bool:
    return piece is not None and piece.sense is not None and bool(piece.sense.care)


def _judged(text: str, toks: Sequence[Token], pieces: list[Piece], run: list[int]) -> Found | None:
    """The kind of a run, or None for an amount, a time, a date or anything short."""
    digits = "".join([p.digits for p in pieces])
    start, end = pieces[0].start, pieces[-1].end
    near = [t.key for t in toks[max(0, run[0] - 3) : run[0]]]
    if SHORTEST <= len(digits) <= 8 and SECRET & set(near) and (len(digits) != 6 or not PIN & set(near)):
        return Found(start, end, "number", digits, tuple(pieces))
    if len(digits) < 6 or _spared(text, pieces, digits, near, toks[run[-1] + 1].key if run[-1] + 1 < len(toks) else ""):
        return None
    return Found(start, end, kind_of(digits), digits, tuple(pieces))


def kind_of(digits: str) -> Kind:
    """What a number of six digits or more is, by its length and first digits."""
    for prefix in ("", "0", "91", "091", "0091"):
        if len(digits) == 10 + len(prefix) and digits.startswith(prefix) and digits[len(prefix)] in "6789":
            return "phone"
    if len(digits) == 12 and digits[0] in "23456789":
        return "aadhaar"
    if len(digits) in (15, 16) and digits[0] in "23456":
        return "card"
    return "pin" if len(digits) == 6 and digits[0] != "0" else "account"


def _spared(text: str, pieces: list[Piece], digits: str, near: Sequence[str], after: str) -> bool:
    """Amounts, dates and counts are no identifiers. A PIN code never ends in 000: its last three digits number a post office from 001."""
    written = ascii_digits(text[pieces[0].start : pieces[-1].end])
    if any(p.how == "w" for p in pieces):
        return len(pieces) < 4 or (all(p.how == "d" for p in pieces[:1]) and len(digits) < 9)
    if _DATE.fullmatch(written) or (_AMOUNT.fullmatch(written) and len(digits) <= 11 - 2 * (digits[0] in "6789")):
        return True
    money = bool(MONEY & {*near[-1:], after}) or text[max(0, pieces[0].start - 2) : pieces[0].start].strip() == "₹"
    if len(pieces) == 1:
        return len(digits) <= 8 and (money or digits.endswith("000"))
    if any(":" in text[a.end : b.start] for a, b in pairwise(pieces)):
        return len(digits) < 9
    dashed = all(text[a.end : b.start] == "-" for a, b in pairwise(pieces)) and not all(_ROUND.fullmatch(p.digits) for p in pieces)
    if len(digits) < 9 and not dashed:
        return not (len(digits) == 6 and [len(p.digits) for p in pieces] == [3, 3] and (PIN & set(near) or pieces[1].digits[0] == "0"))
    return all(_ROUND.fullmatch(p.digits) for p in pieces) and not (len(digits) == 10 and len(pieces) == 2 and digits[0] in "6789")
