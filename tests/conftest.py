"""What all tests share: the golden files, and examples that are not timed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deploy.local import LocalCloud

GOLDEN = Path(__file__).parent / "golden"

# How long an example takes says more about the machine than about the code. CI tries the same examples for the same
# tests: a change is judged by what it did, and new examples are looked for on the desk.
settings.register_profile("desenho", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("desenho")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="write the golden files instead of comparing with them")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str | bytes], None]:
    """Compare with a file under tests/golden, named by its path there; `--accept` writes it."""

    def check(name: str, found: str | bytes) -> None:
        path = GOLDEN / name
        data = found.encode() if isinstance(found, str) else found
        if request.config.getoption("--accept"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            return
        assert path.exists(), f"there is no {name} yet: look at what is made, then run pytest --accept"
        if isinstance(found, str):
            assert found == path.read_text(encoding="utf-8"), f"{name} differs: --accept takes the new one"
        else:
            assert data == path.read_bytes(), f"{name} differs: --accept takes the new one"

    return check


@pytest.fixture(scope="session")
def local_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """The local cloud, one process for all tests that want one; it ends with them, however they end."""
    from deploy.local import State, ensure_running, stop

    state = State(tmp_path_factory.mktemp("cloud"))
    yield ensure_running(state, until_exit_of=os.getpid())
    stop(state)
