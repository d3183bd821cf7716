"""The demo of the review builds its releases from this checkout, whichever words and gold it has."""

from curation import inputs
from curation.review_demo import spec_of


def test_the_demo_is_made_from_any_checkout() -> None:
    """Its specs name no lexicon and no gold, so new words stop no demo; the rounds that a spec names are kept."""
    for name, rounds in (("v0.1.0", ()), ("v0.1.1", ("demo-a",))):
        spec = spec_of(name, rounds)
        inputs.hold(spec, name)
        assert (spec.name, spec.decisions, spec.lexicon, spec.gold) == (name, rounds, "", "")
