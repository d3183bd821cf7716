"""docs/adding.md is followed, step by step, in a copy of the project: a word, a family and an intent each come to stand in a row."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.rows import ROOT

PAGE = (ROOT / "docs" / "adding.md").read_text(encoding="utf-8")
PARTS = ("hinglish", "schemas", "generators", "data/lexicon", "data/templates", "data/specs")
WORD = "खटोलना\t=\tnoun\tm\tkhatolna;khatolnaa;khtolna\n"
FAMILY = """
[[family]]
id = "transfer-new-way"
text = "खटोलना के लिए {recipient} को {amount} (tu: भेज दे|tum: भेज दो|aap: भेज दीजिए)"
"""
INTENT = """[[family]]
id = "note-plain"
text = "note में {place} (tu: लिख दे|tum: लिख दो|aap: लिख दीजिए)"

[[family]]
id = "note-asked"
text = "(मुझे|हमें) {place} का खटोलना याद (दिलाना|रखवाना) [{date} को]"
"""
ROWS = """
import json, sys
from generators.expand import Studio
from generators.family import families
from generators.run import check
from generators.splits import missing
from generators.words import Words
from hinglish.lexicon import load
lexicon = load()
studio = Studio(Words(lexicon), 1, ((0.6, "roman"), (0.8, "mixed"), (1.0, "devanagari")))
rows = []
for family in families():
    if family.id in ("transfer-new-way", "note-plain", "note-asked"):
        for i in range(12):
            row = studio.example(family, i)
            fault = check(row)
            rows.append({"family": family.id, "input": row.input, "target": row.target, "fault": fault and fault.detail})
print(json.dumps({"rows": rows, "missing": missing(), "word": [e.line for e in lexicon.by_roman["khatolnaa"]]}, ensure_ascii=False))
"""


def section(title: str) -> str:
    """One section of the page."""
    found = re.search(rf"^## {title}$(.*?)(?=^## |\Z)", PAGE, re.M | re.S)
    assert found, f"docs/adding.md has no section {title!r}"
    return found[1]


def blocks(title: str) -> list[str]:
    """The fenced blocks of a section."""
    return re.findall(r"^```[a-z]*\n(.*?)^```", section(title), re.M | re.S)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's code and data in another place, with what the page tells to add."""
    home = tmp_path_factory.mktemp("copy")
    for part in PARTS:
        shutil.copytree(ROOT / part, home / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("khichdi.py", "data/splits.toml"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, home / name)
    with (home / "data" / "lexicon" / "more.tsv").open("a", encoding="utf-8") as f:
        f.write(WORD)
    with (home / "data" / "templates" / "transfer_money.toml").open("a", encoding="utf-8") as f:
        f.write(FAMILY)
    schema = json.loads((home / "schemas" / "get_weather.json").read_text(encoding="utf-8"))
    schema |= {"$id": "khichdi:take_note", "title": "take_note", "description": "Write a note"}
    schema["properties"]["intent"]["const"] = "take_note"
    (home / "schemas" / "take_note.json").write_text(json.dumps(schema, ensure_ascii=False, indent=2), encoding="utf-8")
    (home / "data" / "templates" / "take_note.toml").write_text(INTENT, encoding="utf-8")
    return home


def python(home: Path, *arguments: str) -> str:
    """Run in the copy, with the copy's modules before all others."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, cwd=home, env={**os.environ, "PYTHONPATH": str(home)}, check=False)  # noqa: S603  # our own code
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_what_the_page_tells_to_add_comes_to_stand_in_rows(copy: Path) -> None:
    """The new word is found, the new family and intent give checked rows that say it, and everything gets its split."""
    assert str(copy) in python(copy, "-c", "import hinglish, schemas, generators; print(hinglish.__file__, schemas.__file__, generators.__file__)")
    assert "note-plain" not in python(copy, "-c", "from generators.splits import family_ids; print(sorted(family_ids('train') | family_ids('test')))")
    said = python(copy, "-m", "khichdi", "splits", "extend")
    assert re.match(r"added \d+ families and \d+ words", said)
    made = json.loads(python(copy, "-c", ROWS))
    rows: list[dict[str, Any]] = made["rows"]
    assert made["missing"] == []
    assert len(made["word"]) == 1
    assert [r for r in rows if r["fault"]] == []
    assert {r["family"] for r in rows} == {"transfer-new-way", "note-plain", "note-asked"}
    assert {r["target"]["intent"] for r in rows if r["family"].startswith("note")} == {"take_note"}
    assert any("khatol" in r["input"].lower() for r in rows)
    assert any("खटोलना" in r["input"] for r in rows)
    assert all(r["target"]["place"] for r in rows if r["family"] == "note-plain")


def test_the_linters_accept_what_was_added(copy: Path) -> None:
    """The linters that the page names have nothing to say of the new lines."""
    code = "from hinglish.lexicon import load; from hinglish.lexicon_lint import lint; print([f for f in lint(load().entries) if 'खटोलन' in f])"
    assert python(copy, "-c", code).strip() == "[]"
    code = (
        "from generators.family import families; from generators.lint import *; from generators.commands import _studio\n"
        "new = [f for f in families() if f.id in ('transfer-new-way', 'note-plain', 'note-asked')]\n"
        "s = _studio(); print([*unknown_words(new, s.words.lexicon), *(x for f in new for x in disagreements(f, s))])"
    )
    assert python(copy, "-c", code).strip() == "[]"


def test_the_pages_own_words_are_lines_of_the_lexicon() -> None:
    """Each line in the section parses and lints, and says where it goes."""
    from hinglish.lexicon import parse_line
    from hinglish.lexicon_lint import faults

    lines = [x for b in blocks("A word") for x in b.splitlines() if "\t" in x and not x.startswith(("norm\t", "#"))]
    assert lines
    for line in lines:
        assert list(faults(parse_line(line, place="docs/adding.md:1", source="s"))) == [], line
    assert "data/lexicon/" in section("A word")
    assert "khichdi lexicon lint" in section("A word")


def test_the_pages_own_family_is_one(tmp_path: Path) -> None:
    """The block in the section reads as a family; the page names each key and each form of the language."""
    from generators.family import KEYS, read_families, read_phrases

    block = next(b for b in blocks("A family") if "[[family]]" in b)
    path = tmp_path / "transfer_money.toml"
    path.write_text(block, encoding="utf-8")
    assert [f.id for f in read_families(path, read_phrases())] == ["transfer-plain"]
    for key in KEYS:
        assert f"{key} =" in section("A family"), key
    for form in ("{slot}", "{!slot}", "{*maker}", "{slot=value: words}", "[.3: a b]", "(3: a\\|b)", "~(a / b / c)", "<name>"):
        assert form in section("A family"), form


def test_the_pages_steps_to_an_intent_name_every_file() -> None:
    """Schema, families, makers, gold and splits; and the files that it names exist."""
    text = section("An intent")
    files = ("schemas/<intent>.json", "data/templates/<intent>.toml", "generators/makers.py")
    for name in (*files, "khichdi splits extend", "x-kind", "x-usually-absent", "additionalProperties"):
        assert name in text, name
    for name in re.findall(r"`((?:schemas|generators|data|docs)/[\w./]+)`", PAGE):
        assert (ROOT / name).exists(), name
