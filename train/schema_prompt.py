"""The prompt of a base that was not trained: our system text, every intent with its slots, three rows of train. A baseline's, never our model's."""

from collections.abc import Sequence

from schemas.contract import Slot, intents
from schemas.prompt import prompt, turns
from train.rows import Row


def _said(slot: Slot) -> str:
    kind = "|".join(slot.choices) if slot.choices else slot.kind
    inner = f"[{{{', '.join(_said(f) for f in slot.fields)}}}]" if slot.fields else kind
    return f"{slot.name}: {inner}"


def signatures() -> str:
    """One line an intent: its name, what it is, its slots in order with their kinds."""
    return "\n".join(f"- {i.name} ({i.title}): {', '.join(_said(s) for s in i.slots) or 'no slots'}" for i in intents().values())


def chosen(rows: Sequence[Row]) -> list[Row]:
    """The first three rows of train of three different intents."""
    out: list[Row] = []
    for row in rows:
        if row.intent not in {r.intent for r in out}:
            out.append(row)
        if len(out) == 3:
            break
    return out


def schema_turns(message: str, examples: Sequence[Row]) -> list[dict[str, str]]:
    """System turn with intents and examples, and the usual user turn: all but the message is shared, and computed once."""
    shown = "\n\n".join(f"Message: {e.input}\nJSON: {e.target}" for e in examples)
    own, user = turns(message)
    system = f"{own['content']}\n\nIntents and their slots, in order:\n{signatures()}\n\nExamples:\n\n{shown}\n\n{prompt().instruction}"
    return [{"role": "system", "content": system}, user]
