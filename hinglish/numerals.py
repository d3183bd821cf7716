"""Numbers as Indians say and write them: read one, find those of a sentence, say one in every style.

    read("सवा लाख").value        → 125000          find("do pizza bhej do") → one match: 2
    read("2-3 lakh")              → range 200000–300000   say(2500, "hundreds_hi") → "पच्चीस सौ"

Values are exact (Fraction). `read` takes a text that is one number; `find` decides in context, precision first.
"""

import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from hinglish.numeral_context import in_context
from hinglish.numeral_read import NOTHING, Grammar, Reading
from hinglish.numeral_say import STYLES, said, say, styles
from hinglish.numeral_tokens import Tok, tokenise
from hinglish.numeral_words import OTHER_SCRIPT, TIME_UNITS
from hinglish.script import fold, nfc

__all__ = ["OTHER_SCRIPT", "STYLES", "Match", "Reading", "find", "in_unit", "read", "said", "say", "styles"]

_FILLERS = ("only matra keval sirf bas total kul poore pure pura सिर्फ़ केवल मात्र कुल पूरे बस the of a an "
            "tak upto up to se zyada jyada adhik kam ke aaspaas har तक से ज़्यादा अधिक कम के आसपास हर")
_FILLER = frozenset(fold(w) for w in _FILLERS.split())
_SUM = re.compile(r"(₹|[Rr]s )?([0-9]{1,9}|[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}|[0-9]{1,3}(?:,[0-9]{3})+)(/-)?")
_WHOLE = frozenset({"clock", "date", "group"})
_SIGNS = frozenset("+-−.")
_BESIDE = frozenset(".,;:!?()+~\"'।")


class Match(NamedTuple):
    """A number in a sentence: [start, end) in code points, and what it means."""

    start: int
    end: int
    reading: Reading


@lru_cache(maxsize=1 << 15)
def read(text: str) -> Reading:
    """The one number that the text is; kind "none" if it is none, or more than one, or holds other words.

    Every reading of a word is open ("do" is 2): use `find` for a sentence.
    """
    if text.isascii() and text.isdigit():
        return Reading(Fraction(int(text)), "exact")
    plain_sum = _SUM.fullmatch(text)  # what the grammar says of it too, at a twentieth of the time
    if plain_sum:
        return Reading(Fraction(int(plain_sum[2].replace(",", ""))), "exact", unit="rupees" if plain_sum[1] or plain_sum[3] else None)
    found = _scan(tokenise(nfc(text).strip(), loose=True), loose=True)
    if len(found) != 1:
        return NOTHING
    toks, start, end, reading = found[0]
    outside = toks[:start] + toks[end:]
    plain = all(t.role == "approx" or t.text in _BESIDE or fold(t.text) in _FILLER for t in outside)
    return reading if plain else NOTHING


@lru_cache(maxsize=1 << 14)
def find(text: str) -> tuple[Match, ...]:
    """Every number of a sentence, in order, by code points of the text as given.

    A clock time, a date and a grouped digit string are matches without a value (flags clock, date, digits); एक before a plain noun
    carries the flag article. The text must be NFC, or the offsets are of its NFC form.
    """
    toks = tokenise(nfc(text))
    if not _bare(toks) or read(text).kind == "none":
        toks = in_context(toks)
    return tuple(Match(t[s].start, t[e - 1].end, r) for t, s, e, r in _scan(toks, loose=False))


def _bare(toks: list[Tok]) -> bool:
    """Whether a text may be a number and nothing else ("do lakh do"): none but number words, one of them beyond doubt or all Devanagari."""
    said = [t for t in toks if t.kind == "word"]
    return all(t.sense for t in said) and (any(t.sense and not t.sense.care and t.role in ("n", "scale") for t in said) or not any(
        t.text.isascii() for t in said))


def _scan(toks: list[Tok], *, loose: bool) -> list[tuple[list[Tok], int, int, Reading]]:
    grammar, out, i = Grammar(toks, loose), [], 0
    while i < len(toks):
        tok = toks[i]
        may_begin = tok.sense is not None or tok.value is not None or tok.kind in _WHOLE or (tok.kind == "mark" and tok.text in _SIGNS)
        got = grammar.phrase(i) if may_begin else None
        if got is None:
            i += 1
            continue
        out.append((toks, i, got[0], got[1]))
        i = got[0]
    return out


def in_unit(reading: Reading, unit: str) -> Fraction | None:
    """The reading's value in the unit named, or None where it has another kind of unit: डेढ़ घंटा in "minute" → 90."""
    if reading.value is None or reading.unit is None:
        return None
    if reading.unit == unit:
        return reading.value
    if (reading.unit, unit) in (("paise", "rupees"), ("cent", "dollar"), ("pence", "pound")):
        return reading.value / 100
    have, want = TIME_UNITS.get(reading.unit), TIME_UNITS.get(unit)
    if have is None or want is None or have[0] != want[0]:
        return None
    return reading.value * have[1] / want[1]
