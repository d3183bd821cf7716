"""The laws of an augmenter and a relabeller over drawn rows of all three scripts, as every test of one asks them."""

from collections.abc import Iterable

from augment.core import Augmenter, Relabeller, augmented, paths_of, relabelled
from generators.randomness import Random
from hinglish.lexicon import load
from hinglish.script import nfc
from schemas.canonical import encode
from schemas.example import Example
from schemas.reread import reread
from tests.rows import demo, on_disk

Pair = tuple[Example, Example]


def rows(n: int = 600) -> tuple[Example, ...]:
    """Drawn rows; every script stands among them."""
    out = tuple(demo().rows[:n])
    assert {str(r.provenance["hand"]) for r in out} == {"roman", "mixed", "devanagari"}
    return out


def pairs_of(step: Augmenter | Relabeller, of: Iterable[Example]) -> list[Pair]:
    """(row, row after the step) wherever it applies, each with the stream of its own name."""
    out = []
    for row in of:
        rng = Random(f"{row.id}/{step.name}")
        made = relabelled(row, step, load(), rng) if isinstance(step, Relabeller) else augmented(row, step, load(), rng)
        if made is not None:
            out.append((row, made))
    return out


def check_augmenter(step: Augmenter, *, share: float, n: int = 600) -> list[Pair]:
    """Same slots, order and label; re-read without a fault; NFC; same rng, same text; applies to at least `share` of the rows."""
    pairs = pairs_of(step, rows(n))
    assert len(pairs) >= share * n, f"{step.name} applies to {len(pairs)} of {n}"
    for row, made in pairs:
        assert made.utterance is not None
        assert row.utterance is not None
        assert made.input != row.input
        assert made.input == nfc(made.input)
        assert paths_of(made.utterance) == paths_of(row.utterance)
        assert encode(made.target) == encode(row.target)
        assert made.tags == row.tags
        assert "  " not in made.input.strip() or "  " in row.input, made.input
    hold(pairs)
    again = pairs_of(step, rows(n))
    assert [m.input for _, m in again] == [m.input for _, m in pairs]
    return pairs


def check_relabeller(step: Relabeller, *, share: float, n: int = 600) -> list[Pair]:
    """Re-read without a fault; tags sorted; NFC; same rng, same row; applies to at least `share` of the rows."""
    pairs = pairs_of(step, rows(n))
    assert step.rule
    assert len(pairs) >= share * n, f"{step.name} applies to {len(pairs)} of {n}"
    for row, made in pairs:
        assert made.input == nfc(made.input) == made.input.strip()
        assert made.input != row.input
        assert not {"corrected", "negated", "range", "multi"} & {*row.tags}
        assert made.tags == tuple(sorted(set(made.tags)))
        assert "  " not in made.input
    hold(pairs)
    again = pairs_of(step, rows(n))
    assert [(m.input, m.tags, encode(m.target)) for _, m in again] == [(m.input, m.tags, encode(m.target)) for _, m in pairs]
    return pairs


def hold(pairs: list[Pair]) -> None:
    """Each row as written to disk means what its label says."""
    for row, made in pairs:
        faults = reread(*on_disk(made))
        assert not faults, f"{row.input!r} → {made.input!r}: {faults}"
