"""Example → record, and an annotator's spans back into the message: the page counts UTF-16, so the text that is marked holds no astral character."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from curation.review_backend import Record, Suggestion
from curation.review_task import rule
from hinglish.script import script_of, visible
from schemas.contract import leaves
from schemas.example import Example, Span

PLACEHOLDER = "□"  # stands for one character beyond the BMP (most emoji), one for one, so that every offset stays true
# Argilla's page puts a record into a script of its own and a message into HTML: a message could run code in an annotator's browser, and
# "&amp;" would move every offset. One for one again; `typed_back` undoes it in what annotators copy.
HARMLESS = {ord("<"): "‹", ord("&"): "＆"}
_BACK = {ord("‹"): "<", ord("＆"): "&"}


def key_of(example: Example) -> str:
    """`id@sha8`: what a record is called. Another text or label is another record."""
    return f"{example.id}@{example.sha[:8]}"


def bmp(text: str) -> str:
    """The message as it is marked: as many code points as before, each one UTF-16 unit."""
    return "".join([c if ord(c) < 0x10000 else PLACEHOLDER for c in text])


def harmless(value: Any) -> Any:
    """A field's value with nothing in it that the page would take for markup; texts keep their length."""
    if isinstance(value, str):
        return value.translate(HARMLESS)
    if isinstance(value, dict):
        return {k: harmless(v) for k, v in value.items()}
    return [harmless(v) for v in value] if isinstance(value, list) else value


def typed_back(text: str) -> str:
    """What an annotator typed or copied, with the message's own characters."""
    return text.translate(_BACK)


def quoted(text: str) -> str:
    """Text inside markdown, as it is: a code block whose lines begin with a bar, so that nothing in them ends it or is read as a link."""
    return "```\n" + "\n".join(f"│ {visible(line)}" for line in text.splitlines() or [""]) + "\n```"


def label_text(target: Mapping[str, Any]) -> str:
    """The label as an indented code block, in the order of the schema."""
    lines = [f"  {msgspec.json.encode(k).decode()}: {msgspec.json.encode(v).decode()}" for k, v in target.items()]
    return "```json\n{\n" + ",\n".join(lines) + "\n}\n```"


def words_of(example: Example) -> list[dict[str, str]]:
    """Tokens for the coloured field; a row without tokens is one word without a language."""
    if example.utterance is None:
        return [{"text": visible(example.input), "lang": "other", "mark": "", "after": ""}]
    return [{"text": visible(t.text), "lang": t.lang, "mark": "n" if t.kind == "name" else "", "after": visible(t.after)} for t in example.utterance]


def rules_of(target: Mapping[str, Any]) -> list[dict[str, str]]:
    """Each slot with its value and its rule; nulls too, for a slot that is missing is a fault as well."""
    intent = str(target["intent"])
    out = []
    for path, value in leaves(target).items():
        english, hinglish = rule(intent, path)
        out.append({"name": path, "value": msgspec.json.encode(value).decode(), "en": english, "hi": hinglish})
    return out


def changed(example: Example) -> str | None:
    """The steps that said the row otherwise, each with the text before it; None where there were none."""
    steps = example.provenance.get("augmenters") or ()
    if not steps:
        return None
    return "\n".join(f"before **{s['name']}**:\n{quoted(str(s['before']))}" for s in steps)


def generic(path: str) -> str:
    """A leaf's label in the span question: items.0.name is items.name."""
    return ".".join(p for p in path.split(".") if not p.isdecimal())


def suggestions(example: Example, score: float) -> tuple[Suggestion, ...]:
    """What is prefilled: the verdict that the label is right, and its spans, with how sure we are in [0, 1]."""
    spans = [{"label": generic(s.path), "start": s.start, "end": s.end} for s in example.spans]
    found = [Suggestion("verdict", "right", score)]
    if spans:
        found.append(Suggestion("spans", spans, [score] * len(spans)))
    return tuple(found)


def fields_of(example: Example) -> dict[str, Any]:
    """What every task shows of a row."""
    shown = {
        "message": bmp(example.input),
        "label": label_text(example.target),
        "tokens": {"words": words_of(example)},
        "rules": {"slots": rules_of(example.target)},
        "changed": changed(example),
    }
    return {k: harmless(v) for k, v in shown.items() if v is not None}


def metadata_of(example: Example, tier: str, version: str) -> dict[str, Any]:
    """What annotators filter by."""
    steps = [str(s["name"]) for s in example.provenance.get("augmenters") or ()]
    return {
        "intent": example.intent, "tier": tier, "script": script_of(example.input), "augmenter": steps or ["none"],
        "template": str(example.provenance.get("template", "none")), "version": version, "split": "train" if tier == "train" else "test",
    }  # fmt: skip


def record_of(example: Example, tier: str, version: str, *, suspicion: float = 0.0, blind: bool = False) -> Record:
    """A row as it is pushed. Suspicion in [0, 1] lowers the score of what is suggested; a blind row has no suggestion."""
    said = () if blind else suggestions(example, round(1.0 - suspicion, 4))
    return Record(key_of(example), fields_of(example), {**metadata_of(example, tier, version), "suspicion": round(suspicion, 4)}, said)


def spans_back(values: Sequence[Mapping[str, Any]], text: str) -> list[Span]:
    """An annotator's spans in code points of the message. Placeholders are one for one and the server counts code points, so offsets are
    the message's own; a span that ends outside it is a fault of the server and raises."""
    spans = [Span(str(v["label"]), int(v["start"]), int(v["end"])) for v in values]
    for s in spans:
        if not 0 <= s.start < s.end <= len(text):
            raise ValueError(f"span {s.path} [{s.start}, {s.end}) lies outside {text!r}")
    return sorted(spans, key=_at)


def _at(span: Span) -> tuple[int, int, str]:
    return span.start, span.end, span.path
