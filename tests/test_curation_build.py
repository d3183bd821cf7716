"""Laws of a build: one root for any processes, shares, engine, hash seed and kill; datasets reads it; what refuses writes nothing."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from curation import build as module
from curation import finish
from curation.audit import Leak
from curation.build import build, parted
from curation.measures import measured
from curation.opened import open_folder
from curation.tiers import TIERS
from curation.workshop import FILE_ROWS
from hinglish.errors import KhichdiError
from schemas.row import example_of
from tests.rows import ROOT
from tests.small_release import named, release
from tests.small_tiers import SIZES, small

TWICE = f"""
import json, os, sys
sys.path.insert(0, {str(ROOT)!r})
if __name__ == "__main__":
    from pathlib import Path
    from curation import build as module
    from tests.small_release import named
    from tests.small_tiers import SIZES
    module.turns_of = lambda rows: 128
    for i in range(3):
        module.build(named(), Path(sys.argv[1]), sizes=SIZES, only=(i, 3))
    print(module.build(named(), Path(sys.argv[1]), sizes=SIZES, workers=2)["root"])
"""


def files(folder: Path) -> set[str]:
    """Every file below a folder."""
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_release_holds_the_rows_of_its_tiers_in_order() -> None:
    """The folder, by any number of files, is what the tiers are in memory."""
    opened = open_folder(release())
    for name in TIERS:
        assert [r.id for r in opened.rows(name)] == [r.id for r in small().rows[name]], name
        assert [example_of(r).sha for r in opened.rows(name)] == [r.sha for r in small().rows[name]], name
    assert opened.manifest["rows"] == SIZES["train"]


def test_processes_shares_unit_size_and_hash_seed_change_no_root(tmp_path: Path) -> None:
    """Two processes in three shares, smaller units, another hash seed and thread count: the root built here by one."""
    script = tmp_path / "built.py"
    script.write_text(TWICE, encoding="utf-8")
    env = {**os.environ, "PYTHONHASHSEED": "11", "POLARS_MAX_THREADS": "1", "PYTHONPATH": str(ROOT)}
    words = [sys.executable, str(script), str(tmp_path / "out")]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=env)  # noqa: S603  # our own code
    assert done.stdout.split()[-1] == open_folder(release()).root
    assert files(tmp_path / "out") == files(release())
    assert not list(tmp_path.glob(".out*"))


def test_ray_gives_the_same_root(tmp_path: Path) -> None:
    """Ray core tasks over the same units."""
    pytest.importorskip("ray", reason="the extra `scale` is not installed")
    env = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "PYTHONPATH": str(ROOT)}
    script = tmp_path / "built.py"
    alone = "    print(module.build(named(), Path(sys.argv[1]), sizes=SIZES, workers=2, by='ray')['root'])\n"
    script.write_text(TWICE.partition("    for i")[0] + alone, encoding="utf-8")
    words = [sys.executable, str(script), str(tmp_path / "out")]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=env)  # noqa: S603  # our own code
    assert done.stdout.split()[-1] == open_folder(release()).root


def test_datasets_reads_every_config_with_true_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """default, annotated and siblings, as the card's head says."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    datasets.disable_progress_bars()
    manifest = open_folder(release()).manifest
    for config in ("default", "annotated", "siblings"):
        found: Any = datasets.load_dataset(str(release()), config, cache_dir=str(tmp_path))
        wanted = {n.removeprefix("siblings/"): s["rows"] for n, s in manifest["splits"].items() if n.startswith("siblings/") == (config == "siblings")}
        assert {name: split.num_rows for name, split in found.items()} == wanted
    row = datasets.load_dataset(str(release()), split="train", cache_dir=str(tmp_path))[0]
    assert [t["role"] for t in row["prompt"]] == ["system", "user"]
    assert row["completion"] == [{"role": "assistant", "content": row["target"]}]


def test_siblings_say_the_same_in_other_words() -> None:
    """One label a group, another text; in no tier and never in train."""
    opened = open_folder(release())
    for name in opened.names:
        if name.startswith("siblings/"):
            rows = {r.group: r for r in small().rows[name.removeprefix("siblings/")]}
            others = list(opened.examples(name))
            assert others
            assert all(r.input != rows[r.group].input and r.intent == rows[r.group].intent for r in others)


def test_a_second_build_replaces_the_first_and_no_other_folder(tmp_path: Path) -> None:
    """A folder with files of another hand is left alone."""
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(KhichdiError, match="holds files that khichdi did not write"):
        build(named(), tmp_path, sizes=SIZES)
    assert files(tmp_path) == {"notes.txt"}


def test_a_spec_that_names_another_lexicon_or_gold_is_refused(tmp_path: Path) -> None:
    """A version is frozen: other words make another version."""
    for part in ("lexicon", "gold"):
        with pytest.raises(KhichdiError, match=f"names {part} 0123456789ab, this checkout has .* --rebuild"):
            build(replace(named(), **{part: "0123456789ab"}), tmp_path / "x", sizes=SIZES)
    assert not files(tmp_path)


def test_a_leak_and_a_failing_check_refuse_with_their_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written in the release's place."""
    leak = Leak("group", "train", "a", "test_seen", "b", "")
    with monkeypatch.context() as m:
        m.setattr(finish.checks, "MOST_SELF_BLEU", 0.01)
        m.setattr(module, "measured", lambda plan, what, sources: [leak] if what == "leaks among tests" else measured(plan, what, sources))
        told = r"refused by 1 leaks and 1 checks; nothing was written\n  leak, group: train a .*\n  self-BLEU in train: 0\.\d+, allowed"
        with pytest.raises(KhichdiError, match=told):
            build(named(), tmp_path / "out", sizes=SIZES)
    assert not list(tmp_path.iterdir())


def test_a_million_rows_are_cut_into_files_of_their_size() -> None:
    """Every row once, in order, no file but the last short."""
    sources = [(f"u{n}", list(range(n % 7, 4000))) for n in range(40)]
    rows = sum(len(places) for _, places in sources)
    parts = parted(sources, rows)
    assert [sum(len(p or []) for _, p in part) for part in parts[:-1]] == [FILE_ROWS] * (len(parts) - 1)
    assert [(n, i) for part in parts for n, places in part for i in places or []] == [(n, i) for n, places in sources for i in places]


def test_a_worker_that_dies_is_an_error_and_not_a_wait(tmp_path: Path) -> None:
    """Killed for memory, say: the build stops, and goes on with the units that lie there when it is called again."""
    from concurrent.futures.process import BrokenProcessPool

    from curation.engines import engine

    with pytest.raises(BrokenProcessPool), engine("local", 2) as run:
        list(run(os._exit, ((9,) for _ in range(3))))
    with pytest.raises(KhichdiError, match="--engine slurm: engines are local, ray"):
        engine("slurm", 1)


def test_work_of_another_spec_is_not_gone_on_with(tmp_path: Path) -> None:
    """Units lie under the fingerprint of what made them."""
    plan = module.Plan(named(), str(tmp_path / "part"), 64, dict(SIZES))
    module._open_workshop(plan, "one")
    (tmp_path / "part" / "units").mkdir()
    module._open_workshop(plan, "one")
    assert (tmp_path / "part" / "units").exists()
    module._open_workshop(plan, "two")
    assert not (tmp_path / "part" / "units").exists()


def test_the_manifest_names_what_it_was_made_from() -> None:
    """Inputs by hash, libraries by version, the spec's seed, every file by sha256."""
    manifest = msgspec.json.decode((release() / "manifest.json").read_bytes())
    assert {"lexicon", "templates", "splits", "gold", "injections", "schemas", "code"} == set(manifest["inputs"])
    assert manifest["version"] == "v1.0.0"
    assert set(manifest["files"]) == files(release()) - {"manifest.json"}
    assert manifest["facts"]["leaks"] == 0
