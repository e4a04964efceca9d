"""Makes the layers that both programs draw: ``data.py FOLDER``. What is there already stays."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import fiona
import numpy as np
import shapely
from numpy.typing import NDArray

TOP = Path(__file__).parents[3]
MADE_FROM = {
    "S_countries": ("countries_l0", 0), "S_boundaries": ("boundaries_l0", 0), "M_countries": ("countries_l2", 0),
    "M_provinces": ("admin1", 0), "M_lakes": ("lakes_l2", 0), "M_rivers": ("rivers_l2", 0),
    "L_countries": ("countries_l2", 12), "L_provinces": ("admin1", 12),
}  # fmt: skip
"""Name: layer of base.gpkg, points set between each two."""
POINTS = {"P10k": 10_000, "P100k": 100_000, "P1M": 1_000_000}


def crooked(xy: NDArray[np.float64], between: int, random: np.random.Generator) -> NDArray[np.float64]:
    """A line or ring with ``between`` points set beside each segment, a tenth of its length away at most."""
    if len(xy) < 2:
        return xy
    step = np.diff(xy, axis=0)
    share = np.arange(between + 1) / (between + 1)
    side = random.uniform(-0.1, 0.1, (len(step), between + 1)) * np.minimum(1.0, 4 * share * (1 - share))
    normal = np.column_stack([-step[:, 1], step[:, 0]])
    made = xy[:-1, None] + step[:, None] * share[None, :, None] + normal[:, None] * side[:, :, None]
    made = made.reshape(-1, 2)
    made[:, 1] = np.clip(made[:, 1], -90.0, 90.0)
    return np.vstack([np.clip(made, [-180.0, -90.0], [180.0, 90.0]), xy[-1:]])


def write(path: Path, geometries: NDArray[np.object_]) -> None:
    """A GeoPackage of one layer with one field."""
    kind = geometries[0].geom_type
    many = {"Polygon": "MultiPolygon", "LineString": "MultiLineString"}.get(kind, kind)
    schema: Any = {"geometry": many, "properties": {"number": "int"}}
    with fiona.open(path, "w", driver="GPKG", crs="EPSG:4326", schema=schema, layer=path.stem) as sink:
        sink.writerecords(
            {"geometry": shapely.geometry.mapping(_multi(g, many)), "properties": {"number": k}}
            for k, g in enumerate(geometries)
        )


def _multi(geometry: Any, kind: str) -> Any:
    if geometry.geom_type == kind:
        return geometry
    return getattr(shapely.geometry, kind)([geometry])


def main(folder: Path) -> None:
    """All sets."""
    random = np.random.default_rng(1)
    everything = []
    for name, (layer, between) in MADE_FROM.items():
        with fiona.open(TOP / "layers" / "base.gpkg", layer=layer) as source:
            shapes = np.array([shapely.geometry.shape(feature.geometry) for feature in source], dtype=object)
        if name.startswith("M"):
            everything.append(shapes)
        path = folder / f"{name}.gpkg"
        if path.exists():
            continue
        if between:
            bent = []
            for shape in shapes:
                polygons = []
                for polygon in shapely.get_parts(shape):
                    rings = [
                        crooked(np.asarray(r.coords), between, random) for r in (polygon.exterior, *polygon.interiors)
                    ]
                    polygons.append(shapely.Polygon(rings[0], rings[1:]))
                bent.append(shapely.MultiPolygon(polygons))
            shapes = np.array(bent, dtype=object)
        write(path, shapes)
        print(f"{name}: {len(shapes):,} features, {int(shapely.get_num_coordinates(shapes).sum()):,} vertices")
    for name, count in POINTS.items():
        path = folder / f"{name}.gpkg"
        if path.exists():
            continue
        centres = np.column_stack([random.uniform(-170, 170, 400), random.uniform(-55, 70, 400)])
        at = centres[random.integers(400, size=count)] + random.normal(0, 3.0, (count, 2))
        write(path, shapely.points(np.clip(at, [-180, -85], [180, 85])))
        print(f"{name}: {count:,} points")
    one = folder / "M1.gpkg"
    if not one.exists():
        areas = np.concatenate([*everything[:3]])
        write(one, np.concatenate([areas, areas[:244]]))
        print(f"M1: {int(shapely.get_num_coordinates(np.concatenate([areas, areas[:244]])).sum()):,} vertices")
    print("{}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
