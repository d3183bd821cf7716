"""The loss of a batch with two of its costs taken out, exactly: the shared prompt is computed once, and the head sees only trained positions.

Every row begins with the same system text, and most of a row's prompt is that text. Its keys and values are the same for all rows of
a batch, so they are computed once and repeated; gradients flow back through the repetition. The frozen head is then multiplied only
with the hidden states that predict a label, in pieces, and its gradient is made in the same pass: no table of rows × vocabulary is kept.
Same loss and same gradients as TRL's up to rounding (tests hold it), for a frozen head without bias or cap; others go TRL's way.
"""

from functools import cache
from typing import Any

from train.chat import IGNORED

PIECE = 128  # hidden states a multiplication with the head: 128 × 262,144 float32 logits are 134 MB
WORTH = 8  # a shared beginning shorter than this is not worth a second pass


def shared(ids: Any, labels: Any) -> int:
    """How many tokens all rows (n, length) begin with alike, at least one before the first trained token; 0 for one row."""
    if len(ids) < 2:
        return 0
    alike = int((ids == ids[:1]).all(0).long().cumprod(0).sum())
    trained = (labels != IGNORED).any(0).nonzero()
    return max(0, min(alike, int(trained[0]) - 1 if len(trained) else 0))


def hidden_and_labels(backbone: Any, inputs: Any) -> tuple[Any, Any]:
    """Hidden states (trained tokens, width) that predict a label, and those labels. `inputs` is padded on the right."""
    ids, mask, labels = inputs["input_ids"], inputs["attention_mask"], inputs["labels"]
    start = shared(ids, labels)
    if start < WORTH:
        hidden = backbone(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
    else:
        kept = backbone(input_ids=ids[:1, :start], use_cache=True).cache
        kept.batch_repeat_interleave(len(ids))
        hidden = backbone(input_ids=ids[:, start:], attention_mask=mask, cache=kept, use_cache=True).last_hidden_state
        labels = labels[:, start:]
    trained = labels[:, 1:] != IGNORED
    return hidden[:, :-1][trained], labels[:, 1:][trained]


@cache
def frozen_head() -> Any:
    """The autograd function: summed negative log-likelihood of labels under hidden @ weight.T, the weight frozen."""
    import torch

    class FrozenHead(torch.autograd.Function):  # type: ignore[misc]  # torch is Any to mypy
        """Forward makes the gradient too, a piece at a time; backward scales it."""

        @staticmethod
        def forward(ctx: Any, hidden: Any, weight: Any, labels: Any) -> Any:
            """hidden (n, width), weight (vocabulary, width), labels (n) → one float32."""
            total, grad = torch.zeros((), device=hidden.device), torch.empty_like(hidden, dtype=torch.float32)
            for at in range(0, len(hidden), PIECE):
                own = labels[at : at + PIECE, None]
                logits = (hidden[at : at + PIECE].to(weight.dtype) @ weight.T).float()
                spread = logits.logsumexp(-1, keepdim=True)
                total += (spread - logits.gather(1, own)).sum()
                wrong = logits.sub_(spread).exp_()
                wrong.scatter_add_(1, own, torch.full_like(own, -1, dtype=torch.float32))
                grad[at : at + PIECE] = wrong.to(weight.dtype) @ weight
            ctx.save_for_backward(grad)
            ctx.dtype = hidden.dtype
            return total

        @staticmethod
        def backward(ctx: Any, above: Any) -> Any:
            """Only the hidden states have a gradient."""
            (grad,) = ctx.saved_tensors
            return (grad * above).to(ctx.dtype), None, None

    return FrozenHead.apply


def parts(model: Any) -> tuple[Any, Any] | None:
    """The backbone and the head's frozen weight; None where the head is trained, biased, capped or scaled, or activations are recomputed."""
    inner = model.get_base_model() if hasattr(model, "get_base_model") else model
    head, config = inner.get_output_embeddings(), inner.config.get_text_config()
    odd = ("final_logit_softcapping", "logit_scale", "output_multiplier", "lm_head_multiplier", "logits_scaling")
    if head is None or head.weight.requires_grad or getattr(head, "bias", None) is not None or any(getattr(config, o, None) is not None for o in odd):
        return None
    return None if getattr(inner, "is_activation_checkpointing", False) else (inner.base_model, head.weight)
