"""Makers of goods and what is wrong with them: the word that ties the two, and a wish that fits the fault.

"phone की screen टूटी हुई है" but "phone ख़राब निकला": what a clause says is of the whole or of a part, and its line names the word that ties
it to the noun (`tie`). The tie stands in the sentence and in neither label. `act` says which wishes a fault allows, `late` that the thing
never came, so that nobody regrets having bought it.
"""

from generators.provider import HinglishProvider
from generators.said import Part, Said, Scene
from generators.things import mended
from hinglish.lexicon import Entry

_WISHES = "refund,replace,none"  # what may be asked for where a line says nothing


def _allows(entry: Entry, wish: str) -> bool:
    return wish in (entry.get("act") or _WISHES).split(",")


def _drawn(p: HinglishProvider, thing: Entry, scene: Scene, *, here: bool) -> Entry | None:
    """A fault of the thing that fits the wish; None where it has none."""
    wish = str(scene.picks.get("action", "none"))
    pool = [e for e in p.issues_for(thing) if _allows(e, wish) and not (here and e.get("late"))]
    return p.pick(pool) if pool else None


def _faulty(p: HinglishProvider, scene: Scene, *, here: bool, mend: bool) -> Said:
    """A thing with the word that ties it to its fault, which is kept for the hole `issue`."""
    mend = mend or scene.picks.get("action") == "repair"
    pool = p.kept("product", "mended", mended) if mend else None
    while True:
        thing = p.pick(pool) if pool else p.draw("product")
        fault = _drawn(p, thing, scene, here=here)
        if fault is not None:
            break
    scene.picks["product"], scene.picks["fault"] = thing, fault
    tie = fault.get("tie").replace("_", " ")
    if not tie:
        return p.said(thing)
    words = p.oblique(p.words.entry(thing))
    return Said(tuple([Part(w) for w in words]) + p.outside(tie), " ".join([w.norm for w in words]))


def faulty(p: HinglishProvider, scene: Scene) -> Said:
    """A thing that came and is not right."""
    return _faulty(p, scene, here=True, mend=False)


def ordered(p: HinglishProvider, scene: Scene) -> Said:
    """A thing that is not right, or has not come at all."""
    return _faulty(p, scene, here=False, mend=False)


def broken(p: HinglishProvider, scene: Scene) -> Said:
    """A thing that somebody can come and mend, with something to mend."""
    scene.picks.setdefault("action", "repair")
    return _faulty(p, scene, here=True, mend=True)


def issue(p: HinglishProvider, scene: Scene) -> Said:
    """What is wrong: the fault kept for the thing, or one that fits its group, gender and number."""
    fault: Entry | None = scene.picks.get("fault")
    if fault is not None:
        return p.clause(fault, marks=False)
    pool = p.issues_for(scene.picks.get("product"))
    wish = str(scene.picks.get("action", "none"))
    return p.clause(p.pick([e for e in pool if _allows(e, wish) and not e.get("tie")] or pool), marks=False)


def issue_of_order(p: HinglishProvider, scene: Scene) -> Said:
    """What is wrong with an order whose thing is not named: the seal, the parcel, another's goods."""
    wish = str(scene.picks.get("action", "none"))
    pool = p.kept("issue", "of an order", _of_order)
    return p.clause(p.pick([e for e in pool if _allows(e, wish)] or pool), marks=False)


def _of_order(entry: Entry) -> bool:
    return bool(entry.get("order"))
