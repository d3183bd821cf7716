"""Makers of what is eaten: dishes of one kitchen, the place that cooks them, a wish that fits."""

from collections.abc import Callable
from functools import lru_cache

from generators.provider import HinglishProvider
from generators.said import Part, Said, Scene
from generators.words import Word
from hinglish.lexicon import Entry
from hinglish.numerals import say

_COUNTS = (1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 4, 4, 5, 6)
_HELD = ("plate", "plate", "cup", "glass")
_ASIDE = ("sweet", "drink", "side", "soup")


def restaurant(p: HinglishProvider, scene: Scene) -> Said:
    """Where food is ordered: a place that serves it (no fish from a mithai shop), and a second time another one."""
    dishes: list[Entry] = scene.picks.get("dishes", [])
    named: list[Entry] = scene.picks.setdefault("shops", [])
    for _ in range(40):
        entry = p.draw("shop")
        if _has(entry, dishes) and entry not in named:
            break
    else:
        found = [e for e in p.of("shop") if _has(e, dishes) and e not in named]
        entry = p.pick(found or [e for e in p.kept("shop", "serves all", _serves_all) if e not in named])
    named.append(entry)
    return p.said(entry)


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
    "करीमीन",
    "सुरमई",
    "बोम्बिल",
    "पापलेट",
    "pomfret",
    "इलिश",
    "चिंगड़ी",
    "माछ",
    "मीन मोइली",
    "मांस",
    "मांगशो",
    "निहारी",
    "रिस्टा",
    "गुश्ताबा",
    "यख़नी",
    "जदोह",
    "एरोम्बा",
    "ज़ाकुती",
    "शामी",
    "सीख कबाब",
    "गलौटी",
    "काकोरी",
    "टुंडे",
    "कोरी रोट्टी",
    "omelette",
    "shawarma",
    "मालवणी",
)


@lru_cache(maxsize=1 << 12)
def _meat(norm: str) -> bool:
    return any(m in norm for m in MEAT)


def _serves(what: str, dish: Entry) -> bool:
    if what == "veg":
        return not _meat(dish.norm)
    return not what or any(w == f"kind:{dish.get('kind')}" or w in dish.norm for w in what.split("|"))


def _has(shop: Entry, dishes: list[Entry]) -> bool:
    return all(_serves(shop.get("serves"), d) and _cooks(shop, d) for d in dishes)


def _cooks(shop: Entry, dish: Entry) -> bool:
    """Does a place cook what comes from there (`from=south`)? What it serves by name it cooks; sweets and drinks of no place are everywhere."""
    if shop.get("serves") not in ("", "veg"):
        return True
    home = dish.get("from", "common")
    return home in shop.get("from", "common").split(",") or (home == "common" and dish.get("kind") in _ASIDE)


def _serves_all(entry: Entry) -> bool:
    return not entry.get("serves") and "," in entry.get("from")


def note(p: HinglishProvider, scene: Scene) -> Said:
    """A wish that fits what is ordered: no sambar with a halwa, no ice in a paratha."""
    dishes: list[Entry] = scene.picks.get("dishes", [])
    kinds = {d.get("kind", "savoury") for d in dishes}
    at = p.pick(p.of("note"))
    for _ in range(12):
        wanted = at.get("for").split("|") if at.get("for") else []
        if any(w in at.norm for w in ("जैन", "pure veg")) and any(_meat(d.norm) for d in dishes):
            pass
        elif not wanted or any((w.startswith("kind:") and kinds == {w[5:]}) or any(w in d.norm for d in dishes) for w in wanted):
            break
        at = p.pick(p.of("note"))
    else:
        at = p.pick(p.kept("note", "for any order", _for_any))
    return p.clause(at, marks=False)


def _for_any(entry: Entry) -> bool:
    return not entry.get("for")


def joined(p: HinglishProvider, i: int, n: int) -> tuple[Part, ...]:
    if i == 0:
        return ()
    if i < n - 1 or p.rng.random() < 0.15:
        return (Part(Word(",", "other", "mark", (",",), (",",)), None),)
    return (Part(p.words.word("और"), None),)


def how_many(p: HinglishProvider) -> int:
    return p.weighted(((0.66, 1), (0.91, 2), (0.985, 3), (1.0, 4)))


def meal(p: HinglishProvider, scene: Scene) -> Said:
    """What one orders hungry: no drink and no sweet."""
    return food_items(p, scene, filling=True)


def craved(p: HinglishProvider, scene: Scene) -> Said:
    """What one feels like eating: food, uncounted (nobody feels like four butter chickens)."""
    return food_items(p, scene, filling=True, counted=0.0)


def food_items(p: HinglishProvider, scene: Scene, filling: bool = False, counted: float = 0.6) -> Said:
    """One to four dishes, each with a count or none; plate, cup and glass before a dish are no part of it."""
    n = how_many(p)
    parts: list[Part] = []
    value = []
    before: list[Entry] = scene.picks.get("dishes", [])
    dishes = _together(p, n, before, filling)
    scene.picks.setdefault("dishes", dishes)
    for i, dish in enumerate(dishes):
        parts += joined(p, i, n)
        count, plural = None, False
        if p.rng.random() < counted:
            count = p.pick(_COUNTS[:12] if filling else _COUNTS)
            style = p.weighted(((0.44, "digits"), (0.97, "words_hi"), (1.0, "words_en")))
            parts += [Part(w, f"{i}.quantity") for w in p.number_phrase(say(count, style))]
            held = dish.get("per")
            if held in ("plate", "cup", "glass", "pack") and p.rng.random() < 0.4:
                parts.append(Part(p.words.word(held), None))
            elif count > 1 and dish.gender == "m" and held == "piece":
                plural = True
        words = p.oblique(p.words.entry(dish), last_only=True) if plural else p.words.entry(dish)
        parts += [Part(w, f"{i}.name") for w in words]
        value.append({"name": " ".join([w.norm for w in words]), "quantity": count})
    return Said(tuple(parts), value)


def _together(p: HinglishProvider, n: int, before: list[Entry], filling: bool) -> list[Entry]:
    """Dishes of one kitchen (no naan with sushi), each once; what stands beside a wrong one of a correction is of its kitchen too."""
    fills = p.kept("dish", "fills", _fills) if filling else p.kept("dish", "any", any_of)
    out: list[Entry] = []
    for _ in range(n):
        home = (before or out)[0].get("from", "common") if before or out else ""
        pool = p.kept("dish", f"of {home} {filling}", _of_kitchen(home, filling), fills) if home else fills
        entry = p.pick(pool)
        for _ in range(30):
            if entry not in out and entry not in before:
                break
            entry = p.pick(pool)
        out.append(entry)
    return out


def any_of(entry: Entry) -> bool:
    return True


def _fills(entry: Entry) -> bool:
    return entry.get("kind") not in _ASIDE and entry.norm not in ("पान", "मीठा पान", "गोला")


def _of_kitchen(home: str, filling: bool) -> Callable[[Entry], bool]:
    def test(entry: Entry) -> bool:
        of = entry.get("from", "common")
        return (of == home or (of == "common" and entry.get("kind") in ("sweet", "drink"))) and (not filling or _fills(entry))

    return test


def home_dish(p: HinglishProvider, scene: Scene) -> Said:
    """A dish that is cooked at home, or eaten there and elsewhere; what place serves it follows."""
    entry = p.pick(p.kept("dish", "of common kitchens", _of_common))
    scene.picks.setdefault("dishes", [entry])
    return p.said(entry)


def _of_common(entry: Entry) -> bool:
    return "from" not in entry.extra and _fills(entry) and entry.get("per") == "plate"
