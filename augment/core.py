"""The two nouns of this stage, and what holds an augmented row to its label.

An Augmenter changes how an utterance is written: `(Utterance, Lexicon, rng) -> Utterance | None`, None where it does not apply.
A Relabeller changes what is said, and the label with it, by the rule it names. Both are frozen dataclasses whose fields are their
options. The lexicon (and the injection seeds) are handed in already partitioned.
"""

from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeVar, dataclass_transform, runtime_checkable

from augment.rows import LabelDriftError, lineage, paths_of, renamed, rewritten, written
from generators.randomness import Random
from hinglish.lexicon import Lexicon
from schemas.canonical import encode
from schemas.example import Example, Utterance, check_leaves, spans_of, text_of

__all__ = ["Augmenter", "LabelDriftError", "Relabeller", "Step", "augmented", "frozen", "lineage", "paths_of", "relabelled", "renamed", "rewritten"]
T = TypeVar("T")


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


@dataclass_transform(frozen_default=True)
def frozen(cls: type[T]) -> type[T]:
    """A step's class as a frozen dataclass. mypyc makes none with class variables, but compiles the methods of one that another function makes."""
    return dataclass(frozen=True)(cls)


def augmented(example: Example, step: Augmenter, lexicon: Lexicon, rng: Random) -> Example | None:
    """A row after one augmenter; raises LabelDriftError where slots, order or leaves changed."""
    utterance = None if example.utterance is None else step(example.utterance, lexicon, rng)
    return None if utterance is None else written(example, utterance, step.name)


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
