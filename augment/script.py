"""The same words in other letters: a whole message in one script, single words in the other, and the mix of languages steered.

Hindi goes to colloquial Roman by grade, English to Devanagari by sound (the lexicon's column, else `hinglish.speak`). Codes, addresses,
phones and order numbers keep every character; a brand keeps its Latin letters unless `brands`.
"""

from collections.abc import Mapping
from functools import cache
from typing import ClassVar, Literal

from msgspec.structs import replace

from augment.core import frozen
from augment.surfaces import Surfaces, capital_of, fixed, settled, surfaces
from augment.tables import Tables
from generators.randomness import Random
from hinglish.errors import KhichdiError
from hinglish.lexicon import DATA, Lexicon
from hinglish.mix import cmi, languages
from hinglish.script import script_of
from schemas.example import Token, Utterance

To = Literal["roman", "devanagari"]
CAPITALS = 0.3  # hands that write names with a capital
MOST_ENGLISH = 0.4  # nobody types a mostly English sentence in Devanagari (generators.render has the same share)


def _pick(table: tuple[str, ...], rng: Random) -> str:
    return table[int(rng.random() * len(table))]


def _roman(token: Token, tables: Tables, rng: Random, *, loose: bool, capitals: bool) -> str | None:
    table = tables.roman if loose else tables.usual
    if not table:
        return None
    text = _pick(table, rng)
    if not capitals or not (tables.word.capital or token.kind == "name"):
        return text
    return token.norm if text == token.norm.lower() else text[:1].upper() + text[1:]


def _deva(tables: Tables, rng: Random) -> str | None:
    return _pick(tables.deva, rng) if tables.deva else None


def _mark(token: Token, to: To) -> Token:
    """The stop at the end of a sentence, outside spans, in the script of its message."""
    if token.slots or token.text not in (".", "।"):
        return token
    return replace(token, text="." if to == "roman" else "।")


@frozen
class _Whole:
    """Every word into the script that `to` gives it; None where a word of a span cannot be read there."""

    def _write(self, utterance: Utterance, to: Mapping[str, To], known: Surfaces, rng: Random, *, loose: bool, brands: bool) -> Utterance | None:
        out: list[Token] = []
        capitals = rng.random() < CAPITALS
        stop: To = to["hi"]
        for token in utterance:
            if fixed(token):
                out.append(_mark(token, stop) if token.kind == "mark" else token)
                continue
            tables = known.of(token.norm)
            wanted: To = "roman" if not brands and known.brand(token) else to[token.lang]
            if script_of(token.text) == wanted:
                out.append(token)
                continue
            text = _deva(tables, rng) if wanted == "devanagari" else _roman(token, tables, rng, loose=loose, capitals=capitals)
            if text is None and token.slots:
                return None
            out.append(token if text is None else replace(token, text=text))
        after = tuple(out)
        return settled(utterance, after) if any(a.text != b.text and a.kind != "mark" for a, b in zip(utterance, after, strict=True)) else None


@frozen
class ToRoman(_Whole):
    """The whole message in Roman letters; `loose` also draws the spellings that are seldom seen."""

    loose: bool = False
    name: ClassVar[str] = "to-roman"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """None where it is Roman already."""
        return self._write(utterance, {"hi": "roman", "en": "roman"}, surfaces(lexicon), rng, loose=self.loose, brands=False)


@frozen
class ToDevanagari(_Whole):
    """The whole message in Devanagari; with `brands`, brands too. None above `most_english`, the share of English words."""

    brands: bool = False
    most_english: float = MOST_ENGLISH
    name: ClassVar[str] = "to-devanagari"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """None where it is in Devanagari already, or mostly English."""
        langs = languages(utterance)
        if not langs or langs.count("en") > self.most_english * len(langs):
            return None
        return self._write(utterance, {"hi": "devanagari", "en": "devanagari"}, surfaces(lexicon), rng, loose=False, brands=self.brands)


@frozen
class ToMixed(_Whole):
    """Hindi in Devanagari and English in Latin letters: the script of each word is its language."""

    name: ClassVar[str] = "to-mixed"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """None where it is so already, or where all its words are English."""
        if not any(t.lang == "hi" for t in utterance):
            return None
        return self._write(utterance, {"hi": "devanagari", "en": "roman"}, surfaces(lexicon), rng, loose=False, brands=False)


@frozen
class SwitchWords:
    """Single words in the other script, each with probability `p`, one at least: a keyboard that completes in another language."""

    p: float = 0.12
    name: ClassVar[str] = "switch-words"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """None where no word can change its script."""
        known = surfaces(lexicon)
        free = [i for i, t in enumerate(utterance) if not fixed(t) and not known.brand(t)]
        if not free:
            return None
        chosen = [i for i in free if rng.random() < self.p] or [free[int(rng.random() * len(free))]]
        out = list(utterance)
        for i in chosen:
            token, tables = out[i], known.of(out[i].norm)
            text = _deva(tables, rng) if script_of(token.text) == "roman" else _roman(token, tables, rng, loose=False, capitals=False)
            if text is not None:
                out[i] = replace(token, text=text)
        return settled(utterance, tuple(out))


@cache
def pairs() -> Mapping[str, tuple[str, frozenset[str]]]:
    """Label form → its everyday word in the other language, and the words before which they may not be exchanged."""
    out: dict[str, tuple[str, frozenset[str]]] = {}
    path = DATA / "pairs.tsv"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [c.strip() for c in line.split("\t")]
        if len(cells) != 3 or not cells[0] or not cells[1] or script_of(cells[0]) != "devanagari" or script_of(cells[1]) != "roman":
            raise KhichdiError(f"data/pairs.tsv:{number}: {line[:60]!r}; a line is a Hindi word, an English one, what may not follow, with tabs between")
        barred = frozenset(cells[2].split())
        for here, there in (cells[:2], cells[1::-1]):
            if here in out and out[here][0] != there:
                raise KhichdiError(f"data/pairs.tsv:{number}: {here!r} is exchanged with {out[here][0]!r} already; keep one line a word")
            out[here] = (there, barred)
    return out


@frozen
class Steer:
    """The code-mixing index moved towards the band [low, high] by everyday pairs (समय/time) outside all spans.

    A word's language is part of its meaning, so only words that no slot holds are exchanged, and only for one of the same gender.
    """

    low: float = 15.0
    high: float = 35.0
    name: ClassVar[str] = "steer"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """None where it is inside already, or where no exchange brings it nearer."""
        apart = self._apart(utterance)
        if apart == 0.0:
            return None
        table, out, known = pairs(), utterance, surfaces(lexicon)
        free = [i for i, t in enumerate(utterance) if not t.slots and t.kind == "word" and t.norm in table and not _barred(utterance, i, table[t.norm][1])]
        rng.shuffle(free)
        for i in free:
            swapped = (*out[:i], _exchanged(out[i], table[out[i].norm][0], known, rng), *out[i + 1 :])
            nearer = self._apart(swapped)
            if nearer < apart:
                out, apart = swapped, nearer
            if apart == 0.0:
                break
        return settled(utterance, out)

    def _apart(self, utterance: Utterance) -> float:
        index = cmi(languages(utterance))
        return max(self.low - index, index - self.high, 0.0)


def _barred(utterance: Utterance, at: int, followers: frozenset[str]) -> bool:
    """Does what follows forbid an exchange, or is an English word part of an English phrase ("check the status", "sorry for")?"""
    beside = utterance[max(0, at - 1) : at + 2]
    if utterance[at].lang == "en" and sum(t.lang == "en" for t in beside) > 1:
        return True
    return any(t.norm == utterance[at].norm for t in beside if t is not utterance[at]) or (at + 1 < len(utterance) and utterance[at + 1].norm in followers)


def _exchanged(token: Token, norm: str, known: Surfaces, rng: Random) -> Token:
    """The other word of a pair, in the script in which the first one was written."""
    tables = known.of(norm)
    text = _deva(tables, rng) if script_of(token.text) == "devanagari" else _roman(token, tables, rng, loose=False, capitals=False)
    lang = tables.word.lang
    return token if text is None else replace(token, text=capital_of(text, token.text), norm=norm, lang=lang)
