"""Laws of the Hub, through the real client against a double: one commit, a tag that never moves, the same root after any fault or kill."""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation import hub
from curation.hub_card import KEEP, merged
from curation.hub_check import check, root_of_rows
from curation.hub_errors import (
    BusyError,
    CardError,
    CorruptError,
    CutError,
    DownError,
    FrozenError,
    HubError,
    MissingError,
    MovedTagError,
    OvertakenError,
    RefusedError,
    TakenError,
)
from generators.run import Rejected
from generators.write import write
from hinglish.errors import KhichdiError
from tests.hub_double import TOKEN, Commit, HubDouble
from tests.rows import demo

REPO = "somebody/khichdi"
ROWS = {"v1.0.0": 30, "v1.1.0": 45}
MOMENTS = 20
SLACK = 3  # how many connections the client's threads open is chance: a late moment may not come
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two small sets that look like releases: version → folder; the second holds a file more."""
    out = {}
    for version, rows in ROWS.items():
        out[version] = tmp_path_factory.mktemp("made") / version
        quarantined = [Rejected("a", "t", "reread", "x", "y")] * (rows % 2)
        write(demo().rows[:rows], quarantined, out[version], name="khichdi", facts={"version": version})
    return out


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubDouble]:
    """A Hub without anything on it; the client keeps its cache here, uses no xet, and does not sleep between its own tries."""
    from huggingface_hub import constants, file_download
    from huggingface_hub.utils import _http
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)  # another test may have had the client first imported offline
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hf"))
    for module in (_http, file_download):
        monkeypatch.setattr(module, "time", SimpleNamespace(sleep=float, time=lambda: 0.0))
    with HubDouble() as there:
        yield there


class Hub:
    """push and pull as a user of this double calls them; what they would have slept is written down."""

    def __init__(self, double: HubDouble) -> None:
        self.double = double
        self.slept: list[float] = []
        self.options: dict[str, Any] = {"endpoint": double.url, "token": TOKEN, "sleep": self.slept.append}

    def push(self, folder: Path, version: str = "v1.0.0", **more: Any) -> hub.Pushed:
        return hub.push(folder, REPO, version, **(self.options | more))

    def pull(self, out: Path, version: str = "v1.0.0", **more: Any) -> hub.Pulled:
        return hub.pull(f"{REPO}@{version}", out, **(self.options | more))

    @property
    def titles(self) -> list[str]:
        """The commits from the first to the head."""
        repo, out, at = self.double.repos[REPO], [], self.double.repos[REPO].main
        while at:
            out.append(repo.commits[at].title)
            at = repo.commits[at].parent
        return out[::-1]


@pytest.fixture
def there(double: HubDouble) -> Hub:
    """The double with push and pull."""
    return Hub(double)


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def edited(folder: Path, out: Path, **change: Any) -> Path:
    """A copy of a set whose manifest says otherwise."""
    shutil.copytree(folder, out)
    manifest = json.loads((out / "manifest.json").read_bytes()) | change
    (out / "manifest.json").write_bytes(msgspec.json.encode(manifest))
    return out


def commit_to_main(double: HubDouble, files: dict[str, bytes]) -> str:
    """Somebody else's commit."""
    repo = double.repos[REPO]
    return repo.add({**repo.commits[repo.main].files, **{n: (c, n.endswith(".parquet")) for n, c in files.items()}}, "by hand")


# There and back


def test_a_release_goes_in_one_commit_and_comes_back_byte_by_byte(there: Hub, made: dict[str, Path], tmp_path: Path) -> None:
    """One commit beyond the Hub's own, the tag on it, and the pulled folder is the pushed one."""
    done = there.push(made["v1.0.0"])
    assert done.done == "new"
    assert there.titles == ["initial commit", "Release v1.0.0"]
    assert there.double.repos[REPO].tags == {"v1.0.0": done.commit}
    got = there.pull(tmp_path / "out")
    assert content(tmp_path / "out") == content(made["v1.0.0"])
    assert got.root == done.root == json.loads((made["v1.0.0"] / "manifest.json").read_bytes())["root"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["hf", "out"]


def test_again_does_nothing(there: Hub, made: dict[str, Path], tmp_path: Path) -> None:
    """A push of what stands writes nothing; a pull of what stands downloads nothing."""
    there.push(made["v1.0.0"])
    there.pull(tmp_path / "out")
    there.double.asked.clear()
    assert there.push(made["v1.0.0"]).done == "there"
    assert not there.pull(tmp_path / "out").fetched
    assert {r.split()[0] for r in there.double.asked} <= {"GET", "HEAD"}
    assert not [r for r in there.double.asked if ".parquet" in r]


def test_a_later_version_leaves_the_earlier_as_it_was(there: Hub, made: dict[str, Path], tmp_path: Path) -> None:
    """After v1.1.0, v1.0.0 is the same; files that the last release listed and this one does not are deleted, others stay."""
    first = edited(made["v1.0.0"], tmp_path / "first")
    (first / "old.txt").write_text("gone in the next")
    files = json.loads((first / "manifest.json").read_bytes())["files"]
    first = edited(first, tmp_path / "first2", files=files | {"old.txt": sha256(b"gone in the next").hexdigest()})
    there.push(first)
    commit_to_main(there.double, {"LICENSE": b"theirs"})
    assert there.push(made["v1.1.0"], "v1.1.0").deleted == ("old.txt",)
    repo = there.double.repos[REPO]
    assert set(repo.commits[repo.main].files) == {*content(made["v1.1.0"]), "LICENSE", ".gitattributes"}
    there.pull(tmp_path / "out")
    assert content(tmp_path / "out") == content(first)
    there.pull(tmp_path / "out", "v1.1.0")
    assert content(tmp_path / "out") == content(made["v1.1.0"])
    roots = {v: check(made[v])["root"] for v in made}
    assert hub.tags(REPO, endpoint=there.double.url, token=TOKEN) == roots


def test_a_dry_run_writes_nothing(there: Hub, made: dict[str, Path]) -> None:
    """It says what a push would add, and only reads, whether the repo is there or not."""
    assert set(there.push(made["v1.0.0"], dry_run=True).added) == set(content(made["v1.0.0"]))
    assert not there.double.repos
    there.push(made["v1.0.0"])
    there.double.asked.clear()
    would = there.push(made["v1.1.0"], "v1.1.0", dry_run=True)
    assert would.done == "dry"
    assert "prompt.json" not in would.added
    assert {r.split()[0] for r in there.double.asked} <= {"GET", "HEAD"}


LOAD = """
import json, sys
from datasets import load_dataset
out = {}
for config in ("default", "annotated"):
    rows = load_dataset(sys.argv[1], config, revision=sys.argv[2], split="train")
    out[config] = [rows.num_rows, rows["sha"][:]]
print(json.dumps(out))
"""


def environment(double: HubDouble, home: Path) -> dict[str, str]:
    """What a process needs so that its Hub is the double."""
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "HUGGING"))}
    more = {"HF_ENDPOINT": double.url, "HF_HUB_DISABLE_XET": "1", "HF_HOME": str(home), "HF_TOKEN": TOKEN, "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    return keep | more | {"PYTHONPATH": str(ROOT), "HF_HUB_DISABLE_TELEMETRY": "1"}


def test_datasets_loads_a_tag(there: Hub, made: dict[str, Path], tmp_path: Path) -> None:
    """load_dataset(repo, revision="v1.0.0") gives its rows, both configs, after a later version stands on main."""
    there.push(made["v1.0.0"])
    there.push(made["v1.1.0"], "v1.1.0")
    command = [sys.executable, "-c", LOAD, REPO, "v1.0.0"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(there.double, tmp_path / "home"), check=False)  # noqa: S603  # our own code
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found == {c: [ROWS["v1.0.0"], [e.sha for e in demo().rows[: ROWS["v1.0.0"]]]] for c in ("default", "annotated")}


def test_the_double_answers_the_client_as_a_hub(there: Hub, made: dict[str, Path]) -> None:
    """whoami, HEAD and GET and Range, 401, 404 by kind, 409 and 412 come out of the real client as its own exceptions."""
    from huggingface_hub import CommitOperationAdd, HfApi, HfFileSystem, get_hf_file_metadata, hf_hub_url
    from huggingface_hub.errors import HfHubHTTPError, RemoteEntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError

    api = HfApi(endpoint=there.double.url, token=TOKEN)
    commit = there.push(made["v1.0.0"]).commit
    assert api.whoami()["name"] == "somebody"
    name = f"default/{'train-00000-of-00001.parquet'}"
    raw = (made["v1.0.0"] / name).read_bytes()
    meta = get_hf_file_metadata(hf_hub_url(REPO, name, repo_type="dataset", revision="v1.0.0", endpoint=there.double.url))
    assert (meta.commit_hash, meta.etag, meta.size) == (commit, sha256(raw).hexdigest(), len(raw))
    with HfFileSystem(endpoint=there.double.url, token=TOKEN).open(f"datasets/{REPO}@v1.0.0/{name}", "rb", block_size=64) as file:
        file.seek(-8, 2)
        assert file.read() == raw[-8:]
    for kind, call in (
        (RepositoryNotFoundError, partial(api.dataset_info, "somebody/none")),
        (RevisionNotFoundError, partial(api.dataset_info, REPO, revision="v9.0.0")),
        (RemoteEntryNotFoundError, partial(api.hf_hub_download, REPO, "none.txt", repo_type="dataset")),
    ):
        with pytest.raises(kind):
            call()
    add = [CommitOperationAdd("a.txt", b"a")]
    for status, do in (
        (401, partial(HfApi(endpoint=there.double.url, token="hf_wrong").whoami)),  # noqa: S106  # a wrong one
        (409, partial(api.create_tag, REPO, tag="v1.0.0", repo_type="dataset")),
        (412, partial(api.create_commit, REPO, add, commit_message="late", repo_type="dataset", parent_commit="0" * 40)),
    ):
        with pytest.raises(HfHubHTTPError) as fault:
            do()
        assert fault.value.response.status_code == status
    with pytest.raises(ValueError, match="Invalid metadata"):
        api.create_commit(REPO, [CommitOperationAdd("README.md", b"---\na: [\n---\n")], commit_message="bad", repo_type="dataset")


# Faults

FAULTS: list[tuple[str, str, int, dict[str, str], type[HubError]]] = [
    ("POST", "/commit/", 401, {}, RefusedError),
    ("POST", "/repos/create", 403, {}, RefusedError),
    ("POST", "/tag/", 404, {}, MissingError),
    ("POST", "/tag/", 409, {}, TakenError),
    ("POST", "/commit/", 409, {}, TakenError),
    ("POST", "/commit/", 412, {}, OvertakenError),
    ("POST", "/commit/", 429, {"Retry-After": "7"}, BusyError),
    ("POST", "/preupload/", 429, {"RateLimit": '"api";r=0;t=5'}, BusyError),
    ("PUT", "/lfs/", 500, {}, DownError),
    ("POST", "/validate-yaml", 502, {}, DownError),
    ("POST", "/commit/", 503, {"Retry-After": "3"}, DownError),
    ("GET", "/refs", 504, {}, DownError),
]


@pytest.mark.parametrize(("method", "path", "status", "headers", "kind"), FAULTS, ids=[f"{f[1]}-{f[2]}" for f in FAULTS])
def test_a_fault_has_its_type_and_is_met_with_patience_that_ends(
    there: Hub, made: dict[str, Path], method: str, path: str, status: int, headers: dict[str, str], kind: type[HubError]
) -> None:
    """Standing: its type, after as many tries as were given, having waited as told. Passing: the release is there after all."""
    there.double.fail(method, path, times=1000, status=status, headers=headers)
    with pytest.raises(kind) as fault:
        there.push(made["v1.0.0"], tries=3)
    assert len(there.slept) == (2 if kind.passes else 0)
    told = [float(v.rpartition("=")[2]) for v in headers.values()]
    assert fault.value.wait == (told[0] if told else None)
    if kind.passes:
        assert there.slept == (told * 2 or [2.0, 4.0])
    assert "v1.0.0" not in (there.double.repos[REPO].tags if there.double.repos else {})
    there.double.faults[0].times = 1
    if kind.passes:
        there.push(made["v1.0.0"])
        assert there.titles == ["initial commit", "Release v1.0.0"]


@pytest.mark.parametrize("cut", ["before", "after", "half"])
@pytest.mark.parametrize("where", ["POST /repos/create", "PUT /lfs/", "POST /commit/", "POST /tag/", "GET /tree/"])
def test_a_cut_connection_is_survived(there: Hub, made: dict[str, Path], tmp_path: Path, where: str, cut: str) -> None:
    """Cut before the work, or after it with the answer lost: one commit, one tag, the same bytes."""
    method, path = where.split()
    there.double.fail(method, path, cut=cut)
    there.push(made["v1.0.0"])
    assert there.double.faults[0].times == 0
    assert there.titles == ["initial commit", "Release v1.0.0"]
    there.pull(tmp_path / "out")
    assert content(tmp_path / "out") == content(made["v1.0.0"])


@pytest.mark.parametrize("cut", ["before", "half"])
def test_a_download_cut_off_goes_on(there: Hub, made: dict[str, Path], tmp_path: Path, cut: str) -> None:
    """A body that stops half way is fetched on from there; where it never ends, CutError, and no folder stands."""
    there.push(made["v1.0.0"])
    there.double.fail("GET", "resolve/.*parquet", times=2, cut=cut)
    there.pull(tmp_path / "one")
    assert content(tmp_path / "one") == content(made["v1.0.0"])
    there.double.fail("GET", "resolve/.*parquet", times=1000, cut="before")
    with pytest.raises(CutError):
        there.pull(tmp_path / "two", tries=2)
    assert not (tmp_path / "two").exists()
    there.double.faults.clear()
    there.pull(tmp_path / "two")
    assert content(tmp_path / "two") == content(made["v1.0.0"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["hf", "one", "two"]


def test_a_hub_that_wants_a_long_pause_is_left_alone(there: Hub, made: dict[str, Path]) -> None:
    """Retry-After of a day: BusyError at once, saying when."""
    there.double.fail("POST", "/commit/", times=9, status=429, headers={"Retry-After": "86400"})
    with pytest.raises(BusyError, match="86400"):
        there.push(made["v1.0.0"])
    assert there.slept == []


def test_nobody_signed_in_is_said(there: Hub, made: dict[str, Path], tmp_path: Path) -> None:
    """A wrong token is RefusedError, on the way there and back; a missing repo or tag MissingError with the tags there are."""
    with pytest.raises(RefusedError, match="HF_TOKEN"):
        there.push(made["v1.0.0"], token="hf_wrong")  # noqa: S106  # a wrong one
    with pytest.raises(MissingError):
        there.pull(tmp_path / "out")
    there.push(made["v1.0.0"])
    with pytest.raises(MissingError, match=r"v9\.0\.0: no such tag; tags: v1\.0\.0"):
        there.pull(tmp_path / "out", "v9.0.0")
    with pytest.raises(RefusedError):
        there.pull(tmp_path / "out", token="hf_wrong")  # noqa: S106  # a wrong one


def test_a_commit_of_somebody_else_in_between_is_kept(there: Hub, made: dict[str, Path]) -> None:
    """412 makes the push read again: their card's words are in ours, their file stands, ours are on top, once."""
    left = [b"Theirs."]

    def meanwhile(request: str, moment: str) -> None:
        if "/commit/" in request and moment == "before" and left:
            commit_to_main(there.double, {"theirs.txt": b"", "README.md": left.pop()})

    there.double.watch = meanwhile
    there.push(made["v1.0.0"])
    assert there.titles == ["initial commit", "by hand", "Release v1.0.0"]
    repo = there.double.repos[REPO]
    assert set(repo.commits[repo.main].files) == {*content(made["v1.0.0"]), "theirs.txt", ".gitattributes"}
    assert repo.commits[repo.main].files["README.md"][0].endswith(b"Theirs.\n")


@pytest.mark.parametrize("same", [True, False])
def test_two_who_push_one_version(there: Hub, made: dict[str, Path], tmp_path: Path, same: bool) -> None:
    """409 on the tag: the same rows are there, and that is what was wanted; other rows are FrozenError."""
    other = made["v1.0.0"] if same else edited(made["v1.1.0"], tmp_path / "other", version="v1.0.0")

    def meanwhile(request: str, moment: str) -> None:
        if "/tag/" in request and moment == "before":
            there.double.watch = lambda request, moment: None
            there.push(other)

    there.double.watch = meanwhile
    if same:
        assert there.push(made["v1.0.0"]).done == "there"
    else:
        with pytest.raises(FrozenError, match="a tag is never moved"):
            there.push(made["v1.0.0"])


# The card


def test_the_card_keeps_what_people_added(there: Hub, made: dict[str, Path], tmp_path: Path) -> None:
    """Keys and text of a card that stood first are kept through two releases; what is pulled is checked with it."""
    there.push(made["v1.0.0"], dry_run=True)
    from huggingface_hub import HfApi

    HfApi(endpoint=there.double.url, token=TOKEN).create_repo(REPO, repo_type="dataset")
    commit_to_main(there.double, {"README.md": b"---\nlicense: mit\ntags: [hinglish]\npretty_name: Khichdi\n---\nWritten by hand.\n"})
    for version, folder in made.items():
        assert there.push(folder, version).card_merged
        there.pull(tmp_path / version, version)
        card = (tmp_path / version / "README.md").read_text()
        assert 'pretty_name: "Khichdi"' in card
        assert 'license: "cc-by-4.0"' in card
        assert card.endswith(f"{KEEP}\n\nWritten by hand.\n")
        assert f"{ROWS[version]} made Hinglish messages" in card
        assert there.push(folder, version).done == "there"


def test_text_put_where_it_would_be_lost_stops_the_push(there: Hub, made: dict[str, Path]) -> None:
    """A hand in the generated part is CardError with the way out; below the line it is kept."""
    there.push(made["v1.0.0"])
    card = (made["v1.0.0"] / "README.md").read_text()
    commit_to_main(there.double, {"README.md": card.replace("A made set", "An awful set").encode()})
    with pytest.raises(CardError, match="below the line"):
        there.push(made["v1.1.0"], "v1.1.0")
    commit_to_main(there.double, {"README.md": f"{card}\n{KEEP}\n\nMine.\n".encode()})
    assert there.push(made["v1.1.0"], "v1.1.0").card_merged


words = st.text("ab कख:#-\n", max_size=30)
heads = st.dictionaries(st.sampled_from(["license", "tags", "x", "pretty_name"]), st.lists(st.text("abक", max_size=3), max_size=2), max_size=3)


@given(heads, words, heads, words, st.booleans(), st.booleans())
def test_merging_again_changes_nothing(mine: dict[str, Any], text: str, other: dict[str, Any], theirs: str, kept: bool, generated: bool) -> None:
    """The law that makes a killed push resumable: merged(ours, merged(ours, theirs)) is merged(ours, theirs)."""

    def card(head: dict[str, Any], body: str) -> str:
        return "---\n" + "".join(f"{k}: {json.dumps(v)}\n" for k, v in head.items()) + f"---\n{body}"

    ours = card(mine, text)
    once = merged(ours, card(other, theirs + (f"\n{KEEP}\nmine" if kept else "")), generated=generated)
    assert merged(ours, once, generated=True) == once
    assert merged(ours, ours, generated=True) == ours


# A tag that moved, bytes that changed


def test_a_moved_tag_is_noticed(there: Hub, made: dict[str, Path], tmp_path: Path) -> None:
    """Moved to another version, to other rows under its name, or to a rewritten manifest: pull and push refuse, and the folder stands."""
    there.push(made["v1.0.0"])
    later = there.push(made["v1.1.0"], "v1.1.0").commit
    there.pull(tmp_path / "out")
    repo = there.double.repos[REPO]
    repo.tags["v1.0.0"] = later
    with pytest.raises(MovedTagError, match=r"not of v1\.0\.0"):
        there.pull(tmp_path / "new")
    forged = edited(made["v1.1.0"], tmp_path / "forged", version="v1.0.0")
    repo.tags["v1.0.0"] = commit_to_main(there.double, content(forged))
    with pytest.raises(MovedTagError, match="other content"):
        there.pull(tmp_path / "out")
    with pytest.raises(MovedTagError, match="known as"):
        there.pull(tmp_path / "new", root=str(check(made["v1.0.0"])["root"]))
    with pytest.raises(FrozenError):
        there.push(made["v1.0.0"])
    assert content(tmp_path / "out") == content(made["v1.0.0"])
    assert not (tmp_path / "new").exists()


def test_changed_bytes_are_refused_both_ways(there: Hub, made: dict[str, Path], tmp_path: Path) -> None:
    """An edited parquet, a manifest with another root, shas that are not those of the rows, a name outside the folder."""
    name = "default/train-00000-of-00001.parquet"
    bad = edited(made["v1.0.0"], tmp_path / "bad")
    (bad / name).write_bytes((bad / name).read_bytes()[:-1] + b"x")
    with pytest.raises(CorruptError, match=name):
        there.push(bad)
    with pytest.raises(CorruptError, match="rows give root"):
        there.push(edited(made["v1.0.0"], tmp_path / "root", root="0" * 64))
    mixed = edited(made["v1.0.0"], tmp_path / "mixed")
    shutil.copy(made["v1.1.0"] / name, mixed / name)
    with pytest.raises(CorruptError, match="not those of the rows"):
        root_of_rows(mixed, {})
    with pytest.raises(CorruptError, match="no release holds"):
        there.push(edited(made["v1.0.0"], tmp_path / "out", files={"../x": "0"}))
    assert not there.double.repos
    there.push(made["v1.0.0"])
    repo = there.double.repos[REPO]
    tagged = repo.tags["v1.0.0"]
    repo.commits[tagged] = Commit({**repo.commits[tagged].files, name: ((bad / name).read_bytes(), True)}, "x", "")
    with pytest.raises(CorruptError, match="not the sha256"):
        there.pull(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_what_was_spoilt_on_the_way_is_fetched_anew(there: Hub, made: dict[str, Path], tmp_path: Path) -> None:
    """A part folder with a foreign file, a hidden one, or one that broke unseen by the client's own notes gives the same folder."""
    from huggingface_hub import HfApi

    commit = there.push(made["v1.0.0"]).commit
    part = tmp_path / ".out.part"
    shutil.copytree(made["v1.1.0"], part)
    api = HfApi(endpoint=there.double.url, token=TOKEN)
    broken = Path(api.hf_hub_download(REPO, "README.md", repo_type="dataset", revision=commit, local_dir=part))
    then = broken.stat().st_mtime
    broken.write_text("half")
    os.utime(broken, (then, then))
    (part / "prompt.json").write_text("{}")
    (part / ".hidden").write_text("x")
    there.pull(tmp_path / "out")
    assert content(tmp_path / "out") == content(made["v1.0.0"])
    (tmp_path / "out" / "prompt.json").write_text("{}")
    assert there.pull(tmp_path / "out").fetched
    assert content(tmp_path / "out") == content(made["v1.0.0"])


def test_other_peoples_folders_are_left_alone(there: Hub, tmp_path: Path, made: dict[str, Path]) -> None:
    """A folder that khichdi did not write is not replaced; odd names of repos and versions say what is right."""
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "draft.txt").write_text("dear")
    with pytest.raises(KhichdiError, match="did not write"):
        there.pull(tmp_path / "thesis")
    with pytest.raises(KhichdiError, match="owner/name"):
        hub.pull("khichdi@v1.0.0", tmp_path / "out")
    with pytest.raises(KhichdiError, match=r"such as v1\.0\.0"):
        hub.pull("a/b@main", tmp_path / "out")
    with pytest.raises(KhichdiError, match=r"of v1\.0\.0, not of v1\.1\.0"):
        there.push(made["v1.0.0"], "v1.1.0")
    with pytest.raises(KhichdiError, match="release build"):
        there.push(tmp_path / "thesis")


# Killed

WORKER = """
import json, os, signal, sys, traceback
from pathlib import Path
import httpx2, huggingface_hub, huggingface_hub.hf_api, huggingface_hub.file_download, huggingface_hub._commit_api, huggingface_hub.lfs
import polars  # noqa: F401  # imported once, used in the children only
from curation import hub

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
NAMED = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.utime", "shutil.rmtree", "socket.connect"}
send = httpx2.Client.send


def run(job):
    count = [0]

    def moment():
        count[0] += 1
        if count[0] == job["die"]:
            os.kill(os.getpid(), signal.SIGKILL)

    def event(name, args):
        if name in NAMED or (name == "open" and isinstance(args[2], int) and args[2] & WRITES):
            moment()

    def counted(self, *args, **more):
        moment()
        answer = send(self, *args, **more)
        moment()
        return answer

    httpx2.Client.send = counted
    sys.addaudithook(event)
    if job["do"] == "push":
        root = hub.push(Path(job["folder"]), job["repo"], job["version"]).root
    else:
        root = hub.pull(job["repo"] + "@" + job["version"], Path(job["folder"])).root
    return [root, count[0]]


for line in sys.stdin:
    into, out = os.pipe()
    if os.fork() == 0:
        try:
            os.write(out, json.dumps(run(json.loads(line))).encode())
        except BaseException:
            os.write(out, json.dumps(traceback.format_exc()).encode())
        finally:
            os._exit(0)
    os.close(out)
    with os.fdopen(into) as file:
        said = file.read()
    os.wait()
    print(said or "null", flush=True)
"""


@pytest.fixture
def work(double: HubDouble, tmp_path: Path) -> Iterator[Callable[..., list[Any] | None]]:
    """Run a push or a pull in its own process, killed -9 at its nth moment (a request, an answer, a write, a rename …); None when it was killed."""
    environ = environment(double, tmp_path / "home")
    with subprocess.Popen([sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ, cwd=ROOT) as worker:  # noqa: S603
        assert worker.stdin is not None
        assert worker.stdout is not None
        to, of = worker.stdin, worker.stdout

        def call(**job: Any) -> list[Any] | None:
            to.write(json.dumps({"repo": REPO, "version": "v1.0.0", "die": 0, **job}) + "\n")
            to.flush()
            answer = json.loads(of.readline())
            assert not isinstance(answer, str), answer
            return answer if answer is None else list(answer)

        yield call
        to.close()


def moments(last: int, seed: int) -> list[int]:
    """20 random moments of 1 … last, the first and the last among them."""
    return sorted({1, last, *random.Random(seed).sample(range(2, last), min(MOMENTS, last) - 2)})


def test_a_killed_push_goes_on(there: Hub, made: dict[str, Path], work: Callable[..., list[Any] | None]) -> None:
    """Killed anywhere: a tag stands only on the whole release, and the same command gives the same commit, once."""
    whole = work(do="push", folder=str(made["v1.0.0"]))
    assert whole is not None
    (root, last), killed = whole, 0
    repo = there.double.repos.pop(REPO)
    for die in moments(last, 1):
        there.double.lfs.clear()
        killed += work(do="push", folder=str(made["v1.0.0"]), die=die) is None
        half = there.double.repos.get(REPO)
        assert half is None or len(half.commits) == 1 or half.commits[half.main].files == repo.commits[repo.main].files
        again = work(do="push", folder=str(made["v1.0.0"]))
        assert again is not None
        assert again[0] == root
        assert there.double.repos.pop(REPO) == repo
    assert killed >= MOMENTS - SLACK


def test_a_killed_pull_goes_on(there: Hub, made: dict[str, Path], work: Callable[..., list[Any] | None], tmp_path: Path) -> None:
    """Killed anywhere, over an older version: the folder is the old one, the new one or (between two renames) away; then the new one, no stray file."""
    for version, folder in made.items():
        there.push(folder, version)
    old, new = content(made["v1.0.0"]), content(made["v1.1.0"])
    place = tmp_path / "place"
    job: dict[str, Any] = {"do": "pull", "folder": str(place / "out"), "version": "v1.1.0"}

    def fresh() -> None:
        shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(tmp_path / "home", ignore_errors=True)
        shutil.copytree(made["v1.0.0"], place / "out")

    fresh()
    whole = work(**job)
    assert whole is not None
    (root, last), killed = whole, 0
    for die in moments(last, 2):
        fresh()
        killed += work(**job, die=die) is None
        assert not (place / "out").exists() or content(place / "out") in (old, new)
        again = work(**job)
        assert again is not None
        assert again[0] == root
        assert content(place / "out") == new
        assert [p.name for p in place.iterdir()] == ["out"]
    assert killed >= MOMENTS - SLACK
