"""Which texts are nearly one text? A bound that lets no pair by proposes them, true Jaccard on character 5-grams decides.

The bound is prefix filtering (Chaudhuri, Ganti and Kaushik 2006; the longer prefix after Wang, Li and Feng 2012): put the grams of every
text in one order, the rarest first. Two texts of n and m grams at Jaccard t share at least t·n and t·m of them, so of the first
(1 - t)·n + K and (1 - t)·m + K they share at least K. Grams are numbers of 44 bits here, and a batch of texts is a few passes of numpy.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NGRAM = 5
SHARED = 8  # K: fewer let more pairs through to be compared, more let each text meet more others (6 to 12 cost the same)
BATCH = 4_096  # texts asked for at a time
_BITS = 44  # of a gram's number: two of the 60 million grams of a million texts and 20,000 known ones meet by chance once in ten builds
_LOW = np.uint64((1 << _BITS) - 1)
_ODD = [np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xFF51AFD7ED558CCD)]
_SLACK = 1e-9  # .8 · 5 is 4, whatever floats make of it

Ints = NDArray[np.int64]


class Pair(NamedTuple):
    """Two texts by their places in what was handed in, and their true Jaccard similarity."""

    row: int
    other: int
    jaccard: float


def grams(text: str) -> frozenset[str]:
    """Character 5-grams; a shorter text is one gram."""
    return frozenset([text[i : i + NGRAM] for i in range(max(1, len(text) - NGRAM + 1))])


def jaccard(a: str, b: str) -> float:
    """True Jaccard similarity of two texts' 5-grams."""
    x, y = grams(a), grams(b)
    return len(x & y) / len(x | y)


def _numbered(texts: Sequence[str]) -> tuple[Ints, "NDArray[np.uint64]"]:
    """(text's place, number of a gram) of every gram of every text, once each, by place. A number met by chance is one gram fewer."""
    padded = [t if len(t) >= NGRAM else t.ljust(NGRAM, "\0") for t in texts]
    sizes = np.fromiter(map(len, padded), np.int64, len(padded))
    chars = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    found = chars[: len(chars) - NGRAM + 1] * _ODD[0]
    for i in range(1, NGRAM):
        found += chars[i : i + len(found)] * _ODD[i]
    found ^= found >> np.uint64(29)
    found *= _ODD[1]
    inside = np.ones(len(found), bool)  # a gram over the end of its text is none
    for i in range(1, NGRAM):
        inside[np.cumsum(sizes)[:-1] - i] = False
    both = (np.repeat(np.arange(len(texts), dtype=np.uint64), sizes)[: len(found)] << np.uint64(_BITS)) | (found >> np.uint64(64 - _BITS))
    both = np.sort(both[inside])  # np.unique would hash, at ten times the time
    both = both[np.append(True, both[1:] != both[:-1])]
    return (both >> np.uint64(_BITS)).astype(np.int64), both & _LOW


def _places(counts: Ints) -> Ints:
    """[2, 3] → [0, 1, 0, 1, 2]."""
    return np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)


class Near:
    """Texts to be near to."""

    def __init__(self, texts: Sequence[str], threshold: float = 0.8) -> None:
        self.texts, self.threshold = list(texts), threshold
        if not self.texts:
            return
        rows, found = _numbered(self.texts)
        self._grams, at, often = np.unique(found, return_inverse=True, return_counts=True)
        self._rank = np.empty(len(often), np.int64)
        self._rank[np.lexsort((self._grams, often))] = np.arange(len(often))
        self._sizes = np.bincount(rows, minlength=len(self.texts))
        rows, ranks = self._prefix(rows, self._rank[at], self._sizes)
        order = np.argsort(ranks, kind="stable")
        self._have = rows[order]  # the texts that have a gram in front, by the gram's rank
        self._first = np.searchsorted(ranks[order], np.arange(len(often) + 1))

    def _prefix(self, rows: Ints, ranks: Ints, sizes: Ints) -> tuple[Ints, Ints]:
        """(text, rank) of the grams in front. A text of `sizes` grams may have fewer here: those that nothing known has come before all."""
        both = np.sort((rows << 32) | ranks)
        rows, ranks = both >> 32, both & 0xFFFFFFFF
        known = np.bincount(rows, minlength=len(sizes))
        most = sizes - np.ceil(self.threshold * sizes - _SLACK).astype(np.int64) + SHARED
        front = _places(known) + (sizes - known)[rows] < most[rows]
        return rows[front], ranks[front]

    def _proposed(self, texts: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Every pair that may be at the threshold, by place: long enough both, and K grams shared in front, or all that such a pair shares."""
        rows, found = _numbered(texts)
        sizes = np.bincount(rows, minlength=len(texts))
        at = np.minimum(np.searchsorted(self._grams, found), len(self._grams) - 1)
        known = self._grams[at] == found
        rows, ranks = self._prefix(rows[known], self._rank[at[known]], sizes)
        low = self._first[ranks]
        have = self._first[ranks + 1] - low
        others = self._have[_places(have) + np.repeat(low, have)]
        met, shared = np.unique(np.repeat(rows, have) * len(self.texts) + others, return_counts=True)
        n, m = sizes[met // len(self.texts)], self._sizes[met % len(self.texts)]
        fits = np.minimum(n, m) >= self.threshold * np.maximum(n, m) - _SLACK
        least = np.minimum(SHARED, np.ceil(self.threshold * (n + m) / (1 + self.threshold) - _SLACK))
        for pair in met[fits & (shared >= least)].tolist():
            yield divmod(pair, len(self.texts))

    def __call__(self, texts: Sequence[str]) -> list[Pair]:
        """Every pair at or above the threshold, by place; equal texts are pairs too."""
        out: list[Pair] = []
        for start in range(0, len(texts) if self.texts else 0, BATCH):
            for i, j in self._proposed(texts[start : start + BATCH]):
                score = jaccard(texts[start + i], self.texts[j])
                if score >= self.threshold:
                    out.append(Pair(start + i, j, score))
        return out
