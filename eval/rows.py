"""The rows that predictions are scored on: a release folder (or any made set), tier by tier, each tier with the hash of its content."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from hinglish.errors import KhichdiError
from hinglish.script import nfc, script_of
from schemas.compare import Pair, folded, paired
from schemas.example import TEXT_KINDS, Span, Token, leaf_kinds

BLIND = "test_gold"  # its rows are counted and never shown
SIBLINGS = "siblings"
DEV = ("test_seen", "test_unseen_template", "test_unseen_words", "test_adversarial", "test_gold_dev")


class Gold(msgspec.Struct, frozen=True, eq=False):
    """A row with its right answer. `words`: the words of its text leaves, folded, by script; `pairs`: its filled leaves, each beside itself."""

    id: str
    sha: str
    tier: str
    input: str
    target: dict[str, Any]
    text: str
    group: str
    tags: tuple[str, ...]
    spans: tuple[Span, ...]
    tokens: tuple[Token, ...]
    augmenters: tuple[str, ...]
    words: frozenset[str]
    pairs: tuple[Pair, ...]

    @property
    def intent(self) -> str:
        """The intent of the target."""
        return str(self.target["intent"])


class Release(msgspec.Struct, frozen=True):
    """A folder's rows by tier, siblings as a tier of their own, and what its manifest says."""

    name: str
    tiers: dict[str, list[Gold]]
    manifest: dict[str, Any]

    def roots(self) -> dict[str, str]:
        """Tier → hash of its content."""
        return {tier: root(rows) for tier, rows in self.tiers.items()}

    def by_id(self) -> dict[str, Gold]:
        """Every row by its id."""
        return {row.id: row for rows in self.tiers.values() for row in rows}


def root(rows: Iterable[Gold]) -> str:
    """The identity of a tier: sha256 over its row shas, sorted, as in generators.write."""
    return sha256("".join(sorted(r.sha for r in rows)).encode()).hexdigest()


@cache
def _text_slots(intent: str) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Slots that are texts or names, and for lists which of their fields are."""
    plain, fields = list[str](), dict[str, tuple[str, ...]]()
    for slot, what in leaf_kinds(intent).items():
        if what in TEXT_KINDS:
            head, dot, field = slot.partition(".")
            if dot:
                fields[head] = (*fields.get(head, ()), field)
            else:
                plain.append(slot)
    return tuple(plain), fields


def text_words(target: Mapping[str, Any]) -> list[str]:
    """The words in letters of a target's text and name leaves, digits and marks left out."""
    plain, fields = _text_slots(target["intent"])
    said = [v for name in plain if (v := target[name])]
    for name, keys in fields.items():
        said += [v for item in target[name] for key in keys if (v := item[key])]
    return [w for w in " ".join(said).split() if script_of(w) != "other"]


def gold(row: Mapping[str, Any], tier: str) -> Gold:
    """One annotated row as read from a file, its sha recomputed from its content."""
    target = msgspec.json.decode(row["target"])
    spans = tuple(Span(s["path"], s["start"], s["end"]) for s in row["spans"])
    sha = sha256(msgspec.json.encode((row["input"], row["target"], [list(s) for s in spans], list(row["tags"])))).hexdigest()
    if sha != row["sha"]:
        raise KhichdiError(f"{tier}: {row['id']}: content is {sha[:12]}…, the row says {row['sha'][:12]}…; fetch the release again")
    tokens = tuple(msgspec.convert(t, Token) for t in row["tokens"] or ())
    steps = msgspec.json.decode(row["provenance"] or "{}").get("augmenters") or ()
    names = tuple(str(s["name"] if isinstance(s, dict) else s) for s in steps)
    words = frozenset(folded(w, "lenient") for w in text_words(target))
    pairs = tuple(paired(target, target))
    return Gold(row["id"], sha, tier, row["input"], target, row["target"], row["group"], tuple(row["tags"]), spans, tokens, names, words, pairs)


def read_tier(file: Path, tier: str) -> list[Gold]:
    """The rows of one parquet file of the config `annotated` or `siblings`."""
    import polars as pl

    return [gold(row, tier) for row in pl.read_parquet(file).iter_rows(named=True)]


def read_release(folder: Path, *, tiers: Sequence[str] | None = None) -> Release:
    """The test tiers of a release folder, its siblings too; of a made set its one split. Every row's content is held to its sha."""
    manifest_file = folder / "manifest.json"
    files = {f.name.removesuffix("-00000-of-00001.parquet"): f for f in sorted((folder / "annotated").glob("*-00000-of-00001.parquet"))}
    if not manifest_file.exists() or not files:
        raise KhichdiError(f"{folder}: no manifest.json or no annotated/*.parquet; name a release folder with --release, such as build/demo")
    chosen = tiers or [t for t in files if t.startswith("test_")] or list(files)
    odd = [t for t in chosen if t not in files]
    if odd:
        raise KhichdiError(f"{folder}: no tier {', '.join(odd)}; tiers: {', '.join(files)}")
    found = {t: read_tier(files[t], t) for t in chosen}
    siblings = [row for f in sorted((folder / SIBLINGS).glob("*.parquet")) for row in read_tier(f, SIBLINGS)]
    there = {r.id for rows in found.values() for r in rows}
    extra = [r for r in siblings if r.id not in there]
    manifest = msgspec.json.decode(manifest_file.read_bytes())
    return Release(str(manifest.get("name", folder.name)), found | ({SIBLINGS: extra} if extra and not tiers else {}), manifest)


def held_to_manifest(release: Release) -> list[str]:
    """What the manifest says of a tier's hash and the rows do not; empty where it agrees or says nothing."""
    said = release.manifest.get("splits") or release.manifest.get("tiers") or {}
    out = []
    for tier, found in release.roots().items():
        entry = said.get(tier)
        wanted = entry.get("root") if isinstance(entry, dict) else entry
        if isinstance(wanted, str) and wanted != found:
            out.append(f"{tier}: root {found[:12]}…, manifest says {wanted[:12]}…")
    return out


def leaf_words(row: Gold, path: str) -> list[str]:
    """The words of the message from which a leaf is said, span by span; for names, to write them again by our own kernel."""
    return [w for s in row.spans if s.path == path for w in nfc(row.input[s.start : s.end]).split()]


def kind(intent: str, slot: str) -> str:
    """The kind of value of a slot."""
    return leaf_kinds(intent)[slot]
