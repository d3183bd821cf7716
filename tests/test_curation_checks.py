"""Laws of the checks: what was built passes, and each planted fault is caught by the check that should, with its figure."""

import msgspec
import pytest

from curation.checks import MOST_SELF_BLEU, Fault, checks, measure, read_tiers, self_bleu
from curation.merge import Tiers
from curation.tiers import half_of
from schemas.example import Example
from tests.rows import demo
from tests.small_tiers import altered, planted, small


def caught(tiers: Tiers) -> set[str]:
    """The checks that refuse."""
    return {fault.check for fault in checks(tiers) if fault.refuses}


def test_what_was_built_is_not_refused() -> None:
    """Warnings about gold may stand; nothing refuses."""
    assert [str(f) for f in checks(small()) if f.refuses] == []
    assert all(f.holds or f.check == "gold disagreement" for f in measure(read_tiers(small())))


def row() -> Example:
    """A made row that names a recipient and an amount."""
    return next(r for r in small().rows["train"] if r.target.get("recipient") and r.target.get("amount"))


def test_a_conflicting_label_is_caught() -> None:
    """The same text, another amount."""
    assert "conflicting labels" in caught(planted("validation", altered(row(), target=row().target | {"amount": 77})))


def test_a_conflicting_label_in_the_other_script_is_caught() -> None:
    """पापा को and papa ko say one thing."""
    one = altered(row(), input="papa ko 500 bhej do")
    two = altered(row(), id="other", input="पापा को 500 भेज दो", target=row().target | {"amount": 900})
    fault = next(f for f in checks(planted("train", one, two)) if f.check == "conflicting labels")
    assert "planted and other" in fault.detail


@pytest.mark.parametrize("text", ["call 9812345670", "call +91 98123 45670", "कॉल ९८१२३४५६७०", "PAN ABCPE1234F", "ravi@okaxis"])
def test_an_unpatterned_identifier_is_caught(text: str) -> None:
    """Phones outside the list of 300, in either digits, and what names a person."""
    assert "unsafe identifier" in caught(planted("train", altered(row(), input=f"{row().input} {text}")))
    assert "unsafe identifier" not in caught(planted("train", altered(row(), input=f"{row().input} 9876543210")))


def test_an_unpatterned_phone_in_a_label_alone_is_caught() -> None:
    """The label is data too."""
    recharge = next(r for r in demo().rows if r.intent == "recharge")
    assert "unsafe identifier" in caught(planted("train", altered(recharge, target=recharge.target | {"phone_number": "9812345670"})))


def test_a_wrong_label_is_caught_by_rereading_schema_and_script() -> None:
    """Each by its own check."""
    assert "re-reading" in caught(planted("train", altered(row(), utterance=None, target=row().target | {"amount": 12})))
    assert "schema" in caught(planted("train", altered(row(), target=row().target | {"amount": "12"})))
    assert "script of labels" in caught(planted("train", altered(row(), target=row().target | {"recipient": "gehoon"})))


def test_an_id_and_a_text_stand_once() -> None:
    """A row twice in its tier."""
    assert {"id twice", "duplicate"} <= caught(planted("train", small().rows["train"][0]))


def test_a_template_too_often_is_caught() -> None:
    """More than 1.5 % beyond noise."""
    many = [altered(r, id=f"p{i}", provenance=row().provenance) for i, r in enumerate(demo().rows[:40])]
    assert "share of a template" in caught(planted("train", *many))


def test_an_open_value_too_often_is_caught() -> None:
    """One name in every second transfer."""
    paid = [r for r in demo().rows if r.intent == "transfer_money" and r.target["recipient"]][:30]
    name = next(e.norm for e in __import__("hinglish.lexicon").lexicon.load("train").by_class["given"])
    same = [altered(r, id=f"p{i}", target=r.target | {"recipient": name}) for i, r in enumerate(paid)]
    fault = next(f for f in checks(planted("train", *same)) if f.check == "share of an open value")
    assert fault.detail.startswith("transfer_money.recipient")


def test_sameness_is_caught() -> None:
    """One sentence over and over: few n-grams differ, and each text is like the others."""
    tiers = small()
    same = [altered(row(), id=f"p{i}", input=f"{row().input} {i}") for i in range(200)]
    assert {"distinct-1", "distinct-2", "distinct-3", "self-BLEU"} <= caught(Tiers({**tiers.rows, "train": same}))
    assert self_bleu([["a", "b", "c", "d"]] * 3) > 0.99 > MOST_SELF_BLEU > self_bleu([["a", "b", "c", "d"], ["e", "f", "g", "h"]])
    assert self_bleu([["a"]]) == 0.0


def test_a_share_and_a_mix_outside_their_bands_are_caught_in_the_natural_half() -> None:
    """No correction at all, no English at all; the rare half may oversample."""
    rows = demo().rows[:2500]
    none = [r for r in rows if "corrected" not in r.tags]
    found = [f for f in checks(Tiers({"train": none, "test_seen": []})) if f.check == "share"]
    assert any(f.detail.startswith("tag corrected") for f in found)
    rare = [r for r in rows if half_of(r) == "natural" or "corrected" in r.tags]
    assert not [f for f in checks(Tiers({"train": rare, "test_seen": []})) if f.check == "share" and "corrected" in f.detail]
    hindi = [
        msgspec.structs.replace(r, utterance=tuple(msgspec.structs.replace(t, lang="hi") for t in (r.utterance or ())[:1]) + (r.utterance or ())[-1:] * 2)
        for r in rows
    ]
    assert "words, median" in caught(Tiers({"train": hindi, "test_seen": []}))


def test_devanagari_digits_are_held_to_their_band() -> None:
    """From 12,000 rows on; none at all is refused."""
    from curation.checks import _digits
    from curation.facts import slim
    from generators.columns import annotated_table

    rows = demo().rows
    none = [altered(r, input=r.input.translate({ord("०") + i: str(i) for i in range(10)})) for r in rows] * 6
    assert not _digits("train", slim(annotated_table(none))).holds


def test_gold_warns_and_does_not_refuse() -> None:
    """A disagreement with the re-reading is told by id and stops nothing."""
    gold = small().rows["test_gold_dev"][0]
    spoilt = altered(gold, spans=())
    found = [f for f in checks(planted("test_gold_dev", spoilt)) if f.check == "gold disagreement"]
    assert found
    assert not any(f.refuses for f in found)
    assert gold.input not in "".join(map(str, found))


def test_a_fault_says_what_where_how_much_and_what_may_be() -> None:
    """One line a person can act on."""
    assert str(Fault("share", "train", 0.5, "0.1–0.2", "tag corrected")) == "share in train: 0.5, allowed 0.1–0.2; tag corrected"
