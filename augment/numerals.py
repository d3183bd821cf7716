"""Numbers said otherwise: another style, another spelling of a unit, digits of the other script. The value stays.

    5000 → paanch hazaar → 5k → ₹5,000        do lakh → 2 lac        10 बजे → १० बजे

Inside text slots the guide keeps number words as words and digits as digits, so there only spelling and script of digits change.
"""

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import ClassVar

from msgspec.structs import replace

from augment.core import frozen
from augment.guards import Hand, hand_of, harmless, is_digits, kind_of, may_stand, runs_of, same_sense
from augment.surfaces import surfaces
from generators.money import AMOUNT_STYLES, SHORTENED, crooked, wordy
from generators.randomness import Random
from generators.words import Word, Words
from hinglish.lexicon import Lexicon
from hinglish.numeral_words import sense_of
from hinglish.numerals import read, say, styles
from hinglish.script import devanagari_digits, script_of
from schemas.contract import Kind
from schemas.example import Token, Utterance

OWN_SIGN = frozenset({"rupee_sign", "rs_prefix", "rs_suffix", "slash"})
# How people are seen to type each kind; an amount's shares are the generator's.
SHARES: Mapping[Kind, Mapping[str, int]] = {
    "amount": AMOUNT_STYLES,
    "count": {"digits": 50, "words_hi": 40, "words_en": 6, "dozen": 4},
    "quantity": {"digits": 40, "words_hi": 20, "fraction_hi": 40, "words_en": 3},
}
SAID: Mapping[str, int] = {"words_hi": 6, "fraction_hi": 6, "words_en": 2}  # how a number is heard
# Label form → how people spell it: units and scales, the standard ones too, Roman and Devanagari.
UNIT_SPELLINGS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "लाख": (("lakh", "lac", "lacs", "laakh", "lakhs"), ("लाख",)),
    "करोड़": (("crore", "cr", "karod", "caror", "crores"), ("करोड़", "करोड")),
    "हज़ार": (("hazaar", "hazar", "hajar", "hajaar", "hzr", "hzar"), ("हज़ार", "हजार")),
    "सौ": (("sau", "so", "sou"), ("सौ",)),
    "thousand": (("thousand", "thousnd"), ("थाउज़ेंड", "थाउजेंड", "थाउज़ंड")),
    "hundred": (("hundred", "hundrd"), ("हंड्रेड", "हंडरेड")),
    "रुपये": (("rupaye", "rs", "rs.", "rupay", "rupees", "rupaya", "rupe"), ("रुपये", "रुपए", "रु", "रु.", "रुपय")),
    "रुपए": (("rupaye", "rs", "rs.", "rupay", "rupees", "rupe"), ("रुपये", "रुपए", "रु", "रु.")),
    "rupees": (("rupees", "rs", "rs.", "rupay", "rupes"), ("रुपीज़", "रुपये", "रु")),
    "rs": (("rs", "rs.", "Rs", "Rs.", "rupees", "rupaye"), ("रु", "रु.", "रुपये")),
    "Rs": (("rs", "rs.", "Rs", "Rs."), ("रु", "रु.")),
    "किलो": (("kilo", "kg", "kgs", "Kg", "KG", "kelo"), ("किलो", "केजी", "कीलो")),
    "gram": (("gram", "gm", "gms", "grm", "g"), ("ग्राम", "ग्रा")),
    "litre": (("litre", "liter", "ltr", "ltrs", "lt"), ("लीटर", "लिटर")),
    "packet": (("packet", "pkt", "paket", "pacet", "packets"), ("पैकेट", "पैकट", "पेकेट")),
    "दर्जन": (("darjan", "darzan", "drjan"), ("दर्जन", "दरजन")),
    "minute": (("minute", "min", "mins", "minat"), ("मिनट", "मिनिट")),
    "minutes": (("minutes", "mins", "min", "minuts"), ("मिनट", "मिनट्स")),
    "घंटे": (("ghante", "ghnte", "ghanTe"), ("घंटे", "घण्टे", "घन्टे")),
    "दिन": (("din", "dn"), ("दिन",)),
    "days": (("days", "dys"), ("डेज़", "डेज")),
    "महीने": (("mahine", "maheene", "mahiney", "mhine"), ("महीने", "महिने")),
    "साल": (("saal", "sal"), ("साल",)),
    "years": (("years", "yrs", "yr"), ("इयर्स",)),
    "year": (("year", "yr"), ("इयर",)),
    "बजे": (("baje", "bje", "bajey", "bajay"), ("बजे",)),
    "तारीख": (("tareekh", "tarikh", "taareekh"), ("तारीख", "तारीख़")),
}


def surface(word: Word, hand: Hand, rng: Random) -> str:
    """One usual spelling of a word in a hand; a mixed hand writes each language in its own script."""
    if word.lang == "other":
        return word.roman[0]
    if hand == "roman":
        return word.roman[int(rng.random() * word.usual)]
    return word.deva[0] if hand == "devanagari" or word.lang == "hi" else word.norm


def _number_token(norm: str, words: Words, hand: Hand, rng: Random, slots: tuple[str, ...]) -> Token:
    if any(c.isdigit() for c in norm):
        return Token(norm, "other", "number", norm, slots)
    if norm in ("Rs", "rs"):
        return Token("रु" if hand == "devanagari" else "rs", "en", "word", "rs", slots)
    word = words.word(norm)
    text = surface(word, hand, rng)
    if not same_sense(text, norm):
        text = next((s for s in (word.roman if hand == "roman" else word.deva) if same_sense(s, norm)), norm)
    return Token(text, word.lang, word.kind, norm, slots)


@lru_cache(maxsize=1 << 16)
def _value(text: str) -> Fraction | None:
    found = read(text)
    return found.value if found.kind == "exact" else None


def spell(value: Fraction, style: str, lexicon: Lexicon, hand: Hand, rng: Random, slots: tuple[str, ...]) -> list[Token] | None:
    """A value in a style, as tokens; None where what is written would not be read back."""
    words = surfaces(lexicon).words
    out = [_number_token(n, words, hand, rng, slots) for n in say(value, style).split()]
    return out if _value(" ".join([t.text for t in out])) == value else None


def _weighed(table: Mapping[str, int], able: list[str], rng: Random) -> str:
    at = rng.random() * sum([table[s] for s in able])
    for style in able:
        at -= table[style]
        if at < 0:
            return style
    return able[-1]


@lru_cache(maxsize=1 << 14)
def _beside(text: str) -> str:
    """What a neighbour of a number is: "" harmless, "money", or "number" where two numbers would run together."""
    sense = sense_of(text)
    if any(c.isdigit() for c in text) or (sense is not None and sense.role not in ("unit", "money", "approx")):
        return "number"
    return "money" if sense is not None and sense.role == "money" else ""


ENGLISH = frozenset({"words_en", "digits_unit_en"})
HINDI = frozenset({"words_hi", "fraction_hi", "hundreds_hi", "digits_unit_hi", "dozen"})
SCALES = frozenset({"सौ", "हज़ार", "लाख", "करोड़", "hundred", "thousand"})


def _table(kind: Kind, utterance: Utterance, rng: Random) -> Mapping[str, int]:
    """The styles of a kind that fit a sentence: Hindi words in no English one, English words in few Hindi ones."""
    hindi = any(t.lang == "hi" and not t.slots for t in utterance)
    odd = HINDI if not hindi else ENGLISH if rng.random() > 0.08 else frozenset[str]()
    return {style: share for style, share in SHARES[kind].items() if style not in odd}


def _corrected(utterance: Utterance) -> bool:
    """Is a sum said that is not the label? Who corrects himself says both sums alike: ₹450 नहीं ₹300."""
    return any(not t.slots and (t.kind == "number" or t.norm in SCALES) for t in utterance)


def restyle(utterance: Utterance, run: tuple[int, int, str], table: Mapping[str, int], lexicon: Lexicon, rng: Random, hand: Hand) -> list[Token] | None:
    """One number leaf in another style of `table`, or None: not a plain number, numbers on both sides, no other style."""
    a, b, _ = run
    value = _value(" ".join([t.norm for t in utterance[a:b]]))
    if value is None or _value(" ".join([t.text for t in utterance[a:b]])) != value:
        return None
    around = {_beside(t.text) for t in (utterance[a - 1 : a] + utterance[b : b + 1])}
    if "number" in around:
        return None
    now = " ".join([t.norm for t in utterance[a:b]])
    able = [s for s in styles(value) if s in table and not (s in OWN_SIGN and "money" in around) and say(value, s) != now]
    if table is not SAID and value >= 100 and value.denominator == 1:  # a sum, typed: as the generator says one
        able = [s for s in able if not (s in SHORTENED and crooked(int(value))) and not wordy(int(value), s)]
    able = [s for s in able if not (s == "dozen" and run[2] == "passengers")]  # six people are no half dozen
    if not able:
        return None
    out = spell(value, _weighed(table, able, rng), lexicon, hand, rng, utterance[a].slots)
    if out is None or [t.norm for t in out] == [t.norm for t in utterance[a:b]]:
        return None
    out[-1] = replace(out[-1], after=utterance[b - 1].after)
    return out


@frozen
class RestyleNumber:
    """Amounts, counts and quantities in another style: each of a row's with the chance `share`."""

    share: float = 0.85
    name: ClassVar[str] = "restyle-number"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """The row with its numbers said otherwise."""
        runs = [r for r in runs_of(utterance) if kind_of((r[2],))] if any(kind_of(t.slots) for t in utterance if t.slots) else []
        out, hand, changed = list(utterance), hand_of(utterance) if runs else "roman", False
        tables: dict[Kind, Mapping[str, int]] = {}  # one language for all the numbers of a row
        for run in reversed(runs):
            kind = kind_of((run[2],))
            if not kind or rng.random() >= self.share or (kind == "amount" and _corrected(utterance)):
                continue
            table = tables.setdefault(kind, _table(kind, utterance, rng))
            tokens = restyle(utterance, run, table, lexicon, rng, hand)
            if tokens:
                out[run[0] : run[1]] = tokens
                changed = True
        return tuple(out) if changed else None


@lru_cache(maxsize=1 << 14)
def unit_spellings(text: str, norm: str, slots: tuple[str, ...]) -> tuple[str, ...]:
    """The other spellings of a unit, in the script it stands in, that are still read as it."""
    if norm not in UNIT_SPELLINGS:
        return ()
    roman, deva = UNIT_SPELLINGS[norm]
    table = deva if script_of(text) == "devanagari" else roman
    fits = [s for s in table if s != text and same_sense(s.rstrip("."), text.rstrip("."))]
    return tuple([s for s in fits if (may_stand(s, norm, text, slots) if slots else harmless(s, text))])


@frozen
class RespellUnit:
    """lac, cr, hajar, rs, kg: the units and scales of a row as people spell them, each with the chance `share`."""

    share: float = 0.7
    name: ClassVar[str] = "respell-unit"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """The row with its units spelled otherwise."""
        out: list[Token] | None = None
        for i, token in enumerate(utterance):
            if token.norm not in UNIT_SPELLINGS or "message" in token.slots:
                continue
            able = unit_spellings(token.text, token.norm, token.slots)
            if able and rng.random() < self.share:
                out = out or list(utterance)
                out[i] = replace(token, text=able[int(rng.random() * len(able))])
        return tuple(out) if out else None


@lru_cache(maxsize=1 << 14)
def _plain_digits(text: str, slotted: bool) -> bool:
    """Digits that a Devanagari hand might type its own way: no letters, no codes, too few for a phone or half of one."""
    count = sum([c in "0123456789" for c in text])
    return 0 < count < (8 if slotted else 5) and not any(c.isalpha() for c in text) and text[0] in "0123456789₹"


@frozen
class DevanagariDigits:
    """१०० for 100, in text slots too (their label keeps ASCII digits). `share` is of the rows with a Devanagari hand: rare, as in life.

    One keyboard types all digits of a message, so all change; phones and order numbers never do.
    """

    share: float = 0.015
    name: ClassVar[str] = "devanagari-digits"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """The row with Devanagari digits."""
        if rng.random() >= self.share:
            return None
        at = [i for i, t in enumerate(utterance) if t.kind == "number" and _plain_digits(t.text, bool(t.slots)) and not is_digits(t.slots)]
        if not at or hand_of(utterance) == "roman":
            return None
        out = list(utterance)
        for i in at:
            out[i] = replace(out[i], text=devanagari_digits(out[i].text))
        return tuple(out)
