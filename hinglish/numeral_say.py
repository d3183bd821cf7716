"""Saying a number: the styles in which Indians write and say it, in canonical mixed script (Hindi in Devanagari, English in Latin).

Each style is a function value → text, or None where it cannot say the value exactly. Law, held by the tests: what a style says is
read back as the same value, also when its words are spelled in the other script (numeral_words.OTHER_SCRIPT).
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Final

from hinglish.errors import KhichdiError
from hinglish.numeral_words import ENGLISH_WORD, HINDI_WORD
from hinglish.script import devanagari_digits

_HINDI_SCALES: Final = ((10**11, "खरब"), (10**9, "अरब"), (10**7, "करोड़"), (10**5, "लाख"), (1000, "हज़ार"), (100, "सौ"))
_ENGLISH_SCALES: Final = ((10**7, "करोड़"), (10**5, "लाख"), (1000, "thousand"), (100, "hundred"))
_WESTERN: Final = ((10**9, "billion"), (10**6, "million"))
_UNITS: Final = tuple(p for p in _HINDI_SCALES if p[0] <= 10**7)
_LIMIT: Final = 10**13


def _decimal(value: Fraction, places: int = 6) -> str | None:
    """Plain digits if the value ends within so many places."""
    if value < 0 or (value * 10**places).denominator != 1:
        return None
    whole, rest = divmod(value, 1)
    tail = str(int(rest * 10**places)).zfill(places).rstrip("0")
    return f"{int(whole)}.{tail}" if tail else str(int(whole))


def _signed(value: Fraction, text: str | None, minus: str = "-") -> str | None:
    return text if text is None or value >= 0 else minus + text


def _digits(value: Fraction) -> str | None:
    return _signed(value, _decimal(abs(value)))


def _grouped(value: Fraction, first: int) -> str | None:
    text = _decimal(value, 2)
    if text is None or value < 1000:
        return None
    whole, _, tail = text.partition(".")
    head, groups = whole[:-3], [whole[-3:]]
    while head:
        groups.insert(0, head[-first:])
        head = head[:-first]
    return ",".join(groups) + (f".{tail}" if tail else "")


def _indian(value: Fraction) -> str | None:
    return _grouped(value, 2)


def _western(value: Fraction) -> str | None:
    return _grouped(value, 3)


def _with_scale(value: Fraction, scale: int, name: str, gap: str = " ", most: int = 100) -> str | None:
    coefficient = value / scale
    if not 1 <= coefficient < most or (scale == 100 and coefficient.denominator != 1):
        return None
    text = _decimal(coefficient, 1 if scale == 1000 else 2)  # 2.5 हज़ार and 1.5k, and nobody says 7.57 हज़ार
    return text and f"{text}{gap}{name}"


def _first_scale(value: Fraction, scales: tuple[tuple[int, str], ...]) -> str | None:
    for scale, name in scales:
        text = _with_scale(value, scale, name, most=100000 if scale == 10**7 else 1000 if scale > 10**7 else 100)
        if text:
            return text
    return None


def _digits_unit_hi(value: Fraction) -> str | None:
    return _first_scale(value, _UNITS)


def _digits_unit_en(value: Fraction) -> str | None:
    return _first_scale(value, _WESTERN) or _with_scale(value, 1000, "thousand") or _with_scale(value, 100, "hundred", most=10)


def _k(value: Fraction) -> str | None:
    return _with_scale(value, 1000, "k", "")


def _lakh(value: Fraction) -> str | None:
    return _with_scale(value, 10**5, "L", "")


def _crore(value: Fraction) -> str | None:
    return _with_scale(value, 10**7, "cr", "", 10**5)


def _hindi(n: int) -> str:
    said = []
    for scale, name in _HINDI_SCALES:
        count, n = divmod(n, scale)
        if count:
            said.append(f"{_hindi(count)} {name}")
    if n or not said:
        said.append(HINDI_WORD[n])
    return " ".join(said)


def _words_hi(value: Fraction) -> str | None:
    if value.denominator != 1 or abs(value) >= _LIMIT:
        return None
    return _signed(value, _hindi(abs(int(value))), "माइनस ")


def _english(n: int) -> str:
    said = []
    for scale, name in _ENGLISH_SCALES:
        count, n = divmod(n, scale)
        if count:
            said.append(f"{_english(count)} {name}")
    if n > 20 and n % 10:
        said.append(f"{ENGLISH_WORD[n - n % 10]} {ENGLISH_WORD[n % 10]}")
    elif n or not said:
        said.append(ENGLISH_WORD[n])
    return " ".join(said)


def _words_en(value: Fraction) -> str | None:
    if value.denominator != 1 or abs(value) >= 10**10:
        return None
    return _signed(value, _english(abs(int(value))), "minus ")


def _fraction_of(count: Fraction, name: str) -> str | None:
    """How a count with a quarter or half is said before a scale: सवा, डेढ़, ढाई, साढ़े तीन, पौने दो (labelling guide, Numbers)."""
    known = {Fraction(5, 4): "सवा", Fraction(3, 2): "डेढ़", Fraction(5, 2): "ढाई", Fraction(3, 4): "पौन"}
    if count in known:
        return f"{known[count]} {name}".strip()
    whole, rest = divmod(count, 1)
    for step, word, least in ((Fraction(1, 4), "सवा", 2), (Fraction(1, 2), "साढ़े", 3), (Fraction(3, 4), "पौने", 1)):
        n = int(whole) + (1 if word == "पौने" else 0)
        if rest == step and least <= whole and n < 100:
            return f"{word} {HINDI_WORD[n]} {name}".strip()
    return None


def _fraction_hi(value: Fraction) -> str | None:
    if value in (Fraction(1, 2), Fraction(1, 4)):
        return "आधा" if value == Fraction(1, 2) else "पाव"
    for scale, name in (*_UNITS, (1, "")):
        text = _fraction_of(value / scale, name)
        if text:
            return text
    return None


def _hundreds_hi(value: Fraction) -> str | None:
    n = int(value)
    if value.denominator != 1 or not 1100 <= n < 10000 or n // 100 % 10 == 0 or n % 100 not in (0, 50):
        return None  # पच्चीस सौ and पच्चीस सौ पचास are said, पचहत्तर सौ सत्तर is not
    return f"{HINDI_WORD[n // 100]} सौ" + (f" {HINDI_WORD[n % 100]}" if n % 100 else "")


def _dozen(value: Fraction) -> str | None:
    halves = {Fraction(1, 2): "आधा", Fraction(3, 2): "डेढ़", Fraction(5, 2): "ढाई"}
    count = value / 12
    if count in halves:
        return f"{halves[count]} दर्जन"
    return f"{count} दर्जन" if count.denominator == 1 and 1 <= count <= 100 else None


def _devanagari(value: Fraction) -> str | None:
    text = _digits(value)
    return text and devanagari_digits(text)


def _rupee_sign(value: Fraction) -> str | None:
    text = _indian(value) or _decimal(value, 2)
    return text and f"₹{text}"


def _rs_prefix(value: Fraction) -> str | None:
    text = _decimal(value, 2)
    return text and f"Rs {text}"


def _rs_suffix(value: Fraction) -> str | None:
    text = _decimal(value, 2)
    return text and f"{text}rs"


def _slash(value: Fraction) -> str | None:
    return f"{int(value)}/-" if value.denominator == 1 and value >= 0 else None


def _point(value: Fraction, names: Mapping[int, str], whole_words: Callable[[Fraction], str | None], point: str) -> str | None:
    text = _decimal(value, 3)
    if text is None or "." not in text:
        return None
    whole, tail = text.split(".")
    said = whole_words(Fraction(int(whole)))
    return said and f"{said} {point} {' '.join(names[int(d)] for d in tail)}"


def _decimal_hi(value: Fraction) -> str | None:
    return _point(value, HINDI_WORD, _words_hi, "दशमलव")


def _decimal_en(value: Fraction) -> str | None:
    return _point(value, ENGLISH_WORD, _words_en, "point")


STYLES: Final[Mapping[str, Callable[[Fraction], str | None]]] = {
    "digits": _digits, "indian_commas": _indian, "western_commas": _western, "digits_unit_hi": _digits_unit_hi,
    "digits_unit_en": _digits_unit_en, "k": _k, "lakh_suffix": _lakh, "cr_suffix": _crore, "words_hi": _words_hi,
    "fraction_hi": _fraction_hi, "words_en": _words_en, "hundreds_hi": _hundreds_hi, "dozen": _dozen, "devanagari_digits": _devanagari,
    "rupee_sign": _rupee_sign, "rs_prefix": _rs_prefix, "rs_suffix": _rs_suffix, "slash": _slash, "decimal": _decimal_hi,
    "decimal_en": _decimal_en,
}


@lru_cache(maxsize=1 << 14)
def styles(value: int | Fraction) -> tuple[str, ...]:
    """The names of the styles that can say the value exactly."""
    exact = Fraction(value)
    return tuple([name for name, style in STYLES.items() if style(exact) is not None])


@lru_cache(maxsize=1 << 16)
def said(value: int | Fraction, style: str) -> str | None:
    """The value in a style, or None where that style cannot say it. Raises KhichdiError for an unknown style."""
    if style not in STYLES:
        raise KhichdiError(f'numerals: no style "{style}"; styles are: {", ".join(STYLES)}')
    return STYLES[style](Fraction(value))


def say(value: int | Fraction, style: str) -> str:
    """The value in a style. Raises KhichdiError for an unknown style or one that cannot say it."""
    text = said(value, style)
    if text is None:
        raise KhichdiError(f'numerals: style "{style}" cannot say {value}; styles that can: {", ".join(styles(value)) or "none"}')
    return text
