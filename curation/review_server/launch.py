"""Start Argilla's server, or prepare its database, with our engine and without Redis: `python -m curation.review_server.launch serve PORT`.

Run by Argilla's own Python from the root of the project. The database, the engine's name and the telemetry switch come from the
environment that curation/review_up.py sets. Redis is fakeredis in this process; the one job that matters to us (the status of
records after the overlap changed) runs in the server's own loop.
"""

import asyncio
import sys
from typing import Any

import fakeredis
import redis

redis.from_url = fakeredis.FakeRedis.from_url  # before argilla_server.jobs.queues asks for its connection


def _in_loop() -> None:
    """Let the status job run where it is asked for, not in a worker that is not there."""
    from argilla_server.jobs import dataset_jobs

    work = dataset_jobs.update_dataset_records_status_job
    running: set[Any] = set()

    def _delay(*args: Any) -> None:
        task = asyncio.get_running_loop().create_task(work(*args))
        running.add(task)
        task.add_done_callback(running.discard)

    work.delay = _delay


class _NoEvent:
    """A webhook event that nobody is told of."""

    async def notify(self, _db: Any) -> list[Any]:
        return []


def _no_webhooks() -> None:
    """Do not build webhook events: without a worker none is delivered, and building one is six queries and a full dump for every record."""
    from argilla_server.webhooks.v1 import records, responses

    async def _none(*_: Any) -> _NoEvent:
        return _NoEvent()

    records.build_record_event = _none
    responses.build_response_event = _none


INDEXES = {
    "khichdi_queue": "records (dataset_id, status, id)",  # a queue without a look at the rows, whose JSON overflows their pages: ten times as fast
    "khichdi_filter": "records (dataset_id, metadata, status, id)",  # the same for filters and sorts by metadata
}


def _indexes() -> None:
    """What our engine looks up that Argilla's own tables have no index for."""
    from argilla_server.database import sync_engine
    from sqlalchemy import text

    with sync_engine.begin() as db:
        for name, columns in INDEXES.items():
            db.execute(text(f"CREATE INDEX IF NOT EXISTS {name} ON {columns}"))
    sync_engine.dispose()


def serve(port: int) -> None:
    """Serve on 127.0.0.1 until told to stop."""
    import uvicorn

    from curation.review_server import engine  # noqa: F401  # registers itself

    _in_loop()
    _no_webhooks()
    _indexes()
    uvicorn.run("argilla_server:app", host="127.0.0.1", port=port, access_log=False, log_level="warning")


def migrate() -> None:
    """Bring the database to the newest form of this Argilla."""
    from argilla_server.cli.database.migrate import migrate_db

    migrate_db("head")


async def _owner(name: str, password: str, key: str) -> None:
    from argilla_server.contexts import accounts
    from argilla_server.database import AsyncSessionLocal
    from argilla_server.models import User, UserRole

    async with AsyncSessionLocal() as db:
        hashed = accounts.hash_password(password)
        await User.create(db, first_name=name, username=name, role=UserRole.owner, password_hash=hashed, api_key=key, workspaces=[])


def main() -> None:
    """`serve PORT` · `migrate` · `owner NAME`, with password and key on standard input, one a line."""
    verb, *rest = sys.argv[1:]
    if verb == "serve":
        serve(int(rest[0]))
    elif verb == "migrate":
        migrate()
    else:
        password, key = sys.stdin.read().split()
        asyncio.run(_owner(rest[0], password, key))


if __name__ == "__main__":
    main()
