"""A made row held to the contract: its leaves, its schema, its re-reading."""

from typing import NamedTuple

from hinglish.errors import KhichdiError
from schemas.example import Example, check_leaves
from schemas.reread import reread
from schemas.validate import checker


class Fault(NamedTuple):
    """Why a row does not stand: the reason's kind, and the sentence."""

    reason: str
    detail: str


def held(example: Example) -> Fault | None:
    """The first fault of a row; None when it stands."""
    target = example.target
    if example.utterance is not None:
        try:
            check_leaves(example.utterance, target)
        except KhichdiError as fault:
            return Fault("leaves", str(fault))
    if not checker(str(target["intent"]))(target):
        return Fault("schema", f"{target} is not valid")
    faults = reread(example.input, example.spans, target, example.tags)
    return Fault("reread", faults[0]) if faults else None
