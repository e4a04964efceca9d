"""No file is missing from the explicit tables; and the helper that says so, tried on an invented package."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.explicit_tables import assert_every_file_is_listed, unlisted_files


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """``kinds`` with a class, a function in a record, a helper and a file that only imports another's kind."""
    folder = tmp_path / "kinds"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from kinds import circle, square\nTABLE = {'circle': circle.Circle, 'square': ('a square', square.draw)}\n"
    )
    (folder / "circle.py").write_text("class Circle: ...\n")
    (folder / "square.py").write_text("def draw(): ...\n")
    (folder / "helper.py").write_text("def halve(x): return x / 2\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("kinds")
    for name in [name for name in sys.modules if name.split(".")[0] == "kinds"]:
        del sys.modules[name]


def test_a_complete_table_passes(package: ModuleType) -> None:
    assert_every_file_is_listed(package, package.TABLE, shared={"helper"})


def test_a_forgotten_file_is_named(package: ModuleType) -> None:
    assert unlisted_files(package, package.TABLE) == ["helper.py"]
    with pytest.raises(AssertionError, match=r"helper\.py"):
        assert_every_file_is_listed(package, package.TABLE)


def test_importing_a_listed_kind_is_not_being_listed(package: ModuleType) -> None:
    (Path(str(package.__file__)).parent / "oval.py").write_text("from kinds.circle import Circle\n")
    assert unlisted_files(package, package.TABLE, shared={"helper"}) == ["oval.py"]


def test_a_helper_that_does_not_exist_is_an_error(package: ModuleType) -> None:
    with pytest.raises(AssertionError, match="no such helper"):
        assert_every_file_is_listed(package, package.TABLE, shared={"helper", "gone"})


TABLES = {
    "lodeway.levers": ("LEVERS", {"lever", "scenario_file"}),
    "lodeway.exports": (
        "EXPORTS",
        {"answer", "attributes", "features", "layer_file", "study_file", "table_file", "totals"},
    ),
    "lodeway.studies": ("STUDIES", {"capacity", "compare", "crew", "exposure", "study", "why"}),
    "lodeway.cli.commands": ("COMMANDS", set[str]()),
    "lodeway.ui.map.tools": ("TOOLS", {"tool"}),
    "lodeway.ui.panels": (
        "PANELS",
        {
            "figures",
            "grid",
            "results_exposure",
            "results_ranking",
            "results_tables",
            "routes_cells",
            "routes_data",
            "routes_model",
        },
    ),
}
"""Package to its table and to the helpers beside the kinds."""


@pytest.mark.parametrize("name", TABLES)
def test_no_file_is_missing_from_the_table(name: str) -> None:
    table, helpers = TABLES[name]
    package_of_kinds = importlib.import_module(name)
    assert_every_file_is_listed(package_of_kinds, getattr(package_of_kinds, table), shared=helpers)
