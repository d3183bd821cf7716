"""Laws of the baselines' prompts: one shared beginning, every key named, examples that are right and stand in no tier."""

from curation.dedup import key
from curation.gold import read_gold
from schemas.baseline_prompt import EXAMPLES, plain, schema_text, with_schema
from schemas.contract import intents
from schemas.prompt import turns
from schemas.validate import is_valid


def test_only_the_last_turn_holds_the_message() -> None:
    """What comes before the message is the same for every message: it can be computed once."""
    assert with_schema("kal")[:-1] == with_schema("परसों")[:-1]
    assert with_schema("kal")[-1] == turns("kal")[1] == plain("kal")[-1]
    assert plain("kal") == turns("kal")


def test_every_key_of_every_intent_is_named() -> None:
    """A model that reads it can know every key."""
    lines = dict(line.split(" (", 1) for line in schema_text().splitlines())
    assert list(lines) == list(intents())
    for intent in intents().values():
        assert all(f"{slot.name}: " in lines[intent.name] for slot in intent.slots)


def test_the_examples_are_right_and_stand_in_no_tier() -> None:
    """Each is valid under its schema; none is a row of gold_dev."""
    assert all(is_valid(target) for _, target in EXAMPLES)
    assert not {key(text) for text, _ in EXAMPLES} & {key(e.input) for e in read_gold("test_gold_dev")}
