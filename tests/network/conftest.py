"""The real sea-lane network, read once, and the shipped atlas."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.recipe.context import Context, SourceRow
from layers.recipe.fetch import load_packages
from layers.recipe.sealanes import SeaGraph, build_graph
from lodeway.atlas.reader import load_atlas
from lodeway.model.atlas import Atlas

ROOT = Path(__file__).resolve().parents[2]
RECIPE = ROOT / "layers" / "recipe"


@pytest.fixture(scope="session")
def ctx() -> Context:
    return Context(
        sources=ROOT / "layers" / "sources",
        out=ROOT / "layers",
        cache=RECIPE / ".cache",
        packages=load_packages(RECIPE / "packages.toml"),
    )


@pytest.fixture(scope="session")
def lanes(ctx: Context) -> Path:
    """The lane file of searoute, fetched by pip where the recipe's cache does not hold it."""
    return next(ctx.package("searoute").rglob("marnet_searoute.geojson"))


@pytest.fixture(scope="session")
def gate_rows(ctx: Context) -> list[SourceRow]:
    return ctx.rows("gates_sea")


@pytest.fixture(scope="session")
def sea(ctx: Context, lanes: Path, gate_rows: list[SourceRow]) -> SeaGraph:
    return build_graph(lanes, ctx.rows("ports"), gate_rows)


@pytest.fixture(scope="session")
def shut(gate_rows: list[SourceRow]) -> frozenset[str]:
    """Gates that are closed by default."""
    return frozenset(row.required("id") for row in gate_rows if row.required("closed_by_default") == "1")


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    return load_atlas()
