"""Makers of brands, services and goods, with what must fit together: a bill and its biller, a pack and its operator."""

from collections.abc import Callable

from generators.packs import kind_of
from generators.provider import HinglishProvider, Maker
from generators.said import Part, Said, Scene
from hinglish.lexicon import Entry

_MOST_BY_UPI = 100_000  # rupees in a day, National Payments Corporation of India


def loan_type(p: HinglishProvider, scene: Scene) -> Said:
    """Which loan; sum and years follow it."""
    entry = p.common("loan")
    scene.picks["loan"] = entry
    return p.said(entry)


_WHEN_SHORT = frozenset("personal loan|gold loan|instant loan|medical loan|top up loan|सोने पर loan|FD पर loan|शादी का loan|पढ़ाई का loan".split("|"))
_FARM = frozenset("tractor loan|tractor का loan|crop loan|KCC loan|agriculture loan|खेती का loan|भैंस का loan|dairy loan|gold loan|सोने पर loan".split("|"))


def loan_of(name: str, norms: frozenset[str]) -> Maker:
    """A maker of loans that one in such need asks for (no plot loan when money is short)."""

    def one_of(entry: Entry) -> bool:
        return entry.norm in norms

    def make(p: HinglishProvider, scene: Scene) -> Said:
        entry = p.pick(p.kept("loan", name, one_of))
        scene.picks["loan"] = entry
        return p.said(entry)

    return make


loan_short, loan_farm = loan_of("when short", _WHEN_SHORT), loan_of("of a farm", _FARM)


def by_mode(p: HinglishProvider, scene: Scene) -> Said:
    """By what one goes, before से (no पैदल से)."""
    return p.said(p.pick(p.kept("travelmode", "with से", _with_se)))


def _with_se(entry: Entry) -> bool:
    return entry.norm not in ("पैदल", "walking", "walk", "driving", "ferry", "tram", "train")


def song_title(p: HinglishProvider, scene: Scene) -> Said:
    """A song by its title, not "the top 50"."""
    return p.said(p.pick(p.kept("song", "title", _is_title)))


def _is_title(entry: Entry) -> bool:
    return not entry.get("anyone")


def account_type(p: HinglishProvider, scene: Scene) -> Said:
    """Which account; beside a bank only one that a bank keeps (no metro card of ICICI)."""
    return p.said(p.pick(p.kept("account", "of a bank", _of_a_bank)) if "bank" in scene.slots else p.common("account"))


def _of_a_bank(entry: Entry) -> bool:
    return entry.get("of") != "other"


def of_class(cls: str) -> Maker:
    """A maker that says one entry of a class."""

    def make(p: HinglishProvider, scene: Scene) -> Said:
        return p.said(p.common(cls))

    return make


def app_for(use: str) -> Maker:
    """A maker that says an app of one use."""

    def make(p: HinglishProvider, scene: Scene) -> Said:
        return p.said(p.pick(p.where("app", "use", use)))

    return make


def via(p: HinglishProvider, scene: Scene) -> Said:
    """The sender's app, bank or account: Paytm, HDFC, HDFC account, SBI के account, savings account, UPI."""
    at = p.rng.random()
    if max(scene.picks.get("amounts", (0,))) > _MOST_BY_UPI:  # by a bank then
        at = 0.42 + 0.3 * at
    if at < 0.42:
        return p.said(p.pick(p.where("app", "use", "pay")))
    if at < 0.55:
        return p.said(p.common("bank"))
    if at < 0.72:
        return p.text_of(p.common("bank"), p.pick(("account", "account", "account", "के account", "card")))
    return p.text(p.pick(("UPI", "UPI", "UPI", "savings account", "salary account", "net banking", "current account", "credit card")))


def operator(p: HinglishProvider, scene: Scene) -> Said:
    """Who is recharged; amount and number follow its kind."""
    entry = p.pick(p.where("operator", "kind", p.weighted(((0.74, "mobile"), (0.94, "dth"), (1.0, "broadband")))))
    scene.picks.setdefault("operator_kind", kind_of(entry))
    return p.said(entry)


def mobile(p: HinglishProvider, scene: Scene) -> Said:
    """Who runs a mobile: nobody's number gets a Tata Play pack."""
    scene.picks.setdefault("operator_kind", "mobile")
    return p.said(p.pick(p.where("operator", "kind", "mobile")))


def mode(p: HinglishProvider, scene: Scene) -> Said:
    """By what one travels, in the words people use for it."""
    chosen = p.pick([m for m in ("train", "bus", "flight") if m != scene.picks["mode"]]) if scene.picks.get("mode said") else _mode(p, scene)
    scene.picks["mode said"] = True  # a second one is the wrong one of a correction
    words = {"train": ("train", "train", "train", "train", "train", "train", "train", "train", "रेल"), "bus": ("bus",), "flight": ("flight",) * 7 + ("plane",)}
    return Said((Part(p.words.word(p.pick(words[chosen]))),), chosen)


def _mode(p: HinglishProvider, scene: Scene) -> str:
    if "mode" not in scene.picks:
        scene.picks["mode"] = p.weighted(((0.55, "train"), (0.78, "bus"), (1.0, "flight")))
    return str(scene.picks["mode"])


def travel_class(p: HinglishProvider, scene: Scene) -> Said:
    """A class of the chosen mode. Where no other word says the mode and the class can be of one only, it says the mode too."""
    if "mode" in scene.slots:
        return p.said(p.pick(p.where("travelclass", "mode", _mode(p, scene))))
    entry = p.pick(p.kept("travelclass", "one mode", _one_mode))
    scene.picks["mode"] = entry.get("mode")
    return Said(tuple([Part(w, "", "mode") for w in p.words.entry(entry)]), entry.norm, implied=(("mode", entry.get("mode")),))


def _sells(group: str) -> Callable[[Entry], bool]:
    def test(entry: Entry) -> bool:
        return group in entry.get("group", group).split(",")

    return test


def _one_mode(entry: Entry) -> bool:
    return "," not in entry.get("mode").replace("+", ",")


def store(p: HinglishProvider, scene: Scene) -> Said:
    """Where something was ordered."""
    thing: Entry | None = scene.picks.get("product")
    if thing is None:
        return p.said(p.common("store"))
    return p.said(p.pick(p.kept("store", f"sells {thing.get('group')}", _sells(thing.get("group")))))


def product(p: HinglishProvider, scene: Scene) -> Said:
    """A thing bought; what goes wrong with it and its gender follow."""
    first: Entry | None = scene.picks.get("product")
    entry = p.draw("product") if first is None else p.pick(p.where("product", "group", first.get("group")))
    scene.picks.setdefault("product", entry)
    return p.said(entry)


def product_en(p: HinglishProvider, scene: Scene) -> Said:
    """A thing by its English name, for an English sentence."""
    entry = p.pick(p.kept("product", "in English", _in_english))
    scene.picks.setdefault("product", entry)
    return p.said(entry)


def _in_english(entry: Entry) -> bool:
    return entry.norm.isascii()


_PRESENTS = frozenset("fashion footwear jewellery bags eyewear toys phone audio books".split())


def present(p: HinglishProvider, scene: Scene) -> Said:
    """A thing that one gives or wears at a wedding or a birthday: no griddle."""
    entry = p.pick(p.kept("product", "presents", _given))
    scene.picks.setdefault("product", entry)
    return p.said(entry)


def _given(entry: Entry) -> bool:
    return entry.get("group") in _PRESENTS


_MENDED = frozenset("appliance cooling washing geyser fan stove kitchen screen electronics phone audio".split())


def mended(entry: Entry) -> bool:
    """Does somebody come and mend such a thing?"""
    return entry.get("group") in _MENDED


def song(p: HinglishProvider, scene: Scene) -> Said:
    """A title, or what is asked for; beside a singer only what any singer sings (old songs, not another's title)."""
    return p.said(p.pick(p.where("song", "anyone", "1")) if "artist" in scene.slots else p.draw("song"))


def title(p: HinglishProvider, scene: Scene) -> Said:
    """A song by its title: what is mistaken for another (not wedding songs for a gym playlist)."""
    return p.said(p.pick(p.where("song", "kind", "title")))


def song_sung(p: HinglishProvider, scene: Scene) -> Said:
    """What any singer has sung (old songs, a sad one): not another's title."""
    return p.said(p.pick(p.where("song", "anyone", "1")))


def song_party(p: HinglishProvider, scene: Scene) -> Said:
    """What is danced to."""
    return p.said(p.pick(p.where("song", "mood", "party")))


def singer(p: HinglishProvider, scene: Scene) -> Said:
    """Somebody with a voice: no band, composer or player, nor one who sings in English."""
    return p.said(p.pick(p.kept("artist", "voice", _sings)))


def _sings(entry: Entry) -> bool:
    return not entry.get("voice") and not entry.norm.isascii()
