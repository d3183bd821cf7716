"""The two nouns of this stage, and what holds an augmented row to its label.

An Augmenter changes how an utterance is written: `(Utterance, Lexicon, rng) -> Utterance | None`, None where it does not apply.
A Relabeller changes what is said, and the label with it, by the rule it names. Both are frozen dataclasses whose fields are their
options. The lexicon (and the injection seeds) are handed in already partitioned.
"""

from typing import Any, ClassVar, Protocol, runtime_checkable

from generators.randomness import Random
from hinglish.errors import KhichdiError
from hinglish.lexicon import Lexicon
from hinglish.script import nfc
from schemas.canonical import encode
from schemas.example import Example, Utterance, check_leaves, name_of, spans_of, text_of


class LabelDriftError(KhichdiError):
    """An augmenter changed what its row says: a fault of the augmenter, never of the data."""


@runtime_checkable
class Augmenter(Protocol):
    """Another way to write the same utterance. Slots, their order and every leaf stay."""

    name: ClassVar[str]

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """The utterance written otherwise, or None where this does not apply."""


@runtime_checkable
class Relabeller(Protocol):
    """Another utterance with another label, by `rule` (a sentence naming the guide's rule)."""

    name: ClassVar[str]
    rule: ClassVar[str]

    def relabel(self, example: Example, lexicon: Lexicon, rng: Random) -> Example | None:
        """The example said otherwise with its new label, or None where this does not apply."""


Step = Augmenter | Relabeller


def paths_of(utterance: Utterance) -> list[tuple[str, ...]]:
    """The slot paths of said tokens, in order, runs folded: what an augmenter may not change."""
    out: list[tuple[str, ...]] = []
    for token in utterance:
        if token.slots and token.said and (not out or out[-1] != token.slots):
            out.append(token.slots)
    return out


def lineage(example: Example) -> list[str]:
    """The chain of augmenters that made a row, oldest first."""
    return [str(step["name"]) for step in example.provenance.get("augmenters", [])]


def renamed(example: Example, step: str) -> tuple[str, dict[str, object]]:
    """(id, provenance) of a row one step further: the id is the hash of seed, template, draw and chain."""
    chain = [*lineage(example), step]
    provenance = dict(example.provenance)
    provenance["augmenters"] = [*example.provenance.get("augmenters", []), {"name": step, "before": example.input}]
    return name_of(provenance.get("seed"), str(provenance.get("template")), int(provenance.get("draw", 0)), "+".join(chain)), provenance


def _as_said(before: Utterance, after: Utterance) -> bool:
    """Do the words of slots, in order, stay all that leaves are read from? Then slots, their order and every leaf stay."""
    here, there = [t for t in before if t.slots], [t for t in after if t.slots]
    return len(here) == len(there) and all(
        a is b or (a.norm == b.norm and a.slots == b.slots and a.said == b.said and a.after == b.after) for a, b in zip(here, there, strict=True)
    )


def _undrifted(example: Example, before: Utterance, after: Utterance, name: str) -> None:
    """Raise LabelDriftError where slots, their order or a leaf changed."""
    if paths_of(after) != paths_of(before):
        raise LabelDriftError(f"{name}: slots changed from {paths_of(before)} to {paths_of(after)} in {text_of(after)!r}")
    try:
        check_leaves(after, example.target)
    except KhichdiError as fault:
        raise LabelDriftError(f"{name}: {fault}") from fault


def augmented(example: Example, step: Augmenter, lexicon: Lexicon, rng: Random) -> Example | None:
    """A row after one augmenter; raises LabelDriftError where slots, order or leaves changed."""
    if example.utterance is None:
        return None
    utterance = step(example.utterance, lexicon, rng)
    if utterance is None:
        return None
    if not _as_said(example.utterance, utterance):
        _undrifted(example, example.utterance, utterance, step.name)
    text = text_of(utterance)
    if text == example.input:
        return None
    if text != nfc(text):
        raise LabelDriftError(f"{step.name}: {text!r} is not NFC")
    key, provenance = renamed(example, step.name)
    return Example(key, example.origin, text, tuple(spans_of(utterance)), example.target, example.tags, example.group, provenance, utterance)


def relabelled(example: Example, step: Relabeller, lexicon: Lexicon, rng: Random) -> Example | None:
    """A row after one relabeller, its leaves held to its new label, its lineage written."""
    if example.utterance is None:
        return None
    out = step.relabel(example, lexicon, rng)
    if out is None or (out.input == example.input and encode(out.target) == encode(example.target)):
        return None
    if out.utterance is None or out.input != text_of(out.utterance) or out.spans != tuple(spans_of(out.utterance)):
        raise LabelDriftError(f"{step.name}: text and spans of {out.input!r} are not those of its tokens")
    check_leaves(out.utterance, out.target)
    key, provenance = renamed(example, step.name)
    return Example(key, out.origin, out.input, out.spans, out.target, out.tags, example.group, provenance, out.utterance)


def rewritten(example: Example, utterance: Utterance, *, target: dict[str, Any] | None = None, tags: tuple[str, ...] | None = None) -> Example:
    """An example over another utterance: text and spans derived, target and tags as before where none are given."""
    target = example.target if target is None else target
    tags = example.tags if tags is None else tags
    spans = tuple(spans_of(utterance))
    return Example(example.id, example.origin, text_of(utterance), spans, target, tags, example.group, example.provenance, utterance)
