"""Tables of text with coordinates or WKT: any separator, decimal mark and common encoding."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np

from lodeway.atlas.own_sink import EVERY, Columns, Geometries, finish, progress
from lodeway.errors import DataError

_X = ("lon", "long", "longitude", "lng", "x", "lon_dd", "easting", "x_coord", "经度")
_Y = ("lat", "latitude", "y", "lat_dd", "northing", "y_coord", "纬度")
_WKT = ("wkt", "geometry", "geom", "the_geom", "wkt_geom", "shape")
_LONGEST_FIELD = 50_000_000


def _decoded(path: Path) -> tuple[str, str]:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "gb18030", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and not re.search("[\u4e00-\u9fff]", text):
            continue  # bytes of Western letters pass for it by chance
        return text, encoding
    return raw.decode("latin-1"), "latin-1"


def read_csv(path: Path, out: Path) -> dict[str, Any]:
    """Read the table and write its arrays into ``out``; returns what the child says of it."""
    from shapely import from_wkt

    csv.field_size_limit(_LONGEST_FIELD)
    text, encoding = _decoded(path)
    first = text.split("\n", 1)[0]
    separator = max(";\t|,", key=lambda mark: (first.count(mark), mark != ","))
    if not first.count(separator):
        separator = ","
    lines = csv.reader(text.splitlines(), delimiter=separator)
    header = [name.strip() or f"column {number}" for number, name in enumerate(next(lines, []), 1)]
    if not header:
        raise DataError("it is empty")
    plain = [name.lower().strip() for name in header]
    x = next((plain.index(name) for name in _X if name in plain), None)
    y = next((plain.index(name) for name in _Y if name in plain), None)
    wkt = next((plain.index(name) for name in _WKT if name in plain), None)
    remarks: list[str] = []
    rows: list[list[str]] = []
    ragged = 0
    for row in lines:
        if not row or (len(row) == 1 and not row[0].strip()):
            continue
        if len(row) != len(header):
            ragged += 1
        rows.append((row + [""] * len(header))[: len(header)])
        if len(rows) % EVERY == 0:
            progress(len(rows), None)
    if ragged:
        remarks.append(f"{ragged:,} rows have more or fewer cells than the heading; what is over is left out.")
    sink = Geometries(out)
    lost = 0
    if x is not None and y is not None:
        for row in rows:
            place = _coordinate(row[x]), _coordinate(row[y])
            if None in place:
                lost += 1
                sink.add_wkb(None)
            else:
                sink.add_wkb(b"\x01\x01\x00\x00\x00" + np.array(place, dtype="<f8").tobytes())
        sink._empty = 0
        if lost:
            remarks.append(f"{lost:,} rows have no readable {header[x]} and {header[y]}; they are in the table only.")
    elif wkt is not None:
        for row in rows:
            try:
                made = from_wkt(row[wkt]) if row[wkt].strip() else None
            except Exception:  # noqa: BLE001 - counted and told
                made = None
            lost += made is None
            sink.add_shape(None if made is None else made.__geo_interface__)
        sink._empty = 0
        if lost:
            remarks.append(f"{lost:,} rows have no readable WKT in {header[wkt]}; they are in the table only.")
    else:
        for _ in rows:
            sink.add_wkb(None)
        sink._empty = 0
        remarks.append(
            "No columns of coordinates (lon and lat, x and y) or WKT were found; it is a table without a map."
        )
    table = Columns(header)
    columns = [_typed_words([row[k] for row in rows]) for k in range(len(header))]
    for values in zip(*columns, strict=True):
        table.add(values)
    geographic = x is not None and plain[x] in ("lon", "long", "longitude", "lng", "lon_dd", "经度")
    if encoding not in ("utf-8", "utf-8-sig"):
        remarks.append(f"Its letters were read as {encoding}.")
    return finish(out, path.stem, "EPSG:4326" if geographic else "", table, sink, remarks)


def _number(text: str) -> float | None:
    text = text.strip().replace("\u2212", "-").replace("\u00a0", "").replace(" ", "")
    if "," in text:
        text = text.replace(".", "").replace(",", ".") if text.rfind(",") > text.rfind(".") else text.replace(",", "")
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _coordinate(text: str) -> float | None:
    """Decimal, or degrees, minutes and seconds with a hemisphere."""
    value = _number(text)
    if value is not None:
        return value
    found = re.fullmatch(
        r"\s*([NSEWOnsewo]?)\s*(\d{1,3}(?:[.,]\d+)?)\s*[°º]?\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*['′’]?)?\s*"
        r"(?:(\d{1,2}(?:[.,]\d+)?)\s*[\"″”]?)?\s*([NSEWOnsewo]?)\s*", text
    )  # fmt: skip
    if found is None:
        return None
    parts = [float(part.replace(",", ".")) for part in found.group(2, 3, 4) if part]
    if any(part >= 60 for part in parts[1:]):
        return None
    side = (found.group(1) or found.group(5)).upper()
    degrees = sum(part / 60.0**k for k, part in enumerate(parts))
    return -degrees if side in ("S", "W", "O") else degrees


def _typed_words(values: list[str]) -> list[Any]:
    """Numbers where every cell that is not empty is one; leading zeros stay words."""
    cells = [value.strip() for value in values]
    if any(len(cell) > 1 and cell[0] == "0" and cell[1] not in ".," for cell in cells):
        return [cell or None for cell in cells]
    made = [None if not cell else _number(cell) for cell in cells]
    if all((number is None) == (not cell) for number, cell in zip(made, cells, strict=True)) and any(cells):
        if all(number is None or (float(number).is_integer() and abs(number) < 2**53) for number in made) and all(
            "." not in cell and "," not in cell for cell in cells
        ):
            return [None if number is None else int(number) for number in made]
        return made
    return [cell or None for cell in cells]
