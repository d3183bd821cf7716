"""The pictures of docs/annotating.md, taken from the running page: `make review-pictures`. Palettes of 128 colours keep them small."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace
from PIL import Image

from curation.review_argilla import Argilla
from curation.review_people import add
from curation.review_round import Desks, pull, push
from curation.review_rows import Row
from curation.review_task import returned_task
from tests.review_desk import argilla
from tests.review_page import Page, browser
from tests.review_rows import plan, transfer
from tests.rows import ROOT

PLACE = ROOT / "docs" / "img"


def save(page: Page, name: str) -> None:
    """One picture of the whole tab."""
    picture = Image.open(BytesIO(page.tab.screenshot())).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    PLACE.mkdir(parents=True, exist_ok=True)
    picture.save(PLACE / f"{name}.png", optimize=True)


def take() -> None:
    """Judge a wrong row on the page, get an unusable correction back, and keep what is seen on the way."""
    desk = argilla()
    desks = Desks(desk.backend, Argilla(desk.owner, "khichdi-adjudication"))
    example = transfer(wrong=True)
    steps = [{"name": "switch-words", "before": "😀 kal rahul ko 700 gpay se bhejo"}]
    found = plan([Row(replace(example, provenance={**example.provenance, "augmenters": steps}), "train")], overlap=1, name="pictures")
    account = add(desk.owner, ["annotator-1"])[0]
    with TemporaryDirectory() as work, browser(desk.url, width=1200, height=820) as page:
        dataset = push(desks, found, Path(work)).dataset
        page.log_in(account.name, account.password)
        page.open(dataset)
        page.tab.wait_for_selector(".span-entity__text")
        save(page, "queue")
        page.rule("amount")
        save(page, "rules")
        page.open(dataset)
        page.verdict("fix")
        page.write("amount = 900")
        save(page, "fix")
        page.submit()
        pull(desks, found, Path(work))
        page.open(desk.backend.ensure(returned_task("pictures")))
        save(page, "returned")


if __name__ == "__main__":
    take()
