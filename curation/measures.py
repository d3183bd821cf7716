"""Figures of a release that the card prints and no check judges: near-duplicates, planted faults caught, gold, token lengths."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from curation.dedup import near_rate
from curation.gold import FILES
from curation.planted import KINDS, Row, planted
from curation.workshop import Plan, Source, auditor, rows_of
from hinglish.script import script_of
from schemas.example import Example
from schemas.reread import reread
from schemas.tokens import percentiles

if TYPE_CHECKING:
    from curation.checks import Read

OF_EACH = 100  # planted faults of a kind
READ_OVER = 20_000  # rows on which near-duplicates and token lengths are measured, where there are more


def measured(plan: Plan, what: str, sources: Mapping[str, Sequence[Source]]) -> Any:
    """One of the figures that take time, by a process of its own: its name and where the rows lie → the figure."""
    if what == "leaks among tests":
        return auditor(plan).tests()
    train = rows_of(plan, first(sources["train"], READ_OVER if what != "planted" else 2_000))
    if what == "near_duplicates":
        return near_facts(train)
    if what == "tokens":
        return token_facts(train)
    return planted_facts([*train, *(r for name in ("validation", "test_seen") for r in rows_of(plan, sources[name]))])


def first(sources: Sequence[Source], rows: int) -> list[Source]:
    """The sources of the first rows."""
    out: list[Source] = []
    for name, places in sources:
        if rows <= 0 or places is None:
            break
        out.append((name, places[:rows]))
        rows -= len(places)
    return out



def near_facts(rows: Sequence[Example]) -> dict[str, int]:
    """How many rows have a near-duplicate before them, of how many that were looked at."""
    return {"rows": round(near_rate(rows) * len(rows)), "of": len(rows)}


def planted_facts(rows: Sequence[Example]) -> dict[str, Any]:
    """Single faults of ten kinds planted into rows, and how many the re-reader catches."""
    good = [Row(r.input, r.spans, r.target, r.tags) for r in rows]
    kinds = {}
    for kind in KINDS:
        spoilt = planted(good, kind, OF_EACH)
        kinds[kind] = [sum(bool(reread(*row)) for row in spoilt), len(spoilt)]
    return {"caught": sum(c for c, _ in kinds.values()), "of": sum(n for _, n in kinds.values()), "kinds": kinds}


def gold_facts(read: Mapping[str, "Read"]) -> dict[str, int]:
    """Rows of gold, and those the re-reader disagrees with."""
    return {
        "rows": sum(read[name].tally.rows for name in FILES),
        "disagreements": sum(read[name].tally.faults.get("gold disagreement", 0) for name in FILES),
    }


def token_facts(rows: Sequence[Example]) -> dict[str, Any]:
    """Tokenizer → all rows, and those of one script → p50, p90, p99, most; empty where no tokenizer was got."""
    out: dict[str, dict[str, Any]] = {}
    groups = {"all": list(rows)} | {s: [r for r in rows if script_of(r.input) == s] for s in ("roman", "mixed", "devanagari")}
    for of, found in groups.items():
        if found:
            for name, lengths in (percentiles([r.input for r in found], [r.target for r in found]) or {}).items():
                out.setdefault(name, {})[of] = lengths
    return out
