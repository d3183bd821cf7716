"""The peer's side, run by chatette's own Python: parse the grammar once, then one timed generation for each line read.

A line "N" on stdin → N examples an intent, answered by one JSON line with the CPU seconds of the generation alone. This file
imports nothing of ours: it runs in build/bench/chatette, where we are not installed.
"""

import json
import random
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from chatette.facade import Facade
from chatette.generator import Generator
from chatette.units.ast import AST
from chatette.utils import UnitType


def generate(each: int) -> tuple[list[Any], float]:
    """`each` examples an intent, and the CPU seconds they took; what is made are chatette's own IntentExample objects."""
    for intent in AST.get_or_create()[UnitType.intent].values():
        intent.set_nb_examples_asked(each, 0)
    began = time.process_time()
    made = list(Generator().generate_train())
    return made, time.process_time() - began


def main(grammar: Path) -> None:
    """Answer rounds until stdin ends; chatette's own chatter goes to stderr."""
    answers = sys.stdout
    with redirect_stdout(sys.stderr):
        Facade(str(grammar), seed="khichdi", force_overwriting=True).run_parsing()
        random.seed("khichdi")
        for line in sys.stdin:
            made, seconds = generate(int(line))
            answer = {
                "rows": len({(e.intent_name, e.text) for e in made}),
                "seconds": seconds,
                "words": sum(len(e.text.split()) for e in made) / len(made),
                "slots": sum(len(e.entities) for e in made) / len(made),
                "intents": len({e.intent_name for e in made}),
                "sample": random.choice(made).text,
            }
            print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
