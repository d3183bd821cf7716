"""How well the language core does on real text: scripts of words, Hindi spellings, romanisations. Pure functions of a TSV path."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hinglish.identify import identify
from hinglish.romanise import romanise
from hinglish.script import fold, script_of

SHOWN = 30
TRUSTED = 5  # spellings a word may offer for coverage
FIRST = 3  # spellings a word answers for in precision


@dataclass(frozen=True, slots=True)
class Figure:
    """A share with its denominator, and the commonest misses as (what was, what came, how often)."""

    name: str
    right: float
    n: int
    misses: tuple[tuple[str, str, int], ...]

    @property
    def value(self) -> float:
        """right / n, nothing rounded; an empty measure is 0, never 1."""
        return self.right / self.n if self.n else 0.0


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def _shown(misses: Counter[tuple[str, str]]) -> tuple[tuple[str, str, int], ...]:
    return tuple((was, came, n) for (was, came), n in misses.most_common(SHOWN))


def measure_script(path: Path) -> tuple[Figure, Figure]:
    """script_agreement and hindi_exact_folded over queries: the tagger sees the Roman words alone, never the file's tags.

    A word is right for the first when it is put in the script that the target has, for the second (Hindi words only) when its
    folded Devanagari is the target's. Rows whose two sides do not align word by word are left out.
    """
    right = exact = n = hindi = 0
    wrong_script: Counter[tuple[str, str]] = Counter()
    wrong_form: Counter[tuple[str, str]] = Counter()
    for row in _rows(path):
        words, targets = row["roman_query"].split(), row["target_script_query"].split()
        if len(words) != len(targets):
            continue
        for word, target, tag in zip(words, targets, identify(words), strict=True):
            is_hindi = script_of(target) in ("devanagari", "mixed")
            agrees = (tag.lang == "hi") == is_hindi
            n, right = n + 1, right + agrees
            if not agrees:
                wrong_script[f"{word} → {target}", tag.norm] += 1
            if is_hindi:
                same = agrees and fold(tag.norm) == fold(target)
                hindi, exact = hindi + 1, exact + same
                if not same:
                    wrong_form[f"{word} → {target}", tag.norm] += 1
    return (Figure("script_agreement", right, n, _shown(wrong_script)), Figure("hindi_exact_folded", exact, hindi, _shown(wrong_form)))


def _written(path: Path) -> dict[str, dict[str, int]]:
    """Devanagari word → the spellings that people wrote, with how many did."""
    out: dict[str, dict[str, int]] = {}
    for row in _rows(path):
        spellings = out.setdefault(row["devanagari"], {})
        spellings[row["roman"].lower()] = spellings.get(row["roman"].lower(), 0) + int(row["attestations"])
    return out


def measure_romanise(path: Path) -> tuple[Figure, Figure, Figure]:
    """romanise_top1 (a first spelling that someone wrote), romanise_covered (writers whose spelling is among the first five)
    and romanise_precision (of the first three, the share that anyone wrote)."""
    written = _written(path)
    top = covered = writers = made = good = 0
    missed: Counter[tuple[str, str]] = Counter()
    lost: Counter[tuple[str, str]] = Counter()
    for word, spellings in written.items():
        offered = romanise(word)
        top += bool(offered) and offered[0] in spellings
        if not offered or offered[0] not in spellings:
            missed[f"{word} → {', '.join(spellings)}", ", ".join(offered[:1])] = max(spellings.values())
        for spelling, count in spellings.items():
            writers += count
            covered += count * (spelling in offered[:TRUSTED])
            if spelling not in offered[:TRUSTED]:
                lost[f"{word} → {spelling}", ", ".join(offered[:TRUSTED])] = count
        made += len(offered[:FIRST])
        good += sum(s in spellings for s in offered[:FIRST])
    return (
        Figure("romanise_top1", top, len(written), _shown(missed)),
        Figure("romanise_covered", covered, writers, _shown(lost)),
        Figure("romanise_precision", good, made, ()),
    )
