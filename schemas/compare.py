"""Is an answer right? Three strictnesses over leaves, and spans by their overlap. Empty against empty is nothing, not a point.

exact: equal canonical bytes · strict: folds the spellings of eval/variants.tsv · lenient: folds all nukta, nasal signs and case.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, NamedTuple

from hinglish.errors import KhichdiError
from hinglish.script import fold, nfc
from schemas.canonical import canonical, canonical_bytes
from schemas.contract import leaves
from schemas.example import Span

Strictness = Literal["exact", "strict", "lenient"]
VARIANTS = Path(__file__).resolve().parent.parent / "eval" / "variants.tsv"


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


def compare(gold: Mapping[str, Any], answer: Mapping[str, Any] | None, strictness: Strictness = "strict") -> Counts:
    """Leaves of an answer against gold. No answer (invalid JSON) misses every leaf; a wrong intent makes every leaf wrong or missed.

    A leaf that is null in both counts for nothing; null where gold has a value is missed; a value where gold has null is wrong; a
    wrong value is both. Items of a list are matched by their content, not their place, each once.
    """
    wanted = _items(gold, strictness)
    if answer is None:
        return Counts(missed=sum(wanted.values()))
    said = _items(answer, strictness)
    if gold.get("intent") != answer.get("intent"):
        return Counts(wrong=sum(said.values()), missed=sum(wanted.values()))
    right = sum((wanted & said).values())
    return Counts(right, sum(said.values()) - right, sum(wanted.values()) - right)


def _items(target: Mapping[str, Any], strictness: Strictness) -> Counter[tuple[Any, ...]]:
    """Leaves as a multiset; a leaf of a list item carries its item's name, so that quantities stay with what they measure."""
    out: Counter[tuple[Any, ...]] = Counter()
    for name, value in canonical(target).items():
        if name == "intent" or value is None:
            continue
        if isinstance(value, list):
            for item in value:
                head = folded(item.get("name"), strictness) if isinstance(item, dict) else repr(item)
                for key, inner in item.items() if isinstance(item, dict) else ():
                    if inner is not None:
                        out[(name, head, key, type(inner) is bool, folded(inner, strictness))] += 1
        else:
            out[(name, type(value) is bool, folded(value, strictness) if not isinstance(value, dict) else repr(value))] += 1
    return out


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
