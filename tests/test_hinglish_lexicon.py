"""Laws of the lexicon: it is large, clean and parted; a line that is wrong says where, what and how to mend it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from hinglish.errors import KhichdiError
from hinglish.lexicon import OPEN, Entry, Lexicon, load, parse_line, read_file, read_splits
from hinglish.lexicon_lint import faults, lint

GOOD = "चाय\t=\tdish\tf\tchai;chay;\tper=cup"
PLACES = {"city", "town", "village", "area", "landmark", "station", "state", "district"}
VOCABULARY = frozenset({"noun", "verb", "adj", "adv", "func", "pron", "post", "conj", "part", "intj", "num", "kin", "role", "day", "unit", "letter", "title"})


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("चाय\t=\tdish", r"3 columns in 'चाय.*norm, deva, class"),
        ("\t=\tdish\tf\tchai", "norm and class may not be empty"),
        ("चाय\t=\t\tf\tchai", "norm and class may not be empty"),
        ("चाय\t=\tdish\tf\t", r"roman ''; write \"usual;often;rare\""),
        ("चाय\t=\tdish\tf\ta;b;c;d", r"roman 'a;b;c;d'; write"),
        ("चा\u200dय\t=\tdish\tf\tchai", "holds a zero-width joiner; delete it"),
        ("चाय\t=\tdish\tf\tchai\tper", "extra 'per'; write key=value"),
    ],
)
def test_a_wrong_line_names_place_value_and_way_out(line: str, says: str) -> None:
    """File and line, what stands there, and what should."""
    with pytest.raises(KhichdiError, match=rf"^lexicon/x\.tsv:7: .*{says}"):
        parse_line(line, place="lexicon/x.tsv:7", source="s")


def test_a_wrong_line_in_a_file_names_file_and_line(tmp_path: Path) -> None:
    """Comments and empty lines count as lines."""
    folder = tmp_path / "data" / "lexicon"
    folder.mkdir(parents=True)
    (folder / "more.tsv").write_text(f"# source: a test\n\n{GOOD}\nbroken\n", encoding="utf-8")
    with pytest.raises(KhichdiError, match=r"data/lexicon/more\.tsv:4: 1 columns in 'broken'"):
        load(folder=folder)


def test_a_good_line_is_read_whole(tmp_path: Path) -> None:
    """Spellings with their grades, extras, NFC, and the source that stands above it."""
    path = tmp_path / "x.tsv"
    lines = ["# source: one", "# a remark: no source", "ज\u093cरा\t=\tadv\t-\tzara,zaraa;jara;jra", "# source: two", "phone\tफोन,फ़ोन\tnoun\tm\tphone\ta=1; b=2"]
    path.write_text("\n".join(lines), encoding="utf-8")
    first, second = read_file(path)
    assert first.deva == (first.norm,)
    assert first.roman == (("zara", "usual"), ("zaraa", "usual"), ("jara", "often"), ("jra", "rare"))
    assert (first.source, second.source) == ("one", "two")
    assert (first.lang, second.lang) == ("hi", "en")
    assert second.extra == {"a": "1", "b": "2"}
    assert second.get("c", "none") == "none"


def test_an_unknown_class_names_the_known() -> None:
    """The way out stands in the error."""
    with pytest.raises(KhichdiError, match=r'no class "dishes"; classes: .*dish'):
        load().of("dishes")


def test_the_shipped_lexicon_lints_clean() -> None:
    """No fault on any line."""
    assert lint(load().entries) == []


WORD = parse_line(GOOD, place="p:1", source="s")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (replace(WORD, norm="\u095bरूरत", cls="noun"), "is not NFC"),
        (replace(WORD, gender="x"), "gender 'x'; m, f, u or -"),
        (replace(WORD, gender="-"), "needs a gender"),
        (replace(WORD, roman=(("Chai", "usual"), ("chay", "often"))), "Roman spelling 'Chai'; lower case"),
        (replace(WORD, roman=(("चाय", "usual"), ("chay", "often"))), "Roman spelling 'चाय'"),
        (replace(WORD, roman=(("chai", "usual"), ("chai", "rare"))), "has a Roman spelling twice"),
        (replace(WORD, deva=("chai",)), "Devanagari spelling 'chai' holds another script"),
        (replace(WORD, norm="chaiचाय"), "mixes scripts inside a word"),
        (replace(WORD, norm="अदरक चाय"), "has its 2 words"),
        (replace(WORD, roman=tuple((f"chai{'i' * i}", "rare") for i in range(6))), "has 6 Roman spellings; 2 to 5"),
    ],
)
def test_every_lint_rule_fails_on_a_planted_line(wrong: Entry, says: str) -> None:
    """One thing wrong, one rule that says it; the same line without it is clean."""
    assert list(faults(WORD)) == []
    assert any(says in f for f in faults(wrong)), list(faults(wrong))
    assert lint([wrong])[0].startswith("p:1: ")


def test_lint_sees_what_no_single_line_shows() -> None:
    """The same word twice in a class, and a line whose file names no source."""
    twice = lint([WORD, replace(WORD, line="p:2")])
    assert twice == ["p:2: 'चाय' stands as dish in p:1 already; delete one"]
    assert lint([WORD, replace(WORD, cls="noun")]) == []
    assert any("no source" in f for f in lint([replace(WORD, source="")]))


def words_in(lexicon: Lexicon, lang: str) -> set[str]:
    """Different single words of a language in the vocabulary classes."""
    return {e.norm for e in lexicon.entries if e.cls in VOCABULARY and e.lang == lang and " " not in e.norm}


def lemmas(lexicon: Lexicon, *classes: str) -> set[str]:
    """Different words or phrases of some classes, forms of one lemma counted once."""
    return {e.get("lemma", e.norm) for c in classes for e in lexicon.of(c)}


def test_it_is_as_large_as_was_asked() -> None:
    """Words of both languages, people, places, goods and titles: each at least as many as the issue says, no lemma counted twice."""
    lexicon = load()
    found: Mapping[str, tuple[int, int]] = {
        "Hindi words": (len(words_in(lexicon, "hi")), 5000),
        "English words": (len(words_in(lexicon, "en")), 2000),
        "given names": (len(lemmas(lexicon, "given")), 2500),
        "surnames": (len(lemmas(lexicon, "surname")), 1000),
        "Indian places": (len({e.norm for e in lexicon.of("place") if e.get("type") in PLACES}), 1500),
        "foreign names": (len(lemmas(lexicon, "foreign")), 200),
        "brands": (len(lemmas(lexicon, "bank", "app", "operator", "biller", "store")), 250),
        "shops": (len(lemmas(lexicon, "shop")), 150),
        "dishes": (len(lemmas(lexicon, "dish")), 400),
        "groceries": (len(lemmas(lexicon, "grocery")), 400),
        "products": (len(lemmas(lexicon, "product")), 150),
        "songs": (len(lemmas(lexicon, "song")), 150),
        "artists": (len(lemmas(lexicon, "artist")), 100),
    }
    assert {what: n for what, (n, least) in found.items() if n < least} == {}


def test_every_grocery_has_units() -> None:
    """What is bought is bought by something."""
    assert [e.line for e in load().of("grocery") if not e.get("units")] == []


def test_both_scripts_know_every_word() -> None:
    """Each entry is found by its label form, by each Roman spelling and by each Devanagari spelling."""
    lexicon = load()
    for entry in lexicon.entries[::37]:
        assert entry in lexicon.by_norm[entry.norm]
        assert all(entry in lexicon.by_roman[s] for s, _ in entry.roman)
        assert all(entry in lexicon.by_deva[d] for d in entry.deva)


def plain(lexicon: Lexicon, classes: frozenset[str]) -> Counter[tuple[str, str]]:
    """(class, norm) of the entries of some classes, as often as they stand."""
    return Counter((e.cls, e.norm) for e in lexicon.entries if e.cls in classes)


def test_the_partitions_share_no_open_lemma_and_together_are_all() -> None:
    """A person, place or dish of test is never met in train, whatever its form; nothing falls between."""
    train, test, whole = load("train"), load("test"), load()
    for cls in OPEN:
        assert not lemmas(train, cls) & lemmas(test, cls), cls
        assert lemmas(train, cls), cls
        assert lemmas(test, cls), cls
        assert 0.15 <= len(lemmas(test, cls)) / len(lemmas(whole, cls)) <= 0.25, cls
    kept = frozenset(OPEN)
    assert plain(train, kept) + plain(test, kept) == plain(whole, kept)


def test_closed_classes_are_whole_in_both() -> None:
    """Banks, units, days, verbs: everybody has all of them."""
    closed = frozenset(load().by_class) - frozenset(OPEN) - {"inflected"}
    assert plain(load("train"), closed) == plain(load("test"), closed) == plain(load(), closed)


def test_forms_of_a_lemma_go_together(tmp_path: Path) -> None:
    """A plural is kept for test with its word; the splits file decides by lemma."""
    folder = tmp_path / "lexicon"
    folder.mkdir()
    lines = [
        "# source: a test", "समोसा\t=\tdish\tm\tsamosa;samosaa;", "समोसे\t=\tdish\tm\tsamose;samosay;\tlemma=समोसा",
        "बैंक\t=\tbank\t-\tbank;bnk;", "चाय\t=\tdish\tf\tchai;chay;",
    ]
    (folder / "x.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "splits.toml").write_text('[lexicon.dish]\ntrain = ["चाय"]\ntest = ["समोसा"]\n', encoding="utf-8")
    assert {e.norm for e in load("train", folder).entries} == {"चाय", "बैंक"}
    assert {e.norm for e in load("test", folder).entries} == {"समोसा", "समोसे", "बैंक"}


def test_missing_splits_are_an_error_with_a_way_out(tmp_path: Path) -> None:
    """A partition is never guessed."""
    with pytest.raises(KhichdiError, match=r"splits\.toml: .*`khichdi splits extend`"):
        read_splits(tmp_path / "splits.toml")
