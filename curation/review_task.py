"""The task that annotators see: fields, questions, metadata and guidelines, from the schemas and data/review; the rule of each slot."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from curation.review_backend import Field, Property, Question, Task
from hinglish.errors import KhichdiError
from hinglish.lexicon import DATA
from schemas.contract import intents
from schemas.example import leaf_kinds

FOLDER = DATA / "review"
MOST_GUIDELINES = 10_000  # characters; Argilla takes no more
VERDICTS = {"right": "right: the label says what the message says", "fix": "fix: I write the correction", "reject": "reject: the row should go"}
ISSUES = {
    "wrong_slot": "wrong slot", "wrong_intent": "wrong intent", "bad_script": "bad script",
    "unnatural": "unnatural", "bad_hindi": "bad Hindi", "not_safe": "not safe",
}  # fmt: skip
# Handlebars; the page escapes values. Colours are readable on white and black, and the underline says the same without colour.
TOKENS = """<style>.k{font:18px/1.9 "Noto Sans Devanagari",sans-serif}.k span{border-bottom:3px solid;padding:0 1px}
.k .hi{border-color:#d95f02}.k .en{border-color:#1f78b4}.k .other{border-color:#999}.k .n{font-style:italic}
.g{font:12px sans-serif;opacity:.75}</style>
<div class="k">{{#each record.fields.tokens.words}}<span class="{{lang}} {{mark}}">{{text}}</span>{{after}}{{/each}}</div>
<div class="g">orange: Hindi · blue: English · grey: neither · italic: a name</div>"""
RULES = """<style>.r details{margin:2px 0;font:14px/1.5 "Noto Sans Devanagari",sans-serif}.r summary{cursor:pointer}
.r code{opacity:.8}.r p{margin:2px 0 6px 18px}</style>
<div class="r">{{#each record.fields.rules.slots}}<details><summary><b>{{name}}</b> <code>{{value}}</code></summary>
<p>{{en}}</p><p>{{hi}}</p></details>{{/each}}</div>"""


@cache
def _rules() -> Mapping[str, Any]:
    return tomllib.loads((FOLDER / "rules.toml").read_text(encoding="utf-8"))


def rule(intent: str, path: str) -> tuple[str, str]:
    """The rule of a slot in English and Hinglish: its own where it has one, else that of its kind; with the schema's description."""
    name = path.rpartition(".")[2]
    slot = intents()[intent].slot(path)
    found = _rules()["slot"].get(name) or _rules()["kind"].get(slot.kind)
    if found is None:
        raise KhichdiError(f'data/review/rules.toml: no rule for slot "{name}" and none for kind "{slot.kind}"; add [kind.{slot.kind}]')
    choices = f" Values: {', '.join(slot.choices)}." if slot.choices else ""
    return str(found["en"]) + choices, str(found["hi"])


@cache
def span_labels() -> tuple[str, ...]:
    """Every leaf without its item number, over all intents: the labels of the span question."""
    return tuple(dict.fromkeys(path for name in intents() for path in leaf_kinds(name)))


def guidelines(extra: str = "") -> str:
    """The annotators' guidelines, with what became of their fixes at the end."""
    text = (FOLDER / "guidelines.md").read_text(encoding="utf-8") + (f"\n{extra}" if extra else "")
    if len(text) > MOST_GUIDELINES:
        raise KhichdiError(f"data/review/guidelines.md: {len(text)} characters with what became of fixes; Argilla takes {MOST_GUIDELINES}. Shorten the page")
    return text


def _options(table: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "text": text} for value, text in table.items()]


def _fields(*extra: Field) -> tuple[Field, ...]:
    return (
        Field("message", "Message", True, {"type": "text", "use_markdown": False}),
        *extra,
        Field("label", "Label", True, {"type": "text", "use_markdown": True}),
        Field("tokens", "Words by language", False, {"type": "custom", "template": TOKENS, "advanced_mode": False}),
        Field("rules", "Rules: click a slot", False, {"type": "custom", "template": RULES, "advanced_mode": False}),
        Field("changed", "What was changed on purpose", False, {"type": "text", "use_markdown": True}),
    )


def _questions() -> tuple[Question, ...]:
    spans = {"type": "span", "field": "message", "options": [{"value": p, "text": p} for p in span_labels()], "allow_overlapping": True, "visible_options": 12}
    fix = "Only with fix. One change a line, `slot = value`, or the whole label as JSON. Hindi in Roman letters is put into script for you."
    return (
        Question("verdict", "Is the label right?", "Judge by the rules, not by taste.", True, {"type": "label_selection", "options": _options(VERDICTS)}),
        Question("corrected", "Corrected label", fix, False, {"type": "text", "use_markdown": False}),
        Question("issues", "What is wrong?", "All that you see.", False, {"type": "multi_label_selection", "options": _options(ISSUES)}),
        Question("spans", "Which words say which slot?", "Mark only what the label gets wrong.", False, spans),
        Question("naturalness", "How natural?", "5: a friend could have typed it", False, {"type": "rating", "options": [{"value": n} for n in range(1, 6)]}),
    )


METADATA = (
    *(Property(n, n, "terms") for n in ("intent", "tier", "script", "augmenter", "template", "version", "split")),
    Property("suspicion", "suspicion", "float", hidden=True),  # would give planted rows away
)


def main_task(round_name: str, overlap: int = 1, extra: str = "") -> Task:
    """Judge rows of a release."""
    return Task(f"khichdi-{round_name}", guidelines(extra), _fields(), _questions(), METADATA, overlap)


def returned_task(round_name: str) -> Task:
    """Answers that come back to their annotator: unreadable, unsupported, or put into script and to be confirmed."""
    why = Field("why", "Why this comes back to you", True, {"type": "text", "use_markdown": True})
    meta = (Property("intent", "intent", "terms"), Property("for", "for", "terms"), Property("reason", "reason", "terms"))
    return Task(f"khichdi-{round_name}-returned", guidelines(), _fields(why), _questions(), meta)


def adjudication_task(round_name: str) -> Task:
    """Rows on which annotators differ, with all their answers shown."""
    answers = Field("answers", "What the annotators said", True, {"type": "text", "use_markdown": True})
    return Task(f"khichdi-{round_name}-adjudicate", guidelines(), _fields(answers), _questions(), (Property("intent", "intent", "terms"),))


def path_of_round(round_name: str, home: Path) -> Path:
    """Where the working files of a round lie: build/review/<round>."""
    if not round_name or round_name.strip(".") == "" or any(not (c.isalnum() and c.isascii()) and c not in "._-" for c in round_name):
        raise KhichdiError(f'round "{round_name}": letters, digits, dots, dashes and underscores make the name of a round, such as v1.1.0-a')
    return home / round_name
