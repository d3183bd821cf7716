"""Speech that corrects itself, repeats itself, or says what shall not happen. Each names the rule by which label and tags follow.

kal Rahul ko 500 bhej do → kal Mohit ko, nahi nahi Rahul ko 500 bhej do (corrected)
kal kal Rahul ko 500 bhej do        Rahul ko 500 bhej do, Paytm se mat karna (negated, via null)
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from faker import Generator
from msgspec.structs import replace

from augment.core import rewritten
from augment.guards import Hand, hand_of, kind_of, runs_of, stands_out
from augment.numerals import spell, surface
from augment.rivals import is_rival, is_rival_name
from augment.surfaces import surfaces
from generators.makers import maker_for
from generators.provider import HinglishProvider
from generators.randomness import Random
from generators.said import Scene
from hinglish.inflect import POSTPOSITIONS
from hinglish.lexicon import Lexicon
from hinglish.numerals import read, say, styles
from schemas.contract import leaves
from schemas.example import Example, Token, Utterance, kind_of_leaf

TOLD = frozenset({"corrected", "negated", "range", "multi", "injection"})  # rows that already say more than one thing
DAYS = frozenset({"date", "due_date", "time"})
WHO = frozenset({"recipient", "pickup", "drop", "origin", "destination", "place"})
OOPS = ("नहीं नहीं", "नहीं नहीं", "नहीं नहीं", "नहीं", "अरे नहीं", "sorry", "sorry", "sorry sorry", "मतलब", "मतलब")
OOPS_EN = ("sorry", "sorry", "no no", "I mean", "no")
TIES = frozenset({"को", "से", "का", "की", "पर", "पे", "में", "तक"})  # one-word ties that may be said with the wrong value too
OWNERS = frozenset({"मेरे", "मेरी", "मेरा", "अपने", "अपनी", "अपना", "हमारे", "my", "our"})
COUNTS = tuple(Fraction(n) for n in (1, 2, 3, 4, 5, 6))
WEIGHTS = tuple(Fraction(n) for n in (100, 200, 250, 300, 500, 750))
MEASURES = tuple(Fraction(n) for n in ("1/2", "1", "3/2", "2", "5/2", "3", "4", "5", "6", "10"))
# Words that mean more when said twice (early in the morning, each day, right now).
NOT_TWICE = frozenset(("सुबह", "शाम", "रात", "दोपहर", "अभी", "रोज़", "रोज़ाना", "हर", "daily", "every", "तुरंत", "घर", "morning"))
REPEATED = frozenset(
    (
        "date",
        "due_date",
        "recipient",
        "pickup",
        "drop",
        "origin",
        "destination",
        "place",
        "app",
        "via",
        "provider",
        "bank",
        "biller",
        "operator",
        "product",
        "store",
        "restaurant",
        "artist",
        "vehicle",
    )
)
_PROVIDERS: dict[int, HinglishProvider] = {}


def _provider(lexicon: Lexicon, rng: Random) -> HinglishProvider:
    """The makers' hand on a lexicon, with this step's stream."""
    found = _PROVIDERS.get(id(lexicon))
    if found is None:
        found = _PROVIDERS[id(lexicon)] = HinglishProvider(Generator(), surfaces(lexicon).words)
    found.rng, found.generator.random = rng.stream, rng
    return found


def _scene(example: Example) -> Scene:
    level, gender = example.provenance.get("level", "tum"), example.provenance.get("gender", "m")
    return Scene(example.intent, level, gender, [p for p, v in leaves(example.target).items() if v is not None])


def phrase(norms: str, lexicon: Lexicon, hand: Hand, rng: Random) -> list[Token]:
    """Canonical words outside all slots, written in a hand."""
    words = surfaces(lexicon).words.phrase(norms)
    return [Token(surface(w, hand, rng), w.lang, w.kind, w.norm) for w in words]


def comma() -> Token:
    """A comma outside all slots."""
    return Token(",", "other", "mark", ",")


def spaced(tokens: list[Token]) -> Utterance:
    """Tokens as one message: a space between words, none before a mark that was typed to the word, none at the end."""
    out = [t if t.after or (i + 1 < len(tokens) and tokens[i + 1].kind == "mark") else replace(t, after=" ") for i, t in enumerate(tokens)]
    for i in range(len(out) - 1):
        if out[i + 1].text == "," and out[i].after:
            out[i] = replace(out[i], after="")
    out[-1] = replace(out[-1], after="")
    return tuple(out)


def tagged(example: Example, tag: str) -> tuple[str, ...]:
    """The tags with one more, sorted."""
    return tuple(sorted({*example.tags, tag}))


def _wrong_number(example: Example, run: tuple[int, int, str], utterance: Utterance, lexicon: Lexicon, hand: Hand, rng: Random) -> list[Token] | None:
    """Another value of the same kind, said in the style of the true one where it can be."""
    norms = " ".join([t.norm for t in utterance[run[0] : run[1]]])
    found = read(norms)
    if found.value is None or found.kind != "exact":
        return None
    value, kind = found.value, kind_of_leaf(example.intent, run[2])
    if kind == "amount":
        scene = _scene(example)
        scene.picks["amounts"] = [int(value)]
        maker = maker_for(example.intent, "amount")
        wrong = Fraction(maker(_provider(lexicon, rng), scene).value) if maker else value
    else:
        pool = COUNTS if kind == "count" else WEIGHTS if value >= 50 else MEASURES
        wrong = pool[int(rng.random() * len(pool))]
    if wrong == value or wrong <= 0:
        return None
    able = styles(wrong)
    style = next((s for s in styles(value) if say(value, s) == norms), "digits")
    if style not in able:
        style = next((s for s in (("digits", "words_hi") if any(c.isdigit() for c in norms) else ("fraction_hi", "words_hi", "digits")) if s in able), "")
    return spell(wrong, style, lexicon, hand, rng, ()) if style else None


def _wrong_text(example: Example, run: tuple[int, int, str], utterance: Utterance, lexicon: Lexicon, hand: Hand, rng: Random) -> list[Token] | None:
    """Another day, hour, person or place, made as the true one was; it may not leave open which part is restated."""
    path = run[2]
    true = str(leaves(example.target)[path])
    maker = maker_for(example.intent, path)
    if maker is None:
        return None
    provider, scene = _provider(lexicon, rng), _scene(example)
    others = {str(v) for v in leaves(example.target).values() if v is not None}
    if example.target.get("mode"):
        scene.picks["mode"] = example.target["mode"]
    city = next((e.get("city") for e in lexicon.by_norm.get(true, ()) if e.get("city")), "")
    if city:
        scene.picks["city"] = city
    for _ in range(12):
        said = maker(provider, scene)
        words = [p.word for p in said.parts if p.leaf == ""]
        wrong = str(said.value)
        if wrong in others or said.tags or " ".join([w.norm for w in words]) != wrong:
            continue
        if is_rival(wrong, true) if path in DAYS else is_rival_name(wrong, true):
            after = utterance[run[1]].norm if run[1] < len(utterance) else ""
            if path in WHO and after in POSTPOSITIONS:
                words = [*provider.oblique(words)]
            return [Token(surface(w, hand, rng), w.lang, w.kind, w.norm) for w in words]
    return None


@dataclass(frozen=True)
class Correct:
    """Another value first, then "nahi nahi", "sorry" or "matlab", then the true one. `tied` is how often the wrong one has its को too."""

    tied: float = 0.4
    name: ClassVar[str] = "correct"
    rule: ClassVar[str] = "Correction: the last word counts; made rows restate the whole phrase."

    def relabel(self, example: Example, lexicon: Lexicon, rng: Random) -> Example | None:
        """The row with a slip of the tongue before one of its values; same label, tag corrected."""
        utterance = example.utterance
        if utterance is None or TOLD & {*example.tags}:
            return None
        runs = [r for r in runs_of(utterance) if (r[2] in DAYS or r[2] in WHO or kind_of((r[2],))) and self._fits(utterance, r)]
        if not runs:
            return None
        run = runs[int(rng.random() * len(runs))]
        hand = hand_of(utterance)
        make = _wrong_number if kind_of((run[2],)) else _wrong_text
        wrong = make(example, run, utterance, lexicon, hand, rng)
        if not wrong:
            return None
        a, b, _ = run
        tie = utterance[b] if b < len(utterance) else None
        if tie is not None and (tie.norm in TIES or tie.slots == (run[2].replace("quantity", "unit"),)) and rng.random() < self.tied:
            wrong = [*wrong, replace(tie, slots=(), after=" ")]
        english = sum([t.lang == "hi" for t in utterance]) * 4 < len(utterance)
        table = OOPS_EN if english else OOPS
        oops = phrase(table[int(rng.random() * len(table))], lexicon, hand, rng)
        commas = rng.random() < (0.6 if any(t.text == "," for t in utterance) else 0.1)
        said = [*wrong, *([comma()] if commas else []), *oops, *([comma()] if commas and rng.random() < 0.3 else [])]
        return rewritten(example, (*utterance[:a], *spaced([*said, *utterance[a:]])), tags=tagged(example, "corrected"))

    @staticmethod
    def _fits(utterance: Utterance, run: tuple[int, int, str]) -> bool:
        """A wrong name right after a message would be part of it; "मेरे Mohit नहीं नहीं भाई" nobody says."""
        before = utterance[run[0] - 1] if run[0] else None
        return before is None or not ("message" in before.slots or (run[2] in WHO and before.norm in OWNERS))


@dataclass(frozen=True)
class Repeat:
    """A slot's phrase said twice: "kal kal", "Rahul ko Rahul ko". The first time is part of no value.

    A name or number outside all spans needs a tag, and the last word counting is the rule that explains it: such rows are tagged
    corrected, and left out where `names` is off.
    """

    names: bool = True
    name: ClassVar[str] = "repeat"
    rule: ClassVar[str] = "Correction: the last word counts; a phrase said twice is one value."

    def relabel(self, example: Example, lexicon: Lexicon, rng: Random) -> Example | None:
        """The row with one phrase said twice; same label."""
        utterance = example.utterance
        if utterance is None or TOLD & {*example.tags}:
            return None
        runs = [r for r in runs_of(utterance) if r[2] in REPEATED and r[1] - r[0] <= 2 and self._fits(utterance, r)]
        if not runs:
            return None
        a, b, _ = runs[int(rng.random() * len(runs))]
        tie = [utterance[b]] if b < len(utterance) and utterance[b].norm in TIES and not utterance[b].slots else []
        first = [replace(t, said=False) for t in utterance[a:b]] + tie
        first[-1] = replace(first[-1], after=" ")
        out = (*utterance[:a], *[replace(t, after=t.after or " ") for t in first], *utterance[a:])
        loud = any(stands_out(t.text) for t in first)
        return rewritten(example, out, tags=tagged(example, "corrected") if loud else example.tags)

    def _fits(self, utterance: Utterance, run: tuple[int, int, str]) -> bool:
        said = utterance[run[0] : run[1]]
        before = utterance[run[0] - 1] if run[0] else None
        if before is not None and "message" in before.slots:
            return False
        twice = [t for t in said if t.norm in NOT_TWICE or t.kind in ("number", "mark") or any(c.isdigit() for c in t.text)]
        return not twice and (self.names or not any(stands_out(t.text) for t in said))
