"""The language of each word in its sentence, and its label form: Roman, Devanagari and mixed messages alike.

Each word gets log odds of Hindi from what is known of it alone (the lexicon, how often English and Hindi use it, its letters);
its neighbours then decide what the word alone leaves open (Viterbi over hi and en). Names and numbers follow the guide.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import regex

from hinglish import lexicon
from hinglish.context import choose
from hinglish.devanagarise import GRADE_COST, candidates
from hinglish.english import english_words, zipf
from hinglish.hindi_words import standard
from hinglish.letters import roman_odds
from hinglish.lexicon import NAMES, Lang, Partition
from hinglish.loans import english_form
from hinglish.script import ascii_digits, nfc, script_of

STAY = 0.9  # log odds that the next word is of the same language; messages switch at a fifth to a third of their boundaries
_WORD = regex.compile(r"[\p{L}\p{M}'’&.-]+")
# Fixed names of several words are read as one; a title may be made of plain words.
PHRASES = (NAMES | {"dish", "grocery", "product"}) - {"song", "artist"}
LEAN, OPEN = 1.0, 2.5  # what a plain neighbour adds to a false friend; beyond these odds a word stands by itself
# Same letters, two languages (labelling guide): log odds of Hindi when nothing else is known; the sentence adds to them.
FALSE_FRIENDS = {
    "to": 1.2, "me": 1.2, "main": 2.5, "is": 1.0, "hi": 1.5, "he": 0.8, "ho": 4.0, "the": 0.5, "per": 0.6, "log": 2.5, "are": 0.0,
    "us": 1.2, "in": -0.2, "so": -0.5,
    "din": 4.0, "sat": 0.0, "sun": 1.2, "sub": 1.0, "door": 0.2, "use": -0.2, "or": 0.4, "fir": 3.0, "mar": 1.0, "man": 1.2, "bus": -0.5,
    "pair": 0.0, "sir": -2.0,
    "do": 2.5, "jio": -2.5, "ola": -2.5, "a": -1.0, "no": -2.5, "we": -2.0, "am": -0.3, "has": -0.5, "jan": 1.0, "bat": 0.5, "bad": 0.5,
    "par": 4.0, "de": 2.5, "ya": 3.0,
    "pe": 4.0, "na": 4.0, "ne": 4.0, "se": 4.0, "ka": 4.5, "ki": 4.5, "ke": 4.5, "ko": 4.5, "hai": 5.0, "hain": 5.0, "bhi": 5.0,
    "tha": 4.0, "thi": 4.0, "mein": 5.0,
    "tu": 4.0, "hum": 4.0, "tum": 4.0, "dil": 4.0, "mere": 3.0, "tere": 4.0, "ham": 1.0, "hame": 3.0, "o": 1.0, "re": 2.0, "e": -0.5,
    "i": -3.0, "by": -3.0, "ban": 2.0, "jaye": 3.0,
    "let": -1.5, "till": -2.0, "more": -2.0, "kale": 1.0, "pal": 2.0, "bin": 1.5, "rate": -2.5, "late": -2.0, "long": -2.5, "pay": -2.5,
    "name": -3.0, "time": -4.0,
}


class Tagged(NamedTuple):
    """A word's language in its sentence and its label form."""

    lang: Lang
    norm: str


@lru_cache(maxsize=1 << 16)
def odds_of_hindi(word: str, partition: Partition | None = None) -> float:
    """Log odds that a lower-case Roman word is Hindi, before its sentence is looked at."""
    if word in FALSE_FRIENDS:
        return FALSE_FRIENDS[word]
    listed = {"hi": 9.0, "en": 9.0, "other": 9.0}
    for entry in lexicon.load(partition).by_roman.get(word, ()):
        cost = GRADE_COST[next(g for s, g in entry.roman if s == word)]
        listed[entry.lang] = min(listed[entry.lang], cost)
    found = candidates(word, partition)
    english = zipf(word)
    out = 0.5 * roman_odds(word, partition) - 0.8 * (english - 3.0)
    if listed["hi"] < 9.0:
        out += 5.0 - listed["hi"]
    elif found:
        out += 0.6 * max(found[0][1], -3.0)
    else:
        out -= 1.5
    if listed["hi"] >= GRADE_COST["rare"] and english > 3.3 and word in english_words():
        out -= 1.0 + 1.0 * (english - 3.3)
    if listed["en"] < 9.0:
        out -= 5.0 - listed["en"]
    return out


def _lean(words: Sequence[str], odds: list[float | None]) -> list[float | None]:
    """A false friend leans to the language of the nearest word on each side that is none."""
    out = list(odds)
    for i, word in enumerate(words):
        value = odds[i]
        if value is not None and abs(FALSE_FRIENDS.get(word.lower(), 9.0)) <= OPEN:
            for side in (range(i - 1, -1, -1), range(i + 1, len(words))):
                near = next((o for j in side if (o := odds[j]) is not None and words[j].lower() not in FALSE_FRIENDS), 0.0)
                value += max(-LEAN, min(LEAN, near))
            out[i] = value
    return out


def _decide(odds: Sequence[float | None]) -> list[bool]:
    """Viterbi over {en, hi}; None is a word without a language, which carries its neighbour's on."""
    best = (0.0, 0.0)
    back: list[tuple[bool, bool]] = []
    for value in odds:
        to_en = best[0] + STAY >= best[1]
        to_hi = best[1] + STAY >= best[0]
        back.append((not to_en, to_hi))
        half = (value or 0.0) / 2
        best = ((best[0] + STAY if to_en else best[1]) - half, (best[1] + STAY if to_hi else best[0]) + half)
    state = best[1] > best[0]
    out: list[bool] = []
    for step in reversed(back):
        out.append(state)
        state = step[state]
    return out[::-1]


def english_label(word: str, partition: Partition | None = None) -> str:
    """The label form of an English word as typed: the lexicon's case, letters that shout kept, the rest in lower case."""
    lower = word.lower()
    for entry in lexicon.load(partition).by_roman.get(lower, ()):
        if entry.lang == "en":
            return entry.norm
    if len(word) > 1 and word.isupper():
        return word
    return word if word[:1].isupper() and zipf(lower) < 4.5 else lower


def _of_devanagari(word: str, partition: Partition | None = None) -> Tagged:
    english = english_form(word, partition)
    return Tagged("en", english) if english else Tagged("hi", standard(word, partition))


def _phrase(words: Sequence[str], i: int, partition: Partition | None = None) -> list[Tagged]:
    """The longest brand, bank, shop or place of several words that begins at i, word by word; empty where there is none."""
    for n in range(min(5, len(words) - i), 1, -1):
        for entry in lexicon.load(partition).by_roman.get(" ".join(words[i : i + n]).lower(), ()):
            norms = entry.norm.split()
            if entry.cls in PHRASES and len(norms) == n:
                return [Tagged("hi" if script_of(norm) == "devanagari" else "en", norm) for norm in norms]
    return []


def identify(words: Sequence[str], partition: Partition | None = None) -> list[Tagged]:
    """Language and label form of each token of one message, as many as came in; known by the whole lexicon or by one partition."""
    odds: list[float | None] = []
    fixed: list[Tagged | None] = []
    phrase: list[Tagged] = []
    for i, written in enumerate(words):
        phrase = phrase[1:] or _phrase(words, i, partition)
        word = nfc(written)
        script = script_of(word)
        tag = _of_devanagari(word, partition) if script in ("devanagari", "mixed") else None
        if phrase:
            tag = phrase[0]
        elif tag is None and not _WORD.fullmatch(word):
            tag = Tagged("other", ascii_digits(word))
        fixed.append(tag)
        odds.append(odds_of_hindi(word.lower(), partition) if tag is None else None if tag.lang == "other" else 8.0 if tag.lang == "hi" else -8.0)
    hindi = _decide(_lean(words, odds))
    out: list[Tagged] = []
    for i, (word, tag) in enumerate(zip(words, fixed, strict=True)):
        if tag is not None:
            out.append(tag)
            continue
        norm = choose(words, i, hindi, out[-1].norm if out else "", partition) if hindi[i] else ""
        out.append(Tagged("hi", norm) if norm else Tagged("en", english_label(word, partition)))
    return out
