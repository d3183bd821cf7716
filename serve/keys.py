"""Keys of the journal: one makes new hashes and surrogates, older ones are kept to find what they hashed until they are dropped."""

import hmac
import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import msgspec

from hinglish.errors import KhichdiError

SHOWN = 16  # hex digits of a hash in a line: 64 bits, no two of a day's requests alike


class Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Key names → (secret in hex, day it was made). The last made is the one in use."""

    made: Mapping[str, tuple[str, str]]

    @property
    def current(self) -> str:
        """The name of the key in use."""
        return list(self.made)[-1]

    def hashed(self, value: str, name: str = "") -> str:
        """A value as a line shows it: the key's name and a keyed hash (HMAC-SHA-256, RFC 2104). One key, one value, one hash."""
        name = name or self.current
        return f"{name}:{self.digest(value, name).hex()[:SHOWN]}"

    def digest(self, value: str, name: str = "") -> bytes:
        """32 bytes that only the key's holder can make from a value."""
        secret = _bytes(self.made[name or self.current][0])
        return hmac.digest(secret, value.encode("utf-8", "surrogatepass"), sha256)

    def every(self, value: str) -> list[str]:
        """What a value is hashed to under each key that is kept: to find what older keys hashed."""
        return [self.hashed(value, name) for name in self.made]

    def rotated(self, keep: int) -> "Keys":
        """A new key in use, and the last `keep` older ones: what a dropped key hashed can be joined with nothing any more."""
        number = int(self.current.removeprefix("k")) + 1
        old = list(self.made.items())[-keep:] if keep else []
        return Keys({**dict(old), f"k{number}": _new()})


@lru_cache(maxsize=16)
def _bytes(secret: str) -> bytes:
    return bytes.fromhex(secret)


def _new() -> tuple[str, str]:
    return secrets.token_hex(32), datetime.now(UTC).date().isoformat()


def fresh() -> Keys:
    """A key of this process alone."""
    return Keys({"k1": _new()})


def read_keys(path: Path) -> Keys:
    """The keys of a folder; made at first use, for the owner's eyes alone."""
    if not path.exists():
        write_keys(fresh(), path, new=True)
    if path.stat().st_mode & 0o077:
        raise KhichdiError(f"{path}: other users may read the journal's keys (mode {path.stat().st_mode & 0o777:o}); chmod 600 {path}")
    try:
        return msgspec.json.decode(path.read_bytes(), type=Keys)
    except msgspec.DecodeError as fault:
        raise KhichdiError(f"{path}: no keys ({fault}); restore it, or move it away: older hashes can then be joined with nothing") from fault


def write_keys(keys: Keys, path: Path, *, new: bool = False) -> None:
    """Keys on disk, whole or not at all. `new`: of two processes that make them at once, the first stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.touch(mode=0o600)
    part.write_bytes(msgspec.json.encode(keys) + b"\n")
    if not new:
        part.replace(path)
        return
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()
