"""Which slices a row belongs to: intent, script, code-mixing, numbers, augmenters, length, false friends. Pure, from the row alone."""

from functools import lru_cache

import regex

from eval.rows import Gold
from eval.script_score import KNOWN
from hinglish.mix import cmi
from hinglish.numeral_words import sense_of
from hinglish.script import script_of, words
from schemas.grounding import heard

# The guide's words of the same letters in two languages, as they are typed.
FALSE_FRIENDS = frozenset(
    "to me main is hi he ho the per log are us in so din sat sun sub door use or fir mar man bus pair sir".split()
)  # fmt: skip
_WORD = regex.compile(r"[a-z]+")
_ASCII, _DEVA = regex.compile("[0-9]"), regex.compile("[०-९]")
FRACTIONS = frozenset({"prefix", "half"})  # सवा, साढ़े, पौने; डेढ़, ढाई, आधा
SCALES = frozenset({"scale"})


def slices(row: Gold) -> list[str]:
    """Every slice of a row as "kind=value"; a row may be in several of one kind (augmenter, numerals)."""
    out = [f"intent={row.intent}", f"script={script_of(row.input)}", f"cmi={cmi_band(row)}", f"length={length_band(row.input)}"]
    out += [f"numerals={style}" for style in numerals(row.input)]
    out += [f"augmenter={name}" for name in sorted(set(row.augmenters))]
    out += [f"tag={tag}" for tag in row.tags]
    return [*out, f"false friends={'some' if friends(row.input) else 'none'}"]


def length_band(text: str) -> str:
    """By words: up to 5, 6–9, 10–13, 14 and more."""
    n = len(text.split())
    return "1-5" if n <= 5 else "6-9" if n <= 9 else "10-13" if n <= 13 else "14+"


def cmi_band(row: Gold) -> str:
    """Code-mixing index of the message, by its tokens where it was made and by our kernel's languages where people wrote it."""
    langs = [t.lang for t in row.tokens if t.lang != "other" and t.kind != "name"] or [t.lang for t in heard(row.input, KNOWN) if t.lang != "other"]
    found = cmi(langs)
    return "0 (one language)" if found == 0 else "0-15" if found < 15 else "15-30" if found < 30 else "30-50"


@lru_cache(maxsize=1 << 12)
def numerals(text: str) -> tuple[str, ...]:
    """How the message writes its numbers: ASCII or Devanagari digits, words, fractions (सवा, ढाई), scales (लाख)."""
    said = [text[a:b] for a, b in words(text)]
    roles = {s.role for w in said if (s := sense_of(w)) is not None and not s.care}
    found = [
        ("ascii digits", bool(_ASCII.search(text))),
        ("devanagari digits", bool(_DEVA.search(text))),
        ("words", "n" in roles),
        ("fractions", bool(roles & FRACTIONS)),
        ("scales", bool(roles & SCALES)),
    ]
    return tuple(name for name, there in found if there) or ("none",)


def friends(text: str) -> bool:
    """Does a Roman word stand in it that is written alike in Hindi and English?"""
    return not FALSE_FRIENDS.isdisjoint(_WORD.findall(text.lower()))
