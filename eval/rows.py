"""The rows that predictions are scored on: a release folder (or any made set), tier by tier, each tier with the hash of its content."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from curation.opened import open_release
from hinglish.errors import KhichdiError
from hinglish.script import nfc, script_of
from schemas.compare import Pair, folded, paired
from schemas.example import TEXT_KINDS, Span, Token, leaf_kinds
from schemas.row import Row, split_root

BLIND = "test_gold"  # its rows are counted and never shown
SIBLINGS = "siblings"  # siblings/test_seen and the like: other surfaces of a tier's rows


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
    """A release's rows by tier, siblings under siblings/<tier>, and what its manifest says."""

    name: str
    tiers: dict[str, list[Gold]]
    manifest: dict[str, Any]

    def roots(self) -> dict[str, str]:
        """Tier → hash of its content."""
        return {tier: split_root([r.sha for r in rows]) for tier, rows in self.tiers.items()}

    def by_id(self) -> dict[str, Gold]:
        """Every row by its id."""
        return {row.id: row for rows in self.tiers.values() for row in rows}


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


def gold(row: Row, tier: str) -> Gold:
    """One row of a release, its sha held to its content."""
    if row.content != row.sha:
        raise KhichdiError(f"{tier}: {row.id}: content is {row.content[:12]}…, the row says {row.sha[:12]}…; fetch the release again")
    target = msgspec.json.decode(row.target)
    spans = tuple([Span(s.path, s.start, s.end) for s in row.spans])
    steps = msgspec.json.decode(row.provenance).get("augmenters") or ()
    names = tuple(str(s["name"] if isinstance(s, dict) else s) for s in steps)
    words = frozenset(folded(w, "lenient") for w in text_words(target))
    pairs = tuple(paired(target, target))
    return Gold(row.id, row.sha, tier, row.input, target, row.target, row.group, row.tags, spans, row.tokens, names, words, pairs)


def read_tier(where: str | Path, tier: str) -> list[Gold]:
    """The rows of one split of a release."""
    return [gold(row, tier) for row in open_release(where).rows(tier)]


def read_release(where: str | Path, *, tiers: Sequence[str] | None = None) -> Release:
    """The test tiers of a release and the siblings of their rows; of a made set its one split. `where`: a folder, or a committed version."""
    opened = open_release(where)
    chosen = tiers or [n for n in opened.names if n.startswith(("test_", f"{SIBLINGS}/"))] or list(opened.names)
    odd = [t for t in chosen if t not in opened.names]
    if odd:
        raise KhichdiError(f"{where}: no tier {', '.join(odd)}; tiers: {', '.join(opened.names)}")
    found = {t: [gold(row, t) for row in opened.rows(t)] for t in chosen}
    return Release(str(opened.manifest.get("name", opened.place)), found, dict(opened.manifest))


def held_to_manifest(release: Release) -> list[str]:
    """What the manifest says of a tier's hash and the rows do not; empty where it agrees or says nothing."""
    said = release.manifest.get("splits") or {}
    out = []
    for tier, found in release.roots().items():
        wanted = said.get(tier, {}).get("root", found)
        if wanted != found:
            out.append(f"{tier}: root {found[:12]}…, manifest says {wanted[:12]}…")
    return out


def leaf_words(row: Gold, path: str) -> list[str]:
    """The words of the message from which a leaf is said, span by span; for names, to write them again by our own kernel."""
    return [w for s in row.spans if s.path == path for w in nfc(row.input[s.start : s.end]).split()]


def kind(intent: str, slot: str) -> str:
    """The kind of value of a slot."""
    return leaf_kinds(intent)[slot]
