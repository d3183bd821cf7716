"""A build killed at any moment: the same command again gives the same root, and neither half a file nor a stray one is left."""

import os
import subprocess
import sys
from pathlib import Path

from curation.opened import open_folder
from tests.rows import ROOT
from tests.small_release import release
from tests.test_curation_build import files

MOMENTS = 20
# One process learns the words; each try is a fork of it that kills itself before its k-th step on disk, then a fork that finishes.
# The parent never touches polars, whose threads do not survive a fork.
SCRIPT = f"""
import os, random, signal, sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from curation import build as module, tiers
from tests.small_release import named
from tests.small_tiers import SIZES, spec

module.turns_of = lambda rows: 64
work = Path(sys.argv[1])

def forked(run):
    child = os.fork()
    if child == 0:
        try:
            run()
        except BaseException as fault:
            print(repr(fault), flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]

def build(out, at=None):
    steps = [0]
    def counted(real):
        def step(*a, **k):
            steps[0] += 1
            if steps[0] == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*a, **k)
        return step
    for name in ("rename", "write_bytes", "write_text", "mkdir"):
        setattr(Path, name, counted(getattr(Path, name)))
    root = module.build(named(), out, sizes=SIZES)["root"]
    (work / f"{{out.name}}.root").open("w").write(f"{{root}} {{steps[0]}}")

tiers.unit(spec(), "train", 0, turns=64)
assert forked(lambda: build(work / "whole")) == 0
steps = int((work / "whole.root").read_text().split()[1])
moments = random.Random(20261128).sample(range(1, steps + 1), {MOMENTS - 2}) + [1, steps]
for at in moments:
    out = work / f"at{{at}}"
    status = forked(lambda: build(out, at))
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, (at, status)
    assert forked(lambda: build(out)) == 0, at
print(len(moments), steps)
"""


def test_killed_at_any_moment_it_comes_to_the_same_bytes(tmp_path: Path) -> None:
    """Twenty moments of a build, the first and the last step on disk among them."""
    work = tmp_path / "work"
    work.mkdir()
    script = tmp_path / "killed.py"
    script.write_text(SCRIPT, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, str(script), str(work)], capture_output=True, text=True, check=False, env=env)  # noqa: S603  # our own code
    assert done.returncode == 0, done.stdout + done.stderr
    root = open_folder(release()).root
    folders = [p for p in work.iterdir() if p.is_dir()]
    assert len(folders) == MOMENTS + 1
    for folder in folders:
        assert not folder.name.startswith("."), folder
        assert open_folder(folder).root == root, folder
        assert files(folder) == files(release())
