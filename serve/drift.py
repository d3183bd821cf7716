"""Is live traffic still like what was trained on? A message's features, none of them text, and two mixes side by side with their intervals.

A server counts features as it goes (`Journal.traffic`, one line a sampled message, no text); a release or a file of messages is counted here
by the same function, so that the two are alike. A share differs where its interval of difference (Newcombe 1998, method 10) leaves out 0;
over the shares of one table the level is Bonferroni's.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import NormalDist
from typing import Any, Final, NamedTuple

import msgspec
import regex

from hinglish.errors import KhichdiError
from hinglish.identify import identify
from hinglish.mix import cmi
from hinglish.numerals import find
from hinglish.script import nfc, script_of, words
from schemas.stats import Interval, wilson
from serve.vocabulary import word_of

LENGTHS: Final = ((4, "1-4"), (8, "5-8"), (12, "9-12"), (20, "13-20"))
MIXES: Final = ((0.0, "0"), (15.0, "1-15"), (30.0, "16-30"))
UNKNOWNS: Final = ((0.0, "0"), (0.1, "up to 10 %"), (0.25, "11-25 %"))
_DEVA_DIGIT, _GROUPED, _DIGIT = regex.compile("[०-९]"), regex.compile(r"[0-9],[0-9]"), regex.compile("[0-9]")
_LETTERS = regex.compile(r"(?:\p{L}\p{M}*)+")


class Features(NamedTuple):
    """What a message is like; every value is one of a few words. `unknown` counts words that the lexicon has in no form, names among them."""

    script: str
    length: str
    cmi: str
    numerals: str
    unknown: str
    intent: str = ""


def _bucket(value: float, steps: Sequence[tuple[float, str]], last: str) -> str:
    return next((name for most, name in steps if value <= most), last)


def features(message: str, intent: str = "") -> Features:
    """The features of one message. About a millisecond, so a server samples."""
    text = nfc(message)
    written = [text[a:b] for a, b in words(text)]
    told = [w for w in written if script_of(w) != "other"]
    langs = [t.lang for t in identify(told) if t.lang != "other"]
    letters = _LETTERS.findall(text)
    unknown = sum(word_of(w).status == "name" and word_of(w).entry is None for w in letters)
    return Features(
        script_of(text),
        _bucket(len(told), LENGTHS, "over 20"),
        _bucket(cmi(langs), MIXES, "over 30"),
        _numerals(text),
        _bucket(unknown / max(1, len(letters)), UNKNOWNS, "over 25 %"),
        intent,
    )


def _numerals(text: str) -> str:
    """How a message writes numbers: the rarest way that it uses."""
    if _DEVA_DIGIT.search(text):
        return "devanagari digits"
    if _GROUPED.search(text):
        return "grouped digits"
    said = any(m.reading.value is not None and not _DIGIT.search(text[m.start : m.end]) for m in find(text))
    digits = bool(_DIGIT.search(text))
    return "digits and words" if said and digits else "words" if said else "digits" if digits else "none"


class Drift(NamedTuple):
    """One value of one feature: its share here and there, and the difference with its interval."""

    feature: str
    value: str
    live: Interval
    release: Interval
    difference: float
    low: float
    high: float

    @property
    def drifts(self) -> bool:
        """The interval leaves out no change."""
        return self.low > 0 or self.high < 0


def compare(live: Sequence[Features], release: Sequence[Features]) -> list[Drift]:
    """Every value of every feature that either has, feature by feature, the greatest difference first."""
    out: list[Drift] = []
    pairs = [(name, value) for name in Features._fields for value in sorted({getattr(f, name) for f in (*live, *release)} - {""})]
    z = NormalDist().inv_cdf(1 - 0.025 / max(1, len(pairs)))
    for name in Features._fields:
        here, there = (Counter[str](str(getattr(f, name)) for f in side if getattr(f, name)) for side in (live, release))
        found = [_drift(name, v, here, there, z) for n, v in pairs if n == name and here.total() and there.total()]
        out += sorted(found, key=_greatest)
    return out


def _drift(name: str, value: str, here: Counter[str], there: Counter[str], z: float) -> Drift:
    a, b = (wilson(c[value], sum(c.values()), z) for c in (here, there))
    d = a.value - b.value
    low = d - math.sqrt((a.value - a.low) ** 2 + (b.high - b.value) ** 2)
    high = d + math.sqrt((a.high - a.value) ** 2 + (b.value - b.low) ** 2)
    return Drift(name, value, wilson(here[value], sum(here.values())), wilson(there[value], sum(there.values())), d, low, high)


def _greatest(drift: Drift) -> tuple[float, str]:
    return -abs(drift.difference), drift.value


def of_log(home: Path, since: str = "") -> list[Features]:
    """The features that a server's journal counted, from a day on."""
    out = []
    for path in sorted(home.glob("log-*.jsonl")):
        if path.stem.removeprefix("log-") >= since:
            out += [f for line in path.read_bytes().splitlines() if b'"event":"traffic"' in line and (f := _read(msgspec.json.decode(line)))]
    if not out:
        raise KhichdiError(f"{home}: no traffic was counted there{f' since {since}' if since else ''}; --messages FILE compares a file of messages instead")
    return out


def _read(line: Mapping[str, Any]) -> Features | None:
    return Features(*[str(line.get(name, "")) for name in Features._fields])


def of_file(path: Path) -> list[Features]:
    """The features of a file of messages, one a line; JSON lines with `input` or `message`, and `intent` where it is known, are read too."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [features(*_message(line, f"{path}:{n}")) for n, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise KhichdiError(f"{path}: no messages in it; one a line, as text or as JSON with input or message")
    return found


def _message(line: str, place: str) -> tuple[str, str]:
    if not line.startswith("{"):
        return line, ""
    try:
        row = msgspec.json.decode(line)
        text = row.get("input") or row["message"]
        return str(text), str(row.get("intent") or "")
    except (msgspec.DecodeError, KeyError) as fault:
        raise KhichdiError(f"{place}: no message ({fault}); a line is text, or JSON with input or message") from fault


def of_rows(rows: Iterable[tuple[str, str]]) -> list[Features]:
    """The features of (message, intent) rows: those of a release."""
    return [features(text, intent) for text, intent in rows]
