"""Laws of the loss: it is TRL's, loss and gradient, whatever rows share; and what it leaves out is truly left out."""

from itertools import pairwise
from typing import Any

import pytest

from schemas.prompt import turns
from tests.tiny_train import NEEDS_EXTRA, made_rows, tiny_base, tiny_run
from train.chat import IGNORED, encode, load_tokenizer
from train.loss import WORTH, frozen_head, hidden_and_labels, parts, shared
from train.run import dataset, encode_rows
from train.trainer import fast_trainer, float_adapter, lora, order, ordered_trainer, settings

pytestmark = NEEDS_EXTRA


def batch(count: int) -> dict[str, Any]:
    """The first rows, padded on the right."""
    import torch

    tokenizer = load_tokenizer(str(tiny_base()))
    rows = [encode(tokenizer, turns(r.input), r.target, r.id) for r in made_rows()[:count]]
    width = max(len(r.ids) for r in rows)
    return {
        "input_ids": torch.tensor([r.ids + [tokenizer.pad_token_id] * (width - len(r.ids)) for r in rows]),
        "attention_mask": torch.tensor([[1] * len(r.ids) + [0] * (width - len(r.ids)) for r in rows]),
        "labels": torch.tensor([r.labels + [IGNORED] * (width - len(r.ids)) for r in rows]),
    }


def model_of(kind: str) -> Any:
    """A random model with LoRA whose B is not zero, so that every adapter weight has a gradient."""
    import torch
    from peft import get_peft_model
    from transformers import AutoModelForCausalLM, Gemma3ForCausalLM, Gemma3TextConfig

    torch.manual_seed(3)
    if kind == "gemma":
        made = Gemma3ForCausalLM(
            Gemma3TextConfig(
                vocab_size=800,
                hidden_size=32,
                intermediate_size=48,
                num_hidden_layers=2,
                num_attention_heads=2,
                num_key_value_heads=1,
                head_dim=16,
                sliding_window=512,
                layer_types=["sliding_attention", "full_attention"],
            )
        )
    else:
        made = AutoModelForCausalLM.from_pretrained(str(tiny_base()))
    model = get_peft_model(made, lora(tiny_run()))
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.05)
    return model.train()


def plain(model: Any, inputs: dict[str, Any]) -> Any:
    """The loss as transformers computes it from all logits."""
    return model(**inputs).loss


def ours(model: Any, inputs: dict[str, Any]) -> Any:
    """The loss by our way."""
    found = parts(model)
    assert found
    hidden, labels = hidden_and_labels(found[0], inputs)
    return frozen_head()(hidden, found[1], labels) / len(labels)


def gradients(model: Any, loss: Any) -> dict[str, Any]:
    """Of every trained weight."""
    model.zero_grad()
    loss.backward()
    return {n: p.grad.clone() for n, p in model.named_parameters() if p.requires_grad}


@pytest.mark.parametrize("kind", ["qwen", "gemma"])
@pytest.mark.parametrize("count", [1, 2, 7])
def test_loss_and_gradients_are_those_of_the_plain_way(kind: str, count: int) -> None:
    """One row (nothing shared) or many: same loss and same gradient on every adapter weight, up to rounding; sliding windows too."""
    import torch

    model, inputs = model_of(kind), batch(count)
    want, got = plain(model, inputs), ours(model, inputs)
    assert torch.allclose(want, got, rtol=1e-4)
    before, after = gradients(model, want), gradients(model, got)
    assert before.keys() == after.keys()
    for name, wanted in before.items():
        assert wanted.abs().max() > 0
        assert torch.allclose(wanted, after[name], rtol=1e-3, atol=1e-6), name


def test_a_wrong_shared_prompt_is_seen() -> None:
    """The law above catches a planted fault: a beginning shared one token too far."""
    import torch

    model, inputs = model_of("qwen"), batch(4)
    want = plain(model, inputs)
    at = shared(inputs["input_ids"], inputs["labels"])
    inputs["input_ids"][1:, at - 1] = inputs["input_ids"][1:, at - 1] + 1  # now rows differ there, and the plain way sees it
    assert not torch.allclose(want, plain(model, inputs), rtol=1e-4)
    assert shared(inputs["input_ids"], inputs["labels"]) == at - 1
    assert torch.allclose(plain(model, inputs), ours(model, inputs), rtol=1e-4)


def test_what_rows_share_is_the_system_text_and_no_label() -> None:
    """The shared beginning is most of the prompt, ends before the first trained token, and one row shares nothing."""
    inputs = batch(6)
    at = shared(inputs["input_ids"], inputs["labels"])
    assert at > WORTH
    assert (inputs["labels"][:, : at + 1] == IGNORED).all()
    assert shared(inputs["input_ids"][:1], inputs["labels"][:1]) == 0


def test_equal_rows_still_predict_their_first_trained_token() -> None:
    """Rows that are alike to their end share no further than the token before the first that is trained."""
    import torch

    inputs = {k: v[:1].repeat(3, 1) for k, v in batch(1).items()}
    first = int((inputs["labels"][0] != IGNORED).nonzero()[0])
    assert shared(inputs["input_ids"], inputs["labels"]) == first - 1
    model = model_of("qwen")
    assert torch.allclose(plain(model, inputs), ours(model, inputs), rtol=1e-4)


def test_a_head_that_is_not_plain_goes_trls_way() -> None:
    """A trained head, a cap on logits or recomputation: no part of the quick way is used."""
    model = model_of("qwen")
    assert parts(model)
    model.get_base_model().config.final_logit_softcapping = 30.0
    assert parts(model) is None
    other = model_of("qwen")
    other.get_output_embeddings().weight.requires_grad_(True)
    assert parts(other) is None


def test_the_trainer_walks_trls_curve(tmp_path: Any) -> None:
    """Three steps beside plain SFTTrainer, same rows, seed and settings: the same losses."""
    from transformers import AutoModelForCausalLM

    from train.base import Machine

    run = tiny_run(rows=24, epochs=1)
    tokenizer = load_tokenizer(run.base)
    encoded = encode_rows(tokenizer, made_rows()[:24], run.max_tokens)
    curves = []
    for kind in (ordered_trainer(), fast_trainer()):
        made = settings(run, tmp_path / kind.__name__, "fp32", Machine("cpu", False), 3)
        made.save_strategy = "no"
        model = AutoModelForCausalLM.from_pretrained(run.base)
        trainer = kind(model=model, args=made, train_dataset=dataset(encoded), processing_class=tokenizer, peft_config=lora(run))
        float_adapter(trainer.model)
        trainer.train()
        curves.append([float(h["loss"]) for h in trainer.state.log_history if "loss" in h])
    assert len(curves[0]) == 3
    assert curves[1] == pytest.approx(curves[0], rel=1e-4)


def test_batches_are_of_like_length_and_come_in_random_order() -> None:
    """Every row once, little padding, the same for a seed; and not longest first, as transformers leaves them: a label's length tells its intent."""
    lengths = [20 + (k * 37) % 100 for k in range(803)]
    rows = order(lengths, 8, 7)
    assert sorted(rows) == list(range(803))
    assert rows == order(lengths, 8, 7) != order(lengths, 8, 8)
    batches = [[lengths[r] for r in rows[at : at + 8]] for at in range(0, 800, 8)]
    assert sum(max(b) * 8 for b in batches) < 1.05 * sum(map(sum, batches))
    longest = [max(b) for b in batches]
    falls = sum(a >= b for a, b in pairwise(longest))
    assert 30 < falls < 70  # sorted, it would be nearly all of 99
