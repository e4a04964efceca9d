"""The command line: the same abilities as the window, without a screen."""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``lodeway-cli``; returns the exit status (0 done, 1 a promise does not hold or no answer, 2 bad input)."""
    from lodeway.cli.program import run

    return run(argv)
