"""Laws of the template language: each form means what docs/adding.md says; what is malformed says where and what to write."""

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generators.family import check_holes, families, plain, read_families, read_phrases
from generators.randomness import Stream
from generators.template import GENDERS, LEVELS, Choice, FreeOrder, Hole, Literally, Node, Optional, Sequence, parse, walk
from hinglish.errors import KhichdiError
from schemas.contract import intents
from tests.rows import planted_family, studio

PHRASES = {"kar": "(कर दो|कर देना)", "loop": "<pool>", "pool": "अच्छा <loop>", "broken": "(कर"}


def tree(text: str) -> Node:
    """A parsed template."""
    return parse(text, PHRASES, place="data/templates/x.toml:1")


def sentences(text: str, draws: int = 200, level: str = "tum", gender: str = "m") -> dict[str, int]:
    """What a template is drawn as, and how often."""
    family = planted_family("none", text, name=f"forms/{text}")
    out: dict[str, int] = {}
    for i in range(draws):
        items = studio().draw(family, Stream(f"{text}/{i}"), frozenset((level, gender)))
        said = " ".join(f"{{{x.slot or x.maker}}}" if isinstance(x, Hole) else x.norm for x in items)
        out[said] = out.get(said, 0) + 1
    return out


def test_words_and_marks_are_as_written() -> None:
    """A mark is no part of a word; a point inside one is."""
    found = tree("rent भेजो , ok? 9.30 Rs. अच्छा ...")
    assert isinstance(found, Sequence)
    assert [(n.text, n.mark) for n in found.parts if isinstance(n, Literally)] == [
        ("rent", False), ("भेजो", False), (",", True), ("ok", False), ("?", True), ("9.30", False), ("Rs", False), (".", True), ("अच्छा", False), ("...", True),
    ]


@pytest.mark.parametrize(
    ("text", "hole"),
    [
        ("{amount}", Hole("amount", "amount", "slot")),
        ("{amount:range}", Hole("amount", "range", "slot")),
        ("{!amount}", Hole("amount", "amount", "decoy")),
        ("{!amount:range}", Hole("amount", "range", "decoy")),
        ("{*time}", Hole("", "time", "unslotted")),
        ("{action=refund: पैसे वापस}", Hole("action", "", "slot", ("पैसे", "वापस"), "refund")),
        ("{passengers=2: मैं और मम्मी}", Hole("passengers", "", "slot", ("मैं", "और", "मम्मी"), 2)),
        ("{!mode=bus: bus}", Hole("mode", "", "decoy", ("bus",), "bus")),
    ],
)
def test_the_forms_of_a_hole(text: str, hole: Hole) -> None:
    """Slot, maker, decoy, unslotted, and words that say a value not by their own form."""
    assert tree(text) == hole


def test_optional_parts() -> None:
    """[a] one time in two, [.1: a] one in ten, [a|b] one of them or none."""
    assert isinstance(tree("[जी]"), Optional)
    assert 70 <= sentences("हाँ [जी]")["हाँ जी"] <= 130
    assert 5 <= sentences("हाँ [.1: जी]")["हाँ जी"] <= 45
    assert set(sentences("हाँ [जी|भाई]")) == {"हाँ", "हाँ जी", "हाँ भाई"}


def test_choices_by_weight() -> None:
    """(a|b) evenly, (3: a|b) three to one, an empty one may stand."""
    assert isinstance(tree("(हाँ|जी)"), Choice)
    assert 70 <= sentences("(हाँ|जी)")["जी"] <= 130
    assert 120 <= sentences("(3: हाँ|जी)")["हाँ"] <= 180
    assert set(sentences("हाँ (जी|)")) == {"हाँ", "हाँ जी"}
    assert sentences("(0: हाँ|जी)") == {"जी": 200}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("gender", GENDERS)
def test_guards_let_only_what_agrees(level: str, gender: str) -> None:
    """The register of the message and the speaker's gender choose; a form of two registers serves both."""
    said = {"tu": "कर दे", "tum": "कर दो", "aap": "कर दीजिए"}[level]
    assert sentences("(tu: कर दे|tum: कर दो|aap: कर दीजिए)", 20, level, gender) == {said: 20}
    assert sentences("(m: चाहता|f: चाहती) हूँ", 20, level, gender) == {"चाहता हूँ" if gender == "m" else "चाहती हूँ": 20}
    assert sentences("(tu: कर|tum,aap: करना)", 20, level, gender) == {"कर" if level == "tu" else "करना": 20}
    assert set(sentences("हाँ [aap: जी]", 60, level, gender)) == ({"हाँ जी"} if level == "aap" else {"हाँ"})


def test_an_optional_part_of_several_guards_says_each() -> None:
    """[tu: a|tum: b]: each register hears its own."""
    assert "हाँ तू" in sentences("हाँ [tu: तू|tum: तुम]", 60, "tu")
    assert "हाँ तुम" in sentences("हाँ [tu: तू|tum: तुम]", 60, "tum")


def test_free_order_has_every_order_and_loses_nothing() -> None:
    """All parts, each once, in each of the six orders."""
    assert isinstance(tree("~(आज / जी / हाँ)"), FreeOrder)
    found = sentences("~(आज / जी / हाँ)")
    assert len(found) == 6
    assert {tuple(sorted(s.split())) for s in found} == {("आज", "जी", "हाँ")}


def test_phrases_are_taken_in() -> None:
    """<name> is the phrase, alternatives and all."""
    assert tree("<kar>") == tree(PHRASES["kar"])


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("भेजो {Bil}", 6, r"\{Bil\} is no hole; write \{slot\}"),
        ("{}", 1, r"\{\} is no hole"),
        ("{!*x}", 1, "is no hole"),
        ("हाँ {amount", 5, "'{' is not of the template language"),
        ("हाँ amount}", 11, "'}' is not of the template language"),
        ("a <nope>", 3, "<nope> is no phrase; phrases.toml has: broken, kar, loop, pool"),
        ("(a|b", 1, r"\( is not closed"),
        ("हाँ [a", 5, r"\[ is not closed"),
        ("~(a / b", 1, r"~\( is not closed"),
        ("a )", 3, r"'\)' closes nothing"),
        ("a ]", 3, "']' closes nothing"),
        ("(a ]", 4, r"'\]' inside \("),
        ("[a )", 4, r"'\)' inside \["),
        ("a | b", 3, r"'\|' stands outside \( \)"),
        ("a / b", 3, r"'/' stands outside \( \)"),
        ("(a / b)", 4, r"'/' inside \("),
        ("~(a | b)", 5, r"'\|' inside ~\("),
        ("a ~ b", 3, "'~' is not of the template language"),
    ],
)
def test_what_is_malformed_names_place_and_column(text: str, column: int, says: str) -> None:
    """File and line, the column counted from one, what stands there."""
    with pytest.raises(KhichdiError, match=rf"^data/templates/x\.toml:1: column {column}: .*{says}"):
        tree(text)


def test_a_fault_in_a_phrase_names_the_phrase() -> None:
    """The place is where the fault is, not where it was taken in; a phrase that holds itself says by which way."""
    with pytest.raises(KhichdiError, match=r"phrases\.toml: broken: column 1: \( is not closed"):
        tree("हाँ <broken>")
    with pytest.raises(KhichdiError, match=r"<loop> holds itself, by loop > pool"):
        tree("<loop>")


PIECES = st.sampled_from(
    [*"()[]{}|/~<>:,.?!।", "{amount}", "{!a}", "{*b:c}", "{a=1: x}", "~(", " / ", "tu:", "m:", ".3:", "2:", "<kar>", "<x>", "कर", "word", "५:", "\u200d", "\n"]
)


@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=25))
@example("")
@example("(५: a|b)")
def test_any_text_parses_or_is_a_named_error(text: str) -> None:
    """Never another exception; what parses is a tree of the six nodes, and its plain reading is part of it."""
    try:
        found = tree(text)
    except KhichdiError:
        with pytest.raises(KhichdiError, match=r"data/templates/.*column \d+: "):
            tree(text)
        return
    assert all(isinstance(n, get_args(Node)) for n in walk(found))
    assert set(plain(found)) <= set(walk(found))


def test_a_weight_is_written_in_ascii_digits() -> None:
    """०–९ before a colon are no weight and no guard: an error, or a word, and never a part that cannot be drawn."""
    try:
        found = [n for n in walk(tree("(५: a|b)")) if isinstance(n, Choice)]
    except KhichdiError:
        return
    assert all(guard <= {*LEVELS, *GENDERS} for n in found for guard in n.guards)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{bilr} भरो", r"has a hole \{bilr\}; holes it can use: biller, bill_type, amount, due_date"),
        ("{amount:amout}", 'asks for the maker "amout"'),
        ("{*tim}", 'asks for the maker "tim"'),
    ],
)
def test_a_hole_of_no_slot_or_maker_is_named(text: str, says: str) -> None:
    """The slots that exist are the way out."""
    with pytest.raises(KhichdiError, match=rf"^p {says}"):
        check_holes(tree(text), intents()["pay_bill"], "p")


FAMILY = '[[family]]\nid = "a"\ntext = "हाँ"\n'


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("pay_bil", FAMILY, r'data/templates/pay_bil\.toml: no intent "pay_bil"; name the file after one of: .*pay_bill'),
        ("pay_bill", 'x = 1\n', "holds \\[\\[family\\]\\] tables and nothing else"),
        ("pay_bill", "[[family]\n", r"data/templates/pay_bill\.toml: .*mend the file"),
        ("pay_bill", FAMILY + "wieght = 2\n", r'pay_bill\.toml:1: "a": keys are id, .*weight.*wieght'),
        ("pay_bill", FAMILY + 'tags = ["corected"]\n', r"tags \['corected'\]; tags are corrected"),
        ("pay_bill", FAMILY + 'level = "tumm"\n', "level 'tumm'; one of tu, tum, aap"),
        ("pay_bill", FAMILY + "weight = 0\n", "weight 0; a weight is a number above 0"),
        ("pay_bill", FAMILY + "weight = true\n", "weight True; a weight is a number above 0"),
        ("pay_bill", '\n[[family]]\nid = "a"\n', r'pay_bill\.toml:2: "a": keys are'),
        ("pay_bill", '[[family]]\nid = "a"\ntext = "{x}"\n', r'pay_bill\.toml:1: "a" has a hole \{x\}'),
    ],
)
def test_a_malformed_file_names_file_line_and_id(tmp_path: Path, name: str, content: str, says: str) -> None:
    """What stands there and what could."""
    path = tmp_path / f"{name}.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(KhichdiError, match=says):
        read_families(path, {})


def test_a_phrase_is_one_string(tmp_path: Path) -> None:
    """A table among the phrases is named with its type."""
    path = tmp_path / "phrases.toml"
    path.write_text("[kar]\na = 1\n", encoding="utf-8")
    with pytest.raises(KhichdiError, match=r'phrases\.toml: "kar" is a dict; a phrase is one string'):
        read_phrases(path)


def test_every_shipped_family_knows_its_line() -> None:
    """The place that `why` prints is the line on which the family begins."""
    for family in families()[::25]:
        lines = (Path(__file__).parent.parent / "data" / "templates" / f"{family.intent}.toml").read_text(encoding="utf-8").splitlines()
        assert lines[family.line - 1].strip() == "[[family]]"
        assert f'id = "{family.id}"' in lines[family.line]
