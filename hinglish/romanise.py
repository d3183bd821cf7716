"""Devanagari word → the Roman spellings that people type, most usual first.

The lexicon first; then the words of English said in Devanagari (ट्रेन → train); then a small weighted rule model: each sound offers
spellings with a cost (about −ln of its share), the cheapest paths win, and a spelling met in running text is preferred.
The weights are round numbers chosen by looking at how people write, not fitted.
"""

from functools import lru_cache

from hinglish import lexicon
from hinglish.english import zipf
from hinglish.lexicon import Partition
from hinglish.loans import english_of, odds
from hinglish.spelling import by_rule

MOST = 8
MET = 0.25  # what a spelling gains from being met in running text, for ten times the frequency
LOAN, ODDS = 4.0, 1.8  # what being a loan costs, and what looking like one wins back
FREQUENT = 0.8  # what an English word gains for ten times the frequency
LONG, UNLIKE = 0.25, 0.1  # a long word hardly fits by chance; one much longer or shorter than its letters hardly is meant


def _second(item: tuple[str, float]) -> float:
    return item[1]


def _ranked(word: str, partition: Partition | None = None) -> list[tuple[str, float]]:
    """Spellings by rule and English words by sound on one scale, cheapest first."""
    ruled = by_rule(word)
    floor = ruled[0][1] if ruled else 0.0
    plain = ruled[0][0] if ruled else ""
    scores = {text: cost - floor - MET * zipf(text) for text, cost in ruled}
    for english, misfit in english_of(word, partition):
        chance = LONG * min(len(english), 9) - UNLIKE * abs(len(english) - len(plain))
        cost = LOAN + misfit - chance - ODDS * odds(word, partition) - FREQUENT * zipf(english)
        scores[english] = min(cost, scores.get(english, cost))
    return sorted(scores.items(), key=_second)


@lru_cache(maxsize=1 << 16)
def romanise(word: str, partition: Partition | None = None) -> tuple[str, ...]:
    """Colloquial Roman spellings of one Devanagari word, most usual first, at most eight."""
    lex = lexicon.load(partition)
    found = lex.by_norm.get(word, ()) or lex.by_deva.get(word, ())
    listed = [s for grade in lexicon.GRADES for e in found for s, g in e.roman if g == grade]
    return tuple(dict.fromkeys([*listed, *(s for s, _ in _ranked(word, partition))]))[:MOST]
