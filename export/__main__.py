"""`python -m export SOURCE...` does what `desenho export SOURCE...` does."""

import sys

from desenho.cli import main

sys.argv.insert(1, "export")
sys.exit(main())
