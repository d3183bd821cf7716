"""A spec: one TOML file a version that says what to make. Read strictly: an unknown key or a share that cannot be stops at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generators.family import Family
from generators.render import Mode
from hinglish.errors import KhichdiError
from schemas.contract import intents
from schemas.example import TAGS
from schemas.toml_file import read_table

MODES: tuple[Mode, ...] = ("roman", "mixed", "devanagari")
KEYS = {"extends", "name", "seed", "rows", "scripts", "intents", "tags", "augment", "decisions", "gold", "lexicon", "overlap", "tests"}

HASH = "the first 12 letters of its hash, as `khichdi release build` prints it"


@dataclass(frozen=True)
class Spec:
    """What is made: seed, rows, the shares of scripts, intents and marked phenomena, and the steps of augmentation as written.

    A release also names its decision rounds, and the gold and the lexicon that it was made with (the first 12 letters of their hashes).
    """

    name: str
    seed: int
    rows: int
    scripts: Mapping[str, float]
    intents: Mapping[str, float]
    tags: Mapping[str, float]
    augment: tuple[Mapping[str, Any], ...] = ()
    decisions: tuple[str, ...] = ()
    gold: str = ""
    lexicon: str = ""
    overlap: int = 2  # people who judge a row, where a round of review names no number
    tests: str = ""  # the committed version whose other tiers stand, where only train is drawn anew (law 6: a minor leaves the tests alone)

    def script_table(self) -> tuple[tuple[float, Mode], ...]:
        """(cumulative share, mode), the last at 1."""
        total, out = 0.0, []
        for mode in MODES:
            total += self.scripts[mode]
            out.append((total, mode))
        return tuple(out)

    def override(self, *, rows: int | None = None, seed: int | None = None) -> "Spec":
        """The same spec with what the command line says otherwise."""
        return replace(self, rows=self.rows if rows is None else rows, seed=self.seed if seed is None else seed)


def _shares(table: Any, known: Sequence[str], place: str, what: str) -> dict[str, float]:
    if not isinstance(table, dict):
        raise KhichdiError(f"{place}: [{what}] is a table of shares")
    for key, value in table.items():
        if key not in known:
            raise KhichdiError(f'{place}: [{what}] has "{key}"; known: {", ".join(known)}')
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
            raise KhichdiError(f"{place}: [{what}] {key} = {value!r}; a share is a number from 0 to 1")
    return {k: float(v) for k, v in table.items()}


def _table(path: Path) -> dict[str, Any]:
    """A spec file's table, over that of the file beside it that it extends: what stands here wins, key by key."""
    place, table = str(path), read_table(path, "spec")
    parent = table.pop("extends", None)
    if parent is None:
        return table
    if not isinstance(parent, str) or Path(parent).name != parent or parent == path.name:
        raise KhichdiError(f'{place}: extends = {parent!r}; it names another spec in the same folder, such as "v1.toml"')
    over = _table(path.with_name(parent))
    return over | table


def read_spec(path: Path) -> Spec:
    """A spec file → Spec. Raises KhichdiError naming file, key, value and what could stand there."""
    place = str(path)
    try:
        table = _table(path)
    except RecursionError as fault:
        raise KhichdiError(f"{place}: extends itself over others; a spec extends one that extends none of them") from fault
    odd = set(table) - KEYS
    if odd:
        raise KhichdiError(f"{place}: unknown key {', '.join(sorted(odd))}; a spec has {', '.join(sorted(KEYS))}")
    if not isinstance(table.get("name"), str):
        wrong = f"name = {table['name']!r}; a name is a string" if "name" in table else "name is missing"
        raise KhichdiError(f"{place}: {wrong}; a spec has a name, a seed and rows")
    for key in ("seed", "rows"):
        value = table.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < (1 if key == "rows" else 0):
            raise KhichdiError(f"{place}: {key} = {value!r}; a whole number{' of at least 1' if key == 'rows' else ''}")
    scripts = _shares(table.get("scripts", {}), MODES, place, "scripts")
    if set(scripts) != set(MODES) or abs(sum(scripts.values()) - 1) > 1e-9:
        raise KhichdiError(f"{place}: [scripts] must give roman, mixed and devanagari shares that sum to 1, here {sum(scripts.values()):g}")
    wanted = _shares(table.get("intents", {}), list(intents()), place, "intents")
    if sum(wanted.values()) > 1:
        raise KhichdiError(f"{place}: [intents] sum to {sum(wanted.values()):g}; at most 1")
    steps = table.get("augment", [])
    if not isinstance(steps, list) or not all(isinstance(row, dict) for row in steps):
        raise KhichdiError(f"{place}: augment is a list of [[augment]] tables, each with a name and a rate")
    tags = _shares(table.get("tags", {}), TAGS, place, "tags")
    rounds = table.get("decisions", [])
    if not isinstance(rounds, list) or not all(isinstance(r, str) and r for r in rounds):
        raise KhichdiError(f'{place}: decisions = {rounds!r}; a list of folders of data/decisions, such as ["2026-12"]')
    for key, what in (("gold", HASH), ("lexicon", HASH), ("tests", "a committed version, such as v1.2.0")):
        if not isinstance(table.get(key, ""), str):
            raise KhichdiError(f"{place}: {key} = {table[key]!r}; {what}")
    overlap = table.get("overlap", Spec.overlap)
    if not isinstance(overlap, int) or isinstance(overlap, bool) or not 1 <= overlap <= 10:
        raise KhichdiError(f"{place}: overlap = {overlap!r}; how many people judge a row, from 1 to 10")
    named = table.get("gold", ""), table.get("lexicon", ""), overlap, table.get("tests", "")
    return Spec(table["name"], table["seed"], table["rows"], scripts, wanted, tags, tuple(steps), tuple(rounds), *named)


def weights(spec: Spec, families: Sequence[Family]) -> dict[str, float]:
    """Family id → its share of rows, summing to 1.

    Intents that the spec names get what it says, the others the rest in equal parts. A tag's share is spread over the intents
    that have families so tagged; within an intent and a tag, by the families' own weights.
    """
    names = sorted({f.intent for f in families})
    rest = [n for n in names if n not in spec.intents]
    left = 1 - sum(spec.intents.get(n, 0.0) for n in names)
    share = {n: spec.intents.get(n, left / len(rest) if rest else 0.0) for n in names}
    total = sum(share.values())
    share = {n: s / total for n, s in share.items()}
    groups: dict[tuple[str, str], list[Family]] = {}
    for family in families:
        tag = next((t for t in family.tags if t in spec.tags), "")
        groups.setdefault((family.intent, tag), []).append(family)
    rate = {t: min(0.5, m / sum(share[i] for i, tag in groups if tag == t)) for t, m in spec.tags.items() if any(tag == t for _, tag in groups)}
    out: dict[str, float] = {}
    for (name, tag), members in groups.items():
        tagged = sum(rate[t] for i, t in groups if i == name and t)
        fraction = rate[tag] if tag else 1 - tagged
        if not any(not t for i, t in groups if i == name):
            fraction /= tagged
        mass = share[name] * fraction
        whole = sum(f.weight for f in members)
        for family in members:
            out[family.id] = mass * family.weight / whole
    return out
