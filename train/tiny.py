"""A tiny random model with a tokenizer made from given texts: tests, `make demo-train` and a first try run the whole path with it in seconds."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from schemas.prompt import prompt
from train.gguf import QWEN

MARKS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def make_tiny(texts: Iterable[str], out: Path, *, seed: int = 1, vocabulary: int = 1200, hidden: int = 64, layers: int = 2) -> Path:
    """A Qwen2 of two layers with random weights, and a byte-level tokenizer over the texts, as one Hugging Face folder; same texts, same bytes."""
    import torch
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers, trainers
    from tokenizers.models import BPE
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    made = Tokenizer(BPE())
    made.normalizer = normalizers.NFC()
    cut = pre_tokenizers.Split(Regex(QWEN), "isolated")  # as transformers cuts for this architecture, whatever the file says
    made.pre_tokenizer = pre_tokenizers.Sequence([cut, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    made.decoder = decoders.ByteLevel()
    marks = [AddedToken(m, normalized=False, special=True) for m in MARKS]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    made.train_from_iterator(
        [*texts, prompt().system, prompt().instruction],
        trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=marks, initial_alphabet=alphabet, show_progress=False),
    )
    part = out.with_name(f".{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, eos_token=MARKS[2], pad_token=MARKS[0], clean_up_tokenization_spaces=False)
    tokenizer.chat_template = CHATML
    tokenizer.save_pretrained(part)
    torch.manual_seed(seed)
    config = Qwen2Config(
        vocab_size=made.get_vocab_size(),
        hidden_size=hidden,
        intermediate_size=2 * hidden,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        tie_word_embeddings=True,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        initializer_range=0.2,  # so that a random model is sure of something and its argmax does not hang on rounding
    )
    Qwen2ForCausalLM(config).save_pretrained(part)
    shutil.rmtree(out, ignore_errors=True)
    part.rename(out)
    return out
