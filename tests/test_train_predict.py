"""Laws of predictions: one file a tier and stage, in order, resumed without a byte lost, every attempt kept, stages never mixed."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hinglish.errors import KhichdiError
from tests.tiny_train import NEEDS_EXTRA, made_rows, release_folder, tiny_base
from train import predict as module
from train.adapter import Predictor, load_predictor
from train.grammar import Engine
from train.parity import parity
from train.predict import Setting, fault, predict
from train.predict_commands import predict as app
from train.rows import open_messages, open_release
from train.schema_prompt import chosen, schema_turns, signatures
from train.shards import in_shards, read_lines, write_lines

pytestmark = NEEDS_EXTRA
SMALL = Setting(most=12, batch=4, shard=8)


def predictor() -> Predictor:
    """The bare tiny base."""
    return load_predictor(None, str(tiny_base()), weights="fp32", cpu=True)


def run(out: Path, setting: Setting = SMALL, rows: int = 20) -> list[dict[str, Any]]:
    """Predict some train rows (the made set has no tiers) and read them back."""
    return read_lines(predict(predictor(), open_release(release_folder()), "train", setting, out, rows=rows))


def timeless(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without what a clock decides."""
    return [{k: v for k, v in line.items() if k != "seconds"} for line in lines]


def test_a_line_a_row_in_the_tiers_order(tmp_path: Path) -> None:
    """Ids and shas are the release's, in its order, though work went by length; beside it stands what ran."""
    lines = run(tmp_path)
    assert [(line["id"], line["sha"]) for line in lines] == [(r.id, r.sha) for r in made_rows()[:20]]
    assert {(line["tier"], line["stage"]) for line in lines} == {("train", "first")}
    about = json.loads((tmp_path / "train.first.json").read_text(encoding="utf-8"))
    assert about["rows"] == 20
    assert about["tokens"] == sum(line["tokens"] for line in lines)
    assert not list(tmp_path.glob(".train*"))


def test_a_killed_prediction_goes_on_and_keeps_what_was_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in the second shard: the first keeps its bytes, and the whole is what an undisturbed run gives."""
    work = module._shard
    calls = []

    def dying(*args: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return work(*args)

    with monkeypatch.context() as patch:
        patch.setattr(module, "_shard", dying)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "a")
    kept = (tmp_path / "a" / ".train.first" / "00000.jsonl").read_bytes()
    assert not (tmp_path / "a" / "train.first.jsonl").exists()
    lines = run(tmp_path / "a")
    first = [json.loads(line) for line in kept.decode().splitlines()]
    assert all(line in lines for line in first)
    assert timeless(lines) == timeless(run(tmp_path / "b"))


def test_half_done_work_of_another_kind_is_refused(tmp_path: Path) -> None:
    """Shards and finished files belong to one setting: another one is named and refused, the same one is not run again."""
    run(tmp_path)
    before = (tmp_path / "train.first.jsonl").read_bytes()
    run(tmp_path)
    assert (tmp_path / "train.first.jsonl").read_bytes() == before
    with pytest.raises(KhichdiError, match="another most"):
        run(tmp_path, SMALL._replace(most=5))
    in_shards(4, 2, tmp_path / "s", {"most": 1}, lambda numbers: [{"n": n} for n in numbers], lambda n: None)
    with pytest.raises(KhichdiError, match="another most"):
        in_shards(4, 2, tmp_path / "s", {"most": 2}, lambda numbers: [], lambda n: None)


def test_retry_draws_only_faulty_rows_and_keeps_every_attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A valid first answer is taken over untouched; a faulty one is drawn up to three times until one is valid; all are kept, the last counts."""
    lines = run(tmp_path)
    lines[3]["output"] = '{"intent":"none"}'
    write_lines(lines, tmp_path / "train.first.jsonl")
    again = run(tmp_path, SMALL._replace(stage="retry"))
    assert again[3]["output"] == lines[3]["output"]
    assert again[3]["attempts"] == [lines[3]["output"]]
    for before, after in zip(lines, again, strict=True):
        assert after["stage"] == "retry"
        if before is not lines[3]:
            assert [f is None for f in after["faults"]] == [False] * 4
            assert len(after["attempts"]) == 4
            assert after["attempts"][0] == before["output"]
            assert after["attempts"][-1] == after["output"]
            assert after["tokens"] > before["tokens"]
    assert read_lines(tmp_path / "train.first.jsonl") == lines
    monkeypatch.setattr(module, "fault", lambda text: None if text != lines[0]["output"] else "planted")
    (tmp_path / "train.retry.jsonl").unlink()
    drawn = run(tmp_path, SMALL._replace(stage="retry"))[0]
    assert len(drawn["attempts"]) == 2
    assert drawn["output"] == drawn["attempts"][1] != lines[0]["output"]
    assert drawn["faults"] == ["planted", None]


def test_retry_needs_a_first_stage(tmp_path: Path) -> None:
    """There is nothing to try again before a first answer, nor for rows that the first stage did not have."""
    with pytest.raises(KhichdiError, match=r"train\.first\.jsonl: no such predictions"):
        run(tmp_path, SMALL._replace(stage="retry"))
    run(tmp_path, rows=8)
    with pytest.raises(KhichdiError, match="lacks row"):
        run(tmp_path, SMALL._replace(stage="retry"), rows=12)


def test_the_grammar_is_a_stage_of_its_own(tmp_path: Path) -> None:
    """Constrained answers lie beside the first ones and change nothing in them."""
    before = run(tmp_path, SMALL._replace(most=200), rows=8)
    bound = run(tmp_path, SMALL._replace(stage="constrained", most=200), rows=8)
    assert {line["stage"] for line in bound} == {"constrained"}
    assert sum(fault(line["output"]) is None for line in bound) > sum(fault(line["output"]) is None for line in before) == 0
    assert read_lines(tmp_path / "train.first.jsonl") == before


def test_what_the_grammar_takes_as_it_is_is_not_decoded_again(tmp_path: Path) -> None:
    """A first answer that the grammar takes is the constrained one too; one it refuses, one that was cut off, and any of another model are decoded anew."""
    setting = SMALL._replace(most=200)
    plain = run(tmp_path / "plain", setting._replace(stage="constrained"), rows=8)
    lines = run(tmp_path / "with", setting, rows=8)
    lines[2]["output"], lines[2]["tokens"] = made_rows()[2].target, 9  # what a better model would have said
    lines[3]["output"], lines[3]["tokens"] = made_rows()[3].target, 200  # at the cap: whether it ended there is not known
    lines[4]["output"], lines[4]["tokens"] = '{"intent": "none"}', 9
    write_lines(lines, tmp_path / "with" / "train.first.jsonl")
    bound = run(tmp_path / "with", setting._replace(stage="constrained"), rows=8)
    assert bound[2] == {**lines[2], "stage": "constrained"}
    assert timeless(bound[:2] + bound[3:]) == timeless(plain[:2] + plain[3:])
    about = tmp_path / "with" / "train.first.json"
    about.write_text(about.read_text(encoding="utf-8").replace('"most": 200', '"most": 199'), encoding="utf-8")
    (tmp_path / "with" / "train.constrained.jsonl").unlink()
    assert timeless(run(tmp_path / "with", setting._replace(stage="constrained"), rows=8)) == timeless(plain)


def test_an_answer_that_the_grammar_takes_is_what_it_decodes(tmp_path: Path) -> None:
    """The law behind it: a model's own answer under the grammar, put in the place of its first one, is decoded to itself."""
    setting = SMALL._replace(most=200, stage="constrained")
    plain = [line for line in run(tmp_path, setting, rows=12) if line["tokens"] < 200]
    engine = Engine(predictor().tokenizer, predictor().model.config.vocab_size)
    assert len(plain) > 5
    assert all(engine.takes(line["output"]) for line in plain)
    assert not any(engine.takes(line["output"][:-1]) for line in plain)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"intent":"none"}', None),
        ('{"intent":"none"} and more', "character 18"),
        ('{"intent":"nothing"}', "nothing"),
        ('{"intent":"set_alarm","time":"7 बजे"}', "required"),
        ("", "character 0"),
    ],
)
def test_a_fault_says_why(text: str, said: str | None) -> None:
    """Valid is strict JSON under its intent's schema; anything else says what is wrong."""
    found = fault(text)
    assert found is None if said is None else said in str(found)


def test_parity_counts_targets_and_texts(tmp_path: Path) -> None:
    """The same file is equal; one changed value is one difference of target; spaces are one of text; other rows are refused."""
    lines = run(tmp_path, rows=8)
    for line in lines:
        line["output"] = '{"intent":"none"}'
    write_lines(lines, tmp_path / "a.jsonl")
    assert parity(tmp_path / "a.jsonl", tmp_path / "a.jsonl").same_target.value == 1
    other = [{**line} for line in lines]
    other[0]["output"] = '{"intent":"check_balance","bank":null,"account_type":null}'
    other[1]["output"] = '{"intent": "none"}'
    write_lines(other, tmp_path / "b.jsonl")
    found = parity(tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    assert (found.same_text.value, found.same_target.value, found.differ) == (6 / 8, 7 / 8, [lines[0]["id"]])
    write_lines(other[1:], tmp_path / "c.jsonl")
    with pytest.raises(KhichdiError, match="1 rows stand in only one"):
        parity(tmp_path / "a.jsonl", tmp_path / "c.jsonl")


def test_the_baselines_prompt_names_every_intent_and_shows_three(tmp_path: Path) -> None:
    """Schema and three examples of three intents of train; all but the message is the same for every row."""
    examples = chosen(made_rows())
    assert len({e.intent for e in examples}) == 3
    one, two = (schema_turns(m, examples) for m in ("kal", "aaj"))
    assert one[0] == two[0] != schema_turns("kal", examples[:1])[0]
    assert all(e.target in one[0]["content"] for e in examples)
    assert signatures().count("\n") == 18
    assert "items: [{name: text, quantity: quantity, unit: text}]" in signatures()
    lines = run(tmp_path, SMALL._replace(prompt="schema"), rows=4)
    assert len(lines) == 4


def test_messages_without_labels_are_predicted_as_a_tier_is(tmp_path: Path) -> None:
    """A file of ids, shas and inputs gives the answers that the same rows of a release give; a line that is no message is named."""
    file = tmp_path / "asked.jsonl"
    write_lines([{"id": r.id, "sha": r.sha, "tier": "other", "input": r.input} for r in made_rows()[:6]], file)
    told = ["run", "--base", str(tiny_base()), "--messages", str(file), "--most", "12", "--cpu", "--out", str(tmp_path / "out"), "--json"]
    done = CliRunner().invoke(app, told)
    assert done.exit_code == 0, done.output
    made = read_lines(tmp_path / "out" / "other.first.jsonl")
    assert [(m["id"], m["tier"], m["output"]) for m in made] == [(m["id"], "other", m["output"]) for m in run(tmp_path / "plain", rows=6)]
    file.write_text('{"id": "1", "sha": "2", "input": "kal"}\n', encoding="utf-8")
    with pytest.raises(KhichdiError, match=r"asked\.jsonl:1: a message is an object with id, sha, tier and input"):
        open_messages(file)
    file.write_text("", encoding="utf-8")
    with pytest.raises(KhichdiError, match="no messages in it"):
        open_messages(file)


def test_the_commands_run_and_compare(tmp_path: Path) -> None:
    """`predict run` on a bare base, then `predict parity` of the file with itself."""
    told = ["run", "--base", str(tiny_base()), "--release", str(release_folder()), "--tier", "train", "--rows", "4", "--most", "8", "--cpu"]
    done = CliRunner().invoke(app, [*told, "--out", str(tmp_path), "--json"])
    assert done.exit_code == 0, done.output
    file, whole = json.loads(done.stdout.strip().splitlines()[-1])
    assert Path(whole).read_bytes() == Path(file).read_bytes()
    same = CliRunner().invoke(app, ["parity", file, file])
    assert "same target: 4 of 4" in same.output
    assert isinstance(CliRunner().invoke(app, told).exception, KhichdiError)
    assert isinstance(CliRunner().invoke(app, [*told, "--out", str(tmp_path), "--stage", "second"]).exception, KhichdiError)
