"""Words that say nothing, put where speech puts them: at the start, after a call, before a verb or a slot phrase, at the end.

The table is data/fillers.tsv. A filler never stands inside a span, between a word and its postposition or a verb and its auxiliary, or
beside words that are themselves content (a message, a task, a title); its script is its neighbour's, its register the verbs'.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import ClassVar, Literal, get_args

from msgspec.structs import replace

from augment.core import frozen
from augment.surfaces import Surfaces, ends_in, settled, surfaces
from generators.randomness import Random
from hinglish.errors import KhichdiError
from hinglish.lexicon import DATA, Lexicon
from hinglish.script import script_of
from schemas.example import Token, Utterance

Register = Literal["any", "tum", "aap"]
Place = Literal["start", "why", "voc", "verb", "slot", "end", "please"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CONTENT = frozenset({"message", "task", "note", "issue", "song", "purpose"})  # a filler beside these would read as theirs
DAYS = frozenset({"date", "time", "due_date"})
CALLS = _words("यार भाई भैया सुनो सुनिए अरे अबे ओए जी नमस्ते नमस्कार हाँ अच्छा bro sir madam hello hi hey assistant")
OPENS = _words("को से में पर पे लिए")  # the phrase before ends here
ASKS = _words("दो दे देना दीजिए दीजिएगा दें दोगे देंगे करो करना करें कीजिए कीजिएगा लेना लो लीजिए लीजिएगा रखना भेजना बताना बताओ भेजो लगाओ लाना")
ENDS = ASKS | _words("है हैं था थी चाहिए होगा गया गई गए रहेगा जाएगा जाएगी जाए हूँ पड़ेगा क्या")
NOT_ASKED = _words("लिए चाहिए इसलिए इसीलिए किए दिए पिए सुनिए")
POLITE = _words("कृपया sir madam साहब दें करें लें देंगे करेंगे धन्यवाद निवेदन मेहरबानी कष्ट कृपा जी")
CLOSE = _words("दो दे दोगे करो तुम तू तुझे तुम्हें यार भाई bro अबे ओए भेजो बताओ लगाओ सुनो देखो रे मँगाओ कराओ")
# Who begins so needs no filler before it: polite openings, and words that are one themselves.
BARE = _words(
    "कृपया please plz kindly नमस्कार नमस्ते श्रीमान महोदय चलो बाप ओह उफ़ thanks thank धन्यवाद शुक्रिया सुना "
    "पता न्यू new order song reminder could can ओहो हाय dear congratulations happy big offer alert मुबारक बधाई"
)
EXPLAINS = _words("मुझे मैं हम हमें मेरा मेरे मेरी")  # who begins so tells why: "actually मुझे …"
EDGES: Mapping[Place, frozenset[Place]] = {"start": frozenset({"start", "why", "voc"}), "end": frozenset({"end", "please"})}  # one filler an edge


@cache
def fillers() -> Mapping[tuple[Register, Place], tuple[tuple[str, ...], ...]]:
    """(register, place) → fillers as their words, from data/fillers.tsv; a line that is none is an error that names it."""
    out: dict[tuple[Register, Place], tuple[tuple[str, ...], ...]] = {}
    for number, line in enumerate((DATA / "fillers.tsv").read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [c.strip() for c in line.split("\t")]
        if len(cells) != 3 or cells[0] not in get_args(Register) or cells[1] not in get_args(Place) or not cells[2]:
            known = f"register ({', '.join(get_args(Register))}), place ({', '.join(get_args(Place))})"
            raise KhichdiError(f"data/fillers.tsv:{number}: {line[:60]!r}; a line is {known} and words, with tabs between")
        key: tuple[Register, Place] = (cells[0], cells[1])  # type: ignore[assignment]  # both held to their literals above
        out[key] = (*out.get(key, ()), tuple(cells[2].split()))
    return out


def register_of(utterance: Utterance) -> Register:
    """How a message speaks to its reader, by the verbs and callings outside spans; "any" where nothing tells."""
    close = False
    for token in utterance:
        if token.slots or token.kind != "word":
            continue
        norm = token.norm
        if norm in POLITE or norm.startswith("आप") or (norm.endswith(("िए", "इए", "िएगा", "इएगा")) and norm not in NOT_ASKED):
            return "aap"
        close = close or norm in CLOSE
    return "tum" if close else "any"


@frozen
class Filler:
    """One word that says nothing, or two with probability `again`; after one at the start a comma, with probability `comma`, where the hand uses them."""

    again: float = 0.08
    comma: float = 0.5
    name: ClassVar[str] = "filler"

    def __call__(self, utterance: Utterance, lexicon: Lexicon, rng: Random) -> Utterance | None:
        """None where no place is open."""
        once = self._one(utterance, surfaces(lexicon), rng, frozenset())
        if once is None:
            return None
        out, place = once
        if rng.random() < self.again:
            edge: Place = "start" if place in ("why", "voc") else "end" if place == "please" else place
            twice = self._one(out, surfaces(lexicon), rng, EDGES.get(edge, frozenset({place})))
            out = twice[0] if twice else out
        return settled(utterance, out)

    def _one(self, utterance: Utterance, known: Surfaces, rng: Random, taken: frozenset[Place]) -> tuple[Utterance, Place] | None:
        """One filler more, at a place of another sort than those taken; each sort of place as likely."""
        lines = _lines(register_of(utterance), hindi=any(t.lang == "hi" and not t.slots for t in utterance))
        open_: dict[Place, list[int]] = {}
        for place, at in places(utterance, known):
            if place not in taken and lines[place]:
                open_.setdefault(place, []).append(at)
        if not open_:
            return None
        place = list(open_)[int(rng.random() * len(open_))]
        at = open_[place][int(rng.random() * len(open_[place]))]
        here = {t.norm for t in utterance}
        fitting = [words for words in lines[place] if here.isdisjoint(words)]
        if not fitting:
            return None
        words = fitting[int(rng.random() * len(fitting))]
        comma = place in ("start", "why", "voc") and rng.random() < self.comma and any(t.text == "," and not t.slots for t in utterance)
        return _put(utterance, at, words, known, rng, comma=comma), place


@cache
def _lines(register: Register, *, hindi: bool) -> Mapping[Place, tuple[tuple[str, ...], ...]]:
    """Place → the fillers of a register; a message without Hindi takes English ones alone."""
    registers: tuple[Register, ...] = ("any",) if register == "any" else ("any", register)
    found = {place: [words for r in registers for words in fillers().get((r, place), ())] for place in get_args(Place)}
    return {place: tuple([words for words in lines if hindi or all(script_of(w) == "roman" for w in words)]) for place, lines in found.items()}


def places(utterance: Utterance, known: Surfaces) -> Iterator[tuple[Place, int]]:
    """Every boundary at which a filler may stand, as (place, index of the token that it would precede)."""
    last = len(utterance)
    while last and utterance[last - 1].kind == "mark" and not utterance[last - 1].slots:
        last -= 1
    if last == 0:
        return
    called = _calls(utterance, last)
    if called < last and not _content(utterance[called]) and not _clings(utterance[called], known):
        first = utterance[called]
        if first.norm not in BARE or first.slots:
            yield ("voc" if called else "why" if first.norm in EXPLAINS and not first.slots else "start"), called
    inside = _inside(utterance)
    for i in range(1, last):
        if not _opened(utterance[i - 1]) or i in inside or _content(utterance[i]) or _content(utterance[i - 1]):
            continue
        if utterance[i].slots:
            yield "slot", i
        elif _verbs(utterance, i, last, known):
            yield "verb", i
    end = utterance[last - 1]
    if not end.slots and end.norm in ENDS:
        yield "end", last
        if end.norm in ASKS:
            yield "please", last


def _content(token: Token) -> bool:
    return bool(token.slots) and ends_in(token.slots, CONTENT)


def _calls(utterance: Utterance, last: int) -> int:
    """Where the words that call somebody end, and a comma after them."""
    at = 0
    while at < last and not utterance[at].slots and (utterance[at].norm in CALLS or (at and utterance[at].text == ",")):
        at += 1
    return at


def _inside(utterance: Utterance) -> frozenset[int]:
    """Boundaries between two words of one slot, or of one item of a list, and whatever stands between them."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for i, token in enumerate(utterance):
        for path in token.slots:
            head = path.rpartition(".")[0] or path
            first.setdefault(head, i)
            last[head] = i
    return frozenset([i for head, at in first.items() if at < last[head] for i in range(at + 1, last[head] + 1)])


def _opened(before: Token) -> bool:
    """Does a phrase end with this word: a postposition outside spans, or a day or an hour?"""
    return before.after == " " and (ends_in(before.slots, DAYS) if before.slots else before.norm in OPENS)


def _clings(token: Token, known: Surfaces) -> bool:
    """A postposition, a particle, a conjunction or an auxiliary leans on the word before it."""
    return token.kind != "word" or (not token.slots and (token.norm in ENDS or known.clings(token.norm)))


def _verbs(utterance: Utterance, at: int, last: int, known: Surfaces) -> bool:
    """Does a verb phrase that asks for something begin here: up to three words outside spans, and its auxiliary?"""
    if _clings(utterance[at], known):
        return False
    for token in utterance[at + 1 : min(at + 4, last)]:
        if token.slots or token.kind != "word":
            return False
        if token.norm in ASKS:
            return True
    return False


def _put(utterance: Utterance, at: int, words: tuple[str, ...], known: Surfaces, rng: Random, *, comma: bool) -> Utterance:
    """A filler before token `at`, in its neighbour's script and case, with the spaces that belong to it."""
    head, tail = list(utterance[:at]), list(utterance[at:])
    beside = next((t for t in (*tail, *reversed(head)) if t.kind in ("word", "name")), None)
    latin = any(t.lang == "en" and script_of(t.text) == "roman" for t in utterance)
    deva = beside is not None and _devanagari(beside, utterance)
    put: list[Token] = []
    for norm in words:
        tables = known.of(norm)
        by_sound = deva and not (tables.word.lang == "en" and latin) and bool(tables.deva)
        table = tables.deva if by_sound else tables.usual
        put.append(Token(table[int(rng.random() * len(table))] if table else norm, tables.word.lang, "word", norm))
    if comma:
        put[-1] = replace(put[-1], after="")
        put.append(Token(",", "other", "mark", ","))
    if not tail or (tail[0].kind == "mark" and not tail[0].slots):
        put[-1] = replace(put[-1], after=head[-1].after)
        head[-1] = replace(head[-1], after=" ")
    elif not head and tail[0].text[:1].isupper() and not tail[0].slots and tail[0].kind == "word" and (tail[0].lang == "hi" or tail[0].norm.islower()):
        put[0] = replace(put[0], text=put[0].text[:1].upper() + put[0].text[1:])
        tail[0] = replace(tail[0], text=tail[0].text[:1].lower() + tail[0].text[1:])
    return (*head, *put, *tail)


def _devanagari(beside: Token, utterance: Utterance) -> bool:
    """Is the hand at this word a Devanagari one? An English word in Latin tells nothing of the Hindi around it."""
    if beside.lang == "hi" or script_of(beside.text) == "devanagari":
        return script_of(beside.text) == "devanagari"
    return any(t.lang == "hi" and script_of(t.text) == "devanagari" for t in utterance)
