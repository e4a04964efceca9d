"""The ground: sea, land, waters, borders, railways and graticule."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lodeway.carto.display import Lines, Pen, Polygons, Record, polyline
from lodeway.carto.scene import Frame, Scene
from lodeway.carto.store import Visible, visible
from lodeway.geo.curves import Floats, Ints
from lodeway.geo.graticule import graticule, step_for

_DISPUTED_DASH = (5.0, 4.0)
_TICK_PX = 9.0


def ground(scene: Scene, frame: Frame) -> Iterator[Record]:
    """Everything below the network, in drawing order."""
    theme, px = scene.theme, frame.px
    yield _sea(scene, frame)
    if frame.shows("countries", scene):
        seen = visible(frame.store.get("countries"), frame.view, frame.m_per_px, smallest=1.2)
        seam = None if frame.shows("borders", scene) else Pen(theme.land, 0.9 * px)
        yield Polygons("countries", seen.xy, seen.start, theme.land, seam)
    if frame.shows("urban", scene):
        seen = _seen(frame, "urban")
        yield Polygons("urban", seen.xy, seen.start, theme.urban)
    if frame.shows("admin1", scene):
        seen = _seen(frame, "admin1")
        yield Lines("admin1", seen.xy, seen.start, Pen(theme.admin1, 0.8 * px))
    if frame.shows("rivers", scene):
        yield from _rivers(scene, frame)
    if frame.shows("lakes", scene):
        yield from _lakes(scene, frame)
    if frame.shows("graticule", scene):
        yield _graticule(scene, frame)
    if frame.shows("coast", scene):
        seen = _seen(frame, "coast")
        yield Lines("coast", seen.xy, seen.start, Pen(theme.coast, 0.9 * px))
    yield from _borders(scene, frame)
    yield from backdrop_lines(scene, frame)


def backdrop_lines(scene: Scene, frame: Frame) -> Iterator[Record]:
    """Railways and sea lanes as quiet reference."""
    theme, px = scene.theme, frame.px
    if frame.shows("sealanes", scene):
        seen = _seen(frame, "sealanes")
        yield Lines("sealanes", seen.xy, seen.start, Pen(theme.sea_lane, 0.9 * px))
    if frame.shows("railways-world", scene):
        seen = _seen(frame, "railways-world")
        yield Lines("railways-world", seen.xy, seen.start, Pen(theme.railway + "8C", 0.8 * px))
    if frame.shows("railways", scene):
        seen = _seen(frame, "railways")
        yield Lines("railways", seen.xy, seen.start, Pen(theme.railway, 0.9 * px))
        if frame.m_per_px < 900:
            yield Lines("railways", *ticks(seen.xy, seen.start, _TICK_PX * px, 2.2 * px), Pen(theme.railway, 0.9 * px))


def ticks(xy: Floats, start: Ints, every: float, half: float) -> tuple[Floats, Ints]:
    """Short cross strokes at even distances along lines: the sign of a railway."""
    seen_x, seen_y = xy[:, 0], xy[:, 1]
    segment = np.ones(max(len(xy) - 1, 0), dtype=bool)
    segment[start[1:-1] - 1] = False
    first = np.flatnonzero(segment)
    dx, dy = seen_x[first + 1] - seen_x[first], seen_y[first + 1] - seen_y[first]
    length = np.hypot(dx, dy)
    travelled = np.concatenate([[0.0], np.cumsum(length)])
    marks = np.arange(every / 2, travelled[-1], every)
    if not len(marks) or len(marks) > 20_000:
        return np.zeros((0, 2)), np.zeros(1, dtype=np.int64)
    at = np.clip(np.searchsorted(travelled, marks, side="right") - 1, 0, len(first) - 1)
    share = (marks - travelled[at]) / np.maximum(length[at], 1e-9)
    x, y = seen_x[first[at]] + share * dx[at], seen_y[first[at]] + share * dy[at]
    ux, uy = -dy[at] / np.maximum(length[at], 1e-9), dx[at] / np.maximum(length[at], 1e-9)
    ends = np.column_stack([x - ux * half, y - uy * half, x + ux * half, y + uy * half]).reshape(-1, 2)
    return ends, np.arange(0, len(ends) + 1, 2, dtype=np.int64)


def subset(seen: Visible, keep: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[Floats, Ints]:
    """The pieces (k,) of a visible layer that ``keep`` names."""
    count = np.diff(seen.start)
    return seen.xy[np.repeat(keep, count)], np.concatenate([[0], np.cumsum(count[keep])]).astype(np.int64)


def _seen(frame: Frame, layer_id: str) -> Visible:
    return visible(frame.store.get(layer_id), frame.view, frame.m_per_px)


def _sea(scene: Scene, frame: Frame) -> Record:
    ring = frame.view.to_picture(frame.projection.outline())
    return Polygons("sea", *polyline(ring), scene.theme.sea)


def _graticule(scene: Scene, frame: Frame) -> Record:
    west, south, east, north = frame.relative_box
    lines = graticule(frame.projection, step_for(max(east - west, north - south), 7), (west, south, east, north))
    start = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    flat = np.concatenate(lines) if lines else np.zeros((0, 2))
    return Lines("graticule", frame.view.to_picture(flat), start, Pen(scene.theme.graticule, 0.8 * frame.px))


def _rivers(scene: Scene, frame: Frame) -> Iterator[Record]:
    prepared = frame.store.get("rivers")
    rank = prepared.column("rank", 99)
    seen = visible(prepared, frame.view, frame.m_per_px, keep=rank <= river_rank(frame.m_per_px))
    major = rank[seen.feature] <= 4
    for choice, width in ((~major, 0.8), (major, 1.0)):
        yield Lines("rivers", *subset(seen, choice), Pen(scene.theme.river, width * frame.px))


def river_rank(m_per_px: float) -> int:
    """The least important rank of river worth drawing at a scale."""
    return next((rank for limit, rank in ((4_000, 3), (2_000, 5), (1_000, 6), (500, 8)) if m_per_px > limit), 12)


def _lakes(scene: Scene, frame: Frame) -> Iterator[Record]:
    prepared = frame.store.get("lakes")
    seen = visible(prepared, frame.view, frame.m_per_px, smallest=2.5)
    yield Polygons("lakes", seen.xy, seen.start, scene.theme.lake)
    shores = visible(frame.store.get("lake-shores"), frame.view, frame.m_per_px, smallest=2.5)
    yield Lines("lakes", shores.xy, shores.start, Pen(scene.theme.lake_shore, 0.8 * frame.px))


def _borders(scene: Scene, frame: Frame) -> Iterator[Record]:
    theme, px = scene.theme, frame.px
    if frame.shows("borders", scene):
        prepared = frame.store.get("borders")
        seen = visible(prepared, frame.view, frame.m_per_px)
        disputed = prepared.column("status", "")[seen.feature] != "international"
        near = frame.m_per_px < 3_000
        yield Lines("borders", *subset(seen, ~disputed), Pen(theme.border, (1.0 if near else 0.8) * px))
        if disputed.any():
            yield Lines("borders", *subset(seen, disputed), Pen(theme.border, 1.0 * px, _DISPUTED_DASH))
    if frame.shows("disputed", scene):
        seen = _seen(frame, "disputed")
        yield Lines("disputed", seen.xy, seen.start, Pen(theme.border, 0.9 * px, _DISPUTED_DASH))
