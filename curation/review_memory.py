"""The Backend in a dictionary: it behaves as Argilla does where the review depends on it, and the same contract suite holds it to that."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from curation.review_backend import Answer, Pulled, Record, Refused, Status, Task
from hinglish.errors import KhichdiError


def _now() -> str:
    return datetime.now(UTC).isoformat()


class Memory:
    """Tasks, records and answers of one process. `clock` gives the time of an answer."""

    def __init__(self, clock: Callable[[], str] = _now) -> None:
        self._clock = clock
        self._tasks: dict[str, Task] = {}
        self._records: dict[str, dict[str, Record]] = {}
        self._answers: dict[str, dict[tuple[str, str], Answer]] = {}

    def ensure(self, task: Task) -> str:
        """The name of the data set, which is its handle."""
        self._tasks[task.dataset] = task
        self._records.setdefault(task.dataset, {})
        self._answers.setdefault(task.dataset, {})
        return task.dataset

    def upsert(self, dataset: str, records: Sequence[Record]) -> list[Refused]:
        """Each record by itself."""
        refused = []
        for record in records:
            fault = _fault(self._tasks[dataset], record)
            if fault:
                refused.append(Refused(record.key, fault))
            else:
                self._records[dataset][record.key] = record
        return refused

    def responses(self, dataset: str) -> Pulled:
        """Everything, in the order in which it came."""
        return Pulled(tuple(self._records[dataset]), tuple(self._answers[dataset].values()))

    def delete(self, dataset: str, keys: Sequence[str] | None = None) -> None:
        """Records with their answers, or all."""
        if keys is None:
            del self._tasks[dataset], self._records[dataset], self._answers[dataset]
            return
        for key in keys:
            self._records[dataset].pop(key, None)
        gone = set(keys)
        self._answers[dataset] = {k: a for k, a in self._answers[dataset].items() if a.key not in gone}

    def answer(self, dataset: str, user: str, key: str, values: Mapping[str, Any] | None, status: Status = "submitted") -> None:
        """What an annotator does on the page; a second answer replaces the first under the same response id."""
        if key not in self._records[dataset]:
            raise KhichdiError(f"{dataset}: no record {key}")
        missing = [q.name for q in self._tasks[dataset].questions if q.required and q.name not in (values or {})]
        if status == "submitted" and missing:
            raise KhichdiError(f"{dataset}: {key}: a submitted answer needs {', '.join(missing)}")
        before = self._answers[dataset].get((user, key))
        now = self._clock()
        response, inserted = (before.response, before.inserted) if before else (str(uuid4()), now)
        self._answers[dataset][user, key] = Answer(response, key, user, status, dict(values or {}), inserted, now)

    def record(self, dataset: str, key: str) -> Record:
        """One record as it was put in."""
        return self._records[dataset][key]


def _fault(task: Task, record: Record) -> str:
    """Why Argilla would refuse a record: a required field missing, a field, property or question it does not know, a span outside."""
    known = {f.name for f in task.fields}
    missing = [f.name for f in task.fields if f.required and not record.fields.get(f.name)]
    unknown = [n for n in record.fields if n not in known] + [n for n in record.metadata if n not in {p.name for p in task.metadata}]
    unknown += [s.question for s in record.suggestions if s.question not in {q.name for q in task.questions}]
    if missing or unknown:
        return f"missing required: {', '.join(missing) or 'nothing'}; unknown: {', '.join(unknown) or 'nothing'}"
    kinds = {f.name: f.settings["type"] for f in task.fields}
    wrong = [n for n, v in record.fields.items() if v is not None and not isinstance(v, dict if kinds[n] == "custom" else str)]
    if wrong:
        return f"wrong type of value: {', '.join(wrong)}"
    spans = {q.name: q.settings["field"] for q in task.questions if q.settings["type"] == "span"}
    for s in record.suggestions:
        if s.question in spans and any(v["end"] > len(record.fields[spans[s.question]]) for v in s.value):
            return f"a span of {s.question} ends beyond its field"
    return ""
