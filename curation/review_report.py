"""Figures of a review as rows of a table. Rounding happens here and nowhere else."""

from collections.abc import Sequence

from curation.agreement import Figure
from curation.review_agree import Agreement, Record
from curation.suspects import Suspect, TemplateSuspect
from hinglish.script import visible
from schemas.stats import Interval


def figure(f: Figure | Interval | None) -> str:
    """0.74 (0.61–0.85), or a dash where nothing is defined."""
    if f is None or f.value is None:
        return "–"
    return f"{f.value:.2f}" + (f" ({f.low:.2f}–{f.high:.2f})" if f.low is not None and f.high is not None else "")


def _row(name: str, f: Figure) -> tuple[str, str, str, str]:
    value = "–" if f.value is None else f"{f.value:.3f}"
    between = "–" if f.low is None or f.high is None else f"{f.low:.3f}–{f.high:.3f}"
    return name, value, between, str(f.n)


def agreement_rows(found: Agreement) -> list[tuple[str, ...]]:
    """Alpha, kappas, spans, labels, slots."""
    out = [_row("Krippendorff's alpha, verdicts", found.alpha)]
    out += [_row(f"Cohen's kappa, {who}", f) for who, f in found.kappa.items()]
    out += [_row("span F1", found.spans), _row("same label, byte for byte", found.labels)]
    return [*out, *(_row(f"same {path}", f) for path, f in found.slots.items())]


def record_rows(each: Sequence[Record]) -> list[tuple[str, ...]]:
    """One annotator a row."""
    shown = []
    for r in each:
        pace = "–" if r.seconds is None else f"{r.seconds:.0f}"
        shares = map(figure, (r.untouched, r.caught, r.blind_right, r.suggested_right))
        shown.append((r.annotator, str(r.answers), str(r.discards), pace, *shares))
    return shown


def suspect_rows(found: Sequence[Suspect]) -> list[tuple[str, ...]]:
    """One row a row."""
    return [(s.id, f"{s.score:.2f}", s.why, s.place, visible(s.input)) for s in found]


def template_rows(found: Sequence[TemplateSuspect]) -> list[tuple[str, ...]]:
    """One template a row."""
    return [(t.template, str(t.rows), f"{t.mean:.2f}", figure(t.rate) + (f" of {t.rate.n}" if t.rate else ""), t.place) for t in found]
