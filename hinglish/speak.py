"""An English word as Devanagari writes its sound: meeting → मीटिंग, OTP → ओटीपी."""

from functools import lru_cache
from itertools import product

import regex

from hinglish import lexicon
from hinglish.akshara import SIGNS, VIRAMA
from hinglish.english import phones
from hinglish.english_sound import CONSONANTS, LETTERS, VOWELS
from hinglish.lexicon import Partition
from hinglish.script import NUKTA

_GROUPS = regex.compile(r"(?<=q)u|[aeiou]+y?|(?<!^)y|^y(?![aeiou])")
_BARE = str.maketrans("", "", NUKTA)
_LETTERS_OF = regex.compile(f".{NUKTA}?")
# Letters → phones for words that CMUdict lacks: longest first, read from the left; context is in the pattern.
_RULES = [(regex.compile(pattern), said.split()) for pattern, said in (
    (r"tion\b", "SH AH N"), (r"sion\b", "SH AH N"), (r"ture\b", "CH ER"), (r"ough", "AO"), (r"igh", "AY"), (r"tch", "CH"),
    (r"sch", "S K"), (r"ing\b", "IH NG"),
    (r"chh", "CH"), (r"ck", "K"), (r"ch", "CH"), (r"sh", "SH"), (r"ph", "F"), (r"th", "TH"), (r"wh", "W"), (r"gh", "G"), (r"kh", "K"),
    (r"ng(?=[^aeiouy]|\b)", "NG"), (r"qu", "K W"), (r"q", "K"), (r"dge", "JH"),
    (r"ee|ea|ie(?!t)", "IY"), (r"oo|ou(?=p)", "UW"), (r"ai|ay|ei|ey(?!\b)", "EY"), (r"oa", "OW"), (r"ou|ow(?!\b)", "AW"), (r"ow\b", "OW"),
    (r"oi|oy", "OY"), (r"au|aw", "AO"), (r"ew|ue\b", "Y UW"),
    (r"er\b|ar\b(?<=.{4})|or\b(?<=.{4})", "ER"), (r"a(?=[bcdfgklmnpstvz]e\b)", "EY"), (r"i(?=[bcdfgklmnpstvz]e\b)", "AY"),
    (r"o(?=[bcdfgklmnpstvz]e\b)", "OW"), (r"u(?=[bcdfgklmnpstvz]e\b)", "UW"),
    (r"(?<=[^aeiou])e\b(?<=..e)", ""), (r"e?y\b", "IY"), (r"a\b", "AA"), (r"ar", "AA R"), (r"or", "AO R"),
    (r"(?:er|ir|ur)(?=[^aeiou])", "ER"), (r"c(?=[eiy])", "S"), (r"c", "K"), (r"x", "K S"), (r"y(?=[aeiou])", "Y"),
    (r"a", "AE"), (r"e", "EH"), (r"i|y", "IH"), (r"o\b", "OW"), (r"o", "AA"), (r"u", "AH"),
    (r"b+", "B"), (r"d+", "D"), (r"f+", "F"), (r"g+", "G"), (r"h", "HH"), (r"j", "JH"), (r"k+", "K"), (r"l+", "L"), (r"m+", "M"),
    (r"n+", "N"), (r"p+", "P"), (r"r+", "R"), (r"s+", "S"), (r"t+", "T"), (r"v", "V"), (r"w", "W"), (r"z+", "Z"),
)]


def by_letters(word: str) -> tuple[str, ...]:
    """Phones by letter rules, for words that no dictionary has."""
    out: list[str] = []
    at = 0
    while at < len(word):
        for pattern, said in _RULES:
            hit = pattern.match(word, at)
            if hit and hit.end() > at:
                out += said
                at = hit.end()
                break
        else:
            at += 1
    return tuple(out)


def _groups(word: str, count: int) -> list[str]:
    """The vowel letters of each vowel phone, or empty strings where they do not align."""
    found = [g for g in _GROUPS.findall(word) if g]
    if len(found) == count + 1 and word.endswith(("e", "es", "ed")):
        found.pop()
    return found if len(found) == count else [""] * count


def _vowel(phone: str, group: str, said: tuple[str, ...], i: int) -> str:
    """The Devanagari vowel of one phone, coloured by its letters (a weak vowel is said as it is spelled)."""
    before, after = said[i - 1] if i else "", said[i + 1] if i + 1 < len(said) else ""
    then = said[i + 2] if i + 2 < len(said) else ""
    last = not after
    if phone in ("AH", "IH") and after == "JH" and group[:1] == "a":
        return "ए"
    if phone == "AH":
        if last:
            return "आ"
        if after == "N" and then in ("T", "S") and group[:1] in ("e", "a") and before:
            return "ए"
        return "इ" if group == "i" and after not in ("L", "R") else "अ"
    if phone == "AA":
        return "ऑ" if group[:1] == "o" else "आ"
    if phone == "AO":
        return "ओ" if after == "R" else "ऑ"
    if phone == "AE":
        return "ऐ" if before else "ए"
    if phone == "AY":
        return "आई" if last else "आय" if after == "ER" else "आइ"
    if phone == "AW":
        return "आव" if after == "ER" else "आउ"
    if phone == "OY":
        return "ऑय"
    if phone == "IY":
        return "इय" if after in VOWELS else "ई"
    if phone == "UW" and after in VOWELS:
        return "उ"
    return VOWELS[phone]


def _write(sounds: list[str]) -> str:
    """Consonants and vowels → Devanagari letters."""
    out = ""
    open_consonant = False
    for place, sound in enumerate(sounds):
        for j, char in enumerate(_LETTERS_OF.findall(sound)):
            if char in SIGNS or char in VOWELS.values() or char in "अआइईउऊएऐओऔऑ":
                out += ("" if char == "अ" else SIGNS[char]) if open_consonant else char
                open_consonant = False
            elif char == "ं":
                out += char
                open_consonant = False
            else:
                out += (VIRAMA if open_consonant and (j or place) else "") + char
                open_consonant = True
    return out


def _sounds(word: str, said: tuple[str, ...]) -> list[str]:
    groups = iter(_groups(word, sum(p in VOWELS for p in said)))
    out: list[str] = []
    for i, phone in enumerate(said):
        after = said[i + 1] if i + 1 < len(said) else ""
        if phone in VOWELS:
            vowel = _vowel(phone, next(groups), said, i)
            if vowel.endswith("व") or (vowel.endswith("य") and after == "ER"):
                out += [vowel[:-1], vowel[-1]]
            else:
                out += [vowel[:-1], "य"] if vowel.endswith("य") else [vowel]
            if phone == "ER":
                out.append("र")
                if i > 2 and after in CONSONANTS and i < len(said) - 2:
                    out.append("अ")
        elif phone == "NG":
            out += ["ं"] if after in ("K", "G") else ["ं", "ग"]
        elif phone in ("N", "M") and after in CONSONANTS and i and said[i - 1] in VOWELS and _homorganic(phone, after):
            out.append("ं")
        elif phone == "Z" and not after and word.endswith("s") and len(word) > 3:
            out.append("स")
        else:
            out.append(CONSONANTS[phone])
    return out


def _homorganic(nasal: str, after: str) -> bool:
    return after in ("P", "B") if nasal == "M" else after in ("T", "D", "K", "G", "CH", "JH", "S")


def spoken(word: str) -> str:
    """One Devanagari writing of an English word's first pronunciation."""
    ways = phones(word)
    return _write(_sounds(word, ways[0] if ways else by_letters(word)))


@lru_cache(maxsize=1 << 16)
def speak(english: str, partition: Partition | None = None) -> tuple[str, ...]:
    """An English word as Devanagari writes its sound, best first: the lexicon, then phones, then letter rules.

    A word in capitals is said letter by letter unless it is in the lexicon (OTP → ओटीपी).
    """
    lower = english.lower()
    lex = lexicon.load(partition)
    found = lex.by_norm.get(english, ()) or lex.by_norm.get(lower, ()) or lex.by_roman.get(lower, ())
    listed = [d for e in found if e.lang == "en" for d in e.deva if d != e.norm]
    if not lower.isascii() or not lower.isalpha():
        return tuple(dict.fromkeys(listed))
    if not listed and english.isupper() and len(english) > 1:
        return tuple("".join(parts) for parts in product(*(LETTERS[c] for c in lower)))[:4]
    ways = phones(lower) or (by_letters(lower),)
    made = [_write(_sounds(lower, way)) for way in ways[:2]]
    return tuple(dict.fromkeys([*listed, *made, *(m.translate(_BARE) for m in made)]))
