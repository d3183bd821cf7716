"""Laws of `make fast`: what is compiled makes the same bytes or is thrown away, and without a compiler nothing is missing."""

from pathlib import Path

import pytest

from curation import compiled
from curation.compiled import stamp, take_compiled
from tests.bench import fast
from tests.bench.fast import HOT, ROOT, bytes_of, main


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of its own in which a compilation that does nothing succeeds."""
    monkeypatch.setattr(fast, "HOME", tmp_path / "fast")
    monkeypatch.setattr(fast, "compiled", lambda partial: partial.mkdir() or "")
    return tmp_path / "fast"


def test_every_hot_module_is_there() -> None:
    """A module that was renamed is renamed in the list too."""
    assert [f"{p}/{n}" for p, names in HOT.items() for n in names.split() if not (ROOT / p / f"{n}.py").is_file()] == []


def test_without_a_compiler_nothing_is_built_and_nothing_fails(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0, the reason on stderr, no folder."""
    monkeypatch.setattr(fast, "compiled", lambda partial: "no gcc")
    assert main() == 0
    assert "no gcc" in capsys.readouterr().err
    assert not home.exists()


def test_other_bytes_are_thrown_away(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiled copy that makes one other byte does not stand; one that makes the same does."""
    monkeypatch.setattr(fast, "bytes_of", lambda how, path: how)
    assert main() == 1
    assert [*home.parent.iterdir()] == []
    monkeypatch.setattr(fast, "bytes_of", lambda how, path: "the same")
    assert main() == 0
    assert home.is_dir()


def test_sources_are_never_taken_for_compiled_ones() -> None:
    """The comparison would be empty if the compiled side imported the checkout: it says so instead."""
    assert "not the ones that are imported" in bytes_of("compiled", str(ROOT))


def test_a_stale_copy_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A copy made from these sources goes first; one byte changed anywhere in them, and it is named and left alone. None is no fault."""
    path = list[str]()
    monkeypatch.setattr(compiled.sys, "path", path)
    (tmp_path / "hinglish").mkdir()
    source = tmp_path / "hinglish" / "a.py"
    source.write_text("A = 1\n")
    assert not take_compiled(tmp_path)
    (tmp_path / "build" / "fast").mkdir(parents=True)
    (tmp_path / "build" / "fast" / "stamp").write_text(stamp(tmp_path))
    assert take_compiled(tmp_path)
    assert path == [str(tmp_path / "build" / "fast")]
    assert not capsys.readouterr().err
    source.write_text("A = 2\n")
    assert not take_compiled(tmp_path)
    assert len(path) == 1
    assert "make fast" in capsys.readouterr().err
