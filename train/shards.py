"""Long work in shards: each is written beside its place and renamed, so a killed run goes on where it stopped and finished shards keep their bytes."""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hinglish.errors import KhichdiError
from train.record import write_json


def in_shards(
    count: int, size: int, home: Path, facts: Mapping[str, Any], make: Callable[[Sequence[int]], list[dict[str, Any]]], on: Callable[[int], None]
) -> list[dict[str, Any]]:
    """Lines for the numbers 0 … count-1, `size` a shard under `home`; `facts` name the work, and shards of other work are refused.

    `make` gets the numbers of one shard and gives a line for each; `on` hears how many are done. Lines come back in the order of the numbers.
    """
    home.mkdir(parents=True, exist_ok=True)
    label = home / "facts.json"
    body = json.loads(json.dumps({**facts, "count": count, "size": size}))
    if label.is_file() and (there := json.loads(label.read_text(encoding="utf-8"))) != body:
        odd = sorted(k for k in {*there, *body} if there.get(k) != body.get(k))
        raise KhichdiError(f"{home}: holds half-done work with another {', '.join(odd)}; remove it, or finish it as it was begun")
    write_json(label, body)
    lines: list[dict[str, Any]] = []
    for begin in range(0, count, size):
        file = home / f"{begin // size:05d}.jsonl"
        if not file.is_file():
            draft = file.with_suffix(".part")
            made = make(range(begin, min(count, begin + size)))
            draft.write_text("".join(json.dumps(m, ensure_ascii=False) + "\n" for m in made), encoding="utf-8")
            draft.replace(file)
        lines += [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        on(len(lines))
    return lines


def write_lines(lines: Sequence[Mapping[str, Any]], out: Path) -> None:
    """JSON lines, put in their place whole."""
    draft = out.with_name(out.name + ".part")
    draft.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    draft.replace(out)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """A JSON lines file."""
    if not path.is_file():
        raise KhichdiError(f"{path}: no such predictions")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def done(home: Path) -> None:
    """The shards are in the file they were for."""
    shutil.rmtree(home)
