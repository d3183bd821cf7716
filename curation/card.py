"""The card of a release, made from its manifest and facts alone: every number in it is one of theirs, and verify makes it again."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from curation.gold import FILES
from curation.hub_card import KEEP
from curation.siblings import OF
from curation.tiers import TIERS
from generators.facts import SCRIPT_BANDS, TAG_BANDS
from generators.write import features

CARD = 1  # the form of the card: one made by another form is held to its hash alone
SAID = {
    "train": "train families × train words",
    "validation": "the same cells, other draws",
    "test_seen": "the same cells, other draws",
    "test_unseen_template": "families that train never has",
    "test_unseen_words": "words that train never has, in every open slot",
    "test_adversarial": "unseen families with injections, of which three kinds of twelve and a quarter of the other seeds occur only here",
    "test_gold_dev": "written by hand from the guide alone; to develop on",
    "test_gold": "written by hand from the guide alone; to report on",
}
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"))
TAG_MEANS = {
    "corrected": "the speaker corrects himself: the last word counts",
    "negated": "something is asked not to happen",
    "range": "a range is no single amount",
    "multi": "two requests: the first is labelled",
    "injection": "an order to the model, never obeyed",
    "unslotted": "said, but the intent has no slot for it",
    "noslot": "no slot is said",
}


def render(manifest: Mapping[str, Any]) -> str:
    """README.md of a release."""
    parts = [_what, _load, _splits, _counts, _mix, _truth, _leaks, _tokens, _review, _limits, _made]
    return "---\n" + _head(manifest) + "\n---\n\n" + "\n\n".join(part(manifest) for part in parts) + f"\n\n{KEEP}\n"


def _head(manifest: Mapping[str, Any]) -> str:
    """The YAML that datasets and the Hub read: configs, features, true counts."""
    configs: list[dict[str, Any]] = []
    info: list[dict[str, Any]] = []
    columns = features()
    for config, names in (("default", TIERS), ("annotated", TIERS), ("siblings", OF)):
        splits = [{"name": n, **manifest["sizes"][f"siblings/{n}" if config == "siblings" else n][config]} for n in names]
        configs.append({"config_name": config, "data_files": [{"split": n, "path": f"{config}/{n}-*.parquet"} for n in names]})
        features_of = columns["default" if config == "default" else "annotated"]
        size = sum(s["num_bytes"] for s in splits)
        info.append({"config_name": config, "features": features_of, "splits": splits, "dataset_size": size})
    configs[0]["default"] = True
    rows = manifest["facts"]["splits"]["train"]["rows"]
    head = {
        "pretty_name": f"khichdi {manifest['name']}",
        "language": ["hi", "en"],
        "license": "cc-by-4.0",
        "task_categories": ["text-generation", "token-classification"],
        "tags": ["hinglish", "code-switching", "slot-filling", "json", "synthetic"],
        "size_categories": [next((name for most, name in SIZES if rows < most), "n>10M")],
        "configs": configs,
        "dataset_info": info,
    }
    return "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items())


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; whole numbers with commas."""
    lines = [head, ["---"] * len(head), *([f"{c:,}" if isinstance(c, int) else str(c) for c in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def percent(part: int, whole: int) -> str:
    """A share with one decimal; nothing of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _what(m: Mapping[str, Any]) -> str:
    n = m["facts"]["splits"]["train"]["rows"]
    return (
        f"# khichdi {m['name']}\n\n"
        f"{n:,} made Hinglish messages for training, code-switched Hindi and English as people in India type them, each with one strict JSON "
        "label: an intent and its slots, Hindi words in Devanagari, English words in Latin. Labels are right by construction and were read "
        "back by an independent reader; seven more splits measure what a model has learnt.\n\n"
        "![Intents in train](plots/intents.png)"
    )


def _load(m: Mapping[str, Any]) -> str:
    return (
        "## Load\n```python\nfrom datasets import load_dataset\n\n"
        'rows = load_dataset("<this repository or folder>", "default", split="train"'
        + (f', revision="{m["version"]}"' if m.get("version") else "")
        + ')\n```\n`default` is ready for TRL: `prompt` and `completion` are lists of turns, and the system prompt stands in `prompt.json` with its hash. '
        "`annotated` has tokens with their language, spans in code points, tags, groups and provenance. `siblings` has rows of test groups in other "
        "surfaces with the same label; join by `group`."
    )


def _splits(m: Mapping[str, Any]) -> str:
    splits = m["facts"]["splits"]
    rows = [(name, splits[name]["rows"], splits[name]["templates"] or "–", SAID[name]) for name in TIERS]
    others = ", ".join(f"{name} {n:,}" for name, n in m["facts"]["siblings"].items())
    stand = f" All but train and gold are those of {m['tests']}, row for row." if m.get("tests") else ""
    return "## Splits\n" + table(("split", "rows", "families", "what"), rows) + f"\n\nSiblings: {others}.{stand}"


def _counts(m: Mapping[str, Any]) -> str:
    splits = m["facts"]["splits"]
    train, tests = splits["train"], [n for n in TIERS if n not in ("train", *FILES)]
    gold = list(FILES)
    names = list(train["intents"]) + sorted({i for s in splits.values() for i in s["intents"]} - set(train["intents"]))

    def over(column: str, what: str, tiers: Sequence[str]) -> int:
        return int(sum(splits[t][column].get(what, 0) for t in tiers))

    def rows(column: str, whats: Iterable[str]) -> list[tuple[Any, ...]]:
        return [
            (w, train[column].get(w, 0), percent(train[column].get(w, 0), train["rows"]), over(column, w, tests), over(column, w, gold)) for w in whats
        ]

    columns = ("train", "% of train", "made tests and validation", "gold")
    tagged = [(f"{name}: {TAG_MEANS[name]}", *rest) for name, *rest in rows("tags", [*TAG_BANDS, "injection", "unslotted"])]
    return "\n\n".join(
        [
            "## Counts\n" + table(("intent", *columns), rows("intents", names)),
            table(("script of the message", *columns), rows("scripts", [*SCRIPT_BANDS, "other"])),
            "![Scripts](plots/scripts.png)",
            table(("phenomenon", *columns), tagged),
            f"{train['augmented']:,} train rows ({percent(train['augmented'], train['rows'])}) were said otherwise by at least one step: "
            + ", ".join(f"{name} {n:,}" for name, n in train["augmenters"].items())
            + ".",
        ]
    )


def _mixed(name: str, s: Mapping[str, Any]) -> tuple[object, ...]:
    return name, f"{s['cmi']:.2f}", f"{s['switches']:.4f}", s["mixed_rows"], s["words"].get("p50", "–"), s["words"].get("p99", "–")


def _mix(m: Mapping[str, Any]) -> str:
    splits = m["facts"]["splits"]
    rows = [_mixed(n, splits[n]) for n in TIERS if n not in FILES]
    natural = m["facts"]["natural"]
    rows.insert(1, _mixed("train, natural half", natural))
    train = splits["train"]
    head = ("split", "code-mixing index", "switches", "rows with both", "words, median", "words, p99")
    return (
        "## Mixing\nCode-mixing index after Das and Gambäck (2014) and switches a boundary, means over rows with both languages. "
        "Half of train is drawn as people write (bands 20–28 and .21–.34 bind that half and test_seen); the other half is given more of what is rare.\n\n"
        f"{table(head, rows)}\n\nDevanagari digits stand in {train['devanagari_digits']:,} of the {train['rows_with_digits']:,} train rows that have digits."
        "\n\n![Lengths](plots/words.png)"
    )


def _truth(m: Mapping[str, Any]) -> str:
    f = m["facts"]
    caught = table(("planted fault", "caught", "of"), [(kind, c, n) for kind, (c, n) in f["planted"]["kinds"].items()])
    rejected = ", ".join(f"{reason} {n:,}" for reason, n in f["rejected"].items()) or "none"
    gold = f["gold"]
    return (
        "## How labels are held true\nA maker says a value and what it means in one step, so no label is recovered from text. Then each row, as it was "
        "written, is read back from its characters by code that shares nothing with the makers. Of rows with one planted fault that reader catches "
        f"{f['planted']['caught']:,} of {f['planted']['of']:,} ({percent(f['planted']['caught'], f['planted']['of'])}):\n\n{caught}\n\n"
        f"Not taken on the way to these rows, by reason: {rejected}. Those that contradicted themselves stand in `quarantine.jsonl`.\n\n"
        "Gold was written by hand and is held to the schema and the scripts; "
        f"the reader disagrees with {gold['disagreements']:,} of its {gold['rows']:,} rows, a count by code alone: gold stands as its labellers left it."
    )


def _leaks(m: Mapping[str, Any]) -> str:
    f = m["facts"]
    near = f["near_duplicates"]
    return (
        "## Leakage and sameness\nLeak audit after everything, exact, across scripts, by group, by family, by word, by skeleton and by near-duplicate "
        f"(true Jaccard ≥ .8 on character 5-grams): {f['leaks']:,} leaks. Within train no text stands twice in any script; "
        f"{near['rows']:,} of {near['of']:,} rows "
        f"({percent(near['rows'], near['of'])}) have a near-duplicate before them. "
        f"Distinct skeletons in train: {f['skeletons']:,}; distinct values of open slots: {f['lemmas']:,}. "
        f"Self-BLEU of a sample {f['self_bleu']:.3f}, distinct-2 {f['distinct_2']:.3f}."
    )


def _tokens(m: Mapping[str, Any]) -> str:
    found = m["facts"]["tokens"]
    if not found:
        return "## Token lengths\nToken lengths not measured: no tokenizer was at hand when this was built."
    rows = [(name, of, p["p50"], p["p90"], p["p99"], p["max"]) for name, parts in found.items() for of, p in parts.items()]
    return "## Token lengths\nPrompt, message and label of a train row together, without a chat template's own marks.\n\n" + table(
        ("tokenizer", "rows", "p50", "p90", "p99", "most"), rows
    )


def _review(m: Mapping[str, Any]) -> str:
    rounds, done = m["facts"]["review"], m["facts"]["decisions"]
    if not rounds:
        return "## Review by people\nNo person has reviewed this version yet; no agreement can be given."
    rows = [(r["round"], r["people"], r["decisions"], r["applied"], r["stale"], r["agreement"]) for r in rounds]
    head = ("round", "people", "their decisions", "applied", "stale", "agreement (Krippendorff's alpha)")
    blocked = ", ".join(done["blocked"]) or "none"
    return (
        f"## Review by people\nScripted annotators are counted nowhere. Decisions fixed {done['fixed']:,} labels, withdrew {done['withdrawn']:,} rows "
        f"and confirmed {done['confirmed']:,}; {len(done['stale']):,} were stale and {len(done['refused']):,} could not be applied. "
        f"Blocked families: {blocked}.\n\n{table(head, rows)}"
    )


def _limits(m: Mapping[str, Any]) -> str:
    return (
        "## Limits\n- Made, not collected: nobody sent these messages. Shares of phenomena are designed, not observed.\n"
        "- Writers and labellers of gold, and the readers who judged naturalness, were sessions of a language model following the guide, not people.\n"
        "- 19 intents of everyday requests; Hindi and English only; no speech, no dialogue.\n"
        "- Phone numbers are patterned (a committed list of 300), other identifiers fail their check digit; nobody's data is in here.\n"
        "- The lexicon leans to the north and west of India; names cover many regions and religions, not evenly."
    )


def _made(m: Mapping[str, Any]) -> str:
    parts = ", ".join(f"{name} `{value[:12]}`" for name, value in m["inputs"].items())
    return (
        f"## Made by\nkhichdi, seed {m['seed']}, labelling guide version {m['guide']}. Root `{m['root']}`: "
        f"sha256 over splits over rows, the same whatever library wrote the files. Prompt `{m['prompt'][:12]}`. "
        f"Made from: {parts}. Verify: `khichdi release verify FOLDER`.\n\n"
        "Licence: CC BY 4.0. Cite the repository and the version."
    )
