"""The routes, as FastAPI has them: thin; what they do is in service.py, what guards them in front.py."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, TypeVar

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, ValidationError
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException

from serve import shapes
from serve.access import Access
from serve.faults import CODES, ServeError
from serve.front import App, Front, problem
from serve.metrics import TYPE
from serve.service import Options, Service

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
GUARDED = (401,)
POSTED = (400, 401, 408, 413, 415, 422)
MODEL = (429, 500, 502, 503, 504)
JSON = "application/json"
SOON = 0.01  # seconds until a client is watched for going away: most of a fast backend's answers are there by then


def create_app(service: Service, access: Access) -> App:
    """The whole API around a started service; an ASGI app for uvicorn or a test."""
    api = FastAPI(title="khichdi", version="1", description="One Hinglish message in, one valid label or one typed failure out.", docs_url=None, redoc_url=None)
    _routes(api, service)
    _faults(api)
    made = api.openapi
    api.openapi = lambda: _with_keys(made())  # type: ignore[method-assign]  # FastAPI's own way to extend its document
    held = service.settings
    return Front(api, access, service.metrics, service.journal, body=held.body, body_seconds=held.body_seconds)


def _routes(api: FastAPI, service: Service) -> None:
    @api.post("/v1/extract", summary="One message to its label.", response_model=shapes.Extraction, **_takes(shapes.ExtractIn, MODEL), tags=["extract"])
    async def extract(request: Request) -> Response:
        asked = await _read(shapes.ExtractIn, request)
        options = service.options(asked.constrained, asked.repair, asked.deadline_ms)
        work = service.extract(request.state.request_id, asked.message, options)
        return _json(await _unless_gone(request, work), 200)

    partly = {207: {"model": shapes.BatchOut, "description": "at least one item is an error"}}

    @api.post(
        "/v1/extract/batch",
        summary="Several messages to their labels.",
        response_model=shapes.BatchOut,
        **_takes(shapes.BatchIn, MODEL, partly),
        tags=["extract"],
    )
    async def batch(request: Request) -> Response:
        asked = await _read(shapes.BatchIn, request)
        options = service.options(asked.constrained, asked.repair, asked.deadline_ms)
        items = await _unless_gone(request, _all(service, request.state.request_id, asked.messages, options))
        failed = [i.error for i in items if i.error is not None]
        request.state.code = "ok" if not failed else failed[0].code
        return _json(shapes.BatchOut.model_construct(results=items), 207 if failed else 200)

    taken: dict[str, Any] = {"status_code": 202, "response_model": shapes.FeedbackOut}

    @api.post("/v1/feedback", summary="An answer was wrong.", **taken, **_takes(shapes.FeedbackIn, (404, 500)), tags=["feedback"])
    async def feedback(request: Request) -> Response:
        asked = await _read(shapes.FeedbackIn, request)
        service.flag(asked.request_id, asked.reason)
        return _json(shapes.FeedbackOut(request_id=asked.request_id), 202)

    @api.get("/healthz", summary="Does the process answer?", tags=["operation"])
    async def healthz() -> shapes.Health:
        return shapes.Health()

    @api.get("/readyz", summary="Would a request be answered?", tags=["operation"], responses={503: {"model": shapes.Ready, "description": "not now"}})
    async def readyz() -> shapes.Ready:
        found = await service.ready()
        return _json(found, 200 if found.ready else 503)  # type: ignore[return-value]  # a finished Response; the annotation is for OpenAPI

    page: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {}}}}

    @api.get("/metrics", summary="For Prometheus.", tags=["operation"], response_class=Response, responses=_problems(GUARDED) | page)
    async def metrics() -> Response:
        return Response(service.metrics.text(), headers={"content-type": TYPE})


def _takes(model: type[BaseModel], statuses: Sequence[int], more: Mapping[int, dict[str, Any]] | None = None) -> dict[str, Any]:
    """What OpenAPI says of a route that reads its own body: FastAPI's way to read one costs as much as all of our own work."""
    body = {"required": True, "content": {JSON: {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}}
    return {"openapi_extra": {"requestBody": body}, "responses": _problems((*POSTED, *statuses)) | dict(more or {})}


async def _read(model: type[M], request: Request) -> M:
    """A body by its model, strictly. ServeError `not_json` or `invalid_request`."""
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as fault:
        raise _of_shape(fault.errors(include_input=False, include_url=False)) from None


def _json(body: BaseModel, status: int) -> Response:
    """A body as bytes. `<`, `>` and `&` leave escaped: an answer may be put into a page by careless hands."""
    data = body.__pydantic_serializer__.to_json(body)
    for sign, written in ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026")):
        if sign in data:
            data = data.replace(sign, written)  # in JSON they stand in strings only
    return Response(data, status, media_type=JSON)


async def _all(service: Service, request_id: str, messages: Sequence[str], options: Options) -> list[shapes.BatchItem]:
    """Every message through the queue by itself; the whole fails as one where every item failed alike."""
    ids = [f"{request_id[:28]}{place:04x}" for place in range(len(messages))]
    found = await asyncio.gather(*[service.extract(i, m, options) for i, m in zip(ids, messages, strict=True)], return_exceptions=True)
    faults = [f for f in found if isinstance(f, BaseException)]
    if odd := next((f for f in faults if not isinstance(f, ServeError)), None):
        raise odd
    typed = [f for f in faults if isinstance(f, ServeError)]
    if len(typed) == len(messages) and len({f.code for f in typed}) == 1:
        raise typed[0]
    return [_item(i, f) for i, f in zip(ids, found, strict=True)]


def _item(request_id: str, found: shapes.Extraction | BaseException) -> shapes.BatchItem:
    if isinstance(found, ServeError):
        return shapes.BatchItem.model_construct(extraction=None, error=shapes.ErrorBody.model_construct(**found.body(request_id)))
    return shapes.BatchItem.model_construct(extraction=found, error=None)


async def _unless_gone(request: Request, work: Awaitable[T]) -> T:
    """The work's result; cancelled, with all it asked of the backend, when the client goes away first."""
    task, gone, watching = asyncio.current_task(), False, None

    async def _watch() -> None:
        nonlocal gone
        while (await request.receive())["type"] != "http.disconnect":
            pass
        gone = True
        if task is not None:
            task.cancel()

    def _begin() -> None:
        nonlocal watching
        watching = asyncio.create_task(_watch())

    soon = asyncio.get_running_loop().call_later(SOON, _begin)
    try:
        return await work
    except asyncio.CancelledError as fault:
        if not gone or task is None:
            raise
        task.uncancel()
        raise ServeError("client_gone") from fault
    finally:
        soon.cancel()
        if watching is not None:
            watching.cancel()


def _faults(api: FastAPI) -> None:
    """What is raised behind the front, by us or by FastAPI and Starlette, as a Problem."""

    @api.exception_handler(ServeError)
    async def typed(request: Request, fault: ServeError) -> Response:
        return _problem(request, fault)

    @api.exception_handler(HTTPException)
    async def plain(request: Request, fault: HTTPException) -> Response:
        code = {400: "not_json", 404: "not_found", 405: "method_not_allowed"}.get(fault.status_code, "internal")
        return _problem(request, ServeError(code), fault.headers or {})

    @api.exception_handler(Exception)
    async def unforeseen(request: Request, fault: Exception) -> Response:
        return _problem(request, ServeError("internal"))  # Starlette then raises it on to the front, which notes it


def _problem(request: Request, fault: ServeError, headers: Mapping[str, str] | None = None) -> Response:
    request.state.code = fault.code
    told = {name.decode(): value.decode() for name, value in fault.headers()}
    return Response(problem(fault, request.state.request_id), fault.status, {**(headers or {}), **told}, JSON)


def _of_shape(found: Sequence[Any]) -> ServeError:
    """Which of our fields is wrong and how. A key or a value that the client sent is not shown again."""
    if any(e["type"] == "json_invalid" for e in found):
        return ServeError("not_json")
    ours = {name for model in (shapes.ExtractIn, shapes.BatchIn, shapes.FeedbackIn) for name in model.model_fields}
    out = []
    for fault in found[:5]:
        path = [str(p) for p in fault["loc"] if isinstance(p, int) or p in ours]
        said = {"extra_forbidden": "a key that is not known", "string_pattern_mismatch": "blank, or of another form"}.get(fault["type"], fault["msg"])
        out.append(f"{'.'.join(path) or 'body'}: {said}")
    return ServeError("invalid_request", "; ".join(out))


def _problems(statuses: Sequence[int]) -> dict[int | str, dict[str, Any]]:
    """Statuses → what OpenAPI says of them: the codes they come with."""
    return {s: {"model": shapes.Problem, "description": ", ".join(c for c, (status, _) in CODES.items() if status == s)} for s in statuses}


def _with_keys(document: dict[str, Any]) -> dict[str, Any]:
    """OpenAPI with the bodies that the routes read and the key that the front asks for."""
    asked = [(model, "validation") for model in (shapes.ExtractIn, shapes.BatchIn, shapes.FeedbackIn)]
    _, made = models_json_schema(asked, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]  # its modes are literals
    document["components"]["schemas"].update(made["$defs"])
    document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for path, methods in document["paths"].items():
        if path.startswith("/v1/") or path == "/metrics":
            for operation in methods.values():
                operation["security"] = [{"key": []}]
    return document
