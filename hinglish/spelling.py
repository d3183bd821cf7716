"""The spelling rules: what each sound of a Devanagari word may be in Roman letters, with a cost (about −ln of its share).

One model serves both ways: the cheapest paths are the spellings of a word, and the cost of a given spelling ranks the words it may be.
The weights are round numbers chosen by looking at how people write, not fitted.
"""

from functools import lru_cache
from heapq import nsmallest

from hinglish.akshara import Sound, sounds

Options = tuple[tuple[str, float], ...]

BEAM = 48
CLUSTERED_W = frozenset("सशदधगकखज")
LABIAL = frozenset("पफबभम")

CONSONANTS: dict[str, Options] = {
    "क": (("k", 0),), "ख": (("kh", 0),), "ग": (("g", 0),), "घ": (("gh", 0),), "ङ": (("n", 0),),
    "च": (("ch", 0),), "छ": (("chh", 0.2), ("ch", 1.7)), "ज": (("j", 0), ("z", 3.0)), "झ": (("jh", 0),), "ञ": (("n", 0),),
    "ट": (("t", 0),), "ठ": (("th", 0.1), ("t", 2.5)), "ड": (("d", 0),), "ढ": (("dh", 0.1), ("d", 2.5)), "ण": (("n", 0),),
    "त": (("t", 0), ("th", 3.5)), "थ": (("th", 0),), "द": (("d", 0),), "ध": (("dh", 0),), "न": (("n", 0),),
    "प": (("p", 0),), "फ": (("f", 0.1), ("ph", 2.2)), "ब": (("b", 0),), "भ": (("bh", 0),), "म": (("m", 0),),
    "य": (("y", 0),), "र": (("r", 0),), "ल": (("l", 0),), "व": (("v", 0.4), ("w", 1.3)), "ळ": (("l", 0),),
    "श": (("sh", 0.1), ("s", 2.6)), "ष": (("sh", 0.05), ("s", 3)), "स": (("s", 0),), "ह": (("h", 0),),
    "क़": (("q", 0.7), ("k", 0.7)), "ख़": (("kh", 0),), "ग़": (("g", 0.5), ("gh", 0.9)), "ज़": (("z", 0.6), ("j", 0.8)),
    "ड़": (("d", 0.1), ("r", 2.2)), "ढ़": (("dh", 0.3), ("rh", 1.5)), "फ़": (("f", 0.1), ("ph", 2.5)), "ऱ": (("r", 0),), "ऴ": (("l", 0),),
    "य़": (("y", 0),),
}
CLUSTERS: dict[tuple[str, ...], Options] = {
    ("क", "ष"): (("ksh", 0.1), ("x", 3)), ("ज", "ञ"): (("gy", 0.3), ("jn", 1.8)), ("च", "च"): (("cch", 0.7), ("chch", 1.4), ("ch", 1.6)),
    ("च", "छ"): (("chh", 0.7), ("cch", 1), ("chchh", 2.2), ("ch", 2)), ("ट", "ठ"): (("tth", 0.4), ("th", 1.5)),
    ("त", "थ"): (("tth", 0.4), ("th", 1.4)),
    ("क", "ख"): (("kkh", 0.4), ("kh", 1.4)), ("ग", "घ"): (("ggh", 0.4),), ("द", "ध"): (("ddh", 0.4), ("dh", 1.4)),
    ("ड", "ढ"): (("ddh", 0.4),), ("ब", "भ"): (("bbh", 0.4),),
    ("ज", "झ"): (("jjh", 0.4),), ("प", "फ"): (("ff", 0.6),),
}
VOWELS: dict[str, tuple[Options, Options, Options]] = {  # at the start, within, at the end
    "अ": ((("a", 0),), (("a", 0),), (("a", 0),)),
    "आ": ((("aa", 0.35), ("a", 1.2)), (("a", 0.25), ("aa", 1.7)), (("a", 0.1), ("aa", 2.2))),
    "इ": ((("i", 0),), (("i", 0.05), ("e", 4.0)), (("i", 0.05),)),
    "ई": ((("i", 0.5), ("ee", 1.0)), (("i", 0.3), ("ee", 1.4)), (("i", 0.05), ("ee", 4.0))),
    "उ": ((("u", 0),), (("u", 0.05),), (("u", 0.05),)),
    "ऊ": ((("u", 0.5), ("oo", 1.0)), (("u", 0.3), ("oo", 1.4)), (("u", 0.1), ("oo", 2.2))),
    "ए": ((("e", 0.05),), (("e", 0.05),), (("e", 0.05), ("ey", 3.2))),
    "ऐ": ((("ai", 0.2), ("e", 2.4)), (("ai", 0.1), ("e", 3.0)), (("ai", 0.1), ("e", 3))),
    "ओ": ((("o", 0.05),), (("o", 0.05),), (("o", 0.05),)),
    "औ": ((("au", 0.2), ("o", 2.6)), (("au", 0.1), ("o", 2.6), ("ou", 3.0)), (("au", 0.1), ("o", 2.6))),
    "ऑ": ((("o", 0.1), ("a", 2.5)), (("o", 0.1), ("a", 2.5)), (("o", 0.1),)),
    "ऍ": ((("a", 0.2), ("e", 2)), (("a", 0.2), ("e", 2)), (("e", 0.2),)),
    "ऋ": ((("ri", 0.1), ("ru", 2.5)), (("ri", 0.3), ("ru", 1.4)), (("ri", 0.1),)),
    "ऎ": ((("e", 0),), (("e", 0),), (("e", 0),)), "ऒ": ((("o", 0),), (("o", 0),), (("o", 0),)),
}
DROPPED, KEPT_ANYWAY, DROPPED_ANYWAY = 0.4, 1.1, 3.0  # an inherent vowel against the schwa rule


def _vowel(sound: Sound, i: int, seq: tuple[Sound, ...]) -> Options:
    last = i == len(seq) - 1
    place = 0 if i == 0 else 2 if last and not sound.nasal else 1
    options = VOWELS[sound.letter][place]
    if sound.inherent and sound.silent == 1.0:
        options = (("", 0.05), ("a", 3.5)) if last else (("", DROPPED), ("a", KEPT_ANYWAY))
    elif sound.inherent and sound.silent:
        options = (("", 0.2), ("a", 1.8))
    elif sound.inherent and not last and not sound.nasal and i > 1:
        options = (("a", 0.05), ("", DROPPED_ANYWAY))
    if sound.inherent and not last and seq[i + 1].letter == "ह" and not sound.silent:  # kehna, pehla, shehar
        options = (("a", 0.3), ("e", 1.3))
    if sound.letter == "आ" and 0 < i < len(seq) - 1 and sum(s.is_vowel and s.silent < 1.0 for s in seq) == 1:  # kaam, raat
        options = (("a", 0.7), ("aa", 0.7))
    if i and seq[i - 1].is_vowel and sound.letter in "ईए" and seq[i - 1].letter in "आओउऊअ":
        options = (*options, *(("y" + s, c + (0.1 if sound.nasal else 1.2)) for s, c in options if s))
    if sound.nasal == "ः":
        return tuple((s + h, c + p) for s, c in options for h, p in (("h", 0.5), ("", 1.0)))
    if sound.nasal:
        return tuple((s + n, c + p) for s, c in options for n, p in _nasal(sound, i, seq))
    return options


def _nasal(sound: Sound, i: int, seq: tuple[Sound, ...]) -> Options:
    if i == len(seq) - 1:
        return (("n", 0.1), ("", 2.6))
    if seq[i + 1].letter[0] in LABIAL:
        return (("m", 0.1), ("n", 2.2)) if sound.nasal == "ं" else (("n", 0.4), ("m", 1.2), ("", 2))
    return (("n", 0.05), ("", 3.0)) if sound.nasal == "ं" else (("n", 0.3), ("", 1.4))


def _va(before: Sound | None, after: Sound | None) -> Options:
    """व is w after s, sh, d, dh, g, k; else v, though before आ many write w."""
    if before and before.letter in CLUSTERED_W:
        return (("w", 0.2), ("v", 1.7))
    if after and after.letter == "आ":
        return (("v", 0.5), ("w", 1.0))
    return (("v", 0.1), ("w", 2.4))


def lattice(word: str) -> list[Options]:
    seq = sounds(word)
    out: list[Options] = []
    i = 0
    while i < len(seq):
        sound = seq[i]
        pair = (sound.letter, seq[i + 1].letter) if i + 1 < len(seq) else None
        if sound.is_vowel:
            out.append(_vowel(sound, i, seq))
        elif pair in CLUSTERS:
            out.append(CLUSTERS[pair])
            i += 1
        elif pair and pair[0] == pair[1]:
            out.append(tuple((s[0] + s, c + 0.1) for s, c in CONSONANTS[sound.letter]) + tuple((s, c + 1.8) for s,
            c in CONSONANTS[sound.letter]))
            i += 1
        elif sound.letter == "य" and i and seq[i - 1].letter in "इई" and pair and pair[1] in "आओएअ" and not seq[i + 1].silent:
            out.append((("y", 0.2), ("", 1.9)))
        elif sound.letter == "व":
            out.append(_va(seq[i - 1] if i else None, seq[i + 1] if pair else None))
        else:
            out.append(CONSONANTS.get(sound.letter, ((sound.letter, 5.0),)))
        i += 1
    return out


def by_rule(word: str, most: int = 24) -> list[tuple[str, float]]:
    """Spellings by rule with their costs, cheapest first."""
    beam: dict[str, float] = {"": 0.0}
    for options in lattice(word):
        grown: dict[str, float] = {}
        for head, cost in beam.items():
            for tail, extra in options:
                text, total = head + tail, cost + extra
                if total < grown.get(text, 1e9):
                    grown[text] = total
        beam = dict(nsmallest(BEAM, grown.items(), key=_cost)) if len(grown) > BEAM else grown
    return nsmallest(most, beam.items(), key=_cost)


def _cost(item: tuple[str, float]) -> float:
    return item[1]


# What else a reader must allow, where a writer hardly offers it: dropped breath, long for short, e for i, one letter for two sounds.
LENIENT: dict[str, Options] = {
    "अ": (("aa", 2.5), ("e", 2.5), ("u", 3), ("i", 3.5), ("o", 4)), "आ": (("e", 5), ("ah", 3)),
    "इ": (("e", 1.8), ("ee", 1.8), ("y", 3), ("", 3.2)), "ई": (("e", 2.2), ("y", 2.2), ("ie", 3), ("ey", 3)),
    "उ": (("oo", 1.8), ("o", 2.2), ("", 3.5)), "ऊ": (("o", 2.2), ("ou", 2.6), ("uu", 2.6)),
    "ए": (("i", 2.4), ("ay", 2.2), ("ey", 2.2), ("ai", 2.2), ("ye", 1.6), ("", 4.5)),
    "ऐ": (("ay", 2), ("ei", 2), ("ae", 2), ("a", 3), ("ey", 2.4)), "ओ": (("u", 2.4), ("ou", 2.4), ("au", 2.6), ("oo", 3), ("w", 3.2)),
    "औ": (("ow", 2), ("aw", 2.4), ("u", 3), ("oo", 3)), "ऋ": (("r", 2.4), ("ree", 2), ("re", 2.2)),
    "ख": (("k", 2), ("q", 3)), "घ": (("g", 2),), "छ": (("c", 3), ("cch", 2)), "च": (("c", 2.4),), "झ": (("j", 2), ("z", 3)),
    "ठ": (("t", 2),), "ढ": (("d", 2),), "थ": (("t", 2.2),), "ध": (("d", 2), ("th", 3)),
    "फ": (("p", 2.6),), "भ": (("b", 2), ("v", 4)), "ज": (("z", 1.8), ("g", 4)), "ज़": (("jh", 3), ("s", 3.5)),
    "क": (("c", 2), ("q", 2), ("ck", 2.4)), "क़": (("kh", 2.6), ("c", 2.6)), "ख़": (("k", 2), ("q", 3), ("h", 3.4)), "ग़": (("g", 1),),
    "त": (("th", 1.8), ("tt", 3)), "ट": (("tt", 2.4), ("th", 3)), "द": (("dh", 2.4), ("th", 3.4)), "ड": (("r", 2.6), ("dh", 2.8)),
    "ड़": (("rr", 2.5), ("rh", 2.2), ("dd", 3)), "ढ़": (("d", 2.2), ("r", 2.2)),
    "व": (("b", 3), ("u", 2.4), ("o", 2.8), ("", 3.4)), "श": (("sch", 4),), "स": (("c", 2.4), ("z", 3.2), ("sh", 2.6), ("ss", 2.4)),
    "ष": (("kh", 3.4),), "ह": (("", 2.4),), "य": (("i", 1.8), ("", 2.2), ("j", 4)),
    "न": (("nn", 2.4),), "ण": (("nn", 2.6), ("rn", 3)), "म": (("mm", 2.4), ("n", 4)), "र": (("rr", 2.4), ("", 4.5)), "ल": (("ll", 2),),
    "ब": (("bb", 2.6), ("v", 3.4)), "प": (("pp", 2.6),), "फ़": (("p", 2.6),),
}


@lru_cache(maxsize=1 << 16)
def _lenient(word: str) -> tuple[Options, ...]:
    letters = sounds(word)
    strict = lattice(word)
    if len(strict) != len(letters):  # a cluster took two sounds for one step: its own options are wide enough
        return tuple(strict)
    out: list[Options] = []
    for i, (sound, options) in enumerate(zip(letters, strict, strict=True)):
        extra = LENIENT.get(sound.letter, ())
        if sound.nasal:
            extra = tuple((s + n, c) for s, c in extra for n in ("n", "m", "") if s)
        if sound.inherent and i == len(letters) - 1:
            extra = ()
        out.append((*options, *extra))
    return tuple(out)


def cost_of(word: str, roman: str) -> float:
    """What it costs to spell a Devanagari word so; infinite where no path of the rules does."""
    reached = {0: 0.0}
    for options in _lenient(word):
        grown: dict[int, float] = {}
        for at, cost in reached.items():
            for text, extra in options:
                if roman.startswith(text, at):
                    end, total = at + len(text), cost + extra
                    if total < grown.get(end, 1e9):
                        grown[end] = total
        reached = grown
    return reached.get(len(roman), float("inf"))
