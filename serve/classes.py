"""What went wrong with an answer, in one word: the class a failure is queued under, so that people see like with like."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import regex

from hinglish.numerals import find
from schemas.contract import intents, leaves
from schemas.example import TEXT_KINDS, kind_of_leaf
from schemas.prediction import verdict
from schemas.reread import compliant
from serve.failures import Class

DATES: Final = frozenset({"date", "time", "due_date", "deliver_at", "repeat", "validity", "tenure"})
NUMBERS: Final = frozenset({"amount", "count", "quantity", "digits"})
FLAGGED: Final[Mapping[str, Class]] = {"missing": "missing", "hallucinated": "hallucinated", "not_data": "injection", "wrong_intent": "hallucinated"}
# Words of orders to a machine: two of them, or one beside a verb of dropping or showing, make a message an injection for sorting (not for safety).
_ORDERS: Final = frozenset(
    "json prompt system instruction instructions rule rules override reasoning schema format output developer debug admin markdown xml yaml niyam nirdesh "
    "thinking print assistant hidden secret previous जेसन जेएसओएन प्रॉम्प्ट प्रॉम्प्ट सिस्टम इंस्ट्रक्शन रूल रूल्स नियम निर्देश फॉर्मेट आउटपुट रीजनिंग".split())  # fmt: skip
_VERBS: Final = frozenset(
    "ignore bhool bhul bhulo bhoolo chhodo chodo chod chhod reveal print dikha dikhao show tell explain samjha samjhao forget hata hatao tod todo mat mano "
    "इग्नोर भूल भूलो छोड़ो छोड़ दिखा दिखाओ बता समझा हटा मत".split())  # fmt: skip
_WORD: Final = regex.compile(r"(?:\p{L}\p{M}*)+")


def orders(message: str) -> bool:
    """Does a message give orders to the machine that reads it?"""
    words = {w.casefold() for w in _WORD.findall(message)}
    found = words & _ORDERS
    return len(found) > 1 or bool(found and words & _VERBS)


def class_of(message: str, output: str | None, reason: str, paths: Sequence[str] = (), flag: str = "") -> Class:
    """The class of a failure. `paths` are leaves found ungrounded or flagged wrong, `flag` a client's reason (serve.shapes.Reason)."""
    if orders(message):
        return "injection"
    target = verdict(output or "", explain=False).target
    if target is None:
        return "format"
    if flag in FLAGGED:
        return FLAGGED[flag]
    if _scripts(target):
        return "script"
    if paths:
        return _of_path(str(target["intent"]), paths[0])
    if _unheard(message, target):
        return "numeral"
    if reason == "ungrounded":
        return "hallucinated"
    empty = all(v is None for v in leaves(target).values()) and target["intent"] != "none"
    return "missing" if empty or reason == "flagged" else "format"


def _scripts(target: Mapping[str, Any]) -> bool:
    """Has a text a word in neither language's script?"""
    intent = str(target["intent"])
    texts = [v for path, v in leaves(target).items() if isinstance(v, str) and kind_of_leaf(intent, path) in TEXT_KINDS]
    return not all(compliant(w) for text in texts for w in text.split())


def _of_path(intent: str, path: str) -> Class:
    name = path.rpartition(".")[2]
    if name in DATES:
        return "date"
    known = intent in intents() and path in leaves({"intent": intent}) | {path: None}
    return "numeral" if known and _kind(intent, path) in NUMBERS else "hallucinated"


def _kind(intent: str, path: str) -> str:
    try:
        return kind_of_leaf(intent, path)
    except KeyError:
        return ""


def _unheard(message: str, target: Mapping[str, Any]) -> bool:
    """Says the message a number that no leaf has, while the intent has a slot for one?"""
    intent = str(target["intent"])
    values = [v for path, v in leaves(target).items() if kind_of_leaf(intent, path) in NUMBERS]
    heard = [m for m in find(message) if m.reading.value is not None and not m.reading.flags]
    return bool(values) and all(v is None for v in values) and bool(heard)
