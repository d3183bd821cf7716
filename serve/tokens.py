"""A plain text cut into stretches of letters and of digits, each with all that is known of it by itself: looked up once a word.

What stands beside a word is looked at in finders.py, digit_runs.py and redact.py.
"""

import re
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from hinglish.numeral_words import Sense, sense_of
from hinglish.script import ascii_digits
from serve.vocabulary import COMMON, Word, begins_phrase, key, usual_spellings, word_of

MARKS: Final = "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"
TOKEN: Final = re.compile(rf"(?P<d>[0-9०-९]+)|(?P<w>(?:[^\W\d_]+|[{MARKS}\u0300-\u036f]+)+)")
_ASCII: Final = re.compile(r"(?P<d>[0-9]+)|(?P<w>[A-Za-z]+)")  # the same, at half the time
AGAIN: Final = {"double": 2, "dabal": 2, "triple": 3, "tripal": 3, "डबल": 2, "ट्रिपल": 3}
_ALSO: Final = {"oh": "0", "jeero": "0", "jiro": "0", "zeero": "0", "ज़ेरो": "0", "फोर": "4", "ninty": "90", "fourty": "40", "sevan": "7"}


class Said(NamedTuple):
    """What a word says as part of a number said digit by digit: its digits; `again` how often it has the next one said."""

    digits: str
    how: Literal["w"]
    sense: Sense | None
    again: int


class Token(NamedTuple):
    """A stretch of letters or of digits: [start, end), its look-up key (digits in ASCII), and whether it is digits.

    Of letters also what the word is to redaction, what it says as part of a number, and whether a fixed phrase may begin with it.
    """

    start: int
    end: int
    key: str
    digits: bool
    word: Word = COMMON
    said: Said | None = None
    begins: bool = False


def tokens(text: str) -> list[Token]:
    """Letters and digits of a plain text, apart."""
    out = []
    for m in (_ASCII if text.isascii() else TOKEN).finditer(text):
        start, end = m.span()
        if m.lastgroup == "d":
            out.append(Token(start, end, ascii_digits(m[0]), True))
        else:
            looked, word, said, begins = _known(m[0])
            out.append(Token(start, end, looked, False, word, said, begins))
    return out


def warm() -> None:
    """Look up what is mostly written, half a second for all of it."""
    for word in usual_spellings():
        _known(word)


@lru_cache(maxsize=1 << 16)
def _known(word: str) -> tuple[str, Word, Said | None, bool]:
    """What is known of a word by itself: its key and the last fields of its token."""
    looked = key(word)
    return looked, word_of(word), _said(word, looked), begins_phrase(looked)


def _said(word: str, looked: str) -> Said | None:
    if looked in AGAIN:
        return Said("", "w", None, AGAIN[looked])
    if looked in _ALSO:
        return Said(_ALSO[looked], "w", None, 0)
    sense = sense_of(word)
    whole = sense is not None and sense.role == "n" and not sense.ordinal and sense.value.denominator == 1 and sense.value < 100
    return Said(str(int(sense.value)), "w", sense, 0) if whole and sense else None
