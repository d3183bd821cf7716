"""What became of annotators' fixes in a release: applied, withdrawn as asked, or why not. Shown in the next round's guidelines."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from curation.decisions import Decision
from schemas.canonical import encode
from schemas.example import Example

MOST_LINES = 40  # annotators named in the guidelines, which have an end


class Fix(NamedTuple):
    """One annotator's part in one decision, and what the release made of it."""

    annotator: str
    id: str
    verdict: str
    became: str


def _became(decision: Decision, row: Example | None) -> str:
    if decision.verdict == "reject":
        return "withdrawn" if row is None else "still there: its content had changed"
    if row is None:
        return "not in this release"
    return "applied" if encode(row.target).decode() == decision.target else "not applied: its content had changed"


def fixes(rows: Sequence[Example], decisions: Sequence[Decision]) -> list[Fix]:
    """Each fix and reject of each annotator against the rows of a release."""
    by_id = {r.id: r for r in rows}
    found = [Fix(who, d.id, d.verdict, _became(d, by_id.get(d.id))) for d in decisions if d.verdict != "right" for who in d.annotators]
    return sorted(found)


def fixes_text(rows: Sequence[Example], decisions: Sequence[Decision]) -> str:
    """The end of the guidelines: how many of whose fixes became what; empty where there are none. Annotators are pseudonyms here too."""
    counts: dict[str, Counter[str]] = {}
    for f in fixes(rows, decisions):
        counts.setdefault(f.annotator, Counter())[f.became] += 1
    if not counts:
        return ""
    lines = [f"- {who}: " + ", ".join(f"{n} {what}" for what, n in sorted(c.items())) for who, c in sorted(counts.items())[:MOST_LINES]]
    return "## What became of your fixes\n" + "\n".join(lines) + "\n\nYou were given your pseudonym with your password.\n"
