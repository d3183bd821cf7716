"""What a run would train on, token by token: masked ones dim, trained ones green, the stop token reversed; and the lengths of all rows."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from train.chat import Encoded


class Piece(NamedTuple):
    """A token as it shows: its text, and whether the loss looks at it. A character that takes several tokens stands at the first, · at the others."""

    text: str
    trained: bool
    stop: bool


def pieces(tokenizer: Any, row: Encoded) -> list[Piece]:
    """Every token of a row in order; joined, their texts are the row's text but for the dots."""
    out, held = [], []  # type: tuple[list[Piece], list[int]]
    for token, label in zip(row.ids, row.labels, strict=True):
        held.append(token)
        text = str(tokenizer.decode(held, skip_special_tokens=False, clean_up_tokenization_spaces=False))
        whole = not text.endswith("\N{REPLACEMENT CHARACTER}")
        trained = label >= 0
        if whole and len(held) > 1:
            first = len(out) - len(held) + 1
            out[first] = out[first]._replace(text=text)
        out.append(Piece(text if whole and len(held) == 1 else "·", trained, trained and token == tokenizer.eos_token_id))
        if whole:
            held = []
    return out


def painted(shown: Sequence[Piece]) -> Any:
    """The pieces as Rich text, a thin line between tokens, line breaks visible."""
    from rich.text import Text

    text = Text()
    for piece in shown:
        style = "reverse green" if piece.stop else "green" if piece.trained else "grey50"
        text.append(piece.text.replace("\n", "⏎\n"), style)
        text.append("│", "grey30")
    return text


def lengths(rows: Sequence[Encoded]) -> dict[str, int]:
    """Rows, and tokens a row with its label: median, 99th of 100, most; and how many tokens are trained in all."""
    sizes = sorted(len(r.ids) for r in rows)
    at = {"p50": sizes[len(sizes) // 2], "p99": sizes[min(len(sizes) - 1, len(sizes) * 99 // 100)], "most": sizes[-1]}
    return {"rows": len(rows), **at, "tokens": sum(sizes), "trained": sum(len(r.completion) for r in rows)}
