"""A small world for map tests: few mines, links and flows with known tonnes, on the shipped ground."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lodeway.carto.store import LayerStore
from lodeway.geo.projection import Projection, equal_earth


@pytest.fixture(scope="session")
def map_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepared layers of the whole test run: made once."""
    return tmp_path_factory.mktemp("map-cache")


@pytest.fixture(scope="session")
def projection() -> Projection:
    return equal_earth()


@pytest.fixture(scope="session")
def store(projection: Projection, map_cache: Path) -> LayerStore:
    return LayerStore(projection, cache=map_cache)


@pytest.fixture
def measure() -> Callable[[str, object], float]:
    """Half an em a letter: enough for placing, without fonts."""
    return lambda text, font: 0.5 * font.size * len(text)  # type: ignore[attr-defined]
