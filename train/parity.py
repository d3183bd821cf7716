"""Do two ways to serve one adapter answer alike? Adapter, merged and served predictions of the same rows, compared line by line."""

from pathlib import Path
from typing import NamedTuple

from hinglish.errors import KhichdiError
from schemas.canonical import NotJSONError, canonical_bytes, parse_target
from schemas.stats import Interval, wilson
from train.shards import read_lines


class Parity(NamedTuple):
    """Of n rows: how many raw texts are equal, how many targets (invalid equals invalid only by text), and the rows whose targets differ."""

    same_text: Interval
    same_target: Interval
    differ: list[str]


def _target(text: str) -> bytes:
    try:
        return canonical_bytes(parse_target(text))
    except NotJSONError:
        return text.encode()


def parity(one: Path, other: Path) -> Parity:
    """Compare two predictions files of the same rows. Raises KhichdiError where ids or shas are not the same."""
    a, b = ({(line["id"], line["sha"]): line["output"] for line in read_lines(p)} for p in (one, other))
    if a.keys() != b.keys():
        odd = sorted(a.keys() ^ b.keys())
        raise KhichdiError(f"{one} and {other}: {len(odd)} rows stand in only one of them, such as {odd[0][0]}; predict the same rows")
    differ = sorted(key[0] for key in a if _target(a[key]) != _target(b[key]))
    same = sum(a[key] == b[key] for key in a)
    return Parity(wilson(same, len(a)), wilson(len(a) - len(differ), len(a)), differ)
