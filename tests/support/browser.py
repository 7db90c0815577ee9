"""Chromium for the tests that look at pages as a person does: a page that notes what it asks for, and the checker."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, ViewportSize, sync_playwright

from warehouse.report.overview import files

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed: `make browser` (as root) installs it, then run this again."
)
STANDARD = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        )
        yield started
        started.close()


@contextmanager
def without_pdf_and_word() -> Iterator[None]:
    """Overviews are written as pages; their PDF and Word files, which no browser test opens, are empty."""
    with patch.object(files.pdf, "pdf", return_value=b""), patch.object(files.word, "word", return_value=b""):
        yield


@contextmanager
def opened_page(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page that notes in `asked_for` every request which is not for a local file or part of the page itself."""
    opened = browser.new_page(viewport=DESKTOP, **options)
    opened.asked_for: list[str] = []  # type: ignore[attr-defined, misc]

    def look(route: Route) -> None:
        if not route.request.url.startswith(("file:", "data:")):
            opened.asked_for.append(route.request.url)  # type: ignore[attr-defined]
        route.continue_()

    opened.route("**/*", look)
    yield opened
    opened.close()


def violations(page: Page) -> list[str]:
    """What the accessibility checker finds, in a line each."""
    found = Axe().run(page, options=STANDARD).response["violations"]
    return [f"{one['id']}: {one['help']} ({one['nodes'][0]['target']})" for one in found]
