"""300 planted identifiers in both scripts, made from a seed, and an eye for them that shares no code with redaction.

A third of the names stand in no lexicon. Each canary is a message with one value, and the needles by which the value would be known again:
words (whole, in either script), digit strings (heard through any digits and number words), or characters.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hinglish.identifiers import luhn, verhoeff
from hinglish.lexicon import load
from hinglish.numerals import say
from hinglish.romanise import romanise
from hinglish.script import devanagari_digits, fold

# Names of many parts of India and beyond. Those that the lexicon has are left out when canaries are made.
_PAIRS = (
    "Thangavelu/थंगावेलु Lalthanpuia/लालथनपुइया Zoramthanga/ज़ोरमथांगा Wangchuk/वांगचुक Okonkwo/ओकोंक्वो Hetalben/हेतलबेन "
    "Chinnaswamy/चिन्नास्वामी Venkataraghavan/वेंकटराघवन Bhuvaneshwaran/भुवनेश्वरन Kunjumol/कुंजुमोल Lobsang/लोबसांग "
    "Tseringdolma/त्सेरिंगडोलमा Akbaruddin/अकबरुद्दीन Zulfikarali/ज़ुल्फ़िकारअली Parmeshwaran/परमेश्वरन Dnyandeo/ज्ञानदेव "
    "Vrushabhnath/वृषभनाथ Shantabai/शांताबाई Gangubhai/गंगूभाई Bapurao/बापूराव Yeshwantrao/यशवंतराव Nongthombam/नोंगथोम्बम "
    "Ibomcha/इबोमचा Kipgen/किपगेन Szymanski/शिमांस्की Nakamura/नाकामुरा Oyelaran/ओयेलारान Quresha/क़ुरेशा Tanzilur/तंज़ीलुर "
    "Mrittika/मृत्तिका Debashree/देबाश्री Swarnalatha/स्वर्णलता Palaniappan/पलनिअप्पन Muthulakshmi/मुथुलक्ष्मी Ezhilarasi/एझिलरसी "
    "Krishnamoorthi/कृष्णमूर्थी Rangaswamy/रंगास्वामी Vaishnodevi/वैष्णोदेवी Jaswinderpal/जसविंदरपाल Fatehsinh/फतेहसिंह "
    "Bhagirathi/भागीरथी Gulabrao/गुलाबराव Sakharam/सखाराम Pandurang/पांडुरंग Tukaram/तुकाराम Rinchen/रिनचेन Pemala/पेमाला "
    "Haokip/हाओकिप Marakkar/मरक्कार Kuttappan/कुट्टप्पन Eknathrao/एकनाथराव "
)
UNLISTED = [(pair.partition("/")[0], pair.partition("/")[2]) for pair in _PAIRS.split()]
ROMAN = ["{x} ko 500 bhej do", "kal subah {x} ke ghar jaana hai yaad dilana", "mummy ne bola {x} ko message karo late ho jaunga", "{x} ka bill bhar do please",
         "bhai {x} ne paise diye kya", "mera naam {x} hai, order kahan hai", "please call {x} and tell him ki meeting cancel hai"]  # fmt: skip
DEVA = ["{x} को पाँच सौ रुपये भेज दो", "कल {x} के घर जाना है याद दिलाना", "{x} ने पैसे दिए क्या", "मेरा नाम {x} है, ऑर्डर कहाँ है", "बोलो {x} को कि मैं लेट हो जाऊँगी"]
NUMBER_ROMAN = ["{x} pe call karo", "mera number {x} hai", "recharge kar do {x} pe 299 wala", "ye le {x} isko save karna", "paise {x} wale me daal do"]
NUMBER_DEVA = ["{x} पर फ़ोन करो", "मेरा नंबर {x} है", "{x} पे रिचार्ज कर दो", "ये रहा {x} लिख लो"]


@dataclass(frozen=True)
class Canary:
    """A message with one planted value; `words` and `digits` and `chars` are what must not be seen of it."""

    kind: str
    message: str
    value: str
    words: tuple[str, ...] = ()
    digits: str = ""
    chars: str = ""


def listed() -> list[tuple[str, str]]:
    """Given names and surnames of the lexicon as (Roman, Devanagari); none that is another word as often ("kar", "jana": see docs/privacy.md)."""
    from serve.vocabulary import word_of

    entries = [e for cls in ("given", "surname") for e in load().of(cls) if " " not in e.norm]
    pairs = [(roman, e.deva[0]) for e in entries for roman, _ in e.roman if len(roman) > 2 and " " not in roman]
    return [(roman, deva) for roman, deva in pairs if word_of(roman).status == "name" and word_of(deva).status == "name"]


def unlisted(rng: random.Random) -> list[tuple[str, str]]:
    """Names that the lexicon does not have: those above, and made ones of random syllables."""
    lexicon = load()
    real = [(r, d) for r, d in UNLISTED if r.lower() not in lexicon.by_roman and d not in lexicon.by_deva]
    made = []
    for _ in range(40):
        syllables = [rng.choice("कगचजटडतदनपबभमरलवशस") + rng.choice(["ा", "ि", "ी", "ु", "े", "ो", "ं", ""]) for _ in range(rng.randint(3, 4))]
        deva = "".join(syllables) + rng.choice(["प्पा", "ंगा", "ेश्वर"])
        made.append((romanise(deva)[0].capitalize(), deva))
    both = real + [(r, d) for r, d in made if r.lower() not in lexicon.by_roman and d not in lexicon.by_deva]
    rng.shuffle(both)
    return both


def _digits(rng: random.Random, n: int, first: str = "123456789") -> str:
    return rng.choice(first) + "".join(rng.choice("0123456789") for _ in range(n - 1))


def phone(rng: random.Random) -> str:
    """A number that may be somebody's: in no patterned list, no digit thrice running."""
    while True:
        found = _digits(rng, 10, "6789")
        if not re.search(r"(.)\1\1", found) and len(set(found)) > 5:
            return found


def passing(rng: random.Random, n: int, first: str, check: Callable[[str], bool]) -> str:
    """A number that passes its check digit."""
    while True:
        body = _digits(rng, n - 1, first)
        found = next((body + d for d in "0123456789" if check(body + d)), "")
        if found and not re.search(r"(.)\1\1\1", found):
            return found


HINDI = "शून्य एक दो तीन चार पाँच छह सात आठ नौ".split()
HINDI_ROMAN = "shunya ek do teen char paanch chhe saat aath nau".split()
ENGLISH = "zero one two three four five six seven eight nine".split()
ENGLISH_DEVA = "ज़ीरो वन टू थ्री फोर फाइव सिक्स सेवन एट नाइन".split()


def _double(digits: str) -> str:
    """With "double" where a digit repeats."""
    return re.sub(r"(\d)\1", lambda m: f" double {ENGLISH[int(m[1])]} ", digits)


def _said(digits: str, names: list[str]) -> str:
    return " ".join(names[int(d)] for d in digits)


def _pairs(digits: str, style: str) -> str:
    return " ".join(str(say(int(digits[i : i + 2]), style)) if digits[i] != "0" else _said(digits[i : i + 2], HINDI) for i in range(0, len(digits), 2))


PHONE_STYLES: list[tuple[str, Callable[[str], str]]] = [
    ("r", str), ("r", lambda p: f"{p[:5]} {p[5:]}"), ("r", lambda p: f"+91 {p}"), ("r", lambda p: f"+91-{p[:5]}-{p[5:]}"), ("r", lambda p: f"0{p}"),
    ("r", lambda p: f"{p[:3]}-{p[3:6]}-{p[6:]}"), ("r", ".".join), ("r", " ".join), ("r", lambda p: f"({p[:4]}) {p[4:7]} {p[7:]}"),
    ("d", devanagari_digits), ("d", lambda p: devanagari_digits(f"{p[:5]} {p[5:]}")), ("d", lambda p: f"{devanagari_digits(p[:5])} {p[5:]}"),
    ("r", lambda p: _said(p, HINDI_ROMAN)), ("d", lambda p: _said(p, HINDI)), ("r", lambda p: _said(p, ENGLISH)), ("d", lambda p: _said(p, ENGLISH_DEVA)),
    ("r", lambda p: re.sub(r"(?<=[a-z ])(\d)", lambda m: f" {ENGLISH[int(m[1])]}", _double(p)) if re.search(r"(\d)\1", p) else _said(p, ENGLISH)),
    ("d", lambda p: _pairs(p, "words_hi")), ("r", lambda p: f"{p[:5]} {_said(p[5:], HINDI_ROMAN)}"), ("r", lambda p: ", ".join(_said(p, ENGLISH).split())),
    ("r", "\u200b".join), ("r", lambda p: "".join(chr(0xFF10 + int(d)) for d in p)), ("r", lambda p: "".join(chr(0x0660 + int(d)) for d in p)),
    ("r", lambda p: f"{p[:4]}/{p[4:7]}/{p[7:]}"), ("r", lambda p: f"{_said(p[:5], HINDI_ROMAN)} aur {_said(p[5:], HINDI_ROMAN)}"),
]  # fmt: skip
LOOKS = str.maketrans("aeopcxyi", "аеорсхуі")  # Latin → Cyrillic


def _names(rng: random.Random, known: list[tuple[str, str]]) -> Iterator[Canary]:
    for i, (roman, deva) in enumerate([*known, *unlisted(rng)[:40]]):
        words = (roman.lower(), fold(deva))
        if i % 2:
            yield Canary("name", rng.choice(DEVA).format(x=deva), deva, words)
        else:
            said = roman.capitalize() if i % 4 else roman.lower()
            yield Canary("name", rng.choice(ROMAN).format(x=said), said, words)


def _phones(rng: random.Random) -> Iterator[Canary]:
    for i in range(40):
        script, how = PHONE_STYLES[i % len(PHONE_STYLES)]
        value = phone(rng)
        yield Canary("phone", rng.choice(NUMBER_DEVA if script == "d" else NUMBER_ROMAN).format(x=how(value)), how(value), digits=value)


def _fours(value: str, mark: str = " ") -> str:
    return mark.join(re.findall("..?.?.?", value))


def _checked(rng: random.Random) -> Iterator[Canary]:
    for i in range(20):
        value = passing(rng, 12, "23456789", verhoeff)
        said = [value, _fours(value), devanagari_digits(value), _fours(value, "-"), _said(value, HINDI_ROMAN)][i % 5]
        yield Canary("aadhaar", f"mera aadhaar {said} hai KYC kar do", said, digits=value)
    for i in range(15):
        value = passing(rng, 16, "3456", luhn)
        said = [value, _fours(value), devanagari_digits(value)][i % 3]
        yield Canary("card", f"card {said} ka bill kitna hai", said, digits=value)
    for i in range(20):
        value = _digits(rng, [9, 11, 13, 14, 15, 17][i % 6], "12345")
        said = [value, devanagari_digits(value), _fours(value)][i % 3]
        yield Canary("account", f"account {said} mein 2000 daal do", said, digits=value)


def _letters(rng: random.Random, n: int, of: str = "ABCDEFGHJKLMNPQRSTUVWXYZ") -> str:
    return "".join(rng.choice(of) for _ in range(n))


def _codes(rng: random.Random) -> Iterator[Canary]:
    for i in range(15):
        value = _letters(rng, 3) + rng.choice("ABCFGHLJPT") + _letters(rng, 1) + _digits(rng, 4) + _letters(rng, 1)
        said = [value, value.lower(), f"{value[:5]} {value[5:9]} {value[9]}"][i % 3]
        yield Canary("pan", f"pan card {said} se link karo", said, chars=value)
    for i in range(10):
        value = f"{_letters(rng, 4)}0{_digits(rng, 6)}"
        yield Canary("ifsc", f"ifsc {value if i % 2 else value.lower()} wali branch", value, chars=value)
    for i in range(30):
        who, n = rng.choice(UNLISTED)[0].lower(), rng.randint(10, 99)
        value = f"{who}{n}@{['okhdfcbank', 'ybl', 'paytm'][i % 3]}" if i % 2 else f"{who}.{n}@{['gmail.com', 'mail.co.in'][i // 2 % 2]}"
        yield Canary("upi" if i % 2 else "email", f"{value} pe 500 bhej do", value, words=(who,), chars=value)


ADDRESSES = ["flat no {n} tower B sector 21 pe aao", "makaan number {n} gali 4 mein delivery", "मकान नंबर {d} पर भेजो", "pincode {p} pe deliver hoga kya",
             "पिन कोड {q} है", "plot {n}/7 ke saamne", "B-{n} Green Residency", "house number {n} hai"]  # fmt: skip


def _addresses(rng: random.Random) -> Iterator[Canary]:
    for i in range(20):
        number, pin = _digits(rng, 3), _digits(rng, 5, "1234") + rng.choice("123456789")
        text = ADDRESSES[i % 8].format(n=number, d=devanagari_digits(number), p=pin, q=devanagari_digits(pin))
        value = pin if i % 8 in (3, 4) else number
        yield Canary("address", text, value, digits=value)


TRICKS: list[Callable[[str, str], str]] = [
    lambda r, d: r.translate(LOOKS), lambda r, d: "\u200b".join(r), lambda r, d: " ".join(r), lambda r, d: ".".join(r), lambda r, d: "\u200d".join(d),
    lambda r, d: "-".join(r), lambda r, d: "".join(map(_styled, r)), lambda r, d: f"{r[:2]}\u00ad{r[2:]}", lambda r, d: r.upper(),
    lambda r, d: "".join(chr(0xFF41 + ord(c) - ord("a")) for c in r),
]  # fmt: skip


def _tricks(known: list[tuple[str, str]]) -> Iterator[Canary]:
    for trick, (roman, deva) in zip(TRICKS, known, strict=True):
        said = trick(roman, deva)
        yield Canary("trick", ROMAN[0].format(x=said), said, (roman.lower(), fold(deva)))


def canaries(seed: int = 7) -> list[Canary]:
    """The suite: 300, the same for the same seed."""
    rng = random.Random(seed)
    known = rng.sample([pair for pair in listed() if pair[0].islower()], 90)
    return [*_names(rng, known[:80]), *_phones(rng), *_checked(rng), *_codes(rng), *_addresses(rng), *_tricks(known[80:])]


def _styled(c: str) -> str:
    return chr(0x1D41A + ord(c) - ord("a")) if "a" <= c <= "z" else c


_HEARD = {fold(w): str(i) for names in (HINDI, HINDI_ROMAN, ENGLISH, ENGLISH_DEVA) for i, w in enumerate(names)}
_TENS = {fold(str(say(n, "words_hi"))): str(n) for n in range(10, 100)} | {romanise(str(say(n, "words_hi")))[0]: str(n) for n in range(10, 100)}


def heard(text: str) -> str:
    """All digits of a text, one after the other, also those said in words."""
    plain = unicodedata.normalize("NFKC", "".join(c for c in text if unicodedata.category(c) != "Cf"))
    out, again = [], 1
    for token in re.findall(r"[\d]+|[^\W\d_]+(?:[\u0900-\u0903\u093a-\u094f\u0962\u0963]+[^\W\d_]*)*", plain.lower()):
        if token[0].isdecimal():
            out.append("".join(str(unicodedata.decimal(c)) for c in token))
            continue
        digit = _HEARD.get(fold(token)) or _TENS.get(fold(token)) or ""
        out.append(digit * again)
        again = 2 if token in ("double", "डबल") else 1
    return "".join(out)


def seen(canary: Canary, text: str) -> bool:
    """Is the planted value in a text, in any disguise that it was planted in?"""
    plain = unicodedata.normalize("NFKC", "".join(c for c in text if unicodedata.category(c) != "Cf")).translate(str.maketrans("аеорсхуі", "aeopcxyi"))
    if canary.value in text:
        return True
    if canary.words:
        words = set(re.findall(r"[a-z]+", plain.lower())) | {fold(w) for w in re.findall(r"[\u0900-\u0963]+", plain)}
        letters = re.sub(r"\b([a-z])[ .\-](?=[a-z]\b)", r"\1", plain.lower())
        if words & set(canary.words) or any(re.search(rf"(?<![a-z]){w}(?![a-z])", letters) for w in canary.words if w.isascii()):
            return True
    if canary.digits:
        if len(canary.digits) > 4:
            return canary.digits in heard(text)
        return bool(re.search(rf"(?<!\d){canary.digits}(?!\d)", "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)))
    return bool(canary.chars) and canary.chars.lower() in re.sub(r"[ \-]", "", plain).lower()
