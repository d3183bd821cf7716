"""Pulling again and again while people work, so that a correction that cannot be used is back with its annotator within a minute."""

import time
from collections.abc import Callable
from pathlib import Path

from curation.review_plan import Plan
from curation.review_round import Desks, Pull, pull
from hinglish.errors import KhichdiError


def watch(
    desks: Desks, plan: Plan, folder: Path, *, every: float, looks: int | None, say: Callable[[str], None], sleep: Callable[[float], None] = time.sleep
) -> None:
    """Look every `every` seconds, `looks` times or until interrupted. A server that is away for a while is waited for."""
    seen = 0
    while looks is None or seen < looks:
        if seen:
            sleep(every)
        seen += 1
        try:
            for line in lines(pull(desks, plan, folder)):
                say(line)
        except KhichdiError as fault:
            say(f"{fault}; looking again in {every:g} s")
        except KeyboardInterrupt:
            return


def lines(got: Pull) -> list[str]:
    """What one look brought, a line each."""
    out = [f"{e.at[:19]} {e.annotator} {e.where} {e.status} {e.values.get('verdict', '')} {e.key}".replace("  ", " ") for e in got.new]
    return out + [f"returned {r.event.key} to {r.event.annotator} ({r.reason}): {r.why}" for r in got.returned]
