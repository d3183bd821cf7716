"""A desk where annotators work, for tests: a real Argilla started once a run, or the backend in memory, with the same handles on both."""

import atexit
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import pytest

from curation.review_argilla import Annotator, Api, Argilla
from curation.review_backend import Backend
from curation.review_memory import Memory
from curation.review_people import add
from curation.review_up import Server, installed


def needs_argilla() -> None:
    """Skip, with the way out, where Argilla's environment is not installed; tests never install anything."""
    if not installed():
        pytest.skip("Argilla's environment is not installed; `make review-env` installs it")


class Desk(Protocol):
    """A backend and people to answer."""

    backend: Backend

    def answer(self, dataset: str, user: str, key: str, values: Mapping[str, Any] | None, status: Any = "submitted") -> None:
        """One answer of one annotator."""


class MemoryDesk:
    """In a dictionary."""

    def __init__(self) -> None:
        self.backend = Memory()

    def answer(self, dataset: str, user: str, key: str, values: Mapping[str, Any] | None, status: Any = "submitted") -> None:
        """Straight in."""
        self.backend.answer(dataset, user, key, values, status)


class ArgillaDesk:
    """On a real server, each annotator with a key of their own."""

    def __init__(self, server: Server, patience: float = 30.0) -> None:
        state = server.state() or server.start()
        self.url, self.key = state.url, server.key
        self.owner = Api(state.url, server.key, patience=patience)
        self.backend = Argilla(self.owner)
        self._keys: dict[str, str] = {}

    def annotator(self, user: str, workspace: str = "khichdi") -> Annotator:
        """An account by name, made when first asked for."""
        if user not in self._keys:
            add(self.owner, [user], workspace)
            self._keys = {u["username"]: u["api_key"] for u in self.owner.call("GET", "/users")["items"]}
        return Annotator(Api(self.url, self._keys[user]))

    def server_id(self, dataset: str, key: str) -> str:
        """What Argilla calls a record."""
        found = self.owner.call("POST", f"/datasets/{dataset}/records/search", {"filters": {"and": [
            {"type": "terms", "scope": {"entity": "record", "property": "external_id"}, "values": [key]}]}})  # fmt: skip
        return str(found["items"][0]["record"]["id"])

    def answer(self, dataset: str, user: str, key: str, values: Mapping[str, Any] | None, status: Any = "submitted") -> None:
        """By the annotator's own key."""
        self.annotator(user).answer(self.server_id(dataset, key), values, status)


@cache
def _server() -> Server:
    """One server a test process; its folder goes when the process ends."""
    folder = TemporaryDirectory()
    server = Server(Path(folder.name) / "argilla", say=_quiet)
    server.prepare()
    server.start()

    def _end() -> None:
        server.stop(at_once=True)
        folder.cleanup()

    atexit.register(_end)
    return server


def _quiet(_: str) -> None:
    """Tests print nothing."""


@cache
def argilla() -> ArgillaDesk:
    """The real desk of this process."""
    return ArgillaDesk(_server())


def own_server(folder: Path) -> Server:
    """A server of one test's own, to be killed."""
    server = Server(folder / "argilla", say=_quiet)
    server.prepare()
    return server
