"""A page in Debian's Chromium, and all that it logs and asks for."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser; skips the test where it or Playwright is absent."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="the page is tested with Playwright")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here (apt-get install chromium): the page is not tested in a browser")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        yield browser
        browser.close()


class Opened:
    """A file in the browser."""

    def __init__(self, browser: Any, path: Path, width: int = 1440, theme: str = "light", **options: Any) -> None:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, **options)
        self.page = context.new_page()
        self.problems: list[str] = []
        """Lines of the console and errors of scripts."""
        self.requests: list[str] = []
        """Addresses that it asked for, without its own and pictures inside it."""
        address = path.resolve().as_uri()
        self.page.on("console", lambda line: self.problems.append(f"{line.type}: {line.text}"))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url, address))
        self.page.goto(address)

    def _note(self, url: str, own: str) -> None:
        if not url.startswith("data:") and url.partition("#")[0] != own:
            self.requests.append(url)

    def drawn(self) -> "Opened":
        """Wait for the charts of the script."""
        self.page.wait_for_selector("[data-chart=dots] svg")
        return self

    def overflow(self) -> int:
        """How many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def close(self) -> None:
        self.page.context.close()
