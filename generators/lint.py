"""The linter of families: words the lexicon lacks, families too alike, registers and genders that clash, tags that lie.

Grammar is checked on drawn sentences, per register and speaker: a sentence for tum must hold no form of tu or aap, a woman's no
masculine first person; an inflected adjective must agree with the noun after it (Kachru 2006, ch. 4–5, for the forms).
"""

from collections.abc import Iterator, Sequence
from itertools import product

import regex

from generators.expand import Studio
from generators.family import Family, plain
from generators.randomness import Stream
from generators.template import GENDERS, LEVELS, Hole, Literally, Node, walk
from generators.words import MARKS, Word
from hinglish.lexicon import Lexicon
from hinglish.script import script_of

DRAWS = 12
_LEVEL = {
    "tu": regex.compile(r"^(तू|तुझे|तुझको|तेर[ाीे]|देगा|देगी|करेगा|करेगी|बताएगा)$"),
    "tum": regex.compile(
        r"^(तुम|तुम्हें|तुमको|तुम्हार[ाीे]|लो|\p{L}[\p{L}\p{M}]*(?:ोगे|ओगे|ोगी|ओगी)|करो|बताओ|भेजो|लगाओ|सुनो|चलाओ|बजाओ|दिखाओ|मँगवाओ|करवाओ|रखो|डालो|देखो|बोलो)$"
    ),
    "aap": regex.compile(r"^(आप|आपको|आपक[ाीे]|\p{L}[\p{L}\p{M}]*(?:िए|िएगा|इए|इएगा)|दें|लें|करें|बताएँ|भेजें|लगाएँ|कराएँ|करवाएँ)$"),
}
_NEUTRAL = frozenset({"होगा", "होगी", "होगे", "चाहिए", "लिए", "किए", "दिए", "इसलिए", "पिए", "सिए", "हिए", "जिए"})
_FIRST = {"m": regex.compile(r"ूँगा$|ऊँगा$"), "f": regex.compile(r"ूँगी$|ऊँगी$")}
_PARTICIPLE = {"m": regex.compile(r"^(?:रहा|चाहता|सकता|करता|जाता|आया|गया|भूला)$"), "f": regex.compile(r"^(?:रही|चाहती|सकती|करती|जाती|आई|गई|भूली)$")}
_ADJECTIVE = regex.compile(r"^(मेर|अपन|हमार|तुम्हार|तेर|आपक|उसक|इसक|अच्छ|पुरान|पूर|बड़|छोट|सस्त|महँग|सार|दूसर|पिछल|अगल|क)(ा|ी|े)$")


def skeleton(tree: Node, studio: Studio) -> str:
    """Folded Roman text, all optional parts, first alternatives, each hole as its path."""
    out = []
    for item in plain(tree):
        if isinstance(item, Hole):
            out.append(item.slot or item.maker)
        elif not item.mark:
            out.append(studio.provider.number_word(item.text).roman[0].lower())
    return " ".join(out)


def grams(text: str, n: int = 5) -> frozenset[str]:
    """Character n-grams."""
    return frozenset(text[i : i + n] for i in range(max(1, len(text) - n + 1)))


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """True Jaccard similarity."""
    return len(a & b) / len(a | b)


def alike(families: Sequence[Family], studio: Studio, most: float = 0.6) -> Iterator[str]:
    """Pairs of families whose skeletons are too alike, within an intent and across intents."""
    shapes = [(f, grams(skeleton(f.tree, studio))) for f in families]
    for i, (a, x) in enumerate(shapes):
        for b, y in shapes[:i]:
            if len(x) * most <= len(y) <= len(x) / most and (score := jaccard(x, y)) > most:
                yield f'{a.place} is too like "{b.id}" (Jaccard {score:.2f}, at most {most}): put the request another way'


def unknown_words(families: Sequence[Family], lexicon: Lexicon) -> Iterator[str]:
    """Words of templates that no line of the lexicon has."""
    parts = {w for e in lexicon.entries if " " in e.norm for w in e.norm.split()}
    for family in families:
        for node in walk(family.tree):
            texts = [node.text] if isinstance(node, Literally) and not node.mark else list(node.words) if isinstance(node, Hole) else []
            for text in texts:
                if script_of(text) != "other" and not any(c.isdigit() for c in text) and text not in lexicon.by_norm and text not in parts:
                    yield f"{family.place}: {text!r} stands in no lexicon line; add one, or use a word that it has"


def drawn(family: Family, level: str, gender: str, studio: Studio) -> Iterator[list[Word | Hole]]:
    """A few drawn sentences of one register and speaker, holes left open."""
    for i in range(DRAWS):
        yield studio.draw(family, Stream(f"lint/{family.id}/{level}/{gender}/{i}"), frozenset((level, gender)))


def disagreements(family: Family, studio: Studio) -> Iterator[str]:
    """Grammar and structure of drawn sentences."""
    seen: set[str] = set()
    for level, gender in product((family.level,) if family.level else LEVELS, GENDERS):
        for items in drawn(family, level, gender, studio):
            for fault in (*_structure(family, items), *_grammar(items, level, gender, studio.words.lexicon)):
                if (kind := fault.partition(":")[0]) not in seen:
                    seen.add(kind)
                    yield f"{family.place}: {fault}"


def _structure(family: Family, items: list[Word | Hole]) -> Iterator[str]:
    slots = [i.slot for i in items if isinstance(i, Hole) and i.mode == "slot"]
    for slot in {s for s in slots if slots.count(s) > 1}:
        yield f"{{{slot}}} can stand twice in one sentence; a slot is filled once (the wrong one of a correction is {{!{slot}}})"
    if any(isinstance(i, Hole) and i.mode == "decoy" for i in items) and not set(family.tags) & {"corrected", "negated", "multi", "range"}:
        yield "has a {!…} hole and no tag corrected, negated or multi"
    if not items:
        yield "can be empty"


def _grammar(items: list[Word | Hole], level: str, gender: str, lexicon: Lexicon) -> Iterator[str]:
    norms = [i.norm if isinstance(i, Word) else "" for i in items]
    sentence = " ".join(n or "{}" for n in norms)
    for other, forms in _LEVEL.items():
        for i, norm in enumerate(norms):
            ends = norm in ("दे", "ले") and other == "tu" and (i + 1 == len(norms) or norms[i + 1] in MARKS)
            if other != level and norm not in _NEUTRAL and (ends or forms.match(norm)):
                yield f"{norm!r} is {other}, in a sentence for {level}: {sentence}"
    for other in GENDERS:
        for i, norm in enumerate(norms):
            first = _FIRST[other].search(norm) or (_PARTICIPLE[other].match(norm) and norms[i + 1 : i + 2] == ["हूँ"])
            if first and other != gender:
                yield f"{norm!r} is said by {'a man' if other == 'm' else 'a woman'}; guard it (m: …|f: …): {sentence}"
    for i, a in enumerate(norms[:-1]):
        fault = _agreement(a, _head(norms[i + 1 :], lexicon), lexicon)
        if fault:
            yield f"{fault}: {sentence}"


def _head(norms: list[str], lexicon: Lexicon) -> str:
    """The noun an adjective agrees with: the last of a run of English nouns (delivery boy)."""
    run = 1
    while run < len(norms) and _english_noun(norms[run - 1], lexicon) and _english_noun(norms[run], lexicon):
        run += 1
    return norms[run - 1]


def _english_noun(norm: str, lexicon: Lexicon) -> bool:
    return any(e.lang == "en" and e.cls in ("noun", "letter", "role") for e in lexicon.by_norm.get(norm, ()))


def _agreement(a: str, b: str, lexicon: Lexicon) -> str | None:
    found = _ADJECTIVE.match(a)
    nouns = [e for e in lexicon.by_norm.get(b, ()) if e.cls == "noun"] if found and b else []
    others = [e for e in lexicon.by_norm.get(b, ()) if e.cls != "noun"] if nouns else []
    genders = {e.gender for e in nouns}
    if not found or others or len(genders) != 1 or found[2] == "े":
        return None
    gender = genders.pop()
    if (found[2] == "ी") != (gender == "f") and gender in "mf":
        return f"{a!r} does not agree with {b!r} ({gender})"
    return None


def lint(families: Sequence[Family], studio: Studio) -> list[str]:
    """Every fault of every family."""
    return [
        *unknown_words(families, studio.words.lexicon),
        *alike(families, studio),
        *(fault for family in families for fault in disagreements(family, studio)),
    ]
