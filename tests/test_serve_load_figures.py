"""Figures of a run: quantiles as numpy has them, counts that add up, goodput and ratios as they would be counted by hand, files that give the same page."""

import math
import random
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinglish.errors import KhichdiError
from serve.latency import render, write_all
from serve.load_figures import best, block_ratio, figures, goodput_ratio, least, per_token, quantile, slices
from serve.load_file import FORMAT, Asked, Messages, RunFile, Target, case, read, write
from serve.load_loop import Sample
from serve.load_send import FORM, VALID

TIMES = st.lists(st.floats(0, 1e6), min_size=6, max_size=300)


@settings(deadline=None)  # a busy machine is no fault
@given(values=TIMES, q=st.sampled_from([0.5, 0.95, 0.99]))
def test_quantiles_are_numpys_and_lie_in_their_interval(values: list[float], q: float) -> None:
    """Equal to numpy.percentile (linear) for every sample; too small a sample has none."""
    found = quantile(values, q)
    if len(values) < least(q):
        assert found is None
        return
    assert found is not None
    assert found.value == pytest.approx(float(np.percentile(values, 100 * q)))
    assert min(values) <= found.low <= found.value <= found.high <= max(values)
    assert found.n == len(values)


def test_a_quantiles_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Of 400 samples of 120 exponential times the 95 % interval of p95 holds the true one in at least 93 %, and is none below 72, 6 or 368."""
    rng = random.Random(7)
    held = 0
    for _ in range(400):
        found = quantile([rng.expovariate(1.0) for _ in range(120)], 0.95)
        assert found is not None
        held += found.low <= -math.log(0.05) <= found.high
    assert held >= 372
    assert [least(q) for q in (0.5, 0.95, 0.99)] == [6, 72, 368]


def sample(message: int, latency: float, outcome: str = VALID, *, due: float = 0.0, first: float | None = None, tokens: int = 11) -> Sample:
    """A request of that many seconds."""
    return Sample(message, due, due, first, due + latency, tokens, outcome)


ASKED = Asked("0" * 64, 64, False, 2.0, 4.0, "v1.0.0", "1" * 64, ("test_seen",), 1, 2)


def run_of(blocks: dict[str, list[list[Sample]]], *, level: float = 4.0) -> RunFile:
    """A run file of one level with these targets and blocks."""
    outcomes: list[str] = []
    cases = [case(label, "closed", "", level, found, outcomes, (0.0, 0.0)) for label, found in blocks.items()]
    about = Messages(["roman", "devanagari"] * 200, ["1-5", "14+"] * 200, [10, 20] * 200)
    machine: dict[str, Any] = {"cpu": "a processor", "cores": 2, "memory_gib": 8.0, "bf16": False, "system": "Linux", "python": "3.11.0"}
    targets = [Target(b, "chat", "free", "ours", {"model": "m"}) for b in blocks]
    return RunFile(FORMAT, "a run", "", "2026-11-28 10:00 UTC", ASKED, machine, {"httpx2": "1"}, targets, outcomes, about, cases)


OUTCOMES = st.sampled_from([VALID, FORM, "timeout", "refused", "http 429"])


@settings(deadline=None)  # a busy machine is no fault
@given(rows=st.lists(st.tuples(st.floats(0.001, 5.0), OUTCOMES), min_size=1, max_size=120), blocks=st.integers(1, 3))
def test_counts_add_up(rows: list[tuple[float, str]], blocks: int) -> None:
    """Outcomes sum to what was sent; good answers are those valid in time, in the whole and over slices; refusals have no latency, given-up ones do."""
    made = [[sample(k, t, o) for k, (t, o) in enumerate(rows)][b::blocks] for b in range(blocks)]
    made = [b for b in made if b]
    run = run_of({"a": made})
    found = figures(run, run.cases[0])
    assert found.sent == len(rows) == sum(found.outcomes.values())
    good = sum(o == VALID and round(1000 * t, 1) <= 2000 for t, o in rows)
    assert round(found.good.value * found.sent) == good
    span = sum(max(s.done for s in b) for b in made)
    assert found.goodput == pytest.approx(good / span, rel=1e-3)
    assert len(found.latency) == sum(o in {VALID, FORM, "timeout"} for _, o in rows)
    parts = slices(run, run.cases[0])
    for kind in ("script", "words"):
        assert sum(f.sent for name, f in parts.items() if name.startswith(kind)) == found.sent


def test_an_answer_at_the_deadline_is_in_time_and_one_after_is_not() -> None:
    """Goodput counts valid answers up to the deadline; a quick answer that is not valid is not good, nor a valid one too late."""
    run = run_of({"a": [[sample(0, 2.0), sample(1, 2.001), sample(2, 0.1, FORM), sample(3, 0.1)]]})
    found = figures(run, run.cases[0])
    assert found.good.value == 0.5
    assert found.goodput == pytest.approx(2 / 2.001)


def test_time_a_token_is_of_those_after_the_first() -> None:
    """11 tokens, the first after 1 s, the last after 2 s: 100 ms a token; one token has none."""
    run = run_of({"a": [[sample(0, 2.0, first=1.0), sample(1, 1.0, first=1.0, tokens=1)]]})
    assert per_token(run.cases[0]) == [pytest.approx(100.0), None]
    assert figures(run, run.cases[0]).token == [pytest.approx(100.0)]


def test_a_ratio_of_targets_is_taken_block_by_block() -> None:
    """A machine that slows down threefold between blocks does not hide that the second target takes 4 % longer in each."""
    rng = random.Random(3)
    slow = [1.0, 3.0, 2.0, 1.5, 2.5, 1.2]
    blocks = {label: [[sample(k, s * f * rng.uniform(0.999, 1.001)) for k in range(20)] for s in slow] for label, f in (("base", 1.0), ("lora", 1.04))}
    run = run_of(blocks)
    found = block_ratio(run.cases[0], run.cases[1], lambda c: c.latency)
    assert found is not None
    assert found.low < 1.04 < found.high
    assert found.high - found.low < 0.002
    assert found.n == 6
    assert block_ratio(run_of({k: v[:2] for k, v in blocks.items()}).cases[0], run.cases[1], lambda c: c.latency) is None


def test_the_ratio_of_goodputs_is_of_the_best_levels() -> None:
    """Each target at its own best level: 3 good in 1 s against 1 good in 2 s is sixfold; none good is no ratio."""
    run = run_of({"server": [[sample(k, 1.0) for k in range(3)]], "loop": [[sample(0, 2.0), sample(1, 2.0, "timeout")]]})
    server, loop = best(run, "server"), best(run, "loop")
    assert server is not None
    assert loop is not None
    found = goodput_ratio(loop[1], server[1])
    assert found is not None
    assert found.value == pytest.approx(6.0)
    assert found.low < 6.0 < found.high
    nothing = run_of({"server": [[sample(0, 3.0)]]})
    assert goodput_ratio(figures(nothing, nothing.cases[0]), server[1]) is None


def test_a_run_file_holds_numbers_and_no_text(tmp_path: Path) -> None:
    """Written and read again it is the same; one that does not agree with itself is refused by name."""
    run = run_of({"a": [[sample(0, 1.0)]]})
    write(run, tmp_path / "a.json")
    assert read(tmp_path / "a.json") == run
    broken = msgspec.structs.replace(run, cases=[msgspec.structs.replace(run.cases[0], latency=[])])
    write(broken, tmp_path / "b.json")
    with pytest.raises(KhichdiError, match=r"b\.json: case a closed 4 does not agree with itself"):
        read(tmp_path / "b.json")
    with pytest.raises(KhichdiError, match="khichdi load run"):
        read(tmp_path / "none.json")


def test_the_committed_report_is_what_its_run_files_give() -> None:
    """docs/latency_report.md and its plots are these bytes again: no number in them was typed."""
    root = Path(__file__).resolve().parent.parent
    made = render(root / "docs" / "latency", root / "docs" / "latency_report.md")
    assert len(made) > 1
    for path, text in made.items():
        assert path.read_text(encoding="utf-8") == text, path.name


def test_plots_and_page_are_written_whole(tmp_path: Path) -> None:
    """Each file is put in its place by one rename: nothing half written stays."""
    write_all({tmp_path / "x" / "a.svg": "<svg/>", tmp_path / "b.md": "b"})
    assert sorted(p.name for p in tmp_path.rglob("*.*")) == ["a.svg", "b.md"]
