"""Reading and writing vector files: nothing lost, nothing left beside the file, failures in one sentence."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely

from lodeway.atlas.vector import VectorLayer, list_layers, read_layer, read_table, write_layer
from lodeway.errors import LodewayError


def _layer(name: str = "mines") -> VectorLayer:
    return VectorLayer(
        name,
        "EPSG:4326",
        shapely.points([(25.4, -10.7), (13.5, -12.3), (27.5, -11.7)]),
        {
            "name": np.array(["Kolwezi", None, "Lubumbashi 卢本巴希"], dtype=object),
            "count": np.array([3, -1, 2**40]),
            "share": np.array([0.5, np.nan, 1 / 3]),
            "year": np.array([1931, None, 1942], dtype=object),
        },
    )


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".fgb"])
def test_round_trip(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"file{suffix}"
    write_layer(path, _layer("file"))
    back = read_layer(path)
    order = np.argsort([g.x for g in back.geometry])  # FlatGeobuf sorts features by place
    expected = np.argsort([g.x for g in _layer().geometry])
    assert back.crs == "EPSG:4326"
    assert shapely.equals(back.geometry[order], _layer().geometry[expected]).all()
    assert back.fields["name"][order].tolist() == [None, "Kolwezi", "Lubumbashi 卢本巴希"]
    assert back.fields["count"][order].tolist() == [-1, 3, 2**40]
    np.testing.assert_array_equal(back.fields["share"][order].astype(float), [np.nan, 0.5, 1 / 3])
    assert back.fields["year"][order].tolist() == [None, 1931, 1942]


def test_second_layer_table_box_and_columns(tmp_path: Path) -> None:
    path = tmp_path / "two.gpkg"
    write_layer(path, _layer("a"))
    write_layer(
        path, VectorLayer("t", "", np.full(2, None), {"key": np.array(["x", "y"], dtype=object)}), geometry_type="None"
    )
    assert [(i.name, i.geometry_type, i.count) for i in list_layers(path)] == [("a", "POINT", 3), ("t", "", 2)]
    assert read_table(path, "t")["key"].tolist() == ["x", "y"]
    part = read_layer(path, "a", columns=["count"], bbox=(20, -11, 26, -10))
    assert part.fields["count"].tolist() == [3] and list(part.fields) == ["count"]


def test_empty_layer_keeps_its_fields(tmp_path: Path) -> None:
    path = tmp_path / "none.gpkg"
    write_layer(
        path, VectorLayer("none", "EPSG:4326", np.empty(0, dtype=object), {"km": np.empty(0)}), geometry_type="Point"
    )
    back = read_layer(path, "none")
    assert len(back) == 0 and list(back.fields) == ["km"]


def test_reading_needs_no_right_to_write_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write_layer(path, _layer("a"))
    before = path.read_bytes()
    read_layer(path, "a")
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.gpkg"]


def test_geopackages_are_read_without_fiona() -> None:
    root = Path(__file__).resolve().parents[2]
    code = (
        "import sys; sys.path.insert(0, 'desktop')\nfrom pathlib import Path\n"
        "from lodeway.atlas.vector import read_layer\n"
        "read_layer(Path('layers/maritime.gpkg'), 'ports_world')\nassert 'fiona' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)


def _sentence(path: Path, *arguments: str) -> str:
    with pytest.raises(LodewayError) as caught:
        read_layer(path, *arguments)
    text = str(caught.value)
    assert "\n" not in text and path.name in text
    return text


def test_missing_file_layer_and_field(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    assert "does not exist" in _sentence(path, "a")
    write_layer(path, _layer("a"))
    assert "no layer 'b' (it has: a)" in _sentence(path, "b")
    with pytest.raises(LodewayError, match="no field 'nothing'"):
        read_layer(path, "a", columns=["nothing"])


@pytest.mark.parametrize("content", [b"", b"no database at all", b"SQLite format 3\x00" + bytes(200)])
def test_corrupt_geopackage(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.gpkg"
    path.write_bytes(content)
    assert "not a readable GeoPackage" in _sentence(path, "a")


def test_truncated_geopackage(tmp_path: Path) -> None:
    path = tmp_path / "cut.gpkg"
    rows = 4000
    write_layer(path, VectorLayer("a", "EPSG:4326", shapely.points(np.zeros((rows, 2))), {"n": np.arange(rows)}))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "put a sound copy" in _sentence(path, "a")


def test_corrupt_other_formats(tmp_path: Path) -> None:
    path = tmp_path / "bad.geojson"
    path.write_text("{", encoding="utf-8")
    assert "cannot be read" in _sentence(path)


def test_file_in_edit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write_layer(path, _layer("a"))
    (tmp_path / "a.gpkg-wal").write_bytes(b"pending")
    assert "being edited" in _sentence(path, "a")


def test_unequal_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="field n has 1 values for 2"):
        VectorLayer("a", "", np.full(2, None), {"n": np.array([1])})
