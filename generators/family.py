"""A template family as read from data/templates/<intent>.toml, and the folded skeleton that tells families apart."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from generators.makers import maker_for
from generators.template import LEVELS, Choice, FreeOrder, Hole, Level, Literally, Node, Optional, Sequence, parse, walk
from hinglish.errors import KhichdiError
from hinglish.lexicon import DATA
from schemas.contract import Intent, intents
from schemas.example import TAGS

FOLDER = DATA / "templates"
KEYS = {"id", "text", "weight", "tags", "level"}


@dataclass(frozen=True)
class Family:
    """One way to put a request: its id, tree, weight, tags, the line of its file, and its register where only one will do."""

    id: str
    intent: str
    text: str
    tree: Node
    weight: float
    tags: tuple[str, ...]
    line: int
    level: Level | None = None

    @property
    def place(self) -> str:
        """File, line and id, as an error or `why` names it."""
        return f'data/templates/{self.intent}.toml:{self.line}: "{self.id}"'


def read_phrases(path: Path | None = None) -> Mapping[str, str]:
    """The phrases every family may import."""
    path = path or FOLDER / "phrases.toml"
    phrases: dict[str, str] = {}
    for name, text in _toml(path).items():
        if not isinstance(text, str):
            raise KhichdiError(f'data/templates/{path.name}: "{name}" is a {type(text).__name__}; a phrase is one string of the template language')
        phrases[name] = text
    return phrases


def _toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as fault:
        raise KhichdiError(f"data/templates/{path.name}: {fault}; mend the file") from fault


def read_families(path: Path, phrases: Mapping[str, str]) -> tuple[Family, ...]:
    """All families of one file. Raises KhichdiError with file, line, id, value and what could stand there."""
    if path.stem not in intents():
        raise KhichdiError(f'data/templates/{path.name}: no intent "{path.stem}"; name the file after one of: {", ".join(intents())}')
    table = _toml(path)
    lines = [n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if line.strip() == "[[family]]"]
    rows = table.get("family", [])
    if not isinstance(rows, list) or set(table) - {"family"}:
        raise KhichdiError(f"data/templates/{path.name}: a template file holds [[family]] tables and nothing else")
    return tuple(_family(row, path.stem, line, phrases) for row, line in zip(rows, lines, strict=True))


def _family(row: Mapping[str, object], name: str, line: int, phrases: Mapping[str, str]) -> Family:
    place = f'data/templates/{name}.toml:{line}: "{row.get("id", "?")}"'
    unknown = set(row) - KEYS
    if unknown or not isinstance(row.get("id"), str) or not isinstance(row.get("text"), str):
        raise KhichdiError(f"{place}: keys are {', '.join(sorted(KEYS))}, id and text as strings; here: {', '.join(row)}")
    tags = row.get("tags", [])
    if not isinstance(tags, list) or set(tags) - set(TAGS):
        raise KhichdiError(f"{place}: tags {tags!r}; tags are {', '.join(TAGS)}")
    weight = row.get("weight", 1)
    if not isinstance(weight, int | float) or isinstance(weight, bool) or weight <= 0:
        raise KhichdiError(f"{place}: weight {weight!r}; a weight is a number above 0")
    level = row.get("level")
    if level not in (None, *LEVELS):
        raise KhichdiError(f"{place}: level {level!r}; one of {', '.join(LEVELS)}")
    tree = parse(str(row["text"]), phrases, place=place)
    check_holes(tree, intents()[name], place)
    return Family(str(row["id"]), name, str(row["text"]), tree, float(weight), tuple(tags), line, level)


def check_holes(tree: Node, intent: Intent, place: str) -> None:
    """Every hole is a slot of the intent with a maker that exists."""
    slots = [s.name for s in intent.slots]
    for node in walk(tree):
        if not isinstance(node, Hole):
            continue
        if node.slot and node.slot not in slots:
            raise KhichdiError(f"{place} has a hole {{{node.slot}}}; holes it can use: {', '.join(slots) or 'none'}")
        if node.maker and maker_for(intent.name, node.maker) is None:
            raise KhichdiError(f'{place} asks for the maker "{node.maker}", which generators/makers.py does not have')


@cache
def families() -> tuple[Family, ...]:
    """Every family of every intent, in order of file and line; two of one id are an error."""
    phrases = read_phrases()
    found = tuple(f for path in sorted(FOLDER.glob("*.toml")) if path.name != "phrases.toml" for f in read_families(path, phrases))
    seen: dict[str, Family] = {}
    for family in found:
        if family.id in seen:
            raise KhichdiError(f"{family.place}: the id is taken by {seen[family.id].place}; give it another")
        seen[family.id] = family
    return found


def plain(node: Node) -> list[Literally | Hole]:
    """The fullest plain reading of a tree: all optional parts, first alternatives. What a skeleton is made from."""
    if isinstance(node, Sequence | FreeOrder):
        return [x for part in node.parts for x in plain(part)]
    if isinstance(node, Optional):
        return plain(node.part)
    if isinstance(node, Choice):
        return plain(node.parts[0])
    return [node]
