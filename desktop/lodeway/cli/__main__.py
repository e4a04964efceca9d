"""``python -m lodeway.cli``: the same as ``lodeway-cli``."""

from __future__ import annotations

import sys

from lodeway.cli import main

if __name__ == "__main__":
    sys.exit(main())
