"""What holds for every test: no socket past 127.0.0.1, and no skip of a part that KHICHDI_REQUIRE names."""

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class RefusedError(RuntimeError):
    """A test reached for the network."""


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only loopback may be connected to; anything else names the address it wanted."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
            raise RefusedError(f"a test wanted {address!r}; tests reach nothing past 127.0.0.1")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Under KHICHDI_REQUIRE a skip in a named part is a failure: tests/test_<part>_….py."""
    outcome: Any = yield
    report = outcome.get_result()
    required = [p for p in os.environ.get("KHICHDI_REQUIRE", "").split(",") if p]
    if report.skipped and any(item.path.name.startswith(f"test_{part}") for part in required):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and KHICHDI_REQUIRE={','.join(required)} forbids it: {report.longrepr}"
