"""Decisions of a round: read strictly, applied with lineage, stale ones listed, bad templates blocked until their own lines change."""

from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from curation.decisions import Decision, apply, blocked_templates, family_hash, joined, read_round, read_rounds, round_facts, template_rates
from curation.suspects import by_template, disputed, read_predictions, suspects
from generators.family import families
from generators.show import why
from hinglish.errors import KhichdiError
from schemas.canonical import encode
from schemas.example import Example, check_leaves
from schemas.row import row_of
from tests.review_rows import transfer
from tests.rows import demo

WRONG, RIGHT = transfer(wrong=True), transfer()


def decision(row: Example, verdict: Any, target: dict[str, Any] | None = None, **more: Any) -> Decision:
    """A settled judgement of a row."""
    said = None if target is None else encode(target).decode()
    made: dict[str, Any] = {"annotators": ("annotator-1", "annotator-2"), "time": "2026-12-01T00:00:00", "how": "majority", "round": "r1"}
    return Decision(row.id, row.sha, verdict, said, **(made | more))


def written(tmp: Path, *decisions: Decision, name: str = "r1") -> Path:
    """A round on disk."""
    (tmp / name).mkdir(parents=True)
    lines = [msgspec.json.encode(replace(d, round="")) + b"\n" for d in decisions]
    (tmp / name / "settled.jsonl").write_bytes(b"".join(lines))
    return tmp / name / "settled.jsonl"


def test_a_fix_replaces_the_label_with_its_lineage() -> None:
    """Same id, another sha, origin fixed; provenance says round and what stood there before; tokens point at the new label."""
    out, report = apply([WRONG], [decision(WRONG, "fix", RIGHT.target)])
    row = out[0]
    assert (row.id, row.origin, row.target) == (WRONG.id, "fixed", RIGHT.target)
    assert row.sha != WRONG.sha
    assert row.provenance["decisions"][0] == {
        "round": "r1", "before": encode(WRONG.target).decode(), "sha": WRONG.sha, "annotators": ["annotator-1", "annotator-2"], "how": "majority",
    }  # fmt: skip
    assert row.utterance is not None
    check_leaves(row.utterance, row.target)
    assert ([d.id for d in report.fixed], report.stale, report.refused, report.warnings) == ([WRONG.id], (), (), ())


def test_a_fixed_row_without_tokens_keeps_spans_of_its_own() -> None:
    """A row that cannot be realigned has no utterance and the spans that grounding found."""
    bare = replace(WRONG, utterance=None)
    out, _ = apply([bare], [decision(bare, "fix", RIGHT.target)])
    assert out[0].utterance is None
    assert {s.path for s in out[0].spans} == {"amount", "date", "recipient", "via"}


def test_a_reject_goes_and_a_right_stays() -> None:
    """In the order of the rows."""
    a, b, c = demo().rows[:3]
    out, report = apply([a, b, c], [decision(b, "reject"), decision(c, "right")])
    assert out == [a, c]
    assert [[d.id for d in done] for done in (report.rejected, report.confirmed)] == [[b.id], [c.id]]


def test_a_stale_decision_is_listed_and_not_applied() -> None:
    """The content changed since: the row stays as it is; a row that is not there is listed as absent."""
    old = replace(decision(WRONG, "reject"), sha="0" * 64)
    out, report = apply([WRONG], [old, replace(decision(RIGHT, "reject"), id="gone")])
    assert out == [WRONG]
    assert report.stale == (old,)
    assert [d.id for d in report.absent] == ["gone"]


def test_a_later_round_sees_what_an_earlier_one_left() -> None:
    """A decision on the fixed row follows the fix; the same decision twice is stale the second time."""
    first = decision(WRONG, "fix", RIGHT.target)
    fixed = apply([WRONG], [first])[0][0]
    out, report = apply([WRONG], [first, decision(fixed, "reject", round="r2")])
    assert out == []
    assert report.stale == ()
    assert apply([WRONG], [first, first])[1].stale == (first,)


@pytest.mark.parametrize("target", [{**RIGHT.target, "amount": 900}, {**RIGHT.target, "date": "kal"}, {"intent": "transfer_money"}])
def test_an_invalid_fix_never_enters_a_release(target: dict[str, Any]) -> None:
    """Not said, in the wrong script, or off its schema: refused with the reason, the row as it was."""
    out, report = apply([WRONG], [decision(WRONG, "fix", target)])
    assert out == [WRONG]
    assert report.fixed == ()
    assert report.refused[0].why


def test_a_disagreeing_reader_is_a_warning() -> None:
    """A fix that leaves a number of the message unexplained is applied, and the card is told."""
    out, report = apply([RIGHT], [decision(RIGHT, "fix", {**RIGHT.target, "amount": None})])
    assert out[0].target["amount"] is None
    assert report.warnings[0][0] == RIGHT.id


def test_a_label_left_empty_is_tagged() -> None:
    """noslot follows the label."""
    empty = {k: v if k == "intent" else None for k, v in RIGHT.target.items()}
    assert apply([RIGHT], [decision(RIGHT, "fix", empty)])[0][0].tags == ("noslot",)


def test_a_round_reads_back_as_it_was_written(tmp_path: Path) -> None:
    """With the folder's name as its round, in the order of the spec."""
    written(tmp_path, decision(WRONG, "fix", RIGHT.target))
    written(tmp_path, decision(RIGHT, "reject"), name="r2")
    assert read_round("r1", tmp_path) == [decision(WRONG, "fix", RIGHT.target)]
    assert [d.round for d in read_rounds(["r2", "r1"], tmp_path)] == ["r2", "r1"]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ((b'"fix"', b'"mend"'), r"settled.jsonl:1: no decision"),
        ((b'"fix"', b'"right"'), r"settled.jsonl:1: verdict right with"),
        ((b'"how"', b'"why"'), r"no decision"),
        ((b"700", b"true"), r"does not hold"),
        ((b'"amount\\":700', b'"amount\\":700.0'), r"not canonical"),
        ((b"}\n", b"\n"), r"settled.jsonl:1"),
        ((b'"round":""', b'"round":"x"'), r"round of its own"),
    ],
)
def test_a_spoilt_line_is_named(tmp_path: Path, spoil: tuple[bytes, bytes], says: str) -> None:
    """File, line, value and the way out; nothing of a spoilt round is used."""
    path = written(tmp_path, decision(WRONG, "fix", RIGHT.target))
    data = path.read_bytes()
    assert spoil[0] in data
    path.write_bytes(data.replace(*spoil))
    with pytest.raises(KhichdiError, match=says):
        read_round("r1", tmp_path)


def test_a_row_decided_twice_and_a_missing_round_are_named(tmp_path: Path) -> None:
    """Two decisions on one content, a round that is not there."""
    written(tmp_path, decision(WRONG, "reject"), decision(WRONG, "right"))
    with pytest.raises(KhichdiError, match=r":2: row hand0000 is decided twice"):
        read_round("r1", tmp_path)
    with pytest.raises(KhichdiError, match="rounds here: r1"):
        read_round("r9", tmp_path)
    with pytest.raises(KhichdiError, match=r"round.json"):
        round_facts("r1", tmp_path)


def test_parts_done_apart_report_as_the_whole() -> None:
    """Applying to the two halves of a set and joining the reports is applying to the set, in any split; only the order within a list may differ."""
    a, b, c = demo().rows[:3]
    decisions = [decision(a, "reject"), decision(c, "right"), replace(decision(b, "reject"), sha="0" * 64), replace(decision(b, "right"), id="gone")]
    whole = apply([a, b, c], decisions)[1]
    for cut in range(4):
        parts = [apply(part, decisions)[1] for part in ([a, b, c][:cut], [a, b, c][cut:])]
        assert joined(parts) == whole
    assert joined([]).fixed == ()


def judged(family: Any, bad: int, good: int) -> list[Decision]:
    """Decisions on one template's rows."""
    known = {"template": family.id, "family": family_hash(family)}
    return [replace(decision(WRONG, "reject" if n < bad else "right", **known), id=f"row{n}") for n in range(bad + good)]


RATES = [(9, 0, False), (10, 0, True), (3, 7, True), (2, 8, False), (1, 9, False), (20, 80, True), (15, 85, False)]


@pytest.mark.parametrize(("bad", "good", "blocked"), RATES)
def test_a_template_is_blocked_by_the_lower_end_of_its_rate(bad: int, good: int, blocked: bool) -> None:
    """Wilson's lower end over a tenth, from ten decisions on: 3 of 10 (.108) blocks, 2 of 10 (.057) and 15 of 100 (.093) do not."""
    family = families()[0]
    assert [b.template for b in blocked_templates(judged(family, bad, good))] == ([family.id] if blocked else [])


def test_a_blocked_template_is_free_when_its_own_lines_change() -> None:
    """Another text, tag or register: earlier judgements no longer speak of it; another family's change frees nothing."""
    family, other = families()[:2]
    decisions = judged(family, 10, 0)
    assert blocked_templates(decisions, [family, changed(other, text=other.text + " जी")])
    assert not blocked_templates(decisions, [changed(family, text=family.text + " जी"), other])
    assert template_rates(decisions, {family.id: family})[family.id].n == 10
    assert family.place in blocked_templates(decisions, [family])[0].place


def test_suspects_put_the_doubtful_first(tmp_path: Path) -> None:
    """A model that says otherwise, a re-reading that does, and a template that people corrected each lift a row, with file and line."""
    rows = list(demo().rows[:50])
    quiet = suspects(rows, {}, [])
    assert {s.score for s in quiet} == {0.0}
    path = tmp_path / "answers.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode({"id": r.id, "target": {"intent": "none"} if n == 7 else r.target}) + b"\n" for n, r in enumerate(rows)))
    assert suspects(rows, read_predictions(path), [])[0].id == rows[7].id
    family = next(f for f in families() if f.id == rows[3].provenance["template"])
    found = suspects(rows, {}, judged(family, 10, 0))
    assert {r.id for r in rows if r.provenance["template"] == family.id} == {s.id for s in found if s.score > 0}
    assert found[0].place == family.place
    assert by_template(rows, found, judged(family, 10, 0))[0].template == family.id
    differ = disputed(rows, read_predictions(path), [replace(decision(rows[9], "right"), how="adjudicator")])
    assert {i for i, d in differ.items() if d} == {rows[7].id, rows[9].id}
    spoilt = [replace(rows[0], target=WRONG.target), *rows[1:]]
    assert "re-reading" in suspects(spoilt, {}, [])[0].why
    path.write_bytes(b"{}\n")
    with pytest.raises(KhichdiError, match=r"answers.jsonl:1"):
        read_predictions(path)


def test_why_tells_of_a_decision() -> None:
    """A fixed row says which round changed its label, who settled it and what stood there before."""
    out, _ = apply([WRONG], [decision(WRONG, "fix", RIGHT.target)])
    lines = why(msgspec.to_builtins(row_of(out[0])))
    assert any("decision of round r1 (majority, by annotator-1, annotator-2)" in line and "7000" in line for line in lines)
    assert not any("decision" in line for line in why(msgspec.to_builtins(row_of(RIGHT))))
