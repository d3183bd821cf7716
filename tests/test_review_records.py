"""Rows become records and spans come back exact, whatever the message holds; plans and samples are the same for the same seed."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.opened import open_release
from curation.review_people import pseudonym, scripted
from curation.review_plan import Head, make_plan, read_plan, write_plan
from curation.review_records import bmp, harmless, key_of, quoted, record_of, spans_back, typed_back
from curation.review_rows import Row, overlap_of, rows_of, version_of
from curation.review_sample import by_of, sample
from curation.review_task import VERDICTS, guidelines, main_task, path_of_round, rule, span_labels
from generators.spec import read_spec
from generators.write import write
from hinglish.errors import KhichdiError
from schemas.contract import intents
from schemas.example import leaf_kinds
from schemas.reread import reread
from tests.review_rows import plan, rows, transfer
from tests.rows import ROOT, demo


@given(st.text(max_size=60))
def test_the_marked_text_has_one_unit_a_code_point(text: str) -> None:
    """What the page counts in UTF-16 is what the server counts in code points, and every other character stays."""
    shown = bmp(text)
    assert len(shown.encode("utf-16-le", "surrogatepass")) == 2 * len(text)
    assert all(a == b for a, b in zip(text, shown, strict=True) if ord(a) < 0x10000)


@given(st.text(max_size=60))
def test_nothing_shown_is_markup(text: str) -> None:
    """Every field is free of < and &, of the length it had; what is copied back is the text again; a code block ends where it should."""
    from msgspec.structs import replace

    hostile = replace(transfer(), input=text + "</script><img src=x>&amp;", spans=(), utterance=None)
    shown = record_of(hostile, "train", "v").fields
    assert not set(str(shown)) & set("<&")
    assert typed_back(harmless(hostile.input)) == hostile.input.translate({ord("‹"): "<", ord("＆"): "&"})
    assert len(shown["message"]) == len(hostile.input)
    lines = quoted(text).split("\n")
    assert all(line.startswith("│ ") for line in lines[1:-1])


def test_emoji_stand_in_the_coloured_words() -> None:
    """The field that is marked has a placeholder; the words shown beside it have the emoji."""
    record = record_of(transfer(), "train", "v")
    assert record.fields["message"].startswith("□ kal राहुल")
    assert record.fields["tokens"]["words"][0]["text"] == "😀"


def test_spans_come_back_as_they_went() -> None:
    """The suggested spans of every row, read back, are the row's own."""
    for example in (transfer(), *demo().rows[:200]):
        found = {s.question: s.value for s in record_of(example, "train", "v").suggestions}
        back = spans_back(found.get("spans", []), example.input)
        assert [(s.start, s.end) for s in back] == sorted((s.start, s.end) for s in example.spans)
    with pytest.raises(ValueError, match="outside"):
        spans_back([{"label": "date", "start": 0, "end": 999}], "kal")


def test_every_slot_has_a_rule_in_two_languages_and_a_span_label() -> None:
    """No slot of any intent is without its rule; guidelines fit Argilla."""
    for name in intents():
        for path in leaf_kinds(name):
            head, _, rest = path.partition(".")
            english, hinglish = rule(name, f"{head}.0.{rest}" if rest else head)
            assert english
            assert hinglish
            assert path in span_labels()
    assert len(guidelines()) < 10_000
    with pytest.raises(KhichdiError, match="Shorten"):
        guidelines("x" * 10_000)


def test_a_key_changes_with_the_label() -> None:
    """id@sha8: the same row with another label is another record."""
    right, wrong = key_of(transfer()), key_of(transfer(wrong=True))
    assert right != wrong
    assert right.partition("@")[0] == wrong.partition("@")[0]


def test_planted_rows_are_surely_wrong_and_few() -> None:
    """About the share asked for; each contradicts its message, its truth is kept, and it is a record of its own."""
    found = plan(rows(1000), planted=0.1, blind=0.2)
    kinds = [s.kind for s in found.shown]
    assert 60 <= kinds.count("planted") <= 140
    assert 150 <= kinds.count("blind") <= 250
    originals = {r.example.id: r.example for r in rows(1000)}
    for s in found.shown:
        example = s.example
        if s.kind == "planted":
            assert reread(example.input, originals[example.id].spans, example.target, example.tags)
            assert s.truth
            assert example.target != originals[example.id].target
        else:
            assert example == originals[example.id]


def test_a_blind_row_has_no_suggestions_and_no_mark() -> None:
    """Nothing that an annotator sees tells planted from plain; a blind row lacks its suggestions and nothing else."""
    found = plan(rows(300), planted=0.2, blind=0.2)
    for shown, record in zip(found.shown, found.records(), strict=True):
        assert bool(record.suggestions) == (shown.kind != "blind")
        assert "planted" not in str(record)
    hidden = [p.name for p in main_task("x").metadata if p.hidden]
    assert hidden == ["suspicion"]


def test_a_plan_is_the_same_for_the_same_round(tmp_path: Path) -> None:
    """Written twice it is one file; another plan under the same name is refused; read back it is equal."""
    first, again = plan(rows(50), planted=0.2, name="r"), plan(rows(50), planted=0.2, name="r")
    write_plan(first, tmp_path)
    write_plan(again, tmp_path)
    assert read_plan(tmp_path) == first
    with pytest.raises(KhichdiError, match="another --round"):
        write_plan(plan(rows(51), planted=0.2, name="r"), tmp_path)
    with pytest.raises(KhichdiError, match="review push"):
        read_plan(tmp_path / "none")


def test_another_row_moves_no_other() -> None:
    """Whether a row is planted depends on round and row alone."""
    few = {s.key: s.kind for s in plan(rows(100), planted=0.2, blind=0.2, name="r").shown}
    many = {s.key: s.kind for s in plan(rows(200), planted=0.2, blind=0.2, name="r").shown}
    assert few.items() <= many.items()


@pytest.mark.parametrize("by", ["random", "stratified", "suspicious", "disagreement"])
def test_a_sample_is_of_the_rows_and_the_same_again(by: Any) -> None:
    """n rows at most, each once, by the seed alone."""
    every = rows(300)
    scores = {r.example.id: (n % 7) / 10 for n, r in enumerate(every)}
    found = sample(every, 40, by, "seed", scores, scores)
    assert found == sample(list(reversed(every)), 40, by, "seed", scores, scores)
    assert len({r.example.id for r in found}) == 40
    if by in ("suspicious", "disagreement"):
        assert all(scores[r.example.id] == 0.6 for r in found)
    if by == "stratified":
        assert {r.example.intent for r in found} == {r.example.intent for r in every}


def test_what_cannot_be_sampled_says_so() -> None:
    """No disagreement, no such way, no such name of a round."""
    with pytest.raises(KhichdiError, match="predictions"):
        sample(rows(5), 2, "disagreement", "s", {}, {})
    with pytest.raises(KhichdiError, match="random, stratified, suspicious, disagreement"):
        by_of("best")
    for bad in ("", "..", "a/b", "a b"):
        with pytest.raises(KhichdiError, match="letters, digits"):
            path_of_round(bad, Path("build"))


def test_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    """A folder's rows come back as the Examples they were; the blind tier and unknown splits are refused."""
    made = demo().rows[:40]
    write(made, [], tmp_path / "set", name="set", facts={})
    found = open_release(tmp_path / "set")
    assert rows_of(found) == [Row(e, "train") for e in made]
    assert (version_of(found), overlap_of(found)) == ("set", 2)
    for split in ("test_gold", "nothing"):
        with pytest.raises(KhichdiError, match=f"no split {split} to judge" + ("; it is blind" if split == "test_gold" else "; there are train")):
            rows_of(found, [split])


def test_pseudonyms_hide_names_and_keep_scripts_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """One name, one pseudonym under one key; another key, another; a program's is marked."""
    monkeypatch.setenv("KHICHDI_PSEUDONYM_KEY", "k1")
    mine = pseudonym("asha")
    assert mine == pseudonym("asha") != pseudonym("ravi")
    assert "asha" not in mine
    assert scripted(pseudonym("script-1"))
    assert not scripted(mine)
    monkeypatch.setenv("KHICHDI_PSEUDONYM_KEY", "k2")
    assert pseudonym("asha") != mine


def test_verdicts_are_three() -> None:
    """right, fix, reject."""
    assert list(VERDICTS) == ["right", "fix", "reject"]
    assert make_plan([], Head("r", "v", 1), {}).shown == ()


def test_the_overlap_comes_from_the_spec(tmp_path: Path) -> None:
    """A spec says how many people judge a row; nonsense is refused with what could stand there."""
    spec = tmp_path / "s.toml"
    text = (ROOT / "data" / "specs" / "v1.toml").read_text(encoding="utf-8")
    spec.write_text(f"overlap = 3\n{text}", encoding="utf-8")
    assert (read_spec(spec).overlap, read_spec(ROOT / "data" / "specs" / "v1.toml").overlap) == (3, 2)
    for bad in ("0", "true", '"two"'):
        spec.write_text(f"overlap = {bad}\n{text}", encoding="utf-8")
        with pytest.raises(KhichdiError, match="from 1 to 10"):
            read_spec(spec)
