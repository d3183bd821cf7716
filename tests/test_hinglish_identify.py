"""Laws of language identification: the sentence decides, the label form follows the guide."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hinglish.identify import identify
from hinglish.script import script_of


def langs(text: str) -> str:
    """One letter a word: h, e or o."""
    return "".join(tag.lang[0] for tag in identify(text.split()))


def norms(text: str) -> str:
    """The label forms of a message."""
    return " ".join(tag.norm for tag in identify(text.split()))


@settings(deadline=None)  # the first call loads the words
@given(st.lists(st.text(min_size=1, max_size=8), max_size=6))
def test_one_answer_a_word_and_its_script_is_its_language(words: list[str]) -> None:
    """As many answers as words, whatever they are; hi is written in Devanagari and en is not."""
    tags = identify(words)
    assert len(tags) == len(words)
    for tag in tags:
        assert script_of(tag.norm) == "devanagari" if tag.lang == "hi" else script_of(tag.norm) != "devanagari" or tag.lang == "other"


def test_the_sentence_decides_what_the_letters_leave_open() -> None:
    """to, is, me, the, he, hi are Hindi among Hindi words and English among English ones."""
    assert langs("ghar to bahut door hai") == "hhhhh"
    assert langs("please send it to the office") == "eeeeee"
    assert langs("main kal ghar pe tha") == "hhhhh"
    assert langs("this is the main problem") == "eeeee"
    assert langs("woh log kal aaye the") == "hhhhh"


def test_mixed_messages_are_put_word_by_word() -> None:
    """Hindi in Devanagari, English in Latin, whatever the message used."""
    assert norms("kal subah meeting hai") == "कल सुबह meeting है"
    assert norms("कल सुबह मीटिंग है") == "कल सुबह meeting है"
    assert norms("ट्रेन late है yaar") == "train late है यार"


def test_in_and_i_are_told_apart() -> None:
    """main, me: मैं at the start and before a verb of the first person, में after a noun."""
    assert norms("main ghar ja raha hoon").startswith("मैं घर")
    assert norms("delhi me baarish hai") == "दिल्ली में बारिश है"
    assert norms("usne kaha ki main kal aaunga").split()[2:4] == ["कि", "मैं"]


def test_brands_days_and_letter_words_take_their_own_case() -> None:
    """Brands as they write themselves, days with a capital, letters as letters, in either script."""
    assert norms("ज़ोमैटो से monday ko order") == "Zomato से Monday को order"
    assert norms("otp bhejo").split()[0] == "OTP"
    assert norms("ओटीपी भेजो").split()[0] == "OTP"


def test_a_name_of_several_words_is_read_as_one() -> None:
    """The words of a bank or shop take the case of its name, not that of the plain words."""
    assert norms("state bank of india se loan") == "State Bank of India से loan"
    assert norms("bank se loan") == "bank से loan"


def test_numbers_and_marks_have_no_language() -> None:
    """Digits become ASCII; they are other and break no run."""
    tags = identify(["१०", "baje", "!", "5,000"])
    assert [t.lang for t in tags] == ["other", "hi", "other", "other"]
    assert tags[0].norm == "10"


def test_no_words_no_answers() -> None:
    """An empty message has no tags."""
    assert identify([]) == []
