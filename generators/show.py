"""Rows for a person's eyes: tokens coloured by language, spans named under them, label and provenance; safe to print."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from hinglish.errors import KhichdiError
from hinglish.script import visible

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

COLOURS = {"hi": "dark_orange3", "en": "deep_sky_blue3", "other": "grey62"}


def read_rows(folder: Path, split: str = "*") -> list[dict[str, Any]]:
    """The annotated rows of a made folder or a release; without the gold that nobody looks at."""
    import polars as pl

    files = [f for f in sorted((folder / "annotated").glob(f"{split}-*.parquet")) if not f.name.startswith("test_gold-")]
    if not files:
        raise KhichdiError(f"{folder}: no annotated/*.parquet here; make a set with `khichdi generate run data/specs/demo.toml --out {folder}`")
    return pl.concat([pl.read_parquet(f).with_columns(split=pl.lit(f.name.partition("-")[0])) for f in files]).to_dicts()


def find(rows: Sequence[Mapping[str, Any]], key: str, folder: Path) -> Mapping[str, Any]:
    """The row of an id, or of the beginning of one."""
    found = [r for r in rows if r["id"].startswith(key)]
    if len(found) != 1:
        raise KhichdiError(f'{folder}: {len(found) or "no"} rows have an id that begins with "{key}"; ids are 16 letters, such as {rows[0]["id"]}')
    return found[0]


def coloured(row: Mapping[str, Any]) -> "Text":
    """The message: Hindi, English and language-free words each in their colour, what a slot holds underlined."""
    from rich.text import Text

    text = Text()
    for token in row["tokens"]:
        style = COLOURS[token["lang"]] if token["kind"] != "name" else f"{COLOURS[token['lang']]} italic"
        text.append(visible(token["text"]), style=style + (" underline" if token["slots"] and token["said"] else ""))
        text.append(visible(token["after"]))
    return text


def panel(row: Mapping[str, Any]) -> "RenderableType":
    """One row: the message, then what each slot says and means."""
    from rich.console import Group
    from rich.text import Text

    target = msgspec.json.decode(row["target"])
    lines: list[RenderableType] = [coloured(row)]
    said: dict[str, list[str]] = {}
    for span in row["spans"]:
        said.setdefault(span["path"], []).append(row["input"][span["start"] : span["end"]])
    lines.append(Text.assemble(("  " + target["intent"], "bold"), ("  " + " ".join(row["tags"]), "magenta"), ("  " + row["id"], "grey50")))
    for path, runs in said.items():
        value = _leaf(target, path)
        lines.append(Text.assemble(("    " + path, "grey62"), " ", (visible(" … ".join(runs)), "underline"), " → ", msgspec.json.encode(value).decode()))
    return Group(*lines, Text(""))


def _leaf(target: Any, path: str) -> Any:
    for key in path.split("."):
        target = target[int(key) if key.isdecimal() else key]
    return target


def why(row: Mapping[str, Any]) -> list[str]:
    """Where a row comes from: seed, template with file and line, words, and what the checks say of it as written."""
    from generators.family import families
    from schemas.example import Span
    from schemas.reread import reread
    from schemas.validate import errors

    made = msgspec.json.decode(row["provenance"])
    family = next((f for f in families() if f.id == made.get("template")), None)
    target = msgspec.json.decode(row["target"])
    faults = [*errors(target), *reread(row["input"], [Span(**s) for s in row["spans"]], target, row["tags"])]
    where = f"  split {row['split']}" if "split" in row else ""
    out = [f"id {row['id']}  group {row['group']}  sha {row['sha'][:16]}  origin {row['origin']}{where}"]
    drawn = {"seed": "seed", "template": "template", "draw": "draw", "level": "register", "gender": "speaker", "hand": "hand"}
    out.append("  ".join(f"{name} {made.get(key)}" for key, name in drawn.items()))
    if family:
        out += [family.place, f"  {family.text}"]
    out += [f"  {visible(t['text'])} → {t['norm']} ({t['lang']}, {t['kind']}{', ' + ' '.join(t['slots']) if t['slots'] else ''})" for t in row["tokens"]]
    steps = made.get("augmenters", [])
    after = [*[s["before"] for s in steps[1:]], row["input"]][: len(steps)]  # a plain row has no step
    out += [f"{step['name']}: {visible(step['before'])} → {visible(text)}" for step, text in zip(steps, after, strict=True)] or ["augmenters: none"]
    for d in made.get("decisions", []):
        out.append(f"decision of round {d['round']} ({d['how']}, by {', '.join(d['annotators'])}); the label before: {d['before']}")
    out.append("checks: " + ("; ".join(faults) if faults else "schema, leaves and re-reading agree"))
    return out
