"""Injection seeds: read by partition, expanded to one of their forms, and written in the script habit of a row.

A seed is a line of data/injections/seeds.tsv in canonical mixed script: `(a|b|)` is one of several, `<name>` the slot of a line
`@name`, `{given}` a word of that class of the lexicon handed in, `\\n` a new line. Parentheses without a bar, braces and bars
outside parentheses are text: injections are full of JSON, tables and links.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Protocol

import regex

from generators.randomness import Random
from generators.render import Hand, Mode, Piece, fitting, placed, write
from generators.words import Word, Words
from hinglish.errors import KhichdiError
from hinglish.lexicon import DATA, Lexicon, Partition
from hinglish.script import nfc, script_of
from schemas.example import Token, Utterance

FILE = DATA / "injections" / "seeds.tsv"
KINDS = (
    "ignore_rules",
    "drop_json",
    "ask_reasoning",
    "reveal_prompt",
    "role_play",
    "fake_system",
    "fake_turn",
    "markdown_bait",
    "json_object",
    "language_switch",
    "authority",
    "flattery_threat",
)
ONLY_TEST = ("fake_turn", "role_play", "markdown_bait")
OTHERS = ("benign_lookalike", "as_message", "as_task", "benign_message", "benign_task")
MARKS = frozenset(",.?!।;:…")
_SLOT = regex.compile(r"<([a-z]+)>")
_HOLE = regex.compile(r"\{([a-z]+)\}")
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*")
_LINES = regex.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")

Node = tuple["str | tuple[Node, ...]", ...]  # text, or alternatives


@dataclass(frozen=True, slots=True)
class Seed:
    """One line: its kind, its text, its tree, the partition it stands in, where it is written."""

    kind: str
    text: str
    tree: Node
    partition: Partition
    place: str


class Source(Protocol):
    """Where injected words come from: seeds, or strings as they were typed."""

    def say(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance:
        """Words to put into this utterance, without slots; the last one has nothing after it."""


@dataclass(frozen=True)
class Seeds:
    """The seeds of one partition (or all), by kind."""

    by_kind: Mapping[str, tuple[Seed, ...]]

    def of(self, *kinds: str) -> "Seeds":
        """Those of some kinds; an unknown or empty kind is an error that names those that exist."""
        for kind in kinds:
            if kind not in self.by_kind:
                raise KhichdiError(f'seeds: none of kind "{kind}" here; kinds: {", ".join(self.by_kind)}')
        return Seeds({k: self.by_kind[k] for k in kinds})

    @property
    def orders(self) -> "Seeds":
        """The injections: what the twelve kinds hold."""
        return self.of(*[k for k in KINDS if k in self.by_kind])

    def draw(self, rng: Random) -> str:
        """One form of one seed; kinds alike, so that a kind with few lines is met as often."""
        kind = rng.choice(tuple(self.by_kind))
        return expand(rng.choice(self.by_kind[kind]).tree, rng)

    def say(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance:
        """One form, written as the row is written."""
        return rendered(self.draw(rng), hand_of(utterance), lexicon, rng)


@dataclass(frozen=True)
class Typed:
    """Strings that somebody typed, put in as they stand: for measuring."""

    texts: tuple[str, ...]

    def say(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance:
        """One of the strings, its bytes as `as_typed` keeps them."""
        return typed(rng.choice(self.texts))


def as_typed(text: str) -> str:
    """The one form in which foreign text enters: NFC, one kind of new line, no space at its edges."""
    return nfc(_LINES.sub("\n", nfc(text)).strip())


def typed(text: str) -> Utterance:
    """Foreign text as tokens without meaning: between two of them stands white space and nothing else."""
    runs = regex.findall(r"([^ \t\n]+)([ \t\n]*)", as_typed(text))
    return tuple([Token(run, "other", "word", run, (), True, gap) for run, gap in runs])


def _tree(text: str, slots: Mapping[str, str]) -> Node:
    """Text with (a|b) groups → tree; groups nest."""
    text = _SLOT.sub(lambda m: slots.get(m[1], m[0]), text)
    stack: list[list[list[str | tuple[Node, ...]]]] = [[[]]]
    for piece in regex.findall(r"[()|]|[^()|]+", text):
        if piece == "(":
            stack.append([[]])
        elif piece == ")" and len(stack) > 1:
            group = [tuple(p) for p in stack.pop()]
            stack[-1][-1].extend([tuple(group)] if len(group) > 1 else ["(", *group[0], ")"])
        elif piece == "|" and len(stack) > 1:
            stack[-1].append([])
        else:
            stack[-1][-1].append(piece)
    if len(stack) > 1:
        raise KhichdiError(f"a parenthesis of {text!r} is not closed")
    return tuple(stack[0][0])


def expand(tree: Node, rng: Random) -> str:
    """One form of a seed."""
    return " ".join("".join([p if isinstance(p, str) else expand(rng.choice(p), rng) for p in tree]).split())


def forms(tree: Node) -> Iterator[str]:
    """Every form of a seed."""
    inner = [[p] if isinstance(p, str) else [f" {f} " if f and f != f.strip() else f for one in p for f in forms(one)] for p in tree]
    for parts in product(*inner):
        yield " ".join("".join(parts).split())


def read_seeds(path: Path) -> tuple[Seed, ...]:
    """Every seed of a file; raises KhichdiError naming file, line and value."""
    slots: dict[str, str] = {}
    out: list[Seed] = []
    known = frozenset((*KINDS, *OTHERS))
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        place = f"data/injections/{path.name}:{number}"
        if not line.strip() or line.startswith("#"):
            continue
        cells = nfc(line).split("\t")
        if len(cells) != 3 or not cells[1].strip():
            raise KhichdiError(f"{place}: {len(cells)} columns in {line[:60]!r}; a line is kind, text, train or test, with tabs between")
        kind, text, split = cells
        if kind.startswith("@"):
            slots[kind[1:]] = text
            continue
        if kind not in known:
            raise KhichdiError(f'{place}: kind "{kind}"; kinds: {", ".join((*KINDS, *OTHERS))}')
        if split not in ("train", "test") or (kind in ONLY_TEST and split == "train"):
            raise KhichdiError(f'{place}: "{split}" for a seed of kind {kind}; train or test, and {", ".join(ONLY_TEST)} are test')
        try:
            out.append(Seed(kind, text, _tree(text, slots), split, place))  # type: ignore[arg-type]  # checked above
        except KhichdiError as fault:
            raise KhichdiError(f"{place}: {fault}") from fault
    return tuple(out)


@cache
def load_seeds(partition: Partition | None = None, path: Path = FILE) -> Seeds:
    """The seeds, all or those of one partition: what is `test` stands in the adversarial tier only."""
    by_kind: dict[str, list[Seed]] = {}
    for seed in read_seeds(path):
        if partition is None or seed.partition == partition:
            by_kind.setdefault(seed.kind, []).append(seed)
    return Seeds({k: tuple(v) for k, v in by_kind.items()})


_WORDS: dict[int, Words] = {}


def words_of(lexicon: Lexicon) -> Words:
    """The words of a lexicon, made once; a Words holds its lexicon, so its id is not given away while it stands here."""
    found = _WORDS.get(id(lexicon))
    if found is None:
        found = _WORDS[id(lexicon)] = Words(lexicon)
    return found


def hand_of(utterance: Sequence[Token]) -> Hand:
    """How this row is typed, read off its words: script, capitals, commas, full stop."""
    hindi = [script_of(t.text) for t in utterance if t.lang == "hi"]
    english = [script_of(t.text) for t in utterance if t.lang == "en"]
    mode: Mode = "roman"
    if "devanagari" in hindi or (not hindi and "devanagari" in english):
        mode = "devanagari" if "roman" not in hindi and 2 * english.count("devanagari") >= len(english) else "mixed"
    marks = [t.text for t in utterance if t.kind == "mark"]
    capital = utterance[0].text[:1].isupper() if utterance else False
    return Hand(mode, "sentence" if capital else "none", "," in marks, bool(utterance) and utterance[-1].text in ".।", False, "known")


def rendered(text: str, hand: Hand, lexicon: Lexicon, rng: Random) -> Utterance:
    """An expanded seed as typed by a hand: words from the lexicon's tables, what is no word as it stands."""
    words = words_of(lexicon)
    filled = _HOLE.sub(lambda m: lexicon.draw(m[1], rng).norm if m[1] in lexicon.by_class else m[0], text)
    out: list[Token] = []
    for line in filled.split("\\n"):
        pieces: list[Piece] = [(_piece(words, p), ()) for p in line.split()]
        mode = fitting(hand.mode, placed(pieces))
        if mode != hand.mode:
            hand = hand._replace(mode=mode)
        tokens = write(pieces, hand, rng.stream.bytes(len(pieces)))
        if out and tokens:
            t = out[-1]
            out[-1] = Token(t.text, t.lang, t.kind, t.norm, (), True, "\n")
        out += tokens
    return tuple(out)


def _piece(words: Words, piece: str) -> Word:
    if piece in MARKS or piece == "...":
        return words.mark(piece)
    if _WORD.fullmatch(piece) and script_of(piece) in ("roman", "devanagari"):
        if not piece.islower() and script_of(piece) == "roman" and piece not in words.lexicon.by_norm:
            return Word(piece, "en", "word", (piece.lower(),), (piece,))  # XML, ChatGPT: nobody spells them out in Devanagari
        return words.word(piece)
    return Word(piece, "other", "word", (piece,), (piece,))
