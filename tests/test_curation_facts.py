"""Laws of facts: what polars counts off the written table is what counting Examples one by one gives."""

import pytest

from curation import facts
from curation.tiers import half_of
from generators import facts as one_by_one
from generators.columns import annotated_table
from hinglish.mix import mixing
from tests.rows import demo
from tests.small_tiers import small


def rows(name: str) -> list:  # type: ignore[type-arg]
    """Rows of every kind: made, augmented, attacked, written by hand."""
    return demo().rows[:1500] if name == "demo" else small().rows[name]


@pytest.mark.parametrize("name", ["demo", "train", "test_adversarial", "test_gold_dev"])
def test_shares_and_mixing_are_those_of_the_examples(name: str) -> None:
    """Two ways to count, one figure each."""
    table = facts.slim(annotated_table(rows(name)))
    assert facts.shares(table) == one_by_one.shares(rows(name))
    index, switches = facts.mixing(table)
    mixed = mixing([r.utterance for r in rows(name) if r.utterance is not None])
    assert index.n == mixed.mixed_rows
    assert index.value == pytest.approx(mixed.cmi)
    assert switches.value == pytest.approx(mixed.switches)


def test_halves_templates_and_augmenters_are_those_of_the_provenance() -> None:
    """The natural half by the same rule; every step that a row went through counts once."""
    train = small().rows["train"]
    table = facts.slim(annotated_table(train))
    assert table["half"].to_list() == [half_of(r) for r in train]
    assert table["template"].to_list() == [r.provenance["template"] for r in train]
    assert sum(facts.counts(table, "augmenters").values()) == sum(len(r.provenance["augmenters"]) for r in train)
    assert table["id"].to_list() == [r.id for r in train]


def test_words_are_tokens_but_marks() -> None:
    """The length that law 5 means."""
    train = small().rows["train"]
    assert facts.slim(annotated_table(train))["words"].to_list() == [sum(t.kind != "mark" for t in r.utterance or ()) for r in train]
