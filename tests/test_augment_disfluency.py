"""Corrected, repeated, negated: tags and labels follow the rule that each names."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from augment.core import rewritten
from augment.disfluency import Correct, Repeat
from augment.negation import NOT_SO, Negate
from augment.rivals import is_rival, is_rival_name
from generators.randomness import Random
from hinglish.errors import KhichdiError
from hinglish.lexicon import Lexicon, load
from schemas.canonical import encode
from schemas.contract import leaves
from schemas.example import Example
from schemas.validate import is_valid
from tests.augment_laws import check_relabeller, hold, pairs_of, rows


def test_a_correction_keeps_the_label_and_says_something_else_first() -> None:
    """Same label, tag corrected, the true words still there, and what came before them outside all slots."""
    for row, made in check_relabeller(Correct(), share=0.25):
        assert encode(made.target) == encode(row.target)
        assert "corrected" in made.tags
        kept = [t.text for t in made.utterance or () if t.slots]
        assert kept == [t.text for t in row.utterance or () if t.slots]
        assert len(made.utterance or ()) >= len(row.utterance or ()) + 2


def test_a_wrong_value_is_no_value_of_the_row() -> None:
    """The wrong name or day is none that the label holds: each slotted word is said in its slot and nowhere else."""
    for _, made in pairs_of(Correct(tied=0.0), rows()):
        for path, value in leaves(made.target).items():
            if path in ("recipient", "date", "drop", "origin", "destination") and isinstance(value, str):
                loose = " ".join(t.norm for t in made.utterance or () if not t.slots)
                assert f" {value} " not in f" {loose} ", made.input


def test_wrong_names_come_from_the_lexicon_handed_in() -> None:
    """Handed the train partition, a correction says no given name that is kept for test."""
    train, whole = load("train"), load()
    kept = {e.norm for e in whole.of("given")} - set(train.by_norm)
    assert kept
    for row in rows(2000):
        made = Correct().relabel(row, train, Random(row.id))
        if made is not None:
            new = {t.norm for t in made.utterance or ()} - {t.norm for t in row.utterance or ()}
            assert not new & kept


@pytest.mark.parametrize(("wrong", "true", "may"), [
    ("परसों", "कल", True), ("tomorrow", "कल", False), ("इतवार", "Sunday", False), ("सुबह 9 बजे", "सुबह 10 बजे", True), ("सुबह 9 बजे", "10 बजे", False),
    ("5 am", "सुबह 5 बजे", False), ("अगले Friday", "Monday", False), ("15 August", "20 तारीख", False), ("15 तारीख", "20 तारीख", True), ("शाम", "शाम तक", False),
])
def test_a_wrong_day_restates_no_more_than_the_true_one(wrong: str, true: str, may: bool) -> None:
    """A correction replaces only the part it restates, so a wrong phrase holds no part that the true one lacks, and differs in meaning."""
    assert is_rival(wrong, true) is may


def test_a_wrong_name_shares_no_word_and_is_no_longer() -> None:
    """"Rahul Sharma nahi Verma" would leave open who is meant; mom is मम्मी."""
    assert is_rival_name("मोहित", "राहुल")
    assert not is_rival_name("राहुल शर्मा", "राहुल")
    assert not is_rival_name("mom", "मम्मी")
    assert not is_rival_name("मोहित शर्मा", "राहुल")


def test_a_repetition_keeps_label_and_values() -> None:
    """Same label; the first saying is part of no value; a repeated name or number is tagged, any other row keeps its tags."""
    for row, made in check_relabeller(Repeat(), share=0.3):
        assert encode(made.target) == encode(row.target)
        first = [t for t in made.utterance or () if t.slots and not t.said]
        assert first
        assert set(made.tags) - set(row.tags) <= {"corrected"}
    assert all(m.tags == r.tags for r, m in pairs_of(Repeat(names=False), rows()))


def test_a_negated_value_leaves_the_label() -> None:
    """Exactly one leaf becomes null, its words stand outside all slots before a negation, tag negated, the label stays valid."""
    for row, made in check_relabeller(Negate(), share=0.04):
        before, after = leaves(row.target), leaves(made.target)
        gone = [p for p in before if before[p] != after[p]]
        assert len(gone) == 1
        assert (row.intent, gone[0]) in NOT_SO
        assert after[gone[0]] is None
        assert "negated" in made.tags
        assert is_valid(made.target)
        said = [t.norm for t in made.utterance or () if not t.slots]
        assert {"मत", "नहीं"} & {*said}
        assert all(w in said for w in str(before[gone[0]]).split())


def test_rows_that_say_two_things_already_are_left_alone() -> None:
    """No second correction or negation on a row tagged corrected, negated, range, multi or injection."""
    told = [r for r in rows(2000) if {"corrected", "negated", "range", "multi"} & {*r.tags}]
    assert len(told) > 50
    for step in (Correct(), Repeat(), Negate()):
        assert all(step.relabel(r, load(), Random(r.id)) is None for r in told)


@dataclass(frozen=True)
class Forgetful:
    """A planted fault: nulls a leaf and leaves its words pointing at it."""

    name: ClassVar[str] = "forgetful"
    rule: ClassVar[str] = "none"

    def relabel(self, example: Example, lexicon: Lexicon, rng: Random) -> Example | None:
        """The row with a label that its tokens contradict."""
        slot = next((p for p, v in example.target.items() if p != "intent" and isinstance(v, str)), None)
        return rewritten(example, example.utterance or (), target={**example.target, slot: None}) if slot else None


@dataclass(frozen=True)
class Untagged:
    """A planted fault: a correction that is not tagged."""

    name: ClassVar[str] = "untagged"
    rule: ClassVar[str] = "none"

    def relabel(self, example: Example, lexicon: Lexicon, rng: Random) -> Example | None:
        """The row corrected, its tags as before."""
        out = Correct().relabel(example, lexicon, rng)
        return rewritten(example, out.utterance or ()) if out else None


def test_the_laws_catch_a_forgotten_leaf_and_a_forgotten_tag() -> None:
    """Planted relabellers that null a said leaf, or correct without a tag, are caught."""
    with pytest.raises(KhichdiError, match="null, yet said"):
        pairs_of(Forgetful(), rows(100))
    with pytest.raises(AssertionError, match="stands outside all spans"):
        hold(pairs_of(Untagged(), rows(300)))
