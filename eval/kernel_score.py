"""What needs our kernel besides the answer: script compliance without gold, and names letter by letter beside our own spelling.

Slower than the scorer proper (each message is read once), so a pass of its own. The kernel knows the train partition only.
"""

from collections.abc import Mapping
from typing import NamedTuple

from eval.rows import Gold, leaf_words, text_words
from eval.script_score import KNOWN, without_gold
from hinglish.readings import readings
from hinglish.script import script_of
from schemas.contract import leaves
from schemas.example import kind_of_leaf
from schemas.grounding import heard
from schemas.prediction import verdict
from schemas.repair import distance
from schemas.reread import label_words

COLUMNS = ("k_words", "k_bad", "cer_wrong", "cer_ours", "cer_letters", "gold_words", "gold_known")


class Name(NamedTuple):
    """A gold name in Devanagari: its letters, and how our kernel spells the words it was said with."""

    path: str
    value: str
    ours: str


def names(row: Gold) -> list[Name]:
    """Gold's names with a Devanagari word in them, and what our own readings make of the same span: the first of each word."""
    out = []
    for path, value in leaves(row.target).items():
        if isinstance(value, str) and kind_of_leaf(row.intent, path) == "name" and script_of(value) in ("devanagari", "mixed"):
            out.append(Name(path, value, " ".join(r[0] for w in leaf_words(row, path) if (r := readings(w, 5, KNOWN)))))
    return out


def kernel_counts(row: Gold, output: str) -> tuple[int, ...]:
    """Counts in the order of COLUMNS. A name that is missing, or in an answer that is none, costs all its letters."""
    target = verdict(output, explain=False).target
    said = text_words(target) if target else []
    found = without_gold(said, heard(row.input, KNOWN)) if target else None
    lost = len(text_words(row.target))
    words, bad = (found.hi + found.en, found.hi_latin + found.en_deva) if found else (lost, lost)
    answered: Mapping[str, object] = leaves(target) if target and target["intent"] == row.intent else {}
    wrong = ours = letters = 0
    for name in names(row):
        value = answered.get(name.path)
        wrong += distance(value, name.value) if isinstance(value, str) else len(name.value)
        ours += distance(name.ours, name.value)
        letters += len(name.value)
    wanted = text_words(row.target)
    return words, bad, wrong, ours, letters, len(wanted), sum(map(known, wanted))


def known(word: str) -> bool:
    """Does a label word stand in the train lexicon, alone or as a word of a phrase?"""
    return word in label_words(KNOWN)
