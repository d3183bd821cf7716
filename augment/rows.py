"""A row put together again from changed tokens: held to its label, its text and spans derived, its lineage written on it."""

from typing import Any

from hinglish.errors import KhichdiError
from hinglish.script import nfc
from schemas.example import Example, Utterance, check_leaves, name_of, spans_of, text_of


class LabelDriftError(KhichdiError):
    """An augmenter changed what its row says: a fault of the augmenter, never of the data."""


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
    if len(here) != len(there):
        return False
    for i, a in enumerate(here):
        b = there[i]
        if a is not b and not (a.norm == b.norm and a.slots == b.slots and a.said == b.said and a.after == b.after):
            return False
    return True


def _undrifted(example: Example, before: Utterance, after: Utterance, name: str) -> None:
    """Raise LabelDriftError where slots, their order or a leaf changed."""
    if paths_of(after) != paths_of(before):
        raise LabelDriftError(f"{name}: slots changed from {paths_of(before)} to {paths_of(after)} in {text_of(after)!r}")
    try:
        check_leaves(after, example.target)
    except KhichdiError as fault:
        raise LabelDriftError(f"{name}: {fault}") from fault


def written(example: Example, utterance: Utterance, step: str) -> Example | None:
    """A row with another way to write its utterance; None where its text stays. Raises LabelDriftError where slots, order or leaves changed."""
    before = example.utterance
    if before is None:
        return None
    if not _as_said(before, utterance):
        _undrifted(example, before, utterance, step)
    text = text_of(utterance)
    if text == example.input:
        return None
    if text != nfc(text):
        raise LabelDriftError(f"{step}: {text!r} is not NFC")
    key, provenance = renamed(example, step)
    return Example(key, example.origin, text, tuple(spans_of(utterance)), example.target, example.tags, example.group, provenance, utterance)


def rewritten(example: Example, utterance: Utterance, *, target: dict[str, Any] | None = None, tags: tuple[str, ...] | None = None) -> Example:
    """An example over another utterance: text and spans derived, target and tags as before where none are given."""
    target = example.target if target is None else target
    tags = example.tags if tags is None else tags
    spans = tuple(spans_of(utterance))
    return Example(example.id, example.origin, text_of(utterance), spans, target, tags, example.group, example.provenance, utterance)
