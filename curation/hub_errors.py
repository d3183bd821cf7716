"""What a Hub can answer but the thing asked for: one error a kind, the client's exceptions turned into them, and patience with those that pass."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from hinglish.errors import KhichdiError

T = TypeVar("T")
Sleep = Callable[[float], None]

TRIES = 4
LONGEST_WAIT = 600.0  # seconds: a Hub that asks for more is left alone, and the command says when to come back


class HubError(KhichdiError):
    """The Hub did not do what was asked. `passes`: the same call may succeed later; `wait`: after how many seconds, if the Hub said."""

    passes = False

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class RefusedError(HubError):
    """401, 403: no token, a wrong one, or one without the right."""


class MissingError(HubError):
    """404: no such repo, tag or file."""


class TakenError(HubError):
    """409: somebody else is changing or has made it; what is there is read again before the next try."""

    passes = True


class OvertakenError(HubError):
    """412: the branch moved between reading and committing."""

    passes = True


class BusyError(HubError):
    """429: too many requests."""

    passes = True


class DownError(HubError):
    """5xx: the Hub is not well."""

    passes = True


class CutError(HubError):
    """The connection failed, or ended before the answer did."""

    passes = True


class FrozenError(HubError):
    """The version stands on the Hub with other content: a tag is never moved."""


class MovedTagError(HubError):
    """A tag does not name what it named: its manifest is of another version, or of other content than known before."""


class CorruptError(HubError):
    """Bytes are not those that the manifest lists, or rows do not give its root."""


class CardError(HubError):
    """README.md on the Hub was written by hand where the card is generated."""


KINDS: dict[int, tuple[type[HubError], str]] = {
    400: (HubError, "the Hub does not take it"),
    401: (RefusedError, "not signed in, or no such repo; `hf auth login` or set HF_TOKEN to a token that may write"),
    403: (RefusedError, "the token may not do this; use one with write access to the owner"),
    404: (MissingError, "not there; check owner/name and the tag"),
    409: (TakenError, "somebody else is changing it; run the command again"),
    412: (OvertakenError, "the branch moved meanwhile; run the command again"),
    429: (BusyError, "too many requests; wait, then run the command again"),
}


def _wait(headers: dict[str, str]) -> float | None:
    """Seconds that the Hub asks for: Retry-After, or t of a RateLimit header with nothing left (IETF draft httpapi-ratelimit-headers)."""
    after = headers.get("retry-after", "").strip()
    if after.isdigit():
        return float(after)
    left = re.search(r"\br=0\s*;\s*t=(\d+)", headers.get("ratelimit", ""))
    return float(left[1]) if left else None


def _status(code: int, what: str, headers: dict[str, str]) -> HubError:
    other = (DownError, "the Hub is not well; run the command again later") if code >= 500 else (HubError, "the Hub does not do it")
    kind, way = KINDS.get(code, other)
    wait, said = _wait(headers), headers.get("x-error-message", "")
    return kind(f"{what}: {code}{f' ({said})' if said else ''}: {way}{'' if wait is None else f' (in {wait:.0f} s)'}", wait)


def translated(fault: BaseException, what: str) -> HubError | None:
    """The client's exception as one of ours; None where it is not the Hub's doing.

    The client wraps: an upload's fault comes as RuntimeError, a download's as LocalEntryNotFoundError, each with its cause.
    """
    from httpx2 import TransportError
    from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError

    link: BaseException | None = fault
    while link is not None:
        if isinstance(link, HfHubHTTPError):
            return _status(link.response.status_code, what, {k.lower(): v for k, v in link.response.headers.items()})
        if isinstance(link, LocalTokenNotFoundError):
            return _status(401, what, {})
        if isinstance(link, TransportError) or (isinstance(link, OSError) and "Consistency check failed" in str(link)):
            return CutError(f"{what}: the connection failed ({type(link).__name__}); check the network and run the command again")
        if isinstance(link, json.JSONDecodeError):
            return DownError(f"{what}: the answer is no JSON; run the command again later")
        link = link.__cause__ or link.__context__
    return None


@contextmanager
def asking(what: str) -> Iterator[None]:
    """A call to the Hub's client; its exceptions come out as ours, the place named by `what`."""
    try:
        yield
    except KhichdiError:
        raise
    except Exception as fault:
        found = translated(fault, what)
        if found is None:
            raise
        raise found from fault


def patiently(do: Callable[[], T], *, tries: int = TRIES, sleep: Sleep = time.sleep) -> T:
    """do(), again after faults that pass: at most `tries` times, waiting as long as the Hub asks, else 2, 4, 8 … seconds."""
    for turn in range(1, tries):
        try:
            return do()
        except HubError as fault:
            wait = float(2**turn) if fault.wait is None else fault.wait
            if not fault.passes or wait > LONGEST_WAIT:
                raise
        sleep(wait)
    return do()
