"""Makers of bills: who sends one, for what, and what it comes to.

A school sends fees and an insurer a premium; nobody says "LIC का bill". So they stand where a sentence has those words.
"""

from collections.abc import Mapping

from generators.provider import HinglishProvider
from generators.said import Said, Scene
from hinglish.lexicon import Entry

# The least and the most, in rupees, that one bill of a household comes to.
_SUMS: Mapping[str, tuple[int, int]] = {
    "बिजली": (350, 6500), "पानी": (150, 1800), "gas": (250, 2200), "mobile": (299, 1499), "broadband": (399, 1999), "landline": (250, 1200),
    "credit card": (1200, 48000), "property tax": (1500, 18000), "insurance": (1200, 35000), "DTH": (200, 900), "school": (1500, 28000),
}  # fmt: skip
_ANY = (200, 5000)
_NO_BILLS = frozenset({"school", "insurance"})
_SPANS = ((2, 3), (3, 4), (4, 5), (5, 6), (5, 7), (8, 10), (10, 12), (10, 15), (20, 25))


def _kinds(entry: Entry) -> list[str]:
    return (entry.get("bill") or entry.get("biller", entry.norm)).replace("+", ",").split(",")


def _sends_bills(entry: Entry) -> bool:
    return _NO_BILLS.isdisjoint(_kinds(entry)) and entry.norm != "EMI"


def biller(p: HinglishProvider, scene: Scene) -> Said:
    """A company or public body that sends a bill; the kind of bill is remembered."""
    kind = scene.picks.get("bill")
    entry = p.pick(p.where("biller", "bill", str(kind)) if kind else p.kept("biller", "sends bills", _sends_bills))
    scene.picks.setdefault("bill", p.pick(_kinds(entry)))
    return p.said(entry)


def insurer(p: HinglishProvider, scene: Scene) -> Said:
    """Who is paid a premium."""
    scene.picks["bill"] = "insurance"
    return p.said(p.pick(p.where("biller", "bill", "insurance")))


def school(p: HinglishProvider, scene: Scene) -> Said:
    """Who is paid fees."""
    scene.picks["bill"] = "school"
    return p.said(p.pick(p.where("biller", "bill", "school")))


def bill_type(p: HinglishProvider, scene: Scene) -> Said:
    """Which bill: what the biller sends, when one is named."""
    kind = None if scene.picks.get("bill said") else scene.picks.get("bill")
    entry = p.pick(p.where("billtype", "biller", str(kind)) if kind else p.kept("billtype", "of bills", _sends_bills))
    scene.picks["bill said"] = True
    scene.picks.setdefault("bill", p.pick(_kinds(entry)))
    return p.said(entry)


def bill_type_en(p: HinglishProvider, scene: Scene) -> Said:
    """Which bill, in English words, for an English sentence."""
    kind = scene.picks.get("bill")
    pool = [e for e in p.where("billtype", "biller", str(kind)) if e.norm.isascii()] if kind else []
    return p.said(p.pick(pool or p.kept("billtype", "in English", _in_english)))


def _in_english(entry: Entry) -> bool:
    return entry.norm.isascii() and _sends_bills(entry)


def bill_bounds(scene: Scene) -> tuple[int, int]:
    """The least and the most that the bill of this message comes to."""
    return _SUMS.get(str(scene.picks.get("bill")), _ANY)


def bill_spans(scene: Scene) -> list[tuple[tuple[int, int], str]]:
    """What one guesses a bill at: two sums and their unit, within its bounds."""
    least, most = bill_bounds(scene)
    units = {"सौ": 100, "हज़ार": 1000}
    return [(s, u) for u, n in units.items() for s in _SPANS if least <= s[0] * n and s[1] * n <= most and (u != "सौ" or s[1] < 10)] or [((4, 5), "सौ")]
