"""Laws of the pipeline: the registry's steps keep the label, lineage replays, and a broken step of each kind is caught."""

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest

from augment.core import Augmenter, LabelDriftError, Relabeller, augmented, lineage, relabelled, rewritten
from augment.pipeline import Rate, apply, once, read_rates, replay
from augment.registry import registry
from augment.run import augment_rows
from augment.verify import verify, verify_row
from generators.randomness import Random
from generators.spec import read_spec
from hinglish.errors import KhichdiError
from hinglish.lexicon import OPEN, Lexicon, Partition, load, read_splits
from schemas.contract import leaves
from schemas.example import Example, Token, Utterance
from schemas.reread import reread
from tests.rows import demo

SPEC = Path("data/specs/augmented.toml")
ROWS = 250
_COUNT = itertools.count()


def some(n: int = ROWS) -> list[Example]:
    """Drawn rows, spread over all intents and scripts."""
    rows = demo().rows
    return rows[:: max(1, len(rows) // n)][:n]


def test_every_step_keeps_every_law() -> None:
    """Same slots, same leaves, spans re-read, NFC, same stream: over the whole registry, and every step applies somewhere."""
    found = verify(some(), registry(None), load())
    assert found.broken == []
    rare = {"devanagari-digits"}  # as rare as in life: one row in a thousand
    assert [name for name, n in found.applied.items() if n == 0 and name not in rare] == []


def test_every_step_is_of_one_kind_and_named_as_registered() -> None:
    """An augmenter or a relabeller with a rule; there is no third kind."""
    for name, step in registry(None).items():
        assert step.name == name
        assert isinstance(step, Augmenter) != isinstance(step, Relabeller), name
        if isinstance(step, Relabeller):
            assert step.rule


def test_the_pipeline_replays_to_the_same_bytes() -> None:
    """A row's lineage, applied to its plain row, gives the row again; siblings share a group and no id."""
    steps = registry(None)
    rates = read_rates(read_spec(SPEC).augment, steps, SPEC)
    changed = 0
    for plain in some():
        row = apply(plain, rates, load())
        again = replay(plain, lineage(row), steps, load())
        assert (again.input, again.id, again.sha) == (row.input, row.id, row.sha)
        assert row.group == plain.group
        changed += row.id != plain.id
    assert changed > ROWS // 3


def test_a_step_at_the_end_changes_no_earlier_one() -> None:
    """Whether a step fires is drawn in order; its own stream is made only when it does."""
    steps = registry(None)
    short = (Rate(steps["respell"], 0.5), Rate(steps["filler"], 0.5))
    longer = (*short, Rate(steps["emoji"], 1.0))
    for plain in some(80):
        assert lineage(apply(plain, longer, load()))[: len(lineage(apply(plain, short, load())))] == lineage(apply(plain, short, load()))


def test_augmented_rows_stay_in_the_natural_bands() -> None:
    """The set of data/specs/augmented.toml: exactly N, shares not refused, mixing in its bands, every row re-read."""
    from generators.facts import facts

    made = augment_rows(read_spec(SPEC).override(rows=1500))
    found = facts(made.rows)
    assert found.rows == found.texts == 1500
    assert [s.what for s in found.shares if s.refused] == []
    assert 20 <= found.mix.cmi <= 28
    assert 0.21 <= found.mix.switches <= 0.34
    assert all(not reread(r.input, r.spans, r.target, r.tags) for r in made.rows)


def test_nothing_crosses_the_partitions() -> None:
    """Steps over train rows with the train lexicon and seeds bring no test lemma into a slot."""
    splits = read_splits()
    test = {lemma for cls in OPEN for lemma in splits.get(cls, {}).get("test", ())}
    train = {e.norm for e in load("train").entries}
    from generators.run import make

    rows = make(read_spec(Path("data/specs/demo.toml")).override(rows=250), partition="train").rows
    for plain in rows:
        for step in registry("train").values():
            row = once(plain, step, load("train"))
            for value in leaves(row.target).values() if row else ():
                if value in leaves(plain.target).values():
                    continue  # the step brought nothing
                assert not (isinstance(value, str) and value in test and value not in train), (step.name, value, row.input if row else "")


def test_train_seeds_and_test_seeds_are_apart() -> None:
    """Three kinds and a quarter of the other seeds occur only in the adversarial tier."""
    from augment.injections import load_seeds

    def counts(part: Partition | None) -> dict[str, int]:
        return {kind: len(seeds) for kind, seeds in load_seeds(part).orders.by_kind.items()}

    train, test, every = counts("train"), counts("test"), counts(None)
    assert sum(every.values()) >= 200
    assert len(every) == 12
    assert len(set(every) - set(train)) == 3
    assert 0.2 <= sum(test[k] for k in train) / sum(every[k] for k in train) <= 0.3


@dataclass(frozen=True)
class _Broken:
    """An augmenter with one fault."""

    fault: str
    name: ClassVar[str] = "broken"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """Break the first slotted word in the way named."""
        at = next((i for i, t in enumerate(utterance) if t.slots), None)
        if at is None:
            return None
        out = list(utterance)
        t = out[at]
        if self.fault == "text":
            out[at] = msgspec.structs.replace(t, text="zzzqqq")
        elif self.fault == "slots":
            out[at] = msgspec.structs.replace(t, slots=())
        elif self.fault == "norm":
            out[at] = msgspec.structs.replace(t, norm=t.norm + "ा", text=t.text + "x")
        elif self.fault == "inside":
            out.insert(at + 1, Token("matlab", "hi", "word", "मतलब", t.slots, True, " "))
        elif self.fault == "order":
            out = [*out[at + 1 :], *out[: at + 1]]
        elif self.fault == "nfc":
            out[0] = msgspec.structs.replace(out[0], text=out[0].text + "a\u0301")
        elif self.fault == "stream":
            out[0] = msgspec.structs.replace(out[0], text=out[0].text + str(next(_COUNT)))
        return tuple(out)


@pytest.mark.parametrize("fault", ["text", "slots", "norm", "inside", "order", "nfc", "stream"])
def test_a_broken_augmenter_of_each_kind_is_caught(fault: str) -> None:
    """Each planted fault breaks a law on at least nine of ten rows to which it applies."""
    caught = tried = 0
    for row in some(60):
        if not any(t.slots and t.kind != "number" for t in row.utterance or ()):
            continue
        if fault == "order" and sum(bool(t.slots) for t in row.utterance or ()) < 2:
            continue  # one word with a slot has no order to break
        out, broken = verify_row(row, _Broken(fault), load())
        if out is None and broken is None:
            continue
        tried += 1
        caught += broken is not None
    assert tried >= 20
    assert caught >= 0.9 * tried, f"{fault}: {caught} of {tried}"


@dataclass(frozen=True)
class _Forgets:
    """A relabeller that empties a slot and leaves its words pointing there."""

    name: ClassVar[str] = "forgets"
    rule: ClassVar[str] = "none"

    def relabel(self, example: Example, lexicon: Lexicon, rng: Random) -> Example | None:
        """Null the first filled leaf that is no list."""
        key = next((k for k, v in example.target.items() if k != "intent" and v is not None and not isinstance(v, list)), None)
        return None if key is None or example.utterance is None else rewritten(example, example.utterance, target=example.target | {key: None})


def test_a_broken_relabeller_is_caught() -> None:
    """A label that its tokens do not say cannot leave a relabeller."""
    row = next(r for r in some() if r.target.get("recipient"))
    with pytest.raises(KhichdiError, match="null"):
        relabelled(row, _Forgets(), load(), Random("x"))


def test_label_drift_names_the_step_and_the_text() -> None:
    """The error says which augmenter and what it made of the row."""
    row = next(r for r in some() if r.spans and r.spans[0].path == "recipient" and " " not in r.target["recipient"])
    with pytest.raises(LabelDriftError, match="broken: slots changed"):
        augmented(row, _Broken("slots"), load(), Random("x"))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"name": "respel", "rate": 0.5}, "respel.*steps: to-roman"),
        ({"name": "respell", "rate": 2}, "rate 2; a number above 0"),
        ({"name": "respell", "rate": 0.5, "p": 1}, "unknown key p"),
    ],
)
def test_a_wrong_step_names_place_value_and_way_out(row: dict[str, object], says: str) -> None:
    """A spec's [[augment]] table is read strictly."""
    with pytest.raises(KhichdiError, match=says):
        read_rates([row], registry(None), "data/specs/x.toml")


def test_what_a_step_may_do_depends_on_what_tokens_say_and_not_on_which_objects_they_are() -> None:
    """Rows would else depend on what their process had made before them."""
    from augment.surfaces import settled

    seen = 0
    for row in some(200):
        for name in ("to-devanagari", "respell", "restyle-number", "filler"):
            after = once(row, registry("train")[name], load("train"))
            if after is None or row.utterance is None or after.utterance is None:
                continue
            copies = tuple(msgspec.structs.replace(t) for t in after.utterance)
            assert all(a is not b for a, b in zip(copies, after.utterance, strict=True))
            assert settled(row.utterance, copies) == settled(row.utterance, after.utterance)
            seen += 1
    assert seen > 100
