"""The peer's side, run by datasketch's own Python: near-duplicate candidates among the texts of each line read.

A line {"texts": […]} on stdin → character 5-grams, 160 permutations, an LSH of 32 bands of five rows, every text asked for. Answered by
one JSON line with the CPU seconds. Candidates are not confirmed. It imports nothing of ours: it runs in build/bench/datasketch.
"""

import json
import sys
import time

from datasketch import MinHash, MinHashLSH


def grams(text: str) -> list[bytes]:
    """Character 5-grams, once each."""
    return [g.encode() for g in {text[i : i + 5] for i in range(max(1, len(text) - 4))}]


def candidates(texts: list[str]) -> set[tuple[int, int]]:
    """Pairs that share a band."""
    lsh = MinHashLSH(num_perm=160, params=(32, 5))
    signed = []
    for i, text in enumerate(texts):
        one = MinHash(num_perm=160)
        one.update_batch(grams(text))
        signed.append(one)
        lsh.insert(i, one)
    return {(j, i) for i, one in enumerate(signed) for j in lsh.query(one) if j < i}


for line in sys.stdin:
    rows = json.loads(line)["texts"]
    began = time.process_time()
    found = candidates(rows)
    sys.stdout.write(json.dumps({"rows": len(rows), "seconds": time.process_time() - began, "pairs": len(found)}) + "\n")
    sys.stdout.flush()
