"""A double of the Hugging Face Hub on 127.0.0.1 for tests: the routes that huggingface_hub 2.4 and datasets 5.2 use to make, fill, tag and read data sets.

Standard library only; everything in memory. Faults are planted by `fail`: a status with headers, or a connection cut before the work,
after it (the answer is lost), or in the middle of the body. `asked` lists the requests; `watch` is told each before and after its work.
Commits are atomic, parentCommit is held (412), a tag that stands is refused (409), only signed-in writers write (401).
"""

import json
import re
import threading
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "hf_double"  # noqa: S105  # of a Hub that does not exist
LFS_FROM = 4096  # bytes; parquet always


class Answer(NamedTuple):
    """What a route gives."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


@dataclass(frozen=True)
class Commit:
    """A tree: path → (content, whether LFS holds it)."""

    files: Mapping[str, tuple[bytes, bool]]
    title: str
    parent: str


@dataclass
class Repo:
    """A data set's commits by id, its branch and tags."""

    commits: dict[str, Commit] = field(default_factory=dict)
    main: str = ""
    tags: dict[str, str] = field(default_factory=dict)

    def add(self, files: Mapping[str, tuple[bytes, bool]], title: str) -> str:
        """A commit on top of main."""
        blobs = sorted((p, sha256(c).hexdigest()) for p, (c, _) in files.items())
        self.main, parent = sha1(json.dumps([self.main, title, blobs]).encode(), usedforsecurity=False).hexdigest(), self.main
        self.commits[self.main] = Commit(files, title, parent)
        return self.main

    def find(self, revision: str) -> str | None:
        """A branch, tag or commit → its commit."""
        name = revision.removeprefix("refs/tags/")
        return self.main if name == "main" else self.tags.get(name) or (name if name in self.commits else None)


@dataclass
class Fault:
    """Planted: the next `times` requests that match get this instead. cut: before, after, half."""

    method: str
    path: str
    times: int = 1
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: str = ""


class Cut(Exception):  # noqa: N818  # a signal between route and connection
    """The connection ends here."""


def no(status: int, code: str = "", message: str = "") -> Answer:
    """An error as the Hub words it."""
    headers = {k: v for k, v in (("X-Error-Code", code), ("X-Error-Message", message)) if v}
    return Answer(status, json.dumps({"error": message or code}).encode(), headers)


def ok(value: Any) -> Answer:
    """JSON."""
    return Answer(200, json.dumps(value).encode(), {"Content-Type": "application/json"})


def blob_id(content: bytes) -> str:
    """What git calls it."""
    return sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


class HubDouble:
    """A Hub: `with HubDouble() as hub: HfApi(endpoint=hub.url, token=TOKEN)`."""

    def __init__(self) -> None:
        self.repos: dict[str, Repo] = {}
        self.lfs: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.faults: list[Fault] = []
        self.watch: Callable[[str, str], None] = lambda request, moment: None
        self.lock = threading.RLock()
        hub = self

        class Bound(Handler):
            double = hub

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Bound)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> "HubDouble":
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.server.shutdown()
        self.server.server_close()

    def fail(self, method: str, path: str, *, times: int = 1, status: int = 0, headers: Mapping[str, str] | None = None, cut: str = "") -> None:
        """Plant a fault for requests whose method is `method` and whose path holds the pattern `path`."""
        self.faults.append(Fault(method, path, times, status, headers or {}, cut))

    def planted(self, method: str, path: str) -> Fault | None:
        """The fault that this request meets, counted down."""
        with self.lock:
            for fault in self.faults:
                if fault.times and fault.method == method and re.search(fault.path, path):
                    fault.times -= 1
                    return fault
        return None

    def answer(self, method: str, path: str, query: Mapping[str, str], body: bytes, signed: bool | None) -> Answer:
        """The route of a request; one at a time, as a commit must be."""
        if signed is False:
            return no(401, message="Invalid credentials in Authorization header")
        with self.lock:
            for verb, pattern, route in ROUTES:
                found = re.fullmatch(pattern, path)
                if found and verb == method:
                    if verb != "GET" and not signed and "paths-info" not in path and not path.startswith("/lfs/"):
                        return no(401, message="Please log in")
                    return route(self, *map(unquote, found.groups()), query=query, body=body)
        return no(404)

    def at(self, name: str, revision: str) -> tuple[Repo, str] | Answer:
        """Repo and commit, or the Hub's 404."""
        repo = self.repos.get(name)
        if repo is None:
            return no(404, "RepoNotFound", "Repository not found")
        commit = repo.find(revision)
        return (repo, commit) if commit else no(404, "RevisionNotFound", f"Invalid rev id: {revision}")


def whoami(hub: HubDouble, *, query: Mapping[str, str], body: bytes) -> Answer:
    """GET /api/whoami-v2; without a token 401."""
    return ok({"type": "user", "name": "somebody", "orgs": [], "auth": {"type": "access_token", "accessToken": {"role": "write"}}})


def create(hub: HubDouble, *, query: Mapping[str, str], body: bytes) -> Answer:
    """POST /api/repos/create: a repo with .gitattributes, 409 where it stands."""
    said = json.loads(body)
    name = f"{said.get('organization') or 'somebody'}/{said['name']}"
    url = {"url": f"{hub.url}/datasets/{name}", "name": name, "id": name}
    if name in hub.repos:
        return Answer(409, json.dumps({"error": "You already created this dataset repo", **url}).encode())
    hub.repos[name] = Repo()
    hub.repos[name].add({".gitattributes": (b"*.parquet filter=lfs diff=lfs merge=lfs -text\n", False)}, "initial commit")
    return ok(url)


def validate(hub: HubDouble, *, query: Mapping[str, str], body: bytes) -> Answer:
    """POST /api/validate-yaml: a card's head must be YAML."""
    import yaml  # type: ignore[import-untyped]

    found = re.match(r"---\n(.*?)\n---", json.loads(body)["content"], re.S)
    try:
        yaml.safe_load(found[1] if found else "")
    except yaml.YAMLError as fault:
        return Answer(400, json.dumps({"errors": [{"message": str(fault)}], "warnings": []}).encode())
    return ok({"errors": [], "warnings": []})


def info(hub: HubDouble, name: str, revision: str = "main", *, query: Mapping[str, str], body: bytes) -> Answer:
    """GET /api/datasets/NAME[/revision/REV]."""
    found = hub.at(name, revision)
    if isinstance(found, Answer):
        return found
    repo, commit = found
    siblings = [{"rfilename": p} for p in sorted(repo.commits[commit].files)]
    return ok({"_id": "1", "id": name, "sha": commit, "private": False, "gated": False, "disabled": False, "tags": [], "siblings": siblings})


def refs(hub: HubDouble, name: str, *, query: Mapping[str, str], body: bytes) -> Answer:
    """GET …/refs."""
    found = hub.at(name, "main")
    if isinstance(found, Answer):
        return found
    tags = [{"name": t, "ref": f"refs/tags/{t}", "targetCommit": c} for t, c in found[0].tags.items()]
    return ok({"branches": [{"name": "main", "ref": "refs/heads/main", "targetCommit": found[1]}], "converts": [], "tags": tags})


def described(path: str, content: bytes, lfs: bool) -> dict[str, Any]:
    """A file in a listing; of an LFS file git knows the pointer."""
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256(content).hexdigest()}\nsize {len(content)}\n".encode()
    entry = {"type": "file", "path": path, "size": len(content), "oid": blob_id(pointer if lfs else content)}
    return entry | ({"lfs": {"oid": sha256(content).hexdigest(), "size": len(content), "pointerSize": len(pointer)}} if lfs else {})


def folders(paths: list[str]) -> set[str]:
    """Every folder above a file."""
    return {p.rsplit("/", n)[0] for p in paths for n in range(1, p.count("/") + 1)}


def tree(hub: HubDouble, name: str, revision: str, below: str | None = None, *, query: Mapping[str, str], body: bytes) -> Answer:
    """GET …/tree/REV[/FOLDER]?recursive."""
    found = hub.at(name, revision)
    if isinstance(found, Answer):
        return found
    files = found[0].commits[found[1]].files
    base = f"{below}/" if below else ""
    deep = query.get("recursive", "").lower() in {"true", "1"}
    here = [described(p, *c) for p, c in sorted(files.items()) if p.startswith(base) and (deep or "/" not in p[len(base) :])]
    dirs = [d for d in sorted(folders(list(files))) if d.startswith(base) and (deep or "/" not in d[len(base) :])]
    if below and not here and not dirs:
        return no(404, "EntryNotFound", f"{below} does not exist")
    return ok([{"type": "directory", "path": d, "size": 0, "oid": blob_id(d.encode())} for d in dirs] + here)


def paths_info(hub: HubDouble, name: str, revision: str, *, query: Mapping[str, str], body: bytes) -> Answer:
    """POST …/paths-info/REV."""
    found = hub.at(name, revision)
    if isinstance(found, Answer):
        return found
    files = found[0].commits[found[1]].files
    said = parse_qs(body.decode()) if body[:1] != b"{" else json.loads(body)
    wanted = said["paths"]
    dirs = folders(list(files))
    return ok(
        [described(p, *files[p]) for p in wanted if p in files]
        + [{"type": "directory", "path": p, "size": 0, "oid": blob_id(p.encode())} for p in wanted if p in dirs]
    )


def preupload(hub: HubDouble, name: str, revision: str, *, query: Mapping[str, str], body: bytes) -> Answer:
    """POST …/preupload/REV: LFS or regular, and what stands there now."""
    found = hub.at(name, revision)
    if isinstance(found, Answer):
        return found
    files = found[0].commits[found[1]].files
    out = []
    for one in json.loads(body)["files"]:
        lfs = one["path"].endswith(".parquet") or (one["size"] >= LFS_FROM and not one["path"].endswith((".md", ".json")))
        there = files.get(one["path"])
        oid = None if there is None else sha256(there[0]).hexdigest() if there[1] else blob_id(there[0])
        out.append({"path": one["path"], "uploadMode": "lfs" if lfs else "regular", "shouldIgnore": False, "oid": oid})
    return ok({"files": out})


def batch(hub: HubDouble, name: str, *, query: Mapping[str, str], body: bytes) -> Answer:
    """POST /datasets/NAME.git/info/lfs/objects/batch: where to PUT what is not there yet."""
    objects = json.loads(body)["objects"]
    actions = {"upload": {"href": f"{hub.url}/lfs/%s"}, "verify": {"href": f"{hub.url}/lfs/verify"}}
    out = [o if o["oid"] in hub.lfs else o | {"actions": actions | {"upload": {"href": f"{hub.url}/lfs/{o['oid']}"}}} for o in objects]
    return ok({"transfer": "basic", "objects": out})


def put(hub: HubDouble, oid: str, *, query: Mapping[str, str], body: bytes) -> Answer:
    """PUT of an object: stored only where it is whole."""
    if sha256(body).hexdigest() != oid:
        return no(400, message="sha256 mismatch")
    hub.lfs[oid] = body
    return Answer(200)


def verify(hub: HubDouble, *, query: Mapping[str, str], body: bytes) -> Answer:
    """POST: is the object there, of that size?"""
    said = json.loads(body)
    return ok({}) if len(hub.lfs.get(said["oid"], b"")) == said["size"] else no(404, message="no such object")


def commit(hub: HubDouble, name: str, branch: str, *, query: Mapping[str, str], body: bytes) -> Answer:
    """POST …/commit/BRANCH as ndjson: all of it or nothing."""
    found = hub.at(name, branch)
    if isinstance(found, Answer):
        return found
    repo, head = found
    lines = [json.loads(line) for line in body.splitlines()]
    header = lines[0]["value"]
    if header.get("parentCommit") not in {None, head}:
        return no(412, message="A commit has happened since. Please refresh and try again.")
    files = dict(repo.commits[head].files)
    for line in lines[1:]:
        key, value = line["key"], line["value"]
        if key == "file":
            files[value["path"]] = (b64decode(value["content"]), False)
        elif key == "lfsFile" and value["oid"] in hub.lfs:
            files[value["path"]] = (hub.lfs[value["oid"]], True)
        elif key == "deletedFile" and value["path"] in files:
            del files[value["path"]]
        else:
            return no(400, message=f"{key} {value.get('path')} cannot be done")
    oid = repo.add(files, header["summary"])
    return ok({"success": True, "commitOid": oid, "commitUrl": f"{hub.url}/datasets/{name}/commit/{oid}"})


def tag(hub: HubDouble, name: str, revision: str, *, query: Mapping[str, str], body: bytes) -> Answer:
    """POST …/tag/REV."""
    found = hub.at(name, revision)
    if isinstance(found, Answer):
        return found
    repo, target = found
    wanted = json.loads(body)["tag"]
    if wanted in repo.tags:
        return no(409, message=f"Tag reference exists already: {wanted}")
    repo.tags[wanted] = target
    return Answer(201, b"{}")


def resolve(hub: HubDouble, name: str, revision: str, path: str, *, query: Mapping[str, str], body: bytes) -> Answer:
    """GET, HEAD …/resolve/REV/PATH; Range is applied by the connection."""
    found = hub.at(name, revision)
    if isinstance(found, Answer):
        return found
    repo, at = found
    if path not in repo.commits[at].files:
        return Answer(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": at})
    content, lfs = repo.commits[at].files[path]
    headers = {"X-Repo-Commit": at, "ETag": f'"{blob_id(content)}"', "Accept-Ranges": "bytes"}
    if lfs:
        headers |= {"X-Linked-Etag": f'"{sha256(content).hexdigest()}"', "X-Linked-Size": str(len(content))}
    return Answer(200, content, headers)


NAME = r"([^/]+/[^/]+)"
ROUTES: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
    ("GET", r"/api/whoami-v2", whoami),
    ("POST", r"/api/repos/create", create),
    ("POST", r"/api/validate-yaml", validate),
    ("GET", rf"/api/datasets/{NAME}", info),
    ("GET", rf"/api/datasets/{NAME}/revision/([^/]+)", info),
    ("GET", rf"/api/datasets/{NAME}/refs", refs),
    ("GET", rf"/api/datasets/{NAME}/tree/([^/]+)", tree),
    ("GET", rf"/api/datasets/{NAME}/tree/([^/]+)/(.+)", tree),
    ("POST", rf"/api/datasets/{NAME}/paths-info/([^/]+)", paths_info),
    ("POST", rf"/api/datasets/{NAME}/preupload/([^/]+)", preupload),
    ("POST", rf"/datasets/{NAME}\.git/info/lfs/objects/batch", batch),
    ("PUT", r"/lfs/([0-9a-f]{64})", put),
    ("POST", r"/lfs/verify", verify),
    ("POST", rf"/api/datasets/{NAME}/commit/([^/]+)", commit),
    ("POST", rf"/api/datasets/{NAME}/tag/([^/]+)", tag),
    ("GET", rf"/datasets/{NAME}/resolve/([^/]+)/(.+)", resolve),
)


class Handler(BaseHTTPRequestHandler):
    """One connection: reads a request whole, meets the faults planted for it, asks the double, writes the answer."""

    double: HubDouble
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one packet: heads and bodies sent apart wait 40 ms for an acknowledgement
    disable_nagle_algorithm = True

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        out = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            out += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return out

    def _serve(self) -> None:
        url = urlsplit(self.path)
        request = f"{self.command} {url.path}"
        self.double.asked.append(request)
        try:
            body = self._body()
            self.double.watch(request, "before")
            answer, half = self._answer(url.path, {k: v[0] for k, v in parse_qs(url.query).items()}, body)
            self.double.watch(request, "after")
            self._write(answer, half)
        except (Cut, ConnectionError, ValueError):
            self.close_connection = True

    def _answer(self, path: str, query: Mapping[str, str], body: bytes) -> tuple[Answer, bool]:
        fault = self.double.planted(self.command, path)
        if fault and fault.status:
            return Answer(fault.status, b'{"error": "planted"}', fault.headers), False
        if fault and fault.cut == "before":
            raise Cut
        said = self.headers.get("Authorization")
        signed = None if said is None else said == f"Bearer {TOKEN}"
        answer = self.double.answer("GET" if self.command == "HEAD" else self.command, path, query, body, signed)
        if path == "/api/whoami-v2" and said is None:
            answer = no(401, message="Invalid username or password.")
        if fault and fault.cut == "after":
            raise Cut
        return answer, bool(fault and fault.cut == "half")

    def _write(self, answer: Answer, half: bool) -> None:
        body, status = answer.body, answer.status
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "") if status == 200 else None
        headers = dict(answer.headers)
        if wanted:
            start, end = int(wanted[1]), min(int(wanted[2] or len(body)), len(body) - 1)
            if start >= len(body):
                status, headers["Content-Range"], body = 416, f"bytes */{len(body)}", b""
            else:
                status, headers["Content-Range"], body = 206, f"bytes {start}-{end}/{len(body)}", body[start : end + 1]
        self.send_response(status)
        for key, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if half else body)
        self.wfile.flush()
        if half:
            raise Cut

    do_GET = do_HEAD = do_POST = do_PUT = _serve  # noqa: N815  # the names that http.server looks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # its parent's name
        """Nothing on stderr; `asked` has it."""
