"""Argilla 2.8 behind the Backend protocol, by its REST API: the SDK drops response times and bare discards, and needs a server to describe a task."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2
import msgspec

from curation.review_backend import Answer, Pulled, Record, Refused, Status, Task
from hinglish.errors import KhichdiError

BATCH = 500  # records a request; the server takes at most 1,000, and fewer requests are faster
PAGE = 500
PENDING = (  # what the page asks for: not answered by me, not completed by others
    {"type": "terms", "scope": {"entity": "response", "property": "status"}, "values": ["pending"]},
    {"type": "terms", "scope": {"entity": "record", "property": "status"}, "values": ["pending"]},
)
TRANSIENT = frozenset({500, 502, 503, 504})


class Unprocessable(Exception):  # noqa: N818  # a state of one request, handled by bisection, never seen by a user
    """The server found something in the body that it will not take (422)."""


class Api:
    """One key's way to one server. Only what may be sent twice is sent again: reads, upserts by key, deletes."""

    def __init__(self, url: str, key: str, *, patience: float = 30.0) -> None:
        self.url = url.rstrip("/")
        self.patience = patience
        self._client = httpx2.Client(base_url=f"{self.url}/api/v1", headers={"X-Argilla-Api-Key": key}, timeout=120.0)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def call(self, method: str, path: str, body: Any = None, *, params: Any = None, again: bool = True) -> Any:
        """One request; JSON back, or None. Raises KhichdiError with server, path, status and what the server says."""
        content = None if body is None else msgspec.json.encode(body)
        headers = {} if body is None else {"Content-Type": "application/json"}
        deadline, pause = time.monotonic() + self.patience, 0.1
        while True:
            try:
                found = self._client.request(method, path, content=content, headers=headers, params=params)
                fault = f"status {found.status_code}" if found.status_code in TRANSIENT else ""
            except httpx2.TransportError as error:  # also what a client meets on the call after a 500
                fault = f"{type(error).__name__}: {error}"
            if not fault:
                return self._checked(found, method, path)
            if not again or time.monotonic() + pause > deadline:
                raise KhichdiError(f"{self.url}: {method} {path} failed ({fault}); is the server up? `khichdi review up` starts one here")
            time.sleep(pause)
            pause = min(2.0, pause * 2)

    def _checked(self, found: httpx2.Response, method: str, path: str) -> Any:
        if found.status_code == 422:
            raise Unprocessable(_detail(found.text))
        if found.status_code in (401, 403):
            raise KhichdiError(f"{self.url}: {method} {path}: the API key may not do that ({found.status_code}); give an owner's key with --api-key")
        if found.status_code >= 400:
            raise KhichdiError(f"{self.url}: {method} {path}: status {found.status_code}, {_detail(found.text)}")
        return msgspec.json.decode(found.content) if found.content else None


def _detail(text: str) -> str:
    """What an error of the server says, in one line."""
    try:
        detail = msgspec.json.decode(text)["detail"]
    except (msgspec.DecodeError, KeyError, TypeError):
        return text[:300]
    if isinstance(detail, dict) and isinstance(detail.get("params"), dict):
        detail = detail["params"].get("detail") or detail["params"].get("errors") or detail
    return (detail if isinstance(detail, str) else msgspec.json.encode(detail).decode())[:500]


class Argilla:
    """The Backend over a real Argilla. The workspace is made if it is not there (that takes an owner's key)."""

    def __init__(self, api: Api, workspace: str = "khichdi") -> None:
        self.api = api
        self.workspace = workspace
        self._questions: dict[str, dict[str, str]] = {}

    def ensure(self, task: Task) -> str:
        """The id of the task's data set. One that was left half made by a killed run is thrown away and made again."""
        space = self._workspace()
        found = self._find(space, task.dataset)
        if found and found["status"] == "draft":
            self.api.call("DELETE", f"/datasets/{found['id']}")
            found = None
        if found is None:
            return self._make(space, task)
        if found["guidelines"] != task.guidelines:
            self.api.call("PATCH", f"/datasets/{found['id']}", {"guidelines": task.guidelines})
        return str(found["id"])

    def _find(self, space: str, name: str) -> Any:
        found = self.api.call("GET", "/me/datasets", params={"workspace_id": space, "name": name})["items"]
        return found[0] if found else None

    def _workspace(self) -> str:
        for found in self.api.call("GET", "/me/workspaces")["items"]:
            if found["name"] == self.workspace:
                return str(found["id"])
        return str(self.api.call("POST", "/workspaces", {"name": self.workspace}, again=False)["id"])

    def _make(self, space: str, task: Task) -> str:
        body = {
            "name": task.dataset, "guidelines": task.guidelines, "workspace_id": space, "allow_extra_metadata": False,
            "distribution": {"strategy": "overlap", "min_submitted": task.overlap},
        }  # fmt: skip
        dataset = str(self.api.call("POST", "/datasets", body, again=False)["id"])
        for field in task.fields:
            self.api.call("POST", f"/datasets/{dataset}/fields", field._asdict(), again=False)
        for question in task.questions:
            self.api.call("POST", f"/datasets/{dataset}/questions", question._asdict(), again=False)
        for p in task.metadata:
            settings = {"name": p.name, "title": p.title, "settings": {"type": p.kind}, "visible_for_annotators": not p.hidden}
            self.api.call("POST", f"/datasets/{dataset}/metadata-properties", settings, again=False)
        self.api.call("PUT", f"/datasets/{dataset}/publish", again=False)
        return dataset

    def upsert(self, dataset: str, records: Sequence[Record]) -> list[Refused]:
        """Batch by batch; a batch that is refused is halved until the one record that is wrong stands alone."""
        refused: list[Refused] = []
        for at in range(0, len(records), BATCH):
            refused += self._batch(dataset, records[at : at + BATCH])
        return refused

    def _batch(self, dataset: str, records: Sequence[Record]) -> list[Refused]:
        try:
            self.api.call("PUT", f"/datasets/{dataset}/records/bulk", {"items": [self._body(dataset, r) for r in records]})
        except Unprocessable as fault:
            if len(records) == 1:
                return [Refused(records[0].key, str(fault))]
            half = len(records) // 2
            return [*self._batch(dataset, records[:half]), *self._batch(dataset, records[half:])]
        return []

    def _body(self, dataset: str, record: Record) -> dict[str, Any]:
        """A record as the server takes it. Responses are never sent: they would overwrite an annotator's own."""
        ids = self._ids(dataset)
        said = [{"question_id": ids[s.question], "value": s.value, "score": s.score, "agent": s.agent, "type": "model"} for s in record.suggestions]
        return {"external_id": record.key, "fields": record.fields, "metadata": record.metadata, "suggestions": said}

    def _ids(self, dataset: str) -> dict[str, str]:
        if dataset not in self._questions:
            found = self.api.call("GET", f"/datasets/{dataset}/questions")["items"]
            self._questions[dataset] = {q["name"]: q["id"] for q in found}
        return self._questions[dataset]

    def responses(self, dataset: str) -> Pulled:
        """All records with all responses, unfiltered: a filter of the server selects records, not responses."""
        rows = self._rows(dataset)
        users = self._users() if any(r["responses"] for r in rows) else {}
        answers = [_answer(r["external_id"], a, users) for r in rows for a in r["responses"]]
        return Pulled(tuple(r["external_id"] for r in rows), tuple(answers))

    def _rows(self, dataset: str) -> list[Any]:
        """Every record once. The server pages by time alone, so a page boundary inside one batch could repeat or skip: count, and read again."""
        for _ in range(3):
            rows: dict[str, Any] = {}
            total, at = 1, 0
            while at < total:
                page = self.api.call("GET", f"/datasets/{dataset}/records", params={"include": "responses", "offset": at, "limit": PAGE})
                rows |= {r["id"]: r for r in page["items"]}
                total, at = page["total"], at + PAGE
            if len(rows) == total:
                return list(rows.values())
        raise KhichdiError(f"{self.api.url}: data set {dataset} gave {len(rows)} of {total} records three times over; is someone pushing? Pull again")

    def _users(self) -> dict[str, str]:
        return {u["id"]: u["username"] for u in self.api.call("GET", "/users")["items"]}

    def delete(self, dataset: str, keys: Sequence[str] | None = None) -> None:
        """Records by key, or the data set with all in it."""
        if keys is None:
            self.api.call("DELETE", f"/datasets/{dataset}")
            return
        wanted = set(keys)
        ids = [r["id"] for r in self._rows(dataset) if r["external_id"] in wanted]
        for at in range(0, len(ids), 100):
            self.api.call("DELETE", f"/datasets/{dataset}/records", params={"ids": ",".join(ids[at : at + 100])})


def _answer(key: str, found: Mapping[str, Any], users: Mapping[str, str]) -> Answer:
    values = {name: v["value"] for name, v in (found["values"] or {}).items()}
    status: Status = found["status"]
    return Answer(found["id"], key, users[found["user_id"]], status, values, found["inserted_at"], found["updated_at"])


class Annotator:
    """One annotator's own key: the same calls that the page makes. Scripted annotators and tests answer through it."""

    def __init__(self, api: Api) -> None:
        self.api = api

    def pending(self, dataset: str, limit: int = 50) -> list[Any]:
        """The next records of the annotator's queue, as the page asks for them."""
        params = {"include": ["suggestions", "responses"], "offset": 0, "limit": limit}
        found = self.api.call("POST", f"/me/datasets/{dataset}/records/search", {"filters": {"and": PENDING}}, params=params)
        return [item["record"] for item in found["items"]]

    def answer(self, record: str, values: Mapping[str, Any] | None, status: Status = "submitted") -> None:
        """Answer a record by its server id; answering again replaces."""
        said = None if values is None else {k: {"value": v} for k, v in values.items()}
        done = self.api.call("POST", "/me/responses/bulk", {"items": [{"record_id": record, "values": said, "status": status}]})["items"][0]
        if done["error"]:
            raise KhichdiError(f"{self.api.url}: record {record}: the answer was refused: {done['error']['detail']}")
