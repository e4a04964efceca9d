"""The recipe's folders, a copy of its source tables that a test may spoil, and the shipped provenance."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from layers.recipe.context import Context
from lodeway.atlas.reader import load_provenance
from lodeway.model.atlas import Provenance

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    """A context over a private copy of ``layers/sources``."""
    shutil.copytree(ROOT / "layers" / "sources", tmp_path / "sources")
    return Context(sources=tmp_path / "sources", out=ROOT / "layers", cache=tmp_path, packages={})


@pytest.fixture(scope="session")
def provenance() -> Provenance:
    return load_provenance()
