"""The mixing of a made folder, read back from its parquet: what `khichdi eval mix` prints."""

from collections import Counter
from pathlib import Path
from typing import Any

from generators.show import read_rows
from hinglish.mix import mixing
from hinglish.script import script_of
from schemas.example import Token


def mix(folder: Path) -> dict[str, Any]:
    """Code-mixing index, switches, median words, shares of scripts, share of Devanagari digits among rows with digits."""
    rows = read_rows(folder)
    utterances = [[Token(**{**t, "slots": tuple(t["slots"])}) for t in row["tokens"]] for row in rows]
    found = mixing(utterances)
    scripts = Counter(script_of(r["input"]) for r in rows)
    digits = [r["input"] for r in rows if any(c.isdigit() for c in r["input"])]
    deva = sum(any("०" <= c <= "९" for c in text) for text in digits)
    return {
        "rows": found.rows,
        "cmi": round(found.cmi, 2),
        "switches": round(found.switches, 4),
        "median_words": found.median_words,
        **{f"script_{name}": round(n / len(rows), 4) for name, n in sorted(scripts.items())},
        "devanagari_digits": round(deva / len(digits), 4) if digits else 0.0,
        "rows_with_digits": len(digits),
    }
