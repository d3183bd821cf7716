"""Makers of what is carried home: groceries with the quantities and units one buys them in."""

from fractions import Fraction
from functools import lru_cache

from generators.food import any_of, how_many, joined
from generators.money import PAAV, UNITS, quantity_words
from generators.provider import HinglishProvider
from generators.said import Part, Said, Scene
from hinglish.lexicon import Entry

_GRAMS = tuple(map(Fraction, (50, 100, 100, 200, 250, 250, 500, 500, 750)))
_PIECES = tuple(map(Fraction, (1, 1, 2, 2, 3, 4, 5, 6)))
_WEIGHED = tuple(map(Fraction, ("1", "2", "1/2", "1/2", "3/2", "5/2", "5", "1/4", "3", "5/4", "3/4", "10", "4")))


def grocery_items(p: HinglishProvider, scene: Scene) -> Said:
    """One to four groceries with the quantities and units one buys them in; पाव is ¼ किलो, a दर्जन is 12 with no unit."""
    n = how_many(p)
    parts: list[Part] = []
    value = []
    for i, thing in enumerate(_several(p, p.kept("grocery", "any", any_of), n)):
        parts += joined(p, i, n)
        at = p.rng.random()
        quantity, unit, words = (None, None, []) if at < 0.2 else _measure(p, thing, f"{i}")
        several = unit is None and quantity is not None and quantity > 1 and thing.gender == "m"
        said = p.oblique(p.words.entry(thing)) if several else p.words.entry(thing)  # छह भुट्टे
        name = [Part(w, f"{i}.name") for w in said]
        parts += name + words if at > 0.88 else words + name
        value.append({"name": " ".join([w.norm for w in said]), "quantity": quantity, "unit": unit})
    return Said(tuple(parts), value)


def _several(p: HinglishProvider, pool: tuple[Entry, ...], n: int) -> list[Entry]:
    out: list[Entry] = []
    while len(out) < n:
        entry = p.pick(pool)
        if entry not in out:
            out.append(entry)
    return out


def _measure(p: HinglishProvider, thing: Entry, item: str) -> tuple[float | int, str | None, list[Part]]:
    units = thing.get("units", "packet").split(",")
    unit = units[0] if p.rng.random() < 0.7 else p.pick(units)
    q, u = f"{item}.quantity", f"{item}.unit"
    if unit == "पाव":
        n = p.pick((Fraction(1), Fraction(1, 2), Fraction(1), Fraction(1), Fraction(3)))  # two paav are called half a kilo
        return _plain(n / 4), "किलो", [Part(w, q) for w in quantity_words(p, n)] + [Part(PAAV, u, q)]
    if unit == "दर्जन":
        n = p.pick((Fraction(1), Fraction(2), Fraction(1), Fraction(1, 2), Fraction(3)))
        return _plain(n * 12), None, [Part(w, q) for w in (*quantity_words(p, n), p.words.word("दर्जन"))]
    if unit == "gram":
        n = _usual(p, thing, _GRAMS)
    elif unit == "ml":
        n = Fraction(p.pick((100, 200, 250, 500)))
    elif unit in ("किलो", "litre"):
        n = _usual(p, thing, _WEIGHED)
    else:
        n = _usual(p, thing, _PIECES)
    said = [Part(w, q) for w in quantity_words(p, n)]
    if unit == "-" or (unit == "piece" and p.rng.random() < 0.7):
        return _plain(n), None, said
    return _plain(n), unit, [*said, Part(UNITS.get(unit) or p.words.word(unit), u)]


def _usual(p: HinglishProvider, thing: Entry, sums: tuple[Fraction, ...]) -> Fraction:
    """How much one buys of it, by its line (`typical=0.5-2`); where none of the sums lies there, the smallest of them."""
    return p.pick(_bought(thing.get("typical", "1-3"), sums))


@lru_cache(maxsize=1 << 10)
def _bought(typical: str, sums: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    low, _, high = typical.partition("-")
    if fitting := tuple([n for n in sums if Fraction(low) <= n <= Fraction(high)]):
        return fitting
    if min(sums) > Fraction(high):  # its line counts kilos or packets, and grams are asked for
        return tuple([n for n in sums if 200 <= n <= 500])
    return min(sums), min(sums), sorted(sums)[len(sums) // 3]


def _plain(value: Fraction) -> float | int:
    return value.numerator if value.denominator == 1 else float(value)


def staple(p: HinglishProvider, scene: Scene) -> Said:
    """A grocery whose price people talk about: what is weighed or poured."""
    words = p.oblique(p.words.entry(p.pick(p.kept("grocery", "staple", _is_staple))))  # it stands before के दाम
    return Said(tuple([Part(w) for w in words]), " ".join([w.norm for w in words]))


def _is_staple(entry: Entry) -> bool:
    return entry.get("units").split(",")[0] in ("किलो", "litre") and Fraction(entry.get("typical", "1-1").partition("-")[2]) >= 1
