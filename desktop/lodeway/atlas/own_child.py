"""The child process that reads a user's vector file: few rights, plain arrays out, one line of JSON at the end."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lodeway.atlas.own_csv import read_csv
from lodeway.atlas.own_sink import EVERY, Columns, Geometries, finish, progress, say
from lodeway.atlas.vector import open_gpkg, quoted, wkb_of
from lodeway.errors import LodewayError

MEMORY_BYTES = 1_000_000_000
_CPU_S = 900


def main(arguments: list[str]) -> int:
    """``list FILE DRIVER`` or ``read FILE DRIVER LAYER FOLDER``; what went wrong is the line's ``error``."""
    _limit()
    try:
        task, name, driver, *rest = arguments
        if task == "list":
            say({"layers": _listed(Path(name), driver)})
        else:
            say(_read(Path(name), driver, rest[0], Path(rest[1])))
        return 0
    except LodewayError as error:
        say({"error": _one_line(str(error))})
    except MemoryError:
        say({"error": "it needs more than 1 GB of memory; open a part of it, or another format"})
    except Exception as error:  # noqa: BLE001 - whatever a broken file provokes is told in one sentence
        say({"error": f"it cannot be read ({_one_line(str(error)) or type(error).__name__}); try another format"})
    return 1


def _limit() -> None:
    """Memory and time, where the system can limit them; the parent has a watch of its own."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, most in ((resource.RLIMIT_DATA, MEMORY_BYTES), (resource.RLIMIT_CPU, _CPU_S), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most if hard < 0 else min(most, hard), hard))


def _one_line(text: str) -> str:
    text = re.sub(r"\S*[/\\](?=[^/\\\s]+)", "", " ".join(text.split()))  # no folder names: the copy lies elsewhere
    return text if len(text) <= 200 else f"{text[:199]}…"


def _open(path: Path, driver: str, layer: str | None = None) -> Any:
    import fiona

    options = {"layer": layer} if layer else {}
    if driver in ("GPX", "KML", "DXF", "OpenFileGDB"):
        options["allow_unsupported_drivers"] = True  # type: ignore[assignment]
    return fiona.open(str(path), "r", driver=driver, **options)


def _names(path: Path, driver: str) -> list[str]:
    import fiona
    from fiona.env import Env

    if driver in ("ESRI Shapefile", "GeoJSON", "FlatGeobuf"):
        with _open(path, driver) as source:
            return [source.name]
    with Env():
        return [str(name) for name in fiona.listlayers(str(path), allow_unsupported_drivers=True)]


def _listed(path: Path, driver: str) -> list[dict[str, Any]]:
    if driver == "GPKG":
        with open_gpkg(path) as connection:
            return [{"name": n, "geometry": k, "count": c} for n, k, c, *_ in _gpkg_tables(connection)]
    if driver == "CSV":
        return [{"name": path.stem, "geometry": "", "count": None}]
    rows = []
    for name in _names(path, driver):
        with _open(path, driver, name) as source:
            rows.append({"name": name, "geometry": str(source.schema["geometry"]), "count": _count(source)})
    return [row for row in rows if row["count"] != 0] or rows


def _count(source: Any) -> int | None:
    try:
        return len(source)
    except TypeError:
        return None


def _read(path: Path, driver: str, layer: str, out: Path) -> dict[str, Any]:
    if driver == "GPKG":
        return _read_gpkg(path, layer, out)
    if driver == "CSV":
        return read_csv(path, out)
    names = [row["name"] for row in _listed(path, driver)]
    if layer and layer not in names:
        raise LodewayError(f"it holds no layer '{layer[:60]}'; it has {', '.join(names[:8])}")
    if not names:
        raise LodewayError("it holds no layer")
    name = layer or names[0]
    with _open(path, driver, name) as source:
        crs = _crs(source)
        fields = list(source.schema["properties"])
        table = Columns(fields)
        sink = Geometries(out)
        total = _count(source)
        broken = 0
        features = iter(source)
        while True:
            try:
                feature = next(features)
            except StopIteration:
                break
            except (ValueError, UnicodeDecodeError):
                broken += 1
                if broken > 1_000:
                    raise
                continue
            sink.add_shape(feature.geometry)
            table.add(feature.properties.get(field) for field in fields)
            if sink.count % EVERY == 0:
                progress(sink.count, total)
    remarks = sink.remarks()
    if broken:
        remarks.append(f"{broken:,} features could not be read and are left out.")
    if total is not None and sink.count + broken != total and driver != "OpenFileGDB":
        remarks.append(f"The file says that it holds {total:,} features; {sink.count:,} were read.")
    if driver in ("GPX", "KML"):
        crs = crs or "EPSG:4326"
    return finish(out, name, crs, table, sink, remarks)


def _crs(source: Any) -> str:
    if not source.crs:
        return ""
    authority = source.crs.to_authority()
    return ":".join(authority) if authority else str(source.crs.to_wkt())


# GeoPackage


def _gpkg_tables(connection: sqlite3.Connection) -> Iterator[tuple[str, str, int | None, str, str]]:
    """(name, geometry type, count, geometry column, crs) of each layer."""
    rows = connection.execute(
        "SELECT c.table_name, g.geometry_type_name, g.column_name, s.organization, s.organization_coordsys_id, "
        "s.definition "
        "FROM gpkg_contents c LEFT JOIN gpkg_geometry_columns g USING (table_name) "
        "LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id "
        "WHERE c.data_type IN ('features', 'attributes') ORDER BY c.rowid LIMIT 2000"
    ).fetchall()
    kinds = dict(connection.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')"))
    for name, kind, column, organization, code, definition in rows:
        if kinds.get(name) != "table":
            continue  # a view computes: it may be anything
        count = connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0]
        known = organization and str(organization).upper() not in ("NONE", "UNDEFINED") and code and int(code) > 0
        crs = f"{organization}:{code}" if known else (str(definition) if definition and "[" in str(definition) else "")
        yield str(name), str(kind or ""), count, str(column or ""), crs


def _read_gpkg(path: Path, layer: str, out: Path) -> dict[str, Any]:
    with open_gpkg(path) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        tables = list(_gpkg_tables(connection))
        chosen = next((row for row in tables if not layer or row[0] == layer), None)
        if chosen is None:
            raise LodewayError(
                f"it holds no layer '{layer[:60]}'; it has {', '.join(row[0] for row in tables[:8]) or 'none'}"
            )
        name, _, total, column, crs = chosen
        fields = [str(row[1]) for row in connection.execute(f"PRAGMA table_info({quoted(name)})") if row[1] != column]
        table, sink = Columns(fields), Geometries(out)
        bad = 0
        wanted = ([column] if column else []) + fields
        for row in connection.execute(f"SELECT {', '.join(map(quoted, wanted)) or '1'} FROM {quoted(name)}"):
            if column:
                try:
                    sink.add_wkb(wkb_of(row[0]) if row[0] is not None else None)
                except (ValueError, IndexError, TypeError):
                    bad += 1
                    sink.add_wkb(None)
                    sink._empty -= 1
            else:
                sink.add_wkb(None)
            values = row[1:] if column else row
            table.add(value if not isinstance(value, bytes) else f"({len(value)} bytes)" for value in values)
            if sink.count % EVERY == 0:
                progress(sink.count, total)
        remarks = sink.remarks() if column else []
        if bad:
            remarks.append(f"{bad:,} features have a geometry that cannot be read; they are in the table only.")
        return finish(out, name, crs, table, sink, remarks)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
