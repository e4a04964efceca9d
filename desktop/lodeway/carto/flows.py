"""Flow ribbons: width by gross tonnes, directions side by side, hue by commodity or by change against the baseline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lodeway.carto.display import Lines, Pen, Polygons, Record, with_alpha
from lodeway.carto.network import CHANGES, Chains
from lodeway.carto.scene import Frame, Scene
from lodeway.carto.store import collapsed
from lodeway.carto.themes import commodity_colour
from lodeway.geo.curves import Floats, Ints, along, bands, ranges, thin
from lodeway.geo.projection import Projection

MAX_WIDTH_PX = ((1_000.0, 22.0), (4_000.0, 16.0), (12_000.0, 11.0))
"""Map metres per CSS pixel, and the width there of the heaviest ribbon in view before rounding of the scale."""
HAIRLINE_PX = 0.8
_SHOWN_FROM_PX = ((1_000.0, 0.02), (4_000.0, 0.04), (12_000.0, 0.09))
"""Width below which a flow is not drawn: on a map of the world a few kilotonnes are noise."""
_ROUND_DEG, _ROUND_FROM_DEG = 1.2, 0.6
"""Corners of long sea legs are rounded over this much of their sides; shorter sides are real bends of a line."""
_ROUND_STEPS = 5
_GAP_PX = 0.8
_DENSE_DEG = 1.5
_ARROW_EVERY_PX = 150.0
_SCALE_STEPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True)
class ProjectedFlows:
    """Chains on the map plane: lines (flat, metres), the chain of each line, and its box."""

    chains: Chains
    xy: Floats
    start: Ints
    chain: Ints
    box: Floats


def project(chains: Chains, projection: Projection) -> ProjectedFlows:
    """Bring chains onto the map plane: long edges are bent, crossings of the seam are cut."""
    lonlat, start = _dense(*rounded(chains.lonlat, chains.start))
    lon = projection.wrapped(lonlat[:, 0]) if len(lonlat) else lonlat[:, 0]
    owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
    jump = np.flatnonzero((np.abs(np.diff(lon)) > 180.0) & (owner[1:] == owner[:-1]))
    lonlat = np.column_stack([lon, lonlat[:, 1]])
    seam = projection.central_deg + 180.0
    extra, where, whose = [], [], []
    for i in jump.tolist():
        east_first = lonlat[i, 0] > lonlat[i + 1, 0]
        sides = (seam, seam - 360.0) if east_first else (seam - 360.0, seam)
        gap = [abs(sides[0] - lonlat[i, 0]), abs(lonlat[i + 1, 0] - sides[1])]
        lat = lonlat[i, 1] + (lonlat[i + 1, 1] - lonlat[i, 1]) * gap[0] / max(sum(gap), 1e-9)
        extra += [(sides[0], lat), (sides[1], lat)]
        where += [i + 1, i + 1]
        whose += [owner[i], owner[i]]
    if extra:
        lonlat = np.insert(lonlat, where, extra, axis=0)
        owner = np.insert(owner, where, whose)
    shown = projection.shows(lonlat) if len(lonlat) else np.zeros(0, dtype=bool)
    gone = np.cumsum(~shown)[shown]
    lonlat, owner = lonlat[shown], owner[shown]
    new = np.ones(len(owner), dtype=bool)
    new[1:] = (owner[1:] != owner[:-1]) | (np.abs(np.diff(lonlat[:, 0])) > 180.0) | (gone[1:] != gone[:-1])
    first = np.flatnonzero(new)
    if not len(first):
        empty = np.zeros(0, dtype=np.int64)
        return ProjectedFlows(chains, np.zeros((0, 2)), np.zeros(1, dtype=np.int64), empty, np.zeros((0, 4)))
    xy = projection.forward(lonlat)
    box = np.hstack([np.minimum.reduceat(xy, first), np.maximum.reduceat(xy, first)])
    return ProjectedFlows(chains, xy, np.append(first, len(xy)).astype(np.int64), owner[first].astype(np.int64), box)


def rounded(lonlat: Floats, start: Ints) -> tuple[Floats, Ints]:
    """Corners between long edges as short curves (quadratic Bezier); ends and short edges stay as they are."""
    if len(lonlat) < 3:
        return lonlat, start
    first, last = np.zeros(len(lonlat), dtype=bool), np.zeros(len(lonlat), dtype=bool)
    first[start[:-1]], last[start[1:] - 1] = True, True
    before, after = np.zeros_like(lonlat), np.zeros_like(lonlat)
    before[1:] = lonlat[:-1] - lonlat[1:]
    after[:-1] = lonlat[1:] - lonlat[:-1]
    long_before, long_after = np.hypot(*before.T), np.hypot(*after.T)
    side = np.minimum(long_before, long_after)
    corner = ~first & ~last & (side >= _ROUND_FROM_DEG) & (np.maximum(long_before, long_after) < 180.0)
    if not corner.any():
        return lonlat, start
    reach = np.minimum(0.45 * side, _ROUND_DEG)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        enter = lonlat + before / long_before[:, None] * reach
        leave = lonlat + after / long_after[:, None] * reach
    count = np.where(corner, _ROUND_STEPS, 1)
    base = np.repeat(np.arange(len(lonlat)), count)
    t = ((np.arange(len(base)) - np.repeat(np.cumsum(count) - count, count)) / (_ROUND_STEPS - 1))[:, None]
    curve = (1 - t) ** 2 * enter[base] + 2 * t * (1 - t) * lonlat[base] + t**2 * leave[base]
    bent = np.where(corner[base, None], curve, lonlat[base])
    return bent, np.concatenate([[0], np.cumsum(count)])[start].astype(np.int64)


def _dense(lonlat: Floats, start: Ints) -> tuple[Floats, Ints]:
    """Insert vertices so that no edge is longer than a few degrees."""
    if len(lonlat) < 2:
        return lonlat, start
    step = np.abs(np.diff(lonlat, axis=0)).max(axis=1)
    step[start[1:-1] - 1] = 0.0
    count = np.append(np.maximum(np.ceil(step / _DENSE_DEG).astype(np.int64), 1), 1)
    base = np.repeat(np.arange(len(lonlat)), count)
    share = (np.arange(len(base)) - np.repeat(np.cumsum(count) - count, count)) / np.repeat(count, count)
    following = np.minimum(base + 1, len(lonlat) - 1)
    dense = lonlat[base] + share[:, None] * (lonlat[following] - lonlat[base])
    return dense, np.concatenate([[0], np.cumsum(count)])[start].astype(np.int64)


@dataclass(frozen=True)
class FlowScale:
    """Gross t/yr per CSS pixel of ribbon width."""

    t_per_px: float
    shown_from_px: float = 0.02

    def width_px(self, gross_t: Floats | float) -> Floats:
        """Ribbon widths in CSS pixels; what is smaller than a hairline is drawn as one."""
        width = np.asarray(gross_t, dtype=np.float64) / self.t_per_px
        return np.where(width < self.shown_from_px, 0.0, np.maximum(width, HAIRLINE_PX))


def nice(value: float, steps: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0)) -> float:
    """The next larger of ``steps`` times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in steps if step * power >= value * 0.999999))


def in_view(flows: ProjectedFlows, frame: Frame) -> Ints:
    """Numbers of the lines whose box meets the view."""
    left, bottom, right, top = frame.view.grown(20 * frame.px).bounds
    box = flows.box
    return np.flatnonzero((box[:, 2] >= left) & (box[:, 0] <= right) & (box[:, 3] >= bottom) & (box[:, 1] <= top))


def scale_for(flows: ProjectedFlows, frame: Frame) -> FlowScale:
    """The scale at which the heaviest ribbon in view is about :data:`MAX_WIDTH_PX` wide, rounded to a nice number."""
    seen = in_view(flows, frame)
    heaviest = float(flows.chains.total[flows.chain[seen]].max(initial=0.0))
    return FlowScale(nice(heaviest / _at_scale(MAX_WIDTH_PX, frame), _SCALE_STEPS), _at_scale(_SHOWN_FROM_PX, frame))


def _at_scale(table: tuple[tuple[float, float], ...], frame: Frame) -> float:
    """A value between those of a table of scales, by the logarithm of the scale."""
    scales, values = zip(*table, strict=True)
    return float(np.interp(np.log(frame.m_per_px), np.log(scales), values))


def ribbons(scene: Scene, frame: Frame, flows: ProjectedFlows, scale: FlowScale) -> Iterator[Record]:
    """Ribbons of all lines in view, lightest commodity stack first, then arrowheads."""
    seen = in_view(flows, frame)
    if not len(seen):
        return
    px = frame.px
    count = np.diff(flows.start)[seen]
    xy = frame.view.to_picture(flows.xy[ranges(flows.start[seen], count)])
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    xy, start = thin(xy, start, 1.6 * px)
    xy, start = collapsed(xy, start, frame.view.width, frame.view.height)
    chain = flows.chain[seen]
    forward, back = (scale.width_px(values[chain]) * px for values in (flows.chains.forward, flows.chains.back))
    gap = np.where((forward.sum(axis=1) > 0) & (back.sum(axis=1) > 0), _GAP_PX * px, 0.0)
    left = -(forward.sum(axis=1) + back.sum(axis=1) + gap) / 2
    vertices = np.diff(start)
    edge = left.copy()
    slots: list[tuple[int, bool, Floats, Floats]] = []
    for column in reversed(range(back.shape[1])):
        slots.append((column, False, edge.copy(), edge + back[:, column]))
        edge = edge + back[:, column]
    edge = edge + gap
    for column in range(forward.shape[1]):
        slots.append((column, True, edge.copy(), edge + forward[:, column]))
        edge = edge + forward[:, column]
    styles = [_style(scene, name) for name in flows.chains.commodities]
    comparing = flows.chains.commodities == CHANGES
    order = (0, 2, 1) if comparing else tuple(range(len(styles)))
    yield from _casing(scene, frame, xy, start, left, edge)
    for column in order:
        for slot_column, _, inner, outer in slots:
            if slot_column != column:
                continue
            some = outer - inner > 0
            if not some.any():
                continue
            part, part_start = _some(xy, start, some)
            repeat = vertices[some]
            ring, ring_start = bands(part, part_start, np.repeat(inner[some], repeat), np.repeat(outer[some], repeat))
            style = styles[column]
            yield Polygons("flows", ring, ring_start, style.fill, style.pen(px), style.hatch, style.name)
            if style.double:
                middle = np.repeat((inner[some] + outer[some]) / 2, repeat)
                wide = np.repeat(outer[some] - inner[some], repeat)
                core, core_start = bands(part, part_start, middle - wide * 0.16, middle + wide * 0.16)
                yield Polygons("flows", core, core_start, scene.theme.halo, None, "", style.name)
    for column, is_forward, inner, outer in slots:
        if comparing and flows.chains.commodities[column] == "lost":
            continue
        yield from _arrows(xy, start, inner, outer, is_forward, styles[column], frame)


@dataclass(frozen=True)
class _Style:
    name: str
    fill: str
    edge: str
    hatch: str = ""
    double: bool = False

    def pen(self, px: float) -> Pen | None:
        return Pen(self.edge, 0.7 * px) if self.edge else None


def _style(scene: Scene, name: str) -> _Style:
    theme = scene.theme
    if name == "unchanged":
        return _Style(name, with_alpha(theme.unchanged, 0.55), "")
    if name == "gained":
        return _Style(name, theme.gained, theme.gained, double=True)
    if name == "lost":
        return _Style(name, with_alpha(theme.lost, 0.16), theme.lost, hatch=theme.lost)
    atlas = scene.atlas
    colour = atlas.commodities[name].colour if atlas and name in atlas.commodities else theme.unchanged
    return _Style(name, with_alpha(commodity_colour(theme, colour), 0.9), "")


def _some(xy: Floats, start: Ints, keep: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[Floats, Ints]:
    count = np.diff(start)
    return xy[np.repeat(keep, count)], np.concatenate([[0], np.cumsum(count[keep])]).astype(np.int64)


def _casing(scene: Scene, frame: Frame, xy: Floats, start: Ints, left: Floats, right: Floats) -> Iterator[Record]:
    """A light edge around every bundle, so that crossings read."""
    wide = right - left > 2.0 * frame.px
    if wide.any():
        part, part_start = _some(xy, start, wide)
        repeat = np.diff(start)[wide]
        grow = 1.0 * frame.px
        ring, ring_start = bands(
            part, part_start, np.repeat(left[wide] - grow, repeat), np.repeat(right[wide] + grow, repeat)
        )
        yield Polygons("flows", ring, ring_start, with_alpha(scene.theme.halo, 0.8))


def _arrows(
    xy: Floats, start: Ints, inner: Floats, outer: Floats, is_forward: bool, style: _Style, frame: Frame
) -> Iterator[Record]:
    """Small heads along ribbons that are wide enough, at even distances."""
    px = frame.px
    width = outer - inner
    distance = along(xy, start)
    length = distance[start[1:] - 1]
    marks_per_line = np.where(
        (width >= 1.6 * px) & (length > 46 * px), np.maximum(np.floor(length / (_ARROW_EVERY_PX * px)), 1), 0
    ).astype(np.int64)
    total = int(marks_per_line.sum())
    if not total:
        return
    line = np.repeat(np.arange(len(width)), marks_per_line)
    k = np.arange(total) - np.repeat(np.cumsum(marks_per_line) - marks_per_line, marks_per_line)
    at = (k + 0.5) * length[line] / marks_per_line[line]
    offset = np.concatenate([[0.0], np.cumsum(length + 1.0)])[:-1]  # one increasing scale over all lines
    position = np.searchsorted(distance + np.repeat(offset, np.diff(start)), at + offset[line]).clip(1, len(xy) - 1)
    a, b = xy[position - 1], xy[position]
    run = b - a
    size = np.hypot(run[:, 0], run[:, 1])
    good = size > 1e-9
    line, a, run, size, at, position = line[good], a[good], run[good], size[good], at[good], position[good]
    unit = run / size[:, None]
    share = (at - distance[position - 1])[:, None]
    right = np.column_stack([-unit[:, 1], unit[:, 0]])
    point = a + unit * share + right * ((inner + outer) / 2)[line][:, None]
    heading = unit if is_forward else -unit
    half = np.clip(width[line] * 0.42, 2.2 * px, 4.2 * px)[:, None]
    tip, tail = point + heading * half * 1.1, point - heading * half * 0.9
    corners = np.stack([tip, tail + right * half, tail + heading * half * 0.5, tail - right * half, tip], axis=1)
    rings = corners.reshape(-1, 2)
    thick = width[line] >= 5.0 * px
    for choice, fill in ((thick, "#FFFFFFE0"), (~thick, style.fill[:7])):
        if choice.any():
            flat = np.repeat(choice, 5)
            yield Polygons(
                "flows",
                rings[flat],
                np.arange(0, 5 * int(choice.sum()) + 1, 5, dtype=np.int64),
                fill,
                None,
                "",
                style.name,
            )


def broken_line(layer: str, xy: Floats, start: Ints, scene: Scene, px: float, identifier: str) -> Lines:
    """A closed line: dashes over a light casing that breaks whatever lies under it."""
    return Lines(
        layer, xy, start, Pen(scene.theme.blocked, 1.6 * px, (3.0, 2.4)), Pen(scene.theme.halo, 5.0 * px), identifier
    )
