"""The contest of near-duplicates: ours, every pair confirmed by its true Jaccard, beside two peers' candidates on the same keys."""

from collections.abc import Sequence

from measure import Contest, by_turns, cpu
from peer import Package, Peer

from curation.dedup import key
from curation.near import Near
from schemas.example import Example

DATASKETCH = Package("datasketch", "2.0.0")
DATATROVE = Package("datatrove", "0.10.1", ("xxhash<4", "regex", "tokenizers"))


def near_duplicates(made: Sequence[Example], most: int) -> Contest:
    """Rows a second in which near-duplicates among all rows are found; 5-grams of characters, 160 hashes in 32 bands for each side."""
    texts = [key(row.input) for row in made[:most]]
    peers = [Peer(DATASKETCH), Peer(DATATROVE)]
    pairs: list[int] = []

    def ours() -> None:
        pairs.append(sum(p.other < p.row for p in Near(texts)(texts)))

    try:
        sides = {
            "khichdi, confirmed": lambda: cpu(ours, len(texts)),
            str(DATASKETCH): lambda: peers[0].rate({"texts": texts}),
            str(DATATROVE): lambda: peers[1].rate({"texts": texts}),
        }
        rates = by_turns(sides)
    finally:
        for peer in peers:
            peer.close()
    theirs = ", ".join(f"{peer.package.name} {peer.last['pairs']:,}" for peer in peers)
    note = f"{len(texts):,} rows; pairs: ours {pairs[-1]:,} at true Jaccard .8 or more, candidates of {theirs}"
    return Contest("near-duplicates", "rows/s", str(DATASKETCH), rates, note)
