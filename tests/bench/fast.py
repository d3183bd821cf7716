"""The hot modules compiled by mypyc into build/fast: `make fast`. `khichdi release build` takes them; others by `PYTHONPATH=build/fast`.

A copy is compiled, never the checkout, and says what it was made from: where sources changed since it is refused. It is thrown away
where it does not make the same bytes as the sources do. Without mypyc or a C compiler nothing is built and pure Python goes on as before.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from curation.compiled import COMPILED, ROOT, stamp

HOME = ROOT / "build" / "fast"
# What a row passes through. Not those whose types msgspec reads when rows are decoded (schemas.nouns, generators.run), for mypyc keeps none;
# nor what it cannot make or makes slow: Protocols (augment.core), cached properties (hinglish.lexicon), frozen dataclasses with slots.
HOT = {
    "hinglish": "script numeral_core numeral_context numeral_read numeral_tokens numeral_words numeral_say numerals readings inflect "
    "akshara devanagarise english english_sound guess letters loans romanise speak spelling",
    "schemas": "example reread",
    "generators": "randomness said words provider makers bills clauses faults food groceries hearers money packs people slips things when "
    "render plan expand likeness schedule held",
    "augment": "surfaces tables guards slips rows pipeline spelling fillers noise numerals script",
}
# At the end of the copy's first package: used by PYTHONPATH it refuses when its sources have changed since.
HELD = """
from pathlib import Path as _Path

from curation.compiled import ROOT as _ROOT
from curation.compiled import stamp as _stamp

if (_Path(__file__).resolve().parents[1] / "stamp").read_text() != _stamp(_ROOT):
    raise ImportError("build/fast was compiled from other sources: make fast, or leave it out of PYTHONPATH")
"""
ROWS = 600
BYTES = f"""
import hashlib, sys, msgspec
from pathlib import Path
from augment.pipeline import apply, read_rates
from augment.registry import registry
from generators.render import typed
from generators.run import check, make
from generators.spec import read_spec
from hinglish.lexicon import load
if sys.argv[1] == "compiled" and type(typed).__name__ == "function":
    sys.exit("the compiled modules are not the ones that are imported")
spec = read_spec(Path("data/specs/augmented.toml")).override(rows={ROWS})
made = make(spec)
rates = read_rates(spec.augment, registry(None), spec.name)
rows = [apply(row, rates, load()) for row in made.rows]
print(hashlib.sha256(msgspec.json.encode((made.rows, made.rejected, rows, [check(r) for r in rows]))).hexdigest())
"""


def bytes_of(how: str, path: str) -> str:
    """The hash of made, checked and augmented rows, as a new process with this PYTHONPATH makes them."""
    command, env = [sys.executable, "-P", "-c", BYTES, how], {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603  # our own code
    return done.stdout.strip() or done.stderr[-2000:]


def compiled(home: Path) -> str:
    """Copy the packages and compile the hot modules in place; what went wrong, or nothing."""
    shutil.rmtree(home, ignore_errors=True)
    for package in COMPILED:
        shutil.copytree(ROOT / package, home / package, ignore=shutil.ignore_patterns("__pycache__"))
    (home / "data").symlink_to(ROOT / "data", target_is_directory=True)
    (home / "mypy.ini").write_text("[mypy]\nignore_missing_imports = true\n")
    (home / "stamp").write_text(stamp(ROOT))
    with (home / "hinglish" / "__init__.py").open("a") as first:
        first.write(HELD)
    names = [f"{package}/{name}.py" for package, found in HOT.items() for name in found.split()]
    done = subprocess.run([sys.executable, "-m", "mypyc", *names], cwd=home, capture_output=True, text=True, check=False)  # noqa: S603  # our own code
    return "" if done.returncode == 0 else (done.stdout + done.stderr)[-2000:]


def main() -> int:
    """0 where the compiled modules stand and make the same bytes, or where none can be built; 1 where they make others."""
    partial = HOME.with_name("fast.partial")
    fault = compiled(partial)
    if fault:
        shutil.rmtree(partial, ignore_errors=True)
        sys.stderr.write(f"nothing compiled, pure Python stays: {fault}\n")
        return 0
    fast, plain = bytes_of("compiled", str(partial)), bytes_of("plain", str(ROOT))
    if fast != plain:
        shutil.rmtree(partial, ignore_errors=True)
        sys.stderr.write(f"compiled modules make other bytes than the sources and were thrown away: {fast} {plain}\n")
        return 1
    shutil.rmtree(HOME, ignore_errors=True)
    partial.rename(HOME)
    sys.stdout.write(f"build/fast: same bytes as the sources on {ROWS} rows ({fast[:16]}); release build uses it, others by PYTHONPATH=build/fast\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
