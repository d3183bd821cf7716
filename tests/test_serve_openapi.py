"""Laws of the document: schemathesis finds no answer that OpenAPI does not foresee, no shape that it does not describe, no key that is not asked for."""

import asyncio
from functools import cache
from typing import Any

import pytest

from serve.access import Access
from serve.faults import CODES
from tests.serve_desk import NEEDS_EXTRA, ask

pytestmark = NEEDS_EXTRA
KEY = "a-key-of-this-test-0123456789"


@cache
def schema() -> Any:
    """Our app's document, as schemathesis reads it."""
    import schemathesis

    from serve.app import create_app
    from serve.fake import Fake
    from serve.journal import Journal
    from serve.service import Service
    from serve.settings import Settings

    service = Service(Fake(lambda message: '{"intent":"none"}'), Settings(), Journal(None))
    asyncio.run(service.start())
    return schemathesis.openapi.from_asgi("/openapi.json", create_app(service, Access((KEY,))))


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/v1/extract", "/v1/extract/batch", "/v1/feedback"])
def test_schemathesis_finds_nothing(path: str) -> None:
    """All of its checks, on data that fits the document and data that does not, with the key and without."""
    from hypothesis import HealthCheck, given, settings
    from schemathesis import GenerationMode

    operation = next(iter(schema()[path].values()))
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE] if path.startswith("/v1/") else [GenerationMode.POSITIVE]  # the others take nothing
    for mode in modes:

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        def law(case: Any) -> None:
            case.call_and_validate(headers={"Authorization": f"Bearer {KEY}"})

        law()


def test_every_code_stands_in_the_document() -> None:
    """What a route may answer is described there: each error code at a route that has its status."""
    from serve.app import create_app
    from serve.fake import Fake
    from serve.journal import Journal
    from serve.service import Service
    from serve.settings import Settings

    app = create_app(Service(Fake(), Settings(), Journal(None)), Access(()))
    document = asyncio.run(ask(app, "GET", "/openapi.json")).json
    told = {int(s) for methods in document["paths"].values() for operation in methods.values() for s in operation["responses"]}
    unseen = {405, 499}  # answers to what is no route of the document, and to nobody
    assert {status for status, _ in CODES.values()} - unseen <= told
