"""data/splits.toml: each family and each lemma of an open class gets its split when it is added, and keeps it. Append-only.

Every fifth of an intent or a class goes to test, in the order in which they were added. Variants of one lemma go together.
"""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from generators.family import families
from hinglish.errors import KhichdiError
from hinglish.lexicon import DATA, OPEN, load

FILE = DATA / "splits.toml"
EVERY = 5
_HEAD = """# The split of every template family and of every lemma of an open class. Append-only: `khichdi splits extend` adds what is new,
# every fifth to test; nothing here is ever moved, or a test name would come to stand in train.
"""


def _place(known: Mapping[str, list[str]], names: Iterable[str]) -> dict[str, list[str]]:
    train, test = list(known.get("train", [])), list(known.get("test", []))
    there = {*train, *test}
    for name in dict.fromkeys(names):
        if name not in there:
            (test if (len(train) + len(test)) % EVERY == EVERY - 1 else train).append(name)
            there.add(name)
    return {"train": train, "test": test}


def read(path: Path = FILE) -> dict[str, Any]:
    """The table as it stands; an absent file is an empty table."""
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise KhichdiError(f"data/{path.name}: {fault}; restore it from git, it is append-only") from fault


def extended(table: Mapping[str, Any]) -> dict[str, Any]:
    """The table with every family and open lemma that it lacked."""
    by_intent: dict[str, list[str]] = {}
    for family in families():
        by_intent.setdefault(family.intent, []).append(family.id)
    lexicon = load()
    lemmas = {cls: [e.get("lemma", e.norm) for e in lexicon.by_class.get(cls, ())] for cls in OPEN}
    return {
        "template": {name: _place(table.get("template", {}).get(name, {}), ids) for name, ids in sorted(by_intent.items())},
        "lexicon": {cls: _place(table.get("lexicon", {}).get(cls, {}), names) for cls, names in lemmas.items()},
    }


def dump(table: Mapping[str, Any]) -> str:
    """The file's text: ten names a line, so that a diff shows what was added."""
    out = [_HEAD]
    for part, groups in table.items():
        for name, splits in groups.items():
            out.append(f"[{part}.{name}]")
            for split, names in splits.items():
                lines = [", ".join(f'"{n}"' for n in names[i : i + 10]) for i in range(0, len(names), 10)]
                out.append(f"{split} = [\n  " + ",\n  ".join(lines) + ",\n]" if names else f"{split} = []")
            out.append("")
    return "\n".join(out)


def extend(path: Path = FILE) -> dict[str, int]:
    """Add what is new; returns how many were added, by part."""
    before = read(path)
    after = extended(before)
    path.write_text(dump(after), encoding="utf-8")

    def size(table: Mapping[str, Any], part: str) -> int:
        return sum(len(names) for group in table.get(part, {}).values() for names in group.values())

    return {part: size(after, part) - size(before, part) for part in after}


def missing(path: Path = FILE) -> list[str]:
    """Families and lemmas without a split, named; empty when the file is whole."""
    before, after = read(path), extended(read(path))
    return [
        f'{part}.{name}: "{item}"'
        for part, groups in after.items()
        for name, splits in groups.items()
        for split, names in splits.items()
        for item in names
        if item not in before.get(part, {}).get(name, {}).get(split, [])
    ]


def family_ids(split: str, path: Path = FILE) -> frozenset[str]:
    """The ids of the families of one split, over all intents."""
    return frozenset(i for group in read(path).get("template", {}).values() for i in group.get(split, []))
