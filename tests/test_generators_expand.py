"""Laws of one draw: the same everywhere, label and message say the same, decoys are other values, register and gender hold."""

from functools import cache
from typing import Any

import pytest

from generators import schedule
from generators.expand import INFLECTED, Studio
from generators.family import families
from generators.schedule import block
from generators.spec import weights
from generators.template import GENDERS, LEVELS, Hole, walk
from generators.words import Words
from hinglish.identifiers import unsafe
from hinglish.inflect import POSTPOSITIONS, oblique
from hinglish.lexicon import load
from hinglish.numerals import read
from hinglish.script import nfc
from schemas.contract import intents, leaves
from schemas.example import Example, check_leaves, spans_of, text_of
from schemas.validate import errors
from tests.rows import demo_spec, planted_family, studio

DRAWS = 3
ASIDE = frozenset({"जी", "भाई", "sir", "साहब", "भैया", "madam"})  # said beside a name and no part of it


@cache
def drawn() -> tuple[Example, ...]:
    """Three draws of every family."""
    return tuple(studio().example(f, i) for f in families() for i in range(DRAWS))


def test_every_draw_of_every_family_is_true_to_its_label() -> None:
    """Leaves are the norms of their said tokens, text and spans derive from the tokens, the target fits its schema, all in NFC."""
    for e in drawn():
        assert e.utterance is not None
        check_leaves(e.utterance, e.target)
        assert errors(e.target) == [], e.id
        assert e.input == text_of(e.utterance) == nfc(e.input)
        assert e.input == e.input.strip() != ""
        assert list(e.spans) == spans_of(e.utterance)
        said = {p for p, v in leaves(e.target).items() if v is not None}
        assert {s.path for s in e.spans} == said, (e.input, e.target)


def test_tags_say_what_the_family_and_the_label_say() -> None:
    """A family's tags stand on its rows; noslot stands where every leaf is null, and only there; no identifier could be somebody's."""
    by_id = {f.id: f for f in families()}
    for e in drawn():
        assert set(by_id[str(e.provenance["template"])].tags) <= set(e.tags)
        assert ("noslot" in e.tags) == (e.intent != "none" and all(v is None for v in leaves(e.target).values()))
        assert unsafe(e.input) == [], e.input


def test_the_same_seed_family_and_draw_give_the_same_example() -> None:
    """Whatever a studio drew before, in whatever order; another seed or draw gives another stream."""
    chosen = families()[::40]
    there = {(f.id, i): studio().example(f, i) for f in chosen for i in range(DRAWS)}
    fresh = Studio(Words(load()), studio().seed, studio().shares)
    for f in reversed(chosen):
        for i in reversed(range(DRAWS)):
            assert fresh.example(f, i) == there[f.id, i]
    other = Studio(fresh.words, fresh.seed + 1, fresh.shares)
    assert [other.example(f, 0).input for f in chosen] != [there[f.id, 0].input for f in chosen]
    assert len({e.id for e in there.values()}) == len(there)


def test_adding_a_family_moves_only_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every family's draws stand in order without a gap, with a new family or without, and mean the same messages."""
    monkeypatch.setattr(schedule, "BLOCK", 1024)
    old = families()
    new = (*old, planted_family("set_alarm", "नया {time}", name="alarm-new"))
    for every in (old, new):
        share = weights(demo_spec(), every)
        draws: dict[str, list[int]] = {}
        for number in range(4):
            for turn in block(every, share, number):
                draws.setdefault(turn.family.id, []).append(turn.draw)
        assert all(found == list(range(len(found))) for found in draws.values())
        assert set(draws) >= {f.id for f in every if share[f.id] * 4 * 1024 >= 1}
    before = studio().example(old[0], 5)
    studio().example(new[-1], 5)
    assert studio().example(old[0], 5) == before


def test_a_short_prefix_is_as_mixed_as_the_whole() -> None:
    """The first 60 and the first 300 turns hold `none` in its share (within three standard errors), and the first 300 every intent."""
    share = weights(demo_spec(), families())
    turns = block(families(), share, 0)
    wanted = sum(w for f in families() if (w := share[f.id]) and f.intent == "none")
    for most in (60, 300):
        found = sum(t.family.intent == "none" for t in turns[:most]) / most
        assert abs(found - wanted) < 3 * (wanted * (1 - wanted) / most) ** 0.5
    assert {t.family.intent for t in turns[:300]} == {f.intent for f in families()}


def test_the_size_of_a_block_changes_no_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order is one; blocks only cut it."""
    share = weights(demo_spec(), families())
    whole = block(families(), share, 0)
    monkeypatch.setattr(schedule, "BLOCK", schedule.BLOCK // 8)
    assert [t for n in range(8) for t in block(families(), share, n)] == whole


@cache
def decoys() -> tuple[tuple[str, str, str], ...]:
    """(intent, slot, maker) of every decoy that a shipped family asks for, lists left out."""
    found = {(f.intent, n.slot, n.maker) for f in families() for n in walk(f.tree) if isinstance(n, Hole) and n.mode == "decoy" and n.maker}
    kinds = {(i.name, s.name): s.kind for i in intents().values() for s in i.slots}
    return tuple(sorted((i, s, m) for i, s, m in found if m == s and kinds[i, s] != "list"))


@pytest.mark.parametrize(("intent", "slot"), [("transfer_money", "recipient"), ("transfer_money", "amount"), ("book_ticket", "mode"), ("set_alarm", "time")])
def test_a_decoy_is_never_the_value(intent: str, slot: str) -> None:
    """The wrong one of a correction is another one, in 150 draws of each of four kinds of value."""
    assert _alike(intent, slot, 150) == []


def test_no_decoy_of_a_shipped_family_is_the_value() -> None:
    """Every slot for which a family says a wrong value, 15 draws each."""
    assert decoys(), "no family has a decoy: corrections and negations need them"
    assert [fault for intent, slot, _ in decoys() for fault in _alike(intent, slot, 15)[:1]] == []


def _alike(intent: str, slot: str, draws: int) -> list[str]:
    """Drawn corrections whose wrong value is the right one."""
    family = planted_family(intent, f"{{!{slot}}} ; {{{slot}}}", name=f"decoy-{intent}-{slot}", tags=("corrected",))
    found = []
    for i in range(draws):
        example = studio().example(family, i)
        assert example.utterance is not None
        value = example.target[slot]
        wrong = [t.norm for t in example.utterance if not t.slots and t.kind != "mark"]
        assert wrong, example.input
        kept = " ".join([w for w in wrong if w not in ASIDE] or wrong)
        if kept == str(value) or (not isinstance(value, str) and read(kept).value == value):
            found.append(f"{intent}.{slot}: {example.input!r}")
    return found


@pytest.mark.parametrize(
    ("intent", "slot", "direct"),
    [
        ("raise_complaint", "product", "का {issue}"), ("transfer_money", "recipient", "को दो"), ("book_cab", "drop", "तक"),
        ("transfer_money", "purpose", "के लिए"), ("book_cab", "vehicle", "में"),
    ],
)
def test_before_a_postposition_label_and_message_are_oblique_together(intent: str, slot: str, direct: str) -> None:
    """बेटा को is never said: where the last word would inflect it has, and the leaf has with it."""
    assert slot in INFLECTED
    assert direct.split(maxsplit=1)[0] in POSTPOSITIONS
    family = planted_family(intent, f"{{{slot}}} {direct}", name=f"oblique-{slot}")
    nouns = {e.norm for cls in ("kin", "product", "noun") for e in load().of(cls) if e.gender == "m" and e.lang == "hi"}
    for i in range(150):
        example = studio().example(family, i)
        assert example.utterance is not None
        check_leaves(example.utterance, example.target)
        said = [t for t in example.utterance if slot in t.slots]
        inflects = said[-1].kind == "word" and said[-1].norm in nouns
        assert not inflects or oblique(said[-1].norm) == said[-1].norm, (example.input, example.target[slot])


def test_before_a_postposition_some_words_change() -> None:
    """The law above is not empty: the same draw says its direct form before भी and, for some, another before a postposition."""
    changed = 0
    cases = (("book_cab", "drop", "तक"), ("pay_bill", "bill_type", "का"), ("transfer_money", "purpose", "के लिए"), ("raise_complaint", "product", "का"))
    for intent, slot, after in cases:
        # the name of a family is the name of its streams; a studio keeps one tree a name, so each has its own
        plainly, here = (Studio(studio().words, 1, studio().shares) for _ in range(2))
        direct_family, family = (planted_family(intent, f"{{{slot}}} {word}", name="same") for word in ("भी", after))
        for i in range(150):
            direct = plainly.example(direct_family, i).target[slot]
            before = here.example(family, i).target[slot]
            changed += direct != before
            assert len(direct.split()) == len(before.split())
            assert all(y in (x, oblique(x)) for x, y in zip(direct.split(), before.split(), strict=True)), (direct, before)
    assert changed


def test_register_and_gender_are_one_through_a_message() -> None:
    """Guarded parts agree with each other and with what the provenance says; all registers and genders are met."""
    family = planted_family("none", "(tu: तू|tum: तुम|aap: आप) (m: चाहता|f: चाहती) (tu: है|tum: हो|aap: हैं)", name="agree")
    forms = {"tu": ("तू", "है"), "tum": ("तुम", "हो"), "aap": ("आप", "हैं")}
    met = set()
    for i in range(200):
        example = studio().example(family, i)
        assert example.utterance is not None
        subject, participle, verb = (t.norm for t in example.utterance)
        level, gender = example.provenance["level"], example.provenance["gender"]
        assert (subject, verb) == forms[level]
        assert participle == ("चाहता" if gender == "m" else "चाहती")
        met.add((level, gender))
    assert met == {(level, gender) for level in LEVELS for gender in GENDERS}


def test_a_family_may_hold_one_register() -> None:
    """Where the sentence is polite throughout, so is every draw."""
    family = planted_family("none", "(tu: तू|tum: तुम|aap: आप) (m: चाहता|f: चाहती)", name="polite", level="aap")
    assert {str(studio().example(family, i).provenance["level"]) for i in range(60)} == {"aap"}


def test_words_that_say_a_value_otherwise_carry_it() -> None:
    """{passengers=2: मैं और मम्मी} says 2; the span is all its words."""
    family = planted_family("book_ticket", "{passengers=2: मैं और मम्मी} {mode=train: रेल} से", name="fixed")
    example = studio().example(family, 0)
    assert (example.target["passengers"], example.target["mode"]) == (2, "train")
    assert example.utterance is not None
    assert [t.norm for t in example.utterance if "passengers" in t.slots] == ["मैं", "और", "मम्मी"]


def test_what_the_intent_has_no_slot_for_is_tagged() -> None:
    """{*time} in a transfer: said, not labelled, tagged."""
    example = studio().example(planted_family("transfer_money", "{amount} {*time} भेजो", name="unslotted"), 0)
    assert "unslotted" in example.tags
    assert {p for p, v in leaves(example.target).items() if v is not None} == {"amount"}


def test_a_partition_says_only_its_own_words() -> None:
    """Rows from train words name nobody of test."""
    test_only = {e.norm for e in load("test").of("given")} - {e.norm for e in load("train").of("given")}
    family = planted_family("transfer_money", "{recipient:given} को भेजो", name="partition")
    train = Studio(Words(load("train")), 1, studio().shares)
    said: set[Any] = {train.example(family, i).target["recipient"] for i in range(150)}
    assert len(said) > 100
    assert not said & test_only

def test_a_row_does_not_depend_on_what_was_made_before_it() -> None:
    """Backwards with tables of its own, every row is what it was: which process makes which rows is chance."""
    spots = [f for f in families() if f.intent in ("book_cab", "get_directions", "book_ticket", "order_food", "track_order", "play_music")]
    turns = [(family, draw) for draw in range(60) for family in spots]
    script = ((0.5, "roman"), (0.8, "mixed"), (1.0, "devanagari"))
    first, second = Studio(Words(load()), 7, script), Studio(Words(load()), 7, script)  # type: ignore[arg-type]  # literals
    there = [first.example(*turn) for turn in turns]
    back = [second.example(*turn) for turn in reversed(turns)]
    assert [r.sha for r in back[::-1]] == [r.sha for r in there]
