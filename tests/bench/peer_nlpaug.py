"""The peer's side, run by nlpaug's own Python: one timed pass over the texts of each line read.

A line {"how": …, "texts": […], "share": …} on stdin → every text through one augmenter by name, through each of the five by the chance
`share` ("chance": as our pipeline draws, and the least work for nlpaug), or through nlpaug's own `Sometimes` of the five, which tries
up to three times until a text has changed. Answered by one JSON line with the CPU seconds of that alone. These five need no
download. This file imports nothing of ours: it runs in build/bench/nlpaug, where we are not installed.
"""

import json
import random
import sys
import time
from typing import Any

import nlpaug.augmenter.char as nac
import nlpaug.augmenter.word as naw
import nlpaug.flow as naf
import numpy as np

FIVE = {
    "KeyboardAug": nac.KeyboardAug(),
    "RandomCharAug": nac.RandomCharAug(),
    "RandomWordAug": naw.RandomWordAug(),
    "SpellingAug": naw.SpellingAug(),
    "SplitAug": naw.SplitAug(),
}


def augment(step: Any, texts: list[str]) -> tuple[list[str], float]:
    """Every text once through a step, and the CPU seconds that took. Text by text: a flow makes one result of a whole list."""
    began = time.process_time()
    made = [step.augment(text) for text in texts]
    seconds = time.process_time() - began
    return ["".join(m) if isinstance(m, list) else m for m in made], seconds


class Chance:
    """Each of the five in turn, by the chance `share`."""

    def __init__(self, share: float) -> None:
        self._share, self._steps = share, tuple(FIVE.values())

    def augment(self, text: str) -> str:
        """A text after those that fell to it."""
        for step in self._steps:
            if random.random() < self._share:
                made = step.augment(text)
                text = made[0] if made else text
        return text


def chosen(how: str, share: float) -> Any:
    """The step that a line asks for."""
    if how == "chance":
        return Chance(share)
    return naf.Sometimes(list(FIVE.values()), aug_p=share) if how == "Sometimes" else FIVE[how]


def main() -> None:
    """Answer rounds until stdin ends."""
    random.seed("khichdi")
    np.random.seed(0)
    for line in sys.stdin:
        asked = json.loads(line)
        texts = asked["texts"]
        made, seconds = augment(chosen(asked["how"], asked["share"]), texts)
        changed = [i for i, (a, b) in enumerate(zip(texts, made, strict=True)) if a != b]
        sample = made[changed[0]] if changed else ""
        sys.stdout.write(json.dumps({"rows": len(texts), "seconds": seconds, "changed": len(changed), "sample": sample}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
