"""Makers for corrections of days and hours: the wrong one is a neighbour of the right one, as a slip of the tongue is.

"कल , नहीं परसों", "शाम 5 बजे , sorry 6 बजे"; never "दोपहर 3:15 बजे , नहीं 5 am" nor "month end , नहीं Friday".
"""

from generators.provider import HinglishProvider
from generators.said import Said, Scene
from generators.when import time
from hinglish.numerals import say

_NEAR_DAYS = ("आज", "कल", "परसों")
_MONTHS = ("June", "July", "August", "October", "January", "March")
_WEEK_HI = ("सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार", "रविवार")
_WEEK_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TURNS = ((0.5, _NEAR_DAYS), (0.7, _WEEK_HI), (0.85, _WEEK_EN), (1.0, tuple(f"{n} तारीख" for n in range(2, 29))))
_DAY = (*[("सुबह", h) for h in (7, 8, 9, 10, 11)], ("दोपहर", 1), ("दोपहर", 2), *[("शाम", h) for h in (4, 5, 6, 7)], ("रात", 8), ("रात", 9))
_DAWN = tuple(("सुबह", h) for h in (4, 5, 5, 6, 6, 7, 7, 8))


def day(p: HinglishProvider, scene: Scene) -> Said:
    """A day; a second one of the message is a neighbour of the first, of the same kind."""
    first = scene.picks.get("day")
    week = p.weighted(_TURNS) if first is None else first[0]
    at = int(p.rng.random() * len(week)) if first is None else _beside(p, first[1], len(week))
    scene.picks.setdefault("day", (week, at))
    return p.text(week[at])


def day_en(p: HinglishProvider, scene: Scene) -> Said:
    """A day after the English "due on": a weekday or a day of a month, never "on next week"."""
    return p.text(p.pick(_WEEK_EN) if p.rng.random() < 0.5 else f"{2 + int(p.rng.random() * 26)} {p.pick(_MONTHS)}")


def _beside(p: HinglishProvider, at: int, n: int) -> int:
    steps = [i for i in (at - 1, at + 1) if 0 <= i < n]
    return p.pick(steps)


def hour(p: HinglishProvider, scene: Scene) -> Said:
    """An hour of the day; a second one of the message is an hour or half an hour off and in the same words."""
    return _hour(p, scene, _DAY)


def dawn(p: HinglishProvider, scene: Scene) -> Said:
    """An hour to wake at; a second one of the message is near it."""
    return _hour(p, scene, _DAWN)


def _hour(p: HinglishProvider, scene: Scene, table: tuple[tuple[str, int], ...]) -> Said:
    first = scene.picks.get("hour")
    if first is None:
        part, at, half = *p.pick(table), p.rng.random() < 0.3
        named, words = p.rng.random() < 0.6, p.rng.random() < 0.3
    else:
        part, at, half, named, words = first
        if p.rng.random() < 0.4:
            half = not half
        else:
            at = at + 1 if p.rng.random() < 0.5 or at - 1 < min(h for q, h in table if q == part) else at - 1
    scene.picks.setdefault("hour", (part, at, half, named, words))
    return p.text(f"{part} {_clock(at, half=half, words=words)}" if named else _clock(at, half=half, words=words))


def _clock(at: int, *, half: bool, words: bool) -> str:
    if not half:
        return f"{say(at, 'words_hi') if words else at} बजे"
    if words:
        return {1: "डेढ़ बजे", 2: "ढाई बजे"}.get(at, f"साढ़े {say(at, 'words_hi')} बजे")
    return f"{at}:30 बजे"


def time_en_dawn(p: HinglishProvider, scene: Scene) -> Said:
    """An hour to wake at, in an English sentence: "at 6:30 am"."""
    return p.text(p.pick(("4 am", "4:30 am", "5 am", "5:15 am", "5:30 am", "6 am", "6:15 am", "6:30 am", "6:45 am", "7 am", "7:15 am", "7:30 am", "8 am")))


def date_en_near(p: HinglishProvider, scene: Scene) -> Said:
    """The day of an alarm, in an English sentence."""
    return p.text(p.pick(("tomorrow", "tomorrow", "tomorrow", *_WEEK_EN)))


def repeat_en(p: HinglishProvider, scene: Scene) -> Said:
    """How often, in an English sentence."""
    return p.text(p.pick(("daily", "daily", "every day", "weekdays", *[f"every {d}" for d in _WEEK_EN])))


def repeat_all(p: HinglishProvider, scene: Scene) -> Said:
    """Every day, so that one can be left out."""
    return p.text(p.pick(("रोज़", "रोज़", "रोज़ाना", "daily", "हर दिन", "हर रोज़")))


def reminder_time(p: HinglishProvider, scene: Scene) -> Said:
    """When a reminder rings: at an hour or in a part of the day, not by it or after it."""
    while True:
        said = time(p, scene)
        if str(said.value).split()[-1] not in ("तक", "बाद", "पहले", "morning", "evening"):
            return said
