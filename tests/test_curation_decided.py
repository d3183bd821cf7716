"""Laws of a build that honours decisions: fixes replace labels with lineage, rejects go, stale ones are listed, a patch does not refill."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace as changed

from curation import decisions, inputs
from curation.build import build
from curation.decisions import Decision, family_hash
from curation.opened import open_folder
from curation.verify import verify
from generators.family import families
from schemas.canonical import encode
from schemas.example import Example
from tests.small_release import named, release
from tests.small_tiers import SIZES, small

NOBODY = {"value": None, "low": None, "high": None, "n": 0}


@pytest.fixture
def rounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data/decisions of its own."""
    monkeypatch.setattr(decisions, "FOLDER", tmp_path / "decisions")
    monkeypatch.setattr(inputs, "DATA", tmp_path)
    monkeypatch.setattr(inputs, "rounds_hash", lambda spec: str(spec.decisions))
    return tmp_path / "decisions"


def settle(rounds: Path, name: str, *found: Decision) -> None:
    """A round on disk."""
    (rounds / name).mkdir(parents=True)
    lines = [{k: v for k, v in msgspec.to_builtins(d).items() if k != "round"} for d in found]
    (rounds / name / "settled.jsonl").write_bytes(b"".join(msgspec.json.encode(d) + b"\n" for d in lines))
    facts = {"round": name, "people": 2, "decisions_of_people": len(found), "agreement_of_people": {"alpha": NOBODY}}
    (rounds / name / "round.json").write_bytes(msgspec.json.encode(facts))


def decision(row: Example, verdict: Any, target: dict[str, Any] | None = None, **more: Any) -> Decision:
    """One of two people's."""
    label = None if target is None else encode(target).decode()
    return Decision(row.id, row.sha, verdict, label, ("p1", "p2"), "2026-12-01T00:00:00", "majority", **more)


def paid() -> Example:
    """A train row with an amount to be put right."""
    return next(r for r in small().rows["train"] if r.intent == "transfer_money" and r.target["amount"] and r.target["recipient"])


def built(out: Path, name: str) -> Any:
    """A build under a round."""
    build(replace(named(name), decisions=("r1",)), out, sizes=SIZES)
    return open_folder(out)


def plant(rounds: Path) -> tuple[Example, Example, Example, Example]:
    """A fix, a reject in train, a reject in a test, a stale one and one of a row that is not here."""
    fix = paid()
    gone, stale, sure = [r for r in small().rows["train"] if r is not fix][:3]
    test = small().rows["test_seen"][0]
    nulled = fix.target | {"recipient": None}
    settle(
        rounds, "r1", decision(fix, "fix", nulled), decision(gone, "reject"), decision(test, "reject"), decision(sure, "right"),
        changed(decision(stale, "reject"), sha="0" * 64), changed(decision(stale, "reject"), id="nowhere"),
    )  # fmt: skip
    return fix, gone, stale, test


def test_a_minor_refills_and_a_patch_does_not(rounds: Path, tmp_path: Path) -> None:
    """Exactly N in v1.1.0; N less the withdrawn in v1.0.1, every other row the same."""
    fix, gone, stale, test = plant(rounds)
    minor = built(tmp_path / "minor", "v1.1.0")
    ids = [r.id for r in minor.rows("train")]
    before = [r.id for r in open_folder(release()).rows("train")]
    assert len(ids) == SIZES["train"]
    assert gone.id not in ids
    assert ids[:-1] == [i for i in before if i != gone.id]
    patch = built(tmp_path / "patch", "v1.0.1")
    assert [r.id for r in patch.rows("train")] == [i for i in before if i != gone.id]
    assert [r.id for r in patch.rows("test_seen")] == [r.id for r in small().rows["test_seen"] if r.id != test.id]
    row = next(r for r in patch.examples("train") if r.id == fix.id)
    assert row.origin == "fixed"
    assert row.target["recipient"] is None
    assert row.provenance["decisions"][0]["before"] == encode(fix.target).decode()
    done = patch.manifest["facts"]["decisions"]
    assert (done["fixed"], done["withdrawn"], done["confirmed"], done["stale"], done["absent"]) == (1, 2, 1, [stale.id], 1)
    assert patch.manifest["facts"]["review"] == [{"round": "r1", "people": 2, "decisions": 6, "applied": 4, "stale": 1, "agreement": "–"}]
    assert "| r1 | 2 | 6 | 4 | 1 |" in patch.card
    assert "checks" in verify(tmp_path / "patch").held


def test_a_blocked_template_makes_no_train_row(rounds: Path, tmp_path: Path) -> None:
    """Ten rejects of ten; its tests stay, the card names it."""
    family = next(f for f in families() if f.id == small().rows["train"][0].provenance["template"])
    bad = [decision(r, "reject", template=family.id, family=family_hash(family)) for r in small().rows["train"][:12]]
    settle(rounds, "r1", *[changed(d, id=f"row{n}") for n, d in enumerate(bad)])
    opened = built(tmp_path / "out", "v1.1.0")
    assert all(r.provenance["template"] != family.id for r in opened.examples("train"))
    assert opened.manifest["facts"]["rejected"]["blocked template"] >= 1
    assert f"Blocked families: {family.id}" in opened.card
