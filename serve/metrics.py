"""What Prometheus reads: counts and times whose labels come from closed sets of ours; no text of a request or an answer, ever."""

from collections.abc import Callable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60)
QUICK = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05)
TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """One server's. Its own registry: two servers in one process do not count together."""

    def __init__(self) -> None:
        own = self.registry = CollectorRegistry()
        self.requests = Counter("khichdi_requests", "Requests by route and code: ok or the code of the error.", ["route", "code"], registry=own)
        self.seconds = Histogram("khichdi_request_seconds", "From the first byte to the last.", ["route"], buckets=SECONDS, registry=own)
        self.attempts = Counter("khichdi_attempts", "Answers of the model by number of the attempt and what they were.", ["attempt", "outcome"], registry=own)
        self.backend = Histogram("khichdi_backend_seconds", "One attempt.", buckets=SECONDS, registry=own)
        self.validator = Histogram("khichdi_validator_seconds", "Parse, schema and grounding of one answer.", buckets=QUICK, registry=own)
        self.extractions = Counter("khichdi_extractions", "Valid answers by intent.", ["intent"], registry=own)
        self.ungrounded = Counter("khichdi_ungrounded", "Leaves that cannot come from their message, in valid answers.", registry=own)
        self.repaired = Counter("khichdi_repaired", "Leaves that repair mended, by why.", ["why"], registry=own)
        self.failures = Counter("khichdi_failures", "Answers for the failure queue: queued, or dropped because it was full.", ["fate"], registry=own)

        self._children: dict[tuple[Any, tuple[str, ...]], Any] = {}

    def of(self, metric: Any, *labels: str) -> Any:
        """One series of a metric. The library finds it by checking its labels each time; here that is done once."""
        found = self._children.get((metric, labels))
        if found is None:
            found = self._children[metric, labels] = metric.labels(*labels)
        return found

    def watch(self, name: str, what: str, value: Callable[[], float]) -> None:
        """A gauge that is read when it is asked for."""
        Gauge(f"khichdi_{name}", what, registry=self.registry).set_function(value)

    def text(self) -> bytes:
        """The page."""
        return generate_latest(self.registry)
