"""Laws of tiers that stand: a version that draws train anew keeps every other row of the version it names, and train keeps clear of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from curation.audit import Auditor
from curation.build import build
from curation.diff import diff
from curation.opened import open_folder, open_release
from curation.siblings import OF
from curation.tiers import FIXED
from hinglish.errors import KhichdiError
from tests.small_release import named
from tests.small_tiers import SIZES

STANDS = "v1.0.0"
SOME = {**SIZES, "test_seen": 400}  # mixing is checked on seen: a few rows of it say nothing


def test_a_minor_keeps_the_tests_of_the_version_it_names(tmp_path: Path) -> None:
    """Every tier but train is that version's, row for row; another seed draws another train; no leak; the diff of two such versions implies minor."""
    first = replace(named("v1.8.0"), tests=STANDS)
    folders = [tmp_path / "a", tmp_path / "b"]
    for spec, out in zip((first, replace(first, name="v1.9.0", seed=7)), folders, strict=True):
        build(spec, out, sizes=SOME)
    there, (a, b) = open_release(STANDS), map(open_folder, folders)
    for tier in FIXED:
        shas = [r.sha for r in there.rows(tier)][: SOME[tier]]
        assert [r.sha for r in a.rows(tier)] == [r.sha for r in b.rows(tier)] == shas
    for tier in OF:
        groups = {r.group for r in a.rows(tier)}
        assert [r.sha for r in a.rows(f"siblings/{tier}")] == [r.sha for r in there.rows(f"siblings/{tier}") if r.group in groups]
    assert {r.id for r in a.rows("train")}.isdisjoint({r.id for r in b.rows("train")})
    tests = {n: list(b.examples(n)) for n in b.names if n != "train" and "/" not in n}
    assert Auditor(tests, {}).train(list(b.examples("train"))) == []
    assert "are those of v1.0.0, row for row" in b.card
    assert diff(a, b).implies == "minor"


def test_tiers_that_are_not_there_are_named(tmp_path: Path) -> None:
    """A version that is not committed, and more rows than it has."""
    with pytest.raises(KhichdiError, match=r"v9\.0\.0: no folder .* versions: v1\.0\.0"):
        build(replace(named(), tests="v9.0.0"), tmp_path / "x", sizes=SIZES)
    with pytest.raises(KhichdiError, match="has 400 rows of test_seen, 500 are asked for"):
        build(replace(named(), tests=STANDS), tmp_path / "x", sizes={**SIZES, "test_seen": 500})
    assert not (tmp_path / "x").exists()
