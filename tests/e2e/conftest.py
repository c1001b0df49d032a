"""One stack of the challenge for all tests of a run that break and mend it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alive import Alive


@pytest.fixture(scope="session")
def alive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alive]:
    """The challenge on a local cloud of its own, which ends with the tests."""
    from alive import Alive
    from deploy.local import State, stop

    before = os.environ.get("DESENHO_STATE")
    stack = Alive(State(tmp_path_factory.mktemp("alive")))
    try:
        stack.up()
        yield stack
    finally:
        stop(stack.state)
        os.environ.pop("DESENHO_STATE", None)
        if before is not None:
            os.environ["DESENHO_STATE"] = before


@pytest.fixture(autouse=True)
def _own_state(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--local` means the local cloud of these tests."""
    if "alive" in request.fixturenames:
        monkeypatch.setenv("DESENHO_STATE", str(request.getfixturevalue("alive").state.folder))
