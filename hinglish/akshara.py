"""Devanagari as sounds: a word read as consonants and vowels, with the inherent vowels that speech drops marked.

The schwa rule is the right-to-left syllable rule of Ohala (1983) as Narasimhan et al. (2004) state it: an inherent vowel is silent
at the end of a word and between V C _ C V, unless the consonant before it ends a cluster.
"""

from functools import lru_cache
from typing import NamedTuple

from hinglish.script import NUKTA, nfc

VIRAMA = "्"
MATRAS = {"ा": "आ", "ि": "इ", "ी": "ई", "ु": "उ", "ू": "ऊ", "ृ": "ऋ", "े": "ए", "ै": "ऐ", "ो": "ओ", "ौ": "औ", "ॉ": "ऑ", "ॅ": "ऍ", "ॆ": "ए",
    "ॊ": "ओ"}
VOWELS = frozenset("अआइईउऊऋएऐओऔऑऍऎऒ")
SIGNS = {vowel: sign for sign, vowel in reversed(MATRAS.items())}
SUFFIXES = ("करण", "करणों", "पति", "पतियों", "वती", "यता", "समिति", "पत्र", "नगर", "कर्ता", "जनक", "मती", "गति", "वली", "वलि")
NASALS = "ंँ"
GLIDES = frozenset("यवर")


class Sound(NamedTuple):
    """One sound: a consonant, or a vowel with its nasal sign; `silent` is 0 said, 1 dropped by rule, .5 either way."""

    letter: str
    nasal: str = ""
    silent: float = 0.0
    inherent: bool = False

    @property
    def is_vowel(self) -> bool:
        """Whether it is a vowel (अ आ …), written or inherent."""
        return self.letter in VOWELS


def _raw(word: str) -> list[Sound]:
    out: list[Sound] = []
    open_consonant = False  # the last consonant still carries its inherent vowel
    for char in nfc(word):
        if char == NUKTA and out and not out[-1].is_vowel:
            out[-1] = out[-1]._replace(letter=out[-1].letter + NUKTA)
        elif char == VIRAMA:
            open_consonant = False
        elif char in MATRAS:
            out.append(Sound(MATRAS[char]))
            open_consonant = False
        elif char in NASALS or char == "ः":
            if open_consonant:
                out.append(Sound("अ", inherent=True))
                open_consonant = False
            if out:
                out[-1] = out[-1]._replace(nasal=char)
        elif char in VOWELS or "क" <= char <= "ह" or char in "ऴळ":
            if open_consonant:
                out.append(Sound("अ", inherent=True))
            out.append(Sound(char))
            open_consonant = char not in VOWELS
    if open_consonant:
        out.append(Sound("अ", inherent=True))
    return out


def _suffix_vowel(word: str, out: list[Sound]) -> int:
    """The place of the first vowel of a learned ending, which is said (vargi-karan, vidya-pati); −1 where there is none."""
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) > len(suffix) + 1:
            return len(out) - len(_raw(suffix)) + 1
    return -1


@lru_cache(maxsize=1 << 16)
def sounds(word: str) -> tuple[Sound, ...]:
    """The sounds of a Devanagari word in order, silent inherent vowels marked; characters that are no letter are passed over."""
    out = _raw(word)
    last = len(out) - 1
    if last >= 2 and out[last].inherent and not out[last].nasal:
        cluster = not out[last - 2].is_vowel
        glide = cluster and out[last - 1].letter in GLIDES
        out[last] = out[last]._replace(silent=0.0 if glide else 0.75 if cluster else 1.0)
    kept = _suffix_vowel(word, out)
    for i in range(last - 2, 1, -1):
        sound = out[i]
        if sound.inherent and not sound.nasal and i != kept:
            single = out[i - 2].is_vowel and not out[i - 1].is_vowel and not out[i + 1].is_vowel
            after = out[i + 2]
            if single and after.is_vowel and after.silent < 1.0:
                out[i] = sound._replace(silent=1.0)
    return tuple(out)
