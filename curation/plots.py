"""The pictures of a card, from its facts: rows an intent, script, length. Latin labels only, so any font will do."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

INK, HINDI, ENGLISH, GREY = "#222222", "#c2571a", "#1f6f8b", "#b8b8b8"


def draw(facts: Mapping[str, Any], folder: Path) -> list[str]:
    """Write plots/*.png below a folder; their names."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams.update({"font.family": "DejaVu Sans", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "svg.hashsalt": "khichdi"})
    train = facts["splits"]["train"]
    figures = {name: Figure((7, height), layout="constrained") for name, height in (("intents", 4.2), ("scripts", 2.6), ("words", 2.8))}
    _intents(figures["intents"].subplots(), train)
    _scripts(figures["scripts"].subplots(), facts["splits"])
    _words(figures["words"].subplots(), train)
    (folder / "plots").mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / "plots" / f"{name}.png", dpi=110, metadata={"Software": None})
    return [f"plots/{name}.png" for name in figures]


def _intents(ax: Any, train: Mapping[str, Any]) -> None:
    names = list(train["intents"])[::-1]
    ax.barh(names, [100 * train["intents"][n] / max(1, train["rows"]) for n in names], color=ENGLISH)
    ax.set_xlabel("% of train rows")
    ax.set_title("Intents in train", loc="left", color=INK)


def _scripts(ax: Any, splits: Mapping[str, Any]) -> None:
    names = list(splits)[::-1]
    left = [0.0] * len(names)
    for script, colour in (("roman", ENGLISH), ("mixed", GREY), ("devanagari", HINDI), ("other", INK)):
        part = [100 * splits[n]["scripts"].get(script, 0) / max(1, splits[n]["rows"]) for n in names]
        if any(part):
            ax.barh(names, part, left=left, color=colour, label=script)
        left = [a + b for a, b in zip(left, part, strict=True)]
    ax.set_xlabel("% of rows")
    ax.set_title("Scripts of the messages", loc="left", color=INK)
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)


def _words(ax: Any, train: Mapping[str, Any]) -> None:
    histogram = {int(k): v for k, v in train["words_histogram"].items()}
    ax.bar(list(histogram), list(histogram.values()), color=HINDI, width=0.9)
    ax.set_xlabel("words a message")
    ax.set_ylabel("train rows")
    ax.set_title("Lengths in train", loc="left", color=INK)
