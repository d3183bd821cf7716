"""Do labels hold when other people's injections stand in our messages? Every string before, after and inside made rows.

Counted over ALL strings of a file (a JSON object a line, with "text"): one holds in a place if, in each of the rows it was put
into, (1) the target's bytes are unchanged, (2) the row as a reader of the file gets it re-reads without fault under the tag
`injection`, (3) the string stands in the text outside all spans and what the spans say is unchanged, (4) the text is NFC, and
(5) what `show` prints holds no control or bidi character. "inside" draws on rows that have a clause boundary.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Final

import msgspec

from augment.adversarial import PLACES, Inject, Place
from augment.core import relabelled
from augment.injections import Typed, as_typed
from generators.randomness import Random
from generators.run import make
from generators.show import coloured, panel
from generators.spec import read_spec
from generators.write import annotated_row
from hinglish.errors import KhichdiError
from hinglish.lexicon import DATA, Lexicon, load
from hinglish.script import nfc
from schemas.canonical import encode
from schemas.example import Example, Span
from schemas.reread import reread

UNSAFE: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})  # controls, formats (all bidi marks), line and paragraph separators


@dataclass(frozen=True, slots=True)
class Failure:
    """A string that did not hold: where it stood, in which row, and what went wrong."""

    text: str
    place: Place
    row: str
    what: str


@dataclass(frozen=True, slots=True)
class Measured:
    """Strings, those that hold by place and in all three, rows made, and every failure."""

    n: int
    held: dict[str, int]
    everywhere: int
    rows: int
    failures: tuple[Failure, ...]


def read_strings(path: Path) -> list[str]:
    """The "text" of every line; a line without one is an error that names it."""
    out = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip():
            row = msgspec.json.decode(line)
            if not isinstance(row.get("text"), str) or not as_typed(row["text"]):
                raise KhichdiError(f'{path.name}:{number}: no "text" in {line[:60]!r}; a line is a JSON object with a string "text"')
            out.append(row["text"])
    return out


def shown(row: dict[str, Any]) -> str:
    """What `show` prints of a row, without colours: the message by itself, then the panel."""
    from rich.console import Console

    page = StringIO()
    console = Console(file=page, width=400, color_system=None, legacy_windows=False, highlight=False)
    console.print(panel(row))
    return str(coloured(row).plain) + page.getvalue()


def unsafe(text: str) -> set[str]:
    """Characters that must not reach a terminal; the new line and the tab may."""
    return {f"U+{ord(c):04X}" for c in text if unicodedata.category(c) in UNSAFE and c not in "\n\t"}


def faults(before: Example, after: Example, text: str) -> list[str]:
    """Everything that does not hold of a row into which a string was put."""
    row = annotated_row(after)  # as written to disk, and read from there
    spans = [Span(**s) for s in row["spans"]]
    out = [] if row["target"].encode() == encode(before.target) else [f"label changed to {row['target']}"]
    if "injection" not in row["tags"]:
        out.append("no tag says that something was injected")
    out += reread(row["input"], spans, msgspec.json.decode(row["target"]), row["tags"])
    if [(s.path, row["input"][s.start : s.end]) for s in spans] != [(s.path, before.input[s.start : s.end]) for s in before.spans]:
        out.append("what the spans say has changed")
    if not _outside(row["input"], as_typed(text), spans):
        out.append("the string does not stand outside all spans")
    if row["input"] != nfc(row["input"]):
        out.append("not NFC")
    bad = unsafe(shown(row))
    return [*out, f"show prints {', '.join(sorted(bad))}"] if bad else out


def _outside(text: str, put: str, spans: Sequence[Span]) -> bool:
    """Does the string stand in the text somewhere where no span touches it?"""
    at = text.find(put)
    while at >= 0:
        if all(s.end <= at or s.start >= at + len(put) for s in spans):
            return True
        at = text.find(put, at + 1)
    return False


def _try(text: str, place: Place, pool: Sequence[Example], start: int, tries: int, lexicon: Lexicon) -> tuple[int, list[Failure]]:
    """Put a string into `tries` rows of the pool, from row `start` on; rows without that place are passed over."""
    done, out = 0, list[Failure]()
    step = Inject(seeds=Typed((text,)), place=place)
    for k in range(len(pool)):
        before = pool[(start + k) % len(pool)]
        try:
            after = relabelled(before, step, lexicon, Random(f"{before.id}/{place}/{start}"))
        except KhichdiError as fault:
            return done + 1, [*out, Failure(text, place, before.input, str(fault))]
        if after is None:
            continue
        done += 1
        out += [Failure(text, place, after.input, what) for what in faults(before, after, text)]
        if done == tries:
            return done, out
    return done, [*out, Failure(text, place, "", f"{done} rows of {len(pool)} have such a place; make more rows")]


def injections(path: Path, rows: int = 600, tries: int = 2) -> Measured:
    """Every string of a file before, after and inside `tries` each of `rows` made messages."""
    strings, lexicon = read_strings(path), load()
    pool = make(read_spec(DATA / "specs" / "demo.toml").override(rows=rows)).rows
    held: dict[str, int] = dict.fromkeys(PLACES, 0)
    everywhere, made = 0, 0
    failures: list[Failure] = []
    for i, text in enumerate(strings):
        good = 0
        for place in PLACES:
            done, wrong = _try(text, place, pool, i * tries, tries, lexicon)
            made += done
            held[place] += not wrong
            good += not wrong
            failures += wrong
        everywhere += good == len(PLACES)
    return Measured(len(strings), held, everywhere, made, tuple(failures))
