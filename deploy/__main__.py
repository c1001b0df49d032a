"""`python -m deploy` is `desenho deploy`."""

from __future__ import annotations

import sys

from desenho.cli import main

if __name__ == "__main__":
    sys.exit(main(["deploy", *sys.argv[1:]]))
