"""The Hindi words that are known, spelled as the label spells them, with how often Hindi uses them."""

from functools import cache
from math import log10

from hinglish import lexicon
from hinglish.lexicon import Partition
from hinglish.script import NUKTA, fold, script_of


@cache
def hindi_zipf(partition: Partition | None = None) -> dict[str, float]:
    """Hindi words in Devanagari with their zipf frequency, spelled as the label spells them."""
    import wordfreq  # loading that a command without language need not pay

    standard = standard_forms(partition)
    out: dict[str, float] = {}
    for word, share in wordfreq.get_frequency_dict("hi", "best").items():
        if script_of(word) == "devanagari":
            form = standard.get(fold(word), word)
            out[form] = out.get(form, 0.0) + share
    return {w: log10(f * 1e9) for w, f in out.items()}


@cache
def standard_forms(partition: Partition | None = None) -> dict[str, str]:
    """Folded spelling → the label's spelling (जरूरी → ज़रूरी), for the single Hindi words of the lexicon; the first listed wins."""
    out: dict[str, str] = {}
    for entry in lexicon.load(partition).entries:
        if entry.lang == "hi" and " " not in entry.norm:
            out.setdefault(fold(entry.norm), entry.norm)
    return out


def standard(word: str, partition: Partition | None = None) -> str:
    """A Hindi word in the label's spelling, where the lexicon has one."""
    return standard_forms(partition).get(fold(word), word)


VERB_ENDINGS = ["ना", "ने", "नी", "ता", "ते", "ती", "तीं", "ा", "े", "ी", "ीं", "ो", "ें", "ूँ", "ेगा", "ेगी", "ेंगे", "ेंगी", "ोगे", "ोगी", "ूँगा", "ूँगी",
    "कर", "के", "िए"]
AFTER_VOWEL = {"ा": "या", "े": "ए", "ी": "ई", "ीं": "ईं", "ो": "ओ", "ें": "एँ", "ूँ": "ऊँ", "ेगा": "एगा", "ेगी": "एगी", "ेंगे": "एँगे", "ेंगी": "एँगी",
    "ोगे": "ओगे", "ोगी": "ओगी", "ूँगा": "ऊँगा", "ूँगी": "ऊँगी", "िए": "इए"}


@cache
def inflected(partition: Partition | None = None) -> tuple[str, ...]:
    """The regular forms of verbs and nouns that the lexicon holds: ढूँढ → ढूँढेगा, खंडहर → खंडहरों."""
    out: dict[str, None] = {}
    for entry in lexicon.load(partition).entries:
        norm, lemma = entry.norm, entry.get("lemma")
        if entry.cls == "verb" and entry.lang == "hi":
            for word in (norm, lemma):
                if word.endswith("ना") and len(word) > 3 and " " not in word:
                    stem = word[:-2]
                    vowel = stem[-1] in "ाेोीूआए"
                    out.update(dict.fromkeys(stem + (AFTER_VOWEL.get(e, e) if vowel else e) for e in VERB_ENDINGS))
        elif entry.cls in ("noun", "grocery", "dish", "place") and entry.lang == "hi" and " " not in norm and not lemma:
            if norm.endswith("ा"):
                out.update(dict.fromkeys((norm[:-1] + "े", norm[:-1] + "ों")))
            elif norm.endswith("ी"):
                out.update(dict.fromkeys((norm[:-1] + "ियाँ", norm[:-1] + "ियों")))
            elif "क" <= norm[-1] <= "ह" or norm[-1] == NUKTA:
                out.update(dict.fromkeys((norm + "ों", *((norm + "ें",) if entry.gender == "f" else ()))))
    return tuple(out)


@cache
def hindi_words(partition: Partition | None = None) -> tuple[str, ...]:
    """Every known single Hindi word in one spelling, the listed ones first, then the frequent, then regular forms."""
    listed = dict.fromkeys([*standard_forms(partition).values(), *hindi_zipf(partition)])
    known = {fold(w) for w in listed}
    return (*listed, *(w for w in inflected(partition) if fold(w) not in known))
