"""The same words spelled otherwise: drawn again by grade, without the vowels people drop, stretched, joined, split.

Words outside spans are free; one inside a span changes only where it can still be read. What is joined is one Token whose norm is both
words with a space between (schemas.example: Token); what is split is two again.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar

from msgspec.structs import replace

from augment.core import frozen
from augment.guards import only_name
from augment.surfaces import Surfaces, capital_of, fixed, settled, surfaces
from generators.randomness import Random
from generators.render import Care
from hinglish.akshara import VIRAMA
from hinglish.lexicon import Lexicon
from hinglish.numeral_words import sense_of
from hinglish.readings import reads
from hinglish.script import NUKTA, script_of
from schemas.example import Token, Utterance
from schemas.reread import text_reads


@frozen
class Respell:
    """Roman words drawn again from their spellings, each with probability `p`; `loose` is how seldom a spelling may be."""

    p: float = 0.35
    loose: Care = "known"
    name: ClassVar[str] = "respell"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """None where no word came out otherwise."""
        known, out, share, draws = surfaces(lexicon), list(utterance), self.p * 256, b""
        for i, token in enumerate(utterance):
            if i == len(draws):
                draws += rng.stream.bytes(1)  # a block of them, and where it stands among the numbers drawn so far
            if draws[i] >= share or fixed(token) or " " in token.norm or script_of(token.text) != "roman" or known.brand(token):
                continue
            tables = known.of(token.norm)
            table = tables.roman if self.loose == "loose" else tables.known if self.loose == "known" else tables.usual
            if table:
                out[i] = replace(token, text=capital_of(table[int(rng.random() * len(table))], token.text))
        return settled(utterance, tuple(out))


# English words and the vowelless forms that people type; Hindi ones are dropped by rule.
_SHORT: Mapping[str, tuple[str, ...]] = {
    "please": ("pls", "plse"),
    "thanks": ("thnks", "thnx"),
    "number": ("nmbr", "numbr"),
    "problem": ("prblm", "problm"),
    "transfer": ("trnsfr", "transfr"),
    "order": ("ordr",),
    "send": ("snd",),
    "from": ("frm",),
    "for": ("fr",),
    "check": ("chck", "chk"),
    "ticket": ("tckt", "tkt"),
    "booking": ("bkng", "bookng"),
    "payment": ("pymnt", "pymt", "paymnt"),
    "recharge": ("rchrg", "rechrge"),
    "tomorrow": ("tmrw", "tmrrw"),
    "urgent": ("urgnt",),
    "what": ("wht",),
    "want": ("wnt",),
    "book": ("bk",),
    "just": ("jst",),
    "account": ("accnt", "acct"),
    "today": ("tdy",),
    "message": ("msg", "mssg"),
    "balance": ("blnce", "balnce"),
    "delivery": ("dlvry", "delivry"),
    "reminder": ("rmndr", "remindr"),
    "complaint": ("cmplnt", "complnt"),
    "appointment": ("appntmnt", "appointmnt"),
    "morning": ("mrng", "mrning"),
    "station": ("stn", "statn"),
    "alarm": ("alrm",),
    "cancel": ("cncl",),
    "confirm": ("cnfrm", "confrm"),
    "status": ("sttus",),
    "office": ("offc",),
    "amount": ("amt", "amnt"),
    "return": ("rtrn",),
    "refund": ("rfnd", "refnd"),
    "with": ("wth",),
    "your": ("yr",),
    "would": ("wld",),
}
_VOWELS = frozenset("aeiou")
_FIRST = frozenset("aeiu")  # short in the first syllable: kar → kr, bhej → bhj, din → dn, tum → tm; o is said long and stays
_LONG = frozenset("ाीूैोौआईऊऐओऔ")
_LEAST = 4  # letters of a word that may lose a vowel other than a


@lru_cache(maxsize=1 << 15)
def without_vowels(text: str, norm: str) -> tuple[str, ...]:
    """Ways to write a Roman word with a vowel or two less: a single short one between consonants; initial, final and long ones stay.

    What is left is no other word that a reader knows (kahan never becomes khan).
    """
    lower = text.lower()
    if not lower.isascii() or not lower.isalpha():
        return ()
    if norm in _SHORT:
        return tuple(s for s in _SHORT[norm] if s != lower)
    if script_of(norm) != "devanagari":
        return ()
    vowel = [c in _VOWELS for c in lower]
    places = [i for i in range(1, len(lower) - 1) if vowel[i] and not vowel[i - 1] and not vowel[i + 1] and _drops(lower, i, norm)]
    one = [lower[:i] + lower[i + 1 :] for i in places[:2]]
    both = [lower[: places[0]] + lower[places[0] + 1 : places[1]] + lower[places[1] + 1 :]] if len(places) > 1 else []
    return tuple(s for s in (*one, *both) if len(s) > 1 and (reads(s, norm, 1) or (sense_of(s) is None and reads(s, s, 1))))


def _drops(lower: str, at: int, norm: str) -> bool:
    first = not any(c in _VOWELS for c in lower[:at])
    if first and _begins_long(norm):
        return False
    return lower[at] == "a" or (first and lower[at] in _FIRST and len(lower) >= _LEAST)


def _begins_long(norm: str) -> bool:
    """Is the first vowel of a Hindi word a long one? It stands after the first letter, or after those that a virama ties to it."""
    plain, at = norm.replace(NUKTA, ""), 1
    while plain[at : at + 1] == VIRAMA:
        at += 2
    return plain[0] in _LONG or plain[at : at + 1] in _LONG


@frozen
class DropVowels:
    """nahi → nhi, kar → kr, bhej → bhj, each word that can with probability `p`, one at least."""

    p: float = 0.4
    name: ClassVar[str] = "drop-vowels"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """None where no word has a vowel to lose."""
        free = [(i, found) for i, token in enumerate(utterance) if (found := _shorter(token))]
        if not free:
            return None
        chosen = [c for c in free if rng.random() < self.p] or [free[int(rng.random() * len(free))]]
        out = list(utterance)
        for i, found in chosen:
            out[i] = replace(out[i], text=capital_of(found[int(rng.random() * len(found))], out[i].text))
        return settled(utterance, tuple(out))


def _shorter(token: Token) -> tuple[str, ...]:
    """What a token may become: anything that people drop outside spans, inside only what still reads as it. Names keep their vowels."""
    if token.kind != "word" or fixed(token) or " " in token.norm:
        return ()
    found = without_vowels(token.text, token.norm)
    return tuple([s for s in found if text_reads(s, token.norm)]) if token.slots and found else found


STRETCHED = frozenset(
    (  # interjections, callings and adverbs that a voice draws out; nothing that denies or doubts
        "यार",
        "भाई",
        "भैया",
        "हाँ",
        "अरे",
        "ओए",
        "अबे",
        "सुनो",
        "सुनिए",
        "जी",
        "ओह",
        "वाह",
        "ना",
        "जल्दी",
        "अभी",
        "बहुत",
        "ज़रा",
        "प्लीज़",
        "धन्यवाद",
        "शुक्रिया",
        "अच्छा",
        "चलो",
        "दोस्त",
        "हाय",
        "ओहो",
        "उफ़",
        "तुरंत",
        "बिल्कुल",
        "नमस्ते",
        "please",
        "bro",
        "sir",
        "madam",
        "thanks",
        "ok",
        "hello",
        "hi",
        "hey",
        "urgent",
        "fast",
        "so",
        "sorry",
        "bye",
        "cool",
        "super",
        "dear",
        "wow",
        "really",
        "very",
    )
)
_AFTER = frozenset(("को", "ने", "से", "में", "पर", "पे", "का", "की", "के", "तक", "और", "लोग", "तो", "भी", "ही", "वाला", "वाली", "वाले"))
_DRAWN = {"ा": "आ", "ि": "इ", "ी": "ई", "ु": "उ", "ू": "ऊ", "े": "ए", "ै": "ऐ", "ो": "ओ", "ौ": "औ"}


@frozen
class Stretch:
    """pleaseee, yaarrr, भाईईई: the last letter `low` to `high` times more, each word that can with probability `p`, one at least."""

    p: float = 0.3
    low: int = 2
    high: int = 4
    name: ClassVar[str] = "stretch"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """None where no word is one that a voice draws out."""
        free = [i for i, t in enumerate(utterance) if t.norm in STRETCHED and not t.slots and _stands_alone(utterance, i)]
        if not free:
            return None
        chosen = [i for i in free if rng.random() < self.p] or [free[int(rng.random() * len(free))]]
        out = list(utterance)
        for i in chosen:
            out[i] = replace(out[i], text=stretched(out[i].text, rng.randint(self.low, self.high)))
        return settled(utterance, tuple(out))


def _stands_alone(utterance: Utterance, at: int) -> bool:
    """Neither beside a name (राहुल भाई) nor governed by a postposition."""
    named = at > 0 and utterance[at - 1].kind == "name"
    return not named and (at + 1 == len(utterance) or utterance[at + 1].norm not in _AFTER)


def stretched(text: str, more: int) -> str:
    """The last letter, drawn out; a Devanagari vowel sign goes on as its vowel, since signs do not repeat."""
    last = text[-1]
    if last in ("ँ", "ं") and len(text) > 1:
        return stretched(text[:-1], more) + last
    if last in _DRAWN:
        return text + _DRAWN[last] * (more - 1)
    return text + (text[-2:] if last == NUKTA else last) * more


_STEMS = "कर भेज बता लगा करवा करा मँगवा मँगा बजा चला दिखा बोल कह दिला डाल भर बुला रख पहुँचा जगा उठा सुना चुका बदल निकाल लिख भिजवा लौटा ढूँढ समझा बना छोड़ मार पूछ खोल रोक"
_GIVES = ("दो", "दे", "देना", "दें", "दिया")
_JOINED: Mapping[str, frozenset[str]] = {
    **{stem: frozenset(_GIVES) for stem in _STEMS.split()},
    "कर": frozenset((*_GIVES, "दीजिए", "लो", "लेना", "के")),
    "हो": frozenset(("गया", "गई", "गए", "जाएगा", "जाए", "के")),
    "आ": frozenset(("गया", "गई", "गए", "जाओ", "के")),
    "के": frozenset(("लिए",)),
    "मेरे": frozenset(("लिए",)),
    "जा": frozenset(("के",)),
    "ले": frozenset(("के", "लो", "लेना")),
    "मिल": frozenset(("गया", "गई", "जाए")),
    "रह": frozenset(("गया", "गई")),
    "इस": frozenset(("लिए",)),
    "दे": frozenset(("दो", "देना", "दीजिए")),
}
_SPLIT: Mapping[str, tuple[str, str]] = {
    **{p + c: (p, c) for p in ("उस", "इस", "मुझ", "तुम", "हम", "आप", "किस", "सब") for c in ("को", "से", "का", "की", "के", "में", "पर", "ने")},
    **{v + "के": (v, "के") for v in ("कर", "ले", "दे", "जा", "आ", "हो", "बना", "देख", "पूछ")},
    **{v + "कर": (v, "कर") for v in ("ले", "देख", "पूछ", "जा", "आ")},
    "इसलिए": ("इस", "लिए"),
    "इसीलिए": ("इसी", "लिए"),
    "इनका": ("इन", "का"),
    "उनका": ("उन", "का"),
    "उनको": ("उन", "को"),
    "उनसे": ("उन", "से"),
}


@frozen
class Join:
    """kar do → kardo, ke liye → keliye, हो गया → होगया: a verb with its auxiliary, a postposition of two words; each with probability `p`, one at least."""

    p: float = 0.5
    name: ClassVar[str] = "join"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """None where no two such words stand side by side outside spans."""
        free = [i for i in range(len(utterance) - 1) if _joins(utterance[i], utterance[i + 1])]
        if not free:
            return None
        chosen = {i for i in free if rng.random() < self.p} or {free[int(rng.random() * len(free))]}
        out: list[Token] = []
        taken = -1
        for i, token in enumerate(utterance):
            if i - 1 in chosen and taken == i - 1:
                before = out[-1]
                out[-1] = replace(before, text=before.text + token.text, norm=f"{before.norm} {token.norm}", after=token.after)
                continue
            out.append(token)
            taken = i if i in chosen else taken
        return settled(utterance, tuple(out))


def _joins(a: Token, b: Token) -> bool:
    return (
        b.norm in _JOINED.get(a.norm, ())
        and not a.slots
        and not b.slots
        and a.after == " "
        and script_of(a.text) == script_of(b.text)
        and sense_of(a.text + b.text) is None
        and not only_name(a.text + b.text)  # chhod dia → chordia, which is a surname and nothing else
    )


@frozen
class Split:
    """kardo → kar do, usko → us ko, करके → कर के: what `Join` joined, and pronouns and verbs with what is written on to them."""

    p: float = 0.5
    name: ClassVar[str] = "split"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """None where no word outside spans comes apart."""
        known = surfaces(lexicon)
        free = {i: found for i, token in enumerate(utterance) if (found := _parts(token, known))}
        if not free:
            return None
        chosen = {i for i in free if rng.random() < self.p} or {list(free)[int(rng.random() * len(free))]}
        return settled(utterance, tuple([part for i, token in enumerate(utterance) for part in (free[i] if i in chosen else (token,))]))


def _parts(token: Token, known: Surfaces) -> tuple[Token, ...]:
    """The two words of a token, each as it is spelled in it; nothing where the seam cannot be seen."""
    if token.slots or token.kind != "word":
        return ()
    first, _, second = token.norm.partition(" ")
    if not second:
        first, second = _SPLIT.get(token.norm, ("", ""))
    if not first or " " in second:
        return ()
    head, tail = known.of(first), known.of(second)
    for end in dict.fromkeys((*tail.roman, *tail.deva)):
        start = token.text[: -len(end)]
        if token.text.lower().endswith(end) and (start.lower() in head.roman or start in head.deva):
            return (replace(token, text=start, norm=first, after=" "), replace(token, text=token.text[-len(end) :], norm=second))
    return ()
