"""The page itself, in Chromium: an annotator logs in, fixes a label, rejects one, discards one, and `review pull` brings exactly that."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from curation.review_argilla import Argilla
from curation.review_people import add, pseudonym
from curation.review_records import spans_back
from curation.review_round import Desks, events_of, outcomes, pull, push
from curation.review_rows import Row
from tests.review_desk import argilla, needs_argilla
from tests.review_page import browser, needs_chromium
from tests.review_rows import plan, rows, transfer


@pytest.fixture(autouse=True)
def _needed() -> None:
    needs_argilla()
    needs_chromium()


def test_an_annotator_fixes_rejects_and_discards_on_the_page(tmp_path: Path) -> None:
    """Four rows on the page: a wrong amount after an emoji is fixed and a word marked, one is rejected, one discarded, one left as suggested."""
    desk = argilla()
    desks = Desks(desk.backend, Argilla(desk.owner, "khichdi-adjudication"))
    found = plan([Row(transfer(wrong=True), "train"), *rows(3)], overlap=1)
    keys = {s.example.input.replace("😀", "□"): s.key for s in found.shown}
    wanted = dict(zip([s.key for s in found.shown], ("fix", "reject", "discard", "right"), strict=True))
    dataset = push(desks, found, tmp_path).dataset
    account = add(desk.owner, ["page-annotator"])[0]
    with browser(desk.url) as page:
        page.log_in(account.name, account.password)
        page.open(dataset)
        for _ in found.shown:
            message = page.message
            what = wanted[keys[message]]
            if what == "discard":
                page.discard()
            else:
                page.verdict(what)
                if what == "fix":
                    page.write("amount = 700")
                    page.mark("bhejo", "time")
                page.submit()
            page.next(message)
    got = pull(desks, found, tmp_path)
    assert {j.key: j.verdict for j in got.reading.judged} == wanted
    assert {j.annotator for j in got.reading.judged} == {pseudonym("page-annotator")}
    settled = {o.key: o for o in outcomes(found, events_of(tmp_path)).outcomes}
    fixed = found.shown[0]
    assert settled[fixed.key].target == transfer().target
    assert settled[found.shown[2].key].state == "discarded"
    said = next(j.event.values["spans"] for j in got.reading.judged if j.key == fixed.key)
    text = fixed.example.input
    marked = {s.path: text[s.start : s.end] for s in spans_back(said, text)}
    assert marked == {"date": "kal", "recipient": "राहुल", "amount": "700", "via": "gpay", "time": "bhejo"}


def test_a_hostile_message_runs_nothing_and_every_slot_has_its_rule_a_click_away(tmp_path: Path) -> None:
    """Markup in a message is text: no code runs, no picture is fetched; the rules of the label's slots open in place."""
    desk = argilla()
    desks = Desks(desk.backend, desk.backend)
    attack = "</script><script>parent.document.title='ran'</script><img src='http://192.0.2.1/x' onerror=\"document.title='ran'\">"
    example = replace(transfer(), input=f"{transfer().input} {attack} ![x](http://192.0.2.1/y)", utterance=None)
    steps = [{"name": "inject", "before": f"{attack}\n```\n![x](http://192.0.2.1/z)"}]
    found = plan([Row(replace(example, provenance={**example.provenance, "augmenters": steps}), "train")], overlap=1)
    dataset = push(desks, found, tmp_path).dataset
    account = add(desk.owner, ["page-attacked"])[0]
    with browser(desk.url) as page:
        page.log_in(account.name, account.password)
        page.open(dataset)
        assert "plain number" in page.rule("amount")
        assert page.message.startswith("□ kal राहुल")
        assert "ran" not in page.tab.title()
        assert not [url for url in page.dropped if "192.0.2.1" in url]
