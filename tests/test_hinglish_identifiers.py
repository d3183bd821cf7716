"""Laws of identifiers: only patterned phones may be written, and nothing that passes its check digit; in the digits of both scripts."""

from itertools import pairwise

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from hinglish.identifiers import Kind, identifiers, luhn, patterned_phones, unsafe, verhoeff
from hinglish.lexicon import DATA
from hinglish.script import devanagari_digits

MOBILE = st.from_regex(r"[6-9][0-9]{9}", fullmatch=True)
DIGITS = st.text("0123456789", min_size=1, max_size=18)


def test_three_hundred_unique_phones() -> None:
    """300 lines, each once, each a mobile number."""
    lines = [x for x in (DATA / "lexicon" / "phones.txt").read_text(encoding="utf-8").splitlines() if x[:1].isdigit()]
    assert len(lines) == len(set(lines)) == len(patterned_phones()) == 300
    assert [x for x in lines if not regex.fullmatch(r"[6-9][0-9]{9}", x)] == []


def test_a_patterned_phone_is_plain_to_see() -> None:
    """Runs, repeats and alternations: at most three different steps from one digit to the next."""
    assert [p for p in patterned_phones() if len({(int(b) - int(a)) % 10 for a, b in pairwise(p)}) > 3] == []


@pytest.mark.parametrize("form", ["{}", "+91 {}", "+91{}", "0{}", "91-{}", "call {} abhi", "{}."])
def test_every_patterned_phone_is_accepted(form: str) -> None:
    """In every way of writing it, in both digits, with spaces or dashes inside."""
    for phone in patterned_phones():
        for written in (phone, f"{phone[:5]} {phone[5:]}", f"{phone[:5]}-{phone[5:]}", devanagari_digits(phone)):
            text = form.format(written)
            assert unsafe(text) == [], text
            assert [f.kind for f in identifiers(text)] == ["phone"], text


@given(MOBILE, st.sampled_from(["{}", "+91 {}", "+91{}", "91{}", "0{}", "mera number {} hai"]), st.booleans())
def test_any_other_mobile_is_refused(phone: str, form: str, deva: bool) -> None:
    """Ten digits that could be somebody's."""
    text = form.format(phone)
    found = unsafe(devanagari_digits(text) if deva else text)
    if form == "91{}":  # twelve digits may be an Aadhaar number as well, so a patterned phone may still be refused
        assert found or phone in patterned_phones()
    else:
        assert bool(found) == (phone not in patterned_phones())


def test_one_digit_off_a_patterned_phone_is_refused() -> None:
    """Nearly patterned is a person's."""
    for phone in sorted(patterned_phones())[::10]:
        other = phone[:6] + str((int(phone[6]) + 1) % 10) + phone[7:]
        assert other in patterned_phones() or [f.kind for f in unsafe(other)] == ["phone"]


@pytest.mark.parametrize("text", ["987654321", "98765432101", "1234567890", "ORD9876501234", "5876543210"])
def test_what_is_no_mobile_is_no_phone(text: str) -> None:
    """Nine or eleven digits, another first digit, part of a longer code."""
    assert not [f for f in identifiers(text) if f.kind == "phone"]


@given(DIGITS)
def test_exactly_one_last_digit_passes_each_check(body: str) -> None:
    """Luhn and Verhoeff: of ten numbers with one beginning, one passes."""
    assert sum(luhn(body + d) for d in "0123456789") == 1
    assert sum(verhoeff(body + d) for d in "0123456789") == 1


@given(st.from_regex(r"[1-9][0-9]{10}", fullmatch=True), st.integers(0, 10), st.integers(1, 9))
def test_verhoeff_sees_any_wrong_digit_and_any_swap(body: str, at: int, by: int) -> None:
    """The code's promise: single errors and neighbours exchanged are all caught."""
    whole = body + next(d for d in "0123456789" if verhoeff(body + d))
    assert not verhoeff(whole[:at] + str((int(whole[at]) + by) % 10) + whole[at + 1 :])
    if whole[at] != whole[at + 1]:
        assert not verhoeff(whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :])


def test_known_check_digits() -> None:
    """Luhn's and Verhoeff's published examples."""
    assert luhn("79927398713")
    assert not luhn("79927398710")
    assert verhoeff("2363")
    assert not verhoeff("2364")


@pytest.mark.parametrize("deva", [False, True])
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("card 4111 1111 1111 1111 hai", "card"),
        ("4111-1111-1111-1111", "card"),
        ("4111111111111111", "card"),
        ("pan ABCPE1234F", "pan"),
        ("abcpe1234f", "pan"),
        ("SBIN0001234", "ifsc"),
        ("rahul@okhdfc ko bhejo", "upi"),
        ("98765.x@ybl", "upi"),
        ("mail rahul.k@example.com", "email"),
        ("a1@b2.co.in", "email"),
    ],
)
def test_what_names_a_person_is_refused(text: str, kind: Kind, deva: bool) -> None:
    """A card that passes Luhn, any PAN, IFSC, UPI id or e-mail, in the digits of both scripts."""
    assert [f.kind for f in unsafe(devanagari_digits(text) if deva else text)] == [kind]


@pytest.mark.parametrize("deva", [False, True])
def test_numbers_that_fail_their_check_may_be_written(deva: bool) -> None:
    """An Aadhaar or a card with a wrong check digit is an identifier, and safe; with the right one it is not."""
    write = devanagari_digits if deva else str
    body = "23412341234"
    for d in "0123456789":
        for number in (body + d, f"2341 2341 234{d}", f"2341-2341-234{d}"):
            assert [f.kind for f in identifiers(write(number))] == ["aadhaar"]
            assert bool(unsafe(write(number))) == verhoeff(body + d)
    assert [f.kind for f in identifiers(write("4111 1111 1111 1112"))] == ["card"]
    assert unsafe(write("4111 1111 1111 1112")) == []


def test_found_places_are_the_texts_own() -> None:
    """Code points of the text as given, in order, never overlapping."""
    text = "राहुल ९८७६५४३२१० aur xy@ybl"
    first, second = identifiers(text)
    assert (text[first.start : first.end], first.value) == ("९८७६५४३२१०", "9876543210")
    assert text[second.start : second.end] == "xy@ybl"


@pytest.mark.parametrize("text", ["500 bhejo", "kal 7:30 baje", "1,25,000", "order 404-1234567-1234567", "pin 560001", "@rahul", "2 kilo aaloo"])
def test_plain_numbers_are_no_identifiers(text: str) -> None:
    """Amounts, hours, pin codes and order ids name nobody."""
    assert identifiers(text) == []
