"""Other people's Hinglish commands, zero-shot: Hinglish-TOP's intents and slots mapped to ours, values compared romanised and folded.

A development figure: the file was looked at to write this map. Nothing of its text is written out but the inputs that the caller
asks for; results hold ids, counts and hashes. Slots of another's annotation cut elsewhere than our guide, so this F1 is no slot F1
of the tiers: it says whether what was learnt carries over.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import regex

from eval.metrics import Figure
from eval.script_score import KNOWN
from hinglish.devanagarise import roman_key
from hinglish.errors import KhichdiError
from hinglish.romanise import romanise
from hinglish.script import ascii_digits, nfc, script_of
from schemas.prediction import Prediction, verdict
from schemas.stats import ratio, wilson

TIER = "hinglish_top"
INTENTS: Mapping[str, str] = {
    "CREATE_REMINDER": "set_reminder", "CREATE_ALARM": "set_alarm", "SEND_MESSAGE": "send_message", "GET_WEATHER": "get_weather",
    "GET_DIRECTIONS": "get_directions", "PLAY_MUSIC": "play_music",
}  # fmt: skip
WHEN = "when"  # date, time and repeat together: theirs is one slot
THEIRS: Mapping[str, Mapping[str, str]] = {
    "set_reminder": {"TODO": "task", "DATE_TIME": WHEN, "RECURRING_DATE_TIME": WHEN},
    "set_alarm": {"DATE_TIME": WHEN, "DATE_TIME_RECURRING": WHEN, "PERIOD": WHEN},
    "send_message": {"RECIPIENT": "recipient", "GROUP": "recipient", "CONTENT_EXACT": "message", "RESOURCE": "app"},
    "get_weather": {"LOCATION": "place", "DATE_TIME": WHEN},
    "get_directions": {"SOURCE": "origin", "DESTINATION": "destination", "METHOD_TRAVEL": "mode"},
    "play_music": {"MUSIC_TYPE": "song", "MUSIC_GENRE": "song", "MUSIC_TRACK_TITLE": "song", "MUSIC_ALBUM_TITLE": "song", "MUSIC_PLAYLIST_TITLE": "song",
                   "MUSIC_ARTIST_NAME": "artist", "MUSIC_PROVIDER_NAME": "app"},
}  # fmt: skip
OURS: Mapping[str, str] = {"date": WHEN, "time": WHEN, "repeat": WHEN}
# Words that tie a phrase to its sentence, cut by our guide and kept by theirs, and possessives.
TIES = frozenset(
    "to at on for by from in of the a an this my ko ka ki ke se me mein main par pe liye ne wala wali wale mera meri mere apna apni apne".split()
)
_WORD = regex.compile(r"[\p{L}\p{M}]+|\p{N}+(?:[.:]\p{N}+)*")


class Command(NamedTuple):
    """One of their rows: its intent as ours (none where it has no counterpart), whether it is mapped, and its slots as folded words."""

    id: str
    sha: str
    text: str
    intent: str
    mapped: bool
    slots: Mapping[str, tuple[str, ...]]


class Scored(msgspec.Struct, frozen=True):
    """What one answer earned, without a word of it."""

    id: str
    mapped: bool
    valid: bool
    intent: bool
    right: int
    said: int
    wanted: int


class Transfer(msgspec.Struct, frozen=True):
    """Both figures with the hashes they can be checked by: mapped intents alone, and all rows with the unmapped as none."""

    file_sha256: str
    predictions_sha256: str
    mapped: dict[str, Figure]
    everything: dict[str, Figure]
    missing: int
    rows: list[Scored]


def read_commands(path: Path) -> list[Command]:
    """Their TSV; a file of other columns is an error that names those it must have."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    wanted = {"id", "intent", "query", "slots_json"}
    if not rows or not wanted <= rows[0].keys():
        raise KhichdiError(f"{path.name}: a Hinglish-TOP file has the columns {', '.join(sorted(wanted))}")
    return [_command(row) for row in rows]


def _command(row: Mapping[str, str]) -> Command:
    name = INTENTS.get(row["intent"])
    slots: dict[str, tuple[str, ...]] = {}
    for slot in sorted(msgspec.json.decode(row["slots_json"]), key=_start):
        ours = THEIRS.get(name or "", {}).get(slot["slot"])
        if ours and slot["depth"] == 0:
            slots[ours] = (*slots.get(ours, ()), *folded(slot["text"]))
    text = nfc(row["query"])
    return Command(row["id"], sha256(text.encode()).hexdigest(), text, name or "none", name is not None, {k: v for k, v in slots.items() if v})


def _start(slot: Mapping[str, Any]) -> int:
    return int(slot["start"])


def folded(text: str) -> tuple[str, ...]:
    """The words of a value, romanised, by their lossy key, ties and marks left out: "कल सुबह" and "kal subah ko" are one."""
    out = []
    for word in _WORD.findall(ascii_digits(nfc(text)).lower()):
        roman = (romanise(word, KNOWN) or (word,))[0] if script_of(word) == "devanagari" else word
        if word not in TIES and roman not in TIES:
            out.append(roman_key(roman) or roman if not roman[:1].isdigit() else roman)
    return tuple(out)


def answer_slots(target: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The slots of an answer in the same form, date, time and repeat together."""
    out: dict[str, tuple[str, ...]] = {}
    for name, value in target.items():
        if name != "intent" and isinstance(value, str):
            slot = OURS.get(name, name)
            out[slot] = (*out.get(slot, ()), *folded(value))
    return {k: v for k, v in out.items() if v}


def score(command: Command, output: str | None) -> Scored:
    """One answer: slots are right where they hold the same words, in whatever order (theirs is one phrase, ours are two)."""
    target = verdict(output, explain=False).target if output is not None else None
    if target is None:
        return Scored(command.id, command.mapped, valid=False, intent=False, right=0, said=0, wanted=len(command.slots))
    same = target["intent"] == command.intent
    said = answer_slots(target) if command.mapped or target["intent"] != "none" else {}
    right = sum(Counter(said.get(slot, ())) == Counter(words) for slot, words in command.slots.items()) if same else 0
    return Scored(command.id, command.mapped, valid=True, intent=same, right=right, said=len(said), wanted=len(command.slots))


def figures(rows: Sequence[Scored]) -> dict[str, Figure]:
    """Validity and intent accuracy with Wilson's interval, slot F1 with a bootstrap over messages."""
    n = len(rows)
    out = {}
    for name, k in (("json_valid", sum(r.valid for r in rows)), ("intent", sum(r.intent for r in rows))):
        found = wilson(k, n)
        out[name] = Figure(found.value, found.low, found.high, n, k, n)
    for name, tops, bottoms in (
        ("slot_f1", [2 * r.right for r in rows], [r.said + r.wanted for r in rows]),
        ("slot_precision", [r.right for r in rows], [r.said for r in rows]),
        ("slot_recall", [r.right for r in rows], [r.wanted for r in rows]),
    ):
        touched = sum(b > 0 for b in bottoms)
        found = ratio(tops, bottoms, n=touched)
        out[name] = Figure(found.value, found.low, found.high, touched, sum(tops), sum(bottoms))
    return out


def transfer(path: Path, predictions: Path, answers: Iterable[Prediction]) -> Transfer:
    """Score a predictions file on their commands. Answers to another text are refused; commands without one count as no answer."""
    commands = {c.id: c for c in read_commands(path)}
    outputs: dict[str, str] = {}
    for p in answers:
        if p.id not in commands or p.sha != commands[p.id].sha:
            raise KhichdiError(f"{predictions.name}: {p.id} is no command of {path.name} as it is; predict on what `khichdi eval transfer --inputs` wrote")
        outputs[p.id] = p.output
    rows = [score(c, outputs.get(c.id)) for c in commands.values()]
    hashes = sha256(path.read_bytes()).hexdigest(), sha256(predictions.read_bytes()).hexdigest()
    missing = len(commands) - len(outputs)
    return Transfer(*hashes, mapped=figures([r for r in rows if r.mapped]), everything=figures(rows), missing=missing, rows=rows)


def inputs(path: Path) -> bytes:
    """What a model is to be asked, a JSON object a line: id, sha, tier, input. It holds their text: keep it out of what is committed."""
    return b"".join([msgspec.json.encode({"id": c.id, "sha": c.sha, "tier": TIER, "input": c.text}) + b"\n" for c in read_commands(path)])
