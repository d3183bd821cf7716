"""Counts → figures: each metric is a sum over a sum, printed with n and its interval, or as a bare count where n < 200.

A share of rows has Wilson's interval; a ratio of sums (F1, words, letters) a bootstrap that draws whole groups, and where fewer than
ten of them err the wider of it and Wilson's over groups. n is how many rows the denominator touches.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

from eval import kernel_score, score
from schemas.stats import ratio, resamples, wider, wilson

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[np.float64]]

FEW = 10  # groups on the rarer side below which a bootstrap hardly sees its tail: np ≥ 10, the usual rule
LEAST = 200  # below this many rows no share is printed
COLUMNS = (*score.COLUMNS, *kernel_score.COLUMNS)
AT = {name: place for place, name in enumerate(COLUMNS)}
Of = Literal["rows", "ratio"]


class Metric(NamedTuple):
    """top / bottom, each a weighted sum of columns; how its interval is made; whether more is better; how it is counted."""

    name: str
    top: Mapping[str, float]
    bottom: Mapping[str, float]
    of: Of
    up: bool
    counted: str


def _one(name: str, top: str, bottom: str, of: Of, counted: str, *, up: bool = True) -> Metric:
    return Metric(name, {top: 1.0}, {bottom: 1.0}, of, up, counted)


def _f1(name: str, right: str, said: str, wanted: str, counted: str) -> Metric:
    return Metric(name, {right: 2.0}, {said: 1.0, wanted: 1.0}, "ratio", up=True, counted=counted)


METRICS: tuple[Metric, ...] = (
    _one("json_parses", "parses", "rows", "rows", "one strict JSON object and nothing else"),
    _one("json_valid", "valid", "rows", "rows", "valid under the schema of its intent"),
    _one("intent", "intent", "rows", "rows", "valid and of gold's intent"),
    _one("match_exact", "exact", "rows", "rows", "equal canonical bytes"),
    _one("match_strict", "strict", "rows", "rows", "equal but for eval/variants.tsv"),
    _one("match_lenient", "lenient", "rows", "rows", "equal but for nukta, nasal signs and case"),
    _f1("slot_f1", "right", "said", "wanted", "leaves, strict, micro; lists by best match"),
    _one("slot_precision", "right", "said", "ratio", "leaves right of those said"),
    _one("slot_recall", "right", "wanted", "ratio", "leaves right of those wanted"),
    _f1("slot_f1_exact", "right_exact", "said", "wanted", "leaves, exact"),
    _f1("slot_f1_lenient", "right_lenient", "said", "wanted", "leaves, lenient"),
    _f1("slot_f1_names", "name_right", "name_said", "name_wanted", "leaves of people, places and brands alone"),
    Metric("slot_f1_rest", {"right": 2.0, "name_right": -2.0}, {"said": 1.0, "wanted": 1.0, "name_said": -1.0, "name_wanted": -1.0}, "ratio",
           up=True, counted="leaves that are no names"),
    _one("missed", "missed_row", "rows", "rows", "rows with a slot left null that gold fills; every row without an answer", up=False),
    _one("hallucinated", "hallucinated_row", "rows", "rows", "rows with a slot filled that gold leaves null", up=False),
    Metric("script", {"hi": 1.0, "en": 1.0, "hi_latin": -1.0, "en_deva": -1.0}, {"hi": 1.0, "en": 1.0}, "ratio", up=True,
           counted="words of text and names in their language's script, with gold's help; no answer: all of gold's words wrong"),
    _one("script_rows", "script_clean", "script_row", "rows", "rows with words, all of them in their script"),
    _one("hindi_in_latin", "hi_latin", "hi", "ratio", "Hindi words written in Latin", up=False),
    _one("english_in_devanagari", "en_deva", "en", "ratio", "English words written in Devanagari", up=False),
    Metric("script_alone", {"k_words": 1.0, "k_bad": -1.0}, {"k_words": 1.0}, "ratio", up=True, counted="as script, without gold: our kernel's languages"),
    _one("injection_success", "obeyed", "injected", "rows", "rows with an injection, answered as it orders, at most", up=False),
    _one("names_cer", "cer_wrong", "cer_letters", "ratio", "letters wrong of gold's names in Devanagari", up=False),
    _one("names_cer_ours", "cer_ours", "cer_letters", "ratio", "the same names by our own kernel, from gold's spans", up=False),
    _one("gold_in_lexicon", "gold_known", "gold_words", "ratio", "gold's words that stand in the lexicon's train partition"),
)  # fmt: skip
BY_NAME = {m.name: m for m in METRICS}


class Figure(msgspec.Struct, frozen=True):
    """A number that never travels alone: value, interval, n rows, and the two sums it is made of."""

    value: float
    low: float
    high: float
    n: int
    top: float
    bottom: float

    def __str__(self) -> str:
        """As it is printed: a share with its interval, or a bare count where n < 200."""
        if self.n < LEAST:
            return f"{self.top:g} of {self.bottom:g}"
        return f"{100 * self.value:.1f} [{100 * self.low:.1f}, {100 * self.high:.1f}]"


class Sample(NamedTuple):
    """Rows by columns, and the group of each row as a number from 0."""

    counts: "Matrix"
    groups: "np.ndarray[Any, np.dtype[np.int64]]"

    def of(self, chosen: "np.ndarray[Any, np.dtype[np.bool_]]") -> "Sample":
        """A slice of it, groups numbered anew."""
        import numpy as np

        return Sample(self.counts[chosen], np.unique(self.groups[chosen], return_inverse=True)[1])


def sample(counts: Sequence[Sequence[int]], groups: Sequence[str]) -> Sample:
    """Rows of counts and their groups → a sample."""
    import numpy as np

    return Sample(np.asarray(counts, np.float64), np.unique(np.asarray(groups), return_inverse=True)[1])


def sums(values: "Matrix", groups: "np.ndarray[Any, np.dtype[np.int64]]") -> "Matrix":
    """Sums by group."""
    import numpy as np

    return np.bincount(groups, weights=values).astype(np.float64)


def sides(metric: Metric, counts: "Matrix") -> tuple["Matrix", "Matrix"]:
    """The top and bottom of a metric, row by row."""
    import numpy as np

    top = np.add.reduce([w * counts[:, AT[c]] for c, w in metric.top.items()])
    return top, np.add.reduce([w * counts[:, AT[c]] for c, w in metric.bottom.items()])


def figure(metric: Metric, rows: Sample) -> Figure:
    """One metric over one sample."""
    top, bottom = sides(metric, rows.counts)
    n = int((bottom > 0).sum())
    a, b = float(top.sum()), float(bottom.sum())
    if n == 0:
        return Figure(0.0, 0.0, 1.0, 0, 0.0, 0.0)
    alone = len(set(rows.groups.tolist())) == len(rows.groups)
    if metric.of == "rows" and alone:
        found = wilson(round(a), round(b))
    else:
        tops, bottoms = sums(top, rows.groups), sums(bottom, rows.groups)
        found = ratio(tops.tolist(), bottoms.tolist(), n=n)
        there = bottoms > 0
        few = min(int((tops[there] < bottoms[there]).sum()), int((tops[there] > 0).sum())) < FEW
        found = wider(found, int(there.sum())) if few and 0 <= found.value <= 1 else found
    return Figure(found.value, found.low, found.high, n, a, b)


def figures(rows: Sample) -> dict[str, Figure]:
    """Every metric over one sample."""
    return {m.name: figure(m, rows) for m in METRICS}


def macro(right: "Matrix", said: "Matrix", wanted: "Matrix", groups: "np.ndarray[Any, np.dtype[np.int64]]") -> Figure:
    """Mean over slots of F1, slots that gold fills at least once; rows × slots each. Bootstrapped over whole groups."""
    import numpy as np

    there = wanted.sum(axis=0) > 0
    if not there.any():
        return Figure(0.0, 0.0, 1.0, 0, 0.0, 0.0)
    tops = np.stack([sums(right[:, s], groups) for s in np.flatnonzero(there)], axis=1)
    bottoms = np.stack([sums((said + wanted)[:, s], groups) for s in np.flatnonzero(there)], axis=1)
    weights = resamples(len(tops))
    drawn = weights @ bottoms
    there_too = drawn > 0
    each_draw = np.where(there_too, 2 * (weights @ tops) / np.where(there_too, drawn, 1.0), 0.0).sum(axis=1)
    draws = np.sort(each_draw / np.maximum(there_too.sum(axis=1), 1))
    each = 2 * tops.sum(axis=0) / bottoms.sum(axis=0)
    n = int((wanted.sum(axis=1) > 0).sum())
    low, high = (float(draws[24]), float(draws[975])) if draws[0] < draws[-1] else wilson(round(float(each.mean())) * n, n)[1:3]
    return Figure(float(each.mean()), low, high, n, float(each.sum()), float(len(each)))
