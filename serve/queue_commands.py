"""The commands of the failure queue: look, delete, let go, change the key; before people, and back as rows to train on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

if TYPE_CHECKING:
    from serve.failures import Queue
    from serve.keys import Keys

queue = typer.Typer(no_args_is_help=True, add_completion=False, help="Failures of the server, redacted. Example: khichdi queue list --class numeral")

Home = Annotated[Path, typer.Option("--home", envvar="KHICHDI_SERVE_HOME", help="Where the server keeps its journal.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]
HOME = Path("build") / "serve"


def _open(home: Path) -> "tuple[Queue, Keys]":
    from hinglish.errors import KhichdiError
    from serve.failures import Queue
    from serve.keys import read_keys

    if not (home / "failures.sqlite").is_file():
        raise KhichdiError(f"{home}: no failure queue; a server writes one (`khichdi serve api`), --home names its folder")
    return Queue(home / "failures.sqlite"), read_keys(home / "keys.json")


def _out(thing: Any) -> None:
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(thing), indent=2).decode())


@queue.command("list")
def queue_list(
    cls: Annotated[str | None, typer.Option("--class", help="script, numeral, date, missing, hallucinated, injection or format.")] = None,
    state: Annotated[str | None, typer.Option(help="new, pushed or decided.")] = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """What failed, the oldest first; alike failures stand once with how often they came. Example: khichdi queue list --state new --class numeral"""
    from hinglish.errors import KhichdiError
    from serve.failures import CLASSES, State
    from serve.review import facts_of

    for name, value, known in (("class", cls, CLASSES), ("state", state, get_args(State))):
        if value is not None and value not in known:
            raise KhichdiError(f"queue list: --{name} {value}; one of {', '.join(known)}")
    found = list(_open(home)[0].rows(state, cls))
    if json:
        _out([facts_of(f) for f in found])
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{len(found)} failures", title_justify="left", box=None)
    for column in ("key", "class", "reason", "seen", "state", "message"):
        table.add_column(column)
    for f in found:
        table.add_row(f.key, f.cls, f.reason, str(f.seen), f.state, f.message)
    Console(highlight=False, markup=False).print(table)


@queue.command("show")
def queue_show(name: Annotated[str, typer.Argument(help="A request id, or a key of queue list.")], home: Home = HOME, json: Json = False) -> None:
    """One failure with its answer, by request id or key. Example: khichdi queue show 4f1d2c0b9a8e47d6b5a4c3d2e1f00918"""
    from serve.review import facts_of

    opened, keys = _open(home)
    for f in _found(opened, keys, name):
        if json:
            _out(facts_of(f))
            continue
        typer.echo(f"{f.key}  {f.cls}, {f.reason}, {f.state}{f' in round {f.round}' if f.round else ''}; came {f.seen} times, {f.first} to {f.last}")
        typer.echo(f"  message  {f.message}\n  answer   {f.output}\n  facts    {f.facts}")


def _found(opened: "Queue", keys: "Keys", name: str) -> list[Any]:
    from hinglish.errors import KhichdiError

    found = opened.find([name, *keys.every(name)])
    if not found:
        raise KhichdiError(f'queue: no failure "{name}", as a key or as a request id under the keys that are kept; `khichdi queue list` has them')
    return found


@queue.command("delete")
def queue_delete(names: Annotated[list[str], typer.Argument(help="Request ids or keys.")], home: Home = HOME) -> None:
    """Take failures out for good. One that several requests share goes for all. Example: khichdi queue delete 4f1d2c0b9a8e47d6b5a4c3d2e1f00918"""
    from serve.retention import forget

    opened, keys = _open(home)
    found = {f.key for name in names for f in _found(opened, keys, name)}
    lines = forget(home, {*found, *(h for name in names for h in keys.every(name))})
    typer.echo(f"{opened.delete(sorted(found))} failures deleted, and {lines} lines of the log")


@queue.command("expire")
def queue_expire(days: Annotated[int, typer.Option(help="What is older goes.", min=1)] = 30, home: Home = HOME) -> None:
    """Let go what came last before so many days: failures and days of the log. Run it daily. Example: khichdi queue expire --days 30"""
    from serve.retention import expire

    gone, logs = expire(home, _open(home)[0], days)
    typer.echo(f"{gone} failures and {logs} days of the log deleted; what is younger than {days} days stays")


@queue.command("rotate")
def queue_rotate(keep: Annotated[int, typer.Option(help="How many older keys stay, to find what they hashed.", min=0)] = 1, home: Home = HOME) -> None:
    """A new key for hashes and surrogates; start the server again to use it. Example: khichdi queue rotate --keep 1"""
    from serve.keys import write_keys

    new = _open(home)[1].rotated(keep)
    write_keys(new, home / "keys.json")
    typer.echo(f"{new.current} is in use from the server's next start; kept: {', '.join(new.made)}. What a dropped key hashed can be joined with nothing")


@queue.command("push")
def queue_push(
    round_name: Annotated[str, typer.Option("--round", help="The name of the round.")],
    most: Annotated[int, typer.Option(help="At most so many failures, those that came most often first.", min=1)] = 100,
    cls: Annotated[str | None, typer.Option("--class", help="Only this class.")] = None,
    overlap: Annotated[int, typer.Option(help="Answers that complete a record.", min=1, max=10)] = 2,
    api_url: Annotated[str | None, typer.Option("--api-url", help="An Argilla that runs elsewhere; without it the one that `review up` started.")] = None,
    api_key: Annotated[str | None, typer.Option("--api-key", envvar="KHICHDI_ARGILLA_KEY", help="An owner's key on that server.")] = None,
    home: Home = HOME,
) -> None:
    """Put new failures before the annotators; then `khichdi review pull` and `settle` as for any round.

    Example: khichdi queue push --round live-2026-12 --most 100
    """
    from curation.review_commands import WORK, _desks
    from curation.review_round import push
    from curation.review_task import path_of_round
    from hinglish.errors import KhichdiError
    from serve.review import plan_of

    opened, _ = _open(home)
    waiting = [f for f in opened.rows(None, cls) if f.state == "new" or f.round == round_name]
    chosen = sorted(waiting, key=_often)[:most]
    if not chosen:
        raise KhichdiError(f"{home}: nothing new in the queue{f' of class {cls}' if cls else ''}; `khichdi queue list` shows what there is")
    done = push(_desks(api_url, api_key), plan_of(chosen, round_name, overlap), path_of_round(round_name, WORK))
    opened.mark([f.key for f in chosen], "pushed", round_name)
    typer.echo(f"{done.records} failures pushed for round {round_name}, {overlap} answers each; {len(done.refused)} refused")


def _often(failure: Any) -> tuple[bool, int, str]:
    return not failure.round, -failure.seen, failure.key


@queue.command("take")
def queue_take(
    round_name: Annotated[str, typer.Option("--round", help="A settled round of the queue.")],
    out: Annotated[Path, typer.Option(help="A new folder, which `khichdi train run --release` reads.")],
    decisions: Annotated[Path, typer.Option("--decisions", help="Where rounds are kept.")] = Path("data/decisions"),
    home: Home = HOME,
) -> None:
    """The rows of a settled round as people decided them, as a set to train on. Example: khichdi queue take --round live-2026-12 --out build/live-2026-12"""
    from curation.review_commands import WORK
    from curation.review_plan import read_plan
    from curation.review_task import path_of_round
    from generators.write import write
    from hinglish.errors import KhichdiError
    from serve.review import decided

    opened, _ = _open(home)
    plan = read_plan(path_of_round(round_name, WORK))
    rows, report = decided(plan, decisions)
    if not rows:
        raise KhichdiError(f"{decisions / round_name}: no row of the round was confirmed or fixed; nothing was written")
    write(rows, [], out, name=round_name, facts={"decisions": [round_name]})
    opened.mark([f.key for f in opened.rows() if f.round == round_name], "decided", round_name)
    typer.echo(f"{out}: {len(rows)} rows ({len(report.fixed)} fixed, {len(report.confirmed)} confirmed); {len(report.rejected)} rejected")
