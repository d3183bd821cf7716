"""Every measure of the language core in one list, with its floor, its target and how it is counted."""

import base64
import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from eval.language_measure import Figure, measure_romanise, measure_script
from eval.numbers_measure import Measured, amounts_exact, numbers_exact
from schemas.canonical import NotJSONError, parse


class Measure(NamedTuple):
    """One figure: its key in the JSON, value, n, bounds as text, how it is counted, its commonest misses as lines."""

    key: str
    value: float
    n: int
    floor: str
    target: str
    counted: str
    misses: tuple[str, ...]


BOUNDS: Mapping[str, tuple[str, str, str]] = {
    "script_agreement": (".94", ".96", "words of the Roman queries put in the script that the target has"),
    "hindi_exact_folded": (".80", ".86", "Hindi words whose folded Devanagari is the target's; a wrong script is a miss"),
    "romanise_top1": (".73", ".80", "words whose first spelling was written by someone"),
    "romanise_covered": (".72", ".83", "spellings written, weighted by writers, among the first five"),
    "romanise_precision": (".36", "", "of the first three spellings, those that anyone wrote"),
    "numbers_exact": (".80", ".90", "rows with one value, read and right, or the only one with the asked unit"),
    "amounts_exact": (".91", ".95", "value right; both ends of a range; a lost point or a slip flagged"),
    "json_suite": ("1", "", "byte strings that JSON must accept or refuse, and are (labels also refuse duplicate keys)"),
}


def _figure(found: Figure) -> Measure:
    return Measure(found.name, found.value, found.n, *BOUNDS[found.name], tuple(f"{was} ≠ {came}  ×{n}" for was, came, n in found.misses))


def _measured(key: str, found: Measured) -> Measure:
    return Measure(key, found.right / found.n if found.n else 0.0, found.n, *BOUNDS[key], tuple(f"{m.text} = {m.expected}, read {m.got}" for m in found.misses))


def json_suite(path: Path) -> Measure:
    """The JSON parser against byte strings with a verdict each."""
    csv.field_size_limit(1 << 24)
    right = n = 0
    misses: list[str] = []
    omitted: list[str] = []
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if not row["expectation"].startswith("must"):
                continue
            if row["bytes_base64"].startswith("<"):  # "<100000 bytes, omitted>": the file leaves the longest out; tests hold them
                omitted.append(row["file"])
                continue
            try:
                parse(base64.b64decode(row["bytes_base64"]), unique_keys=False)
                accepted = True
            except NotJSONError:
                accepted = False
            n += 1
            ok = accepted == (row["expectation"] == "must_accept")
            right += ok
            misses += [] if ok else [f"{row['file']} {row['expectation']}"]
    return Measure("json_suite", right / n if n else 0.0, n, *BOUNDS["json_suite"], (*misses, *(f"{name}: bytes not in the file" for name in omitted)))


def report(paths: Mapping[str, Path]) -> list[Measure]:
    """Every measure whose file is given, in a fixed order."""
    out: list[Measure] = []
    if "script" in paths:
        out += map(_figure, measure_script(paths["script"]))
    if "romanisations" in paths:
        out += map(_figure, measure_romanise(paths["romanisations"]))
    if "numbers" in paths:
        out.append(_measured("numbers_exact", numbers_exact(paths["numbers"])))
    if "amounts" in paths:
        out.append(_measured("amounts_exact", amounts_exact(paths["amounts"])))
    if "jsonsuite" in paths:
        out.append(json_suite(paths["jsonsuite"]))
    return out
