"""Laws of the leak audit: clean tiers give nothing, and each planted leak is found by its kind, named by ids, its text not shown."""

from collections.abc import Mapping

import pytest

from augment.pipeline import once
from augment.registry import registry
from curation.audit import Leak, audit
from curation.dedup import key, skeleton
from curation.lemmas import PEOPLE, open_leaves, side
from hinglish.lexicon import load
from schemas.example import Example
from tests.small_tiers import altered, planted, small


def kinds(found: list[Leak]) -> set[str]:
    """The kinds of leak among those of the planted row."""
    return {leak.kind for leak in found}


def row_of(tier: str, at: int = 0) -> Example:
    """A row with open leaves, so that it can be spoilt."""
    return [r for r in small().rows[tier] if open_leaves(r)][at]


def test_clean_tiers_have_no_leak() -> None:
    """0 of every kind."""
    assert audit(small()) == []


def test_an_exact_copy_is_found_in_any_tier() -> None:
    """Train against each, and the tests against each other."""
    for tier, other in (("train", "test_seen"), ("train", "test_gold"), ("validation", "test_adversarial"), ("test_seen", "test_unseen_words")):
        row = small().rows[other][0]
        found = audit(planted(tier, altered(row, input=row.input.upper() if tier == "train" else row.input)))
        assert ("exact", tier, "planted", other, row.id) in {leak[:5] for leak in found}


def test_a_sibling_is_found_by_its_group() -> None:
    """The same meaning in other words on the other side."""
    row, sibling = _sibling("test_seen")
    found = audit(planted("train", sibling))
    assert ("group", "train", sibling.id, "test_seen", row.id) in {leak[:5] for leak in found}


def _sibling(tier: str) -> tuple[Example, Example]:
    for row in small().rows[tier]:
        for name in ("respell", "drop-vowels", "filler", "asr"):
            out = once(row, registry("train")[name], load("train"))
            if out is not None and key(out.input) != key(row.input):
                return row, out
    raise AssertionError("no row has a sibling")


def test_a_copy_in_the_other_script_is_found() -> None:
    """Not the same characters, the same key."""
    for row in small().rows["test_seen"]:
        out = once(row, registry("train")["to-devanagari"], load("train"))
        if out is not None and key(out.input) == key(row.input) and out.input.casefold() != row.input.casefold():
            found = audit(planted("train", altered(out)))
            assert "cross-script" in kinds(found)
            assert "exact" not in kinds(found)
            return
    raise AssertionError("no row in two scripts")


def test_a_test_name_in_train_is_found() -> None:
    """In a label, and in a full name or before a kin word."""
    name = next(e.norm for e in load("test").by_class["given"] if side(e.norm, PEOPLE) == "test")
    row = next(r for r in small().rows["train"] if r.target.get("recipient"))
    for said in (name, f"{name} aunty", f"Dr {name}"):
        found = audit(planted("train", altered(row, input=row.input + " zzz", target=row.target | {"recipient": said})))
        assert kinds(found) == {"word"}, said
        assert found[0].by == "recipient"


def test_a_test_name_outside_all_slots_is_found() -> None:
    """A name that is said and not the label is still a name seen in training."""
    name = next(e.norm for e in load("test").by_class["given"] if side(e.norm, PEOPLE) == "test" and " " not in e.norm)
    row = next(r for r in small().rows["train"] if r.utterance)
    from schemas.example import Token

    said = (*(row.utterance or ()), Token(name, "hi", "name", name))
    assert [leak.by for leak in audit(planted("train", altered(row, input=row.input + " zzz", utterance=said)))] == ["a name outside all slots"]


def test_a_train_word_in_unseen_words_is_found() -> None:
    """The tier promises a test word in every open slot."""
    row = row_of("train")
    assert "word" in kinds(audit(planted("test_unseen_words", altered(row, input=row.input + " zzz"))))


@pytest.mark.parametrize("tier", ["test_unseen_template", "test_adversarial"])
def test_a_row_moved_to_another_tier_is_found_by_its_family(tier: str) -> None:
    """A test family has no business in train."""
    row = small().rows[tier][0]
    tiers = planted("train", row)
    tiers.rows[tier].remove(row)
    assert ("family", "train", row.id) in {leak[:3] for leak in audit(tiers)}


def test_a_near_copy_is_found() -> None:
    """One word more."""
    for tier in ("test_unseen_template", "test_adversarial", "test_gold"):
        row = max(small().rows[tier], key=_length)
        found = audit(planted("train", _made(altered(row, input=row.input + " ok", spans=()))))
        assert ("near", tier, row.id) in {(leak.kind, leak.other_tier, leak.other_id) for leak in found}


def test_a_skeleton_seen_with_other_words_is_found() -> None:
    """The same way to ask, for something else."""
    row = max((r for r in small().rows["test_unseen_template"] if len(r.spans) == 1), key=_length)
    span = row.spans[0]
    text = row.input[: span.start] + "एकदम ही दूसरी और बहुत लंबी कोई चीज़ जो कहीं और नहीं है" + row.input[span.end :]
    end = span.end + len(text) - len(row.input)
    other = _made(altered(row, input=text, spans=(span._replace(end=end),)))
    assert skeleton(other.input, other.spans) == skeleton(row.input, row.spans)
    assert "skeleton" in kinds(audit(planted("train", other)))


def _made(row: Example) -> Example:
    """A row that claims a train family, so that only its likeness can be found."""
    import msgspec

    provenance: Mapping[str, object] = small().rows["train"][0].provenance
    return msgspec.structs.replace(row, provenance=dict(provenance))


def _length(row: Example) -> int:
    return len(row.input)


def test_a_leak_shows_no_text() -> None:
    """Gold is among the tiers: ids, tiers and similarities only."""
    row = small().rows["test_gold"][2]
    for leak in audit(planted("train", _made(altered(row)))):
        assert row.input not in " ".join(leak)
