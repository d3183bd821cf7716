"""Oblique and plural of marked masculine nouns and adjectives in -ā: बेटा को → बेटे को, दो समोसा → दो समोसे (Kachru 2006, 3.2).

Only words that inflect: kin terms of address (चाचा, मामा, पापा, दादा, नाना), loans and names do not.
"""

from collections.abc import Iterable, Iterator

from hinglish.lexicon import Entry

AA, E = "ा", "े"
_PLURALS = ("ें", "ियाँ", "इयाँ")
# Kin and loans in -ā that keep it.
KEEPS = frozenset(
    [
        "चाचा",
        "भैया",
        "मैया",
        "मइया",
        "कन्हैया",
        "मामा",
        "ख़ाला",
        "आपा",
        "नाना",
        "पापा",
        "दादा",
        "नाना",
        "काका",
        "बाबा",
        "फूफा",
        "मौसा",
        "अब्बा",
        "जीजा",
        "राजा",
        "पिता",
        "ताया",
        "अम्मा",
        "मम्मा",
        "दीपा",
        "पिज़्ज़ा",
        "पास्ता",
        "सोडा",
        "कोला",
        "ढोकला",
        "चिकपा",
        "लज़ान्या",
        "पना",
        "दवा",
        "हवा",
        "सज़ा",
        "दुनिया",
        "चिड़िया",
        "मैदा",
        "रवा",
        "राजमा",
        "सांभा",
        "कोरमा",
        "क़ोरमा",
        "क़ीमा",
        "कीमा",
        "मसाला",
        "हलवा",
        "रायता",
        "भर्ता",
        "शोरबा",
        "सालसा",
        "ख़ुदा",
        "अल्लाह",
        "दरिया",
        "नेता",
        "योद्धा",
        "देवता",
        "श्रोता",
        "अभिनेता",
        "विजेता",
    ]
)
# Common nouns that inflect also where they are part of a name: "शर्मा ढाबे से", "लाल क़िले तक".
NAMED_PLACES = frozenset("ढाबा अड्डा ठेला क़िला किला चौराहा तिराहा गुरुद्वारा मोहल्ला वाला".split())
POSTPOSITIONS = frozenset({"को", "से", "में", "पर", "पे", "का", "की", "के", "तक", "ने", "वाला", "वाली", "वाले", "वालों", "लिए", "साथ"})
# After these a named day takes no को of its own: "Friday तक", "15 August की ticket", and a mark or the end of a fragment.
NO_KO = POSTPOSITIONS | frozenset(
    {
        "ही",
        "भी",
        "पहले",
        "बाद",
        "वाली",
        "है",
        "था",
        "थी",
        "होगा",
        "या",
        "नहीं",
        "सुबह",
        ",",
        ".",
        "?",
        "!",
        "।",
        "…",
        "...",
        ";",
        "and",
        "or",
        "for",
        "के",
        "of",
        "at",
        "by",
    }
)
_NAMED_DAY = frozenset(
    [
        "सोमवार",
        "मंगलवार",
        "बुधवार",
        "गुरुवार",
        "शुक्रवार",
        "शनिवार",
        "रविवार",
        "इतवार",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "तारीख",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
)
_CLASSES = frozenset({"noun", "kin", "dish", "grocery", "product", "adj", "spot", "vehicle"})


def oblique(norm: str) -> str:
    """The oblique singular (and direct plural) of a word in -ā that inflects; any other word as it is."""
    if norm == "का":
        return "के"
    if norm.endswith(_PLURALS) and len(norm) > 4:  # किताबें, दवाइयाँ: feminine plurals
        return norm[:-2] + "ों" if norm.endswith("ें") else norm[:-3] + "यों"
    return norm[:-1] + E if norm.endswith(AA) and len(norm) > 2 and norm not in KEEPS else norm


def takes_ko(day: str) -> bool:
    """Is this a day that one says with को (शुक्रवार को, 15 तारीख को; but कल, आज, next week stand alone)?"""
    return day.rpartition(" ")[2] in _NAMED_DAY


def oblique_spelling(roman: str) -> str:
    """A Roman spelling of the oblique: samosa → samose, ladkaa → ladke."""
    return roman.rstrip("a") + "e"


def derived(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Oblique forms that no line has: of the last word of masculine entries in -ā."""
    every = list(entries)
    there = {e.norm for e in every}
    for entry in every:
        if entry.cls not in _CLASSES or entry.gender != "m" or not entry.norm.endswith(AA):
            continue
        last, words = entry.norm.split()[-1], len(entry.norm.split())
        form = oblique(last)
        roman = {oblique_spelling(s.split()[-1]): g for s, g in reversed(entry.roman) if s.endswith("a") and len(s.split()) == words}
        if form != last and form not in there and roman:
            there.add(form)
            yield Entry(form, (form,), "inflected", "m", tuple(roman.items())[::-1], {"lemma": last}, entry.source, entry.line)
