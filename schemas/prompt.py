"""The one prompt: its text lies in schemas/prompt.toml, its hash names it. No examples and no schema in it: labels teach those."""

import tomllib
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from schemas.contract import FOLDER


class Prompt(NamedTuple):
    """System text and the one line above the message."""

    system: str
    instruction: str

    @property
    def hash(self) -> str:
        """sha256 of both texts; a mismatch between data, adapter and server is refused."""
        return sha256(f"{self.system}\0{self.instruction}".encode()).hexdigest()


@cache
def prompt() -> Prompt:
    """The prompt as it stands in the file."""
    table = tomllib.loads((FOLDER / "prompt.toml").read_text(encoding="utf-8"))
    return Prompt(table["system"], table["instruction"])


def turns(message: str) -> list[dict[str, str]]:
    """System and user turn for one message."""
    p = prompt()
    return [{"role": "system", "content": p.system}, {"role": "user", "content": f"{p.instruction}\n{message}"}]
