"""Makers of clauses: what is to be done, what is to be said, what money is for; the shape that a sentence asks for."""

from collections.abc import Callable

from generators.provider import HinglishProvider, Maker
from generators.said import Said, Scene
from hinglish.lexicon import Entry

_ENDS = frozenset({"है", "हैं", "आएगा", "जल्दी", "सुबह"})  # with which a sentence ends, and a noun does not


def clause(cls: str) -> Maker:
    """A maker that says a whole clause; one that only one gender would say is drawn only for that speaker."""

    def make(p: HinglishProvider, scene: Scene) -> Said:
        return p.clause(p.pick(p.fitting(cls, scene.gender)), marks=cls in ("message", "chat"))

    return make


def _english(entry: Entry) -> bool:
    return entry.get("form") == "en"


def _hindi(entry: Entry) -> bool:
    return not _english(entry)


def _said_by(gender: str, test: Callable[[Entry], bool]) -> Callable[[Entry], bool]:
    """Entries that pass a test and that a speaker of this gender would say."""

    def both(entry: Entry) -> bool:
        return test(entry) and entry.gender in ("-", gender)

    return both


def _due(entry: Entry) -> bool:
    return not entry.norm.endswith("ना") and not _english(entry)


def _whole(entry: Entry) -> bool:
    return entry.norm.split()[-1] in _ENDS


def _doing(entry: Entry) -> bool:
    return entry.norm.endswith("ना")


def _task(p: HinglishProvider, scene: Scene, name: str, test: Callable[[Entry], bool]) -> Said:
    """A task of one shape; one of the day only (`soon`) takes no date, one that says its hour takes no other."""
    said = [k for k in ("date", "time") if k in scene.slots]
    unfit = {{"date": "soon", "time": "hour"}[k] for k in said}
    pool = p.kept("task", f"{name} {scene.gender} {sorted(unfit)}", _fit_for(_said_by(scene.gender, test), unfit))
    return p.clause(p.pick(pool), marks=False)


def _fit_for(test: Callable[[Entry], bool], unfit: set[str]) -> Callable[[Entry], bool]:
    def both(entry: Entry) -> bool:
        return test(entry) and not any(entry.get(u) for u in unfit)

    return both


def told(p: HinglishProvider, scene: Scene) -> Said:
    """Chat that one hears from somebody and may pass on: news and sighs, no question and no order (`told=1`)."""
    return p.clause(p.pick(p.kept("chat", "told", _told)), marks=True)


def _told(entry: Entry) -> bool:
    return entry.get("told") == "1"


def task(p: HinglishProvider, scene: Scene) -> Said:
    """What is to be done, in a Hindi sentence."""
    return _task(p, scene, "hindi", _hindi)


def task_en(p: HinglishProvider, scene: Scene) -> Said:
    """What is to be done, in an English sentence (remind me to …)."""
    return p.clause(p.pick(p.kept("task", "english", _english)), marks=False)


def task_due(p: HinglishProvider, scene: Scene) -> Said:
    """A task as what is due (gas बंद करनी है, मम्मी की दवा), which can stand alone after a colon; an infinitive hangs there."""
    return _task(p, scene, "due", _due)


def task_is(p: HinglishProvider, scene: Scene) -> Said:
    """A task as a whole sentence (gas बंद करनी है), which can stand after कि; a noun alone hangs there."""
    return _task(p, scene, "is", _whole)


def task_doing(p: HinglishProvider, scene: Scene) -> Said:
    """A task as a doing (gas बंद करना), which a verb takes as its object."""
    return _task(p, scene, "doing", _doing)


def purpose(p: HinglishProvider, scene: Scene) -> Said:
    """What the money is for; the sum follows it."""
    entry = p.pick(p.fitting("purpose", scene.gender))
    scene.picks.setdefault("purpose", entry.norm)
    return p.clause(entry, marks=False)


def purpose_en(p: HinglishProvider, scene: Scene) -> Said:
    """What the money is for, in English words, for an English sentence ("for room rent")."""
    entry = p.pick(p.kept("purpose", "english", _in_english))
    scene.picks.setdefault("purpose", entry.norm)
    return p.clause(entry, marks=False)


def _in_english(entry: Entry) -> bool:
    return entry.norm.isascii()
