"""What `desenho deploy --help` and the help of its actions say."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["ACTIONS", "DESCRIPTION", "EPILOG", "Action"]


class Action(NamedTuple):
    """An action in one line, in full, and what stands below its options."""

    summary: str
    description: str = ""
    epilog: str = ""


DESCRIPTION: Final = """\
Deploy an architecture. SOURCE is a script, script.py#name for one of its diagrams, or a JSON model.
"""
EPILOG: Final = """\
A deploy to AWS costs money from the moment it is there: see `cost` before, and `down` after. --local costs nothing,
needs no account, and speaks to this machine only.

`desenho deploy ACTION --help` tells what an action takes and its exit codes.

examples:
  desenho deploy up diagrams/challenge.py --local
  desenho deploy upload diagrams/challenge.py report.csv --local --follow
  desenho deploy plan diagrams/challenge.py --region sa-east-1
  desenho deploy down --stack challenge --local
"""

ACTIONS: Final[dict[str, Action]] = {
    "plan": Action(
        "what would change, property by property; changes nothing",
        "Show what `up` would change: each resource with its place in the diagram, each property before and after.\n"
        "Nothing is changed.",
        "examples:\n  desenho deploy plan diagrams/challenge.py --local\n\n"
        "Exit codes, as of Terraform's plan: 0 nothing would change, 2 something would, 1 error.",
    ),
    "up": Action(
        "make the stack or change it; asks first",
        "Make the stack, or change it to what the diagram says. It shows the plan and asks. The same command again\n"
        "goes on where it was interrupted.",
        "examples:\n  desenho deploy up diagrams/challenge.py --local\n"
        "  desenho deploy up diagrams/challenge.py --replace server\n\n"
        "Exit codes: 0 the stack is as the diagram says, 2 error.",
    ),
    "status": Action(
        "the stack, its resources and its alarms",
        "Show how the stack is: its resources, with their places in the diagram, and its alarms.",
        "examples:\n  desenho deploy status diagrams/challenge.py --local\n"
        "  desenho deploy status --stack challenge --local\n\n"
        "Exit codes: 0 all is well, 1 something is not, 2 error or no such stack.",
    ),
    "outputs": Action(
        "names and addresses of what is running",
        "Print names and addresses of what is running. --json names every resource by its id in the diagram.",
        "examples:\n  desenho deploy outputs --stack challenge --local --json",
    ),
    "cost": Action(
        "what it costs a month: idle, stopped, typical",
        "Say what the stack costs a month: with nobody using it, with its instances stopped, and in a typical month.\n"
        "The prices come with desenho; no account is needed.",
        "examples:\n  desenho deploy cost diagrams/challenge.py --region us-east-1",
    ),
    "template": Action(
        "the CloudFormation template; needs no account",
        "Print the CloudFormation template. Account, zones, image and programs in it are examples, unless --resolve,\n"
        "--local or --endpoint-url has them looked up.",
        "examples:\n  desenho deploy template diagrams/challenge.py > template.json",
    ),
    "upload": Action("send files as a user does; --follow shows their way through the stack"),
    "logs": Action("what the functions say; -f goes on until Ctrl-C"),
    "redrive": Action("send the events again that the functions gave up on"),
    "tunnel": Action("open the app, which has no public address"),
    "down": Action(
        "remove the stack; its data stay, unless --delete-data",
        "Remove the stack, after a question. Its data stay: the buckets, and a snapshot of each volume, which the\n"
        "next `up` finds again.",
        "examples:\n  desenho deploy down diagrams/challenge.py --local\n"
        "  desenho deploy down --stack challenge --local --yes --delete-data\n\n"
        "Exit codes: 0 the stack is removed, or there was none; 2 error.",
    ),
}
