"""The command line: the same abilities as the window, without a screen."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``lodeway-cli``; returns the exit status (0 done, 1 a promise does not hold or no answer, 2 bad input)."""
    from multiprocessing import freeze_support

    from lodeway.atlas.own_files import READ_ARGUMENT

    freeze_support()  # the frozen program is also its own worker process in a study
    given = list(sys.argv[1:] if argv is None else argv)
    if given[:1] == [READ_ARGUMENT]:  # the program as the child that reads a user's file
        from lodeway.atlas.own_child import main as read

        return read(given[1:])
    from lodeway.cli.program import run

    return run(argv)
