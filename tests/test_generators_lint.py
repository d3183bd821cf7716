"""Laws of the family linter: each rule sees a planted fault, and the shipped families have none."""

from collections import Counter
from functools import cache

import pytest

from generators.family import Family, families
from generators.lint import alike, disagreements, grams, jaccard, lint, skeleton, unknown_words
from schemas.contract import intents
from tests.rows import planted_family, studio

LEAST_FAMILIES = 20


@cache
def shipped() -> tuple[str, ...]:
    """Every fault of every shipped family."""
    return tuple(lint(families(), studio()))


def test_the_shipped_families_lint_clean() -> None:
    """No unknown word, no two too alike, no register, gender or agreement that clashes."""
    assert shipped() == ()


def test_every_intent_has_its_families() -> None:
    """At least 20 ways to put each request."""
    found = Counter(f.intent for f in families())
    assert {n: found[n] for n in intents() if found[n] < LEAST_FAMILIES} == {}


def test_no_two_families_are_too_alike() -> None:
    """True Jaccard of folded skeletons on character 5-grams is at most .6, within an intent and across."""
    assert [f for f in shipped() if "is too like" in f] == []


def planted(text: str, *, intent: str = "transfer_money", tags: tuple[str, ...] = ()) -> list[str]:
    """The faults of one planted family."""
    family = planted_family(intent, text, name=f"lint/{text}", tags=tags)
    return [*unknown_words([family], studio().words.lexicon), *disagreements(family, studio())]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{recipient} को झुमरीतलैयाना", "'झुमरीतलैयाना' stands in no lexicon line; add one"),
        ("{amount} zzyzx भेजो", "'zzyzx' stands in no lexicon line"),
        ("{via=UPI: qwrtz} से", "'qwrtz' stands in no lexicon line"),
        ("{amount} और {amount}", r"{amount} can stand twice in one sentence; a slot is filled once"),
        ("{recipient} को (और {recipient} को|)", "{recipient} can stand twice"),
        ("{!amount} नहीं {amount}", "has a {!…} hole and no tag corrected"),
        ("[हाँ]", "can be empty"),
        ("तुम {amount} भेजना", "'तुम' is tum, in a sentence for"),
        ("तू {amount} भेजना", "'तू' is tu, in a sentence for"),
        ("आप {amount} भेजना", "'आप' is aap, in a sentence for"),
        ("{amount} भेजिए", "'भेजिए' is aap, in a sentence for"),
        ("{amount} भेजो", "'भेजो' is tum, in a sentence for"),
        ("{amount} भेज दे", "'दे' is tu, in a sentence for"),
        ("{amount} (tu: भेजो|tum,aap: भेजना)", "'भेजो' is tum, in a sentence for tu"),
        ("मैं {amount} चाहता हूँ", "'चाहता' is said by a man; guard it"),
        ("मैं {amount} चाहती हूँ", "'चाहती' is said by a woman; guard it"),
        ("मैं कल जाऊँगा", "'जाऊँगा' is said by a man; guard it"),
        ("मैं कल जाऊँगी", "'जाऊँगी' is said by a woman; guard it"),
        ("मेरी नाम लिखना", "'मेरी' does not agree with 'नाम' (m)"),
        ("मेरा बात लिखना", "'मेरा' does not agree with 'बात' (f)"),
        ("पुराना meeting भूल जाना", "'पुराना' does not agree with 'meeting' (f)"),
    ],
)
def test_each_rule_sees_a_planted_fault(text: str, says: str) -> None:
    """The place, the word, and how to mend it."""
    found = planted(text)
    assert any(says in f for f in found), found
    assert all(f.startswith('data/templates/transfer_money.toml:0: "lint/') for f in found)


@pytest.mark.parametrize(
    "text",
    [
        "{recipient} को {amount} (tu: भेज दे|tum: भेज दो|aap: भेज दीजिए)", "मैं {amount} भेजना (m: चाहता|f: चाहती) हूँ", "मेरा नाम लिखना", "मेरी बात लिखना",
        "[{date}] {amount} भेजना", "{amount} किसके लिए भेजना", "मुझे {amount} चाहिए", "({amount} भेजना|{amount} देना)", "पुरानी meeting भूल जाना",
    ],
)
def test_what_is_right_is_not_faulted(text: str) -> None:
    """Guarded forms, agreeing adjectives, words that only look like an imperative."""
    assert planted(text) == []


def test_a_tagged_decoy_is_no_fault() -> None:
    """A correction may say another value first."""
    assert planted("{!amount} नहीं {amount}", tags=("corrected",)) == []


def test_two_families_too_alike_are_named_with_their_score() -> None:
    """Across intents too; a hole counts by its slot, so another value is no other way."""
    one = planted_family("transfer_money", "{recipient} को जल्दी से {amount} भेजना", name="one")
    two = planted_family("transfer_money", "{recipient:given} को जल्दी से {amount} भेज देना", name="two")
    far = planted_family("pay_bill", "{biller} वाला bill चुकाना", name="far")
    (found,) = alike([one, two, far], studio())
    assert '"two" is too like "one" (Jaccard 0.' in found
    assert "at most 0.6" in found
    assert list(alike([one, far], studio())) == []


def test_the_skeleton_is_the_fullest_plain_reading() -> None:
    """Optional parts in, first alternatives, holes as slots, Roman, no marks."""
    family: Family = planted_family("transfer_money", "[कृपया] {recipient} को , (भेजना|देना) {*time}", name="shape")
    words = skeleton(family.tree, studio()).split()
    assert (words[1], words[-1]) == ("recipient", "time")
    assert len(words) == 5
    assert all(w.isascii() for w in words)


def test_jaccard_by_hand() -> None:
    """Shared grams over all grams; a text shorter than a gram is one gram."""
    assert jaccard(grams("abcdef"), grams("abcdefg")) == pytest.approx(2 / 3)
    assert jaccard(grams("abc"), grams("abc")) == 1
    assert jaccard(grams("abcde"), grams("vwxyz")) == 0
