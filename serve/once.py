"""One message, once: asked of a running API, or of a backend in this process; for the command line."""

import os

import httpx2
import pydantic

from hinglish.errors import KhichdiError
from schemas.contract import leaves
from serve.backend import Backend
from serve.faults import ServeError
from serve.journal import Journal
from serve.service import Service
from serve.settings import Settings
from serve.shapes import LONGEST, Extraction, Problem

PATIENCE = 120.0  # seconds; a model on a laptop's CPU is slow


async def asked_of(url: str, message: str, *, constrained: bool, repair: bool) -> Extraction:
    """The answer of a running API; KhichdiError with its own words where it gives none."""
    key = os.environ.get("KHICHDI_API_KEY", "")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        async with httpx2.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            body = {"message": message, "constrained": constrained, "repair": repair}
            answer = await client.post(f"{url.rstrip('/')}/v1/extract", json=body, headers=headers)
    except (httpx2.HTTPError, httpx2.InvalidURL) as fault:
        raise KhichdiError(f"{url}: no API answers there ({type(fault).__name__}); start one with `khichdi serve api`") from fault
    try:
        if answer.status_code == 200:
            return Extraction.model_validate_json(answer.content)
        problem = Problem.model_validate_json(answer.content).error
    except pydantic.ValidationError as fault:
        raise KhichdiError(f"{url}: HTTP {answer.status_code}, and not from a khichdi API; give the address that `khichdi serve api` printed") from fault
    way = "; put the key that the server showed into KHICHDI_API_KEY" if problem.code == "unauthorized" else ""
    raise KhichdiError(f"{url}: {problem.code} ({answer.status_code}): {problem.message}{way}; request {problem.request_id}")


async def in_process(backend: Backend, message: str, *, constrained: bool, repair: bool) -> Extraction:
    """The answer of a backend that is started for this alone and let go; nothing is logged or queued on disk."""
    if not message.strip() or len(message) > LONGEST:
        raise KhichdiError(f"extract text: a message has 1 to {LONGEST} characters that are not all blank; this one has {len(message)}")
    service = Service(backend, Settings(deadline=PATIENCE, stall=PATIENCE, constrained=constrained), Journal(None))
    try:
        await service.start(once=True)
        return await service.extract("0" * 32, message, service.options(None, repair, None))
    except ServeError as fault:
        raise KhichdiError(f"extract text: {fault.code}: {fault}") from fault
    finally:
        await service.close()


def shown(found: Extraction) -> str:
    """An answer for a person: a line a slot that is filled, what is doubtful said beside it."""
    mended = {c.path: c for c in found.repaired or ()}
    lines = [f"intent  {found.intent}"]
    for path, value in leaves(found.target).items():
        if value is not None:
            notes = ["not in the message"] if path in found.ungrounded else []
            notes += [f"was {mended[path].before}"] if path in mended else []
            lines.append(f"{path}  {value}" + (f"   ({'; '.join(notes)})" if notes else ""))
    return "\n".join([*lines, f"by {found.model}, {found.attempts} attempt{'s' * (found.attempts > 1)}"])
