"""Which words of a sentence are numbers: do (two, give), saath (sixty, with), sat, so, kharab … decided by their neighbours.

Precision comes first: a word that is more often something else counts only beside a scale, a unit or a currency.
"""

from functools import cache
from typing import Final

from hinglish.numeral_tokens import Tok
from hinglish.script import fold

_NUMERIC: Final = frozenset({"digits", "n", "prefix", "half"})
_MEASURE: Final = frozenset({"scale", "money", "unit", "dozen"})


def _set(text: str) -> frozenset[str]:
    return frozenset(fold(w) for w in text.split())


# Verb stems before which "do" is the vector verb "give" (भेज दो, कर दो): the compound verbs of requests.
STEMS: Final = _set(
    "kar bhej de bata laga lagwa bana banwa dila dilwa mangwa manga bulwa "
    "bula likh rakh chala chalwa suna sunwa bol hata karwa krwa kr krke "
    "nikal nikalwa daal dal dalwa khol band dikha dikhwa bhijwa pahuncha "
    "pahucha chhod chod chhor utha jaga badal badla mita gira jod jodwa "
    "katwa kat bech kholwa maar mar thoke thok phek fek phenk pakda pakra lauta lota wapas vapas samjha sikha padha khila pila ghuma mila "
    "milwa milva chuka chukwa bhar bharwa book order send transfer pay recharge cancel play call set add reply message msg "
    "forward share remove update check confirm schedule karke lekar laakar lakar leke dekar jaane jane aane hone karne rehne bajne bhejne "
    "kara dhundh dhoond dhund jama pakad batla sunaa bajaa baja chhap likhwa thama suljha hila rok rukwa ruka hatwa "
    "कर भेज दे बता लगा लगवा बना बनवा दिला दिलवा मँगवा मंगवा मँगा मंगा "
    "बुलवा बुला लिख रख चला चलवा सुना सुनवा बोल हटा करवा निकाल निकलवा डाल डलवा "
    "खोल दिखा दिखवा भिजवा पहुँचा छोड़ उठा जगा बदल बदलवा मिटा गिरा जोड़ जुड़वा "
    "कटवा काट बेच मार ठोक फेंक पकड़ा लौटा समझा सिखा पढ़ा खिला पिला घुमा "
    "मिला मिलवा चुका चुकवा भर भरवा करके लेकर लाकर लाके जाने आने होने करने रहने बजने बजा ढूँढ जमा पकड़ रोक रुकवा थमा हटवा करा "
    "बुक ऑर्डर सेंड ट्रांसफर ट्रांसफ़र रिचार्ज कैंसिल कैंसल प्ले कॉल सेट ऐड मैसेज फॉरवर्ड शेयर अपडेट चेक कन्फर्म वापस")
# After "do": particles and address words that close a request, pronouns that take what is given.
_CLOSERS: Final = _set(
    "na naa yaar yr bhai bhaiya bro please plz pls plzz toh to ji jaldi "
    "abhi ab kal aaj fir phir mujhe muje usko use usse hume humko unko isko inko "
    "unhe ise mujhko and aur lekin par warna sir maam madam didi beta mummy "
    "papa dost thanks thank shukriya warna taaki taki jab agar sath saath wapas turant "
    "ना न यार भाई भैया प्लीज़ प्लीज तो जी जल्दी अभी अब कल आज फिर "
    "मुझे उसको उसे हमें हमको उनको इसको उन्हें इसे और लेकिन पर वरना सर मैडम दीदी "
    "धन्यवाद शुक्रिया ताकि अगर वापस तुरंत कि ki")
_ENGLISH_AFTER_DO: Final = _set("you i we they not it this that the a an your my me something anything nothing some what so")
_ENGLISH_BEFORE_DO: Final = _set("to i you we they can will would should must what how dont never always cannot could")
_TAKERS: Final = _set("chahiye chaiye chahie bhej bhejo bhejna bhejdo lao lana laana mangwao mangao "
                      "hi hain the chahiyen चाहिए भेज भेजो भेजना लाओ लाना मँगवाओ ही हैं "
                      "order book ऑर्डर बुक")
_POSTPOSITIONS: Final = _set("ko ne ka ki ke se me mein par pe ji sahab sahib uncle "
                             "aunty sir bhai bhaiya babu को ने का की के से में पर पे जी")
_WITH: Final = _set("ke mere tere uske iske apne hamare tumhare unke inke aapke kiske sabke ek")
_EK_IDIOMS: Final = _set("dam dum dusre doosre dusra baar bar kaam baat aur saath sath taraf tarah aadha aadh din jaisa jaise jagah "
                         "दम दूसरे दूसरा बार काम बात और साथ तरफ़ तरह आध जैसा जैसे जगह")
_HALF_IDIOMS: Final = _set("raat raste raaste man mann adhura adhure रात रास्ते मन अधूरा अधूरे")
_BEFORE_EK: Final = _set("har koi kisi bas हर कोई किसी")
_BEFORE_ONE: Final = _set("this that no any which the every good each some another only old new last next first no-one")


def _word(toks: list[Tok], i: int) -> str:
    return toks[i].folded() if 0 <= i < len(toks) else ""


def _role(toks: list[Tok], i: int) -> str:
    return toks[i].role if 0 <= i < len(toks) else ""


def _joined(toks: list[Tok], i: int) -> int:
    """The index of the next token, over one hyphen."""
    return i + 2 if _role(toks, i + 1) == "-" else i + 1


def _measured(toks: list[Tok], i: int) -> bool:
    """A scale, unit or currency follows, or a scale stands before and the number goes on (एक सौ नौ)."""
    after = _joined(toks, i)
    sense = toks[after].sense if after < len(toks) else None
    sure = sense is not None and sense.role in _MEASURE and sense.care != "unit"
    return sure or (_role(toks, i - 1) == "scale" and _role(toks, i - 2) in _NUMERIC | {"scale"})


@cache
def _stems() -> frozenset[str]:
    """Verb stems of the lexicon as they are typed (dhoondh, chhod): what stands before "do" in "dhoondh do"."""
    from hinglish.lexicon import load

    found = set()
    for entry in load().by_class.get("verb", ()):
        lemma = entry.get("lemma", entry.norm)
        if lemma.endswith("ना") and entry.norm in (lemma, lemma[:-2]):
            found |= {fold(s) for s in (*entry.deva, *(s for s, _ in entry.roman))}
            found |= {fold(s.removesuffix("na").removesuffix("ना")) for s in (*entry.deva, *(s for s, _ in entry.roman)) if entry.norm == lemma}
    return frozenset(s for s in found if len(s) > 2)


def _verb_stem(word: str) -> bool:
    return len(word) > 2 and word in _stems()


def _is_do(toks: list[Tok], i: int) -> bool:
    before, after, role = _word(toks, i - 1), _word(toks, i + 1), _role(toks, i + 1)
    previous = _role(toks, i - 1)
    if previous in ("prefix", "minus"):
        return True
    if previous in ("digits", "money"):
        return role in ("scale", "dozen")
    if previous in ("scale", "n", "unit"):
        return role in _MEASURE or role in ("n", "point")
    if before in {"hum", "ham", "हम"} or (after == "so" and _role(toks, i + 2) in _MEASURE | {"n"}):
        return True
    causative = before.endswith(("wa", "वा")) and role not in _MEASURE  # भिजवा दो, but हलवा दो plate
    if before in STEMS or _verb_stem(before) or causative or after in _ENGLISH_AFTER_DO or before in _ENGLISH_BEFORE_DO:
        return role in ("scale", "dozen") and before in _ENGLISH_BEFORE_DO
    if role in _MEASURE or role in ("half", "point"):
        return True
    follows, share = _joined(toks, i), toks[i + 2].sense if i + 2 < len(toks) else None
    if share and share.ordinal and after in {"का", "की", "के"}:
        return True
    if _role(toks, follows) == "n":
        return True
    if after in {"se", "से"} and _role(toks, i + 2) in ("n", "digits"):
        return True
    if role == "-" and _word(toks, i + 2) in {"do", "दो"}:
        return True
    if not after or toks[i + 1].kind != "word" or after in _CLOSERS:
        return False
    return after in _TAKERS or after not in _POSTPOSITIONS or i == 0 or before in {"ke", "in", "un", "इन", "उन"}


def _is_name(toks: list[Tok], i: int) -> bool:
    if _measured(toks, i):
        return False
    titled = toks[i].text.istitle() and i > 0 and toks[i - 1].kind == "word" and toks[i - 1].text[:1].isupper()
    called = toks[i].text.isascii() and _word(toks, i + 1) in _POSTPOSITIONS and _role(toks, i - 1) in ("", "-") and i > 0
    return titled or called or (toks[i].text.isascii() and _word(toks, i + 1) in {"ji", "uncle", "sahab", "babu", "sir", "aunty"})


def _strict(toks: list[Tok], i: int) -> bool:
    word, sense = _word(toks, i), toks[i].sense
    if _role(toks, i - 1) == "minus" and not toks[i].text.isascii():
        return True
    if word in {"saath", "sath"} and _word(toks, i - 1) in _WITH:
        return False
    if word in {"so", "no"}:
        counted = _role(toks, i + 1) in ("scale", "money") or _word(toks, i + 1) == "baje"
        return _role(toks, i - 1) in ("n", "half") or (word == "no" and counted) or (
            word == "so" and _role(toks, i - 1) == "digits" and counted)
    if sense and sense.role == "scale":
        onward = _role(toks, i + 1) == "money" or (_role(toks, i + 1) == "n" and _role(toks, i + 2) == "scale")
        return onward and _role(toks, i - 1) in _NUMERIC | {"scale"}
    if word in {"paav", "pav", "pao"}:
        return (_role(toks, i - 1) == "half" or _role(toks, i + 1) == "unit") and _word(toks, i + 1) != "bhaji"
    if sense and sense.role in ("prefix", "half"):
        beside = _word(toks, i + 1) in {"a", "an", "plate"} or _word(toks, i - 1) in {"a", "and"}
        return beside or _role(toks, i + 1) in _NUMERIC | _MEASURE | {"part"}
    tens = toks[i - 1].sense if i else None
    return _measured(toks, i) or bool(sense and sense.lang == "en" and tens and tens.role == "n" and tens.lang == "en" and tens.value >= 20)


def _fires(toks: list[Tok], i: int) -> bool:
    sense = toks[i].sense
    care = sense.care if sense else ""
    decimal = _role(toks, i - 1) == "point" or (_role(toks, i - 1) == "n" and _role(toks, i - 2) == "point")
    if sense and sense.role == "n" and (decimal or _role(toks, i + 1) == "point"):
        return True
    if care == "strict":
        return _strict(toks, i)
    if care in ("after", "unit"):
        return _role(toks, i - 1) in _NUMERIC | {"scale"} or bool(sense and sense.ordinal and _word(toks, i - 1) in {"का", "की", "के"})
    if care == "do":
        return _is_do(toks, i)
    if care == "ek":
        return (_measured(toks, i) and _word(toks, i + 1) not in {"बार", "baar"}) or (
            _word(toks, i + 1) not in _EK_IDIOMS and _word(toks, i - 1) not in _BEFORE_EK and (
                _word(toks, i + 1) != "" or _word(toks, i - 1) in {"se", "से"}))
    if care == "en_one":
        titled = toks[i].text[0].isupper() and i + 1 < len(toks) and toks[i + 1].text[0].isupper()  # One Direction
        return not titled and _word(toks, i - 1) not in _BEFORE_ONE and _word(toks, i + 1) not in {"of", "by", "more", "day", "time"}
    if care == "name":
        return not _is_name(toks, i)
    if sense and sense.role == "half" and _word(toks, i + 1) in _HALF_IDIOMS:
        return False
    return not (_word(toks, i) == "पाव" and (_word(toks, i - 1) in {"वडा", "मिसल"} or _word(toks, i + 1) == "भाजी"))


def in_context(toks: list[Tok]) -> list[Tok]:
    """The tokens with the senses dropped of words that are no numbers where they stand. Left to right: a dropped word is no neighbour."""
    out = list(toks)
    for i, tok in enumerate(toks):
        if tok.sense and tok.kind == "word" and (tok.sense.care or tok.role == "half") and not _fires(out, i):
            out[i] = tok.means(None)
    return out
