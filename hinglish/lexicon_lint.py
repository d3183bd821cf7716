"""The linter of the lexicon: what a line may not be. Each fault names file, line, value and the way out."""

from collections.abc import Iterator, Sequence

import regex

from hinglish.lexicon import Entry
from hinglish.script import nfc, script_of

GENDERS = frozenset({"m", "f", "u", "-"})
GENDERED = frozenset({"noun", "kin", "given", "dish", "grocery", "product"})
CLAUSES = frozenset({"task", "message", "issue", "purpose", "note", "chat"})
_ROMAN = regex.compile(r"[a-z0-9](?:[a-z0-9 .&'+-]*[a-z0-9.+])?")
_DEVA = regex.compile(r"[\u0900-\u0963\u0966-\u097f0-9 .&'+-]+")


def faults(entry: Entry) -> Iterator[str]:
    """Everything wrong with one entry."""
    if nfc(entry.norm) != entry.norm:
        yield f"{entry.norm!r} is not NFC"
    if entry.gender not in GENDERS:
        yield f"gender {entry.gender!r}; m, f, u or -"
    if entry.cls in GENDERED and entry.gender == "-" and script_of(entry.norm) == "devanagari":
        yield f"{entry.norm!r} is a {entry.cls} and needs a gender"
    if entry.cls in CLAUSES:
        return
    for spelling, _ in entry.roman:
        if not _ROMAN.fullmatch(spelling):
            yield f"Roman spelling {spelling!r}; lower case a–z only"
    if len({s for s, _ in entry.roman}) != len(entry.roman):
        yield f"{entry.norm!r} has a Roman spelling twice"
    for deva in entry.deva:
        if not _DEVA.fullmatch(deva):
            yield f"Devanagari spelling {deva!r} holds another script"
    if script_of(entry.norm) == "devanagari" and entry.cls != "inflected" and not 1 < len(entry.roman) <= 5:
        yield f"{entry.norm!r} has {len(entry.roman)} Roman spellings; 2 to 5"
    if any(script_of(w) == "mixed" for w in entry.norm.split()):
        yield f"{entry.norm!r} mixes scripts inside a word"
    if not any(len(s.split()) == len(entry.norm.split()) for s, _ in entry.roman):
        yield f"no Roman spelling of {entry.norm!r} has its {len(entry.norm.split())} words"


def _unspelled(entries: Sequence[Entry]) -> Iterator[str]:
    """Words of clauses that no line spells."""
    known = {w for e in entries if e.roman for w in e.norm.split()}
    for entry in entries:
        for word in regex.findall(r"[^\s,?!।;…]+", entry.norm) if entry.cls in CLAUSES else ():
            if word not in known and word.rstrip(".") not in known and script_of(word) != "other" and not regex.search(r"\d", word):
                yield f"{entry.line}: {word!r} stands in no line of its own; add one, so that it has Roman spellings"


def lint(entries: Sequence[Entry]) -> list[str]:
    """Every fault of every entry, words of clauses that no line spells, and lines that stand twice."""
    out = [f"{e.line}: {fault}" for e in entries for fault in faults(e)]
    out += _unspelled(entries)
    seen: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        first = seen.setdefault((entry.norm, entry.cls), entry)
        if first is not entry:
            out.append(f"{entry.line}: {entry.norm!r} stands as {entry.cls} in {first.line} already; delete one")
        if not entry.source:
            out.append(f"{entry.line}: no source; begin the file with a line `# source: …`")
    return out
