"""Makers of brands, services, goods, food and clauses, with what must fit together: a bill and its biller, a pack and its operator."""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from generators.money import PAAV, UNITS, quantity_words
from generators.packs import kind_of
from generators.provider import HinglishProvider, Maker
from generators.said import Part, Said, Scene
from generators.words import Word
from hinglish.lexicon import Entry
from hinglish.numerals import say

_COUNTS = (1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5, 6)
_WEIGHED = tuple(map(Fraction, ("1", "2", "1/2", "1/2", "3/2", "5/2", "5", "1/4", "3", "5/4", "3/4", "10", "4")))
_MOST_BY_UPI = 100_000  # rupees in a day, National Payments Corporation of India
_HELD = ("plate", "plate", "cup", "glass")


def loan_type(p: HinglishProvider, scene: Scene) -> Said:
    """Which loan; sum and years follow it."""
    entry = p.common("loan")
    scene.picks["loan"] = entry
    return p.said(entry)


def of_class(cls: str) -> Maker:
    """A maker that says one entry of a class."""

    def make(p: HinglishProvider, scene: Scene) -> Said:
        return p.said(p.common(cls))

    return make


def app_for(use: str) -> Maker:
    """A maker that says an app of one use."""

    def make(p: HinglishProvider, scene: Scene) -> Said:
        return p.said(p.pick(p.where("app", "use", use)))

    return make


def via(p: HinglishProvider, scene: Scene) -> Said:
    """The sender's app, bank or account: Paytm, HDFC, HDFC account, SBI के account, savings account, UPI."""
    at = p.rng.random()
    if max(scene.picks.get("amounts", (0,))) > _MOST_BY_UPI:  # by a bank then
        at = 0.42 + 0.3 * at
    if at < 0.42:
        return p.said(p.pick(p.where("app", "use", "pay")))
    if at < 0.55:
        return p.said(p.common("bank"))
    if at < 0.72:
        return p.text_of(p.common("bank"), p.pick(("account", "account", "account", "के account", "card")))
    return p.text(p.pick(("UPI", "UPI", "UPI", "savings account", "salary account", "net banking", "current account", "credit card")))


def operator(p: HinglishProvider, scene: Scene) -> Said:
    """Who is recharged; amount and number follow its kind."""
    entry = p.pick(p.where("operator", "kind", p.weighted(((0.74, "mobile"), (0.94, "dth"), (1.0, "broadband")))))
    scene.picks.setdefault("operator_kind", kind_of(entry))
    return p.said(entry)


def mobile(p: HinglishProvider, scene: Scene) -> Said:
    """Who runs a mobile: nobody's number gets a Tata Play pack."""
    scene.picks.setdefault("operator_kind", "mobile")
    return p.said(p.pick(p.where("operator", "kind", "mobile")))


def mode(p: HinglishProvider, scene: Scene) -> Said:
    """By what one travels, in the words people use for it."""
    chosen = p.pick([m for m in ("train", "bus", "flight") if m != scene.picks["mode"]]) if scene.picks.get("mode said") else _mode(p, scene)
    scene.picks["mode said"] = True  # a second one is the wrong one of a correction
    words = {"train": ("train", "train", "train", "train", "रेल"), "bus": ("bus",), "flight": ("flight", "flight", "plane")}
    return Said((Part(p.words.word(p.pick(words[chosen]))),), chosen)


def _mode(p: HinglishProvider, scene: Scene) -> str:
    if "mode" not in scene.picks:
        scene.picks["mode"] = p.weighted(((0.55, "train"), (0.78, "bus"), (1.0, "flight")))
    return str(scene.picks["mode"])


def travel_class(p: HinglishProvider, scene: Scene) -> Said:
    """A class of the chosen mode. Where no other word says the mode and the class can be of one only, it says the mode too."""
    if "mode" in scene.slots:
        return p.said(p.pick(p.where("travelclass", "mode", _mode(p, scene))))
    entry = p.pick(p.kept("travelclass", "one mode", _one_mode))
    scene.picks["mode"] = entry.get("mode")
    return Said(tuple([Part(w, "", "mode") for w in p.words.entry(entry)]), entry.norm, implied=(("mode", entry.get("mode")),))


def _sells(group: str) -> Callable[[Entry], bool]:
    def test(entry: Entry) -> bool:
        return group in entry.get("group", group).split(",")

    return test


def _one_mode(entry: Entry) -> bool:
    return "," not in entry.get("mode").replace("+", ",")


def store(p: HinglishProvider, scene: Scene) -> Said:
    """Where something was ordered."""
    thing: Entry | None = scene.picks.get("product")
    if thing is None:
        return p.said(p.common("store"))
    return p.said(p.pick(p.kept("store", f"sells {thing.get('group')}", _sells(thing.get("group")))))


def restaurant(p: HinglishProvider, scene: Scene) -> Said:
    """Where food is ordered: a place that serves it (no fish from a mithai shop)."""
    dishes: list[Entry] = scene.picks.get("dishes", [])
    for _ in range(20):
        entry = p.lexicon.draw("shop", p.rng)
        if all(_serves(entry.get("serves"), d) for d in dishes):
            return p.said(entry)
    return p.said(p.pick(p.kept("shop", "serves all", _serves_all)))


def product(p: HinglishProvider, scene: Scene) -> Said:
    """A thing bought; what goes wrong with it and its gender follow."""
    first: Entry | None = scene.picks.get("product")
    entry = p.lexicon.draw("product", p.rng) if first is None else p.pick(p.where("product", "group", first.get("group")))
    scene.picks.setdefault("product", entry)
    return p.said(entry)


def product_en(p: HinglishProvider, scene: Scene) -> Said:
    """A thing by its English name, for an English sentence."""
    entry = p.pick(p.kept("product", "in English", _in_english))
    scene.picks.setdefault("product", entry)
    return p.said(entry)


def _in_english(entry: Entry) -> bool:
    return entry.norm.isascii()


_PRESENTS = frozenset("fashion footwear jewellery bags eyewear toys phone audio books".split())


def present(p: HinglishProvider, scene: Scene) -> Said:
    """A thing that one gives or wears at a wedding or a birthday: no griddle."""
    entry = p.pick(p.kept("product", "presents", _given))
    scene.picks.setdefault("product", entry)
    return p.said(entry)


def _given(entry: Entry) -> bool:
    return entry.get("group") in _PRESENTS


_MENDED = frozenset("appliance cooling washing geyser fan stove kitchen screen electronics phone audio".split())


def mended(entry: Entry) -> bool:
    """Does somebody come and mend such a thing?"""
    return entry.get("group") in _MENDED


MEAT = (
    "chicken",
    "mutton",
    "fish",
    "egg",
    "prawn",
    "मछली",
    "अंडा",
    "गोश्त",
    "मटन",
    "चिकन",
    "कीमा",
    "क़ीमा",
    "pork",
    "beef",
    "झींगा",
    "मुर्ग़",
    "क्रैब",
    "crab",
    "कोसा",
    "माछ",
    "mince",
    "पाया",
    "नल्ली",
    "हलीम",
    "रोग़न जोश",
)


@lru_cache(maxsize=1 << 12)
def _meat(norm: str) -> bool:
    return any(m in norm for m in MEAT)


def _serves(what: str, dish: Entry) -> bool:
    if what == "veg":
        return not _meat(dish.norm)
    return not what or any(w == f"kind:{dish.get('kind')}" or w in dish.norm for w in what.split("|"))


def _serves_all(entry: Entry) -> bool:
    return not entry.get("serves")


def song(p: HinglishProvider, scene: Scene) -> Said:
    """A title, or what is asked for; beside a singer only what any singer sings (old songs, not another's title)."""
    return p.said(p.pick(p.where("song", "anyone", "1")) if "artist" in scene.slots else p.lexicon.draw("song", p.rng))


def title(p: HinglishProvider, scene: Scene) -> Said:
    """A song by its title: what is mistaken for another (not wedding songs for a gym playlist)."""
    return p.said(p.pick(p.where("song", "kind", "title")))


def song_sung(p: HinglishProvider, scene: Scene) -> Said:
    """What any singer has sung (old songs, a sad one): not another's title."""
    return p.said(p.pick(p.where("song", "anyone", "1")))


def song_party(p: HinglishProvider, scene: Scene) -> Said:
    """What is danced to."""
    return p.said(p.pick(p.where("song", "mood", "party")))


def singer(p: HinglishProvider, scene: Scene) -> Said:
    """Somebody with a voice: no band, composer or player, nor one who sings in English."""
    return p.said(p.pick(p.kept("artist", "voice", _sings)))


def _sings(entry: Entry) -> bool:
    return not entry.get("voice") and not entry.norm.isascii()


def note(p: HinglishProvider, scene: Scene) -> Said:
    """A wish that fits what is ordered: no sambar with a halwa, no ice in a paratha."""
    dishes: list[Entry] = scene.picks.get("dishes", [])
    kinds = {d.get("kind", "savoury") for d in dishes}
    at = p.pick(p.lexicon.of("note"))
    for _ in range(12):
        wanted = at.get("for").split("|") if at.get("for") else []
        if not wanted or any((w.startswith("kind:") and kinds == {w[5:]}) or any(w in d.norm for d in dishes) for w in wanted):
            break
        at = p.pick(p.lexicon.of("note"))
    else:
        at = p.pick(p.kept("note", "for any order", _for_any))
    return p.clause(at, marks=False)


def _for_any(entry: Entry) -> bool:
    return not entry.get("for")


def _and(p: HinglishProvider, i: int, n: int) -> tuple[Part, ...]:
    if i == 0:
        return ()
    if i < n - 1 or p.rng.random() < 0.15:
        return (Part(Word(",", "other", "mark", (",",), (",",)), None),)
    return (Part(p.words.word("और"), None),)


def _how_many(p: HinglishProvider) -> int:
    return p.weighted(((0.66, 1), (0.91, 2), (0.985, 3), (1.0, 4)))


def food_items(p: HinglishProvider, scene: Scene) -> Said:
    """One to four dishes, each with a count or none; plate, cup and glass before a dish are no part of it."""
    n = _how_many(p)
    parts: list[Part] = []
    value = []
    dishes = _several(p, p.lexicon.of("dish"), n)
    scene.picks.setdefault("dishes", dishes)
    for i, dish in enumerate(dishes):
        parts += _and(p, i, n)
        count, plural = None, False
        if p.rng.random() < 0.6:
            count = p.pick(_COUNTS)
            style = p.weighted(((0.42, "digits"), (0.94, "words_hi"), (1.0, "words_en")))
            parts += [Part(w, f"{i}.quantity") for w in p.number_phrase(say(count, style))]
            held = dish.get("per")
            if held in ("plate", "cup", "glass", "pack") and p.rng.random() < 0.4:
                parts.append(Part(p.words.word(held), None))
            elif count > 1 and dish.gender == "m":
                plural = True
        words = p.oblique(p.words.entry(dish), last_only=True) if plural else p.words.entry(dish)
        parts += [Part(w, f"{i}.name") for w in words]
        value.append({"name": " ".join([w.norm for w in words]), "quantity": count})
    return Said(tuple(parts), value)


def _several(p: HinglishProvider, pool: tuple[Entry, ...], n: int) -> list[Entry]:
    out: list[Entry] = []
    while len(out) < n:
        entry = p.pick(pool)
        if entry not in out:
            out.append(entry)
    return out


def grocery_items(p: HinglishProvider, scene: Scene) -> Said:
    """One to four groceries with the quantities and units one buys them in; पाव is ¼ किलो, a दर्जन is 12 with no unit."""
    n = _how_many(p)
    parts: list[Part] = []
    value = []
    for i, thing in enumerate(_several(p, p.lexicon.of("grocery"), n)):
        parts += _and(p, i, n)
        at = p.rng.random()
        quantity, unit, words = (None, None, []) if at < 0.2 else _measure(p, thing, f"{i}")
        name = [Part(w, f"{i}.name") for w in p.words.entry(thing)]
        parts += name + words if at > 0.88 else words + name
        value.append({"name": thing.norm, "quantity": quantity, "unit": unit})
    return Said(tuple(parts), value)


def _measure(p: HinglishProvider, thing: Entry, item: str) -> tuple[float | int, str | None, list[Part]]:
    units = thing.get("units", "packet").split(",")
    unit = units[0] if p.rng.random() < 0.7 else p.pick(units)
    q, u = f"{item}.quantity", f"{item}.unit"
    if unit == "पाव":
        n = p.pick((Fraction(1), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(3)))
        return _plain(n / 4), "किलो", [Part(w, q) for w in quantity_words(p, n)] + [Part(PAAV, u, q)]
    if unit == "दर्जन":
        n = p.pick((Fraction(1), Fraction(2), Fraction(1), Fraction(1, 2), Fraction(3)))
        return _plain(n * 12), None, [Part(w, q) for w in (*quantity_words(p, n), p.words.word("दर्जन"))]
    if unit == "gram":
        n = Fraction(p.pick((50, 100, 100, 200, 250, 250, 500, 500, 750)))
    elif unit == "ml":
        n = Fraction(p.pick((100, 200, 250, 500)))
    elif unit in ("किलो", "litre"):
        n = p.pick(_WEIGHED)
    else:
        n = Fraction(p.pick((1, 1, 2, 2, 3, 4, 5, 6)))
    said = [Part(w, q) for w in quantity_words(p, n)]
    if unit == "-" or (unit == "piece" and p.rng.random() < 0.7):
        return _plain(n), None, said
    return _plain(n), unit, [*said, Part(UNITS.get(unit) or p.words.word(unit), u)]


def _plain(value: Fraction) -> float | int:
    return value.numerator if value.denominator == 1 else float(value)
