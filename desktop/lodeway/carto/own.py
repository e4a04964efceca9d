"""Users' layers on the map: prepared once per projection, drawn by the classes of their style."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from lodeway.carto.basemap import subset
from lodeway.carto.display import Lines, Pen, Points, Polygons, Record, with_alpha
from lodeway.carto.layers import MapLayer
from lodeway.carto.prepare import pieces_of, points_of
from lodeway.carto.scene import Frame, Scene
from lodeway.carto.store import Prepared, visible
from lodeway.carto.themes import Theme
from lodeway.errors import LodewayError
from lodeway.geo.curves import Floats, Ints, thin
from lodeway.geo.projection import Projection
from lodeway.model.expression import select
from lodeway.model.own_layer import OwnData, OwnLayer

KINDS = ("polygons", "lines", "points")
_CELL_PX = 2.0
_THIN_PX = 1.0
"""One vertex per cell of this size is enough for the eye."""


def prepare_own(data: OwnData, projection: Projection) -> dict[str, Prepared]:
    """Prepared geometry of each kind that the layer has; features keep their numbers."""
    dimension = shapely.get_dimensions(data.geometry)
    made: dict[str, Prepared] = {}
    for kind, wanted in zip(KINDS, (2, 1, 0), strict=True):
        mixed = shapely.get_type_id(data.geometry) == 7
        here = (dimension == wanted) | mixed
        if not here.any():
            continue
        geometry = data.geometry.copy()
        geometry[~here] = None
        layer = MapLayer(data.table.id, data.table.title, "Own", kind)  # type: ignore[arg-type]
        if kind == "points":
            parts, feature = shapely.get_parts(geometry[here], return_index=True)
            numbers = np.flatnonzero(here)[feature]
            single = shapely.get_type_id(parts) == 0
            pieces = points_of(parts[single], projection)
            made[kind] = Prepared(layer, (pieces.numbered(numbers[single]),), {})
        else:
            levels = pieces_of([(geometry, 0.0)], projection, closed=kind == "polygons")
            if any(len(level.start) > 1 for level in levels):
                made[kind] = Prepared(layer, tuple(levels), {})
    return made


def own_layers(scene: Scene, frame: Frame) -> Iterator[Record]:
    """The visible ones, from the ground up."""
    for layer in reversed(scene.own):
        if layer.visible and layer.finest_m_per_px <= frame.m_per_px < layer.coarsest_m_per_px:
            yield from _layer(layer, scene.theme, frame)


def shown_classes(layer: OwnLayer) -> Ints:
    """(n,) class of each feature as :meth:`Style.numbers`, -3 where the filter leaves it out.

    A filter or style that does not fit the fields draws nothing.
    """
    count = len(layer.data.geometry)
    try:
        numbers = layer.style.numbers(layer.data.table.columns, count)
        if layer.filter:
            numbers = np.where(select(layer.filter, layer.data.table.columns), numbers, -3)
    except LodewayError:
        return np.full(count, -3, dtype=np.int64)
    return numbers


def last_of_cell(xy: Floats, size: float) -> Ints:
    """Numbers (k,), rising, of the points (n, 2) that are the last of a square cell: what one on the other leaves."""
    if not len(xy):
        return np.zeros(0, dtype=np.int64)
    cell = np.floor((xy - xy.min(axis=0)) * (1.0 / size)).astype(np.int64)
    code = cell[:, 1] * (int(cell[:, 0].max()) + 1) + cell[:, 0]
    last = np.empty(int(code.max()) + 1, dtype=np.int64)
    number = np.arange(len(xy))
    last[code] = number  # of equal cells the last assignment stays
    return np.flatnonzero(last[code] == number)


def _layer(layer: OwnLayer, theme: Theme, frame: Frame) -> Iterator[Record]:
    style, px = layer.style, frame.px
    numbers = frame.store.classes(layer)
    colours = {-1: style.no_data, **dict(enumerate([item.colour for item in style.classes]))}
    if style.kind == "single":
        colours = {0: style.colour}
    colours = {number: with_alpha(colour, layer.opacity) for number, colour in colours.items()}
    for kind, prepared in frame.store.own(layer.data).items():
        seen = visible(prepared, frame.view, frame.m_per_px, keep=numbers >= -1)
        classes = numbers[seen.feature]
        if kind == "points":
            chosen = last_of_cell(seen.xy, _CELL_PX * px)
            for number, colour in colours.items():
                mine = chosen[classes[chosen] == number]
                if len(mine):
                    outline = Pen(theme.panel, 0.9 * px)
                    yield Points(layer.id, seen.xy[mine], style.size * px, colour, outline)
            continue
        for number, colour in colours.items():
            mine = classes == number
            if not mine.any():
                continue
            xy, start = thin(*subset(seen, mine), _THIN_PX * px, rings=kind == "polygons")
            pen = Pen(colour, style.width * px)
            if kind == "polygons":
                yield Polygons(layer.id, xy, start, with_alpha(colour, style.fill), pen)
            else:
                yield Lines(layer.id, xy, start, pen)
