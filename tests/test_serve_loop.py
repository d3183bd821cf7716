"""Laws of the loop: equal budgets, nothing known that a server does not know, gone on with to the same bytes; and the whole of it on a tiny model."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path

import msgspec
import pytest

from curation.hub_check import sha256_of
from curation.tiers import TIERS, stream
from generators.spec import read_spec
from generators.write import write
from hinglish.errors import KhichdiError
from schemas.canonical import encode
from schemas.prediction import Prediction, write_predictions
from schemas.row import example_of
from serve.loop import failed, play, queued, seed_of, traffic
from serve.loop_config import Loop, read_loop
from serve.loop_report import over_seeds, report
from tests.tiny_train import NEEDS_EXTRA, tiny_base

LOOP = Loop("t", "base", seeds=(1, 2), rounds=2, traffic=24, rows=8, evaluate=12)


class Parrot:
    """A model that answers every third message right, and "trains" by writing down what it was shown."""

    def __init__(self) -> None:
        self.taught: dict[str, int] = {}
        self.asked: list[str] = []

    def answers(self, adapter: str, rows: Path, out: Path) -> dict[str, str]:
        """Right, of another intent, or no JSON, by the row's id."""
        from curation.opened import open_release

        file = out / "train.first.jsonl"
        self.asked.append(adapter)
        found = [example_of(r) for r in open_release(rows).rows("train")]
        said = {e.id: (encode(e.target).decode(), "kya?", '{"intent":"check_balance","bank":"HDFC","account_type":null}')[int(e.id[-1], 16) % 3] for e in found}
        write_predictions([Prediction(e.id, e.sha, "train", "first", said[e.id]) for e in found], file)
        return said

    def train(self, before: str, rows: Path, out: Path, seed: int) -> Path:
        """Remember how many rows a folder was shown."""
        from curation.opened import open_release

        self.taught[out.name] = len(list(open_release(rows).rows("train")))
        (out / "adapter").mkdir(parents=True, exist_ok=True)
        return out / "adapter"


def silent(text: str) -> None:
    """Nothing is said."""


def played(place: Path, loop: Loop = LOOP) -> Parrot:
    """The loop with the parrot."""
    model = Parrot()
    assert play(loop, place, model, silent)
    return model


def lines(place: Path) -> list[dict[str, object]]:
    """Every line of the audit."""
    return [msgspec.json.decode(line) for path in sorted(place.glob("s*/audit.jsonl")) for line in path.read_bytes().splitlines()]


def test_both_arms_have_the_same_budget(tmp_path: Path) -> None:
    """In each round of each seed as many rows are chosen at random as failures were, never more than the loop allows."""
    played(tmp_path)
    found = lines(tmp_path)
    for seed in LOOP.seeds:
        for number in (1, 2):
            chosen = {arm: sum(x["seed"] == seed and x["round"] == number and x["arm"] == arm for x in found) for arm in ("failures", "random")}
            assert 0 < chosen["failures"] == chosen["random"] <= LOOP.rows


def test_each_round_goes_on_from_the_last_adapter_of_its_arm(tmp_path: Path) -> None:
    """The second round's traffic is answered by the first round's adapter; random rows need no answers at all."""
    model = played(tmp_path, replace(LOOP, seeds=(1,)))
    assert [Path(a).parent.name for a in model.asked] == ["", "", "s1-failures-1", "s1-failures-2", "s1-random-2"]


def test_only_failures_are_chosen_as_failures_and_an_answer_is_judged_without_its_label(tmp_path: Path) -> None:
    """A right answer is never chosen as a failure; a valid answer that its message says is none, whatever the label."""
    rows = traffic(read_spec(Path(LOOP.spec)), seed_of(LOOP, 1, 1), 20)
    assert queued(LOOP, 1, rows, {r.id: encode(r.target).decode() for r in rows}) == []
    assert failed("HDFC ka balance batao", '{"intent":"check_balance","bank":"HDFC","account_type":null}') is None
    assert failed("kal milte hain", '{"intent":"check_balance","bank":"HDFC","account_type":null}') == ("ungrounded", ["bank"])
    assert failed("kal milte hain", "{") == ("invalid", [])


def test_what_is_trained_on_is_redacted_and_labelled_as_its_message(tmp_path: Path) -> None:
    """Rows of both arms hold only redacted text, and the re-reader still finds nearly every label in it."""
    from curation.ground import ground
    from curation.opened import open_release

    played(tmp_path)
    taught = [example_of(r) for path in sorted(tmp_path.glob("s*/set")) for r in open_release(path).rows("train")]
    pool = {example_of(r).input for path in sorted(tmp_path.glob("s*-traffic-*")) for r in open_release(path).rows("train")}
    assert len(taught) > 40
    changed = [e for e in taught if e.input not in pool]
    assert len(changed) > len(taught) / 4
    assert sum(not ground(e.input, e.target)[1] for e in taught) >= 0.9 * len(taught)


def test_a_stopped_loop_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    """A loop whose time is up after each round writes, by and by, what one that was never stopped writes; but for the ids of responses."""
    played(tmp_path / "whole")
    for rounds in range(1, 4):
        ticks = chain([0.0] * (1 + rounds), repeat(1e9))
        assert not play(LOOP, tmp_path / "parts", Parrot(), silent, clock=ticks.__next__)
    played(tmp_path / "parts")
    sides = (tmp_path / "whole", tmp_path / "parts")
    files = [{p.relative_to(side).as_posix(): p for p in side.rglob("*") if p.is_file() and p.name != "events.jsonl"} for side in sides]
    whole, parts = ({name: sha256_of(path) for name, path in found.items()} for found in files)
    assert whole == parts


def test_traffic_comes_from_no_tier_of_a_release() -> None:
    """Every stretch of traffic has a seed that no tier draws from, and no text stands twice."""
    spec = read_spec(Path(LOOP.spec))
    seeds = {seed_of(LOOP, *what) for what in (("measure",), (1, 1), (1, 2), (2, 1))}
    assert len(seeds) == 4
    assert not seeds & {stream(spec, tier) for tier in TIERS}
    rows = traffic(spec, seed_of(LOOP, 1, 1), 30, frozenset({"x"}))
    assert len({r.input for r in rows}) == 30
    assert not {r.id for r in rows} & {r.id for r in traffic(spec, seed_of(LOOP, 1, 2), 30)}


@pytest.mark.parametrize("values", [[0.1, 0.1, 0.1], [0.0, 0.1, 0.2], [-0.2, 0.0, 0.1]])
def test_the_interval_over_seeds_holds_the_mean(values: Sequence[float]) -> None:
    """Mean inside its interval, a wider spread a wider interval, and one seed proves nothing."""
    middle, low, high = over_seeds(values)
    assert low <= middle <= high
    assert over_seeds(values[:1])[1:] == (-1.0, 1.0)


def test_a_loops_file_is_read_strictly(tmp_path: Path) -> None:
    """An unknown key, a wrong kind, and a budget past what people can judge stop before anything loads."""
    for text, said in (("rowz = 3", "unknown key rowz"), ("rows = 101", "from 1 to 100"), ("rows = true", "rows = True"), ("seeds = []", "at least one")):
        (tmp_path / "x.toml").write_text(f'name = "x"\nbase = "b"\n{text}\n')
        with pytest.raises(KhichdiError, match=said):
            read_loop(tmp_path / "x.toml")
    assert read_loop(Path(__file__).resolve().parent.parent / "data" / "loops" / "gemma.toml").rows == 100


@NEEDS_EXTRA
def test_the_whole_loop_runs_on_a_tiny_random_model(tmp_path: Path) -> None:
    """Answers, failures, review, decisions, training that goes on from an adapter, and the report, in seconds. The figures mean nothing."""
    from serve.learner import Trained

    loop = Loop("tiny", str(tiny_base()), seeds=(1,), rounds=2, traffic=4, rows=2, evaluate=2, most=8, learning_rate=5e-3)
    assert play(loop, tmp_path, Trained(loop), silent)
    found = report(loop, tmp_path)
    assert found["seeds"] == [1]
    assert found["audit"]["failures"]["trained"] > 0
    record = msgspec.json.decode((tmp_path / "s1-failures-2" / "adapter" / "khichdi.json").read_bytes())
    assert record["start"] == sha256_of(tmp_path / "s1-failures-1" / "adapter" / "adapter_model.safetensors")


def test_an_adapter_of_another_set_is_not_taken_for_this_rounds(tmp_path: Path) -> None:
    """A folder that holds a set of other rows is refused by training: run.json binds it."""
    played(tmp_path)
    rows = traffic(read_spec(Path(LOOP.spec)), 5, 3)
    with pytest.raises(KhichdiError, match="holds files that khichdi did not write"):
        write(rows, [], tmp_path / "s1-random-1" / "round", name="x", facts={})
