"""Does a Roman word look Hindi or English by its letters? A naive Bayes over letter triples, trained at first use."""

from collections import Counter
from functools import cache, lru_cache
from itertools import islice
from math import log

from hinglish import lexicon
from hinglish.english import english_words, met
from hinglish.lexicon import Partition

TAUGHT = 9000


def _grams(word: str) -> list[str]:
    marked = f"<{word}>"
    return [marked[i : i + n] for n in (2, 3) for i in range(len(marked) - n + 1)]


@cache
def _model(partition: Partition | None = None) -> dict[str, float]:
    hindi: Counter[str] = Counter()
    english: Counter[str] = Counter()
    listed: set[str] = set()
    for entry in lexicon.load(partition).entries:
        if entry.lang == "hi":
            for spelling, grade in entry.roman:
                if grade != "rare" and spelling not in listed:
                    listed.add(spelling)
                    hindi.update(g for part in spelling.split() for g in _grams(part))
    known = english_words()
    for word in islice((w for w in met() if w in known and w not in listed), TAUGHT):
        english.update(_grams(word))
    n, m = sum(hindi.values()), sum(english.values())
    return {g: log((hindi[g] + 0.5) / n) - log((english[g] + 0.5) / m) for g in hindi.keys() | english.keys() if hindi[g] + english[g] > 1}


@lru_cache(maxsize=1 << 16)
def roman_odds(word: str, partition: Partition | None = None) -> float:
    """Log odds of Hindi by letters alone, damped: letter groups overlap, so their evidence counts for less than its sum."""
    grams = _grams(word)
    model = _model(partition)
    return 0.4 * sum(model.get(g, 0.0) for g in grams)
