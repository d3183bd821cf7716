"""Are two values too much alike to stand as the wrong one and the right one of a correction?

"छह बजे, नहीं 6 बजे", "HDFC Bank, नहीं HDFC" and "5 साल, नहीं 5 years" correct nothing; nor does "morning, नहीं पौने दो बजे", which
are not of one kind.
"""

from functools import lru_cache
from typing import Any

from hinglish.numerals import read

_SAME = {
    "years": "साल", "year": "साल", "months": "महीने", "month": "महीने", "महीना": "महीने", "days": "दिन", "tomorrow": "कल", "today": "आज",
    "morning": "सुबह", "evening": "शाम", "monday": "सोमवार", "tuesday": "मंगलवार", "wednesday": "बुधवार", "thursday": "गुरुवार",
    "friday": "शुक्रवार", "saturday": "शनिवार", "sunday": "रविवार", "इतवार": "रविवार", "daily": "रोज़", "रोज़ाना": "रोज़",
}  # fmt: skip


@lru_cache(maxsize=1 << 14)
def _plain(text: str) -> tuple[str, ...]:
    """Words with numbers as their values and English days as Hindi ones."""
    out = []
    for word in text.casefold().split():
        value = read(word).value
        out.append(_SAME.get(word, word) if value is None else str(value))
    return tuple(out)


def _counted(words: tuple[str, ...]) -> bool:
    return any(w[:1].isdigit() for w in words)


def alike(a: Any, b: Any, slot: str = "") -> bool:
    """Equal, or one within the other; for an hour also where only one of them names a clock time."""
    if not isinstance(a, str) or not isinstance(b, str):
        return bool(a == b)
    x, y = _plain(a), _plain(b)
    return set(x) <= set(y) or set(y) <= set(x) or (slot == "time" and _counted(x) != _counted(y))
