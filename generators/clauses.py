"""Makers of clauses: what is to be done, what is to be said, what money is for; the shape that a sentence asks for."""

from collections.abc import Callable

from generators.provider import HinglishProvider, Maker
from generators.said import Said, Scene
from hinglish.lexicon import Entry


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


def _doing(entry: Entry) -> bool:
    return entry.norm.endswith("ना")


def task(p: HinglishProvider, scene: Scene) -> Said:
    """What is to be done, in a Hindi sentence."""
    return p.clause(p.pick(p.kept("task", f"hindi {scene.gender}", _said_by(scene.gender, _hindi))), marks=False)


def task_en(p: HinglishProvider, scene: Scene) -> Said:
    """What is to be done, in an English sentence (remind me to …)."""
    return p.clause(p.pick(p.kept("task", "english", _english)), marks=False)


def task_due(p: HinglishProvider, scene: Scene) -> Said:
    """A task as what is due (gas बंद करनी है, मम्मी की दवा), which can stand alone after a colon; an infinitive hangs there."""
    return p.clause(p.pick(p.kept("task", f"due {scene.gender}", _said_by(scene.gender, _due))), marks=False)


def task_doing(p: HinglishProvider, scene: Scene) -> Said:
    """A task as a doing (gas बंद करना), which a verb takes as its object."""
    return p.clause(p.pick(p.kept("task", "doing", _doing)), marks=False)


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
