"""What a recharge costs and how long it lasts: one table, so that 299 never buys 56 days nor 3599 one month.

Prices and spans are those of India's operators in 2024–2026, rounded to the packs that people name.
"""

from typing import NamedTuple

from generators.provider import HinglishProvider
from generators.said import Said, Scene
from generators.when import pick_by_hand
from hinglish.lexicon import Entry


class Pack(NamedTuple):
    """Sums in rupees that buy one span, and the words for it."""

    sums: tuple[int, ...]
    spans: tuple[str, ...]


_MONTH = ("1 month", "एक महीने", "monthly", "30 दिन", "एक महीने", "1 महीने")
_QUARTER = ("3 महीने", "तीन महीने", "3 months", "3 महीने")
_HALF = ("6 महीने", "छह महीने", "6 months")
_YEAR = ("1 साल", "एक साल", "365 days", "365 दिन", "1 year", "पूरे साल")
PACKS: dict[str, tuple[Pack, ...]] = {
    "mobile": (
        Pack((19, 22, 29, 33), ("1 दिन", "एक दिन", "1 day")),
        Pack((49, 69, 77), ("7 दिन", "7 days", "सात दिन")),
        Pack((99, 119, 129), ("14 दिन", "14 days")),
        Pack((155, 189, 199, 209, 239, 249, 265, 299, 349, 359, 399, 449, 299, 349, 239), ("28 दिन", "28 days", "28 दिन", "एक महीने", "monthly", "1 month")),
        Pack((479, 533, 579, 599, 649), ("56 दिन", "56 days", "दो महीने", "2 महीने")),
        Pack((666, 719, 799, 839, 859, 979, 999), ("84 दिन", "84 days", *_QUARTER)),
        Pack((1559, 1799, 1999, 2999, 3359, 3599), _YEAR),
    ),
    "dth": (Pack((150, 200, 250, 300, 350, 400, 450, 500), _MONTH), Pack((600, 750, 900, 1000, 1200), _QUARTER), Pack((1500, 1800, 2000, 2400), _HALF)),
    "other": (Pack((399, 499, 599, 700, 799, 999), _MONTH), Pack((1500, 1797, 2100, 2397), _QUARTER), Pack((2994, 4200, 4794), _HALF)),
    "fare": (Pack((100, 200, 300, 500, 700, 1000, 2000), ("30 दिन", "1 महीने")),),
}
_KINDS = {"mobile": "mobile", "dth": "dth", "broadband": "other"}
# How often the packs of a kind are bought, from the shortest on.
_SHARES = {7: (1, 2, 2, 12, 3, 6, 3), 3: (10, 4, 2), 1: (1,)}


def kind_of(entry: Entry) -> str:
    """Which table an operator's packs are in."""
    return _KINDS.get(entry.get("kind", "mobile").replace("+", ",").split(",")[0], "fare")


def _packs(p: HinglishProvider, scene: Scene) -> tuple[Pack, ...]:
    """The packs of the operator that is named, as a hole or as fixed words; of a mobile where none is."""
    named = scene.picks.get("operator")
    lines = [e for e in p.lexicon.by_norm.get(str(named), ()) if e.cls == "operator"]
    kind = scene.picks.get("operator_kind") or (kind_of(lines[0]) if lines else "mobile")
    return PACKS[str(kind)]


def _drawn(p: HinglishProvider, scene: Scene) -> Pack:
    packs = _packs(p, scene)
    table = [pack for pack, often in zip(packs, _SHARES[len(packs)], strict=True) for _ in range(often)]
    return p.pick(table)


def price(p: HinglishProvider, scene: Scene) -> int:
    """The sum of a pack, which the span follows; a second one of a message costs something else."""
    first: Pack | None = scene.picks.get("pack")
    pack = _drawn(p, scene) if first is None else _near(p, scene, first)
    scene.picks.setdefault("pack", pack)
    return p.pick(pack.sums)


def budget(p: HinglishProvider, scene: Scene) -> tuple[tuple[int, int], str]:
    """Two sums that a pack of the named span lies between, and their unit."""
    pack: Pack = scene.picks.get("pack") or _drawn(p, scene)
    value = p.pick(pack.sums)
    low, unit = (value // 1000, "हज़ार") if value >= 1000 else (max(1, value // 100), "सौ")
    return ((low, low + 1) if low < 9 else (8, 10)), unit


def _near(p: HinglishProvider, scene: Scene, first: Pack) -> Pack:
    """The same pack or one beside it: what one could have said by mistake."""
    packs = _packs(p, scene)
    at = packs.index(first)
    return p.pick(packs[max(0, at - 1) : at + 2])


def validity(p: HinglishProvider, scene: Scene) -> Said:
    """For how long a pack lasts: the one whose price is named, else any of the operator's."""
    if scene.picks.get("span said"):  # the wrong one of a correction is of another pack
        others = [pack for pack in _packs(p, scene) if pack is not scene.picks.get("pack")]
        return p.text(p.pick(p.pick(others or _packs(p, scene)).spans))
    pack = scene.picks.setdefault("pack", _drawn(p, scene))
    scene.picks["span said"] = True
    return p.text(pick_by_hand(p, scene, pack.spans))


def validity_en(p: HinglishProvider, scene: Scene) -> Said:
    """A span as an English sentence names it: "28 days plan", never "एक साल"."""
    pack = scene.picks.setdefault("pack", _drawn(p, scene))
    english = [s for s in pack.spans if s.isascii()]
    return p.text(p.pick(english or ["28 days"]))
