"""Argilla's page in a headless Chromium, as an annotator uses it: log in, read a message, choose a verdict, write, submit, discard."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WITHIN = 30_000  # milliseconds; a bound, not a wait


def needs_chromium() -> None:
    """Skip, with the way out, where the browser or its driver is not installed."""
    pytest.importorskip("playwright.sync_api", reason="Playwright is not installed; `make review-env` installs it")
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there; on Debian: apt-get install chromium fonts-noto-core")


class Page:
    """One annotator's tab."""

    def __init__(self, tab: Any, url: str) -> None:
        self.tab = tab
        self.url = url
        self.dropped: list[str] = []

    def only_here(self, route: Any) -> None:
        """Let a request through to the server, drop and note any other."""
        if route.request.url.startswith(("http://127.0.0.1", "data:", "blob:")):
            route.continue_()
        else:
            self.dropped.append(route.request.url)
            route.abort()

    def log_in(self, name: str, password: str) -> None:
        """By name and password, through the form."""
        self.tab.goto(f"{self.url}/sign-in")
        self.tab.fill("input[name=Username]", name)
        self.tab.fill("input[name=Password]", password)
        self.tab.click("button[type=submit]")
        self.tab.wait_for_url(lambda url: "sign-in" not in url)

    def open(self, dataset: str) -> None:
        """The queue of a data set."""
        self.tab.goto(f"{self.url}/dataset/{dataset}/annotation-mode")
        self.tab.wait_for_selector("label[for=verdict_right]")

    @property
    def message(self) -> str:
        """The message that is shown."""
        return str(self.tab.inner_text('[aria-label="Data entry for Field: Message"] p'))

    def verdict(self, value: str) -> None:
        """Choose a verdict; a suggested one is chosen already, and a click would take it back."""
        if "label-active" not in self.tab.get_attribute(f"label[for=verdict_{value}]", "class"):
            self.tab.click(f"label[for=verdict_{value}]")

    def write(self, text: str) -> None:
        """Fill in the corrected label."""
        self.tab.click('[aria-label="Question: corrected"] .content__text')
        self.tab.keyboard.type(text)

    def rule(self, slot: str) -> str:
        """Click a slot under Rules and read its rule, without leaving the row."""
        summary = self._rules.locator(f"summary:has(b:text-is('{slot}'))")
        summary.click()
        return str(self._rules.locator(f"details[open]:has(b:text-is('{slot}')) p").first.inner_text())

    @property
    def _rules(self) -> Any:
        field = self.tab.locator(".custom_field_component", has_text="Rules: click a slot")
        field.scroll_into_view_if_needed()
        return field.frame_locator("iframe")

    def rate(self, value: int) -> None:
        """Choose naturalness."""
        self.tab.click(f"label[for=naturalness_{value}]")

    def mark(self, word: str, label: str) -> None:
        """Mark a word of the message with a slot: choose the slot, then select the word."""
        self.tab.click(f'[aria-label="Question: spans"] label[title="{label}"]')
        box = self.tab.evaluate(
            """word => { const p = document.querySelector('[aria-label="Data entry for Field: Message"] p');
            const node = [...p.childNodes].find(n => n.nodeType === 3), at = node.data.indexOf(word), r = document.createRange();
            r.setStart(node, at); r.setEnd(node, at + word.length); const b = r.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; }""",
            word,
        )
        middle = (box[1] + box[3]) / 2
        self.tab.mouse.move(box[0] + 1, middle)
        self.tab.mouse.down()
        self.tab.mouse.move(box[2] - 1, middle, steps=5)
        self.tab.mouse.up()

    def submit(self) -> None:
        """Send the answer and wait until it is stored."""
        self._send("button.button--submit")

    def discard(self) -> None:
        """Pass the row by."""
        self._send("button.button--discard")

    def _send(self, button: str) -> None:
        with self.tab.expect_response(lambda r: "/responses" in r.url and r.request.method in ("POST", "PUT")) as stored:
            self.tab.click(button)
        assert stored.value.ok, stored.value.text()

    def next(self, before: str) -> None:
        """Wait until another message than `before` is shown, or none."""
        self.tab.wait_for_function(
            """before => { const p = document.querySelector('[aria-label="Data entry for Field: Message"] p');
            return (!p || p.innerText !== before) && (p ? !!document.querySelector('label[for=verdict_right]') : true); }""",
            arg=before,
        )


@contextmanager
def browser(url: str, *, width: int = 1400, height: int = 900) -> Iterator[Page]:
    """A fresh Chromium; requests to anything but the server are dropped, so nothing past 127.0.0.1 is reached."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        tab = chromium.new_page(viewport={"width": width, "height": height})
        tab.set_default_timeout(WITHIN)
        page = Page(tab, url)
        tab.route("**/*", page.only_here)
        yield page
        chromium.close()
