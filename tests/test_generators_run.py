"""Laws of a run: exactly N, the same for any number of workers and any hash seed, prefixes hold, and what cannot be done is said."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from generators import run, schedule
from generators.commands import generate_run
from generators.run import check, make
from generators.spec import read_spec
from generators.write import root_of
from hinglish.errors import KhichdiError
from schemas.example import check_leaves
from schemas.reread import reread
from schemas.validate import errors
from tests.rows import MANY, ROOT, demo, demo_spec, planted_family

FEW = 300
# A run in a process of its own, in small blocks; spawned workers read this file again, so the block is small there too.
SCRIPT = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from generators import schedule
schedule.BLOCK = 256
if __name__ == "__main__":
    from generators.run import make
    from generators.spec import read_spec
    from generators.write import root_of
    made = make(read_spec(Path({str(ROOT / "data" / "specs" / "demo.toml")!r})).override(rows={FEW}), workers=int(sys.argv[1]))
    print(len(made.rows), root_of(made.rows), *[r.sha for r in made.rows])
"""


def test_exactly_n_rows_no_two_alike() -> None:
    """As many as were asked for, each text and id once."""
    rows = demo().rows
    assert len(rows) == MANY == len({r.input.casefold() for r in rows}) == len({r.id for r in rows})


def test_every_row_stands_by_its_checks() -> None:
    """What was accepted passes leaves, schema and re-reading when asked again."""
    for row in demo().rows[::7]:
        assert row.utterance is not None
        check_leaves(row.utterance, row.target)
        assert errors(row.target) == []
        assert reread(row.input, row.spans, row.target, row.tags) == []
        assert check(row) is None


@pytest.mark.parametrize(("change", "reason"), [({"target": {}}, "leaves"), ({"spans": ()}, "reread"), ({"tags": ("noslot",)}, "reread")])
def test_a_row_that_fails_a_check_is_rejected_with_its_reason(change: dict[str, object], reason: str) -> None:
    """The kind of the reason, the sentence and the family stand in the rejection."""
    import msgspec

    row = next(r for r in demo().rows if r.intent == "transfer_money" and r.target["recipient"] and not r.tags)
    if "target" in change:
        change = {"target": row.target | {"recipient": "कोई"}}
    found = check(msgspec.structs.replace(row, **change))
    assert found is not None
    assert (found.reason, found.template, found.input) == (reason, row.provenance["template"], row.input)
    assert found.detail


def test_a_row_of_a_wrong_type_is_rejected_by_its_schema() -> None:
    """A string where a number belongs."""
    import msgspec

    row = next(r for r in demo().rows if r.intent == "transfer_money" and r.target["amount"])
    found = check(msgspec.structs.replace(row, target=row.target | {"amount": "500"}))
    assert found is not None
    assert found.reason == "schema"


def test_a_smaller_set_is_a_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    """300 rows are the first 300 of 4,000, whatever the size of a block."""
    monkeypatch.setattr(schedule, "BLOCK", 200)
    told: list[int] = []
    few = make(demo_spec().override(rows=FEW), on_row=told.append)
    assert few.rows == demo().rows[:FEW]
    assert told == sorted(told)
    assert told[-1] == FEW


def test_another_seed_is_another_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other texts, other ids."""
    monkeypatch.setattr(schedule, "BLOCK", 100)
    other = make(demo_spec().override(rows=50, seed=7))
    assert not {r.id for r in other.rows} & {r.id for r in demo().rows}
    assert len({r.input for r in other.rows} & {r.input for r in demo().rows}) < 25


@pytest.mark.parametrize(("hashseed", "workers"), [("0", "1"), ("1", "2")])
def test_workers_and_hash_seed_change_nothing(tmp_path: Path, hashseed: str, workers: str) -> None:
    """One process or two, hash seed 0 or 1: the same rows in the same order, the same root, as in this process."""
    script = tmp_path / "small.py"
    script.write_text(SCRIPT, encoding="utf-8")
    env = {**os.environ, "PYTHONHASHSEED": hashseed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, str(script), workers], capture_output=True, text=True, check=True, cwd=tmp_path, env=env)  # noqa: S603  # our own code
    here = demo().rows[:FEW]
    assert done.stdout.split() == [str(FEW), root_of(here), *[r.sha for r in here]]


def test_too_few_rows_are_an_error_with_the_rejections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A family that can say one thing gives no fifty rows: counts and way out are named, and nothing is written."""
    monkeypatch.setattr(schedule, "BLOCK", 64)
    monkeypatch.setattr(run, "families", lambda: (planted_family("none", "हाँ जी", name="one-thing"),))
    out = tmp_path / "out"
    with pytest.raises(KhichdiError, match=r"demo: \d+ of 50 rows, then no new one; rejected: \{'duplicate': \d+\}; add families or words"):
        generate_run(ROOT / "data" / "specs" / "demo.toml", rows=50, seed=None, workers=1, out=out, sample=0, json=True)
    assert list(tmp_path.iterdir()) == []


def test_families_of_no_weight_are_an_error_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A spec that leaves every family out stops, and does not search for ever."""
    monkeypatch.setattr(schedule, "BLOCK", 64)
    with pytest.raises(KhichdiError, match="0 of 1000 rows"):
        make(demo_spec(), ids=frozenset())


GOOD = 'name = "x"\nseed = 1\nrows = 10\n[scripts]\nroman = 0.5\nmixed = 0.3\ndevanagari = 0.2\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD.replace("rows = 10", "rowz = 10"), r"unknown key rowz; a spec has .*rows"),
        (GOOD.replace("seed = 1\n", ""), r"seed = None; a whole number"),
        (GOOD.replace("rows = 10\n", ""), r"rows = None; a whole number of at least 1"),
        (GOOD.replace('name = "x"\n', ""), "name is missing; a spec has a name"),
        (GOOD.replace('"x"', "5"), "name = 5; "),
        (GOOD.replace("seed = 1", 'seed = "one"'), r"seed = 'one'; a whole number"),
        (GOOD.replace("seed = 1", "seed = true"), r"seed = True; a whole number"),
        (GOOD.replace("seed = 1", "seed = -1"), r"seed = -1; a whole number"),
        (GOOD.replace("rows = 10", "rows = 0"), r"rows = 0; a whole number of at least 1"),
        (GOOD.replace("rows = 10", "rows = 1.5"), r"rows = 1\.5; a whole number"),
        (GOOD.replace("0.5", "1.5"), r"\[scripts\] roman = 1\.5; a share is a number from 0 to 1"),
        (GOOD.replace("0.5", "nan"), r"\[scripts\] roman = nan; a share is a number from 0 to 1"),
        (GOOD.replace("0.5", '"half"'), r"\[scripts\] roman = 'half'; a share"),
        (GOOD.replace("0.5", "0.4"), r"\[scripts\] must give roman, mixed and devanagari shares that sum to 1, here 0\.9"),
        (GOOD.replace("mixed", "latin"), r'\[scripts\] has "latin"; known: roman, mixed, devanagari'),
        (GOOD + "[intents]\npay_bil = 0.1\n", r'\[intents\] has "pay_bil"; known: .*pay_bill'),
        (GOOD + "[intents]\npay_bill = 0.8\nnone = 0.8\n", r"\[intents\] sum to 1\.6; at most 1"),
        (GOOD + "[tags]\ncorected = 0.1\n", r'\[tags\] has "corected"; known: corrected'),
        ("tags = 3\n" + GOOD, r"\[tags\] is a table of shares"),
        ("name = \n", r"x\.toml: .*line 1"),
    ],
)
def test_a_malformed_spec_names_file_key_value_and_way_out(tmp_path: Path, text: str, says: str) -> None:
    """Nothing is made and nothing written."""
    path, out = tmp_path / "x.toml", tmp_path / "out"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KhichdiError, match=says) as caught:
        generate_run(path, rows=None, seed=None, workers=1, out=out, sample=0, json=True)
    assert str(path) in str(caught.value)
    assert not out.exists()


def test_a_good_spec_reads_as_written(tmp_path: Path) -> None:
    """The planted faults above are the only thing wrong with it; what the command line says goes before."""
    path = tmp_path / "x.toml"
    path.write_text(GOOD, encoding="utf-8")
    spec = read_spec(path)
    assert (spec.name, spec.seed, spec.rows, dict(spec.scripts)) == ("x", 1, 10, {"roman": 0.5, "mixed": 0.3, "devanagari": 0.2})
    assert spec.override(rows=3, seed=9) == replace(spec, rows=3, seed=9)
    assert spec.override() == spec


def test_an_absent_spec_names_those_that_exist() -> None:
    """A typing error is mended at once."""
    with pytest.raises(KhichdiError, match=r"demoo\.toml: no such spec; specs here: .*demo\.toml"):
        read_spec(ROOT / "data" / "specs" / "demoo.toml")
