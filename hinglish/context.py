"""Which Hindi word a Roman word is, by the words beside it: main → मैं or में, he → है, ki → की or कि."""

from collections.abc import Sequence

from hinglish.devanagarise import devanagarise
from hinglish.lexicon import Partition

PRONOUNS = frozenset(["मैं", "तू", "तुम", "हम", "आप", "वो", "वह", "ये", "यह", "मैंने", "तूने", "तुमने", "हमने", "आपने", "उसने", "इसने", "उन्होंने", "मुझे",
    "तुझे", "तुम्हें", "हमें", "उसे", "उन्हें", "कोई", "कौन", "क्या", "जो", "सब"])
VERBS_OF_I = ("hun", "hoon", "hu", "hoo", "raha", "rahi", "gaya", "gayi", "jaunga", "karunga", "karungi", "aaunga", "hi", "bhi", "to",
    "toh", "aur", "na", "nahi", "nahin", "kya", "kaise", "kaisa", "tera", "teri", "jaa", "jahan")
SAY = frozenset((  # after these ki is कि and not की
    "कहा", "बोला", "बताया", "सोचा", "लगता", "लगा", "पता", "मालूम", "क्योंकि", "चाहता", "चाहती", "कहते", "कहती",
    "बोले", "सुना", "देखा", "ताकि", "है", "हूँ", "हैं", "था", "बोलो", "बोल", "बोली", "बोलना", "बता", "बताओ", "बताना",
    "कहो", "कहना", "कह", "देना", "दो", "दे", "दिया",
))
# Roman word → its usual Hindi form, where frequency in formal text misleads; the functions below may say otherwise.
USUAL = {
    "na": "ना", "naa": "ना", "mai": "मैं", "main": "मैं", "mein": "में", "me": "में", "ke": "के", "ki": "की", "hai": "है", "he": "है", "h": "है",
    "hey": "हे", "hain": "हैं",
    "ye": "ये", "yeh": "यह", "wo": "वो", "woh": "वो", "vo": "वो", "bhai": "भाई", "par": "पर", "pe": "पे", "the": "थे", "to": "तो",
    "ho": "हो", "hi": "ही", "is": "इस",
    "us": "उस", "in": "इन", "un": "उन", "per": "पर", "are": "अरे", "or": "और", "aur": "और", "use": "उसे", "se": "से", "so": "सो",
    "sun": "सुन", "sub": "सब", "log": "लोग", "fir": "फिर",
    "phir": "फिर", "do": "दो", "man": "मन", "mar": "मार", "bus": "बस", "sat": "सात", "din": "दिन", "door": "दूर", "kyun": "क्यों",
    "kyu": "क्यों", "kyon": "क्यों", "bas": "बस", "kar": "कर",
    "pal": "पल", "ban": "बन", "nahi": "नहीं", "nahin": "नहीं", "o": "ओ", "e": "ए", "ae": "ऐ", "ek": "एक", "ik": "इक", "ra": "रा",
    "da": "दा", "ve": "वे", "te": "ते", "bol": "बोल",
    "kaha": "कहा", "kahan": "कहाँ", "yahan": "यहाँ", "wahan": "वहाँ", "singh": "सिंह", "delhi": "दिल्ली",
}

CHOSEN = frozenset({*USUAL.values(), "मैं", "में", "कि", "कहाँ", "हैं"})  # what `choose` may say by itself, whatever the letters are


def choose(words: Sequence[str], i: int, hindi: Sequence[bool], before: str, partition: Partition | None = None) -> str:
    """The Hindi form of the i-th word; `before` is the label form chosen for the word on its left, "" at the start."""
    roman = words[i].lower()
    after = words[i + 1].lower() if i + 1 < len(words) else ""
    if roman in ("main", "mai", "mein", "me"):
        return _in_or_i(roman, before, after)
    if roman == "ki" and before in SAY:
        return "कि"
    if roman in ("kaha", "kahaa") and after in ("se", "hai", "ho", "gaya", "gaye", "tak", "par", "hain", "chale", "jana"):
        return "कहाँ"
    if roman in ("hai", "hain", "he") and before == "हम" and roman == "hain":
        return "हैं"
    if roman in USUAL:
        return USUAL[roman]
    found = devanagarise(roman, 1, partition)
    return found[0] if found else ""


def _in_or_i(roman: str, before: str, after: str) -> str:
    """मैं stands at the start, before a verb of the first person, after तो, और, कि; में stands after a noun."""
    if roman == "mai":
        return "मैं"
    first = not before or before in ("और", "कि", "जब", "अगर", "तो", "पर", "लेकिन", "क्योंकि", "जो", "भी", "ये", "वो", "आज", "कल")
    if roman == "main":
        return "मैं" if first or after in VERBS_OF_I or before in PRONOUNS or before.endswith(("ा", "ी", "ूँ", "ूं", "है", "े")) else "में"
    return "मैं" if first and not before and after in VERBS_OF_I else "में"
