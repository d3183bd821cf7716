"""The peer's side, run by datatrove's own Python: near-duplicate candidates among the texts of each line read.

A line {"texts": […]} on stdin → character 5-grams by its hash, signed by its MinhashDedupSignature (32 buckets of five hashes), then
equal buckets joined in memory: its own buckets, which go over files, are left out, and so is its cutting of words. Answered by one
JSON line with the CPU seconds. Candidates are not confirmed. It imports nothing of ours: it runs in build/bench/datatrove.
"""

import json
import sys
import time
from itertools import combinations

import numpy as np
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupSignature
from datatrove.utils.hashing import create_hash_func

CONFIG = MinhashConfig(num_buckets=32, hashes_per_bucket=5)
SIGN = MinhashDedupSignature.__new__(MinhashDedupSignature)  # without its word tokenizer and its folder, which signing does not use
SIGN.config, SIGN.num_hashes, SIGN._parameters = CONFIG, CONFIG.num_buckets * CONFIG.hashes_per_bucket, None
HASH = create_hash_func(CONFIG.hash_config)


def candidates(texts: list[str]) -> set[tuple[int, int]]:
    """Pairs that share a bucket."""
    buckets: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for i, text in enumerate(texts):
        grams = {text[k : k + 5] for k in range(max(1, len(text) - 4))}
        shingles = np.fromiter([HASH(g) for g in grams], dtype=np.uint64).reshape((-1, 1))
        for number, bucket in enumerate(SIGN.get_signature(shingles)):
            buckets.setdefault((number, tuple(bucket)), []).append(i)
    return {pair for rows in buckets.values() if len(rows) > 1 for pair in combinations(rows, 2)}


for line in sys.stdin:
    rows = json.loads(line)["texts"]
    began = time.process_time()
    found = candidates(rows)
    sys.stdout.write(json.dumps({"rows": len(rows), "seconds": time.process_time() - began, "pairs": len(found)}) + "\n")
    sys.stdout.flush()
