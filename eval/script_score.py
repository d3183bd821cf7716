"""Script compliance, word by word and in both directions: Hindi not in Latin, English not in Devanagari.

With gold's help a word is right where gold has it, and wrong where gold has it in the other script. Without gold the message's own
words decide, as our kernel reads them, and then the word by itself. The kernel knows the train partition of the lexicon only.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from hinglish.lexicon import Partition
from hinglish.script import fold, script_of
from schemas.compare import folded
from schemas.grounding import Heard, same_sound, sure
from schemas.reread import compliant

KNOWN: Partition = "train"
Fault = Literal["", "hi_latin", "en_deva"]


class Tally(NamedTuple):
    """Words by language, and those of each that stand in the other language's script."""

    hi: int = 0
    hi_latin: int = 0
    en: int = 0
    en_deva: int = 0

    @property
    def clean(self) -> bool:
        """Is every word in its script?"""
        return not (self.hi_latin or self.en_deva)


def tally(faults: Iterable[tuple[str, Fault]]) -> Tally:
    """Count (script, fault) of words: a fault belongs to the language whose word it is."""
    hi = hi_latin = en = en_deva = 0
    for script, fault in faults:
        if fault == "hi_latin":
            hi, hi_latin = hi + 1, hi_latin + 1
        elif fault == "en_deva":
            en, en_deva = en + 1, en_deva + 1
        elif script == "devanagari":
            hi += 1
        else:
            en += 1
    return Tally(hi, hi_latin, en, en_deva)


def with_gold(answer: Sequence[str], gold: frozenset[str]) -> Tally:
    """The words of an answer beside the folded words of gold's text leaves."""
    return tally([(script_of(w), _beside(w, gold)) for w in answer])


@lru_cache(maxsize=1 << 16)
def _beside(word: str, gold: frozenset[str]) -> Fault:
    if folded(word, "lenient") in gold:
        return ""
    script = script_of(word)
    if script == "roman" and any(script_of(g) == "devanagari" and same_sound(word, g, KNOWN) for g in gold):
        return "hi_latin"
    if script == "devanagari" and any(script_of(g) == "roman" and same_sound(g, word, KNOWN) for g in gold):
        return "en_deva"
    return _alone(word)


@lru_cache(maxsize=1 << 16)
def _alone(word: str) -> Fault:
    """A word by itself: a mixed one is Hindi gone wrong, else what the lexicon's train words say."""
    script = script_of(word)
    if script == "mixed":
        return "hi_latin"
    if compliant(word, KNOWN):
        return ""
    return "en_deva" if script == "devanagari" else "hi_latin"


def without_gold(answer: Sequence[str], message: Sequence[Heard]) -> Tally:
    """The words of an answer by the words of the message that they came from; what came from none is judged by itself."""
    return tally([(script_of(w), _traced(w, message)) for w in answer])


def _traced(word: str, message: Sequence[Heard]) -> Fault:
    script, bare = script_of(word), folded(word, "lenient")
    fault: Fault = ""
    for said in message:
        if folded(said.norm, "lenient") == bare:
            return ""
        if not sure(said, KNOWN):
            continue
        written = script_of(said.text)
        if said.lang == "hi" and script == "roman" and (said.text.lower() == word.lower() or (written == "devanagari" and same_sound(word, said.text, KNOWN))):
            fault = "hi_latin"
        if said.lang == "en" and script == "devanagari" and (fold(said.text) == bare or (written == "roman" and same_sound(said.text, word, KNOWN))):
            fault = "en_deva"
    return fault or _alone(word)
