"""Laws of tiers: cells by law 2, exactly N, prefixes, the same rows for any number of workers, and what cannot be done is said."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from augment.injections import ONLY_TEST
from curation import merge as merge_module
from curation import tiers
from curation.dedup import key, label, skeleton
from curation.gold import FILES, read_gold
from curation.lemmas import Weighed, open_leaves, side
from curation.merge import Merge, build_tiers
from curation.tiers import CELLS, FIXED, TIERS, Unit, bits, half_of, stream, unit
from curation.wall import Wall
from generators.splits import family_ids
from hinglish.errors import KhichdiError
from schemas.example import Example
from tests.rows import ROOT, planted_family
from tests.small_tiers import SIZES, altered, small, spec


def test_exactly_as_many_rows_as_were_asked_for() -> None:
    """Each tier by name, each id once over all tiers."""
    rows = small().rows
    assert {name: len(found) for name, found in rows.items()} == SIZES
    assert tuple(rows) == TIERS
    ids = [r.id for found in rows.values() for r in found]
    assert len(ids) == len(set(ids))


def test_each_tier_comes_from_its_cell() -> None:
    """Families of the cell's split; open words of the cell's partition, in unseen_words in every open slot."""
    for name, cell in CELLS.items():
        for row in small().rows[name]:
            assert row.provenance["template"] in family_ids(cell.families), name
            sides = [side(leaf.value, leaf.classes) for leaf in open_leaves(row)]
            if cell.words == "test":
                assert sides
                assert set(sides) == {"test"}
            else:
                assert not {"test", "both"} & set(sides), (name, row.input)


def test_no_tier_shares_a_draw_with_train() -> None:
    """Every tier's seed is its own stream; train's is the spec's."""
    seeds = {name: stream(spec(), name) for name in CELLS}
    assert len(set(seeds.values())) == len(CELLS)
    assert seeds["train"] == spec().seed
    for name, rows in small().rows.items():
        assert name in FILES or {r.provenance["seed"] for r in rows} == {seeds[name]}


def test_train_is_natural_by_half_and_only_it_oversamples() -> None:
    """Turn and turn about within a family, so in every prefix; only the rare half is given attacks, and never by a seed kept for test."""
    halves = [half_of(r) for r in small().rows["train"]]
    assert 0.35 <= halves.count("natural") / len(halves) <= 0.65
    rare = {name for name, _ in tiers.RARE} - {step["name"] for step in spec().augment}
    for row in small().rows["train"]:
        through = {step["name"] for step in row.provenance["augmenters"]}
        assert half_of(row) == "rare" or not through & rare


def test_the_adversarial_tier_is_attacked() -> None:
    """Nearly every row holds an order or its look-alike, from seeds of the test partition."""
    through = [{s["name"] for s in r.provenance["augmenters"]} for r in small().rows["test_adversarial"]]
    attacks = {name for name, _ in tiers.ATTACKS}
    assert sum(bool(t & attacks) for t in through) >= 0.95 * len(through)
    assert set(ONLY_TEST) <= set(tiers.registry("test")["inject"].seeds.by_kind)  # type: ignore[union-attr]  # the step that has seeds
    assert not set(ONLY_TEST) & set(tiers.registry("train")["inject"].seeds.by_kind)  # type: ignore[union-attr]


def test_a_smaller_train_is_a_prefix_and_the_tests_stay() -> None:
    """Sizes of one spec: train a prefix, every other tier the same ids."""
    few = build_tiers(spec(), {**SIZES, "train": 40})
    assert few.rows["train"] == small().rows["train"][:40]
    assert {n: r for n, r in few.rows.items() if n != "train"} == {n: r for n, r in small().rows.items() if n != "train"}


def test_the_size_of_a_work_unit_changes_nothing() -> None:
    """A unit is a stretch of the one order."""
    whole = unit(spec(), "validation", 0, turns=512)
    parts = [unit(spec(), "validation", n, turns=128) for n in range(4)]
    assert [r for p in parts for r in p.rows] == whole.rows
    assert [k for p in parts for k in p.keys] == whole.keys
    assert [r for p in parts for _, r in p.rejected] == [r for _, r in whole.rejected]


def test_what_cannot_be_filled_is_said_with_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """One family with hardly a word to vary: no half-filled tier, an error with the count and the reasons."""
    one = planted_family("none", "ok", name=next(iter(sorted(family_ids("train")))))
    monkeypatch.setattr(tiers, "families", lambda: (one,))
    monkeypatch.setattr(tiers, "RARE", ())
    monkeypatch.setattr(merge_module, "MOST_DRY", 1)
    monkeypatch.setattr(tiers, "_MAKERS", {})
    sizes = dict.fromkeys(FIXED, 0) | {"train": 100_000}
    with pytest.raises(KhichdiError, match=r"train has \d+ of 100000 rows, then no new one; rejected: \{.*'duplicate': \d+"):
        build_tiers(replace(spec(), augment=()), sizes)


def test_an_unknown_tier_is_an_error_that_names_those_that_exist() -> None:
    """A typing error in sizes."""
    with pytest.raises(KhichdiError, match="no tier test_sen; tiers: train"):
        build_tiers(spec(), {"test_sen": 3})


def _taken(row: Example) -> str:
    """The reason for which the small tiers keep a train row out; nothing when they take it."""
    merge = Merge()
    for name, rows in small().rows.items():
        merge.know(name, rows if name != "train" else ())
    wall = Wall(small().rows)
    for known in (small().rows["train"], [row]):
        found = _unit(known, wall)
        merge.take(found, 10_000)
        if found.rejected:
            return found.rejected[0][1].reason
    return next(iter(merge.counts), "")


def _unit(rows: list[Example], wall: Wall) -> Unit:
    """A work unit that made these rows."""
    faults = [f for r in rows if (f := tiers._word_fault("train", r)) is not None]
    near = wall.near([skeleton(r.input, r.spans) for r in rows], [key(r.input) for r in rows]) if len(rows) == 1 else {}
    faults += [tiers.rejected(rows[i], "near a tier", name) for i, name in near.items()] if not _copied(rows) else []
    return Unit(rows, [bits(key(r.input).encode()) for r in rows], [bits(label(r)) for r in rows], [(0, f) for f in faults])


def _copied(rows: list[Example]) -> bool:
    """A copy is kept out by what it says before it is by what it is like."""
    return any(key(rows[0].input) == key(r.input) for name in FILES for r in small().rows[name])


def test_each_thing_that_keeps_a_row_out_has_its_reason() -> None:
    """Gold, another tier, the row itself again, another label, a test word, a test row nearly."""
    rows = small().rows
    train = rows["train"][0]
    made = {"provenance": train.provenance}
    paid = next(r for r in rows["train"] if r.target.get("recipient"))
    template = max(rows["test_unseen_template"], key=_length)
    assert _taken(altered(rows["test_gold"][3], **made)) == "gold"
    assert _taken(altered(train, input=train.input + " अब देखो")) == ""
    assert _taken(altered(rows["test_seen"][0])) == "stands in a tier"
    assert _taken(altered(train, input=train.input.upper())) == "duplicate"
    assert _taken(altered(train, target={"intent": "none"} if train.intent != "none" else {"intent": "check_balance"})) == "conflict"
    assert _taken(altered(template, input=template.input + " ok")) == "near a tier"
    assert _taken(altered(paid, input=paid.input + " xyz", target=paid.target | {"recipient": read_words()[0]})) == "test word"


@given(st.lists(st.sampled_from(["a", "a", "a", "b", "c", "kin"]), min_size=1, max_size=120), st.integers(1, 40))
def test_no_value_is_said_more_often_than_its_share(said: list[str], pool: int) -> None:
    """Taken one by one, a value never passes three rows and three times its even share; a value of no class is not held; sizes are prefixes."""
    counted = [[Weighed("slot", value, 0 if value == "kin" else pool)] for value in said]
    found = Unit([], list(range(len(said))), [0] * len(said), [], values=counted)
    merge = Merge()
    taken = merge.take(found, 1000)
    for most in range(1, len(taken) + 1):
        rows = Counter(said[i] for i in taken[:most])
        assert all(n <= max(3, 3 * most / pool) for value, n in rows.items() if value != "kin")
    assert [i for i, value in enumerate(said) if value == "kin" and i not in taken] == []
    assert merge.counts.get("said too often", 0) == len(said) - len(taken)
    assert Merge().take(found, 7) == taken[:7]


def test_a_withdrawn_row_lets_no_other_in() -> None:
    """A patch that withdraws a row takes the rows it took before, less that one: its value stays counted."""
    counted = [[Weighed("slot", "a", 100)] for _ in range(6)]
    found = Unit([], list(range(6)), [0] * 6, [], values=counted)
    assert Merge(refill=False).take(found, 1000) == [0, 1, 2]
    found.gone = [1]
    assert Merge(refill=False).take(found, 1000) == [0, 2]


def read_words() -> list[str]:
    """Given names kept for test, as labels have them."""
    from curation.lemmas import PEOPLE
    from hinglish.lexicon import load

    return [e.norm for e in load("test").by_class["given"] if side(e.norm, PEOPLE) == "test"]


def _length(row: Example) -> int:
    return len(row.input)


def test_a_row_that_is_like_gold_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its id and family are; its text would tell what gold says."""
    row = small().rows["train"][0]
    monkeypatch.setattr(Wall, "near", lambda *_: {0: "test_gold"})
    found = unit(spec(), "train", 0, Wall({})).rejected
    (hidden,) = [r for _, r in found if r.reason == "near a tier"]
    assert hidden.input == ""
    assert row.input not in hidden.detail


def test_gold_is_whole_and_an_edited_file_is_refused(tmp_path: Path) -> None:
    """At least 600 rows; one byte more and the hash says so."""
    assert len(read_gold("test_gold_dev")) == 200
    assert len(read_gold("test_gold")) >= 400
    for name in ("gold_dev.jsonl", "SHA256SUMS"):
        (tmp_path / name).write_bytes((ROOT / "data" / "gold" / name).read_bytes())
    assert len(read_gold("test_gold_dev", tmp_path)) == 200
    with (tmp_path / "gold_dev.jsonl").open("a") as file:
        file.write("\n")
    with pytest.raises(KhichdiError, match=r"gold_dev\.jsonl: sha256 .*never edited"):
        read_gold("test_gold_dev", tmp_path)
