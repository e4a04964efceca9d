"""Users' files: every format, and files that mean harm or are broken."""

from __future__ import annotations

import os
import sqlite3
import struct
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fiona
import numpy as np
import pytest
import shapely

from lodeway.atlas import own_files
from lodeway.atlas.own_files import Cancel, list_own, read_own
from lodeway.errors import DataError

POINTS = [(25.0 + k, -10.0 - k) for k in range(5)]


def records() -> list[dict[str, Any]]:
    return [
        {"geometry": {"type": "Point", "coordinates": place},
         "properties": {"name": None if k == 0 else f"é中{k}", "t": None if k == 1 else k * 1.5, "n": k}}
        for k, place in enumerate(POINTS)
    ]  # fmt: skip


def written(path: Path, driver: str, crs: str = "EPSG:4326") -> Path:
    schema = {"geometry": "Point", "properties": {"name": "str", "t": "float", "n": "int"}}
    with fiona.open(str(path), "w", driver=driver, schema=schema, crs=crs, encoding="utf-8") as sink:
        sink.writerecords(records())
    return path


@pytest.mark.parametrize(
    ("name", "driver"),
    [("a.gpkg", "GPKG"), ("a.geojson", "GeoJSON"), ("a.shp", "ESRI Shapefile"), ("a.fgb", "FlatGeobuf")],
)
def test_what_was_written_is_read(tmp_path: Path, name: str, driver: str) -> None:
    path = written(tmp_path / name, driver)
    before = {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in tmp_path.iterdir()}
    read = read_own(path)
    assert read.crs == "EPSG:4326"
    order = np.argsort(read.columns["n"])
    assert [(g.x, g.y) for g in read.geometry[order]] == POINTS
    assert read.columns["name"][order].tolist() == [None, "é中1", "é中2", "é中3", "é中4"]
    assert np.isnan(read.columns["t"][order][1]), "the unknown is no zero"
    assert read.remarks == ()
    assert {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in tmp_path.iterdir()} == before


def test_other_formats(tmp_path: Path) -> None:
    (tmp_path / "g.gpx").write_text(
        '<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
        '<wpt lat="-10" lon="25"><name>P</name></wpt></gpx>'
    )
    (tmp_path / "k.kml").write_text(
        '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>P</name>'
        "<Point><coordinates>25,-10</coordinates></Point></Placemark></Document></kml>"
    )
    (tmp_path / "d.dxf").write_text(
        "0\nSECTION\n2\nENTITIES\n0\nLINE\n8\n0\n10\n0.0\n20\n0.0\n11\n1.0\n21\n1.0\n0\nENDSEC\n0\nEOF\n"
    )
    assert read_own(tmp_path / "g.gpx").geometry[0].coords[0] == (25.0, -10.0)
    assert read_own(tmp_path / "k.kml").crs == "EPSG:4326"
    drawing = read_own(tmp_path / "d.dxf")
    assert drawing.geometry[0].length == pytest.approx(2**0.5)
    assert drawing.crs == "", "a drawing does not say where it is: it must be asked"


@pytest.mark.parametrize(
    ("text", "encoding", "first"),
    [
        ("name,lat,lon\nx,-10.5,25.1\n", "utf-8", (25.1, -10.5)),
        ("name;lat;lon;t\nKöln;-10,5;25,1;1.234,5\n", "cp1252", (25.1, -10.5)),
        ("name\tLatitude\tLongitude\nx\t10°30'S\t25°6'E\n", "utf-8-sig", (25.1, -10.5)),
        ("名称,纬度,经度\n科卢韦齐,-10.5,25.1\n", "gb18030", (25.1, -10.5)),
        ('id|wkt\n1|POINT (25.1 -10.5)\n', "utf-16", (25.1, -10.5)),
        ('x;y\n"25,1";"−10,5"\n', "utf-8", (25.1, -10.5)),
    ],
)  # fmt: skip
def test_tables_of_text_in_any_dress(tmp_path: Path, text: str, encoding: str, first: tuple[float, float]) -> None:
    (tmp_path / "t.csv").write_bytes(text.encode(encoding))
    read = read_own(tmp_path / "t.csv")
    assert (read.geometry[0].x, read.geometry[0].y) == pytest.approx(first)


def test_no_row_is_dropped_in_silence(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,lon,lat\n1,25,-10\n2,,\n3,here,there\n4,26\n005,27,-11,9\n")
    read = read_own(tmp_path / "t.csv")
    assert len(read.geometry) == 5
    assert read.columns["id"].tolist() == ["1", "2", "3", "4", "005"], "a leading zero is part of a code"
    assert any("3 rows" in remark for remark in read.remarks)
    assert any("2 rows have more or fewer cells" in remark for remark in read.remarks)


def test_the_layers_of_a_file_are_listed_and_chosen(tmp_path: Path) -> None:
    path = tmp_path / "two.gpkg"
    schema = {"geometry": "Point", "properties": {"n": "int"}}
    for name in ("one", "two"):
        with fiona.open(str(path), "w", driver="GPKG", layer=name, schema=schema, crs="EPSG:4326") as sink:
            sink.write({"geometry": {"type": "Point", "coordinates": (1, 2)}, "properties": {"n": 1}})
    assert [(one.name, one.count) for one in list_own(path)] == [("one", 1), ("two", 1)]
    assert read_own(path, "two").name == "two"
    with pytest.raises(DataError, match="no layer 'three'"):
        read_own(path, "three")


# Files that mean harm -------------------------------------------------------------------------------------------------


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def _link(folder: Path) -> Path:
    info = zipfile.ZipInfo("a.geojson")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(folder / "link.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return folder / "link.zip"


def _view(folder: Path) -> Path:
    """A GeoPackage whose layer is a view that never ends."""
    path = written(folder / "view.gpkg", "GPKG")
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE VIEW forever AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT i, NULL AS geom FROM n"
        )
        connection.execute("UPDATE gpkg_contents SET table_name = 'forever', identifier = 'forever'")
        connection.execute("UPDATE gpkg_geometry_columns SET table_name = 'forever'")
    return path


def _made(name: str, data: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return make


_VRT = (
    b'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'
    b"</OGRVRTDataSource>"
)
_XXE = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    b'<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
    b'<wpt lat="1" lon="1"><name>&e;</name></wpt></gpx>'
)
_BILLION = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "'
    + b"x" * 100
    + b'">'
    + b"".join(f'<!ENTITY {chr(98 + k)} "{("&" + chr(97 + k) + ";") * 10}">'.encode() for k in range(9))
    + b']><kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>&j;</name></Placemark></kml>'
)
_NETWORK = (
    b'<kml xmlns="http://www.opengis.net/kml/2.2"><NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link>'
    b"</NetworkLink></kml>"
)
HOSTILE: dict[str, Callable[[Path], Path]] = {
    "empty": _made("a.geojson", b""),
    "half a GeoJSON": _made("a.geojson", b'{"type": "FeatureCollection", "features": [{"type": "Feature", "geom'),
    "not a GeoPackage": _made("a.gpkg", b"SQLite format 3\x00" + b"\x00" * 500),
    "text as GeoPackage": _made("a.gpkg", b"hello"),
    "another driver in disguise": _made("a.geojson", _VRT),
    "a VRT by its own name": _made("a.vrt", _VRT),
    "deep nesting": _made("a.geojson", b'{"type":"FeatureCollection","features":' + b"[" * 200_000),
    "a shapefile that counts too far": _made("a.shp", struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 2**30) + b"\xff" * 72),
    "a broken FlatGeobuf": _made("a.fgb", b"fgb\x03fgb\x00" + b"\xff" * 200),
    "an entity that reads another file": _made("a.gpx", _XXE),
    "a billion laughs": _made("a.kml", _BILLION),
    "a KML that links to the net": _made("a.kml", _NETWORK),
    "half a DXF": _made("a.dxf", b"0\nSECTION\n2\nENTITIES\n0\nLINE\n10\n"),
    "a zip with a link": _link,
    "a zip that climbs out": lambda folder: zipped(folder / "up.zip", {"../../evil.geojson": b"{}"}),
    "a zip bomb": lambda folder: zipped(folder / "bomb.zip", {"a.geojson": b"0" * 60_000_000}),
    "a zip of nothing": lambda folder: zipped(folder / "none.zip", {"readme.md": b"x"}),
    "no zip": _made("a.zip", b"PK\x03\x04 not really"),
    "a view that never ends": _view,
    "no such file": lambda folder: folder / "gone.geojson",
    "a folder": lambda folder: folder,
    "a binary table": _made("a.csv", bytes(range(256)) * 40),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_no_file_breaks_it_or_reaches_out(tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, or data with remarks; never a hang, a crash, a file beside it, or another file's content."""
    monkeypatch.setattr(own_files, "_TIME_LIMIT_S", 20.0)
    folder = tmp_path / "given"
    folder.mkdir()
    path = HOSTILE[what](folder)
    before = sorted(p.name for p in folder.iterdir())
    began = time.monotonic()
    try:
        read = read_own(path)
    except DataError as told:
        assert "\n" not in str(told) and len(str(told)) < 400
        assert "Traceback" not in str(told)
    else:
        content = " ".join(str(cell) for column in read.columns.values() for cell in column[:50])
        assert "root:" not in content
        assert len(content) < 1_000_000
    assert time.monotonic() - began < 25.0
    assert sorted(p.name for p in folder.iterdir()) == before
    assert not (tmp_path / "evil.geojson").exists()


def test_a_journal_beside_a_geopackage_is_not_merged(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gpkg", "GPKG")
    raw = path.read_bytes()
    (tmp_path / "a.gpkg-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\x00" * 600)
    (tmp_path / "a.gpkg-wal").write_bytes(b"x" * 100)
    assert len(read_own(path).geometry) == 5
    assert path.read_bytes() == raw
    assert (tmp_path / "a.gpkg-wal").read_bytes() == b"x" * 100


def test_coordinates_that_are_no_numbers_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"n":1},"geometry":'
        '{"type":"LineString","coordinates":[[1e999,0],[1,1]]}},{"type":"Feature","properties":{"n":2},"geometry":null}]}'
    )
    read = read_own(tmp_path / "a.geojson")
    assert len(read.geometry) == 2
    assert shapely.is_missing(read.geometry).all()
    assert len(read.remarks) == 2


def test_reading_is_cancelled_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("lon,lat\n" + "1,2\n" * 400_000)
    cancel = Cancel()
    threading.Timer(0.3, cancel.cancel).start()
    began = time.monotonic()
    with pytest.raises(DataError, match="cancelled"):
        read_own(tmp_path / "t.csv", cancel=cancel)
    assert time.monotonic() - began < 5.0
    assert list(own_files._folder().iterdir()) == []


def test_the_child_may_not_take_more_than_a_gigabyte(tmp_path: Path) -> None:
    if not hasattr(os, "fork"):
        return
    (tmp_path / "a.csv").write_text("lon,lat,text\n" + ("1,2," + "x" * 4_000_000 + "\n") * 90)
    with pytest.raises(DataError, match="1 GB"):
        read_own(tmp_path / "a.csv")
