"""Which features of the map layers lie at a place or within a ring on the map plane."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from lodeway.carto.layers import BY_ID, LAYERS
from lodeway.carto.prepare import Pieces
from lodeway.carto.scene import Scene
from lodeway.carto.store import LayerStore
from lodeway.geo.curves import Floats, Ints
from lodeway.model.atlas import Atlas

_SITES = {
    "mines": ("mines", False), "plants": ("plants", False), "ports": ("ports", None), "gates": ("gates", None),
    "markets": ("markets", None), "places-network": ("places", None),
}  # fmt: skip
"""Layers of sites: the mapping of the atlas that they show, and whether the labelled rest of a country is in it."""


def site_ids(layer: str, atlas: Atlas) -> list[str]:
    """Ids of the features of a layer of sites, in the order of its table; none for other layers."""
    if layer == "residuals":
        return [site.id for site in atlas.mines.values() if site.residual] + [
            site.id for site in atlas.plants.values() if site.residual
        ]
    if layer not in _SITES:
        return []
    mapping, residual = _SITES[layer]
    things = getattr(atlas, mapping)
    return [key for key, thing in things.items() if residual is None or thing.residual is residual]


def at(scene: Scene, store: LayerStore, place: Floats, reach_m: float, m_per_px: float) -> Iterator[tuple[str, Ints]]:
    """(layer id, numbers of its features) for every visible layer with something within reach, topmost first.

    ``place`` is (2,) in map metres. Numbers of layers that are read from a file count all levels of detail; see
    :func:`row_offset`.
    """
    for own in scene.own:
        if own.visible and own.finest_m_per_px <= m_per_px < own.coarsest_m_per_px:
            found = _near(own.id, scene, store, place, reach_m)
            if len(found):
                yield own.id, found
    for layer in reversed(LAYERS):
        if layer.id in scene.hidden or m_per_px >= layer.coarsest_m_per_px:
            continue
        found = _near(layer.id, scene, store, place, reach_m)
        if len(found):
            yield layer.id, found


def _near(layer: str, scene: Scene, store: LayerStore, place: Floats, reach_m: float) -> Ints:
    if scene.atlas is not None and (ids := site_ids(layer, scene.atlas)):
        positions = store.positions(scene.atlas)
        xy = np.array([positions[identifier] for identifier in ids])
        return np.flatnonzero(np.hypot(*(xy - place).T) <= reach_m).astype(np.int64)
    found: list[int] = []
    for kind, level in finest(layer, scene, store):
        found += _near_pieces(kind, level, place, reach_m)
    return _drawn(layer, store, np.unique(np.array(found, dtype=np.int64)))


def finest(layer: str, scene: Scene, store: LayerStore) -> list[tuple[str, Pieces]]:
    """(kind of geometry, pieces) of a layer at its finest; none for layers without geometry of their own."""
    own = next((one for one in scene.own if one.id == layer), None)
    if own is not None:
        return [(kind, prepared.levels[0]) for kind, prepared in store.own(own.data).items()]
    if layer not in BY_ID or not BY_ID[layer].levels:
        return []
    return [(BY_ID[layer].kind, store.get(layer).levels[0])]


def _near_pieces(kind: str, level: Pieces, place: Floats, reach_m: float) -> list[int]:
    box = level.box + np.array([-reach_m, -reach_m, reach_m, reach_m])
    hit = (box[:, 0] <= place[0]) & (box[:, 2] >= place[0]) & (box[:, 1] <= place[1]) & (box[:, 3] >= place[1])
    found = []
    for piece in np.flatnonzero(hit).tolist():
        xy = level.xy[level.start[piece] : level.start[piece + 1]]
        if kind == "polygons":
            near = bool(inside(xy, place[None, :])[0])
        elif len(xy) == 1:
            near = float(np.hypot(*(xy[0] - place))) <= reach_m
        else:
            near = float(shapely.distance(shapely.linestrings(xy), shapely.points(place))) <= reach_m
        if near:
            found.append(int(level.feature[piece]))
    return found


def _drawn(layer: str, store: LayerStore, numbers: Ints) -> Ints:
    """Of the network only the links of the tables are drawn as lines of their own."""
    return numbers[store.get(layer).column("kind", "")[numbers] == "tabled"] if layer == "links" else numbers


def within(layer: str, scene: Scene, store: LayerStore, ring: Floats) -> Ints:
    """Numbers of the features of one layer that touch a ring (n, 2) in map metres: a vertex of theirs is in it.

    A polygon around the whole ring is touched, too.
    """
    if scene.atlas is not None and (ids := site_ids(layer, scene.atlas)):
        positions = store.positions(scene.atlas)
        xy = np.array([positions[identifier] for identifier in ids])
        return np.flatnonzero(inside(ring, xy)).astype(np.int64)
    found = [_touched(kind, level, ring) for kind, level in finest(layer, scene, store)]
    return _drawn(layer, store, np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *found])))


def _touched(kind: str, level: Pieces, ring: Floats) -> Ints:
    low, high = ring.min(axis=0), ring.max(axis=0)
    hit = (level.box[:, 0] <= high[0]) & (level.box[:, 2] >= low[0])
    hit &= (level.box[:, 1] <= high[1]) & (level.box[:, 3] >= low[1])
    pieces = np.flatnonzero(hit)
    count = np.diff(level.start)[pieces]
    if not len(pieces):
        return np.zeros(0, dtype=np.int64)
    entry = np.arange(count.sum()) + np.repeat(level.start[pieces] - (np.cumsum(count) - count), count)
    touched = np.bincount(np.repeat(np.arange(len(pieces)), count), weights=inside(ring, level.xy[entry])) > 0
    if kind == "polygons":
        middle = ring[:-1].mean(axis=0)[None, :]
        for k in np.flatnonzero(~touched).tolist():
            piece = pieces[k]
            touched[k] = inside(level.xy[level.start[piece] : level.start[piece + 1]], middle)[0]
    elif kind == "lines":
        shape = shapely.polygons(ring)
        for k in np.flatnonzero(~touched).tolist():
            piece = pieces[k]
            xy = level.xy[level.start[piece] : level.start[piece + 1]]
            touched[k] = len(xy) > 1 and bool(shapely.intersects(shape, shapely.linestrings(xy)))
    return level.feature[pieces[touched]].astype(np.int64)


def inside(ring: Floats, points: Floats) -> NDArray[np.bool_]:
    """(m,) whether points lie in a closed ring, by the even-odd rule: bridges to holes cancel out."""
    result = np.zeros(len(points), dtype=bool)
    low, high = ring.min(axis=0), ring.max(axis=0)
    close = np.flatnonzero((points >= low).all(axis=1) & (points <= high).all(axis=1))
    x0, y0 = ring[:-1, 0], ring[:-1, 1]
    x1, y1 = ring[1:, 0], ring[1:, 1]
    rise = np.where(y1 == y0, 1.0, y1 - y0)
    for k in close.tolist():
        x, y = points[k]
        crosses = (y0 > y) != (y1 > y)
        result[k] = np.count_nonzero(crosses & (x < x0 + (x1 - x0) * (y - y0) / rise)) % 2 == 1
    return result


def row_offset(layer: str, store: LayerStore, rows: int) -> int:
    """What to take from a feature number to get the row of a table of ``rows`` rows, the finest level's."""
    if layer not in BY_ID or len(BY_ID[layer].levels) <= 1 or not BY_ID[layer].columns:
        return 0
    fields = store.get(layer).fields
    return len(next(iter(fields.values()))) - rows


def outlines(layer: str, numbers: Ints, scene: Scene, store: LayerStore, most: int) -> list[Floats]:
    """Vertices in map metres of features, a piece each, up to ``most`` vertices in all."""
    if scene.atlas is not None and (ids := site_ids(layer, scene.atlas)):
        positions = store.positions(scene.atlas)
        return [np.array([positions[ids[number]]]) for number in numbers[:most].tolist() if number < len(ids)]
    own = next((one for one in scene.own if one.id == layer), None)
    if own is not None:
        return [xy for prepared in store.own(own.data).values() for xy in _of_levels(prepared.levels, numbers, most)]
    if layer not in BY_ID or not BY_ID[layer].levels:
        return []
    return _of_levels(store.get(layer).levels, numbers, most)


def _of_levels(levels: tuple[Pieces, ...], numbers: Ints, most: int) -> list[Floats]:
    for level in levels:
        pieces = np.flatnonzero(np.isin(level.feature, numbers))
        if int(np.diff(level.start)[pieces].sum()) <= most:
            return [level.xy[level.start[k] : level.start[k + 1]] for k in pieces.tolist()]
    level = levels[-1]
    pieces = np.flatnonzero(np.isin(level.feature, numbers))
    return [level.xy[level.start[k] : level.start[k + 1]] for k in pieces[: most // 8].tolist()]
