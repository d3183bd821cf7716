"""A planter of single faults: ten ways in which one row, right before, no longer means what its label says.

Each takes a row as it lies on disk and gives it back with one thing wrong, or None where the row has nothing to spoil so.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from generators.randomness import Random
from hinglish.lexicon import Entry, load
from hinglish.script import words
from schemas.contract import leaves
from schemas.example import Span, kind_of_leaf

NUMBERS = frozenset({"amount", "count", "quantity"})
TEXTS = frozenset({"text", "name"})


class Row(NamedTuple):
    """What `reread` is given."""

    text: str
    spans: Sequence[Span]
    target: Mapping[str, Any]
    tags: Sequence[str]


Plant = Callable[[Row, Random], Row | None]


def _of_kind(row: Row, kinds: frozenset[str]) -> list[tuple[str, Any]]:
    """Leaves with a value, of some kinds."""
    intent = str(row.target["intent"])
    return [(p, v) for p, v in leaves(row.target).items() if v is not None and kind_of_leaf(intent, p) in kinds]


def changed(target: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The same target with another value at one leaf."""
    head, *rest = path.split(".")
    if not rest:
        return {**target, head: value}
    items = [dict(i) for i in target[head]]
    items[int(rest[0])][rest[1]] = value
    return {**target, head: items}


def _with(row: Row, path: str, value: Any) -> Row:
    return row._replace(target=changed(row.target, path, value))


@cache
def _entries() -> tuple[Entry, ...]:
    return tuple(e for e in load().entries if " " not in e.norm and e.cls in ("noun", "adj", "verb", "given", "dish", "grocery"))


def _other_word(rng: Random, than: Sequence[str]) -> str:
    while (word := str(rng.choice(_entries()).norm)) in than:
        pass
    return word


def amount(row: Row, rng: Random) -> Row | None:
    """A number is another number."""
    found = _of_kind(row, NUMBERS)
    if not found:
        return None
    path, value = rng.choice(found)
    return _with(row, path, rng.choice([value + 1, value * 10, value + 100, value * 2]))


def digit(row: Row, rng: Random) -> Row | None:
    """One digit of a phone number or an order id is another digit."""
    found = [(p, v) for p, v in _of_kind(row, frozenset({"digits"})) if any(c.isdigit() for c in v)]
    if not found:
        return None
    path, value = rng.choice(found)
    at = rng.choice([i for i, c in enumerate(value) if c.isdigit()])
    return _with(row, path, value[:at] + str((int(value[at]) + rng.randint(1, 9)) % 10) + value[at + 1 :])


def _texts(row: Row, least: int = 1) -> list[tuple[str, list[str]]]:
    return [(p, v.split()) for p, v in _of_kind(row, TEXTS) if len(v.split()) >= least]


def replaced(row: Row, rng: Random) -> Row | None:
    """A word of a text leaf is another word of the lexicon."""
    found = _texts(row)
    if not found:
        return None
    path, said = rng.choice(found)
    at = rng.randrange(len(said))
    return _with(row, path, " ".join([*said[:at], _other_word(rng, said), *said[at + 1 :]]))


def dropped(row: Row, rng: Random) -> Row | None:
    """A word of a text leaf is missing."""
    found = _texts(row, 2)
    if not found:
        return None
    path, said = rng.choice(found)
    at = rng.randrange(len(said))
    return _with(row, path, " ".join([*said[:at], *said[at + 1 :]]))


def added(row: Row, rng: Random) -> Row | None:
    """A text leaf has a word that nobody said."""
    found = _texts(row)
    if not found:
        return None
    path, said = rng.choice(found)
    at = rng.randint(0, len(said))
    return _with(row, path, " ".join([*said[:at], _other_word(rng, said), *said[at:]]))


def nulled(row: Row, rng: Random) -> Row | None:
    """A leaf that is said is null, its span still there."""
    found = [s.path for s in row.spans]
    return _with(row, rng.choice(found), None) if found else None


def invented(row: Row, rng: Random) -> Row | None:
    """A leaf that nobody said has a value."""
    intent = str(row.target["intent"])
    found = [p for p, v in leaves(row.target).items() if v is None]
    if not found:
        return None
    path = rng.choice(found)
    kind = kind_of_leaf(intent, path)
    value: Any = rng.randint(1, 20) if kind in NUMBERS else "9876543210" if kind == "digits" else _other_word(rng, ())
    return _with(row, path, value)


def swapped(row: Row, rng: Random) -> Row | None:
    """Two leaves have each other's value."""
    for kinds in rng.sample([TEXTS, NUMBERS], 2):
        found = rng.sample(_of_kind(row, kinds), 99)
        for i, (a, x) in enumerate(found):
            for b, y in found[:i]:
                if x != y:
                    return _with(_with(row, a, y), b, x)
    return None


def script(row: Row, rng: Random) -> Row | None:
    """A word of a label stands in the script of the other language."""
    lexicon = load()
    found = []
    for path, said in _texts(row):
        for at, word in enumerate(said):
            for entry in lexicon.by_norm.get(word, ())[:1]:
                other = entry.roman[0][0] if entry.lang == "hi" and entry.roman else entry.deva[0] if entry.lang == "en" else word
                if other != word and " " not in other:
                    found.append((path, [*said[:at], other, *said[at + 1 :]]))
    if not found:
        return None
    path, wrong = rng.choice(found)
    return _with(row, path, " ".join(wrong))


def moved(row: Row, rng: Random) -> Row | None:
    """A span begins and ends one word later, or earlier."""
    bounds = words(row.text)
    starts, ends = {a: i for i, (a, _) in enumerate(bounds)}, {b: i for i, (_, b) in enumerate(bounds)}
    found = []
    for n, span in enumerate(row.spans):
        for step in (-1, 1):
            if span.start in starts and span.end in ends and (first := starts[span.start] + step) >= 0 and (last := ends[span.end] + step) < len(bounds):
                found.append((n, Span(span.path, bounds[first][0], bounds[last][1])))
    if not found:
        return None
    n, span = rng.choice(found)
    return row._replace(spans=[*row.spans[:n], span, *row.spans[n + 1 :]])


KINDS: Mapping[str, Plant] = {
    "amount changed": amount, "digit changed": digit, "word replaced": replaced, "word dropped": dropped, "word added": added,
    "said leaf nulled": nulled, "null leaf invented": invented, "values swapped": swapped, "wrong script": script, "span moved": moved,
}


def planted(rows: Sequence[Row], kind: str, wanted: int, seed: int = 1) -> list[Row]:
    """`wanted` rows with one fault of a kind, from as many different rows as there are, in an order of the seed's own."""
    rng = Random(f"faults/{seed}/{kind}")
    out: list[Row] = []
    for row in rng.sample(rows, len(rows)):
        if len(out) == wanted:
            break
        spoilt = KINDS[kind](row, rng)
        if spoilt is not None:
            out.append(spoilt)
    return out
