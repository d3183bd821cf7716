"""Gold rows as Examples: written by hand, spans by the labellers. Nothing here prints a text: an error names the row's id alone."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from hinglish.errors import KhichdiError
from hinglish.lexicon import DATA
from hinglish.script import nfc
from schemas.canonical import canonical, parse_target
from schemas.example import TAGS, Example, Span
from schemas.validate import checker

FOLDER = DATA / "gold"
FILES = {"test_gold_dev": "gold_dev.jsonl", "test_gold": "gold_test.jsonl"}


def read_gold(tier: str, folder: Path | None = None) -> list[Example]:
    """The rows of one gold tier, in the order of the file; the file must have the hash it was committed with."""
    path = (folder or FOLDER) / FILES[tier]
    data = path.read_bytes()
    _hashed(path, data)
    return [_example(msgspec.json.decode(line), f"data/gold/{path.name}:{n}") for n, line in enumerate(data.splitlines(), 1) if line.strip()]


def _hashed(path: Path, data: bytes) -> None:
    sums = (path.parent / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    wanted = next((line.split()[0] for line in sums if line.endswith(f"/{path.name}") or line.split()[-1:] == [path.name]), None)
    found = sha256(data).hexdigest()
    if found != wanted:
        raise KhichdiError(f"data/gold/{path.name}: sha256 {found[:12]}…, committed as {str(wanted)[:12]}…; gold is never edited, restore it from git")


def _example(row: dict[str, Any], place: str) -> Example:
    """One row held to the schema, its spans to its text."""
    text = row["input"]
    target = canonical(parse_target(row["target"]))
    spans = tuple(sorted((Span(s["path"], s["start"], s["end"]) for s in row["spans"]), key=_start))
    if text != nfc(text) or any(not 0 <= s.start < s.end <= len(text) for s in spans) or not set(row["tags"]) <= set(TAGS):
        raise KhichdiError(f"{place}: {row['id']}: text not NFC, a span outside the text or an unknown tag; mend the row by a patch")
    if not checker(str(target["intent"]))(target):
        raise KhichdiError(f"{place}: {row['id']}: the target is not valid under schemas/{target['intent']}.json")
    made = {"writer": row.get("writer"), "script": row.get("script")}
    return Example(row["id"], "gold", text, spans, target, tuple(sorted(row["tags"])), row["id"], made)


def _start(span: Span) -> tuple[int, int]:
    return span.start, span.end
