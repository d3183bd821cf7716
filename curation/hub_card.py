"""A release's card put together with the card that its repo has: facts are ours, what people added stays.

The YAML head: our keys win, `tags` are united, other keys of theirs stay. The text: ours, then what stands below the KEEP line of
theirs; of a card that no release wrote, the whole text goes below that line. Merging again changes nothing.
"""

import json
from typing import Any

from hinglish.errors import KhichdiError

KEEP = "<!-- what stands below this line is kept by khichdi release push -->"


def split(card: str) -> tuple[str, str]:
    """A card → (YAML between its --- lines, text after them)."""
    lines = card.replace("\r\n", "\n").split("\n")
    if lines[0].strip() != "---" or "---" not in [x.strip() for x in lines[1:]]:
        return "", "\n".join(lines)
    end = 1 + [x.strip() for x in lines[1:]].index("---")
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :])


def generated_part(card: str) -> str:
    """The text above the KEEP line, without the head."""
    return split(card)[1].partition(KEEP)[0].strip()


def merged(ours: str, theirs: str, *, generated: bool) -> str:
    """Our card with what theirs has beyond it. `generated`: theirs was written by a push, so only below its KEEP line is by hand."""
    head, text = split(ours)
    mine, other = _head(head), _head(split(theirs)[0])
    extra = {k: v for k, v in other.items() if k not in mine}
    tags = [t for t in other.get("tags") or [] if t not in (mine.get("tags") or [])]
    if extra or ("tags" in mine and tags):
        whole = mine | extra | ({"tags": [*(mine.get("tags") or []), *tags]} if "tags" in mine else {})
        head = "\n".join(f"{k}: {json.dumps(v, ensure_ascii=False, default=str)}" for k, v in whole.items())
    body = split(theirs)[1]
    kept = (body.partition(KEEP)[2] if generated or KEEP in body else body).strip()
    if not kept:
        return f"---\n{head}\n---\n{text}" if head != split(ours)[0] else ours
    return f"---\n{head}\n---\n{text.partition(KEEP)[0].rstrip()}\n\n{KEEP}\n\n{kept}\n"


def _head(text: str) -> dict[str, Any]:
    import yaml  # type: ignore[import-untyped]  # comes with huggingface_hub and datasets; ships no types

    try:
        found = yaml.safe_load(text) if text.strip() else {}
    except yaml.YAMLError as fault:
        raise KhichdiError(f"README.md: its head is no YAML ({str(fault).splitlines()[0]}); mend it, then push again") from fault
    return found if isinstance(found, dict) else {}
