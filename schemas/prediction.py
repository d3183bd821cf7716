"""What a model answered: one line of JSON a row, every attempt kept, each stage by itself; and whether an answer is one at all.

A stage never borrows from another: "first" is the first pass as it came, "retry" after validation failed, "constrained" decoded
under the schema, "repaired" re-derived from the message. A figure names its stage.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import msgspec

from hinglish.errors import KhichdiError
from schemas.canonical import NotJSONError, encode, parse_target
from schemas.validate import errors, is_valid

Stage = Literal["first", "retry", "constrained", "repaired"]
STAGES: tuple[Stage, ...] = get_args(Stage)


class Prediction(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer: to the row `id` whose content was `sha`; `attempts` are raw texts in order, the last one is `output`; seconds of wall time."""

    id: str
    sha: str
    tier: str
    stage: Stage
    output: str
    attempts: tuple[str, ...] = ()
    seconds: float | None = None


class Verdict(NamedTuple):
    """An answer read strictly: `target` only where it is valid, `parses` where it is one JSON object and nothing else, else the fault."""

    target: dict[str, Any] | None
    parses: bool
    fault: str = ""


def verdict(output: str, *, explain: bool = True) -> Verdict:
    """Read an answer as RFC 8259 has it and hold it to its intent's schema. Canonical bytes take a quick way, all else the strict parser.

    `explain=False` leaves the schema's faults unnamed: naming them is slow.
    """
    try:
        value: Any = msgspec.json.decode(output)
        if not isinstance(value, dict) or encode(value).decode() != output:
            value = parse_target(output)
    except (msgspec.DecodeError, UnicodeEncodeError):
        try:
            value = parse_target(output)
        except NotJSONError as fault:
            return Verdict(None, False, str(fault))
    except NotJSONError as fault:
        return Verdict(None, False, str(fault))
    if is_valid(value):
        return Verdict(value, True)
    return Verdict(None, True, "; ".join(errors(value)) if explain else "not valid under its schema")


def first_pass(prediction: Prediction) -> Prediction:
    """The answer before any retry, as a prediction of the stage "first"; only of a retry, whose first attempt it is."""
    if prediction.stage != "retry" or not prediction.attempts:
        raise KhichdiError(f"{prediction.id}: a {prediction.stage} answer holds no first pass; keep the stage's own file")
    return msgspec.structs.replace(prediction, stage="first", output=prediction.attempts[0], attempts=(), seconds=None)


def read_predictions(path: Path) -> list[Prediction]:
    """Every line of a predictions file; a line of another form, or a row answered twice in one stage, is an error that names it."""
    decoder = msgspec.json.Decoder(Prediction)
    out: list[Prediction] = []
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            found = decoder.decode(line)
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as fault:
            raise KhichdiError(f"{path.name}:{number}: {fault}; a line is {{id, sha, tier, stage, output}}, stage one of {', '.join(STAGES)}") from fault
        if (found.id, found.stage) in seen:
            raise KhichdiError(f'{path.name}:{number}: row {found.id} is answered twice in the stage "{found.stage}"; keep one')
        seen.add((found.id, found.stage))
        out.append(found)
    if not out:
        raise KhichdiError(f"{path.name}: no predictions in it")
    return out


def write_predictions(predictions: Iterable[Prediction], path: Path) -> None:
    """Write beside and rename: a file is whole or not there."""
    part = path.with_name(f".{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(b"".join([msgspec.json.encode(p) + b"\n" for p in predictions]))
    part.replace(path)


def by_stage(predictions: Sequence[Prediction]) -> dict[Stage, list[Prediction]]:
    """Stage → its predictions, stages in their fixed order."""
    found = {stage: [p for p in predictions if p.stage == stage] for stage in STAGES}
    return {stage: rows for stage, rows in found.items() if rows}
