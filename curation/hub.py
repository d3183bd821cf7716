"""A release to and from the Hugging Face Hub: push in one commit under a tag that never moves, pull and check every byte.

A push is a walk over states that are read, not remembered: repo → files → one commit on top of the head that was read → tag. Killed
anywhere, the same command reads where it stands and goes on; run again, it finds the tag and does nothing. A pull writes beside
its place and renames. Rows decide identity: the root in manifest.json, made again from the rows.

The real Hub was never reached from tests or CI: they run the real client (huggingface_hub 2.4) against a double of its
routes (tests/hub_double.py). Set HF_ENDPOINT for another Hub. Xet uploads are untried: set HF_HUB_DISABLE_XET=1, which uses LFS.
"""

import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha1, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from curation.hub_card import KEEP, generated_part, merged
from curation.hub_check import MANIFEST, check, faults, held_to_version, read_manifest, sha256_of
from curation.hub_errors import TRIES, CardError, CorruptError, FrozenError, MissingError, MovedTagError, Sleep, asking, patiently
from generators.write import swap
from hinglish.errors import KhichdiError

if TYPE_CHECKING:
    from huggingface_hub import HfApi

KIND = "dataset"
CARD = "README.md"
TAG = re.compile(r"v\d+\.\d+\.\d+")


class Pushed(NamedTuple):
    """What a push did or, dry, would do. `done`: new (committed and tagged), tagged (the commit stood), there (nothing to do), dry."""

    repo: str
    version: str
    root: str
    done: str
    commit: str
    added: tuple[str, ...]
    deleted: tuple[str, ...]
    card_merged: bool


class Pulled(NamedTuple):
    """What a pull brought: the commit that the tag names and the root of its rows; `fetched` is False where the folder stood already."""

    repo: str
    version: str
    root: str
    commit: str
    files: int
    fetched: bool


@dataclass(frozen=True)
class State:
    """A repo as read: its head, tags and files (path → (sha256 of an LFS file or None, git blob id)); head "" where there is none."""

    head: str
    tags: Mapping[str, str]
    files: Mapping[str, tuple[str | None, str]]


def _api(repo: str, version: str, endpoint: str | None, token: str | None) -> "HfApi":
    from huggingface_hub import HfApi

    if len([p for p in repo.split("/") if p]) != 2:
        raise KhichdiError(f'"{repo}": a repo is owner/name')
    if not TAG.fullmatch(version):
        raise KhichdiError(f'"{version}": a version is a tag such as v1.0.0')
    return HfApi(endpoint=endpoint, token=token, library_name="khichdi")


def _state(api: "HfApi", repo: str) -> State:
    from huggingface_hub import RepoFile
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    with asking(repo):
        try:
            head = str(api.dataset_info(repo).sha)
        except GatedRepoError:
            raise
        except RepositoryNotFoundError:
            return State("", {}, {})
        tags = {t.name: t.target_commit for t in api.list_repo_refs(repo, repo_type=KIND).tags}
        found = [f for f in api.list_repo_tree(repo, recursive=True, revision=head, repo_type=KIND) if isinstance(f, RepoFile)]
    return State(head, tags, {f.path: (f.lfs.sha256 if f.lfs else None, f.blob_id) for f in found})


def _fetch(api: "HfApi", repo: str, revision: str, name: str) -> bytes:
    with asking(f"{repo}@{revision[:12]}/{name}"):
        return Path(api.hf_hub_download(repo, name, repo_type=KIND, revision=revision)).read_bytes()


def tags(repo: str, *, endpoint: str | None = None, token: str | None = None) -> dict[str, str]:
    """Every version tag of a repo → the root that its manifest claims: held against data/releases, it shows a tag that moved."""
    api = _api(repo, "v0.0.0", endpoint, token)
    there = _state(api, repo).tags
    return {t: str(read_manifest(_fetch(api, repo, c, MANIFEST), f"{repo}@{t}")["root"]) for t, c in sorted(there.items()) if TAG.fullmatch(t)}


def push(
    folder: Path,
    repo: str,
    version: str,
    dry_run: bool = False,
    *,
    private: bool = False,
    endpoint: str | None = None,
    token: str | None = None,
    tries: int = TRIES,
    sleep: Sleep = time.sleep,
) -> Pushed:
    """Put a checked release folder on the Hub: one commit, one tag. Again after a kill or a passing fault, it goes on where it stands.

    The client waits and tries again by itself on uploads (five times); `tries` bounds the whole walk. A dry run reads only.
    Raises HubError (curation/hub_errors.py), FrozenError where the version stands with other rows, CardError for text that would be lost.
    """
    api = _api(repo, version, endpoint, token)
    manifest = check(folder, version)
    return patiently(partial(_push, api, folder, manifest, repo, version, dry_run, private), tries=tries, sleep=sleep)


def _push(api: "HfApi", folder: Path, manifest: dict[str, Any], repo: str, version: str, dry_run: bool, private: bool) -> Pushed:
    state = _state(api, repo)
    root = str(manifest["root"])
    if version in state.tags:
        theirs = read_manifest(_fetch(api, repo, version, MANIFEST), f"{repo}@{version}")
        if _identity(theirs) != _identity(manifest):
            raise FrozenError(f"{repo}@{version}: stands with root {theirs['root'][:12]}, not {root[:12]}; a tag is never moved: give the next version")
        return Pushed(repo, version, root, "there", state.tags[version], (), (), False)
    if not state.head and not dry_run:
        with asking(repo):
            api.create_repo(repo, repo_type=KIND, private=private, exist_ok=True)
        state = _state(api, repo)
    content, stale, card_merged = _wanted(api, folder, manifest, repo, state)
    added = tuple(n for n, c in content.items() if not _stands(c, state.files.get(n)))
    commit = state.head
    if dry_run:
        return Pushed(repo, version, root, "dry", commit, added, stale, card_merged)
    if added or stale:
        commit = _commit(api, repo, version, {n: content[n] for n in added}, stale, state.head)
    with asking(f"{repo}@{version}"):
        api.create_tag(repo, tag=version, revision=commit, repo_type=KIND, tag_message=f"root {root}")
    return Pushed(repo, version, root, "new" if added or stale else "tagged", commit, added, stale, card_merged)


def _identity(manifest: Mapping[str, Any]) -> tuple[Any, ...]:
    """Root and files but for the card, which is merged with what the repo has."""
    return manifest["root"], sorted((n, s) for n, s in manifest["files"].items() if n != CARD)


def _wanted(api: "HfApi", folder: Path, manifest: dict[str, Any], repo: str, state: State) -> tuple[dict[str, Path | bytes], tuple[str, ...], bool]:
    """What the commit is to hold, what it deletes (what the last release listed and this one does not), and whether the card was merged."""
    content: dict[str, Path | bytes] = {n: folder / n for n in (*manifest["files"], MANIFEST)}
    last = read_manifest(_fetch(api, repo, state.head, MANIFEST), repo) if MANIFEST in state.files else None
    stale = tuple(n for n in last["files"] if n in state.files and n not in content) if last else ()
    if CARD not in state.files or CARD not in content:
        return content, stale, False
    ours = (folder / CARD).read_text(encoding="utf-8")
    card = merged(ours, _their_card(api, repo, state, last), generated=last is not None)
    if card != ours:
        content[CARD] = card.encode()
        files = manifest["files"] | {CARD: sha256(card.encode()).hexdigest()}
        content[MANIFEST] = msgspec.json.format(msgspec.json.encode(manifest | {"files": files}), indent=2)
    return content, stale, card != ours


def _their_card(api: "HfApi", repo: str, state: State, last: Mapping[str, Any] | None) -> str:
    """The card at the head. Text that a hand changed in its generated part would be lost: CardError."""
    raw = _fetch(api, repo, state.head, CARD)
    theirs = raw.decode()
    tag = str(last.get("version", "")) if last else ""
    tag = tag if tag in state.tags else f"v{tag}"
    if last and sha256(raw).hexdigest() != last["files"].get(CARD) and tag in state.tags:
        was = _fetch(api, repo, tag, CARD).decode()
        if generated_part(was) != generated_part(theirs):
            raise CardError(f"{repo}/{CARD}: text was changed in its generated part since {tag}; put it below the line {KEEP} on the Hub, then push again")
    return theirs


def _stands(content: Path | bytes, there: tuple[str | None, str] | None) -> bool:
    if there is None:
        return False
    lfs, blob = there
    if lfs is not None and isinstance(content, Path):
        return sha256_of(content) == lfs
    data = content.read_bytes() if isinstance(content, Path) else content
    return sha256(data).hexdigest() == lfs if lfs else sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest() == blob


def _commit(api: "HfApi", repo: str, version: str, content: Mapping[str, Path | bytes], stale: tuple[str, ...], parent: str) -> str:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    adds = [CommitOperationAdd(n, c) for n, c in content.items()]
    with asking(repo):
        done = api.create_commit(
            repo,
            [*adds, *(CommitOperationDelete(n) for n in stale)],
            commit_message=f"Release {version}",
            repo_type=KIND,
            parent_commit=parent,
        )
    return str(done.oid)


def pull(
    source: str,
    out: Path,
    verify: bool = True,
    *,
    root: str | None = None,
    endpoint: str | None = None,
    token: str | None = None,
    tries: int = TRIES,
    sleep: Sleep = time.sleep,
) -> Pulled:
    """Bring owner/name@v1.0.0 to a folder: beside its place, checked, renamed. Again after a kill, it goes on.

    verify: every sha256 of the manifest, and the root made again from the rows. root: what the version is known to be (data/releases).
    Raises MovedTagError where the tag's manifest is of another version, another root, or other than the same version in `out`.
    """
    repo, _, version = source.partition("@")
    api = _api(repo, version, endpoint, token)
    if out.exists() and (not out.is_dir() or any(out.iterdir())) and not (out / MANIFEST).exists():
        raise KhichdiError(f"{out}: holds files that khichdi did not write; name an empty or new folder")
    return patiently(partial(_pull, api, repo, version, out, verify, root), tries=tries, sleep=sleep)


def _pull(api: "HfApi", repo: str, version: str, out: Path, verify: bool, root: str | None) -> Pulled:
    with asking(f"{repo}@{version}"):
        there = {t.name for t in api.list_repo_refs(repo, repo_type=KIND).tags}
        if version not in there:
            raise MissingError(f"{repo}@{version}: no such tag; tags: {', '.join(sorted(there)) or 'none'}")
        commit = str(api.dataset_info(repo, revision=version).sha)
    raw = _fetch(api, repo, commit, MANIFEST)
    manifest = read_manifest(raw, f"{repo}@{version}/{MANIFEST}")
    _hold_tag(manifest, f"{repo}@{version}", version, out, root)
    done = Pulled(repo, version, str(manifest["root"]), commit, len(manifest["files"]) + 1, True)
    if (out / MANIFEST).is_file() and (out / MANIFEST).read_bytes() == raw and not faults(out, manifest["files"]):
        _sweep(out, manifest)
        _clear(out)
        return done._replace(fetched=False)
    part = out.with_name(f".{out.name}.part")
    for name, sha in manifest["files"].items():
        _bring(api, repo, commit, name, part, sha if verify else None)
    (part / MANIFEST).write_bytes(raw)
    _sweep(part, manifest)
    if verify:
        check(part, version)
    swap(part, out)
    return done


def _hold_tag(manifest: Mapping[str, Any], place: str, version: str, out: Path, root: str | None) -> None:
    held_to_version(manifest, version, f"{place}: the tag was moved", MovedTagError)
    if root is not None and manifest["root"] != root:
        raise MovedTagError(f"{place}: the tag was moved: root {manifest['root'][:12]}, known as {root[:12]}; do not use it, ask its owner")
    if not (out / MANIFEST).is_file():
        return
    mine = read_manifest((out / MANIFEST).read_bytes(), str(out / MANIFEST))
    if mine.get("version") is not None and mine.get("version") == manifest.get("version") and _identity(mine) != _identity(manifest):
        raise MovedTagError(f"{place}: the tag was moved: other content than the {version} in {out}; do not use it, or pull it to another folder")


def _bring(api: "HfApi", repo: str, commit: str, name: str, part: Path, sha: str | None) -> None:
    """One file into the part folder; bytes that are not the listed ones are fetched anew once (a file spoilt here), then refused."""
    for anew in (False, True):
        with asking(f"{repo}@{commit[:12]}/{name}"):
            api.hf_hub_download(repo, name, repo_type=KIND, revision=commit, local_dir=part, force_download=anew)
        if sha is None or sha256_of(part / name) == sha:
            return
    raise CorruptError(f"{repo}@{commit[:12]}/{name}: not the sha256 that {MANIFEST} lists; do not use it, ask its owner")


def _sweep(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Leave what the manifest lists: the client keeps notes of its downloads in .cache, an earlier pull may have left other files."""
    keep = {folder / n for n in (*manifest["files"], MANIFEST)}
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in keep:
            path.unlink()


def _clear(out: Path) -> None:
    """What a kill after the rename left beside the folder."""
    for kind in ("part", "old"):
        shutil.rmtree(out.with_name(f".{out.name}.{kind}"), ignore_errors=True)
