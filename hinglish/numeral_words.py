"""The words of numbers: Hindi 0–100 with their spellings, fractions, scales, units, and the same for English, in both scripts.

Spellings are our own knowledge of usage (Hindi number words have no one standard; the forms of the Central Hindi Directorate stand
first). A word is looked up as written and then by its skeleton, in which free spellings fall together (`skeleton`). `care` says how
far a word may be trusted in a sentence: the short ones are also other words (do, sat, so, kharab) and need a neighbour to count.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from hinglish.script import fold

Role = Literal["n", "scale", "prefix", "half", "part", "dozen", "point", "minus", "money", "unit", "approx"]
Care = Literal["", "strict", "after", "do", "ek", "name", "en_one", "unit"]


class Sense(NamedTuple):
    """What a word says as part of a number."""

    role: Role
    value: Fraction
    lang: str = "hi"
    care: Care = ""
    name: str = ""
    ordinal: bool = False


# Value, then spellings: the canonical Devanagari form first, its free variants, a bar, colloquial Roman forms (the usual ones first).
# "!" before a spelling: also another word, counts only beside a scale, a unit or a currency.
HINDI: Final = """
0 शून्य सिफ़र | shunya shoonya sunya
1 एक | ek
2 दो | do
3 तीन | teen !tin
4 चार | char chaar
5 पाँच पान्च | paanch panch paach
6 छह छः छै छे छ: !छ छ्ह | chhe chhah chheh !che !chah
7 सात | saat !sat
8 आठ | aath !ath
9 नौ | nau nou !no
10 दस | das dus
11 ग्यारह ग्यारा इग्यारह | gyarah gyara giyarah
12 बारह बारा | barah baara !bara
13 तेरह | terah tehrah !tera
14 चौदह | chaudah chodah chowdah !chauda
15 पंद्रह पंदरह पंद्रा | pandrah pandra pandhrah
16 सोलह | solah soleh !sola
17 सत्रह सतरह सत्तरह | satrah satra satarah
18 अठारह अट्ठारह | atharah athara
19 उन्नीस | unnis unnees
20 बीस | bees !bis
21 इक्कीस | ikkis ikkees
22 बाईस | bais baees
23 तेईस | teis teyis
24 चौबीस | chaubis chobis
25 पच्चीस | pachis pachees pachchis
26 छब्बीस | chabbis chhabbis
27 सत्ताईस | sattais satais
28 अट्ठाईस | atthais athais
29 उनतीस उन्तीस उनत्तीस | untis unatis
30 तीस | tees tis
31 इकतीस इकत्तीस | iktis ikattis
32 बत्तीस | battis
33 तैंतीस तेंतीस | taintis tentis taitis
34 चौंतीस | chautis chauntis
35 पैंतीस पेंतीस | paintis pentis paitis
36 छत्तीस | chattis chhattis
37 सैंतीस सेंतीस | saintis sentis saitis
38 अड़तीस अढ़तीस | adtis artis adatis
39 उनतालीस उन्तालीस उन्चालीस उनचालीस | untalis unatalis unchalis
40 चालीस | chalis
41 इकतालीस | iktalis
42 बयालीस ब्यालीस बियालीस | bayalis byalis
43 तैंतालीस तेंतालीस तिरतालीस | taintalis tentalis
44 चौवालीस चवालीस चौआलीस | chavalis chauvalis chauwalis
45 पैंतालीस पेंतालीस | paintalis pentalis
46 छियालीस छयालीस | chiyalis chhiyalis
47 सैंतालीस सेंतालीस | saintalis sentalis
48 अड़तालीस | adtalis artalis
49 उनचास उन्चास उनंचास | unchas
50 पचास | pachas
51 इक्यावन इक्कावन | ikyavan ikkavan
52 बावन | bavan
53 तिरपन तिरेपन त्रेपन | tirpan tirepan
54 चौवन चव्वन चौअन | chauvan chauwan
55 पचपन | pachpan
56 छप्पन | chappan chhappan
57 सत्तावन | sattavan
58 अट्ठावन | atthavan athavan
59 उनसठ उन्सठ उनसाठ | unsath
60 साठ | !saath !sath
61 इकसठ | iksath
62 बासठ | basath
63 तिरसठ तिरेसठ त्रेसठ | tirsath tiresath
64 चौंसठ | chausath chaunsath
65 पैंसठ पेंसठ | painsath paisath
66 छियासठ छाछठ | chiyasath chhiyasath
67 सड़सठ सरसठ | sadsath sarsath
68 अड़सठ अरसठ | adsath arsath
69 उनहत्तर उनहतर | unhattar unahattar
70 सत्तर | sattar
71 इकहत्तर इखत्तर | ikhattar ikahattar
72 बहत्तर | bahattar
73 तिहत्तर | tihattar
74 चौहत्तर | chauhattar
75 पचहत्तर पिचहत्तर पछत्तर | pachhattar pachahattar
76 छिहत्तर छियत्तर | chihattar chhihattar
77 सतहत्तर सतत्तर | satahattar sathattar
78 अठहत्तर अठत्तर | athattar athahattar
79 उनासी उन्यासी उन्नासी | unasi unyasi
80 अस्सी | assi
81 इक्यासी | ikyasi
82 बयासी ब्यासी | bayasi byasi
83 तिरासी | tirasi
84 चौरासी | chaurasi
85 पचासी पिचासी | pachasi pichasi
86 छियासी | chiyasi chhiyasi
87 सत्तासी | sattasi
88 अट्ठासी | atthasi athasi
89 नवासी | navasi
90 नब्बे | nabbe
91 इक्यानवे | ikyanve
92 बानवे | banve
93 तिरानवे | tiranve
94 चौरानवे | chauranve
95 पंचानवे पचानवे | panchanve pachanve
96 छियानवे | chiyanve chhiyanve
97 सत्तानवे | sattanve
98 अट्ठानवे | atthanve athanve
99 निन्यानवे | ninyanve
"""
SCALES_HI: Final = """
100 सौ | sau !so
1000 हज़ार हज़्ज़ार | hazaar hazar hajaar hajar hzr hazzar
100000 लाख | lakh lac lacs laakh lakhs laks lac's
10000000 करोड़ करोड करोर | crore cr karod caror karor crores crs carore crode
1000000000 अरब | !arab
100000000000 खरब | !kharab
10000000000000 !नील | !neel
1000000000000000 !पद्म | !padm
100000000000000000 !शंख | !shankh
"""
# "साढ़े" and its kin change the number after them; before a unit or scale they have a value of their own (labelling guide, Numbers).
PREFIX: Final = """
1/4 सवा सावा | sava sawa savaa
1/2 साढ़े | sadhe saadhe sade saade sarhe saarhe
-1/4 पौने | paune pone
"""
HALVES: Final = """
3/2 डेढ़ डेड़ | dedh derh ded
5/2 ढाई अढ़ाई | dhai dhaai adhai
1/2 आधा आधी आधे | aadha aadhi aadhe adha adhi adhe
3/4 पौन पौना | paun pauna
1/4 पाव | !paav !pav !pao
"""
PARTS: Final = "1/4 चौथाई | chauthai chothai\n1/3 तिहाई | tihai"
# English: Latin spellings, a bar, the Devanagari spellings; the canonical ones first.
ENGLISH: Final = """
0 zero | ज़ीरो
1 one | !वन
2 two | !टू
3 three | थ्री
4 four | !फोर !फ़ोर
5 five | फ़ाइव फाईव
6 six | सिक्स
7 seven | सेवन सेवेन
8 eight | !एट एइट
9 nine | नाइन
10 ten | !टेन
11 eleven | इलेवन इलेवेन
12 twelve | ट्वेल्व
13 thirteen | थर्टीन
14 fourteen | फ़ोर्टीन
15 fifteen | फ़िफ़्टीन
16 sixteen | सिक्सटीन
17 seventeen | सेवेंटीन सेवेनटीन सेवनटीन
18 eighteen | एटीन
19 nineteen | नाइनटीन नाइंटीन
20 twenty | ट्वेंटी
30 thirty | थर्टी
40 forty fourty | फ़ॉर्टी फ़ोर्टी
50 fifty | फ़िफ़्टी
60 sixty | सिक्सटी
70 seventy | सेवेंटी सेवनटी
80 eighty | एटी
90 ninety | नाइंटी नाइनटी
"""
SCALES_EN: Final = """
100 hundred hundreds | हंड्रेड हंडरेड
1000 thousand thousands thousnd | थाउज़ेंड थाउज़ंड थाउसेंड थाउजैंड
1000000 million millions mn | मिलियन
1000000000 billion billions bn | बिलियन
1000000000000 trillion trillions | ट्रिलियन
"""
POINT: Final = "दशमलव पॉइंट प्वाइंट पॉइन्ट dashamlav dashmlav dashmalav point"
MINUS: Final = "माइनस ऋणात्मक ऋण minus"
APPROX: Final = ("लगभग करीब क़रीब तक़रीबन तकरीबन क़रीबन lagbhag karib kareeb qareeb takriban takreeban around about approx "
                 "approximately roughly nearly almost")
# A unit's name, how many of its base it holds (durations: minutes, months), spellings. Money units: `money`.
MONEY: Final = """
rupees रुपये रुपए रुपया रुपयों रुपैया रुपेया रुपय रु रू rupees rupee rupay rupaye rupaya rs re inr rps ₹ ரூ
paise पैसे पैसा पैसों paise paisa paisas
dollar डॉलर डालर डॉलरों dollar dollars usd cad aud nzd $
cent सेंट cent cents ¢
euro यूरो euro euros eur €
pound पाउंड पौंड pound pounds gbp £
pence पेंस पेनी pence penny
yen येन yen jpy ¥
franc फ्रैंक फ़्रैंक franc francs
dinar दिनार दीनार dinar
dirham दिरहम dirham aed
peso पेसो peso pesos mxn
yuan युआन yuan cny
ruble रूबल ruble rouble
won वॉन krw ₩
krona क्रोना क्रोनर krona sek kr
krone क्रोन krone nok dkk
lira लीरा लिरा lira ₺
riyal रियाल riyal riyals sar
rand रैंड रेंड rand zar
ringgit रिंगिट ringgit
taka टका taka
zloty ज़्लॉटी zloty
"""
UNITS: Final = """
second सेकंड सेकेंड सेकण्ड second seconds sec secs
minute मिनट मिनिट minute minutes min mins minat
hour घंटा घंटे घंटों घण्टा ghanta ghante ghanton ghanto ghnte hour hours hr hrs
day दिन दिनों दिवस !din dino dinon day days
week हफ़्ता हफ़्ते हफ़्तों सप्ताह hafta hafte hafton hafto week weeks
fortnight पखवाड़ा पखवाड़े pakhwada fortnight
month महीना महीने महीनों माह mahina mahine maheena maheene mahino mahinon month months
year साल सालों वर्ष वर्षों बरस saal saalon varsh year years yr yrs !sal
clock बजे बजकर बज baje bajey bajkar
date तारीख़ तारीख तारीक tareekh tarikh tareek
percent प्रतिशत फ़ीसदी फीसद पर्सेंट pratishat fisadi percent %
degree डिग्री degree degrees
kilo किलो किलोग्राम kilo kg kgs kilos kilogram
gram ग्राम gram grams gm gms
litre लीटर litre litres liter liters ltr ltrs
ml मिलीलीटर एमएल ml
packet पैकेट packet packets pkt
piece पीस नग piece pieces pcs pc nag
plate प्लेट plate plates
metre मीटर metre meter metres mtr
km किलोमीटर km kms kilometre kilometer
times गुना बार guna baar times
people लोग लोगों जन आदमी व्यक्ति बंदे जने logon jane bande aadmi aadmi people persons person pax passengers passenger
bottle बोतल bottle bottles botal
ticket टिकट ticket tickets
seat सीट seat seats
gb जीबी gb mb
box डिब्बा डिब्बे box boxes dibba dibbe
cup कप cup cups glass गिलास
"""
DOZEN: Final = "दर्जन दरजन डज़न darjan darzan darjanon dozen dozens dozan"
TIME_UNITS: Final = {"second": ("minute", Fraction(1, 60)), "minute": ("minute", Fraction(1)), "hour": ("minute", Fraction(60)),
                     "day": ("minute", Fraction(1440)), "week": ("minute", Fraction(10080)), "fortnight": ("minute", Fraction(20160)),
                     "month": ("month", Fraction(1)), "year": ("month", Fraction(12))}
MONEY_PARTS: Final = {("rupees", "paise"), ("dollar", "cent"), ("euro", "cent"), ("pound", "pence")}
SEPARATE_UNITS: Final = frozenset(TIME_UNITS) | {"clock", "date", "percent", "degree"}

_TWICE = re.compile(r"(.)\1+")
_LATIN_PAIRS = (("chh", "ch"), ("aa", "a"), ("ee", "i"), ("oo", "u"), ("ph", "f"), ("w", "v"), ("z", "j"), ("ou", "o"), ("au", "o"))
_DEVA_GEMINATE = re.compile("(.)्\\1")
_DEVA_DROP = str.maketrans({"ं": None, "्": None, "ी": "ि", "ई": "इ", "ू": "ु", "ऊ": "उ"})
_IRREGULAR = {"पहला": 1, "दूसरा": 2, "तीसरा": 3, "चौथा": 4, "छठा": 6, "छठवां": 6}
_ORDINAL = re.compile("^(.+?)(?:वां|वीं|वें|वा)$")
_RUPEE = re.compile(r"^(?:r(?:u|oo)p+[aeiy]*[yshea]*|र[ुू]प[िीयएेैाॉोंआ]+)$")


@lru_cache(maxsize=1 << 14)
def skeleton(word: str) -> str:
    """A folded word with its free spellings fallen together: vowel length, doubled letters, nasal marks, z/j, w/v, au/o, silent -h."""
    if word.isascii():
        for a, b in _LATIN_PAIRS:
            word = word.replace(a, b)
        word = _TWICE.sub(r"\1", word)
        return word[:-1] if len(word) > 3 and word[-1] == "h" and word[-2] in "aeiou" else word
    return _DEVA_GEMINATE.sub(r"\1", word).replace("ट्ठ", "ठ").translate(_DEVA_DROP)


def _rows(table: str) -> Iterator[tuple[str, list[str]]]:
    for line in table.strip().splitlines():
        head, *forms = line.split()
        yield head, [f for f in forms if f != "|"]


def _tables() -> tuple[dict[str, Sense], dict[str, Sense]]:
    """Exact and skeleton look-ups. Words that need care are never found by skeleton, nor is a key shorter than four letters."""
    exact: dict[str, Sense] = {}
    loose: dict[str, Sense] = {}

    def put(form: str, sense: Sense, near: bool = False) -> None:
        if form[0] == "!":
            form, sense = form[1:], sense._replace(care="unit" if sense.role == "unit" else "strict")
        word = fold(form)
        exact.setdefault(word, sense)
        if near and not sense.care and len(skeleton(word)) >= 4:
            loose.setdefault(skeleton(word), sense)

    groups: tuple[tuple[str, Role, str], ...] = (
        (HINDI, "n", "hi"), (SCALES_HI, "scale", "hi"), (PREFIX, "prefix", "hi"), (HALVES, "half", "hi"), (PARTS, "part", "hi"),
        (ENGLISH, "n", "en"), (SCALES_EN, "scale", "en"))
    for table, role, lang in groups:
        for head, forms in _rows(table):
            for form in forms:
                for each in {form, form.replace("नवे", "नबे"), form.replace("नवे", "नव्वे"), form.replace("nve", "nbe"),
                             form.replace("nve", "nave"), form.replace("nve", "nabe")}:
                    put(each, Sense(role, Fraction(head), lang), near=lang == "hi" or not form.isascii())
    for role, text in (("point", POINT), ("minus", MINUS), ("approx", APPROX), ("dozen", DOZEN)):
        for form in text.split():
            put(form, Sense(role, Fraction(12 if role == "dozen" else 0)), near=role in ("dozen", "point"))
    for role, text in (("money", MONEY), ("unit", UNITS)):
        for head, forms in _rows(text):
            for form in forms:
                put(form, Sense(role, Fraction(0), name=head))
    put("half", Sense("half", Fraction(1, 2), "en", "strict"))
    put("हाफ़", Sense("half", Fraction(1, 2), "en", "strict"))
    put("quarter", Sense("part", Fraction(1, 4), "en", "after"))
    for word, care in (("do", "do"), ("दो", "do"), ("ek", "ek"), ("एक", "ek"), ("one", "en_one"), ("das", "name"), ("sattar", "name"),
                       ("sau", "name"), ("nau", "name"), ("sava", "strict"), ("sawa", "strict"), ("paun", "strict"),
                       ("paune", "strict"), ("pone", "strict"), ("sade", "strict"), ("saade", "strict"), ("ded", "strict"),
                       ("cr", "after"), ("crs", "after"), ("mn", "after"), ("bn", "after"), ("अरब", "after"), ("खरब", "after"),
                       ("re", "after"), ("point", "after"), ("पॉइंट", "after"), ("min", "after"), ("sec", "after"), ("bais", "strict")):
        exact[fold(word)] = exact[fold(word)]._replace(care=care)  # type: ignore[arg-type]  # literals
    for block in ("pune", "chavan", "सत्र", "पौना"):
        loose.pop(skeleton(fold(block)), None)
    return exact, loose


EXACT, LOOSE = _tables()


@lru_cache(maxsize=1 << 15)
def sense_of(text: str) -> Sense | None:
    """What a word as written can say in a number, or None. Ordinals (पाँचवाँ) carry their cardinal."""
    word = fold(text)
    found = EXACT.get(word) or LOOSE.get(skeleton(word))
    if found is None and _RUPEE.match(word):
        return Sense("money", Fraction(0), name="rupees")
    if found is None and not word.isascii():
        if word in _IRREGULAR:
            return Sense("n", Fraction(_IRREGULAR[word]), ordinal=True, care="after")
        cut = _ORDINAL.match(word)
        base = sense_of(cut[1]) if cut else None
        if base and base.role in ("n", "scale") and not base.ordinal:
            return base._replace(ordinal=True, care="")
    return found


def _canonical(table: str, at: int = 0) -> dict[Fraction, str]:
    return {Fraction(head): forms[at] for head, forms in _rows(table)}


# For saying: value → the label's word; for spelling a said number in the other script: label's word → its spellings there.
HINDI_WORD: Final = {int(v): w for v, w in _canonical(HINDI).items()}
ENGLISH_WORD: Final = {int(v): w for v, w in _canonical(ENGLISH).items()}


def _other_script() -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for table in (HINDI, SCALES_HI, PREFIX, HALVES, PARTS, ENGLISH, SCALES_EN):
        for line in table.strip().splitlines():
            left, right = line.split(" | ")
            out[left.split()[1].lstrip("!")] = tuple(w.lstrip("!") for w in right.split())
    out |= {"दर्जन": ("darjan", "darzan"), "दशमलव": ("dashamlav", "point"), "माइनस": ("minus",), "point": ("पॉइंट",), "minus": ("माइनस",)}
    out["half"] = ("हाफ़",)
    return out


OTHER_SCRIPT: Final = _other_script()
