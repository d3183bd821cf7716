"""Laws of a run's file: read strictly, and the command line may say otherwise within the same bounds."""

import importlib.util
from pathlib import Path

import pytest

from hinglish.errors import KhichdiError
from train.commands import needed
from train.config import read_run

ROOT = Path(__file__).resolve().parent.parent
WHOLE = 'name = "x"\nbase = "b"\nrelease = "r"\n'


def test_every_run_in_the_repository_can_be_read() -> None:
    """The committed runs are runs."""
    for path in (ROOT / "data" / "runs").glob("*.toml"):
        assert read_run(path).name == path.stem


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("bathc = 8", "unknown key bathc"),
        ("batch = 0", "batch = 0; at least 1"),
        ('batch = "8"', "batch is a int"),
        ("batch = true", "batch is a int"),
        ("cpu = 1", "cpu is a bool"),
        ("learning_rate = 3", "between 0 and 1"),
        ('weights = "int3"', "one of auto, nf4, bf16, fp32"),
        ("epochs = 0", "between 0 and 100"),
        ("rows = -1", "at least 0"),
    ],
)
def test_what_no_run_can_have_is_refused(line: str, said: str, tmp_path: Path) -> None:
    """A wrong key, type or bound stops before anything loads, with file, key and what could stand there."""
    file = tmp_path / "x.toml"
    file.write_text(WHOLE + line, encoding="utf-8")
    with pytest.raises(KhichdiError, match=said) as fault:
        read_run(file)
    assert str(file) in str(fault.value)


def test_a_run_names_itself_its_base_and_its_release(tmp_path: Path) -> None:
    """Nothing of the three is guessed, and a missing file names those that are there."""
    file = tmp_path / "x.toml"
    file.write_text('name = "x"\n', encoding="utf-8")
    with pytest.raises(KhichdiError, match="base, release missing"):
        read_run(file)
    with pytest.raises(KhichdiError, match=r"runs here: .*x\.toml"):
        read_run(tmp_path / "y.toml")


def test_the_command_line_is_held_to_the_same_bounds(tmp_path: Path) -> None:
    """None says nothing; a number that no file could have is refused."""
    file = tmp_path / "x.toml"
    file.write_text(WHOLE, encoding="utf-8")
    run = read_run(file)
    assert run.override(rows=None, seed=None) == run
    assert run.override(rows=3000).rows == 3000
    with pytest.raises(KhichdiError, match="rows = -5"):
        run.override(rows=-5)


def test_without_the_extra_a_command_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback of a missing import: the packages that lack, and the one command that brings them."""
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in {"trl", "bitsandbytes"} else found("json"))
    with pytest.raises(KhichdiError, match=r"trl, bitsandbytes not installed; `make \.venv/\.train`"):
        needed()
