"""`python -m deploy ACTION...` does what `desenho deploy ACTION...` does."""

from __future__ import annotations

import sys

from desenho.cli import main

sys.argv.insert(1, "deploy")
sys.exit(main())
