"""Where text becomes token ids: the turns of a row as prompt, completion and stop token. Training, prediction and inspection all come through here."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from hinglish.errors import KhichdiError

IGNORED = -100  # a label that no loss looks at


class Encoded(NamedTuple):
    """Ids of one row. The completion is the label and its stop token, and only it is trained."""

    prompt: list[int]
    completion: list[int]

    @property
    def ids(self) -> list[int]:
        """What the model sees."""
        return self.prompt + self.completion

    @property
    def labels(self) -> list[int]:
        """What the loss sees: -100 under the prompt."""
        return [IGNORED] * len(self.prompt) + self.completion


def load_tokenizer(base: str, revision: str | None = None) -> Any:
    """The tokenizer of a base folder or Hub id, refused where training would go wrong without a word."""
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(base, revision=revision or "main")
    except (OSError, ValueError) as fault:
        raise KhichdiError(f"{base}: no tokenizer there ({str(fault).splitlines()[0]}); `khichdi models get` makes local bases in build/models") from fault
    held(tokenizer, base)
    return tokenizer


def held(tokenizer: Any, base: str) -> None:
    """KhichdiError unless there is a chat template, a stop token, and a pad token that is another one (padding is masked: it would hide the stop)."""
    if not tokenizer.chat_template:
        raise KhichdiError(f"{base}: its tokenizer has no chat template; write one into chat_template.jinja, and train and serve with the same")
    if tokenizer.eos_token_id is None:
        raise KhichdiError(f"{base}: its tokenizer names no eos_token; an answer could not end")
    if tokenizer.pad_token_id is None or tokenizer.pad_token_id == tokenizer.eos_token_id:
        raise KhichdiError(
            f"{base}: pad_token {tokenizer.pad_token!r} is missing or is the eos_token, so the stop token would be masked as padding; "
            "name an unused token as pad_token in tokenizer_config.json"
        )


def prompt_text(tokenizer: Any, turns: Sequence[Mapping[str, str]]) -> str:
    """The prompt as the template writes it, up to where the answer begins."""
    return str(tokenizer.apply_chat_template(list(turns), tokenize=False, add_generation_prompt=True))


def ids_of(tokenizer: Any, text: str) -> list[int]:
    """Ids of a text that brings its own marks; nothing is added and nothing is cut off."""
    return list(tokenizer(text, add_special_tokens=False, truncation=False)["input_ids"])


def encode_prompt(tokenizer: Any, turns: Sequence[Mapping[str, str]]) -> list[int]:
    """What a model is given at prediction: the same ids that training puts before a label."""
    return ids_of(tokenizer, prompt_text(tokenizer, turns))


def encode(tokenizer: Any, turns: Sequence[Mapping[str, str]], label: str, place: str) -> Encoded:
    """One row. Raises KhichdiError where prompt and label would be merged into other tokens than at prediction, or the template ends a turn otherwise."""
    text = prompt_text(tokenizer, turns)
    closed = str(tokenizer.apply_chat_template([*turns, {"role": "assistant", "content": label}], tokenize=False))
    if not closed.startswith(text + label + tokenizer.eos_token):
        raise KhichdiError(f"{place}: the chat template does not write prompt, label and {tokenizer.eos_token!r} one after the other: …{closed[-60:]!r}")
    prompt, whole = ids_of(tokenizer, text), ids_of(tokenizer, text + label + tokenizer.eos_token)
    if whole[: len(prompt)] != prompt:
        raise KhichdiError(f"{place}: the prompt's tokens are no prefix of prompt and label; a template must end its prompt with a line break")
    if whole[-1] != tokenizer.eos_token_id or tokenizer.eos_token_id in whole[len(prompt) : -1]:
        raise KhichdiError(f"{place}: the label must end with the one stop token {tokenizer.eos_token!r} and hold no other")
    return Encoded(prompt, whole[len(prompt) :])
