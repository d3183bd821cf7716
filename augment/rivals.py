"""Is another day, hour or name one that a speaker could have said by mistake, so that the one after it replaces it whole?

"सुबह 10 बजे, नहीं 5 बजे" restates only the hour (labelling guide, Correction): a wrong phrase may hold no part that the true one does
not say again. And it must mean something else: Sunday is रविवार, 5 am is सुबह 5 बजे.
"""

from collections.abc import Mapping
from functools import lru_cache

from hinglish.numeral_words import sense_of

# A word → the part of a phrase that it says; all others are the day itself.
PARTS: Mapping[str, str] = {
    **dict.fromkeys(["सुबह", "शाम", "रात", "दोपहर", "morning", "evening", "night", "afternoon", "am", "pm"], "part"),
    **dict.fromkeys(["तक", "से", "के", "पहले", "बाद", "को"], "till"),
    **dict.fromkeys(["अगले", "इस", "next", "this", "पिछले", "हर", "every"], "which"),
    **dict.fromkeys(["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"], "month"),
    "बजे": "n",
    "तारीख": "tareekh",
}
# What means the same, under one word.
SAME: Mapping[str, str] = {
    "tomorrow": "कल",
    "today": "आज",
    "Monday": "सोमवार",
    "Tuesday": "मंगलवार",
    "Wednesday": "बुधवार",
    "Thursday": "गुरुवार",
    "Friday": "शुक्रवार",
    "Saturday": "शनिवार",
    "Sunday": "रविवार",
    "इतवार": "रविवार",
    "next": "अगले",
    "this": "इस",
    "week": "हफ़्ते",
    "month": "महीने",
    "morning": "सुबह",
    "am": "सुबह",
    "evening": "शाम",
    "pm": "शाम",
    "रात": "शाम",
    "दोपहर": "शाम",
    "night": "शाम",
    "daily": "रोज़",
    "बजे": "",
    "तारीख": "",
    "को": "",
    **dict.fromkeys(("माँ", "mom", "mummy", "अम्मी", "अम्मा", "मम्मा", "mother", "मैया"), "मम्मी"),
    **dict.fromkeys(("dad", "पिताजी", "पिता", "अब्बू", "अब्बा", "daddy", "father", "बाबूजी", "बाबा"), "पापा"),
    **dict.fromkeys(("भैया", "brother", "bro"), "भाई"),
    **dict.fromkeys(("बहन", "sister", "sis"), "दीदी"),
    **dict.fromkeys(("बीवी", "wife"), "पत्नी"),
    "husband": "पति",
    "friend": "दोस्त",
    "यार": "दोस्त",
}


def _number(word: str) -> str:
    if word[:1].isdigit():
        return word.removesuffix(":00")
    sense = sense_of(word)
    return str(sense.value) if sense is not None and sense.role in ("n", "half", "prefix") else ""


@lru_cache(maxsize=1 << 12)
def _shape(phrase: str) -> frozenset[str]:
    return frozenset("n" if _number(w) else PARTS.get(w, "day") for w in phrase.split())


@lru_cache(maxsize=1 << 12)
def _meaning(phrase: str) -> frozenset[str]:
    return frozenset(_number(w) or SAME.get(w, w) for w in phrase.split()) - {""}


@lru_cache(maxsize=1 << 12)
def _numbers(phrase: str) -> frozenset[str]:
    return frozenset(_number(w) for w in phrase.split()) - {""}


def is_rival(wrong: str, true: str) -> bool:
    """May this day or hour be said by mistake before the true one?"""
    a, b = _meaning(wrong), _meaning(true)
    return _shape(wrong) <= _shape(true) and not (a <= b or b <= a) and not (_numbers(wrong) and _numbers(wrong) == _numbers(true))


def is_rival_name(wrong: str, true: str) -> bool:
    """May this person or place be said by mistake before the true one? No word in common, and no more words than it has."""
    return len(wrong.split()) <= len(true.split()) and _meaning(wrong).isdisjoint(_meaning(true))
