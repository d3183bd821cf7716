"""Is an answer right? Three strictnesses over leaves, and spans by their overlap. Empty against empty is nothing, not a point.

exact: equal canonical bytes · strict: folds the spellings of eval/variants.tsv · lenient: folds all nukta, nasal signs and case.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any, Literal, NamedTuple

from hinglish.errors import KhichdiError
from hinglish.lexicon import DATA
from hinglish.script import fold, nfc
from schemas.assign import assign
from schemas.canonical import canonical, canonical_bytes
from schemas.contract import leaves
from schemas.example import Span

Strictness = Literal["exact", "strict", "lenient"]
VARIANTS = DATA.resolve().parent / "eval" / "variants.tsv"  # a compiled copy (`make fast`) links to our data and has no eval


class Counts(NamedTuple):
    """Leaves right, said wrongly or too much, and missed; from them precision, recall and F1. Sums with `+ ` by `add`."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, other: "Counts") -> "Counts":
        """Counts over both."""
        return Counts(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def f1(self) -> float | None:
        """2·right over all said and wanted; None where nothing was wanted and nothing said."""
        whole = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / whole if whole else None


@cache
def variants() -> Mapping[str, str]:
    """Written form → label form, read from eval/variants.tsv."""
    out: dict[str, str] = {}
    for number, line in enumerate(VARIANTS.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        cells = nfc(line).split("\t")
        if len(cells) != 2 or cells[0] in out:
            raise KhichdiError(f"eval/variants.tsv:{number}: {line!r}; two columns, written form and label form, each written form once")
        out[cells[0]] = cells[1]
    return out


def variants_hash() -> str:
    """sha256 of the variants file: it stands in every report that scores strictly."""
    return sha256(VARIANTS.read_bytes()).hexdigest()


def folded(value: Any, strictness: Strictness) -> Any:
    """A leaf's value as it is compared: numbers stay numbers and are never equal to strings."""
    if not isinstance(value, str) or strictness == "exact":
        return value
    if strictness == "strict":
        table = variants()
        return " ".join([table.get(w, w) for w in nfc(value).split(" ")])
    return fold(value).casefold()


def same_value(a: Any, b: Any, strictness: Strictness = "strict") -> bool:
    """Are two leaf values one? 1 and 1.0 are; True and 1 are not."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    return bool(folded(a, strictness) == folded(b, strictness))


def same_target(a: Mapping[str, Any], b: Mapping[str, Any], strictness: Strictness = "strict") -> bool:
    """Is the whole answer right?"""
    if strictness == "exact":
        return canonical_bytes(a) == canonical_bytes(b)
    if a.get("intent") != b.get("intent"):
        return False
    x, y = leaves(canonical(a)), leaves(canonical(b))
    return x.keys() == y.keys() and all(same_value(x[k], y[k], strictness) for k in x)


EXACT, STRICT, LENIENT, UNLIKE = 3, 2, 1, 0
LEVEL: Mapping[Strictness, int] = {"exact": EXACT, "strict": STRICT, "lenient": LENIENT}


class Pair(NamedTuple):
    """A leaf of gold beside the leaf of the answer that stands for it: None where one of them has none. `slot` is "items.name"."""

    slot: str
    gold: Any
    said: Any

    @property
    def level(self) -> int:
        """How alike: 3 exact, 2 strict, 1 lenient, 0 unlike or one side missing."""
        return 0 if self.gold is None or self.said is None else alike(self.gold, self.said)


def alike(gold: Any, said: Any) -> int:
    """The strictest reading in which two values are one: 3 exact, 2 strict, 1 lenient, 0 none."""
    if isinstance(gold, bool) or isinstance(said, bool):
        return EXACT if gold is said else UNLIKE
    if gold == said:
        return EXACT
    return _alike(gold, said) if isinstance(gold, str) and isinstance(said, str) else UNLIKE


@lru_cache(maxsize=1 << 16)
def _alike(gold: str, said: str) -> int:
    said = nfc(said)
    if gold == said:
        return EXACT
    if folded(gold, "strict") == folded(said, "strict"):
        return STRICT
    return LENIENT if folded(gold, "lenient") == folded(said, "lenient") else UNLIKE


def paired(gold: Mapping[str, Any], answer: Mapping[str, Any]) -> list[Pair]:
    """The leaves of two targets side by side, leaving out what is null in both. Items of lists are paired by best match.

    Two intents have no leaf in common: all of gold's are missed, all of the answer's are too much.
    """
    if gold.get("intent") != answer.get("intent"):
        return [Pair(s, v, None) for s, v in _filled(gold)] + [Pair(s, None, v) for s, v in _filled(answer)]
    out: list[Pair] = []
    for name in gold if gold.keys() == answer.keys() else dict.fromkeys((*gold, *answer)):
        wanted, said = gold.get(name), answer.get(name)
        if isinstance(wanted, list) or isinstance(said, list):
            out += _items(name, wanted if isinstance(wanted, list) else [], said if isinstance(said, list) else [])
        elif name != "intent" and not (wanted is None and said is None):
            out.append(Pair(name, wanted, said))
    return out


def _filled(target: Mapping[str, Any]) -> list[tuple[str, Any]]:
    out = []
    for path, value in leaves(target).items():
        if value is not None:
            head, dot, rest = path.partition(".")
            out.append((f"{head}.{rest.partition('.')[2]}" if dot else head, value))
    return out


def _items(name: str, wanted: list[Any], said: list[Any]) -> list[Pair]:
    """Leaves of list items, paired so that as many leaves as possible are right; of two such pairings the one with more names right."""
    left = [i for i in said if isinstance(i, dict)]
    out: list[Pair] = []
    rest = []
    for item in wanted:
        if item in left:  # an equal item is part of some best pairing
            left.remove(item)
            out += _leaves(name, item, item)
        else:
            rest.append(item)
    weights = [[_weight(a, b) for b in left] for a in rest]
    taken = set()
    for item, column in zip(rest, assign(weights), strict=True):
        other = left[column] if column is not None else {}
        taken.add(column)
        out += _leaves(name, item, other)
    return out + [pair for i, item in enumerate(left) if i not in taken for pair in _leaves(name, {}, item)]


_WORTH = {EXACT: 1001.0, STRICT: 1000.0, LENIENT: 10.0, UNLIKE: 0.0}  # a leaf strictly right outweighs any number only leniently so


def _weight(gold: Mapping[str, Any], said: Mapping[str, Any]) -> float:
    found = {k: alike(v, said.get(k)) for k, v in gold.items() if v is not None}
    return sum(map(_WORTH.__getitem__, found.values())) + (found.get("name", UNLIKE) >= STRICT)


def _leaves(name: str, gold: Mapping[str, Any], said: Mapping[str, Any]) -> list[Pair]:
    pairs = [Pair(f"{name}.{key}", gold.get(key), said.get(key)) for key in (gold or said)]
    return [p for p in pairs if not (p.gold is None and p.said is None)]


def compare(gold: Mapping[str, Any], answer: Mapping[str, Any] | None, strictness: Strictness = "strict") -> Counts:
    """Leaves of an answer against gold. No answer (invalid JSON) misses every leaf; a wrong intent makes every leaf wrong or missed.

    A leaf that is null in both counts for nothing; null where gold has a value is missed; a value where gold has null is wrong; a
    wrong value is both. Items of a list are paired by best match, not by their place, each once.
    """
    pairs = paired(canonical(gold), canonical(answer or {}))
    right = sum(p.level >= LEVEL[strictness] for p in pairs)
    return Counts(right, sum(p.said is not None for p in pairs) - right, sum(p.gold is not None for p in pairs) - right)


def span_f1(gold: Iterable[Span], answer: Iterable[Span]) -> float | None:
    """F1 over spans of equal path and ends: an over-long span is wrong. None where neither has any."""
    a, b = Counter(map(tuple, gold)), Counter(map(tuple, answer))
    right = sum((a & b).values())
    whole = sum(a.values()) + sum(b.values())
    return 2 * right / whole if whole else None


def char_overlap(gold: Sequence[Span], answer: Sequence[Span]) -> float | None:
    """F1 over (path, character): how far spans overlap where their ends differ."""
    a = {(s.path, i) for s in gold for i in range(s.start, s.end)}
    b = {(s.path, i) for s in answer for i in range(s.start, s.end)}
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else None
