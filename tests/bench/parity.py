"""Is a served model the one that was measured? Constrained answers of a server beside those of `predict run --stage constrained`, one by one.

    python tests/bench/parity.py build/runs/gemma-3000/predictions/predictions.jsonl --upstream http://127.0.0.1:8191/v1 --model gemma-3000
"""

import argparse
import asyncio
from collections import Counter
from pathlib import Path

from curation.opened import open_release
from schemas.prediction import read_predictions, verdict
from serve.backend import Asked
from serve.check import first_turns
from serve.openai import OpenAI


def _alike(served: str, made: str) -> str:
    """How far two answers agree: in every byte, as labels, in their intent, or not."""
    if served == made:
        return "bytes equal"
    one, other = verdict(served, explain=False).target, verdict(made, explain=False).target
    if one is None or other is None:
        return "one is no label"
    return "label equal" if one == other else "intent equal" if one["intent"] == other["intent"] else "other"


async def compared(predictions: Path, upstream: str, model: str, release: str, tier: str, rows: int) -> Counter[str]:
    """Agreement over rows taken at equal steps from a tier, each asked alone: answers of a batch depend on who else is in it."""
    made = {p.id: p.output for p in read_predictions(predictions) if p.stage == "constrained" and p.tier == tier}
    found = [row for row in open_release(release).rows(tier) if row.id in made]
    backend = OpenAI(upstream, model)
    counts: Counter[str] = Counter()
    try:
        await backend.start()
        for number, row in enumerate(found[:: max(1, len(found) // rows)][:rows]):
            said = await backend.answer(Asked(f"parity-{number}", first_turns(row.input), True, 256))
            counts[_alike(said.text, made[row.id])] += 1
            print(number + 1, _alike(said.text, made[row.id]), flush=True)  # noqa: T201  # a report; no text of a row in it
    finally:
        await backend.close()
    return counts


def main() -> None:
    """Ask and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("predictions", type=Path)
    parser.add_argument("--upstream", default="http://127.0.0.1:8000/v1")
    parser.add_argument("--model", default="")
    parser.add_argument("--release", default="v1.2.0")
    parser.add_argument("--tier", default="test_gold_dev", choices=["test_gold_dev", "test_unseen_template", "test_unseen_words"])
    parser.add_argument("--rows", type=int, default=20)
    o = parser.parse_args()
    print(dict(asyncio.run(compared(o.predictions, o.upstream, o.model, o.release, o.tier, o.rows))))  # noqa: T201  # a report


if __name__ == "__main__":
    main()
