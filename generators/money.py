"""Makers of amounts, counts and number-like strings: how much, how many, which number."""

from bisect import bisect_right
from fractions import Fraction
from itertools import accumulate

from generators.bills import bill_bounds, bill_spans
from generators.packs import budget, price
from generators.provider import HinglishProvider, Maker, fixed_word
from generators.said import Part, Said, Scene
from generators.words import Word
from hinglish.lexicon import Entry
from hinglish.numerals import said, say, styles

# How people are seen to type an amount: digits far ahead, then k and lakh, then words. Shares among the styles a value allows.
AMOUNT_STYLES = {
    "digits": 30,
    "indian_commas": 6,
    "western_commas": 1,
    "digits_unit_hi": 9,
    "digits_unit_en": 1,
    "k": 8,
    "lakh_suffix": 2,
    "cr_suffix": 1,
    "words_hi": 9,
    "fraction_hi": 14,
    "words_en": 2,
    "hundreds_hi": 1,
    "rupee_sign": 6,
    "rs_prefix": 3,
    "rs_suffix": 3,
    "slash": 2,
}
_STYLES, _ENDS = tuple(AMOUNT_STYLES), tuple(accumulate(AMOUNT_STYLES.values()))
SHORTENED = frozenset({"digits_unit_hi", "digits_unit_en"})
_IN_WORDS = frozenset({"words_hi", "words_en"})
_LETTERS = "ABCDEFHJKMNPQRTVWXZ"
_OWN_SIGN = frozenset({"rupee_sign", "rs_prefix", "rs_suffix", "slash"})
_MANTISSAS = (1, 1, 1.1, 1.2, 1.25, 1.5, 1.5, 1.75, 1.8, 2, 2, 2.25, 2.4, 2.5, 2.5, 2.75, 3, 3.25, 3.5, 3.6, 4, 4.5, 5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5)
# Powers of ten of a sum, each as often as it stands here.
_POWERS = {"transfer_money": (*(2,) * 7, *(3,) * 9, *(4,) * 4, 5), "loan_enquiry": (4, 5, 5, 5, 5, 6, 6)}
_RUPEES = ("रुपये", "रुपये", "रुपए", "rupees", "rs")
_RUPEES_HI = ("रुपये", "रुपये", "रुपए", "rs")  # nobody who writes Devanagari alone writes रुपीज़


def value_of(p: HinglishProvider, power: int) -> int:
    """A sum people name: mostly round, now and then to the rupee. 10**power ≤ value < 10**(power + 1)."""
    if p.rng.random() < 0.2 and power < 4:
        return int(10**power * (1 + 9 * p.rng.random()))
    return int(p.pick(_MANTISSAS) * 10**power)


def crooked(value: int) -> bool:
    """Would it be 3.25 or 4.5 हज़ार, or 5 सौ? Nobody types that: सवा तीन, साढ़े चार, 500."""
    return value < 1000 or (value * 2 % 100_000 if value >= 100_000 else value % 1000) != 0


def wordy(value: int, style: str) -> bool:
    """Is it too long to be written out? 3648 is typed in digits; in English words nobody goes past "five thousand"."""
    return style in _IN_WORDS and value % 10 ** (len(str(value)) - (1 if style == "words_en" else 2)) != 0


def _phrase(p: HinglishProvider, value: int) -> tuple[str, str]:
    """(canonical words, style) for one way to say a sum: drawn until the style can say it, so that few styles are tried."""
    while True:
        style = _STYLES[bisect_right(_ENDS, p.rng.random() * _ENDS[-1])]
        style = "hundreds_hi" if style == "words_hi" and 1000 < value < 2000 else style  # अठारह सौ, not एक हज़ार आठ सौ
        text = None if (style in SHORTENED and crooked(value)) or wordy(value, style) else said(value, style)
        if text is not None:
            return text, style


def _money(p: HinglishProvider, value: int, scene: Scene) -> Said:
    """A sum in words; the second one of a message is said as the first was (nobody types "एक लाख , नहीं 125000")."""
    like: str = scene.picks.get("sum style", "")
    again = said(value, like) if like and not (like in SHORTENED and crooked(value)) and not wordy(value, like) else None
    text, style = (again, like) if again is not None else _phrase(p, value)
    scene.picks.setdefault("sum style", style)
    parts = p.number_parts(text)
    if style not in _OWN_SIGN and style != "k" and p.rng.random() < 0.35:
        parts += p.outside(p.pick(_RUPEES_HI if scene.hindi else _RUPEES))
    return Said(parts, value)


def amount(p: HinglishProvider, scene: Scene) -> Said:
    """A sum that fits the request: a loan is large, a recharge is a pack."""
    named: list[int] = scene.picks.setdefault("amounts", [])
    for _ in range(8):
        value = _near(p, named[0]) if named and scene.intent != "recharge" else _fitting(p, scene)
        if value not in named:
            break
    named.append(value)
    return _money(p, value, scene)


def amount_digits(p: HinglishProvider, scene: Scene) -> Said:
    """A sum in digits, as an English sentence has it: "send 5000 to", never "send पाँच हज़ार to"."""
    value = _fitting(p, scene)
    scene.picks.setdefault("amounts", []).append(value)
    return Said(p.number_parts(p.pick((f"{value}", f"{value}", f"{value}", f"₹{value}", f"rs {value}"))), value)


def amount_small(p: HinglishProvider, scene: Scene) -> Said:
    """A share of a dinner or a trip: some hundreds, a few thousands."""
    shares = (150, 200, 240, 250, 300, 320, 350, 400, 450, 500, 600, 650, 750, 800, 900, 1000, 1200, 1500, 1800, 2000, 2500, 3000, 4500)
    return _money(p, p.pick(shares), scene)


def _near(p: HinglishProvider, value: int) -> int:
    """A second sum of one message is one that could be confused with the first."""
    step: int = 10 ** (len(str(value)) - 1)
    change: int = p.pick((-2, -1, 1, 1, 2, 3)) * (step if value // step < 5 else 2 * step) // p.pick((1, 2))
    return value + (change if value + change >= value // 2 else abs(change))  # ten thousand is no slip for two lakh


def _fitting(p: HinglishProvider, scene: Scene) -> int:
    if scene.intent == "recharge":
        return price(p, scene)
    if scene.intent == "pay_bill":
        return _billed(p, scene)
    loan: Entry | None = scene.picks.get("loan")
    if loan is not None:
        return _lent(p, loan)
    purpose: str = scene.picks.get("purpose", "")
    if purpose:  # a room costs no 150 rupees, a tea no lakh
        return value_of(p, p.pick(_priced(p, purpose.replace(" के ", " का "))))
    return value_of(p, p.pick(_POWERS.get(scene.intent, (2, 3, 3, 4))))


def _lent(p: HinglishProvider, loan: Entry) -> int:
    """A sum that is lent for such a thing: its line says the least and the most, in rupees."""
    least, most = _bounds(loan)
    for _ in range(40):
        value = value_of(p, len(str(p.pick((least, most, most)))) - 1)
        if least <= value <= most:
            return value
    return least


def _bounds(loan: Entry | None) -> tuple[int, int]:
    return (int(loan.get("least", "50000")), int(loan.get("most", "1000000"))) if loan else (20_000, 2_500_000)


def _billed(p: HinglishProvider, scene: Scene) -> int:
    """What the bill comes to: to the rupee more often than round."""
    least, most = bill_bounds(scene)
    value = least + int((most - least) * p.rng.random() ** 2)
    return value if p.rng.random() < 0.6 else min(most, max(least, round(value, -1 if value < 1000 else -2)))


def _priced(p: HinglishProvider, purpose: str) -> tuple[int, ...]:
    """The powers of ten that a purpose costs, as its line says; hundreds to thousands where it says nothing."""
    line = next((e for e in p.lexicon.by_norm.get(purpose, ()) if e.cls == "purpose"), None)
    return tuple(map(int, line.get("sum", "2,3,3,3").split(","))) if line else (2, 3, 3, 3)


def amount_range(p: HinglishProvider, scene: Scene) -> Said:
    """Two sums with one unit, or from one to the other: no single amount (tag range)."""
    if scene.intent == "recharge":
        return _range(p, *budget(p, scene))
    if scene.intent == "pay_bill":
        return _range(p, *p.pick(bill_spans(scene)))
    spans = ((2, 3), (3, 4), (4, 5), (5, 6), (5, 7), (8, 10), (10, 12), (10, 15), (20, 25))
    if scene.intent == "loan_enquiry":
        least, most = _bounds(scene.picks.get("loan"))
        units = {"हज़ार": 1000, "लाख": 100_000}
        return _range(p, *p.pick([(s, u) for u, n in units.items() for s in (*spans, (50, 60)) if least <= s[0] * n and s[1] * n <= most] or [((2, 3), "लाख")]))
    bounds = p.pick(spans)
    return _range(p, bounds, p.pick(("हज़ार", "सौ") if bounds[1] < 10 else ("हज़ार",)))


def _range(p: HinglishProvider, bounds: tuple[int, int], unit: str) -> Said:
    low, high = bounds
    form = p.pick(("{a}-{b} {u}", "{a} से {b} {u}", "{A} {B} {u}") if high < 10 else ("{a}-{b} {u}", "{a} से {b} {u}", "{A} से {B} {u}"))
    a, b = say(low, "words_hi"), say(high, "words_hi")
    return Said(p.number_parts(form.format(a=low, b=high, A=a, B=b, u=unit)), None, tags=("range",))


def phone(p: HinglishProvider, scene: Scene) -> Said:
    """A patterned phone number, spaced as people space it."""
    digits = p.pick(p.phones)
    form = p.weighted(((0.5, "{0}"), (0.78, "{1} {2}"), (0.86, "{1}-{2}"), (0.94, "+91 {0}"), (1.0, "{3} {4} {5}")))
    text = form.format(digits, digits[:5], digits[5:], digits[:3], digits[3:6], digits[6:])
    parts = tuple([Part(_digits(w), None if w == "+91" else "") for w in text.split()])
    return Said(parts, digits)


def subscriber(p: HinglishProvider, scene: Scene) -> Said:
    """The number a recharge goes to: a mobile, or for DTH a subscriber number that cannot be dialled."""
    if scene.picks.get("operator_kind", "mobile") == "mobile":
        return phone(p, scene)
    digits = p.formats.numerify(p.pick(("1%########", "30########", "1%#########")))
    return Said((Part(_digits(digits)),), digits)


def order_id(p: HinglishProvider, scene: Scene) -> Said:
    """An order's number in the shapes shops use; never one that could be dialled. A second one of the message is misread by a sign or two."""
    form = p.pick(("%###", "%####", "%#####", "%###-??", "??-%##", "??%####", "OD%######", "ORD%###", "??%##?", "%##-%###"))
    first: str | None = scene.picks.get("order")
    text = p.formats.bothify(form, letters=_LETTERS) if first is None else _misread(p, first)
    scene.picks.setdefault("order", text)
    value = text.replace("-", "").replace(" ", "")
    return Said(tuple([Part(_digits(w)) for w in text.split()]), value)


def _misread(p: HinglishProvider, text: str) -> str:
    """The same number with one or two of its digits wrong."""
    places = [i for i, c in enumerate(text) if c.isdigit() and i]
    out = list(text)
    for at in {p.pick(places), p.pick(places)}:
        out[at] = str((int(out[at]) + 1 + int(p.rng.random() * 9)) % 10)
    return "".join(out)


def _digits(text: str) -> Word:
    lower = text.lower()
    return Word(text, "other", "number", (text,) if lower == text else (text, lower), (text,))


def between(least: int, most: int) -> Maker:
    """A maker of sums from `least` to `most` rupees."""

    def make(p: HinglishProvider, scene: Scene) -> Said:
        values = [v for v in (value_of(p, len(str(p.pick((least, most)))) - 1) for _ in range(20)) if least <= v <= most]
        return _money(p, values[0] if values else least, scene)

    return make


def sms_sum(p: HinglishProvider, scene: Scene) -> Said:
    """A sum as a bank's message prints it."""
    value = value_of(p, p.pick((2, 3, 3, 4)))
    return Said(p.number_parts(said(value, p.pick(("rs_prefix", "rs_prefix", "rupee_sign"))) or f"Rs {value}"), value)


def one_of(*values: int) -> Maker:
    """A maker that says one of a few numbers in digits: a rate, an age."""

    def make(p: HinglishProvider, scene: Scene) -> Said:
        return Said(p.number_parts(str(p.pick(values))), None)

    return make


def code(p: HinglishProvider, scene: Scene) -> Said:
    """A one-time code: four or six digits."""
    return Said((Part(_digits(p.formats.numerify(p.pick(("%###", "%#####", "%#####"))))),), None)


def small(p: HinglishProvider, scene: Scene) -> Said:
    """A number under a hundred: marks, an age, a table, a percentage."""
    value = 3 + int(p.rng.random() * 96)
    return Said(p.number_parts(say(value, p.weighted(((0.8, "digits"), (1.0, "words_hi"))))), None)


def passengers(p: HinglishProvider, scene: Scene) -> Said:
    """How many travel, with the word that counts them outside (लोग, ticket)."""
    value = p.weighted(((0.3, 2), (0.5, 3), (0.68, 4), (0.78, 1), (0.88, 5), (0.95, 6), (1.0, 8)))
    words = _count_words(p, value)
    counted = p.pick(("ticket", "seat")) if value == 1 else p.pick(("लोग", "लोग", "tickets", "seats", "passengers"))
    return Said(words + p.outside(counted), value)


def _count_words(p: HinglishProvider, value: int) -> tuple[Part, ...]:
    style = p.weighted(((0.5, "digits"), (0.92, "words_hi"), (1.0, "words_en")))
    return p.number_parts(say(value, style))


def quantity_words(p: HinglishProvider, value: Fraction) -> list[Word]:
    """A quantity as said over a counter: आधा, डेढ़, 2, दो."""
    able = styles(value)
    if value.denominator != 1 and "fraction_hi" in able and p.rng.random() < 0.95:
        return p.number_phrase(say(value, "fraction_hi"))
    wanted = p.weighted(((0.45, "fraction_hi"), (0.72, "digits"), (1.0, "words_hi")))
    style = wanted if wanted in able else "digits" if "digits" in able else "fraction_hi" if "fraction_hi" in able else able[0]
    return p.number_phrase(say(value, style))


PAAV = fixed_word("किलो", ("paav", "pav", "paav"), ("पाव",))
UNITS = {
    "किलो": fixed_word("किलो", ("kilo", "kilo", "kilo", "kg", "kg"), ("किलो", "किलो", "केजी")),
    "gram": fixed_word("gram", ("gram", "gm", "gram", "gms"), ("ग्राम",)),
    "litre": fixed_word("litre", ("litre", "liter", "ltr", "litre"), ("लीटर",)),
    "packet": fixed_word("packet", ("packet", "packet", "pkt"), ("पैकेट",)),
}
