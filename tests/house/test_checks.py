"""Lint, format, types and import contracts: part of the suite, so that one last line counts everything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy --strict": ["mypy"],
    "import contracts": ["lint-imports", "--no-cache"],
}


@pytest.mark.parametrize("check", CHECKS)
def test_check(check: str) -> None:
    program, *arguments = CHECKS[check]
    run = subprocess.run(
        [Path(sys.executable).parent / program, *arguments], cwd=TOP, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, f"{check} says:\n{run.stdout}{run.stderr}"
