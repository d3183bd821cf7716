"""What is asked not to happen: "Rahul ko 500 bhejo, Paytm se mat karna". The phrase leaves its clause, the label's leaf becomes null."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from msgspec.structs import replace

from augment.core import rewritten
from augment.disfluency import OWNERS, TOLD, comma, phrase, spaced, tagged
from augment.guards import hand_of, runs_of
from generators.randomness import Random
from hinglish.lexicon import Lexicon
from schemas.contract import intents, leaves
from schemas.example import Example, Token, Utterance

# What follows the value in the new sentence, by register: tu and tum, then aap.
Forms = tuple[tuple[str, ...], tuple[str, ...]]
NOT_SO: Mapping[tuple[str, str], Forms] = {
    ("transfer_money", "via"): (("से मत करना", "से मत भेजना", "से नहीं", "use मत करना"), ("से मत कीजिएगा", "से मत भेजिएगा", "से नहीं")),
    ("send_message", "app"): (("पे मत भेजना", "पर मत भेजना", "पे नहीं", "से मत करना"), ("पर मत भेजिएगा", "पे नहीं")),
    ("play_music", "app"): (("पे मत चलाना", "पर मत लगाना", "पे नहीं"), ("पर मत चलाइएगा", "पर नहीं")),
    ("order_food", "restaurant"): (("से मत मँगाना", "से मत करना", "से नहीं", "का नहीं"), ("से मत मँगाइएगा", "से नहीं")),
    ("book_cab", "vehicle"): (("मत भेजना", "नहीं चाहिए", "मत करना"), ("मत भेजिएगा", "नहीं चाहिए")),
    ("get_directions", "mode"): (("से नहीं", "वाला नहीं", "से मत बताना"), ("से नहीं", "वाला नहीं चाहिए")),
}
GOES_WITH: Mapping[str, frozenset[str]] = {  # the tie after the value that leaves with it
    "via": frozenset({"से"}),
    "app": frozenset({"पर", "पे", "से", "में"}),
    "restaurant": frozenset({"से"}),
    "mode": frozenset({"से", "वाला"}),
}
BEFORE = frozenset({"on", "from", "via", "through", "using"})
# Without the phrase these would hang in the air: "(Spotify पर) मिल जाएगा", "(bike वाला) भी दिखा".
HANGING = frozenset(
    (
        "मिल",
        "मिलेगा",
        "मिलेगी",
        "होगा",
        "होगी",
        "है",
        "हैं",
        "भी",
        "ही",
        "हो",
        "तो",
        "चलेगा",
        "चाहिए",
        "वाला",
        "वाली",
        "वाले",
        "select",
        "या",
        "and",
        "और",
        "or",
        "नहीं",
        "मत",
    )
)
GOING = ("जा", "चल", "निकल", "पहुँच", "आ")  # stems of verbs that need their "metro से"
RIDES = frozenset({"cab", "taxi", "ride", "गाड़ी"})
CLAUSES = frozenset({"message", "note", "task", "issue", "purpose", "song"})  # words after these would be part of them


def _is_mark(token: Token | None) -> bool:
    return token is None or (token.kind == "mark" and not token.slots)


def _goes(after: Utterance) -> bool:
    return after[0].norm.startswith(GOING) or "हो" in {t.norm for t in after}


def _cut(utterance: Utterance, run: tuple[int, int, str]) -> tuple[int, int] | None:
    """What leaves the clause with the value: its tie or preposition and a possessive; None where the rest would not stand."""
    a, b, slot = run
    after = utterance[b] if b < len(utterance) else None
    before = utterance[a - 1] if a else None
    tied = after is not None and not after.slots and after.norm in GOES_WITH.get(slot, frozenset())
    if tied:
        b += 1
    elif before is not None and not before.slots and before.norm in BEFORE and (after is None or after.norm not in HANGING):
        return a - 1, b
    elif not (_is_mark(before) and _is_mark(after)) or slot == "app":
        return None
    after = utterance[b] if b < len(utterance) else None
    if after is not None and not after.slots and (after.norm in HANGING or (slot == "mode" and _goes(utterance[b : b + 2]))):
        return None
    return (a - 1 if a and utterance[a - 1].norm in OWNERS and not utterance[a - 1].slots else a), b


def _without(utterance: Utterance, a: int, b: int, instead: list[Token]) -> list[Token]:
    """The tokens without [a, b), and without the comma that would now stand first, last or twice."""
    head, tail = list(utterance[:a]), list(utterance[b:])
    if not instead:
        if tail and _is_mark(tail[0]) and tail[0].text == "," and (not head or _is_mark(head[-1])):
            tail = tail[1:]
        if head and head[-1].text in (",", ":") and _is_mark(head[-1]) and (not tail or _is_mark(tail[0])):
            head = head[:-1]
    return [*head, *instead, *tail]


@dataclass(frozen=True)
class Negate:
    """A said, usually absent value is asked not to be used. `first` is how often that is said before the request."""

    first: float = 0.25
    name: ClassVar[str] = "negate"
    rule: ClassVar[str] = "Negation: what is asked not to happen is not filled."

    def relabel(self, example: Example, lexicon: Lexicon, rng: Random) -> Example | None:
        """The row with one value negated: its leaf null, its words outside all slots, tag negated."""
        utterance = example.utterance
        if utterance is None or TOLD & {*example.tags}:
            return None
        run = next((r for r in runs_of(utterance) if (example.intent, r[2]) in NOT_SO), None)
        if run is None or not intents()[example.intent].slot(run[2]).usually_absent:
            return None
        hand, (a, b, slot) = hand_of(utterance), run
        if slot == "vehicle":
            named = any(t.norm in RIDES and not t.slots for t in utterance)
            stands = _is_mark(utterance[a - 1] if a else None) and _is_mark(utterance[b] if b < len(utterance) else None)
            if named and not stands:
                return None
            cut, instead = (a, b), [] if named else phrase(("cab", "taxi")[rng.random() < 0.4], lexicon, hand, rng)
            instead = [replace(t, after=utterance[b - 1].after) for t in instead]
        else:
            found, instead = _cut(utterance, run), []
            if found is None:
                return None
            cut = found
        target: dict[str, Any] = {**example.target, slot: None}
        rest = _without(utterance, *cut, instead)
        if not any(t.slots for t in rest) or all(v is None for v in leaves(target).values()):
            return None
        if CLAUSES & {*rest[0].slots} and CLAUSES & {*rest[-1].slots}:
            return None
        said = [replace(t, slots=(), after=" ") for t in utterance[a:b]]
        form = NOT_SO[example.intent, slot][example.provenance.get("level") == "aap"]
        said += phrase(form[int(rng.random() * len(form))], lexicon, hand, rng)
        return rewritten(example, spaced(self._joined(rest, said, rng)), target=target, tags=tagged(example, "negated"))

    def _joined(self, rest: list[Token], said: list[Token], rng: Random) -> list[Token]:
        """Before the request, or after it where nothing that is taken word by word would run into it."""
        last = rest[-1]
        if not CLAUSES & {*rest[0].slots} and (rng.random() < self.first or CLAUSES & {*last.slots}):
            return [*said, comma(), *rest]
        if _is_mark(last):
            return [*rest, *said] if last.text != "," else [*rest[:-1], comma(), *said]
        return [*rest, comma(), *said] if last.slots or rng.random() < 0.6 else [*rest, *said]
