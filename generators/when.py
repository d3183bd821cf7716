"""Makers of days, hours and spans of time: `date` holds the day phrase, `time` the hour phrase with its part of the day."""

from collections.abc import Mapping
from functools import cache

from generators.provider import HinglishProvider
from generators.said import Part, Said, Scene
from generators.words import Word
from hinglish.lexicon import Entry
from hinglish.numerals import say

_DAYS_HI = ("सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार", "रविवार", "इतवार")
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_CALLED = {"सुबह": ("सुबह", "सुबह", "सुबह", "सुबह", "सवेरे"), "रात": ("रात", "रात", "रात", "रात", "देर रात")}
_VISITS = {"सुबह": (9, 11), "दोपहर": (12, 3), "शाम": (4, 8)}  # when somebody sees people
_PARTS = {"सुबह": (5, 11), "दोपहर": (12, 3), "शाम": (4, 8), "रात": (8, 11)}
_DELIVERED = {"सुबह": (7, 11), "दोपहर": (12, 3), "शाम": (4, 8), "रात": (8, 9)}  # when somebody brings goods
_HOURS = ("एक", "दो", "तीन", "चार", "पाँच", "छह", "सात", "आठ", "नौ", "दस", "ग्यारह", "बारह")
_MEETING = frozenset({"book_cab", "book_appointment"})  # somebody is there at that hour, not by it
_SOON = (
    ("कल", 30),
    ("आज", 16),
    ("परसों", 12),
    ("tomorrow", 2),
    ("today", 1),
    ("weekend", 2),
    ("अगले हफ़्ते", 3),
    ("next week", 2),
    ("month end", 1),
    ("इस हफ़्ते", 1),
    ("अगले महीने", 1),
)
BY_SOUND = 0.25  # share of a Devanagari hand's English days and spans that stay
_SOON_TABLE = tuple(word for word, weight in _SOON for _ in range(weight))


def _by_sound(p: HinglishProvider, scene: Scene) -> bool:
    """Does this hand say an English day or span? One that writes Devanagari alone would have to write टुमॉरो and इयर्स, and seldom does."""
    return not scene.hindi or p.rng.random() < BY_SOUND


def pick_by_hand(p: HinglishProvider, scene: Scene, phrases: tuple[str, ...]) -> str:
    """One of some phrases, as this hand would say it."""
    return p.pick(phrases if _by_sound(p, scene) else _hindi(phrases))


@cache
def _hindi(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """The phrases without an English word."""
    return tuple([text for text in phrases if not any("A" <= c <= "z" for c in text)])


def date(p: HinglishProvider, scene: Scene) -> Said:
    """A day: relative, of the week, or of the month."""
    at = p.rng.random()
    if at < 0.5:
        return p.text(pick_by_hand(p, scene, _SOON_TABLE))
    if at < 0.76:
        return p.text(_weekday(p, scene))
    if at < 0.94:
        return p.text(_day_of_month(p))
    return p.text(_from_now(p))


def date_en(p: HinglishProvider, scene: Scene) -> Said:
    """A day as an English sentence names it: "for tomorrow", never "for आज"."""
    at = p.rng.random()
    if at < 0.4:
        return p.text(p.pick(("tomorrow", "tomorrow", "today", "next week", "this weekend", "weekend")))
    if at < 0.75:
        return p.text(p.pick(("", "", "", "next ", "this ")) + p.pick(_DAYS_EN))
    return p.text(f"{1 + int(p.rng.random() * 28)} {p.pick(_MONTHS)}")


def _from_now(p: HinglishProvider) -> str:
    """A day counted from today, or of a named month."""
    n = 2 + int(p.rng.random() * 9)
    days = p.pick((str(n), say(n, "words_hi")))
    month = p.pick(("अगले महीने", f"{p.pick(_MONTHS)}"))
    return p.pick((f"{days} दिन बाद", f"{days} दिन बाद", "एक हफ़्ते बाद", f"{month} की {days} तारीख", f"इस महीने की {n + 15} तारीख"))


def date_soon(p: HinglishProvider, scene: Scene) -> Said:
    """A day for one who cannot wait: beside "I have a fever" no next month."""
    return p.text(pick_by_hand(p, scene, ("आज", "आज", "आज", "कल", "कल", "today", "tomorrow")))


def time_soon(p: HinglishProvider, scene: Scene) -> Said:
    """An hour for one who stands in the rain."""
    return p.text(p.pick(("अभी", "अभी", "तुरंत")))


def near_date(p: HinglishProvider, scene: Scene) -> Said:
    """A day that is near enough for an alarm or a cab."""
    if p.rng.random() < 0.62:
        return p.text(pick_by_hand(p, scene, ("कल", "कल", "कल", "परसों", "आज", "tomorrow")))
    return p.text(_weekday(p, scene) if p.rng.random() < 0.8 else _day_of_month(p))


def _weekday(p: HinglishProvider, scene: Scene) -> str:
    if p.rng.random() < 0.5 or not _by_sound(p, scene):
        return p.pick(("", "", "अगले ", "इस ")) + p.pick(_DAYS_HI)
    return p.pick(("", "", "", "next ", "this ", "इस ", "अगले ")) + p.pick(_DAYS_EN)


def _day_of_month(p: HinglishProvider) -> str:
    day = 1 + int(p.rng.random() * 28)
    at = p.rng.random()
    if at < 0.34:
        return f"{day} तारीख"
    if at < 0.44 and day <= 20:
        return f"{say(day, 'words_hi')} {p.pick(('तारीख', 'तारीख', p.pick(_MONTHS)))}"
    return f"{day} {p.pick(_MONTHS)}" if at < 0.97 else f"{p.pick(_MONTHS)} {day}"


def today(p: HinglishProvider, scene: Scene) -> Said:
    """When the weather is asked for: soon."""
    soon = ("आज", "आज", "कल", "कल", "परसों", "आज शाम", "कल सुबह", "आज रात", "weekend", "tomorrow", "today", "इस हफ़्ते", "Sunday", "रविवार", "Saturday")
    return p.text(pick_by_hand(p, scene, soon))


def due_date(p: HinglishProvider, scene: Scene) -> Said:
    """By when a bill is due; तक and से पहले change the day and stay."""
    day = date(p, scene)
    after = p.weighted(((0.45, ""), (0.85, "तक"), (1.0, "से पहले")))
    if not after or len(day.value.split()) > 2 or (day.value in ("आज", "today") and after == "से पहले"):
        return day
    return Said(day.parts + tuple([Part(w) for w in p.words.phrase(after)]), f"{day.value} {after}")


def time(p: HinglishProvider, scene: Scene) -> Said:
    """An hour with its part of the day, or the part alone."""
    at = p.rng.random()
    if at < 0.14:
        alone: tuple[str, ...] = ("सुबह", "शाम", "रात", "दोपहर", "morning", "evening", "सुबह सुबह", "दोपहर बाद", "सवेरे", "देर शाम")
        alone = ("सुबह", "शाम", "दोपहर", "morning", "evening", "दोपहर बाद") if scene.intent == "book_appointment" else alone
        return p.text(pick_by_hand(p, scene, alone if scene.intent in _MEETING else (*alone, "शाम तक", "रात तक")))
    if at < 0.22 and "date" not in scene.slots and scene.intent != "set_reminder":
        return p.text(p.pick(("अभी", "अभी", "तुरंत")))
    if at < 0.34 and _by_sound(p, scene):
        return time_en(p, scene)
    part, hour = _part_and_hour(p, _VISITS if scene.intent == "book_appointment" else _PARTS)
    clock = _clock(p, hour)
    if at < 0.44 and scene.intent not in _MEETING:
        clock += p.pick((" से पहले", " के बाद", " तक"))
    return p.text(f"{_called(p, part, hour)} {clock}" if at < 0.8 else clock)


def hour(p: HinglishProvider, scene: Scene) -> Said:
    """An hour by the clock, for who takes one back and says another (never "not at once")."""
    part, at = _part_and_hour(p, _VISITS if scene.intent == "book_appointment" else _PARTS)
    clock = _clock(p, at)
    return p.text(f"{_called(p, part, at)} {clock}" if p.rng.random() < 0.65 else clock)


def _called(p: HinglishProvider, part: str, hour: int) -> str:
    """The part of the day by name: सवेरे is early, देर रात is late."""
    name = p.pick(_CALLED.get(part, (part,)))
    return part if (name == "सवेरे" and hour > 8) or (name == "देर रात" and hour < 11) else name


def time_en(p: HinglishProvider, scene: Scene) -> Said:
    """An hour as an English sentence names it: "at 5 pm", never "at दोपहर 2 बजे तक"."""
    return _english(p, (10, "am"), (8, "pm")) if scene.intent == "book_appointment" else _english(p)


def alarm_time(p: HinglishProvider, scene: Scene) -> Said:
    """An hour to wake at: always one, never अभी."""
    at = p.rng.random()
    if at < 0.12 and _by_sound(p, scene):
        return p.text(p.pick(("4 am", "5 am", "5:30 am", "6 am", "6:15 am", "6:30 am", "7 am", "7:30 am", "8 am", "9 am")))
    part, hour = p.pick((*[("सुबह", h) for h in (4, 5, 5, 6, 6, 6, 7, 7, 8, 9)], ("दोपहर", 3), ("शाम", 5)))
    clock = _clock(p, hour)
    early = ("तड़के", "सुबह", "सुबह सुबह") if hour < 6 else ("सुबह", "सुबह", "सुबह", "सवेरे")
    return p.text(f"{p.pick(early) if part == 'सुबह' else part} {clock}" if at < 0.7 else clock)


def _part_and_hour(p: HinglishProvider, parts: Mapping[str, tuple[int, int]] = _PARTS) -> tuple[str, int]:
    part = p.pick(tuple(parts))
    low, high = parts[part]
    hours = (12, 1, 2, 3) if part == "दोपहर" else tuple(range(low, high + 1))
    return part, p.pick(hours)


def _clock(p: HinglishProvider, hour: int) -> str:
    word = _HOURS[hour - 1]
    at = p.rng.random()
    if at < 0.45:
        return f"{hour} बजे"
    if at < 0.58:
        return f"{word} बजे"
    if at < 0.74:
        return f"{hour}:{p.pick(('30', '30', '15', '45', '20', '10'))} बजे"
    if hour == 1:
        return p.pick(("डेढ़ बजे", "सवा बजे", "एक बजे"))
    if at < 0.84 and hour != 2:
        return f"साढ़े {word} बजे"
    return p.pick(("डेढ़ बजे", "ढाई बजे", "पौने दो बजे")) if hour == 2 else f"{p.pick(('सवा', 'पौने'))} {word} बजे"


def _english(p: HinglishProvider, first: tuple[int, str] = (6, "am"), last: tuple[int, str] = (9, "pm")) -> Said:
    hours = (*[(h, "am") for h in range(6, 12)], (12, "pm"), *[(h, "pm") for h in range(1, 10)])
    hour, half = p.pick(hours[hours.index(first) : hours.index(last) + 1])
    digits = p.pick((f"{hour}", f"{hour}:30", f"{hour}:15", f"{hour}:00"))
    if p.rng.random() < 0.5:
        joined = Word(f"{digits} {half}", "other", "number", (f"{digits}{half}",), (f"{digits}{half}",))
        return Said((Part(joined),), joined.norm)
    return p.text(f"{digits} {half}")


def repeat(p: HinglishProvider, scene: Scene) -> Said:
    """How often an alarm rings."""
    fixed = ("रोज़", "रोज़", "रोज़ाना", "daily", "हर दिन", "हर रोज़", "every day", "weekdays", "हर weekend", "हर हफ़्ते", "Monday से Friday", "सोमवार से शुक्रवार")
    if p.rng.random() < 0.6:
        return p.text(pick_by_hand(p, scene, fixed))
    return p.text(f"हर {p.pick(_DAYS_HI)}" if p.rng.random() < 0.6 or not _by_sound(p, scene) else f"{p.pick(('every', 'हर'))} {p.pick(_DAYS_EN)}")


def tenure(p: HinglishProvider, scene: Scene) -> Said:
    """For how long a loan runs."""
    loan: Entry | None = scene.picks.get("loan")
    years = int(p.pick(loan.get("years", "5").split(","))) if loan else p.pick((1, 2, 3, 3, 4, 5, 5, 7, 10))
    if p.rng.random() < 0.2 and years < 5:
        return p.text(f"{p.pick((6, 12, 18, 24, 36, 48, 60))} {pick_by_hand(p, scene, ('महीने', 'months'))}")
    if p.rng.random() < 0.3:
        return p.text(f"{say(years, 'words_hi')} साल")
    return p.text(f"{years} {pick_by_hand(p, scene, ('साल', 'साल', 'years' if years > 1 else 'year'))}")


def deliver_at(p: HinglishProvider, scene: Scene) -> Said:
    """By when groceries should come: a day, an hour or both."""
    if p.rng.random() < 0.55:
        part, hour = _part_and_hour(p, _DELIVERED)
        day = p.pick(("", "", "", "कल ", "कल ", "आज ", "परसों ", f"{p.pick(_DAYS_EN if _by_sound(p, scene) else _DAYS_HI)} ", f"{p.pick(_DAYS_HI)} "))
        after = p.pick(("", " तक", " तक", " से पहले", " के बाद"))
        return p.text(f"{day}{part}{p.pick(('', ' तक'))}" if day and p.rng.random() < 0.3 else f"{day}{part} {_clock(p, hour)}{after}")
    return p.text(
        p.pick(
            (
                "शाम तक",
                "कल सुबह",
                "आज शाम",
                "अभी",
                "6 बजे तक",
                "कल",
                "रात तक",
                "सुबह 8 बजे",
                "शाम 5 बजे",
                "दोपहर तक",
                "कल शाम तक",
                "तुरंत",
                "10 बजे से पहले",
                "आज",
                "कल सुबह 7 बजे",
                "शाम को",
                "रात 9 बजे तक",
                "Sunday",
                "Sunday सुबह",
                "परसों",
                "सुबह सुबह",
                "7 बजे के बाद",
            )
        )
        .removesuffix(" में")
        .removesuffix(" को")
    )


def deliver_soon(p: HinglishProvider, scene: Scene) -> Said:
    """By when it should come to one who waits: within the day."""
    return p.text(p.pick(("अभी", "तुरंत", "शाम तक", "आज शाम तक", "रात तक", "6 बजे तक", "7 बजे तक", "शाम 5 बजे तक", "आज", "दोपहर तक", "8 बजे से पहले")))
