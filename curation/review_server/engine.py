"""A search engine for Argilla that answers from Argilla's own SQLite database, so that no Elasticsearch is needed.

There is no index to lose or to lag behind: what would be indexed stands in the tables already, so every writing method does
nothing. Filters, sorts, text and similarity are SQL; nothing is scanned in Python. It follows argilla_server/search_engine/commons.py
(2.8.0), method by method; the tests hold it to that on a real server.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
from argilla_server.database import AsyncSessionLocal
from argilla_server.enums import MetadataPropertyType, ResponseStatusFilter, SimilarityOrder, SortOrder
from argilla_server.models import Dataset, MetadataProperty, Question, Record, Response, Suggestion, User, Vector, VectorSettings
from argilla_server.search_engine.base import (
    AndFilter,
    FloatMetadataMetrics,
    IntegerMetadataMetrics,
    MetadataFilterScope,
    RangeFilter,
    RecordFilterScope,
    ResponseFilterScope,
    SearchEngine,
    SearchResponseItem,
    SearchResponses,
    SuggestionFilterScope,
    TermsFilter,
    TermsMetrics,
)
from sqlalchemy import ColumnElement, Float, Select, String, and_, bindparam, cast, event, exists, func, literal, not_, or_, select, true, type_coerce
from sqlalchemy.engine import Engine

NAME = "argilla-sql"
ORDERS = 24  # a record's id is 32 random hexadecimal digits: starting at another digit gives each annotator another order


def _path(*keys: str) -> str:
    """A JSON path; names are quoted, for they may hold dots and dashes."""
    return "$" + "".join('."' + key.replace('"', '\\"') + '"' for key in keys)


def _json(column: Any, *keys: str) -> ColumnElement[Any]:
    """One value inside a JSON column; text stays text, numbers numbers."""
    return func.json_extract(column, _path(*keys))


def _any_of(column: Any, keys: tuple[str, ...], values: Iterable[Any]) -> ColumnElement[bool]:
    """Is the value, or a member of the list, at a JSON path one of the values?"""
    each = func.json_each(column, _path(*keys)).table_valued("value")
    return exists(select(1).select_from(each).where(cast(each.c.value, String).in_([str(v) for v in values])))


def _within(value: ColumnElement[Any], bounds: RangeFilter) -> ColumnElement[bool]:
    """At least `ge`, at most `le`, each where given."""
    out = [value.is_not(None)]
    if bounds.ge is not None:
        out.append(value >= bounds.ge)
    if bounds.le is not None:
        out.append(value <= bounds.le)
    return and_(*out)


def _property(scope: Any) -> ColumnElement[Any]:
    """The column or JSON value that a record or metadata scope names."""
    if isinstance(scope, MetadataFilterScope):
        return _json(Record.metadata_, scope.metadata_property)
    return getattr(Record, str(scope.property))


def _suggestion(scope: SuggestionFilterScope) -> Select[Any]:
    """The rows of one question's suggestions to the record at hand."""
    return select(Suggestion.id).join(Question).where(Suggestion.record_id == Record.id, Question.name == scope.question)


def _suggested(wanted: Any) -> ColumnElement[bool]:
    name = str(wanted.scope.property or "value")
    column = getattr(Suggestion, name)
    if name in ("agent", "type"):
        return exists(_suggestion(wanted.scope).where(column.in_(wanted.values)))
    if isinstance(wanted, RangeFilter):
        return exists(_suggestion(wanted.scope).where(_within(_json(column), wanted)))
    return exists(_suggestion(wanted.scope).where(_any_of(column, (), wanted.values)))


def _of(scope: ResponseFilterScope) -> list[ColumnElement[bool]]:
    """Responses to the record at hand, of one user where the scope has one."""
    mine = [Response.record_id == Record.id]
    return [*mine, Response.user_id == scope.user.id] if scope.user else mine


def _responded(wanted: Any) -> ColumnElement[bool]:
    """A filter over responses: their status, where `pending` is that there is none, or the answer to a question."""
    mine = _of(wanted.scope)
    if wanted.scope.question:
        value = (wanted.scope.question, "value")
        if isinstance(wanted, RangeFilter):
            return exists(select(1).select_from(Response).where(*mine, _within(_json(Response.values, *value), wanted)))
        return exists(select(1).select_from(Response).where(*mine, _any_of(Response.values, value, wanted.values)))
    found = [v for v in wanted.values if v != ResponseStatusFilter.pending]
    either = [exists(select(1).select_from(Response).where(*mine, Response.status.in_(found)))] if found else []
    if len(found) < len(wanted.values):
        either.append(not_(exists(select(1).select_from(Response).where(*mine))))
    return or_(*either) if either else true()


def _condition(wanted: Any) -> ColumnElement[bool]:
    """A filter of Argilla as a condition on Record."""
    if isinstance(wanted, AndFilter):
        return and_(true(), *map(_condition, wanted.filters))
    if isinstance(wanted.scope, ResponseFilterScope):
        return _responded(wanted)
    if isinstance(wanted.scope, SuggestionFilterScope):
        return _suggested(wanted)
    if isinstance(wanted, RangeFilter):
        return _within(_property(wanted.scope), wanted)
    if isinstance(wanted, TermsFilter) and isinstance(wanted.scope, RecordFilterScope):
        return _property(wanted.scope).in_(wanted.values)
    return _any_of(Record.metadata_, (wanted.scope.metadata_property,), wanted.values)


def _text(dataset: Dataset, query: Any) -> ColumnElement[bool]:
    """Every word of the query somewhere in the field, or in any field; case is folded."""
    words = (query if isinstance(query, str) else query.q).replace('"', " ").split()
    field = None if isinstance(query, str) else query.field
    names = [f.name for f in dataset.fields if not f.is_image and field in (None, f.name)]
    return and_(true(), *(or_(*(func.casefold(_json(Record.fields, n)).contains(w.casefold(), autoescape=True) for n in names)) for w in words))


def _order(order: Any) -> Any:
    """What a sort of Argilla sorts by; of several responses the mean."""
    scope = order.scope
    value: Any
    if isinstance(scope, SuggestionFilterScope):
        column = getattr(Suggestion, str(scope.property or "value"))
        value = select(_json(column)).join(Question).where(Suggestion.record_id == Record.id, Question.name == scope.question).limit(1).scalar_subquery()
    elif isinstance(scope, ResponseFilterScope):
        inner = _json(Response.values, scope.question, "value") if scope.question else Response.status
        value = select(func.avg(inner) if scope.question else func.min(inner)).where(*_of(scope)).scalar_subquery()
    else:
        value = _property(scope)
    return value.desc().nulls_last() if order.order == SortOrder.desc else value.asc().nulls_last()


@lru_cache(maxsize=1 << 17)
def _vector(text: str) -> Any:
    """A stored vector, decoded once and scaled to length 1."""
    found = np.array(text[1:-1].split(","), dtype=np.float32)
    return found / (float(np.linalg.norm(found)) or 1.0)


def _cosine(a: str, b: str) -> float:
    return float(_vector(a) @ _vector(b))


def _casefold(text: str | None) -> str | None:
    """SQLite's lower() knows ASCII only."""
    return None if text is None else str(text).casefold()


@event.listens_for(Engine, "connect")
def _functions(connection: Any, _record: Any) -> None:
    """Give every connection the two functions that SQLite lacks."""
    connection.create_function("cosine", 2, _cosine)
    connection.create_function("casefold", 1, _casefold)
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")  # readers do not wait for a writer; kill -9 loses nothing
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


class SqlEngine(SearchEngine):
    """Argilla's SearchEngine over the tables of Argilla."""

    @classmethod
    async def new_instance(cls) -> "SqlEngine":
        """Nothing to connect to."""
        return cls()

    async def close(self) -> None:
        """Nothing to close."""

    async def ping(self) -> bool:
        """There whenever the database is."""
        return True

    async def info(self) -> dict[str, Any]:
        """What the status page shows."""
        return {"name": NAME, "version": {"number": "1"}}

    async def _nothing(self, *_: Any, **__: Any) -> None:
        """The tables are the index."""

    create_index = delete_index = configure_metadata_property = configure_index_vectors = index_records = partial_record_update = _nothing
    delete_records = update_record_response = delete_record_response = update_record_suggestion = delete_record_suggestion = _nothing

    async def get_dataset_progress(self, dataset: Dataset) -> dict[str, int]:
        """Records by status, and all."""
        if dataset.is_draft:
            return {}
        async with AsyncSessionLocal() as db:
            rows = (await db.execute(select(Record.status, func.count()).where(Record.dataset_id == dataset.id).group_by(Record.status))).all()
        return {"total": sum(n for _, n in rows), **{str(status): n for status, n in rows}}

    async def get_dataset_user_progress(self, dataset: Dataset, user: User) -> dict[str, int]:
        """One user's responses by status, and all."""
        if dataset.is_draft:
            return {}
        mine = select(Response.status, func.count()).join(Record).where(Record.dataset_id == dataset.id, Response.user_id == user.id)
        async with AsyncSessionLocal() as db:
            rows = (await db.execute(mine.group_by(Response.status))).all()
        return {"total": sum(n for _, n in rows), **{str(status): n for status, n in rows}}

    async def search(
        self,
        dataset: Dataset,
        query: Any = None,
        filter: Any = None,  # noqa: A002  # Argilla's name for it
        sort: Any = None,
        offset: int = 0,
        limit: int = 100,
        user_id: Any = None,
    ) -> SearchResponses:
        """One page of record ids and the whole count; without a sort each user has an order of their own, always the same."""
        wanted = [Record.dataset_id == dataset.id]
        if query:
            wanted.append(_text(dataset, query))
        if filter:
            wanted.append(_condition(filter))
        orders: list[Any] = [_order(o) for o in sort or ()]
        if not orders:
            orders = [func.substr(Record.id, 1 + user_id.int % ORDERS)] if user_id else [Record.inserted_at.asc()]
        async with AsyncSessionLocal() as db:
            page = select(Record.id, func.count().over()).where(*wanted).order_by(*orders, Record.id).offset(offset).limit(limit)
            rows = (await db.execute(page)).all()  # page and whole count in one look at the records
            total = rows[0][1] if rows else await db.scalar(select(func.count()).select_from(Record).where(*wanted)) if offset else 0
            return SearchResponses(items=[SearchResponseItem(record_id=i, score=1.0) for i, _ in rows], total=total or 0)

    async def similarity_search(
        self, dataset: Dataset, vector_settings: VectorSettings, value: Any = None, record: Any = None, query: Any = None, filter: Any = None,  # noqa: A002
        max_results: int = 100, order: SimilarityOrder = SimilarityOrder.most_similar, threshold: float | None = None,
    ) -> SearchResponses:  # fmt: skip
        """The records nearest to, or farthest from, a vector or a record, by the cosine; scores lie in [0, 1] as Elasticsearch's do."""
        if bool(value) == bool(record):
            raise ValueError("give either a vector or a record to search by")
        vector = value or record.vector_value_by_vector_settings(vector_settings)
        if not vector:
            raise ValueError("the record has no such vector")
        wanted = [Record.dataset_id == dataset.id, Vector.vector_settings_id == vector_settings.id]
        wanted += [Record.id != record.id] if record else []
        wanted += [_text(dataset, query)] if query else []
        wanted += [_condition(filter)] if filter else []
        sign = -1.0 if order == SimilarityOrder.least_similar else 1.0
        asked = bindparam("asked", "[" + ",".join(map(repr, vector)) + "]", String)
        score = type_coerce((literal(1.0) + sign * func.cosine(cast(Vector.value, String), asked, type_=Float)) / 2, Float).label("score")
        if threshold is not None:
            wanted.append(score >= threshold)
        async with AsyncSessionLocal() as db:
            rows = (await db.execute(select(Record.id, score).join(Vector).where(*wanted).order_by(score.desc(), Record.id).limit(max_results))).all()
        return SearchResponses(items=[SearchResponseItem(record_id=i, score=s) for i, s in rows], total=len(rows))

    async def compute_metrics_for(self, metadata_property: MetadataProperty) -> Any:
        """Terms with their counts, or least and most of a number."""
        mine = Record.dataset_id == metadata_property.dataset_id
        async with AsyncSessionLocal() as db:
            if metadata_property.type == MetadataPropertyType.terms:
                each = func.json_each(Record.metadata_, _path(metadata_property.name)).table_valued("value")
                counted = select(each.c.value, func.count()).select_from(Record).join(each, true()).where(mine, each.c.value.is_not(None))
                rows = (await db.execute(counted.group_by(each.c.value).order_by(func.count().desc(), each.c.value))).all()
                return TermsMetrics(total=sum(n for _, n in rows), values=[TermsMetrics.TermCount(term=str(t), count=n) for t, n in rows])
            value = _json(Record.metadata_, metadata_property.name)
            least, most = (await db.execute(select(func.min(value), func.max(value)).where(mine))).one()
        kind = IntegerMetadataMetrics if metadata_property.type == MetadataPropertyType.integer else FloatMetadataMetrics
        return kind(min=least, max=most)


SearchEngine.register(NAME)(SqlEngine)
