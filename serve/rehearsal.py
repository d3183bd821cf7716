"""A server's rehearsal before it is asked: the train messages of a small release, checked and redacted once, so that the words people write are known.

Indexes and the lexicon's words are loaded before (serve/ground.py, serve/journal.py); this is for what they do not list: slips, joined words, numbers.
"""

from functools import cache

from curation.opened import open_release
from hinglish.lexicon import DATA, Partition
from serve.check import check
from serve.keys import fresh
from serve.redact import Redactor

PLAYED = "v1.1.0"  # 1,200 messages, half a second


@cache
def rehearse(partition: Partition | None = None) -> int:
    """How many messages were played, once a process; none where the release does not lie here. No key is used and nothing is kept but words."""
    if not (DATA / "releases" / PLAYED).is_dir():
        return 0
    redactor = Redactor(fresh())
    rows = list(open_release(PLAYED).rows("train"))
    for row in rows:
        check(row.input, row.target, partition)
        redactor.redact(row.input)
    return len(rows)
