"""The commands of review: a server, records out, answers in, agreement, decisions."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from curation.review_argilla import Api
    from curation.review_plan import Plan
    from curation.review_round import Desks, Settled

review = typer.Typer(no_args_is_help=True, add_completion=False, help="People judge rows in Argilla. Example: khichdi review up")

WORK = Path("build") / "review"
Url = Annotated[str | None, typer.Option("--api-url", help="An Argilla that runs elsewhere; without it the one that `review up` started here.")]
Key = Annotated[str | None, typer.Option("--api-key", envvar="KHICHDI_ARGILLA_KEY", help="An owner's key on that server.")]
Round = Annotated[str, typer.Option("--round", help="The name of the round; its files lie in build/review and then in data/decisions.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]
Where = Annotated[str, typer.Argument(help="A folder such as build/v1.0.0, a committed version, or owner/name@v1.0.0 on a Hub.")]
Kept = Annotated[Path, typer.Option("--decisions", help="Where rounds are kept.")]


def _out(thing: Any) -> None:
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(thing), indent=2).decode())


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False)


def _table(title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=None)
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*row)
    _console().print(table)


def _api(url: str | None, key: str | None) -> "Api":
    """The server that was named, or the one that runs here."""
    from curation.processes import home
    from curation.review_argilla import Api
    from curation.review_up import Server
    from hinglish.errors import KhichdiError

    if url is not None:
        if not key:
            raise KhichdiError(f"--api-url {url} needs an owner's key: --api-key KEY, or KHICHDI_ARGILLA_KEY in the environment")
        return Api(url, key)
    server = Server(home() / "argilla" / "data")
    state = server.state()
    if state is None:
        raise KhichdiError("no Argilla runs here; start one with `khichdi review up`, or name one with --api-url and --api-key")
    return Api(state.url, server.key)


def _desks(url: str | None, key: str | None) -> "Desks":
    from curation.review_argilla import Argilla
    from curation.review_people import ADJUDICATION, WORKSPACE
    from curation.review_round import Desks

    api = _api(url, key)
    return Desks(Argilla(api, WORKSPACE), Argilla(api, ADJUDICATION))


def _plan(round_name: str) -> "tuple[Plan, Path]":
    from curation.review_plan import read_plan
    from curation.review_task import path_of_round

    folder = path_of_round(round_name, WORK)
    return read_plan(folder), folder


@review.command("up")
def review_up(
    annotators: Annotated[int, typer.Option(help="How many annotators have accounts.", min=1)] = 2,
    port: Annotated[int, typer.Option(help="Where it listens on 127.0.0.1.", min=0)] = 6900,
    json: Json = False,
) -> None:
    """Start a real Argilla on this machine: no Docker, Elasticsearch or Redis. Passwords are shown once. Example: khichdi review up --annotators 3"""
    from curation.processes import home
    from curation.review_argilla import Api
    from curation.review_people import ADJUDICATION, WORKSPACE, Account, add, pseudonym
    from curation.review_up import Server

    server = Server(home() / "argilla" / "data", say=_note)
    password = server.prepare()
    state = server.start(port)
    api = Api(state.url, server.key)
    made = [Account("owner", password, server.key)] if password else []
    made += add(api, [f"annotator-{n}" for n in range(1, annotators + 1)], WORKSPACE)
    made += add(api, ["adjudicator-1"], ADJUDICATION)
    if json:
        _out({"url": state.url, "pid": state.pid, "data": str(server.folder), "new_accounts": [{"name": a.name, "password": a.password} for a in made]})
        return
    typer.echo(f"Argilla answers at {state.url} (process {state.pid}); its data lie in {server.folder} and stay. Stop it with `khichdi review down`.")
    if made:
        rows = [(a.name, a.password, pseudonym(a.name)) for a in made]
        _table("New accounts; the passwords are stored nowhere, so copy them now", ("name", "password", "known in git as"), rows)


def _note(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201  # progress of a long step, off the answer's way


@review.command("down")
def review_down() -> None:
    """Stop the Argilla that runs here; its data stay. Example: khichdi review down"""
    from curation.processes import home
    from curation.review_up import Server

    stopped = Server(home() / "argilla" / "data").stop()
    typer.echo("stopped; the data stay" if stopped else "none was running")


@review.command("push")
def review_push(
    release: Where,
    round_name: Round,
    sample: Annotated[int | None, typer.Option(help="How many rows; all if not given.", min=1)] = None,
    by: Annotated[str, typer.Option(help="random, stratified, suspicious or disagreement.")] = "stratified",
    split: Annotated[list[str] | None, typer.Option(help="Only this split; may be given again.")] = None,
    overlap: Annotated[int | None, typer.Option(help="Answers that complete a record; the release's own number if not given, else 2.", min=1, max=10)] = None,
    planted: Annotated[float, typer.Option(help="Share of rows with a planted wrong label.", min=0, max=0.5)] = 0.04,
    blind: Annotated[float, typer.Option(help="Share of rows without suggestions.", min=0, max=0.5)] = 0.08,
    predictions: Annotated[Path | None, typer.Option(help="A model's answers: JSON lines with id and target.", exists=True, dir_okay=False)] = None,
    after: Annotated[list[str] | None, typer.Option(help="A settled round whose decisions count for suspicion; may be given again.")] = None,
    decisions: Kept = Path("data/decisions"),
    api_url: Url = None,
    api_key: Key = None,
    json: Json = False,
) -> None:
    """Put rows of a release before the annotators. Pushing again changes nothing.

    Example: khichdi review push build/v1.0.0 --round v1.0.0-a --sample 300 --by stratified
    """
    from curation.decisions import read_rounds
    from curation.opened import open_release
    from curation.review_outcome import fixes_text
    from curation.review_plan import Head, make_plan
    from curation.review_round import push
    from curation.review_rows import overlap_of, rows_of, version_of
    from curation.review_sample import by_of
    from curation.review_sample import sample as choose
    from curation.review_task import path_of_round
    from curation.suspects import disputed, read_predictions, suspects

    folder = path_of_round(round_name, WORK)
    opened = open_release(release)
    rows = rows_of(opened, split)
    earlier = read_rounds(after or (), decisions)
    answers = read_predictions(predictions) if predictions else {}
    found = suspects([r.example for r in rows], answers, earlier)
    scores = {s.id: s.score for s in found}
    chosen = choose(rows, sample, by_of(by), round_name, scores, disputed([r.example for r in rows], answers, earlier))
    extra = fixes_text([r.example for r in rows], earlier)
    head = Head(round_name, version_of(opened), overlap or overlap_of(opened), extra)
    plan = make_plan(chosen, head, scores, planted=planted, blind=blind)
    desks = _desks(api_url, api_key)
    with _console().status(f"pushing {len(plan.shown)} records"):
        done = push(desks, plan, folder)
    kinds = {kind: sum(s.kind == kind for s in plan.shown) for kind in ("plain", "planted", "blind")}
    if json:
        _out({"round": round_name, "dataset": done.dataset, "records": done.records, "refused": done.refused, "kinds": kinds, "overlap": head.overlap})
        return
    typer.echo(f"{done.records} records pushed for round {round_name}, {head.overlap} answers each: " + ", ".join(f"{n} {k}" for k, n in kinds.items()))
    for fault in done.refused:
        typer.echo(f"refused {fault.key}: {fault.reason}; it lies in {folder / 'quarantine.jsonl'}")
    sys.exit(1 if done.refused else 0)


@review.command("pull")
def review_pull(round_name: Round, api_url: Url = None, api_key: Key = None, json: Json = False) -> None:
    """Take the answers in; corrections that cannot be used go back to their annotator. Example: khichdi review pull --round v1.0.0-a"""
    from curation.review_round import pull

    plan, folder = _plan(round_name)
    got = pull(_desks(api_url, api_key), plan, folder)
    counts = {v: sum(j.verdict == v for j in got.reading.judged) for v in ("right", "fix", "reject", "discard")}
    if json:
        back = [{"key": r.event.key, "annotator": r.event.annotator, "reason": r.reason, "why": r.why} for r in got.returned]
        _out({"round": round_name, "new_events": len(got.new), "answers": counts, "waiting": len(got.reading.waiting), "returned": back})
        return
    typer.echo(f"{len(got.new)} new events; answers now: " + ", ".join(f"{n} {v}" for v, n in counts.items()) + f"; {len(got.reading.waiting)} wait")
    for r in got.returned:
        typer.echo(f"returned {r.event.key} to {r.event.annotator} ({r.reason}): {r.why}")


@review.command("watch")
def review_watch(
    round_name: Round,
    every: Annotated[float, typer.Option(help="Seconds between two looks.", min=0.2, max=60)] = 15.0,
    looks: Annotated[int | None, typer.Option(help="How often to look; until you stop it if not given.", min=1)] = None,
    api_url: Url = None,
    api_key: Key = None,
) -> None:
    """Pull again and again, so that an unreadable correction is back within a minute. Example: khichdi review watch --round v1.0.0-a"""
    from curation.review_watch import watch

    plan, folder = _plan(round_name)
    watch(_desks(api_url, api_key), plan, folder, every=every, looks=looks, say=typer.echo)


@review.command("agree")
def review_agree(
    round_name: Round, people: Annotated[bool, typer.Option("--people", help="Leave scripted annotators out.")] = False, json: Json = False
) -> None:
    """How far annotators agree, each figure with its interval, and each one's record. Example: khichdi review agree --round v1.0.0-a"""
    from curation.review_agree import agreement, records
    from curation.review_report import agreement_rows, record_rows
    from curation.review_round import events_of

    plan, folder = _plan(round_name)
    events = events_of(folder)
    found, each = agreement(plan, events, only_people=people), records(plan, events)
    if json:
        _out({"agreement": found, "annotators": each})
        return
    _table(f"Agreement over {found.rows} rows with two or more answers", ("figure", "value", "95 %", "n"), agreement_rows(found))
    _table("Annotators", ("who", "answers", "discards", "seconds", "untouched", "planted caught", "right, blind", "right, suggested"), record_rows(each))


@review.command("settle")
def review_settle(
    round_name: Round,
    close: Annotated[bool, typer.Option("--close", help="Write the round although rows are open, in conflict or waiting; those are left undecided.")] = False,
    decisions: Kept = Path("data/decisions"),
    api_url: Url = None,
    api_key: Key = None,
    json: Json = False,
) -> None:
    """Settle what was pulled: conflicts go to the adjudicators; when none is left, the round is written for good.

    Exit 0: written; 1: something is open, in conflict or waiting. Example: khichdi review settle --round v1.0.0-a
    """
    from curation.review_round import adjudicate, events_of, outcomes, write_round

    plan, folder = _plan(round_name)
    events = events_of(folder)
    settled = outcomes(plan, events)
    conflicts = adjudicate(_desks(api_url, api_key), plan, events, settled) if settled.of("conflict") and not close else 0
    written = write_round(plan, events, settled, decisions) if settled.done or close else None
    if json:
        _out(_counts(settled) | {"round": round_name, "sent_to_adjudication": conflicts, "written": str(written) if written else None})
    else:
        typer.echo(", ".join(f"{n} {state}" for state, n in _counts(settled).items()))
        if conflicts:
            typer.echo(f"{conflicts} conflicts lie before the adjudicators; pull and settle again when they have answered")
        how = f'written to {written}; name it in a spec: decisions = ["{round_name}"]' if written else "not written; --close writes what is settled so far"
        typer.echo(how)
    sys.exit(0 if written else 1)


def _counts(settled: "Settled") -> dict[str, int]:
    return {state: len(settled.of(state)) for state in ("settled", "conflict", "open", "discarded")} | {"waiting": len(settled.waiting)}


@review.command("fixes")
def review_fixes(
    release: Where,
    round_name: Annotated[list[str], typer.Option("--round", help="A settled round; may be given again.")],
    decisions: Kept = Path("data/decisions"),
    json: Json = False,
) -> None:
    """What became of each annotator's fixes and rejects in a release. Example: khichdi review fixes build/v1.0.1 --round v1.0.0-a"""
    from curation.decisions import read_rounds
    from curation.opened import open_release
    from curation.review_outcome import fixes
    from curation.review_rows import rows_of

    found = fixes([r.example for r in rows_of(open_release(release))], read_rounds(round_name, decisions))
    if json:
        _out(found)
        return
    _table("What became of your fixes", ("annotator", "row", "verdict", "became"), [(f.annotator, f.id, f.verdict, f.became) for f in found])


@review.command("suspects")
def review_suspects(
    release: Where,
    by_template: Annotated[bool, typer.Option("--by-template", help="Templates instead of rows.")] = False,
    predictions: Annotated[Path | None, typer.Option(help="A model's answers: JSON lines with id and target.", exists=True, dir_okay=False)] = None,
    round_name: Annotated[list[str] | None, typer.Option("--round", help="A settled round; may be given again.")] = None,
    top: Annotated[int, typer.Option(help="How many to show.", min=1)] = 20,
    decisions: Kept = Path("data/decisions"),
    json: Json = False,
) -> None:
    """Rows, or templates, to look at first, with file and line. Example: khichdi review suspects build/v1.0.0 --by-template --round v1.0.0-a"""
    from curation.decisions import read_rounds
    from curation.opened import open_release
    from curation.review_report import suspect_rows, template_rows
    from curation.review_rows import rows_of
    from curation.suspects import by_template as templates
    from curation.suspects import read_predictions, suspects

    rows = [r.example for r in rows_of(open_release(release))]
    earlier = read_rounds(round_name or (), decisions)
    found = suspects(rows, read_predictions(predictions) if predictions else {}, earlier)
    if by_template:
        families = templates(rows, found, earlier)[:top]
        _out(families) if json else _table("Templates", ("template", "rows", "suspicion", "fixed or rejected", "place"), template_rows(families))
        return
    _out(found[:top]) if json else _table("Rows", ("row", "suspicion", "why", "place", "message"), suspect_rows(found[:top]))
