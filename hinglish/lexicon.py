"""The lexicon: one line a word in data/lexicon/*.tsv, read whole or one partition alone.

    norm  deva  class  gender  roman  extra

`norm` is the label's form, so its script is the word's language; `deva` is its Devanagari spelling in a message (= when the
same); `roman` holds the Roman spellings graded "usual ; often ; rare", or * for a clause, whose words have lines of their own;
`extra` is key=value;key=value. A file's comment `# source: ...` is the source of its entries. `data/splits.toml` says which
lemmas of an open class are kept for test.
"""

import random
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from hinglish.errors import KhichdiError
from hinglish.script import JOINERS, nfc, script_of

Partition = Literal["train", "test"]
Lang = Literal["hi", "en", "other"]
Grade = Literal["usual", "often", "rare"]

DATA = Path(__file__).resolve().parent.parent / "data"
GRADES: tuple[Grade, ...] = ("usual", "often", "rare")
WEIGHT: Mapping[Grade, int] = {"usual": 10, "often": 4, "rare": 1}
OPEN = ("given", "surname", "place", "foreign", "dish", "grocery", "product", "song", "artist", "shop", "task", "message", "issue", "purpose", "note")
NAMES = frozenset({"given", "surname", "place", "foreign", "brand", "bank", "app", "operator", "biller", "shop", "artist", "song"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One word or fixed phrase: its label form, its spellings in both scripts, and where it is written down."""

    norm: str
    deva: tuple[str, ...]
    cls: str
    gender: str
    roman: tuple[tuple[str, Grade], ...]
    extra: Mapping[str, str]
    source: str
    line: str

    @property
    def lang(self) -> Lang:
        """The script of the label form is the language of the word: that is the convention."""
        return {"devanagari": "hi", "roman": "en"}.get(script_of(self.norm), "other")  # type: ignore[return-value]  # a dict of literals

    def get(self, key: str, default: str = "") -> str:
        """One value of `extra`."""
        return self.extra.get(key, default)


@dataclass(frozen=True)
class Lexicon:
    """Entries and the ways to look them up. Immutable; hand it in, never reach for it."""

    entries: tuple[Entry, ...]
    partition: Partition | None = None
    _cache: dict[str, tuple[Entry, ...]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def by_class(self) -> Mapping[str, tuple[Entry, ...]]:
        """class → its entries, in file order."""
        return _group(self.entries, lambda e: (e.cls,))

    @cached_property
    def by_norm(self) -> Mapping[str, tuple[Entry, ...]]:
        """Label form → entries."""
        return _group(self.entries, lambda e: (e.norm,))

    @cached_property
    def by_roman(self) -> Mapping[str, tuple[Entry, ...]]:
        """Roman spelling, lower case → entries that are spelled so, in any grade."""
        return _group(self.entries, lambda e: (s for s, _ in e.roman))

    @cached_property
    def by_deva(self) -> Mapping[str, tuple[Entry, ...]]:
        """Devanagari spelling → entries."""
        return _group(self.entries, lambda e: e.deva)

    def of(self, cls: str) -> tuple[Entry, ...]:
        """All entries of a class; an unknown class is an error that names those that exist."""
        found = self.by_class.get(cls)
        if found is None:
            raise KhichdiError(f'lexicon: no class "{cls}"; classes: {", ".join(sorted(self.by_class))}')
        return found

    def draw(self, cls: str, rng: random.Random) -> Entry:
        """One entry of a class, each as likely as the next."""
        found = self.by_class[cls]
        return found[int(rng.random() * len(found))]


def _group(entries: tuple[Entry, ...], keys: object) -> Mapping[str, tuple[Entry, ...]]:
    out: dict[str, list[Entry]] = {}
    for entry in entries:
        for key in dict.fromkeys(keys(entry)):  # type: ignore[operator]  # a key function, ours alone
            out.setdefault(key, []).append(entry)
    return {k: tuple(v) for k, v in out.items()}


def parse_line(line: str, *, place: str, source: str) -> Entry:
    """One TSV line → Entry; raises KhichdiError naming file, line and value."""
    cells = nfc(line).split("\t")
    if len(cells) == 5:
        cells.append("")
    if len(cells) != 6:
        raise KhichdiError(f"{place}: {len(cells)} columns in {line[:60]!r}; a line is norm, deva, class, gender, roman, extra, with tabs between")
    norm, deva, cls, gender, roman, extra = (c.strip() for c in cells)
    if not norm or not cls:
        raise KhichdiError(f"{place}: norm and class may not be empty in {line[:60]!r}")
    graded = [] if roman == "*" else [(s.strip(), grade) for grade, part in zip(GRADES, roman.split(";"), strict=False) for s in part.split(",") if s.strip()]
    if (not graded and roman != "*") or roman.count(";") > 2:
        raise KhichdiError(f'{place}: roman {roman!r}; write "usual;often;rare", each a comma list, the usual one not empty')
    if any(j in line for j in JOINERS):
        raise KhichdiError(f"{place}: {norm!r} holds a zero-width joiner; delete it")
    spellings = (norm,) if deva == "=" else tuple(d.strip() for d in deva.split(",") if d.strip())
    pairs = [p.partition("=") for p in extra.split(";") if p.strip()]
    if any(not mid for _, mid, _ in pairs):
        raise KhichdiError(f"{place}: extra {extra!r}; write key=value;key=value")
    return Entry(norm, spellings, cls, gender, tuple(graded), {k.strip(): v.strip() for k, _, v in pairs}, source, place)


def read_file(path: Path) -> Iterator[Entry]:
    """Every entry of one file, in order."""
    source = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            head, _, rest = line[1:].partition(":")
            source = rest.strip() if head.strip() == "source" else source
        elif line.strip():
            yield parse_line(line, place=f"{path.parent.parent.name}/lexicon/{path.name}:{number}", source=source)


def read_splits(path: Path | None = None) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """class → {"test": lemmas kept for test}; what is not listed under test is train."""
    path = path or DATA / "splits.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as fault:
        raise KhichdiError(f"{path.name}: {fault}; `khichdi splits extend` writes it") from fault
    return {cls: {part: frozenset(lemmas) for part, lemmas in parts.items()} for cls, parts in table.get("lexicon", {}).items()}


_LOADED: dict[tuple[Path | None, Partition | None], Lexicon] = {}


@cache
def _parsed(folder: Path) -> tuple[Entry, ...]:
    """Every line of a folder, read once: its partitions share the entries."""
    return tuple([e for path in sorted(folder.glob("*.tsv")) for e in read_file(path)])


@cache
def _words(data: Path) -> Path:
    return data / "lexicon"  # joining paths would cost more than the look-up


def load(partition: Partition | None = None, folder: Path | None = None) -> Lexicon:
    """The lexicon, whole or one partition: open classes lose the lemmas of the other, closed classes are shared."""
    folder = folder or _words(DATA)
    key = (folder, partition)
    if key not in _LOADED:
        entries = _parsed(folder)
        if partition is not None:
            splits = read_splits(folder.parent / "splits.toml")
            other: Partition = "train" if partition == "test" else "test"
            entries = tuple(e for e in entries if e.get("lemma", e.norm) not in splits.get(e.cls, {}).get(other, frozenset()))
        from hinglish.inflect import derived

        entries = (*entries, *derived(entries))
        _LOADED[key] = Lexicon(entries, partition)
    return _LOADED[key]
