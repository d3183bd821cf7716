"""The review on a real Argilla: pushing against what the server itself takes, and pages of a large queue. `make bench BENCH=--review`.

Wall time, by turns in one run: the server is another process, and waiting for it is what a push does. The server's own rate is the
same bodies, encoded beforehand, sent one after another; the best of three sizes of batch. Pages are measured over records that were
copied inside the database, so that filling it takes no hour.
"""

import os
import sqlite3
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import httpx2
import msgspec
from peer import ROOT
from rich.console import Console

from curation.review_argilla import PENDING, Annotator, Api, Argilla
from curation.review_people import add
from curation.review_plan import Head, make_plan
from curation.review_round import Desks, push
from curation.review_rows import Row
from curation.review_task import main_task, returned_task
from curation.review_up import Server
from generators.run import make
from generators.spec import read_spec

BATCHES = (100, 200, 500)
SIZES = (20_000, 50_000)
PAGE = 10  # records that Argilla's page asks for at a time
_NUMBER = count()
CONSOLE = Console(highlight=False, width=120)


def review(*, quick: bool) -> int:
    """Both measurements; 0 where pushing reaches .9 of the server's rate and the pending page at 20,000 takes under .2 s."""
    rows = [Row(e, "train") for e in make(read_spec(ROOT / "data" / "specs" / "demo.toml").override(rows=150 if quick else 600)).rows]
    with TemporaryDirectory() as folder:
        server = Server(Path(folder) / "argilla")
        server.prepare()
        try:
            ratio = pushing(server, rows, rounds=2 if quick else 3)
            slowest = pages(server, rows[:150], SIZES[:1] if quick else SIZES)
        finally:
            server.stop(at_once=True)
    return 0 if ratio >= 0.9 and slowest < 0.2 else 1


def _plan(rows: list[Row]) -> Any:
    return make_plan(rows, Head(f"bench-{next(_NUMBER)}", "bench", 2), {})


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def pushing(server: Server, rows: list[Row], rounds: int) -> float:
    """Records a second of `review push` and of the bare server, by turns; the ratio of medians."""
    api = Api(server.start().url, server.key)
    ours: list[float] = []
    bare: dict[int, list[float]] = {size: [] for size in BATCHES}
    for _ in range(rounds):
        backend = Argilla(api)
        plan = _plan(rows)
        for task in (main_task(plan.head.round, 2), returned_task(plan.head.round)):
            backend.ensure(task)  # making a data set is no record
        with TemporaryDirectory() as work:
            ours.append(len(rows) / _timed(lambda b=backend, p=plan, w=work: push(Desks(b, b), p, Path(w))))  # type: ignore[misc]  # bound in this turn
        for size in BATCHES:
            bare[size].append(_bare(api, rows, size))
    best = max(bare, key=lambda size: median(bare[size]))
    ratio = median(ours) / median(bare[best])
    CONSOLE.print(f"push: {median(ours):.0f} records/s, the server itself {median(bare[best]):.0f} (batches of {best}); ratio {ratio:.2f}, wanted at least .90")
    return ratio


def _bare(api: Api, rows: list[Row], size: int) -> float:
    """The same records as bytes, straight to the server."""
    backend, plan = Argilla(api), _plan(rows)
    dataset = backend.ensure(main_task(plan.head.round, 2))
    items = [backend._body(dataset, r) for r in plan.records()]
    bodies = [msgspec.json.encode({"items": items[at : at + size]}) for at in range(0, len(items), size)]
    client = httpx2.Client(base_url=f"{api.url}/api/v1", timeout=120, headers={"X-Argilla-Api-Key": api._client.headers["X-Argilla-Api-Key"]})

    def _send() -> None:
        for body in bodies:
            sent = client.put(f"/datasets/{dataset}/records/bulk", content=body, headers={"Content-Type": "application/json"})
            sent.raise_for_status()

    return len(items) / _timed(_send)


def pages(server: Server, rows: list[Row], sizes: tuple[int, ...]) -> float:
    """Seconds of a page at each size: pending, filtered, searched, sorted. Returns the median pending page at the first size."""
    api = Api(server.start().url, server.key)
    backend, plan = Argilla(api), _plan(rows)
    dataset = backend.ensure(main_task(plan.head.round, 2))
    backend.upsert(dataset, list(plan.records()))
    account = add(api, ["bench-annotator"])[0]
    first = 0.0
    for size in sizes:
        server.stop()
        fill(server.folder / "argilla.db", dataset, size)
        state = server.start()
        person = Annotator(Api(state.url, account.key))
        for what, (seconds, busy) in _looks(person, dataset, state.pid).items():
            CONSOLE.print(f"{size:,} records, {what}: {median(seconds):.3f} s a page (worst {max(seconds):.3f}; the server's CPU {busy:.3f})")
            first = first or median(seconds)
    CONSOLE.print(f"pending page at {sizes[0]:,}: {first:.3f} s, wanted under .2")
    return first


def _cpu_of(pid: int) -> float:
    """CPU seconds that a process has used, all its threads (Linux)."""
    cells = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(cells[11]) + int(cells[12])) / os.sysconf("SC_CLK_TCK")


def _looks(person: Annotator, dataset: str, pid: int) -> dict[str, tuple[list[float], float]]:
    """What is asked → wall seconds of each time, and the server's CPU seconds a time."""
    where = {"entity": "metadata", "metadata_property": "intent"}
    path = f"/me/datasets/{dataset}/records/search"
    params = {"include": ["suggestions", "responses"], "offset": 0, "limit": PAGE}
    asked: dict[str, dict[str, Any]] = {
        "filtered by intent": {"filters": {"and": [{"type": "terms", "scope": where, "values": ["pay_bill"]}]}},
        "searched for a word": {"query": {"text": {"q": "kal", "field": "message"}}},
        "sorted by intent": {"sort": [{"scope": where, "order": "asc"}]},
    }
    found = {}
    asked = {"pending": {"filters": {"and": PENDING}}, **asked}
    for what, body in asked.items():
        person.api.call("POST", path, body, params={"limit": PAGE})
        before = _cpu_of(pid)
        times = [_timed(lambda b=body: person.api.call("POST", path, b, params=params)) for _ in range(15)]  # type: ignore[misc]  # bound at once
        found[what] = (times, (_cpu_of(pid) - before) / len(times))
    return found


def fill(database: Path, dataset: str, size: int) -> None:
    """Copy the data set's records, with their suggestions, until there are `size`."""
    db = sqlite3.connect(database)
    mine = dataset.replace("-", "")
    columns = [c[1] for c in db.execute("PRAGMA table_info(records)")]
    records = db.execute(f"SELECT {', '.join(columns)} FROM records WHERE dataset_id = ?", (mine,)).fetchall()  # noqa: S608  # columns of the table itself
    names = [c[1] for c in db.execute("PRAGMA table_info(suggestions)")]
    suggested: dict[str, list[tuple[Any, ...]]] = {}
    for row in db.execute(f"SELECT {', '.join(names)} FROM suggestions"):  # noqa: S608  # as above
        suggested.setdefault(row[names.index("record_id")], []).append(row)
    new, said = [], []
    for n in range(size - len(records)):
        old = dict(zip(columns, records[n % len(records)], strict=True))
        key = uuid4().hex
        new.append(tuple((old | {"id": key, "external_id": f"{old['external_id']}-{key}"}).values()))
        for row in suggested.get(old["id"], ()):
            said.append(tuple((dict(zip(names, row, strict=True)) | {"id": uuid4().hex, "record_id": key}).values()))
    for table, cells, found in (("records", columns, new), ("suggestions", names, said)):
        db.executemany(f"INSERT INTO {table} ({', '.join(cells)}) VALUES ({', '.join('?' * len(cells))})", found)  # noqa: S608  # as above
    db.commit()
    db.close()
