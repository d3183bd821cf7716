"""Where in the message is a label said? For labels that people write: each value must have words that read as it, found here anew.

A value is grounded when the re-reader (schemas/reread.py) finds it said by some stretch of words, or, for text, by words of the
message in order with other slots' words between them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hinglish.errors import KhichdiError
from hinglish.readings import reads
from hinglish.script import ascii_digits, words
from schemas.contract import leaves
from schemas.example import TEXT_KINDS, Example, Span, Utterance, check_leaves, kind_of_leaf, spans_of
from schemas.reread import compliant, reread

LONGEST = 14  # words a value runs over; a `message` may be the whole text


def _alone(intent: str, path: str, value: Any) -> dict[str, Any]:
    """A target with one leaf, for asking the re-reader about it alone."""
    head, _, rest = path.partition(".")
    if not rest:
        return {"intent": intent, head: value}
    number, _, name = rest.partition(".")
    return {"intent": intent, head: [{} for _ in range(int(number))] + [{name: value}]}


def says(text: str, intent: str, path: str, value: Any, spans: Sequence[Span]) -> bool:
    """Does the re-reader find the value in these stretches?"""
    faults = reread(text, spans, _alone(intent, path, value), ("unslotted",))
    return not any(f.startswith(f"{path}:") for f in faults)


def _windows(bounds: Sequence[tuple[int, int]], most: int) -> Iterator[tuple[int, int]]:
    """[start, end) of every run of words, the shortest first."""
    for n in range(1, min(most, len(bounds)) + 1):
        for i in range(len(bounds) - n + 1):
            yield bounds[i][0], bounds[i + n - 1][1]


def _scattered(text: str, path: str, value: str, bounds: Sequence[tuple[int, int]]) -> list[Span]:
    """The words of a text value in their order, wherever they stand; neighbours joined to one span. Empty where a word is missing."""
    at, found = 0, []
    for word in value.split():
        while at < len(bounds) and not _reads(text[slice(*bounds[at])], word):
            at += 1
        if at == len(bounds):
            return []
        found.append(at)
        at += 1
    spans: list[Span] = []
    for n, i in enumerate(found):
        if n and found[n - 1] == i - 1:
            spans[-1] = Span(path, spans[-1].start, bounds[i][1])
        else:
            spans.append(Span(path, *bounds[i]))
    return spans


def _reads(written: str, meant: str) -> bool:
    return ascii_digits(written) == meant or reads(ascii_digits(written), meant)


def find_leaf(text: str, intent: str, path: str, value: Any, taken: Sequence[Span] = ()) -> list[Span]:
    """The spans that say a value, off the `taken` ones if it can be; empty where it is said nowhere."""
    bounds = words(text)
    second: list[Span] = []
    for a, b in _windows(bounds, len(bounds) if path == "message" else LONGEST):
        span = Span(path, a, b)
        if says(text, intent, path, value, [span]):
            if not any(a < t.end and t.start < b for t in taken):
                return [span]
            second = second or [span]
    if second or kind_of_leaf(intent, path) not in TEXT_KINDS or path == "message":
        return second
    spans = _scattered(text, path, str(value), bounds)
    return spans if spans and says(text, intent, path, value, spans) else []


def ground(text: str, target: Mapping[str, Any], known: Sequence[Span] = ()) -> tuple[list[Span], list[str]]:
    """Spans of every value of a target, and what is said nowhere or stands in the wrong script. `known` spans are kept where they still hold."""
    intent = str(target["intent"])
    spans: list[Span] = []
    faults: list[str] = []
    for path, value in leaves(target).items():
        if value is None:
            continue
        if isinstance(value, str) and kind_of_leaf(intent, path) in TEXT_KINDS and not all(map(compliant, value.split())):
            faults.append(f"{path}: {value!r} has a word in the wrong script")
        kept = [s for s in known if s.path == path]
        found = kept if kept and says(text, intent, path, value, kept) else find_leaf(text, intent, path, value, spans)
        if not found:
            faults.append(f"{path}: {value!r} is said nowhere in the message")
        spans += found
    return sorted(spans, key=_place), faults


def _place(span: Span) -> tuple[int, int]:
    return span.start, span.end


def realigned(example: Example, target: Mapping[str, Any], spans: Sequence[Span]) -> Utterance | None:
    """The tokens of a row pointing at a new target's leaves, or None where tokens and leaves then disagree."""
    if example.utterance is None:
        return None
    at, out = 0, []
    old = set(example.spans)
    for token in example.utterance:
        end = at + len(token.text)
        paths = tuple(dict.fromkeys(s.path for s in spans if s.start <= at and end <= s.end))
        kept = bool(paths) and all(s in old for s in spans if s.start <= at and end <= s.end)
        out.append(type(token)(token.text, token.lang, token.kind, token.norm, paths, token.said if kept else True, token.after))
        at = end + len(token.after)
    try:
        check_leaves(tuple(out), target)
    except KhichdiError:
        return None
    return tuple(out) if sorted(spans_of(out)) == sorted(spans) else None
