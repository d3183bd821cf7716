"""Makers of people and places: whom, from where, to where."""

from collections.abc import Callable

from generators.provider import HinglishProvider
from generators.said import Part, Said, Scene
from hinglish.lexicon import Entry

_KNOWN_BY = tuple(
    (what, who)
    for what, whom in (
        ("building", "uncle aunty भैया"), ("पड़ोस", "aunty uncle भैया"), ("ऊपर", "aunty uncle"), ("नीचे", "aunty uncle"), ("दूध", "भैया"),
        ("अख़बार", "भैया"), ("tuition", "sir madam"), ("gym", "भैया sir"), ("दुकान", "भैया uncle"), ("office", "sir madam भैया"), ("किराने", "भैया uncle"),
    )
    for who in whom.split()
)  # fmt: skip
HONORIFICS = ("जी", "भाई", "sir", "साहब", "भैया", "madam")


def _kin(p: HinglishProvider) -> tuple[Entry, ...]:
    return p.where("kin", "call", "1")


def given(p: HinglishProvider, scene: Scene) -> Said:
    """A given name."""
    return p.said(p.draw("given"))


def own_name(p: HinglishProvider, scene: Scene) -> Said:
    """The speaker's own name: a woman's for a woman."""
    return p.said(p.pick(p.kept("given", f"own {scene.gender}", _of_gender(scene.gender))))


def _of_gender(gender: str) -> Callable[[Entry], bool]:
    def test(entry: Entry) -> bool:
        return entry.gender == gender

    return test


def person(p: HinglishProvider, scene: Scene) -> Said:
    """A person as one is named in a message: given name most often, kin, full name, a name with kin or honorific, a role."""
    at = p.rng.random()
    if at < 0.42:
        return given(p, scene)
    if at < 0.58:
        first, last = p.draw("given"), p.draw("surname")
        return _joined(p, first, last)
    if at < 0.74:
        return p.said(p.pick(_kin(p)))
    if at < 0.80:
        role = p.said(p.pick(p.where("role", "call", "1")))
        return role if at < 0.78 else _described(p)
    if at < 0.86:
        name = p.draw("given")
        kin = ("दीदी", "aunty", "मौसी", "भाभी") if name.gender == "f" else ("चाचा", "uncle", "मामा", "काका")
        return p.text_of(name, p.pick(kin))
    if at < 0.92:
        name = p.draw("given")
        honorifics = ("जी", "madam", "जी") if name.gender == "f" else ("जी", "भाई", "sir", "साहब", "भैया")
        base = p.said(name)
        return Said(base.parts + p.outside(p.pick(honorifics)), base.value)
    if at < 0.985:
        family = p.said(p.draw("surname"))
        if at < 0.94:
            return Said((Part(p.words.word("Dr")), *family.parts), f"Dr {family.value}")
        return Said(family.parts + p.outside("जी"), family.value)
    return p.said(p.pick(p.where("foreign", "type", "person")))


def _described(p: HinglishProvider) -> Said:
    """Somebody known by what he brings or where he lives; the description is no part of the name (the guide's किराने वाले भगवती प्रसाद)."""
    what, who = p.pick(_KNOWN_BY)
    return Said(p.outside(f"{what} {'वाली' if who in ('aunty', 'दीदी', 'madam') else 'वाले'}") + p.text(who).parts, who)


def _joined(p: HinglishProvider, first: Entry, last: Entry) -> Said:
    a, b = p.said(first), p.said(last)
    return Said(a.parts + b.parts, f"{a.value} {b.value}")


def doctor(p: HinglishProvider, scene: Scene) -> Said:
    """With whom an appointment is: Dr and a surname, a hospital, a person."""
    at = p.rng.random()
    if at < 0.5:
        last = p.said(p.draw("surname"))
        return Said((Part(p.words.word("Dr")), *last.parts), f"Dr {last.value}")
    if at < 0.62:
        both = _joined(p, p.draw("given"), p.draw("surname"))
        return Said((Part(p.words.word("Dr")), *both.parts), f"Dr {both.value}")
    if at < 0.94:
        return p.said(p.pick(p.kept("hospital", "no lab", _no_lab)))
    name = p.said(p.draw("given"))
    return Said((Part(p.words.word("Dr")), *name.parts), f"Dr {name.value}")


def doctor_name(p: HinglishProvider, scene: Scene) -> Said:
    """A doctor by name, where a hospital would not fit."""
    named = _joined(p, p.draw("given"), p.draw("surname")) if p.rng.random() < 0.3 else p.said(p.draw("surname"))
    return Said((Part(p.words.word("Dr")), *named.parts), f"Dr {named.value}")


def hospital(p: HinglishProvider, scene: Scene) -> Said:
    """A hospital where any illness is seen; a laboratory or a dentist's is none."""
    return p.said(p.pick(p.kept("hospital", "of all", _of_all)))


def _of_all(entry: Entry) -> bool:
    return not entry.get("kind")


def _no_lab(entry: Entry) -> bool:
    return entry.get("kind") != "lab"


def area(p: HinglishProvider, scene: Scene) -> Said:
    """A part of one town: what a slip of the tongue can be taken for (not a terminal for a market)."""
    town = scene.picks.get("city")
    here = p.kept("place", f"area of {town}", _near("area", str(town)), p.where("place", "type", "area")) if town else p.where("place", "type", "area")
    entry = _other(p, scene, here)
    scene.picks.setdefault("city", entry.get("city") or "elsewhere")
    return p.said(entry)


def way_to(p: HinglishProvider, scene: Scene) -> Said:
    """Where somebody asks the way to: a named place far more often than "the airport"."""
    return p.said(_other(p, scene, p.where("spot", "way", "to"))) if p.rng.random() < 0.14 else _named(p, scene)


def way_from(p: HinglishProvider, scene: Scene) -> Said:
    """From where the way is asked: a named place, or home, office, station."""
    return p.said(_other(p, scene, p.where("spot", "way", "from"))) if p.rng.random() < 0.25 else _named(p, scene)


def city(p: HinglishProvider, scene: Scene) -> Said:
    """A city or town."""
    return p.said(p.pick(p.where("place", "type", "city")))


def spot(p: HinglishProvider, scene: Scene) -> Said:
    """Somewhere a cab goes: an area, a landmark, a common place; from one city in one message."""
    if p.rng.random() < 0.3:
        return p.said(_other(p, scene, p.kept("spot", "of a ride", _of_a_ride)))
    return _named(p, scene)


def _of_a_ride(entry: Entry) -> bool:
    return entry.get("way") != "none"


def _named(p: HinglishProvider, scene: Scene) -> Said:
    """A place with a name: an area, a landmark, a station; two of one message lie in one town."""
    at = 0.3 + 0.7 * p.rng.random()
    town = scene.picks.get("city")
    spots, near = p.of("spot"), p.where("foreign", "type", "area")
    if at < 0.36:
        area = _other(p, scene, p.kept("foreign", f"area of {town}", _near("area", str(town)), spots) if town else near)
        scene.picks.setdefault("city", area.get("city") or "elsewhere")
        return p.said(area)
    kind = p.weighted(((0.75, "area"), (0.9, "landmark"), (1.0, "station")))
    pool = p.where("place", "type", kind)
    if town:  # of the same town; where it has none of the kind an area of it, and at last a spot that every town has
        here = p.kept("place", f"area of {town}", _near("area", str(town)), spots)
        pool = p.kept("place", f"{kind} of {town}", _near(kind, str(town)), here)
    entry = _other(p, scene, pool)
    if entry.get("city"):
        scene.picks.setdefault("city", entry.get("city"))
    return p.said(entry)


def _near(kind: str, town: str) -> Callable[[Entry], bool]:
    def test(entry: Entry) -> bool:
        return entry.get("type") == kind and entry.get("city") == town

    return test


def _other(p: HinglishProvider, scene: Scene, pool: tuple[Entry, ...]) -> Entry:
    """One of the pool that this example has not named yet."""
    named: list[str] = scene.picks.setdefault("places", [])
    entry = p.pick(pool)
    for i in range(9):
        if entry.norm not in named:
            break
        entry = p.pick(pool if i < 8 else p.of("spot"))
    named.append(entry.norm)
    return entry


def station(p: HinglishProvider, scene: Scene) -> Said:
    """A city that the chosen mode reaches: a train needs a railway station, a flight an airport."""
    mode = scene.picks.get("mode")
    if mode == "flight" and not scene.picks.get("abroad") and p.rng.random() < 0.2:
        scene.picks["abroad"] = True  # who flies from here flies there or back, not from Miami to Milan
        return p.said(_other(p, scene, p.where("foreign", "type", "city")))
    key = {"train": "rail", "flight": "air"}.get(str(mode))
    pool = p.where("place", key, "1") if key else p.where("place", "type", "city")
    return p.said(_other(p, scene, pool))


def weather_place(p: HinglishProvider, scene: Scene) -> Said:
    """Where the weather is asked for."""
    at = p.rng.random()
    if at < 0.72:
        return city(p, scene)
    if at < 0.92:
        return p.said(p.pick(p.where("place", "type", p.pick(("town", "district", "state", "area", "village")))))
    return p.said(p.pick(p.where("foreign", "type", "city")))
