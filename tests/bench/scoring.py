"""Answers scored a second, beside the loop that people write first: json.loads, then leaves compared one by one.

The plain loop checks no schema, folds no spelling, pairs lists by place, knows no script, and takes NaN and keys that stand twice.
Both sides get the same answers: 70 in 100 right, 20 with a leaf wrong, the rest of another intent, without a key, or prose.
"""

import json
from collections.abc import Sequence
from typing import Any

from measure import Contest, by_turns, cpu

from eval.rows import Gold, gold
from eval.score import score
from generators.randomness import Random
from hinglish.errors import KhichdiError
from schemas.canonical import encode
from schemas.contract import leaves
from schemas.example import Example
from schemas.row import row_of

PEER = "json.loads and =="


def answers(rows: Sequence[Gold], seed: str = "bench/answers") -> list[str]:
    """One answer a row, right or with a planted fault."""
    rng, out = Random(seed), list[str]()
    for row in rows:
        at = rng.random()
        target = dict(row.target)
        texts = [k for k, v in target.items() if isinstance(v, str) and k != "intent"]
        if at < 0.70 or (at < 0.90 and not texts):
            out.append(row.text)
        elif at < 0.90:
            out.append(encode(target | {rng.choice(texts): rng.choice(["कल शाम", "rahul", "train ticket"])}).decode())
        elif at < 0.95:
            out.append(rows[int(rng.random() * len(rows))].text)
        else:
            target.popitem()
            out.append(encode(target).decode() if at < 0.975 else f"Sure! {row.text}")
    return out


def plain(target: dict[str, Any], output: str) -> tuple[int, int, int, int]:
    """What the plain loop gets: parses, leaves right, said, wanted."""
    wanted = {k: v for k, v in leaves(target).items() if v is not None}
    try:
        found = json.loads(output)
    except ValueError:
        return 0, 0, 0, len(wanted)
    said = {k: v for k, v in leaves(found).items() if v is not None}
    return 1, sum(wanted.get(k) == v for k, v in said.items()) if found.get("intent") == target["intent"] else 0, len(said), len(wanted)


def scoring(made: Sequence[Example], rounds: int) -> Contest:
    """Every figure of a row beside the plain loop's four; a round scores all rows `rounds` times."""
    rows = [gold(row_of(e), "bench") for e in made]
    pairs = list(zip(rows, answers(rows), strict=True))
    ours = [score(row, text) for row, text in pairs]
    theirs = [plain(row.target, text) for row, text in pairs]
    if any(t[1] > o.of("right") for o, t in zip(ours, theirs, strict=True) if o.of("valid")):
        raise KhichdiError("scoring: the plain loop found a leaf right that ours did not; see eval/score.py")
    count = rounds * len(pairs)
    sides = {
        "khichdi eval.score": lambda: cpu(lambda: [score(row, text) for _ in range(rounds) for row, text in pairs], count),
        PEER: lambda: cpu(lambda: [plain(row.target, text) for _ in range(rounds) for row, text in pairs], count),
    }
    note = f"{len(pairs):,} answers, {sum(o.of('exact') for o in ours) / len(ours):.0%} right; ours has 25 counts a row, theirs four and no schema"
    return Contest("scoring", "answers/s", PEER, by_turns(sides), note)
