"""Laws of a made set: no share outside its band beyond noise, and a mixing like that of people."""

from dataclasses import replace

from generators.facts import TAG_BANDS, Share, facts, shares
from generators.family import families
from generators.report import figures
from generators.spec import weights
from schemas.contract import intents
from tests.rows import MANY, demo, demo_spec

LEAST_FAMILIES_SEEN = 0.95


def test_no_share_is_refused() -> None:
    """Intents, tags, scripts and absent slots: no 99 % interval lies outside its band."""
    assert [f"{s.what} {s.value:.3f}, {s.low}–{s.high}" for s in shares(demo().rows) if s.refused] == []


def test_the_mixing_is_in_its_bands() -> None:
    """CMI 20–28, switches .21–.34, median length 6–17."""
    mix = facts(demo().rows).mix
    assert 20 <= mix.cmi <= 28
    assert 0.21 <= mix.switches <= 0.34
    assert 6 <= mix.median_words <= 17


def test_every_intent_and_nearly_every_family_is_met() -> None:
    """4,000 rows, no two of one text, of all families."""
    found = facts(demo().rows)
    assert found.rows == found.texts == MANY
    assert {r.intent for r in demo().rows} == set(intents())
    assert found.families >= LEAST_FAMILIES_SEEN * len(families())


def test_a_planted_share_is_refused() -> None:
    """Without one script, one intent or one tag the check fails, and says which."""
    rows = demo().rows
    assert "intent pay_bill" in figures(facts([r for r in rows if r.intent != "pay_bill"]))["refused"]
    assert "tag corrected" in {s.what for s in shares([r for r in rows if "corrected" not in r.tags]) if s.refused}
    filled = [r for r in rows if r.intent != "set_alarm" or r.target["date"] is not None]
    assert "null set_alarm.date" in {s.what for s in shares(filled) if s.refused}


def test_noise_is_not_refused() -> None:
    """A small sample may lie outside its band without being wrong; a large one may not."""
    assert not Share("x", 1, 10, 0.2, 0.3).inside
    assert not Share("x", 1, 10, 0.2, 0.3).refused
    assert Share("x", 100, 1000, 0.2, 0.3).refused
    assert not Share("x", 0, 0, 0.2, 0.3).refused


def test_weights_are_the_specs_shares() -> None:
    """They sum to 1; intents that the spec names get what it says, the others equal parts; each tag its share."""
    spec = demo_spec()
    share = weights(spec, families())
    by_intent = {n: sum(share[f.id] for f in families() if f.intent == n) for n in intents()}
    assert abs(sum(share.values()) - 1) < 1e-9
    assert abs(by_intent.pop("none") - spec.intents["none"]) < 1e-9
    assert max(by_intent.values()) - min(by_intent.values()) < 1e-9
    for tag, wanted in spec.tags.items():
        low, high = TAG_BANDS[tag]
        tagged = sum(share[f.id] for f in families() if next((t for t in f.tags if t in spec.tags), "") == tag)
        assert low <= tagged <= high, tag
        assert abs(tagged - wanted) < 0.01, tag


def test_an_intent_may_be_left_out() -> None:
    """A share of 0 is none at all."""
    share = weights(replace(demo_spec(), intents={"none": 0.0}), families())
    assert sum(share[f.id] for f in families() if f.intent == "none") == 0
    assert abs(sum(share.values()) - 1) < 1e-9
