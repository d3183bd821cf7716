"""Laws of verify: what was built passes, also when committed; every planted fault is caught by the part that should, whatever hashes agree."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from curation import frozen, inputs, verify
from curation import opened as opened_module
from curation.hub_check import MANIFEST
from curation.hub_errors import CorruptError
from curation.lemmas import PEOPLE, side
from curation.opened import open_folder, open_release
from curation.tiers import TIERS
from curation.verify import verify as verified
from hinglish.errors import KhichdiError
from hinglish.lexicon import load
from schemas.example import Example
from tests.small_release import release, rewritten, sealed
from tests.small_tiers import altered, small
from tests.test_curation_audit import _sibling

Rows = list[Example]


def test_what_was_built_passes() -> None:
    """Everything is looked at; nothing is left out in the checkout that built it."""
    found = verified(release())
    assert found.left_out == ()
    assert {"files", "roots", "facts", "groups", "card", "leak audit", "checks"} <= set(found.held)


def _name() -> str:
    return next(e.norm for e in load("test").by_class["given"] if side(e.norm, PEOPLE) == "test" and " " not in e.norm)


def _first(rows: Rows, **change: Any) -> Rows:
    """The rows with the first that names a recipient and an amount changed."""
    at = next(i for i, r in enumerate(rows) if r.target.get("recipient") and r.target.get("amount"))
    change = {k: v(rows[at]) if callable(v) else v for k, v in change.items()}
    return [*rows[:at], altered(rows[at], id=rows[at].id, group=rows[at].group, **change), *rows[at + 1 :]]


def _sibling_in(rows: Rows) -> Rows:
    return [*rows[:-1], _sibling("test_seen")[1]]


def _moved(rows: Rows) -> Rows:
    return [*rows[:-1], small().rows["test_unseen_template"][0]]


def _test_name(rows: Rows) -> Rows:
    return _first(rows, target=lambda r: r.target | {"recipient": _name()}, input=lambda r: r.input + " zzz", utterance=None)


def _conflict(rows: Rows) -> Rows:
    one = next(r for r in rows if r.target.get("amount"))
    return [*rows[:-1], altered(one, target=one.target | {"amount": 77}, id=rows[-1].id, group=rows[-1].group)]


def _phone(rows: Rows) -> Rows:
    return _first(rows, input=lambda r: r.input + " 9812345670", utterance=None)


@pytest.mark.parametrize(
    ("plant", "told"),
    [
        (_sibling_in, r"in test_seen too|its id or group"),
        (_moved, r"test_unseen_template too|its id or group"),
        (_test_name, r"leaks, first word: train .* recipient"),
        (_conflict, "conflicting labels"),
        (_phone, "unsafe identifier"),
    ],
)
def test_a_careful_cheat_is_caught_by_the_check_that_should(plant: Callable[[Rows], Rows], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows with shas, roots and hashes that agree; only their facts are made to agree too, so that what is left must see it."""
    folder = rewritten(release(), {"train": plant}, tmp_path / "cheat")
    monkeypatch.setattr(verify, "_hold_facts", lambda *_: None)
    with pytest.raises(CorruptError, match=told):
        verified(folder)


def test_rows_that_are_not_what_the_facts_say_are_caught(tmp_path: Path) -> None:
    """One row of another intent less: the counts tell."""
    folder = rewritten(release(), {"validation": lambda rows: rows[:-1]}, tmp_path / "less")
    with pytest.raises(CorruptError, match=r"validation: the rows give rows 19, manifest\.json says 20"):
        verified(folder)


def test_an_edited_parquet_is_caught(tmp_path: Path) -> None:
    """A byte, or a whole file rewritten with another label; with and without its hash made anew."""
    folder = rewritten(release(), {}, tmp_path / "edited")
    path = folder / "default" / "test_seen-00000-of-00001.parquet"
    table = pl.read_parquet(path)
    table.with_columns(target=pl.lit('{"intent":"none"}')).write_parquet(path)
    with pytest.raises(CorruptError, match=r"test_seen-00000-of-00001\.parquet: not the bytes"):
        verified(folder)
    table.with_columns(sha=pl.col("sha").reverse()).write_parquet(path)
    sealed(folder)
    with pytest.raises(CorruptError, match="its shas are not those of the rows"):
        verified(folder)
    path.write_bytes(path.read_bytes()[:-300])
    sealed(folder)
    with pytest.raises(CorruptError, match="build or pull the release again"):
        verified(folder)


def test_a_wrong_number_in_the_card_is_caught(tmp_path: Path) -> None:
    """Any figure changed by one, the file's hash made anew; what people add below the last line may stand."""
    folder = rewritten(release(), {}, tmp_path / "card")
    card = folder / "README.md"
    text = card.read_text(encoding="utf-8")
    card.write_text(text + "\nA note of ours: 12,345.\n", encoding="utf-8")
    assert "card" in verified(sealed(folder)).held
    for number in ("| train | 150 |", "965 of", "0 leaks", "Self-BLEU of a sample 0."):
        if number not in text:
            continue
        card.write_text(text.replace(number, number.replace("0", "7", 1).replace("150", "151")), encoding="utf-8")
        with pytest.raises(CorruptError, match=r"README\.md: line \d+ of its text says"):
            verified(sealed(folder))


def test_every_number_of_the_card_comes_from_the_facts() -> None:
    """With every number in the facts raised by one, no count in the card's tables stays."""
    from curation.card import render

    manifest: dict[str, Any] = dict(open_folder(release()).manifest)

    def raised(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float | dict | list):
            return value
        if isinstance(value, dict):
            return {k: raised(v) for k, v in value.items()}
        return [raised(v) for v in value] if isinstance(value, list) else value + 1

    before = render(manifest).split("\n---\n", 1)[1].splitlines()
    after = render(manifest | {"facts": raised(manifest["facts"])}).split("\n---\n", 1)[1].splitlines()
    rows = [(a, b) for a, b in zip(before, after, strict=True) if a.startswith("| ") and "p99" not in a and any(c.isdigit() for c in a.partition("|")[2])]
    said = [(x, y) for a, b in rows for x, y in zip(a.split("|")[2:], b.split("|")[2:], strict=True) if any(c.isdigit() for c in x)]
    assert len(said) > 100
    assert [pair for pair in said if pair[0] == pair[1] and "%" not in pair[0] and pair[0] != " 0 "] == []


def test_a_made_set_is_no_release(tmp_path: Path) -> None:
    """What `generate run` wrote lacks the splits, and the error says so."""
    from generators.write import write
    from tests.rows import demo

    write(demo().rows[:20], [], tmp_path / "set", name="try", facts={})
    with pytest.raises(CorruptError, match="has no split validation; a release has"):
        verified(tmp_path / "set")
    with pytest.raises(KhichdiError, match=r"v9\.9\.9: no folder with a manifest\.json, and no committed version; versions: "):
        verified("v9.9.9")


@pytest.fixture
def releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data/releases of its own."""
    place = tmp_path / "releases"
    monkeypatch.setattr(opened_module, "RELEASES", place)
    return place


def clean(tmp_path: Path) -> Path:
    """The release as if it had been built from a clean checkout."""
    folder = rewritten(release(), {}, tmp_path / "clean")
    manifest = msgspec.json.decode((folder / MANIFEST).read_bytes())
    return sealed(folder, {k: v for k, v in manifest.items() if k != "dirty"})


def test_a_frozen_version_verifies_and_unpacks_to_the_same_root(tmp_path: Path, releases: Path) -> None:
    """Rows, card and manifest in a few small files; out comes a folder that passes and holds the same parquet files."""
    folder = clean(tmp_path)
    place = frozen.freeze(folder, releases=releases)
    assert {p.name for p in place.iterdir()} >= {"train.jsonl.xz", "siblings.test_seen.jsonl.xz", MANIFEST, "README.md", "prompt.json", "quarantine.jsonl"}
    assert verified("v1.0.0").left_out == ()
    out = tmp_path / "out"
    frozen.unpack("v1.0.0", out, releases=releases)
    assert verified(out).root == open_folder(folder).root
    assert {p.name: p.read_bytes() for p in (out / "default").iterdir()} == {p.name: p.read_bytes() for p in (folder / "default").iterdir()}
    assert frozen.freeze(folder, releases=releases) == place


def test_a_frozen_version_never_changes_and_comes_from_a_commit(tmp_path: Path, releases: Path) -> None:
    """Other rows under its name, or uncommitted files: refused."""
    frozen.freeze(clean(tmp_path), releases=releases)
    other = rewritten(tmp_path / "clean", {"validation": lambda rows: rows[:-1]}, tmp_path / "other")
    with pytest.raises(KhichdiError, match=r"v1\.0\.0: stands with other rows; .*give the next one"):
        frozen.freeze(other, releases=releases)
    dirty = sealed(other, msgspec.json.decode((other / MANIFEST).read_bytes()) | {"dirty": "data/lexicon/given_1.tsv"})
    with pytest.raises(KhichdiError, match=r"uncommitted changes \(data/lexicon/given_1\.tsv\)"):
        frozen.freeze(dirty, releases=releases)


def test_a_frozen_row_that_was_edited_or_cut_off_is_caught(tmp_path: Path, releases: Path) -> None:
    """Each by what it is: not the row's sha, no row at all, no xz file, another root."""
    import lzma

    path = frozen.freeze(clean(tmp_path), releases=releases) / "train.jsonl.xz"
    whole = lzma.decompress(path.read_bytes())
    for spoilt, told in (
        (whole.replace(b'"intent":"pay_bill"', b'"intent":"pay_bull"'), "is not what its sha says|no row of a release|give"),
        (whole[: len(whole) // 2], r"train:\d+: no row of a release|of a release"),
        (b"\n".join(whole.splitlines()[:-1]), "give root"),
    ):
        path.write_bytes(lzma.compress(spoilt))
        with pytest.raises(KhichdiError, match=told):
            verified("v1.0.0")
    path.write_bytes(b"no xz")
    with pytest.raises(CorruptError, match="restore it from git"):
        verified("v1.0.0")


def test_other_words_leave_audit_and_checks_out_and_say_so(tmp_path: Path, releases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later commit with another lexicon still verifies rows, facts and card."""
    frozen.freeze(clean(tmp_path), releases=releases)
    monkeypatch.setattr(inputs, "inputs", lambda: {**open_release("v1.0.0").manifest["inputs"], "lexicon": "0" * 64})
    monkeypatch.setattr(verify, "inputs", inputs.inputs)
    found = verified("v1.0.0")
    assert "card" in found.held
    assert found.left_out == ("leak audit and checks: lexicon changed since; --rebuild makes it again at its commit",)


def test_a_commit_that_was_written_anew_is_found_by_its_tree() -> None:
    """And one that is not there at all is an error with the way out."""
    here = inputs.commit()
    if not here:
        pytest.skip("not a git checkout")
    assert verify._commit_of({"name": "v1", "commit": "0" * 40, "tree": here["tree"]})
    with pytest.raises(KhichdiError, match="nor its tree 000000000000 is in this clone"):
        verify._commit_of({"name": "v1", "commit": "0" * 40, "tree": "0" * 40})


def test_every_committed_version_passes() -> None:
    """In any clone of any later commit; those of one major have the same tests."""
    places = sorted(opened_module.RELEASES.glob(f"*/{MANIFEST}"))
    for path in places:
        assert verified(path.parent.name).root == msgspec.json.decode(path.read_bytes())["root"]
    tests: dict[tuple[str, str], set[str]] = {}
    for path in places:
        manifest = msgspec.json.decode(path.read_bytes())
        for name in TIERS:
            if name != "train" and manifest["version"].endswith(".0"):
                tests.setdefault((manifest["version"].split(".")[0], name), set()).add(manifest["splits"][name]["root"])
    assert all(len(roots) == 1 for roots in tests.values())


def test_git_words_that_fail_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first two words and what git said."""

    def fail(*_: Any, **__: Any) -> None:
        raise subprocess.CalledProcessError(1, "git", stderr="fatal: no")

    monkeypatch.setattr(verify.subprocess, "run", fail)
    with pytest.raises(KhichdiError, match="git worktree add: fatal: no"):
        verify._git("worktree", "add", "x")
