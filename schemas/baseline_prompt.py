"""What an untrained model is asked, for the baselines: our one prompt as it is, or with every intent's keys and three examples in it.

The second is no prompt of training or serving. All that comes before the message is the same for every message, so a runner may
compute it once.
"""

from collections.abc import Mapping
from typing import Any

from schemas.canonical import encode
from schemas.contract import Intent, Slot, intents
from schemas.prompt import prompt, turns

# Written for this prompt; they stand in no tier (a test holds them to their schemas and against gold_dev).
EXAMPLES: tuple[tuple[str, Mapping[str, Any]], ...] = (
    (
        "bhaiya parso shaam ko nani ko teen hazaar Paytm kar dena",
        {"intent": "transfer_money", "recipient": "नानी", "amount": 3000, "via": "Paytm", "date": "परसों", "purpose": None},
    ),
    (
        "दो किलो आलू and 1 packet bread मँगवा लो",
        {
            "intent": "order_grocery",
            "items": [{"name": "आलू", "quantity": 2, "unit": "किलो"}, {"name": "bread", "quantity": 1, "unit": "packet"}],
            "deliver_at": None,
        },
    ),
    ("good morning yaar, kya haal hai", {"intent": "none"}),
)
_TYPES = {"amount": "rupees as a number", "count": "whole number", "quantity": "number", "digits": "digits as a string", "name": "name", "text": "words"}


def plain(message: str) -> list[dict[str, str]]:
    """Base with our prompt: the very turns of training and serving."""
    return turns(message)


def with_schema(message: str) -> list[dict[str, str]]:
    """Base with schema and three examples: one system turn with the keys of every intent, three answered turns, then the message."""
    asked: list[dict[str, str]] = [{"role": "system", "content": f"{prompt().system}\n\nIntents and their keys, in order:\n{schema_text()}"}]
    for text, target in EXAMPLES:
        asked += [turns(text)[1], {"role": "assistant", "content": encode(target).decode()}]
    return [*asked, turns(message)[1]]


def schema_text() -> str:
    """One line an intent: what it is for, its keys and what each holds."""
    return "\n".join(_line(i) for i in intents().values())


def _line(found: Intent) -> str:
    keys = ", ".join(f"{s.name}: {_holds(s)}" for s in found.slots)
    return f"{found.name} ({found.title}): {keys or 'no other key'}"


def _holds(slot: Slot) -> str:
    if slot.fields:
        return "list of {" + ", ".join(f"{f.name}: {_holds(f)}" for f in slot.fields) + "}"
    return "one of " + "/".join(slot.choices) if slot.choices else _TYPES[slot.kind]
