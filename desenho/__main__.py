"""`python -m desenho` does what `desenho` does."""

import sys

from desenho.cli import main

sys.exit(main())
