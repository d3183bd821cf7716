"""A label redacted along with its message: what the message now says, the label says; so a redacted row can still be read back.

Each word of a value goes back to the word of the message that it came from, and takes the surrogate which that word was given. What came
from nowhere (a model made it up) is redacted by itself.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any, Final

import msgspec

from hinglish.numerals import find
from hinglish.readings import reads
from hinglish.script import ascii_digits, nfc, script_of
from schemas.canonical import NotJSONError, canonical, parse_target
from schemas.contract import intents
from schemas.example import leaf_kinds
from schemas.grounding import same_sound
from serve.redact import Clean, Redacted, Redactor, Swap
from serve.surrogates import bare_code
from serve.tokens import TOKEN
from serve.vocabulary import key

GREAT: Final = 10**5  # a number that the message does not say is kept below this: an amount and no code
_OWNED: Final = re.compile(r"[^\W\d_]+['’]s")
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")


@cache
def _slots() -> frozenset[str]:
    return frozenset({"intent", *(part for name in intents() for path in leaf_kinds(name) for part in path.split("."))})


class Relabeller:
    """One message's surrogates, looked up by what a label may call the values that they stand for."""

    def __init__(self, redactor: Redactor, message: Redacted) -> None:
        self._redactor = redactor
        self._names = [s for s in message.swaps if s.kind == "name"]
        self._exact = dict(_parts(message))
        self._numbers = _numbers(message)
        text = message.plain.text
        gone = {(s.start, s.end) for s in self._names}
        self._kept = list(dict.fromkeys(m[0] for m in TOKEN.finditer(text) if m.lastgroup == "w" and m.span() not in gone))
        self._kept_keys = {key(w) for w in self._kept}
        self._joined = {key(a + b) for a, b in pairwise(self._kept)}  # lo-fi is lofi in a label
        self._text = list(text)
        for swap in message.swaps:
            self._text[swap.start : swap.end] = " " * (swap.end - swap.start)
        self._left = bare_code("".join(self._text))

    def target(self, target: Mapping[str, Any]) -> dict[str, Any]:
        """The label of the redacted message; keys that no schema has are redacted too."""
        intent = target.get("intent")
        kinds = leaf_kinds(str(intent)) if intent in intents() else {}
        return {self._key(k): v if k == "intent" and v in intents() else self._value(v, kinds, k) for k, v in target.items()}

    def _key(self, name: str) -> str:
        return name if name in _slots() else self.text(name)

    def _value(self, value: Any, kinds: Mapping[str, Any], path: str) -> Any:
        if isinstance(value, dict):
            return {self._key(k): self._value(v, kinds, f"{path}.{k}") for k, v in value.items()}
        if isinstance(value, list):
            return [self._value(v, kinds, path) for v in value]
        if isinstance(value, str):
            return self._digits(value) if kinds.get(path) == "digits" else self.text(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self._amount(value)
        return value

    def _digits(self, value: str) -> str:
        """A phone, account or order number as a label has it."""
        bare = bare_code(value)
        if bare in self._numbers:
            return self._numbers[bare]
        if bare in self._left:
            return value
        clean = bare_code(self._redactor.redact(value).text)
        return clean if clean != bare else self._redactor.surrogates.code(bare) if len(bare) > 2 else bare

    def _amount(self, value: int | float) -> int | float:
        whole = str(int(value)) if float(value).is_integer() else ""
        if whole in self._numbers and self._numbers[whole].isdigit():
            return int(self._numbers[whole])
        if abs(value) >= GREAT and float(value) not in self._said() and not whole.endswith("000"):
            return int(self._redactor.surrogates.digits(whole.lstrip("-") or str(int(abs(value))), "account"))
        return value

    def _said(self) -> set[float]:
        """The numbers that the message still says."""
        return {float(m.reading.value) for m in find("".join(self._text)) if m.reading.value is not None}

    def text(self, value: str) -> str:
        """A text of a label: names of the message by their surrogates, all else as it would be redacted by itself."""
        plain = self._redactor.redact(nfc(value))
        by_place = {(s.start, s.end): s for s in plain.swaps}
        text, out, at = plain.plain.text, [], 0
        others = [s for s in plain.swaps if s.kind != "name" or TOKEN.fullmatch(s.old) is None]
        for m in TOKEN.finditer(text):
            if m.start() < at or any(s.start <= m.start() < s.end for s in others):
                continue
            owned = _OWNED.match(text, m.start(), m.end() + 2)  # Lay's is one word of a label
            word = owned[0] if owned else m[0]
            new = self._word(word, by_place.get(m.span())) if m.lastgroup == "w" else self._number(m[0])
            if new is not None:
                others.append(Swap(m.start(), m.start() + len(word), word, new, "name", new))
        for swap in sorted(others):
            out += [text[at : swap.start], swap.norm if swap.kind == "name" else swap.new]
            at = swap.end
        return "".join([*out, text[at:]])

    def _word(self, word: str, own: Swap | None) -> str | None:
        """What a word of a label becomes, or None where it stays."""
        if own is None and key(word) in self._kept_keys:
            return None
        if key(word) in self._joined:
            return None
        for swap in self._names:
            if _is(word, swap.old):
                return swap.norm
        if own is None or any(_is(word, kept) for kept in self._kept):
            return None
        return self._redactor.surrogates.name(word).norm

    def _number(self, word: str) -> str | None:
        """The number of a house, cut off from what said that it is one."""
        return self._exact.get(ascii_digits(word))


def _is(value: str, written: str) -> bool:
    """Can a word of a label be this word of the message?"""
    written = re.sub(r"[\s.\-_*·]", "", written)
    if key(value) == key(written) or reads(written, value):
        return True
    latin, deva = (value, written) if value.isascii() else (written, value)
    return latin.isascii() and script_of(deva) == "devanagari" and same_sound(latin, deva)


def _parts(message: Redacted) -> Iterator[tuple[str, str]]:
    """The digits of everything that was replaced, as they may stand alone in a label: those of a code too (B-204 → 204)."""
    for swap in message.swaps:
        old, new = ascii_digits(swap.old), ascii_digits(swap.new)
        if swap.kind != "name" and len(old) == len(new):
            yield from ((m[0], new[m.start() : m.end()]) for m in re.finditer("[0-9]{2,}|^[0-9]$", old))


def _numbers(message: Redacted) -> dict[str, str]:
    """Numbers and codes of the message as a label has them → their surrogates, whole, piece by piece, and a phone without its prefix."""
    out: dict[str, str] = {}
    runs: list[list[Swap]] = []
    for swap in message.swaps:
        if swap.kind == "name":
            continue
        if runs and runs[-1][-1].kind == swap.kind and swap.run == runs[-1][-1].run:
            runs[-1].append(swap)
        else:
            runs.append([swap])
    for run in runs:
        old, new = "".join(s.value for s in run), "".join(s.norm for s in run)
        for s in run:
            out.setdefault(bare_code(s.value), bare_code(s.norm))
        out[bare_code(old)] = bare_code(new)
        if run[0].kind == "phone":
            out[old[-10:]] = new[-10:]
    return out


def relabelled(redactor: Redactor, message: Redacted, output: str) -> Clean:
    """A model's answer as it may leave: a label where it is one, else text, whatever it is."""
    maker = Relabeller(redactor, message)
    try:
        target = maker.target(parse_target(output))
        return Clean(msgspec.json.encode(canonical(target)).decode())
    except (NotJSONError, RecursionError, TypeError, ValueError):
        return Clean(maker.text(_ESCAPE.sub(_letter, output)))


def _letter(match: re.Match[str]) -> str:
    """A letter that JSON hid in an escape; half of a pair is nothing."""
    code = int(match[1], 16)
    return "" if 0xD800 <= code < 0xE000 else chr(code)
