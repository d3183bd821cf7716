"""The validator: strict parse, schema, grounding, in this order; and the turn that feeds a fault back to the model."""

from typing import Any, Literal, NamedTuple

import regex

from hinglish.lexicon import Partition
from schemas.canonical import canonical
from schemas.prediction import verdict
from schemas.prompt import turns
from serve.backend import Turns
from serve.ground import all_ungrounded, ungrounded

Outcome = Literal["valid", "not_json", "schema", "ungrounded"]
LONGEST = 8000  # characters of an answer; the longest label has under 500
FED_BACK = 600  # characters of a bad answer and of its fault that the model is shown again
_MARK = regex.compile(r"<(?=\|?/?[A-Za-z_ ]{1,40}\|?>)")  # <|im_end|>, <end_of_turn>, </s>: what a chat template's own marks look like


class Checked(NamedTuple):
    """An answer after the check: `target` is canonical and only there where the outcome is valid; else `fault` says why, for the model."""

    outcome: Outcome
    target: dict[str, Any] | None
    ungrounded: tuple[str, ...] = ()
    fault: str = ""


def check(message: str, output: str, partition: Partition | None = None) -> Checked:
    """Hold an answer to its form, its schema and its message. An answer of which nothing can come from the message is another's, or made up."""
    if len(output) > LONGEST:
        return Checked("not_json", None, fault=f"the answer has {len(output)} characters; a label has a few hundred")
    found = verdict(output)
    if found.target is None:
        return Checked("schema" if found.parses else "not_json", None, fault=found.fault)
    target = canonical(found.target)
    flagged = ungrounded(message, target, partition)
    if all_ungrounded(flagged, target):
        return Checked("ungrounded", None, flagged, "no value of it stands in the message")
    return Checked("valid", target, flagged)


def first_turns(message: str) -> Turns:
    """The one prompt. What looks like a mark of a chat template is cut by a space, so that no message can end its own turn."""
    return turns(_MARK.sub("< ", message))


def again(before: Turns, output: str, fault: str) -> Turns:
    """The conversation with a bad answer and what is wrong with it as further turns."""
    said = f"That is no valid answer: {_MARK.sub('< ', fault)[:FED_BACK]}. Answer with one JSON object and nothing else."
    return [*before, {"role": "assistant", "content": _MARK.sub("< ", output)[:FED_BACK]}, {"role": "user", "content": said}]
