"""Prepared geometry of the map layers: made once per file, layer and projection, then mapped from the cache folder."""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import shapely

from lodeway.carto.layers import BY_ID, MapLayer
from lodeway.carto.prepare import Pieces, coastlines, json_ready, pieces_of, points_of
from lodeway.geo.curves import Floats, Ints, ranges
from lodeway.geo.grid import PointGrid
from lodeway.geo.projection import Projection
from lodeway.geo.viewport import Bounds, Viewport
from lodeway.model.atlas import Atlas
from lodeway.model.own_layer import OwnData, OwnLayer
from lodeway.paths import cache_dir, layers_dir

FORMAT = 4
"""Raised whenever what is written to the cache changes."""
DETAIL = 0.75
"""A level is fine enough if its tolerance is at most this share of a CSS pixel."""
_MARGIN_UNITS = 40.0


def _as_they_are(geometry: Any) -> Any:
    return geometry


_LINES_OF = {"coast": coastlines, "lake-shores": shapely.boundary}
"""Layers whose lines are made from polygons."""


@dataclass
class Prepared:
    """A layer on the map plane: levels from fine to coarse, and the fields of its features by name."""

    layer: MapLayer
    levels: tuple[Pieces, ...]
    fields: dict[str, list[Any]]
    _arrays: dict[str, Any] = field(default_factory=dict, repr=False)

    def column(self, name: str, unknown: float | str) -> Any:
        """A field as an array, one value per feature; ``unknown`` stands for missing ones."""
        if name not in self._arrays:
            self._arrays[name] = np.array([unknown if value is None else value for value in self.fields[name]])
        return self._arrays[name]

    @cached_property
    def grid(self) -> PointGrid:
        """Where to look for the points of a view."""
        return PointGrid(self.levels[0].xy)

    def level(self, m_per_px: float) -> Pieces:
        """The coarsest level that still looks exact at a scale."""
        chosen = self.levels[0]
        for level in self.levels:
            if level.tolerance_m <= DETAIL * m_per_px:
                chosen = level
        return chosen


class LayerStore:
    """Prepared layers of one projection; safe to ask from several threads."""

    def __init__(self, projection: Projection, folder: Path | None = None, cache: Path | None = None) -> None:
        """``folder`` holds the GeoPackages, ``cache`` the prepared arrays; both default to the program's own."""
        self.projection = projection
        self._folder = folder or layers_dir()
        self._cache = cache or cache_dir() / "map"
        self._prepared: dict[str, Prepared] = {}
        self._lock = threading.Lock()
        self._own: WeakKeyDictionary[OwnData, dict[str, Prepared]] = WeakKeyDictionary()
        self._classes: dict[str, tuple[Any, Ints]] = {}
        self._positions: tuple[Atlas, dict[str, tuple[float, float]]] | None = None

    def positions(self, atlas: Atlas) -> dict[str, tuple[float, float]]:
        """Sites and gates by id on the map plane, in metres."""
        if self._positions is None or self._positions[0] is not atlas:
            things = [*atlas.sites.values(), *atlas.gates.values()]
            xy = self.projection.forward_points(np.array([(thing.lon, thing.lat) for thing in things]).reshape(-1, 2))
            self._positions = (atlas, {thing.id: (x, y) for thing, (x, y) in zip(things, xy.tolist(), strict=True)})
        return self._positions[1]

    def own(self, data: OwnData) -> dict[str, Prepared]:
        """A user's layer by kind of geometry, prepared at the first call."""
        with self._lock:
            found = self._own.get(data)
            if found is None:
                from lodeway.carto.own import prepare_own

                found = self._own[data] = prepare_own(data, self.projection)
            return found

    def classes(self, layer: OwnLayer) -> Ints:
        """See :func:`lodeway.carto.own.shown_classes`; kept while style and filter stay."""
        from lodeway.carto.own import shown_classes

        key = (layer.data, layer.style, layer.filter)
        if self._classes.get(layer.id, (None,))[0] != key:
            self._classes[layer.id] = (key, shown_classes(layer))
        return self._classes[layer.id][1]

    def get(self, layer_id: str) -> Prepared:
        """The layer, from memory, the cache or the file; raises :class:`lodeway.errors.DataError` on a bad file."""
        with self._lock:
            found = self._prepared.get(layer_id)
            if found is None:
                layer = BY_ID[layer_id]
                stem = self._stem(layer)
                found = _load(layer, stem) or self._make(layer, stem)
                self._prepared[layer_id] = found
            return found

    def _stem(self, layer: MapLayer) -> Path:
        path = self._folder / layer.file
        stat = path.stat() if path.exists() else None
        mark = f"{FORMAT} {layer} {path.resolve()} {stat and stat.st_size} {stat and stat.st_mtime_ns}"
        digest = hashlib.sha256(mark.encode()).hexdigest()[:16]
        return self._cache / f"{layer.id}-{self.projection.key}-{digest}"

    def _make(self, layer: MapLayer, stem: Path) -> Prepared:
        from lodeway.atlas.vector import read_layer

        path = self._folder / layer.file
        tables = [read_layer(path, level.table, columns=layer.columns) for level in layer.levels]
        finest = tables[-1]
        if layer.kind == "points":
            levels = [points_of(finest.geometry, self.projection)]
        else:
            sources = []
            for table, level in zip(tables, layer.levels, strict=True):
                geometry = _LINES_OF.get(layer.id, _as_they_are)(table.geometry)
                sources.append((geometry, level.tolerance_deg))
            if layer.columns and len(sources) > 1:
                return self._stacked(layer, tables, sources, stem)
            levels = pieces_of(sources, self.projection, closed=layer.kind == "polygons")
        prepared = Prepared(layer, tuple(levels), {name: json_ready(finest.fields[name]) for name in layer.columns})
        _save(prepared, stem)
        return prepared

    def _stacked(self, layer: MapLayer, tables: Any, sources: Any, stem: Path) -> Prepared:
        """Levels whose tables hold different features: fields are stacked, feature numbers shifted."""
        total = sum(len(table) for table in tables)
        shifted, offset = [], 0
        for (geometry, tolerance), table in zip(sources, tables, strict=True):
            padded = np.full(total, None, dtype=object)
            padded[offset : offset + len(table)] = geometry
            shifted.append((padded, tolerance))
            offset += len(table)
        levels = pieces_of(shifted, self.projection, closed=layer.kind == "polygons")
        fields = {
            name: [value for table in tables for value in json_ready(table.fields[name])] for name in layer.columns
        }
        prepared = Prepared(layer, tuple(levels), fields)
        _save(prepared, stem)
        return prepared


@dataclass(frozen=True)
class Visible:
    """What of a layer a view shows, in picture units; ``feature`` (k,) as in :class:`Pieces`."""

    xy: Floats
    start: Ints
    feature: Ints


def visible(prepared: Prepared, view: Viewport, m_per_px: float, *, smallest: float = 0.6, keep: Any = None) -> Visible:
    """Pieces that meet the view, in picture units, without vertices that cannot matter.

    ``smallest`` drops pieces whose box is smaller than that many CSS pixels; ``keep`` (bool per feature) drops others.
    """
    level = prepared.level(m_per_px)
    left, bottom, right, top = _widened(view)
    if prepared.layer.kind == "points":
        chosen = prepared.grid.within(left, bottom, right, top)
        if keep is not None:
            chosen = chosen[keep[level.feature[chosen]]]
        return Visible(view.to_picture(level.xy[chosen]), np.arange(len(chosen) + 1), level.feature[chosen])
    box = level.box
    hit = (box[:, 2] >= left) & (box[:, 0] <= right) & (box[:, 3] >= bottom) & (box[:, 1] <= top)
    if smallest:
        hit &= np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]) >= smallest * m_per_px
    if keep is not None:
        hit &= keep[level.feature]
    chosen = np.flatnonzero(hit)
    count = np.diff(level.start)[chosen]
    xy = view.to_picture(level.xy[ranges(level.start[chosen], count)]) if len(chosen) else np.zeros((0, 2))
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    xy, start = collapsed(xy, start, view.width, view.height)
    return Visible(xy, start, level.feature[chosen])


def collapsed(xy: Floats, start: Ints, width: float, height: float) -> tuple[Floats, Ints]:
    """Drop vertices far outside the picture that no visible edge or filling needs.

    A vertex goes if it and both neighbours lie beyond the same side: the shortcut stays beyond that side, too.
    Exact for fill and stroke; ends of each piece stay.
    """
    if not len(xy):
        return xy, start
    side = np.zeros(len(xy), dtype=np.uint8)
    for axis, size in ((0, width), (1, height)):
        side |= (xy[:, axis] < -_MARGIN_UNITS).view(np.uint8) << (2 * axis)
        side |= (xy[:, axis] > size + _MARGIN_UNITS).view(np.uint8) << (2 * axis + 1)
    shared = side[:-2] & side[1:-1] & side[2:]
    if not shared.any():
        return xy, start
    shared &= ~shared + np.uint8(1)  # of several sides one
    keep = np.ones(len(xy), dtype=bool)
    keep[1:-1] = shared == 0
    keep[2:-1] |= (shared[1:] != shared[:-1]) & (shared[:-1] != 0)  # no shortcut around a corner of the picture
    keep[start[:-1].clip(max=len(xy) - 1)] = True
    keep[start[1:] - 1] = True
    counts = np.zeros(len(xy) + 1, dtype=np.int64)
    np.cumsum(keep, out=counts[1:])
    return xy[keep], counts[start]


def _widened(view: Viewport) -> Bounds:
    return view.grown(_MARGIN_UNITS).bounds


def _save(prepared: Prepared, stem: Path) -> None:
    """Write the cache; a folder that cannot be written costs time at the next start, nothing else."""
    with suppress(OSError):
        stem.parent.mkdir(parents=True, exist_ok=True)
        for old in stem.parent.glob(f"{stem.name.rsplit('-', 1)[0]}-*"):
            if not old.name.startswith(stem.name):
                old.unlink(missing_ok=True)
        for name in ("xy", "start", "feature", "box"):
            arrays = [getattr(level, name) for level in prepared.levels]
            _write(stem.with_name(f"{stem.name}.{name}.npy"), np.concatenate(arrays))
        sizes = [[level.tolerance_m, len(level.xy), len(level.start), len(level.feature)] for level in prepared.levels]
        head = stem.with_name(f"{stem.name}.json")
        partial = head.with_suffix(".part")
        partial.write_text(json.dumps({"levels": sizes, "fields": prepared.fields}), encoding="utf-8")
        partial.replace(head)  # the head comes last: a reader sees all or nothing


def _write(path: Path, array: Any) -> None:
    partial = path.with_suffix(".part")
    with partial.open("wb") as stream:
        np.save(stream, array)
    partial.replace(path)


def _load(layer: MapLayer, stem: Path) -> Prepared | None:
    try:
        head = json.loads(stem.with_name(f"{stem.name}.json").read_text(encoding="utf-8"))
        array = {
            name: np.load(stem.with_name(f"{stem.name}.{name}.npy"), mmap_mode="r")
            for name in ("xy", "start", "feature", "box")
        }
        levels, at = [], [0, 0, 0]
        for tolerance, n_xy, n_start, n_pieces in head["levels"]:
            levels.append(
                Pieces(
                    tolerance,
                    np.asarray(array["xy"][at[0] : at[0] + n_xy]),
                    np.asarray(array["start"][at[1] : at[1] + n_start]),
                    np.asarray(array["feature"][at[2] : at[2] + n_pieces]),
                    np.asarray(array["box"][at[2] : at[2] + n_pieces]),
                )
            )
            at = [at[0] + n_xy, at[1] + n_start, at[2] + n_pieces]
        if at[0] != len(array["xy"]) or not levels:
            return None
        return Prepared(layer, tuple(levels), head["fields"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
