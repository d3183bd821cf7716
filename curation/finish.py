"""The end of a build: what was packed is audited, checked, described and named; a failing check or a leak refuses it, with its figure."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from curation import card, checks, facts, inputs, plots
from curation.decisions import Report, blocked_templates, card_rows, joined, read_rounds
from curation.hub import TAG
from curation.hub_check import MANIFEST, sha256_of
from curation.measures import gold_facts
from curation.merge import Merge
from curation.tiers import TIERS
from curation.workshop import Packed, Plan, parts_of, slim_name
from generators.spec import Spec
from hinglish.errors import KhichdiError
from schemas.prompt import prompt
from schemas.row import digests_root, release_root

if TYPE_CHECKING:
    import polars as pl

GUIDE = 1  # the major version of the labelling guide


def finish(plan: Plan, merge: Merge, packed: Mapping[str, Packed], apart: Mapping[str, Any]) -> dict[str, Any]:
    """Checks, facts, card, plots and manifest in the folder `out`; the manifest. `apart`: what `measures` found, each by a process of its own."""
    folder = plan.place / "out"
    tables = {name: _slim(plan, name, packed[name].rows) for name in TIERS}
    read = {name: checks.Read(tables[name], packed[name].tally) for name in TIERS}
    figures = checks.measure(read)
    leaks = [*apart["leaks among tests"], *packed["train"].leaks]
    _refuse(plan.spec, leaks, checks.failing(figures))
    found = _facts(plan, merge, packed, apart, read, figures)
    spec = plan.spec
    roots = {name: digests_root(bytes(p.shas)) for name, p in packed.items()}
    manifest: dict[str, Any] = {
        "name": spec.name,
        "version": spec.name if TAG.fullmatch(spec.name) else None,
        "root": release_root(roots),
        "splits": {name: {"rows": packed[name].rows, "root": root} for name, root in roots.items()},
        "rows": packed["train"].rows,
        "seed": spec.seed,
        "guide": GUIDE,
        "prompt": prompt().hash,
        "decisions": list(spec.decisions),
        "overlap": spec.overlap,
        **({"tests": spec.tests} if spec.tests else {}),
        "inputs": inputs.inputs(),
        **inputs.commit(),
        "libraries": inputs.libraries(),
        "sizes": {name: {config: {"num_bytes": n, "num_examples": p.rows} for config, n in p.sizes.items()} for name, p in packed.items()},
        "facts": found,
    }
    return write_head(folder, manifest, b"".join([msgspec.json.encode(r._asdict()) + b"\n" for r in merge.quarantined]))


def _slim(plan: Plan, name: str, rows: int) -> "pl.DataFrame":
    """The slim table of a tier, of the parts that processes left."""
    import polars as pl

    return pl.concat([pl.read_ipc(plan.place / slim_name(name, at)) for at in range(parts_of(rows))])


def write_head(folder: Path, manifest: dict[str, Any], quarantine: bytes) -> dict[str, Any]:
    """What stands beside the rows: plots, card, prompt, quarantine, and the manifest with every file's hash, written last."""
    plots.draw(manifest["facts"], folder)
    (folder / "README.md").write_text(card.render(manifest), encoding="utf-8")
    (folder / "prompt.json").write_bytes(msgspec.json.encode({**prompt()._asdict(), "hash": prompt().hash}))
    (folder / "quarantine.jsonl").write_bytes(quarantine)
    files = {p.relative_to(folder).as_posix(): sha256_of(p) for p in sorted(folder.rglob("*")) if p.is_file() and p.name != MANIFEST}
    manifest = manifest | {"files": files}
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    return manifest


def _refuse(spec: Spec, leaks: Sequence[Any], faults: Sequence[checks.Fault]) -> None:
    """Raise where anything refuses, with all of it; ids alone are named."""
    lines = [f"leak, {leak}" for leak in leaks]
    lines += [str(f) for f in faults if f.refuses]
    if lines:
        more = [f"… {len(lines) - 20} more"] if len(lines) > 20 else []
        by = f"{len(leaks)} leaks and {len(lines) - len(leaks)} checks"
        raise KhichdiError("\n  ".join([f"{spec.name}: refused by {by}; nothing was written", *lines[:20], *more]))


def _facts(
    plan: Plan,
    merge: Merge,
    packed: Mapping[str, Packed],
    apart: Mapping[str, Any],
    read: Mapping[str, checks.Read],
    figures: Sequence[checks.Figure],
) -> dict[str, Any]:
    """All that the card prints. What can be counted off the rows alone stands under `splits`."""
    import polars as pl

    train = read["train"]
    by = {(f.check, f.tier): f.figure for f in figures}
    spec = plan.spec
    done, blocked = _decided(spec, merge)
    natural = facts.of_split(train.table.filter(pl.col("half") == "natural"))
    return {
        "card": card.CARD,
        "splits": {name: facts.of_split(read[name].table) for name in TIERS},
        "natural": {k: natural[k] for k in ("rows", "cmi", "switches", "mixed_rows", "words")},
        "siblings": {name.partition("/")[2]: p.rows for name, p in packed.items() if "/" in name},
        "skeletons": len(train.tally.shapes),
        "lemmas": len(train.tally.lemmas),
        "near_duplicates": apart["near_duplicates"],
        "leaks": 0,
        "planted": apart["planted"],
        "gold": gold_facts(read),
        "tokens": apart["tokens"],
        "self_bleu": round(by["self-BLEU", "train"], 4),
        "distinct_2": round(by["distinct-2", "train"], 4),
        "checks": [[f.check, f.tier, round(f.figure, 6), f.limit, f.holds] for f in figures],
        "rejected": dict(sorted(merge.counts.items())),
        "review": card_rows(spec.decisions, done),
        "decisions": {
            "fixed": len(done.fixed),
            "withdrawn": len(done.rejected),
            "confirmed": len(done.confirmed),
            "stale": [d.id for d in done.stale],
            "refused": [[r.decision.id, r.why] for r in done.refused],
            "absent": len(done.absent),
            "blocked": blocked,
        },
    }


def _decided(spec: Spec, merge: Merge) -> tuple[Report, list[str]]:
    """What decisions did to the rows of this release, and the templates that they block."""
    if not spec.decisions:
        return joined([]), []
    decisions = read_rounds(spec.decisions)
    done = joined(merge.reports)
    spoken = {d.id for d in (*done.fixed, *done.rejected, *done.confirmed, *done.stale, *(r.decision for r in done.refused))}
    return done._replace(absent=tuple([d for d in decisions if d.id not in spoken])), [b.template for b in blocked_templates(decisions)]
