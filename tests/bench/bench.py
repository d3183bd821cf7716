"""Speed beside the named peers: `make bench`, or `python tests/bench/bench.py [--quick] [--json]`.

Each contest runs its sides by turns in one run (A B A B …) and prints the medians and their ratio: a rate alone says what the
machine was doing, a ratio says what we do. Time is CPU time of one core (time.process_time, libraries held to one thread); no
test asserts it. Every side is warmed up first. Chatette and nlpaug are installed by the bench into build/bench, never beside us.
"""

import argparse
import gc
import os
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from augmentation import augmentation
from dedup import near_duplicates
from measure import Contest, Side, as_json, by_turns, cpu, show
from peer import CHATETTE, HERE, ROOT, Peer
from scoring import scoring

from generators.columns import annotated_table
from generators.expand import Studio
from generators.family import families
from generators.randomness import Random
from generators.run import Rejected, candidates
from generators.schedule import block
from generators.spec import read_spec, weights
from generators.words import Words
from generators.write import annotated_row, default_of, write
from generators.write import parquet as write_parquet
from hinglish import lexicon
from hinglish.errors import KhichdiError
from schemas.canonical import encode
from schemas.contract import intent, intents
from schemas.example import Example
from schemas.prompt import turns

Table = Callable[[Sequence[Example]], Any]
Row = Callable[[Example], dict[str, Any]]
THREADS = ("POLARS_MAX_THREADS", "RAYON_NUM_THREADS", "OMP_NUM_THREADS")


class Size(NamedTuple):
    """How much a run does: blocks of ours to warm up and a round, streams, targets, rows and training steps a round."""

    warm: int
    blocks: int
    streams: int
    targets: int
    slow_targets: int
    rows: int
    steps: int


FULL = Size(warm=6, blocks=3, streams=40_000, targets=200_000, slow_targets=4_000, rows=8_000, steps=4)
QUICK = Size(warm=1, blocks=1, streams=10_000, targets=50_000, slow_targets=1_000, rows=2_000, steps=2)


class Ours:
    """Our generators: each round makes the next blocks of the fixed order, and counts texts that never stood before in the run."""

    def __init__(self) -> None:
        self._spec = read_spec(ROOT / "data" / "specs" / "demo.toml")
        self._families = families()
        self._studio = Studio(Words(lexicon.load()), self._spec.seed, self._spec.script_table())
        self._share = weights(self._spec, self._families)
        self._next = 0
        self._seen: set[str] = set()
        self.kept: list[Example] = []

    def checked(self) -> list[Example | Rejected]:
        """One block as `khichdi generate run` makes it: labelled, schema checked, re-read."""
        return candidates(self._studio, self._families, self._spec, self._next)

    def made_only(self) -> list[Example | Rejected]:
        """One block labelled and not checked: as much as the peer does."""
        return [self._studio.example(family, draw) for family, draw in block(self._families, self._share, self._next)]

    def fresh(self, blocks: int) -> list[Example]:
        """The accepted rows of the next blocks, checked."""
        self.rate(self.checked, blocks)
        return self.kept

    def rate(self, make: Callable[[], list[Example | Rejected]], blocks: int) -> float:
        """New accepted rows a CPU second. Rejected and repeated ones cost time and count nothing."""
        gc.collect()
        self.kept = []
        began = time.process_time()
        for _ in range(blocks):
            for example in make():
                if not isinstance(example, Rejected) and (text := example.input.casefold()) not in self._seen:
                    self._seen.add(text)
                    self.kept.append(example)
            self._next += 1
        return len(self.kept) / (time.process_time() - began)


def generation(ours: Ours, size: Size) -> Contest:
    """Labelled examples a second a core, beside Chatette on a grammar of as many intents, templates and slots."""
    peer = Peer(CHATETTE, HERE / "comparable.chatette")
    try:
        each = len(ours.kept) * size.blocks // (size.warm * len(intents()))
        peer.rate(each)
        sides = {
            "khichdi, checked and re-read": lambda: ours.rate(ours.checked, size.blocks),
            "khichdi, made only": lambda: ours.rate(ours.made_only, size.blocks),
            str(CHATETTE): lambda: peer.rate(each),
        }
        rates = by_turns(sides)
    finally:
        peer.close()
    mine = f"{mean(len(e.input.split()) for e in ours.kept):.1f} words and {mean(len({s.path for s in e.spans}) for e in ours.kept):.1f} slots an example"
    theirs = f"{peer.last['words']:.1f} words and {peer.last['slots']:.1f} slots"
    note = f"ours: {len(ours.kept):,} a round, {mine}; {CHATETTE.name}: {peer.last['rows']:,}, {theirs}, no script, spelling or agreement, nothing checked"
    return Contest("examples", "examples/s", str(CHATETTE), rates, note)


def streams(size: Size) -> Contest:
    """A new named stream with four draws: an example opens about five."""
    names = [f"20261123/family/{i}/words" for i in range(size.streams)]

    def draw(kind: Callable[[str], random.Random]) -> None:
        for name in names:
            stream = kind(name)
            stream.random(), stream.random(), stream.random(), stream.random()

    def side(kind: Callable[[str], random.Random]) -> Side:
        return lambda: cpu(lambda: draw(kind), size.streams)

    rates = by_turns({"generators.randomness.Random": side(Random), "random.Random": side(random.Random)})
    return Contest("a stream", "streams/s", "random.Random", rates, "Random(name), then four random()")


def validation(made: Sequence[Example], size: Size) -> Contest:
    """Is a target valid? The validator of the hot path beside the reference, compiled once an intent each."""
    import jsonschema
    import jsonschema_rs

    fast = {name: jsonschema_rs.validator_for(dict(intent(name).schema)).is_valid for name in intents()}
    slow = {name: jsonschema.Draft202012Validator(dict(intent(name).schema)).is_valid for name in intents()}
    good = [(e.intent, e.target) for e in made]
    mixed = [pair for name, target in good for pair in ((name, target), (name, {**target, "odd": 1}))]

    def side(checks: Mapping[str, Callable[[Any], bool]], count: int) -> Side:
        pairs = [(checks[name], target) for name, target in (mixed[i % len(mixed)] for i in range(count))]
        return lambda: cpu(lambda: [check(target) for check, target in pairs], count)

    unlike = sum(fast[name](target) != slow[name](target) for name, target in mixed[: size.slow_targets])
    if unlike:
        raise KhichdiError(f"schema check: jsonschema-rs and jsonschema differ on {unlike} of {size.slow_targets} targets; see schemas/validate.py")
    rates = by_turns({"jsonschema-rs": side(fast, size.targets), "jsonschema": side(slow, size.slow_targets)})
    return Contest("schema check", "targets/s", "jsonschema", rates, f"half valid, half with a key too many; same answers on {size.slow_targets:,}")


def default_table(examples: Sequence[Example]) -> Any:
    """The config `default` from examples, both steps."""
    return default_of(annotated_table(examples))


def plain_row(example: Example) -> dict[str, Any]:
    """A row of the config `default` as the peers are given it: generators.write makes its turns by column, from the other config."""
    target = encode(example.target).decode()
    head = {"id": example.id, "sha": example.sha, "intent": example.intent, "input": example.input, "target": target}
    return head | {"prompt": turns(example.input), "completion": [{"role": "assistant", "content": target}]}


def parquet(config: str, table: Table, row: Row, made: Sequence[Example], size: Size) -> Contest:
    """Made examples to a parquet file of a config; `annotated` has nested lists of structs. For each side making its rows counts."""
    import datasets
    import polars as pl
    import pyarrow as pa  # type: ignore[import-untyped]  # it ships no types

    datasets.disable_progress_bars()
    pa.set_cpu_count(1)
    zstd: dict[str, Any] = {"compression": "zstd", "compression_level": 3}
    made = made[: size.rows]
    with TemporaryDirectory() as folder:
        files = {who: Path(folder) / f"{who}.parquet" for who in ("khichdi", "polars", "datasets")}

        def from_dicts() -> None:
            pl.from_dicts([row(e) for e in made], infer_schema_length=None).write_parquet(files["polars"], **zstd)

        def from_list() -> None:
            datasets.Dataset.from_list([row(e) for e in made]).to_parquet(files["datasets"])  # it sets its own compression and takes no other

        work: dict[str, Callable[[], Any]] = {"khichdi": lambda: write_parquet(table(made), files["khichdi"]), "polars": from_dicts, "datasets": from_list}
        for write in work.values():
            write()
        rows = [row(e) for e in made]
        if not all(pl.read_parquet(path).to_dicts() == rows for path in files.values()):
            raise KhichdiError(f"parquet, {config}: the files of the sides do not read back as the same rows; see generators/write.py")
        names = {"khichdi": "khichdi (msgspec, polars)", "polars": "polars.from_dicts", "datasets": "datasets.from_list"}
        rates = by_turns({names[who]: lambda w=write: cpu(w, len(made)) for who, write in work.items()})  # type: ignore[misc]  # a default binds the loop's value
    return Contest(f"parquet, {config}", "rows/s", names["datasets"], rates, f"{len(made):,} examples to rows and their file; all three read back equal")


def trained(base: str, made: Sequence[Example], size: Size) -> Contest:
    """The contest of training, on made rows as a set on disk."""
    from training import training

    with TemporaryDirectory() as folder:
        write(made[: 8 * size.steps], [], Path(folder) / "made", name="bench", facts={})
        return training(base, Path(folder) / "made", size.steps)


def main() -> int:
    """Run all contests; 1 when a peer could not be had, so that a missing figure is never taken for a measured one."""
    parser = argparse.ArgumentParser(description="Speed beside the named peers, as ratios in one run.", epilog="Example: python tests/bench/bench.py --quick")
    parser.add_argument("--quick", action="store_true", help="under a minute: less warm-up, smaller rounds, so our rate reads low")
    parser.add_argument("--json", action="store_true", help="JSON in place of the table")
    parser.add_argument("--train", metavar="BASE", help="also train on this base beside plain TRL (needs the extra train; minutes): build/models/gemma")
    parser.add_argument("--review", action="store_true", help="only the review: pushing against a real Argilla's own rate, and its pages at 20,000 and 50,000")
    parser.add_argument("--serve", action="store_true", help="only the API: its validator, its rate beside a constant's, a thousand sockets")
    parser.add_argument("--injections", type=Path, metavar="FILE", help="with --serve: strings to put before it, a JSON object with text a line")
    options = parser.parse_args()
    if options.serve:
        from serving import serving

        return serving(quick=options.quick, injections=options.injections)
    if options.review:
        from review import review

        return review(quick=options.quick)
    size, contests, missing = QUICK if options.quick else FULL, list[Contest](), list[str]()
    os.environ.update(dict.fromkeys(THREADS, "1"))  # read when polars is first imported, which is inside the functions above
    ours = Ours()
    ours.rate(ours.checked, size.warm)
    made = ours.kept
    for contest in (lambda: generation(ours, size), lambda: augmentation(ours, size.blocks), lambda: near_duplicates(made, size.rows)):
        try:
            contests.append(contest())
        except KhichdiError as fault:
            missing.append(str(fault))
        gc.freeze()  # what a contest leaves is no part of what follows: the collector need not walk it for either side
    contests += [streams(size), validation(made, size), scoring(made[: size.rows], 4)]
    contests += [parquet("default", default_table, plain_row, made, size), parquet("annotated", annotated_table, annotated_row, made, size)]
    if options.train:
        contests.append(trained(options.train, made, size))
    if options.json:
        sys.stdout.write(as_json(contests, missing, quick=options.quick) + "\n")
    else:
        show(contests)
    sys.stderr.write("".join(f"not measured: {line}\n" for line in missing))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
