"""Runs of the real program in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DESKTOP = Path(__file__).parents[2] / "desktop"
Run = Callable[..., subprocess.CompletedProcess[str]]


def run_program(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``lodeway-cli`` with these words; keyword arguments become environment variables."""
    return subprocess.run(
        [sys.executable, "-m", "lodeway.cli", *words],
        env={**os.environ, "PYTHONPATH": str(DESKTOP), **environment},
        capture_output=True, text=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture
def run() -> Run:
    return run_program


@pytest.fixture(scope="session")
def lobito_text() -> str:
    """Standard output of the main question, asked of the real data."""
    done = run_program("solve", "--block", "route:lobito", "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="session")
def lobito(lobito_text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(lobito_text)
    return document


@pytest.fixture(scope="session")
def world() -> dict[str, Any]:
    """The baseline as a JSON document."""
    done = run_program("solve", "--json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def one_sentence(text: str) -> bool:
    """A single line that ends like a sentence and shows no traceback."""
    return text.count("\n") == 1 and text.rstrip().endswith(".") and "Traceback" not in text and len(text) > 20
