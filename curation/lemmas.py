"""Which lemmas of open classes a label holds, and which split they belong to: the words that train and unseen_words may not share."""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from curation.dedup import key
from hinglish.inflect import oblique
from hinglish.lexicon import Entry, Partition, load
from schemas.contract import intents
from schemas.example import Example

PEOPLE = ("given", "surname", "foreign")
PLACES = ("place", "foreign")
# Slot → the open classes its values are drawn from. A slot that is not here is closed.
OPEN_SLOTS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("book_appointment", "provider"): PEOPLE,
    ("book_cab", "drop"): PLACES,
    ("book_cab", "pickup"): PLACES,
    ("book_ticket", "destination"): PLACES,
    ("book_ticket", "origin"): PLACES,
    ("get_directions", "destination"): PLACES,
    ("get_directions", "origin"): PLACES,
    ("get_weather", "place"): PLACES,
    ("order_food", "items.name"): ("dish",),
    ("order_food", "note"): ("note",),
    ("order_food", "restaurant"): ("shop",),
    ("order_grocery", "items.name"): ("grocery",),
    ("play_music", "artist"): ("artist",),
    ("play_music", "song"): ("song",),
    ("raise_complaint", "issue"): ("issue",),
    ("raise_complaint", "product"): ("product",),
    ("send_message", "message"): ("message",),
    ("send_message", "recipient"): PEOPLE,
    ("set_reminder", "task"): ("task",),
    ("track_order", "product"): ("product",),
    ("transfer_money", "purpose"): ("purpose",),
    ("transfer_money", "recipient"): PEOPLE,
}
OPEN_INTENTS = frozenset(intent for intent, _ in OPEN_SLOTS)
Side = Literal["train", "test", "both", "closed"]


class OpenLeaf(NamedTuple):
    """A filled leaf of an open slot."""

    path: str
    slot: str
    value: str
    classes: tuple[str, ...]


def open_leaves(example: Example) -> list[OpenLeaf]:
    """The filled leaves of a row's open slots."""
    out = []
    target = example.target
    for slot, head, inner, classes in _open_slots(example.intent):
        value = target.get(head)
        if isinstance(value, str):
            out.append(OpenLeaf(slot, slot, value, classes))
        elif isinstance(value, list):
            out += [OpenLeaf(f"{head}.{i}.{inner}", slot, said, classes) for i, item in enumerate(value) if isinstance(said := item.get(inner), str)]
    return out


@cache
def _open_slots(intent: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """(slot, its name, the name below it in a list's item, classes) of an intent's open slots, in the order of its schema."""
    order = [slot.name for slot in intents()[intent].slots]
    found = [(slot, *slot.partition(".")[::2], classes) for (of, slot), classes in OPEN_SLOTS.items() if of == intent]
    return sorted(found, key=lambda f: order.index(f[1]))


def _forms(entry: Entry) -> set[str]:
    """The keys of an entry as a label may hold it: as it is, and before a postposition."""
    words = entry.norm.split()
    bent = [oblique(w) for w in words]
    return {key(entry.norm), key(" ".join(bent)), key(" ".join([*words[:-1], bent[-1]]))}


@cache
def forms(cls: str, partition: Partition) -> frozenset[str]:
    """Every form of every lemma of one class and partition."""
    return frozenset(f for e in load(partition).by_class.get(cls, ()) for f in _forms(e))


@cache
def _held(classes: tuple[str, ...], partition: Partition) -> frozenset[str]:
    return frozenset().union(*(forms(c, partition) for c in classes))


@cache
def only_test(classes: tuple[str, ...]) -> frozenset[str]:
    """Forms of test lemmas that no train lemma of these classes has."""
    return _held(classes, "test") - _held(classes, "train")


@lru_cache(maxsize=1 << 17)
def side(value: str, classes: tuple[str, ...]) -> Side:
    """Whose lemmas a value holds. People's names are read word by word (राहुल शर्मा, रीना दीदी), all else as one phrase."""
    said = key(value)
    parts = {said}
    if classes == PEOPLE:
        words = said.split()
        parts |= {*words, *(" ".join(p) for p in pairwise(words))}
    test = not parts.isdisjoint(only_test(classes))
    train = not parts.isdisjoint(_held(classes, "train"))
    return "both" if test and train else "test" if test else "train" if train else "closed"


@cache
def _no_names() -> frozenset[str]:
    """What is a name kept for test and also something else that train has."""
    return _held(PLACES, "train") | _held(("artist", "shop", "song", "product"), "train")


def loose_names(example: Example) -> list[str]:
    """Names said outside all slots."""
    return [t.norm for t in example.utterance or () if t.kind == "name" and not t.slots]


def names_of_test(loose: Iterable[str]) -> list[str]:
    """Of names said outside all slots of a made row, those of people that are kept for test."""
    return [norm for norm in loose if key(norm) in only_test(PEOPLE) and key(norm) not in _no_names()]
