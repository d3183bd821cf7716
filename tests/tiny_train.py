"""What the tests of training share: a made set of rows and a tiny random model, once a session, in a temporary folder."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

import pytest

from train.config import Run
from train.rows import Row, open_release, read

# A skip here is a failure where KHICHDI_REQUIRE names train (tests/conftest.py): so a machine without the extra still tests the core.
NEEDS_EXTRA = pytest.mark.skipif(find_spec("trl") is None, reason="the extra `train` is not installed: make .venv/.train")
ROWS = 48


@cache
def release_folder() -> Path:
    """A made set of 48 rows, in the layout of a release with a train split."""
    from generators.run import make
    from generators.spec import read_spec
    from generators.write import write

    folder = Path(mkdtemp(prefix="khichdi-train-")) / "made"
    spec = read_spec(Path(__file__).resolve().parent.parent / "data" / "specs" / "demo.toml").override(rows=ROWS)
    made = make(spec)
    write(made.rows, made.rejected, folder, name="made", facts={})
    return folder


@cache
def made_rows() -> tuple[Row, ...]:
    """Its rows."""
    return tuple(read(open_release(release_folder()), "train"))


@cache
def tiny_base() -> Path:
    """A Qwen2 of two layers, hidden 64, and a tokenizer made of those rows."""
    import torch

    from train.tiny import make_tiny

    torch.set_num_threads(1)  # steps this small only wait for each other on two
    return make_tiny([t for r in made_rows() for t in (r.input, r.target)], release_folder().parent / "tiny", vocabulary=800)


def tiny_run(**more: object) -> Run:
    """A run on them: 16 rows, two epochs, four steps."""
    told: dict[str, object] = {"rows": 16, "epochs": 2, "save_every": 1, "log_every": 1, "learning_rate": 5e-3, "weights": "fp32", "cpu": True}
    told |= {"base": str(tiny_base()), "release": str(release_folder())} | more
    return Run("tiny", **told)  # type: ignore[arg-type]  # settings of the caller
