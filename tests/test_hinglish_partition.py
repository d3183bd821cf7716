"""Laws of a partition: who knows the train words alone cannot know a word that is kept for test."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

ROOT = Path(__file__).resolve().parent.parent
CLOSED = {"_stems"}  # reads verbs alone, a closed class that both partitions share
# A name that no corpus and no rule has: its spelling cannot be derived from its letters.
PLANTED = "ज़ुल्फ़ेश्वरी\t=\tgiven\tf\tqixbo;;\tlemma=ज़ुल्फ़ेश्वरी\n"
ASK = """
import json, pathlib, sys
from hinglish import lexicon
lexicon.DATA = pathlib.Path(sys.argv[1])
from hinglish.devanagarise import devanagarise
from hinglish.identify import identify
from hinglish.readings import readings, reads
from hinglish.romanise import romanise
name = "ज़ुल्फ़ेश्वरी"
said = ["qixbo", "ko", "call", "karna"]
print(json.dumps({str(p): {
    "readings": name in readings("qixbo", 5, p), "reads": reads("qixbo", name, 5, p), "devanagarise": name in devanagarise("qixbo", 5, p),
    "identify": name in [t.norm for t in identify(said, p)], "romanise": "qixbo" in romanise(name, p),
} for p in (None, "train", "test")}))
"""


def asked(data: Path) -> dict[str, dict[str, bool]]:
    """What each partition knows of the planted name; a process of its own, so that no cache of another test answers."""
    done = subprocess.run([sys.executable, "-c", ASK, str(data)], capture_output=True, check=True, cwd=ROOT)  # noqa: S603  # our own code
    return msgspec.json.decode(done.stdout, type=dict[str, dict[str, bool]])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The committed lexicon with one name more, not yet in any split."""
    shutil.copytree(ROOT / "data" / "lexicon", tmp_path / "lexicon")
    shutil.copy(ROOT / "data" / "splits.toml", tmp_path / "splits.toml")
    (tmp_path / "lexicon" / "planted.tsv").write_text("# source: planted\n" + PLANTED, encoding="utf-8")
    return tmp_path


def test_a_word_kept_for_test_cannot_be_known_by_train(data: Path) -> None:
    """A planted test name is known to the whole lexicon in every way, and to the train partition in none."""
    splits = data / "splits.toml"
    text = splits.read_text(encoding="utf-8")
    at = text.index("test = [", text.index("[lexicon.given]")) + len("test = [")
    splits.write_text(text[:at] + '"ज़ुल्फ़ेश्वरी", ' + text[at:], encoding="utf-8")
    found = asked(data)
    assert all(found["None"].values()), found["None"]
    assert all(found["test"].values()), found["test"]
    assert not any(found["train"].values()), found["train"]


def test_the_plant_is_seen_where_it_is_not_kept(data: Path) -> None:
    """The check above can fail: the same name outside the test split is known to train."""
    assert all(asked(data)["train"].values())


def partitioned(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """Functions that take a partition."""
    return {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and any(a.arg == "partition" for a in n.args.args)}


def known_here(tree: ast.Module, trees: dict[str, ast.Module]) -> set[str]:
    """Names by which a module may call a function that takes a partition: its own, and those it imports."""
    found = set(partitioned(tree))
    for node in (n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)):
        module = trees.get(f"{(node.module or '').rpartition('.')[2]}.py")
        takers = {"load"} if module is None else set(partitioned(module))
        found |= {a.asname or a.name for a in node.names if a.name in takers}
    return found


def forgetful(trees: dict[str, ast.Module]) -> set[str]:
    """Functions that reach a lexicon-bound function, or the lexicon, without handing a partition on."""
    faults = set()
    for place, tree in trees.items():
        takers = known_here(tree, trees)
        for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
            for call in (n for n in ast.walk(function) if isinstance(n, ast.Call)):
                name = call.func.id if isinstance(call.func, ast.Name) else ast.unparse(call.func)
                if (name in takers or name == "lexicon.load") and not any(isinstance(n, ast.Name) and n.id == "partition" for n in ast.walk(call)):
                    faults.add(f"{place}: {function.name} calls {name}")
    return faults


def language() -> dict[str, ast.Module]:
    """The modules that read words."""
    return {p.name: ast.parse(p.read_text(encoding="utf-8")) for p in sorted((ROOT / "hinglish").glob("*.py")) if p.stem not in ("lexicon", "lexicon_lint")}


def test_every_reader_of_words_hands_the_partition_on() -> None:
    """No function of the language reaches the lexicon past the partition it was asked for; verbs are a closed class."""
    assert {f for f in forgetful(language()) if not any(f" {name} " in f for name in CLOSED)} == set()


def test_a_forgotten_partition_is_seen() -> None:
    """The rule above catches a planted lapse."""
    trees = language()
    source = (ROOT / "hinglish" / "readings.py").read_text(encoding="utf-8").replace("candidates(lower, partition)", "candidates(lower)")
    trees["readings.py"] = ast.parse(source)
    assert any("candidates" in f for f in forgetful(trees))
