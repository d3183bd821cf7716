"""Predictions in stages that never mix: first (one greedy answer), retry (drawn again where it was no valid answer), constrained (by the grammar)."""

import json
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from hinglish.errors import KhichdiError
from schemas.prediction import verdict
from schemas.prompt import turns
from train.adapter import Predictor
from train.chat import encode_prompt
from train.decode import Answer, Decoder, Sampling
from train.grammar import Engine
from train.record import versions, write_json
from train.rows import Release, Row, read, root_of
from train.schema_prompt import chosen, schema_turns
from train.shards import done, in_shards, read_lines, write_lines

Stage = Literal["first", "retry", "constrained"]


APART = frozenset({"stage", "batch", "shard", "attempts", "temperature", "seed", "rows", "rows_root"})  # what a first answer does not hang on


class Setting(NamedTuple):
    """How a stage is run. `most` tokens an answer; `attempts` draws a row at `temperature` in retry; rows a batch and a shard."""

    stage: Stage = "first"
    prompt: Literal["ours", "schema"] = "ours"
    most: int = 256
    batch: int = 64  # on a CPU a product with 64 rows costs what one with 32 does
    shard: int = 128
    attempts: int = 3
    temperature: float = 0.7
    seed: int = 20261128


def fault(text: str) -> str | None:
    """What makes an answer no valid one: not strict JSON, or not its intent's schema; None for a valid one."""
    found = verdict(text)
    return found.fault if found.target is None else None


def predict(
    predictor: Predictor, release: Release, tier: str, setting: Setting, out: Path, *, rows: int = 0, on: Callable[[int, int], None] = lambda n, of: None
) -> Path:
    """Predict a tier, or its first `rows`, into `out`/<tier>.<stage>.jsonl in the tier's order; a file that is there is kept as it is.

    Where the first stage of the same model lies there, `constrained` takes over the answers that the grammar takes as they are: the likeliest
    token was allowed at every step, so it is the likeliest allowed one, and the answer under the grammar is the same.
    Work goes by length, so that a batch is little padded; shards lie beside the file until it is whole. Beside it <tier>.<stage>.json says what ran.
    """
    if setting.stage not in get_args(Stage):
        raise KhichdiError(f"predict: stage {setting.stage!r}; one of {', '.join(get_args(Stage))}")
    wanted = read(release, tier, rows)
    file = out / f"{tier}.{setting.stage}.jsonl"
    facts = {**predictor.facts, **setting._asdict(), "tier": tier, "release_root": release.root, "rows": len(wanted), "rows_root": root_of(wanted)}
    before = {line["id"]: line for line in read_lines(out / f"{tier}.first.jsonl")} if setting.stage == "retry" else {}
    if lacking := [r.id for r in wanted if before and r.id not in before]:
        raise KhichdiError(f"{out / f'{tier}.first.jsonl'}: lacks row {lacking[0]} ({len(lacking)} such); retry goes on from a first stage of the same rows")
    if file.is_file():
        held_to(file, facts)
        return file
    tokenizer = predictor.tokenizer
    engine = Engine(tokenizer, predictor.model.get_output_embeddings().weight.shape[0]) if setting.stage == "constrained" else None
    kept = _taken(out / f"{tier}.first.jsonl", facts, engine) if engine else {k: line for k, line in before.items() if fault(line["output"]) is None}
    todo = [r for r in wanted if r.id not in kept]
    prompts = _prompts(predictor, release, todo, setting.prompt)
    order = sorted(range(len(todo)), key=lambda k: (len(prompts[k]), todo[k].id))
    made: list[dict[str, Any]] = []
    if todo:
        decoder = Decoder(predictor.model, tokenizer, engine)
        decoder.share(prompts)

        def shard(numbers: Sequence[int]) -> list[dict[str, Any]]:
            own = [order[k] for k in numbers]
            return _shard(decoder, [todo[k] for k in own], [prompts[k] for k in own], tier, setting, before)

        made = in_shards(len(todo), setting.shard, out / f".{tier}.{setting.stage}", facts, shard, lambda n: on(n, len(todo)))
    fresh = {line["id"]: line for line in made}
    lines = [fresh.get(r.id) or _kept(kept[r.id], setting.stage) for r in wanted]
    spent = {"tokens": sum(line["tokens"] for line in lines), "seconds": round(sum(line["seconds"] for line in lines), 1)}
    write_json(file.with_suffix(".json"), {**facts, **spent, "versions": versions()})
    write_lines(lines, file)
    if todo:
        done(out / f".{tier}.{setting.stage}")
    return file


def _taken(file: Path, facts: dict[str, Any], engine: Engine) -> dict[str, dict[str, Any]]:
    """Id → line of the first answers that the grammar takes whole; none where another model or setting gave them, or nothing lies there."""
    about = file.with_suffix(".json")
    if not file.is_file() or not about.is_file():
        return {}
    there, same = json.loads(about.read_text(encoding="utf-8")), {k: v for k, v in facts.items() if k not in APART}
    if any(there.get(k) != v for k, v in json.loads(json.dumps(same)).items()):
        return {}
    return {line["id"]: line for line in read_lines(file) if line["tokens"] < facts["most"] and engine.takes(line["output"])}


def _kept(line: dict[str, Any], stage: str) -> dict[str, Any]:
    """A line of the first stage as one of another, which had nothing to do."""
    return {**line, "stage": stage} | ({"attempts": [line["output"]], "faults": [None]} if stage == "retry" else {})


def held_to(file: Path, facts: dict[str, Any]) -> None:
    """Predictions that lie there are kept if they are of just this work, else refused."""
    there = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    odd = [k for k, v in json.loads(json.dumps(facts)).items() if there.get(k) != v]
    if odd:
        raise KhichdiError(f"{file}: holds predictions with another {', '.join(odd)}; name another folder with --out")


def _prompts(predictor: Predictor, release: Release, rows: Sequence[Row], kind: str) -> list[list[int]]:
    examples = chosen(read(release, "train")) if kind == "schema" else []
    made = [schema_turns(r.input, examples) if kind == "schema" else turns(r.input) for r in rows]
    return [encode_prompt(predictor.tokenizer, m) for m in made]


def _shard(
    decoder: Decoder, rows: Sequence[Row], prompts: Sequence[list[int]], tier: str, setting: Setting, before: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The lines of one shard, batch after batch."""
    out = []
    for at in range(0, len(rows), setting.batch):
        part, asked = rows[at : at + setting.batch], prompts[at : at + setting.batch]
        if setting.stage == "retry":
            out += _again(decoder, part, asked, tier, setting, before)
            continue
        began = time.perf_counter()
        answers = decoder.answers(asked, setting.most)
        seconds = (time.perf_counter() - began) / len(part)
        out += [_line(r, tier, setting.stage, a, seconds) for r, a in zip(part, answers, strict=True)]
    return out


def _again(
    decoder: Decoder, rows: Sequence[Row], prompts: Sequence[list[int]], tier: str, setting: Setting, before: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Draw each row again until an answer is valid or the draws are used up; every attempt is kept, the first stage's first, and the last one counts."""
    tried = {r.id: [before[r.id]["output"]] for r in rows}
    faults = {r.id: [fault(before[r.id]["output"])] for r in rows}
    spent = {r.id: (before[r.id]["tokens"], before[r.id]["seconds"]) for r in rows}
    for number in range(1, setting.attempts + 1):
        left = [k for k, r in enumerate(rows) if faults[r.id][-1] is not None]
        if not left:
            break
        seeds = [int.from_bytes(sha256(f"{setting.seed}/{rows[k].id}/{number}".encode()).digest()[:6]) for k in left]
        began = time.perf_counter()
        answers = decoder.answers([prompts[k] for k in left], setting.most, Sampling(setting.temperature, seeds))
        seconds = (time.perf_counter() - began) / len(left)
        for k, answer in zip(left, answers, strict=True):
            key = rows[k].id
            tried[key].append(answer.text)
            faults[key].append(fault(answer.text))
            spent[key] = (spent[key][0] + answer.tokens, spent[key][1] + seconds)
    answered = [(r, Answer(tried[r.id][-1], spent[r.id][0], ended=True)) for r in rows]
    return [_line(r, tier, "retry", a, spent[r.id][1]) | {"attempts": tried[r.id], "faults": faults[r.id]} for r, a in answered]


def _line(row: Row, tier: str, stage: str, answer: Answer, seconds: float) -> dict[str, Any]:
    return {"id": row.id, "sha": row.sha, "tier": tier, "stage": stage, "output": answer.text, "tokens": answer.tokens, "seconds": round(seconds, 4)}


def joined(folder: Path) -> Path:
    """predictions.jsonl of a folder: every whole <tier>.<stage>.jsonl in it, one after the other by name; made again each time, for `khichdi eval run`."""
    out = folder / "predictions.jsonl"
    write_lines([line for file in sorted(folder.glob("*.*.jsonl")) for line in read_lines(file)], out)
    return out
