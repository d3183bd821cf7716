"""Disguises taken off a text before anything is looked for: zero-width characters, look-alike letters, digits and letters of other styles.

Each character becomes none or one, so that offsets can be carried over. Devanagari and plain ASCII stay as they are.
Sources: UAX #15 (compatibility forms), UTS #39 (confusables; the Cyrillic and Greek letters that look like Latin ones).
"""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

import regex

from hinglish.script import nfc

_ODD = regex.compile(r"[^\x09\x0a\x20-\x7e\u0900-\u200a\u2010-\u2027\u20b9\u25af\u2600-\u27bf\U0001f300-\U0001faff]|[\u02b0-\u08ff]|[\u0980-\u1fff]")
_LIKE = str.maketrans(
    "аеорсухіјѕһԁԛԝкмтнвзьАВЕКМНОРСТУХІЈЅԌαοιρυνκτεηωχγΑΒΕΖΗΙΚΜΝΟΡΤΥΧƖɡɑıʟᴀʙᴄᴅᴇɢʜɪᴊᴋᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
    "aeopcyxijshdqwkmthb3bABEKMHOPCTYXIJSGaoipuvkteowxyABEZHIKMNOPTYXlgailabcdeghijkmnoprstuvwyz")  # fmt: skip
_JOINER = "\u200d"


class Plain(NamedTuple):
    """A text without disguises, and for each of its code points the place in the text as given (one more for the end)."""

    text: str
    places: tuple[int, ...] | None

    def at(self, place: int) -> int:
        """Where a place of the plain text stood."""
        return place if self.places is None else self.places[place]


@lru_cache(maxsize=1 << 12)
def _as_plain(char: str) -> str:
    """One character as plain text has it; nothing for one that is not seen."""
    if ord(char) in _LIKE:
        return chr(_LIKE[ord(char)])
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return char if "०" <= char <= "९" else str(digit)
    if unicodedata.category(char) in ("Cf", "Cc", "Cn", "Co", "Cs"):
        return "" if char not in "\r\v\f\x85" else " "
    if unicodedata.category(char) == "Mn" and not "\u0900" <= char <= "\u097f":
        return "" if char < "\u0370" or "\u1ab0" <= char <= "\u1aff" or "\u20d0" <= char <= "\u20ff" else char
    apart = [c for c in unicodedata.normalize("NFKD", char) if unicodedata.category(c) != "Mn"]
    return apart[0] if len(apart) == 1 and apart[0].isascii() and apart[0].isalnum() else char


def undisguised(text: str) -> Plain:
    """A text as it is read. Nearly every message is plain already and comes back as it is."""
    if text.isascii() and text.isprintable():
        return Plain(text, None)
    text = nfc(text)
    if not _ODD.search(text):
        return Plain(text, None)
    out: list[str] = []
    places: list[int] = []
    for i, char in enumerate(text):
        plain = char if (char.isascii() and char >= " ") or char in "\t\n" else _as_plain(char)
        if char == _JOINER and 0 < i < len(text) - 1 and not (text[i - 1].isalnum() or text[i + 1].isalnum() or "\u0900" <= text[i - 1] <= "\u097f"):
            plain = char  # it joins two emoji
        if plain:
            out.append(plain)
            places.append(i)
    return Plain("".join(out), (*places, len(text)))
