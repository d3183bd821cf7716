"""How mixed is Hinglish: code-mixing index and switch points of token languages.

Code-mixing index after Das and Gambäck (2014): 100 · (1 − max(w_lang) / (n − u)), where u counts language-free tokens (names,
digits, marks). Hindi number words are hi, English ones en. A switch is a change of language between neighbouring hi or en tokens.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from hinglish.lexicon import Lang


class _Token(Protocol):
    @property
    def lang(self) -> Lang: ...
    @property
    def kind(self) -> str: ...


class Mixing(NamedTuple):
    """Means over a set: `cmi` over messages with both languages, `switches` per boundary in those, words a message (median)."""

    cmi: float
    switches: float
    median_words: float
    mixed_rows: int
    rows: int


def languages(tokens: Iterable[_Token]) -> list[Lang]:
    """The languages that count: names, digits and marks are language-free."""
    return [t.lang for t in tokens if t.lang != "other" and t.kind != "name"]


def cmi(langs: Sequence[Lang]) -> float:
    """Code-mixing index of one message, 0 to 50 for two languages."""
    if not langs:
        return 0.0
    hindi = sum(lang == "hi" for lang in langs)
    return 100 * (1 - max(hindi, len(langs) - hindi) / len(langs))


def switch_rate(langs: Sequence[Lang]) -> float:
    """Share of boundaries between counted tokens at which the language changes."""
    if len(langs) < 2:
        return 0.0
    return sum(a != b for a, b in pairwise(langs)) / (len(langs) - 1)


def mixing(utterances: Sequence[Sequence[_Token]]) -> Mixing:
    """The mixing of a set of messages."""
    counted = [languages(u) for u in utterances]
    both = [c for c in counted if "hi" in c and "en" in c]
    lengths = sorted(sum(t.kind != "mark" for t in u) for u in utterances)
    return Mixing(
        cmi=sum(map(cmi, both)) / len(both) if both else 0.0,
        switches=sum(map(switch_rate, both)) / len(both) if both else 0.0,
        median_words=float(lengths[len(lengths) // 2]) if lengths else 0.0,
        mixed_rows=len(both),
        rows=len(counted),
    )
