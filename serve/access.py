"""Who may ask: API keys from a file or the environment, compared in constant time; one is made where none is given."""

import hmac
import os
import secrets
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from hinglish.errors import KhichdiError

ENV = "KHICHDI_API_KEYS"
SHORTEST = 16
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Access:
    """The keys of a server, kept as hashes only. Without any, everybody may ask."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._digests = [sha256(key.encode()).digest() for key in keys]

    def allows(self, header: bytes | None) -> bool:
        """Does an Authorization header hold one of the keys? Takes the same time whichever it is, or none (RFC 6750 form)."""
        if not self._digests:
            return True
        scheme, _, key = (header or b"").partition(b" ")
        given = sha256(key.strip()).digest()
        found = [hmac.compare_digest(given, own) for own in self._digests]
        return any(found) and scheme.lower() == b"bearer"


class Opened(NamedTuple):
    """The access of a server, and the key that was made for it, to be shown once."""

    access: Access
    made: str | None


def open_access(file: Path | None, host: str, *, everybody: bool) -> Opened:
    """Keys by file, else by KHICHDI_API_KEYS (with commas), else a new one; KhichdiError where the way is left open to other machines."""
    if everybody:
        if host not in LOOPBACK:
            raise KhichdiError(f"serve api: --open with --host {host} lets every machine in; keep 127.0.0.1, or leave --open out and give keys")
        return Opened(Access(()), None)
    keys, place = (_of_file(file), str(file)) if file else (_split(os.environ.get(ENV, ""), ","), ENV)
    if file and not keys:
        raise KhichdiError(f"{file}: no key in it; write one a line, each of at least {SHORTEST} characters")
    for number, key in enumerate(keys, 1):
        if len(key) < SHORTEST:
            raise KhichdiError(f"{place}: key {number} has {len(key)} characters; at least {SHORTEST}, such as {secrets.token_urlsafe(24)}")
    if keys:
        return Opened(Access(keys), None)
    made = secrets.token_urlsafe(32)
    return Opened(Access((made,)), made)


def _of_file(path: Path) -> list[str]:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise KhichdiError(f"{path}: cannot be read ({fault.__class__.__name__}); --keys is a text file with one key a line") from fault
    if mode & 0o077:
        raise KhichdiError(f"{path}: other users may read it (mode {mode & 0o777:o}); chmod 600 {path}")
    return [line for line in _split(text, "\n") if not line.startswith("#")]


def _split(text: str, sign: str) -> list[str]:
    return [part.strip() for part in text.split(sign) if part.strip()]
