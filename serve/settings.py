"""What a server was started with: how much at once, how long, how often; every bound that keeps it from hanging or growing."""

from dataclasses import dataclass

from hinglish.errors import KhichdiError
from hinglish.lexicon import Partition


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Seconds, counts and bytes; the defaults suit one model server on one machine."""

    slots: int = 32  # requests that the backend works on at once
    waiting: int = 256  # requests that wait for a slot; one more is answered 429
    deadline: float = 30.0  # a request's whole time, waiting and retries too
    stall: float = 20.0  # one attempt's time; a backend that answers nobody so long has stalled
    attempts: int = 3  # the first and those with the fault fed back
    most: int = 256  # tokens of one answer
    constrained: bool = True
    repair: bool = False
    partition: Partition | None = None  # the lexicon that checks and repairs; for a reported figure the train partition
    body: int = 1 << 18  # bytes of a request
    body_seconds: float = 10.0  # until it is there
    failures: int = 5  # of the backend one after another, until it is left alone
    cooldown: float = 2.0  # how long at first; doubled by each failed probe
    longest_cooldown: float = 60.0
    slow: float = 10.0  # an answer that took longer is a failure to learn from
    remembered: int = 1000  # last answers that feedback may name
    remember_seconds: float = 3600.0

    def __post_init__(self) -> None:
        """Refuse what could never answer."""
        for name in ("slots", "attempts", "most", "body", "failures", "deadline", "stall", "body_seconds", "cooldown"):
            if getattr(self, name) <= 0:
                raise KhichdiError(f"serve: {name} is {getattr(self, name)}; it must be above 0")
        if self.waiting < 0:
            raise KhichdiError(f"serve: waiting is {self.waiting}; 0 refuses all that cannot be worked on at once")
