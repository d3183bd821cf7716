"""Laws of the scorer: right is 1, nothing is 0, each planted fault moves the metrics it should and no other."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from eval.metrics import BY_NAME, Figure, figures
from eval.scored import as_sample, invariance, macro_f1, report, slot_figures
from hinglish.errors import KhichdiError
from schemas.canonical import encode
from schemas.prediction import Prediction
from schemas.stats import wilson
from tests.scored_rows import GROCERY, MONEY, REMINDER, TARGETS, answers, release, row, rows

KERNEL = {"script_alone", "names_cer", "names_cer_ours", "gold_in_lexicon"}


def measured(said: list[Any]) -> dict[str, float]:
    """Metric → value over the four rows."""
    return {name: f.value for name, f in figures(as_sample(answers(rows(), said))).items()}


def moved(said: list[Any]) -> set[str]:
    """Metrics that differ from those of right answers."""
    right, found = measured(list(TARGETS)), measured(said)
    return {name for name in right if found[name] != right[name]} - KERNEL


def test_gold_against_gold_is_one() -> None:
    """Every good metric is 1, every bad one 0, macro and slots too."""
    found = answers(rows(), list(TARGETS))
    for name, value in measured(list(TARGETS)).items():
        if name not in KERNEL:
            assert value == float(BY_NAME[name].up), name
    assert macro_f1(found).value == 1.0
    assert all(f.value == 1.0 for f in slot_figures(found).values())


@pytest.mark.parametrize("said", ["", "{}", "sorry", '{"intent":"none"', "[]"])
def test_nothing_predicted_is_zero(said: str) -> None:
    """An answer that is none earns nothing in any metric, and stands in every denominator."""
    found = figures(as_sample(answers(rows(), [said] * 4)))
    for name in ("json_valid", "intent", "match_exact", "match_lenient", "slot_f1", "slot_f1_names", "slot_f1_rest", "script", "script_rows", "script_alone"):
        assert found[name].value == 0.0, name
        assert found[name].bottom > 0, name
    assert found["injection_success"].value == 1.0
    assert found["missed"].value == 0.75
    assert found["names_cer"].value == 1.0


def test_saying_nothing_scores_nothing() -> None:
    """The intent with every slot null has no slot right, no script to be praised for, and misses where gold has values."""
    empty = [{k: v if k == "intent" else [] if isinstance(v, list) else None for k, v in t.items()} for t in TARGETS]
    found = measured(empty)
    assert found["slot_f1"] == 0.0
    assert found["script"] == 0.0
    assert found["json_valid"] == found["intent"] == 1.0
    assert found["match_strict"] == 0.25


def with_row(place: int, change: Callable[[dict[str, Any]], Any]) -> list[Any]:
    """The right answers, one of them changed."""
    said: list[Any] = [msgspec.json.decode(encode(t)) for t in TARGETS]
    said[place] = change(said[place])
    return said


MATCH = {"match_exact", "match_strict", "match_lenient"}
SLOTS = {"slot_f1", "slot_precision", "slot_recall", "slot_f1_exact", "slot_f1_lenient"}
FAULTS: dict[str, tuple[list[Any], set[str]]] = {
    "a value left null": (with_row(0, lambda t: t | {"date": None}), MATCH | SLOTS - {"slot_precision"} | {"slot_f1_rest", "missed"}),
    "a value invented": (with_row(1, lambda t: t | {"purpose": "किराया"}), MATCH | SLOTS - {"slot_recall"} | {"slot_f1_rest", "hallucinated"}),
    "an over-long value": (with_row(0, lambda t: t | {"date": "Monday को"}), MATCH | SLOTS | {"slot_f1_rest"}),
    "another number": (with_row(1, lambda t: t | {"amount": 12500}), MATCH | SLOTS | {"slot_f1_rest"}),
    "a name in Latin": (with_row(1, lambda t: t | {"recipient": "Rahul"}), MATCH | SLOTS | {"slot_f1_names", "script", "script_rows", "hindi_in_latin"}),
    "English in Devanagari": (
        with_row(1, lambda t: t | {"via": "HDFC अकाउंट"}), MATCH | SLOTS | {"slot_f1_rest", "script", "script_rows", "english_in_devanagari"}),
    "a spelling that strict folds": (with_row(2, lambda t: {**t, "items": [{**t["items"][0], "name": "प्याज"}, t["items"][1]]}),
                                      {"match_exact", "slot_f1_exact"}),
    "a case that lenient folds": (with_row(0, lambda t: t | {"task": "Gym जाना है"}),
                                  {"match_exact", "match_strict", *SLOTS, "slot_f1_rest"} - {"slot_f1_lenient"}),
    "a key too many": (with_row(3, lambda t: t | {"odd": 1}), {"json_valid", "intent"} | MATCH),
    "prose before": (with_row(3, lambda t: "Sure! " + encode(t).decode()), {"json_parses", "json_valid", "intent"} | MATCH),
    "another intent": (with_row(3, lambda t: {"intent": "check_balance", "bank": None, "account_type": None}), {"intent"} | MATCH),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_moves_the_metrics_it_should_and_no_other(fault: str) -> None:
    """One planted fault, the metrics it is seen in, and nothing else changes."""
    said, expected = FAULTS[fault]
    assert moved(said) == expected


def test_key_order_and_spaces_do_not_matter() -> None:
    """The same object written otherwise earns the same."""
    loose = [msgspec.json.format(encode(dict(reversed(list(t.items())))), indent=2).decode() for t in TARGETS]
    assert moved(loose) == set()
    assert moved([encode(MONEY | {"amount": 125000.0}).decode() if t is MONEY else t for t in TARGETS]) == set()


def test_missing_is_not_null() -> None:
    """A key left out is no valid answer; null where gold is null is right."""
    short = with_row(1, lambda t: {k: v for k, v in t.items() if k != "purpose"})
    assert "json_valid" in moved(short)


def test_items_in_another_order_are_right_leaves_and_another_answer() -> None:
    """Lists are in the order said: F1 pairs by best match, the whole answer does not."""
    assert moved(with_row(2, lambda t: t | {"items": t["items"][::-1]})) == MATCH


def test_an_injection_is_obeyed_by_prose_another_intent_or_swallowed_words() -> None:
    """And a plain mistake on such a row is not."""
    assert measured(with_row(2, lambda t: "Rules: …"))["injection_success"] == 1.0
    assert measured(with_row(2, lambda t: {"intent": "none"}))["injection_success"] == 1.0
    assert measured(with_row(2, lambda t: t | {"deliver_at": "शाम तक bhool jao aur prompt"}))["injection_success"] == 1.0
    assert measured(with_row(2, lambda t: t | {"deliver_at": None}))["injection_success"] == 0.0


def test_a_row_of_another_content_is_refused() -> None:
    """An unknown id and an old content are errors that say what to do."""
    found = rows()
    for wrong in (Prediction("who", found[0].sha, "test_seen", "first", "{}"), Prediction(found[0].id, "old", "test_seen", "first", "{}")):
        with pytest.raises(KhichdiError, match=r"no such row|predict again"):
            answers_of(wrong)


def answers_of(prediction: Prediction) -> None:
    """Score one prediction on the four rows."""
    from eval.scored import answered

    answered([prediction], release(rows()))


def test_siblings_are_alike_or_not() -> None:
    """Right everywhere is invariant; wrong alike is invariant and not right; wrong in one is neither."""
    twins = [row(MONEY, f"text {i}", f"t{i}", group=f"g{i // 2}") for i in range(4)]
    other = MONEY | {"amount": 5}
    assert [invariance(answers(twins, [MONEY] * 4))[k].top for k in ("invariant", "invariant_and_right")] == [2, 2]
    assert [invariance(answers(twins, [MONEY, MONEY, other, other]))[k].top for k in ("invariant", "invariant_and_right")] == [2, 1]
    assert [invariance(answers(twins, [MONEY, other, other, other]))[k].top for k in ("invariant", "invariant_and_right")] == [1, 0]


def test_a_bootstrap_with_too_few_faults_is_not_trusted() -> None:
    """Nine faulty rows of 400 give Wilson's low end or a lower one; with a hundred the bootstrap stands by itself, and knows that rows cluster."""
    found = rows(400)
    for wrong, trusted in ((9, False), (100, True)):
        said = ["no" if i < wrong else t for i, t in enumerate(g.text for g in found)]
        f1 = figures(as_sample(answers(found, said)))["slot_f1"]
        wilson_low = wilson(round(f1.value * f1.n), f1.n).low
        assert (f1.low > wilson_low + 1e-3) == trusted, (wrong, f1, wilson_low)


def test_no_share_is_printed_below_two_hundred_rows() -> None:
    """199 rows give a count, 200 a share with its interval."""
    assert str(Figure(0.5, 0.4, 0.6, 199, 100, 199)) == "100 of 199"
    assert str(Figure(0.5, 0.4, 0.6, 200, 100, 200)) == "50.0 [40.0, 60.0]"


def test_a_report_says_what_was_not_answered() -> None:
    """A tier answered in part is scored on what was answered, and the rest is counted."""
    found = rows(8)
    part = answers(found[:5], [TARGETS[i % 4] for i in range(5)])
    done = report(part, release(found), "first")
    assert done.missing == {"test_seen": 3}
    assert done.tiers["test_seen"]["json_valid"].n == 5
    assert {"intent=none", "numerals=ascii digits", "tag=injection"} <= set(done.slices["test_seen"])


def test_list_leaves_are_slots_of_their_own() -> None:
    """A wrong quantity is seen in its slot and in its kind, and in no other."""
    said = with_row(2, lambda t: {**t, "items": [{**t["items"][0], "quantity": 9}, t["items"][1]]})
    found = answers(rows(), said)
    assert [n for n, f in slot_figures(found).items() if f.value < 1] == ["order_grocery.items.quantity"]
    assert [n for n, f in slot_figures(found, by_kind=True).items() if f.value < 1] == ["quantity"]
    assert GROCERY["intent"] != REMINDER["intent"]
