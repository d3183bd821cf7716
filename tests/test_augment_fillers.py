"""Laws of fillers: the label stands, nothing is split that belongs together, nothing is denied or doubted, the register holds."""

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import ClassVar

import pytest

from augment import fillers
from augment.core import augmented
from augment.fillers import BARE, CONTENT, EXPLAINS, Filler, places, register_of
from augment.fillers import fillers as table
from augment.pipeline import once
from augment.surfaces import ends_in, surfaces
from augment.verify import verify
from generators.randomness import Random
from hinglish.errors import KhichdiError
from hinglish.inflect import POSTPOSITIONS
from hinglish.lexicon import Lexicon, load
from hinglish.readings import readings
from hinglish.script import script_of
from schemas.example import Example, Token, Utterance, text_of
from tests.rows import demo

ROWS = 800
DENIES = frozenset((
    "नहीं", "न", "मत", "शायद", "लगभग", "क़रीब", "maybe", "perhaps", "about", "around", "no", "not", "never", "only", "सिर्फ़", "बस", "भी", "ही", "तो", "या", "लेकिन",
))
CASUAL = frozenset({"यार", "सुनो", "देखो", "चलो", "ना", "like"})


@cache
def filled() -> tuple[tuple[Example, Example], ...]:
    """Drawn rows with their filled siblings."""
    return tuple((e, out) for e in demo().rows[:ROWS] if (out := augmented(e, Filler(), load(), Random(e.id))) is not None)


def added(before: Example, after: Example) -> list[int]:
    """Places in `after` of the tokens that `before` lacks."""
    old, new = ([(t.norm, t.slots) for t in e.utterance or ()] for e in (before, after))
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [i for what, _, _, low, high in blocks if what != "equal" for i in range(low, high)]


@pytest.mark.parametrize("step", [Filler(), Filler(again=1.0), Filler(comma=1.0, again=0.0)], ids=repr)
def test_a_filler_keeps_every_law(step: Filler) -> None:
    """Slots, leaves, re-reading, NFC, same stream → same words; and a fair share of rows gets one."""
    seen = verify(demo().rows[:ROWS], {step.name: step}, load())
    assert seen.broken == []
    assert seen.applied[step.name] >= 0.6 * ROWS  # beside a call or a slot phrase readers did not want it


@dataclass(frozen=True)
class _Inside:
    """Planted: a filler after the first word of the first span of several."""

    name: ClassVar[str] = "planted"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        at = next((i + 1 for i in range(len(utterance) - 1) if utterance[i].slots and utterance[i].slots == utterance[i + 1].slots), 0)
        return (*utterance[:at], Token("मतलब", "hi", "word", "मतलब"), *utterance[at:]) if at else None


@dataclass(frozen=True)
class _Swallowed:
    """Planted: a filler that takes part in the span it stands in."""

    name: ClassVar[str] = "planted"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        at = next((i for i, t in enumerate(utterance) if t.slots), None)
        return None if at is None else (*utterance[:at], Token("मतलब", "hi", "word", "मतलब", utterance[at].slots), *utterance[at:])


def test_a_filler_that_a_slot_swallows_is_caught() -> None:
    """A leaf with a filler in it is another leaf."""
    assert any(b.law == "label" for b in verify(demo().rows[:100], {"planted": _Swallowed()}, load()).broken)


def test_no_place_lies_inside_a_span_or_between_a_word_and_what_leans_on_it() -> None:
    """Over all places of drawn rows, not only those drawn; a filler planted inside a span stands at none of them."""
    known, planted = surfaces(load()), 0
    for e in demo().rows[:ROWS]:
        utterance = e.utterance or ()
        found = list(places(utterance, known))
        inside = _Inside()(utterance, load(), Random("a"))
        if inside is not None:
            at = next(i for i, (a, b) in enumerate(zip(inside, utterance, strict=False)) if a != b)
            assert at not in [i for _, i in found], (e.input, at)
            planted += 1
        for place, at in found:
            before, after = (utterance[at - 1] if at else None), (utterance[at] if at < len(utterance) else None)
            assert before is None or after is None or not set(before.slots) & set(after.slots), (e.input, place, at)
            assert after is None or after.slots or after.norm not in POSTPOSITIONS or after.norm == "पास", (e.input, place, at)
            assert before is None or not ends_in(before.slots, CONTENT), (e.input, place)
            assert after is None or not ends_in(after.slots, CONTENT), (e.input, place)
    assert planted > 100


def test_a_verb_keeps_its_auxiliary() -> None:
    """transfer कर दो stays in one piece, wherever the draw falls."""
    there = tuple(Token(w, "hi", "word", w, ("recipient",) if w == "राहुल" else ()) for w in ["कल", "राहुल", "को", "पैसे", "transfer", "कर", "दो"])
    for seed in range(60):
        out = Filler(again=1.0)(there, load(), Random(f"{seed}"))
        assert out is not None
        assert "transfer कर दो" in text_of(out)
        assert "राहुल को" in text_of(out)


def test_at_most_two_fillers_a_message() -> None:
    """One, or now and then two; each of at most two words and a comma."""
    counts = Counter(len(after.utterance or ()) - len(before.utterance or ()) for before, after in filled())
    assert min(counts) >= 1
    assert max(counts) <= 6
    assert counts[1] > 0.5 * len(filled())


def test_no_filler_denies_doubts_or_counts() -> None:
    """Words of the table, and every way they may be read in the message they stand in."""
    for words in (w for lines in table().values() for line in lines for w in line):
        assert words not in DENIES
    for before, after in filled()[:300]:
        for i in added(before, after):
            token = (after.utterance or ())[i]
            assert token.kind == "mark" or token.norm in readings(token.text)[:5] or script_of(token.norm) == "roman", token
            assert token.slots == ()


def test_an_aap_message_gets_no_yaar() -> None:
    """The register of the verbs holds: no casual word comes into a polite message, no जी सुनिए into a close one."""
    polite = 0
    for before, after in filled():
        new = Counter(t.norm for t in after.utterance or ()) - Counter(t.norm for t in before.utterance or ())
        if before.provenance["level"] == "aap" and register_of(before.utterance or ()) == "aap":
            polite += 1
            assert not new.keys() & CASUAL, after.input
        if register_of(before.utterance or ()) == "tum":
            assert not new.keys() & {"जी", "सुनिए", "देखिए"}, after.input
    assert polite > 50


def test_a_casual_filler_only_where_a_verb_or_a_call_is_casual() -> None:
    """Rows drawn in aap are hardly ever taken for tum: only where a clause about others says दो or देना."""
    wrong = [e.input for e in demo().rows[:ROWS] if e.provenance["level"] == "aap" and register_of(e.utterance or ()) == "tum"]
    assert len(wrong) < 0.03 * ROWS, wrong[:5]


def test_a_filler_is_in_the_script_of_its_neighbours() -> None:
    """A message of one script stays in it."""
    for before, after in filled():
        if script_of(before.input) == "roman":
            assert script_of(after.input) == "roman", after.input
        if script_of(before.input) == "devanagari":
            assert script_of(after.input) == "devanagari", after.input


def test_the_message_ends_as_it_ended() -> None:
    """A filler at the end stands before the mark, and no space is left over."""
    for before, after in filled():
        assert after.input == after.input.strip()
        assert (before.input[-1] in "?.!।") == (after.input[-1] in "?.!।")
        assert "  " not in after.input
        assert " ," not in after.input.replace(" ,", "", before.input.count(" ,"))


def test_a_line_that_is_none_is_an_error_that_names_it(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown register or place, or a missing tab."""
    from pathlib import Path

    folder = Path(str(tmp_path))
    monkeypatch.setattr(fillers, "DATA", folder)
    for bad in ("rude\tstart\tओए\n", "any\tmiddle\tमतलब\n", "any start मतलब\n"):
        (folder / "fillers.tsv").write_text(bad, encoding="utf-8")
        table.cache_clear()
        with pytest.raises(KhichdiError, match=r"data/fillers\.tsv:1"):
            table()
    table.cache_clear()
    monkeypatch.undo()
    assert len(table()) > 10


def test_one_partition_is_enough() -> None:
    """The same laws with the train lexicon, and the same words every time."""
    train = load("train")
    assert verify(demo().rows[:150], {"filler": Filler()}, train).broken == []
    row = next(e for e in demo().rows if once(e, Filler(), train))
    assert once(row, Filler(), train) == once(row, Filler(), train)


def test_a_filler_that_explains_stands_before_who_explains() -> None:
    """actually, basically and मतलब open a reason (मुझे …, मैं …), never a plain request; nothing opens what is polite already."""
    seen = 0
    for plain in demo().rows:
        made = once(plain, Filler(), load())
        if made is None:
            continue
        first, before = (made.utterance or ())[0], (plain.utterance or ())[0]
        if first.norm != before.norm:
            assert before.norm not in BARE
            if first.norm in {"actually", "basically", "मतलब"}:
                seen += 1
                assert before.norm in EXPLAINS
    assert seen > 5
