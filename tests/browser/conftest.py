"""A browser and draw.io's viewer in it, once for all tests of a run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from viewer import WANTED, Viewer, chromium, chromium_path, open_viewer

if TYPE_CHECKING:
    from collections.abc import Generator

    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Generator[Browser]:
    """A headless Chromium. Where there is none the tests are skipped, but in CI they fail."""
    if chromium_path() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(WANTED)
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def viewer(browser: Browser) -> Generator[Viewer]:
    """draw.io's viewer; what it shows stays until the next `open`."""
    with open_viewer(browser) as shown:
        yield shown
