"""The stack that the demo shows: brought up on the local cloud, and put back as it was found."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from desenho import sources

if TYPE_CHECKING:
    from pathlib import Path

    from deploy.local import LocalCloud, State
    from deploy.running import Running
    from desenho.console import Console

__all__ = ["Session"]


class Session:
    """A stack of a script on the local cloud of this user.

    The local cloud begins to load when this is made, so that other work can be done meanwhile.
    """

    def __init__(self, script: Path, console: Console) -> None:
        from deploy.local import State, ensure_running, find

        self._script, self._console = script, console
        self._state: State = State.default()
        self._ran = find(self._state) is not None
        self._made = False
        # However the demo ends, what it has started ends with it.
        self._cloud: LocalCloud = ensure_running(self._state, until_exit_of=os.getpid(), wait=False)

    def up(self) -> Running:
        """Bring the stack up, if it is not, and return it when its app answers."""
        from deploy import deployer, running, stack
        from deploy.blueprint import read
        from deploy.client import connect

        architecture = sources.read(sources.find([str(self._script)])[0])[0]
        blueprint = read(architecture)
        clients = connect(
            blueprint.region or "us-east-1", endpoint_url=self._cloud.endpoint_url, access_key=("local", "local")
        )
        self._made = stack.find(clients, architecture.name) is None
        deployer.up(
            deployer.Deployment(
                clients=clients,
                blueprint=blueprint,
                name=architecture.name,
                base=self._script.resolve().parent,
                audience=_Quiet(self._console),
                here=True,
            )
        )
        return running.find(clients, blueprint, architecture.name)

    def end(self, running: Running | None, *, leave_data: bool) -> None:
        """Put all back as it was: what ran before goes on, what did not has ended.

        With `leave_data` the stack and its files stay on disk for the next time; otherwise a stack that was made here
        is removed with all of it.
        """
        from deploy.local import stop
        from deploy.removal import down

        if running and self._made and not leave_data:
            self._console.passing("removing the stack")
            down(running.clients, running.name, _Quiet(self._console), delete_data=True)
        if not self._ran:
            self._console.passing("stopping the local cloud")
            stop(self._state)


class _Quiet:
    """Somebody who agrees, and wants to see what goes on but not to keep it."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, text: str) -> None:
        self._console.passing(text.strip().partition("\n")[0])

    def passing(self, text: str) -> None:
        self._console.passing(text)

    def agrees(self, question: str) -> bool:
        del question
        return True
