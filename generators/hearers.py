"""Makers of a message and of whom it goes to, which must fit: nobody tells Dadi "code push कर दिया है", nor asks a granddaughter कब तक आओगे.

Who hears it is read off the name that was drawn. Lines of messages say how they address the hearer (`you`: tu, tum, aap, inf for the
familiar infinitive, third for what is told of him), what they are of (`of`: work, home, love …), for which callings (`to`), and the
hearer's gender where the verb shows it.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from generators.people import person
from generators.provider import HinglishProvider
from generators.said import Said, Scene
from hinglish.lexicon import Entry


class Hearer(NamedTuple):
    """Who hears a message: the words of the name, what he is to the sender, his gender ("" where the name does not say)."""

    name: str
    kind: str
    gender: str


_ELDERS = frozenset(
    "माँ मम्मी पापा पिताजी माताजी बाबूजी बाबा अम्मी अम्मा अब्बू अब्बा दादा दादाजी दादी दादीजी नाना नानाजी नानी नानीजी चाचा चाचाजी चाची काका काकी ताऊ ताऊजी "
    "ताई मामा मामी मौसी मौसा ख़ाला ख़ालू बुआ फूफी फूफा सास ससुर समधी समधन जीजा जीजाजी mom dad mummy papa uncle aunty father mother".split()
)
_YOUNG = frozenset("बेटा बेटी पोता पोती नाती भतीजा भतीजी भांजा भांजी छोटू बहू दामाद son daughter".split())
_SPOUSE = frozenset("पति पत्नी बीवी शौहर घरवाली husband wife".split())
_PEERS = frozenset("friend bro brother sister cousin roommate".split())
_HONOURED = frozenset("Dr जी sir madam साहब".split())
_FAMILIAR = ("", "tu", "tum", "inf", "third")
# Who → how he may be addressed, and of what one writes to him.
_HEARS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "elder": (("", "aap", "inf"), ("", "home")),
    "young": (("", "tum", "inf", "tu"), ("", "home", "kid")),
    "spouse": (("", "tum", "inf"), ("", "home", "love")),
    "peer": (_FAMILIAR, ("", "home", "youth", "college")),
    "honoured": (("", "aap"), ("", "work", "service")),
    "full name": (("", "aap", "tum", "inf"), ("", "work", "service", "farm")),
    "name": ((*_FAMILIAR, "aap"), ("", "work", "youth", "college", "love", "home", "service", "farm")),
    "role": (("", "aap", "tum", "inf"), ()),
}
_AT_WORK = frozenset("Teams Slack Gmail LinkedIn Skype Zoom".split()) | {"Google Chat"}
_FOR_ALL = frozenset({"WhatsApp", "Telegram", "WhatsApp Business", "Messenger", "Facebook", "Arattai"})


def recipient(p: HinglishProvider, scene: Scene) -> Said:
    """Whom the message goes to; what is said fits the first one named."""
    said = person(p, scene)
    scene.picks.setdefault("hearer", _who(p, said))
    return said


def _who(p: HinglishProvider, said: Said) -> Hearer:
    name = str(said.value)
    words = [part.word.norm for part in said.parts]
    lines = p.lexicon.by_norm.get(name, ())
    gender = next((e.gender for w in name.split() for e in p.lexicon.by_norm.get(w, ()) if e.cls in ("given", "kin", "role")), "")
    if name in _ELDERS or words[-1] in ("चाचा", "मामा", "काका", "uncle", "aunty", "मौसी", "भाभी"):
        kind = "elder"
    elif _HONOURED & set(words) or words[-1] == "भैया":
        kind = "honoured"
    elif name in _YOUNG or name in _SPOUSE:
        kind = "young" if name in _YOUNG else "spouse"
    elif name in _PEERS or any(e.cls == "kin" for e in lines):
        kind = "peer"
    elif any(e.cls == "role" for e in lines):
        kind = "role"
    else:
        kind = "full name" if " " in name else "name"
    return Hearer(name, kind, gender if gender in ("m", "f") else "")


def app(p: HinglishProvider, scene: Scene) -> Said:
    """An app on which the hearer is: no Teams for Dadi; one of work makes the message one of work."""
    hearer: Hearer | None = scene.picks.get("hearer")
    pool = p.where("app", "use", "message")
    if "recipient" in scene.picks or (hearer is not None and hearer.kind in ("elder", "role", "young", "spouse")):
        pool = p.kept("app", "message for all", _for_all)
    entry = p.pick(pool)
    scene.picks.setdefault("at work", entry.norm in _AT_WORK)
    return p.said(entry)


def _for_all(entry: Entry) -> bool:
    return "message" in entry.get("use").split("+") and entry.norm in _FOR_ALL


def _fits(entry: Entry, hearer: Hearer | None, *, at_work: bool) -> bool:
    """Would this be said to him?"""
    if at_work and entry.get("of") != "work":
        return False
    if hearer is None:
        return True
    you, topics = _HEARS[hearer.kind]
    topical = hearer.name in entry.get("to").split(",") if hearer.kind == "role" else entry.get("of") in topics
    return entry.get("you") in you and (topical or (at_work and hearer.kind != "role")) and entry.get("hearer", hearer.gender) == hearer.gender


def _pool(p: HinglishProvider, gender: str, test: Callable[[Entry], bool], hearer: Hearer | None, at_work: bool) -> list[Entry]:
    tested = [e for e in p.fitting("message", gender) if test(e)]
    return [e for e in tested if _fits(e, hearer, at_work=at_work)] or [e for e in tested if not e.get("you") and not e.get("of")] or tested


def _message(p: HinglishProvider, scene: Scene, test: Callable[[Entry], bool]) -> Said:
    """A line that fits; one that names the hearer himself is drawn again."""
    hearer: Hearer | None = scene.picks.get("hearer")
    at_work = bool(scene.picks.get("at work"))
    who = "" if hearer is None else f"{hearer.kind}/{hearer.gender}/{hearer.name if hearer.kind == 'role' else ''}"
    pool = p.once("message", f"{scene.gender}/{test.__name__}/{who}/{at_work}", partial(_pool, p, scene.gender, test, hearer, at_work))
    names = frozenset(hearer.name.split()) if hearer else frozenset[str]()
    line = p.pick(pool)
    for _ in range(8):
        if names.isdisjoint(line.norm.split()):
            break
        line = p.pick(pool)
    return p.clause(line, marks=True)


def message(p: HinglishProvider, scene: Scene) -> Said:
    """What is said, such as one says it to the hearer."""
    return _message(p, scene, _any)


def message_ask(p: HinglishProvider, scene: Scene) -> Said:
    """A message that asks something (उससे पूछना कि …)."""
    return _message(p, scene, _asks)


def message_news(p: HinglishProvider, scene: Scene) -> Said:
    """A message that tells something and asks or orders nothing, so that any frame can carry it."""
    return _message(p, scene, _tells)


def message_late(p: HinglishProvider, scene: Scene) -> Said:
    """What one sends from a traffic jam, a class or behind the wheel."""
    return _message(p, scene, _late)


def message_en(p: HinglishProvider, scene: Scene) -> Said:
    """A message in English, for an English sentence."""
    return _message(p, scene, _english)


def _any(entry: Entry) -> bool:
    return True


def _asks(entry: Entry) -> bool:
    return "?" in entry.norm or not {"क्या", "कब", "कहाँ", "क्यों", "कितने", "कौन"}.isdisjoint(entry.norm.split())


def _tells(entry: Entry) -> bool:
    return not entry.get("you") and not _asks(entry) and len(entry.norm.split()) > 2


def _late(entry: Entry) -> bool:
    return bool(entry.get("late")) and entry.get("you") in ("", "inf")


def _english(entry: Entry) -> bool:
    return entry.norm.isascii()
