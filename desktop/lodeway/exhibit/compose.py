"""An exhibit as a display list in mm: map frame, title, key figures, legend, scale, north arrow, sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lodeway.carto.compose import Composer
from lodeway.carto.display import Clip, Font, Pen, Polygons, Record, Symbol, Text, Unclip, box_ring, polyline
from lodeway.carto.layers import BY_ID
from lodeway.carto.legend import map_legend
from lodeway.carto.scene import Frame, Measure, Scene
from lodeway.carto.store import LayerStore
from lodeway.exhibit.figures import Row, headline, routes
from lodeway.exhibit.page import MM_PER_PT, MM_PER_PX, Box, Layout, Page, layout
from lodeway.geo.projection import Projection, equal_earth
from lodeway.geo.viewport import Viewport

Degrees = tuple[float, float, float, float]
COPPERBELT: Degrees = (9.0, -34.5, 43.0, 2.0)
"""West, south, east, north of the map where nothing else is asked for."""


def compose_exhibit(
    scene: Scene,
    measure: Measure,
    *,
    title: str,
    paper: str = "A3",
    bounds: Degrees | None = COPPERBELT,
    notes: str = "",
    projection: Projection | None = None,
    store: LayerStore | None = None,
    composer: Composer | None = None,
) -> Page:
    """Compose a page. ``bounds`` is (west, south, east, north) in degrees, ``None`` the whole Earth.

    ``notes`` is one line with what the reader must know of the run (scenario, date, versions).
    """
    projection = projection or (store.projection if store else equal_earth())
    store = store or LayerStore(projection)
    composer = composer or Composer(projection)
    page = layout(paper)
    px = MM_PER_PX if page.width_mm > 350 else MM_PER_PX * 0.82
    frame = Frame(_view(projection, bounds, page.map), store, measure, px)
    records: list[Record] = [Polygons("page", *box_ring(0, 0, page.width_mm, page.height_mm), "#FFFFFF")]
    records += _moved(_map(scene, frame, composer), page.map)
    records += _north(scene, frame, page.map)
    records += _title(scene, page, title, measure)
    records += _table(scene, page, measure)
    legend = map_legend(scene, frame, composer.flow_scale(scene, frame), panel=False)
    if legend is not None:
        shrink = min(1.0, page.legend[2] / legend.width, page.legend[3] / legend.height)
        if shrink < 1.0:
            smaller = map_legend(scene, replace(frame, px=px * shrink), composer.flow_scale(scene, frame), panel=False)
            legend = smaller or legend
        records += _moved(legend.records, page.legend)
    records += _sources(scene, frame, page, notes, measure)
    return Page(page, tuple(records), title, describe(scene, title))


def describe(scene: Scene, title: str) -> str:
    """Alternative text of the page, from the figures it shows."""
    rows = [
        f"{row.name} {row.value}{f' ({row.change})' if row.change else ''}"
        for row in (*headline(scene), *routes(scene, 6))
    ]
    return f"Map: {title}. " + "; ".join(rows) + ("." if rows else "")


def _view(projection: Projection, bounds: Degrees | None, box: Box) -> Viewport:
    if bounds is None:
        return Viewport.fit(projection.bounds, box[2], box[3], 2.0)
    west, south, east, north = bounds
    lon, lat = np.linspace(west, east, 9), np.linspace(south, north, 9)
    x, y = np.meshgrid(lon, lat)
    xy = projection.forward_points(np.column_stack([x.ravel(), y.ravel()]))
    return Viewport.fit((*xy.min(axis=0).tolist(), *xy.max(axis=0).tolist()), box[2], box[3])


def _map(scene: Scene, frame: Frame, composer: Composer) -> list[Record]:
    view = frame.view
    ring = box_ring(0, 0, view.width, view.height)
    return [
        Clip((0, 0, view.width, view.height)),
        Polygons("page", *ring, scene.theme.backdrop),
        *composer.compose(scene, frame).records,
        Unclip(),
        Polygons("page", *ring, "", Pen(scene.theme.text_muted, 0.25)),
    ]


def _moved(records: list[Record] | tuple[Record, ...], box: Box) -> Iterator[Record]:
    """Records with their origin at the box's corner."""
    dx, dy = box[0], box[1]
    for record in records:
        match record:
            case Clip():
                left, top, width, height = record.box
                yield Clip((left + dx, top + dy, width, height))
            case Unclip():
                yield record
            case Symbol() | Text():
                yield replace(record, x=record.x + dx, y=record.y + dy)
            case _:
                yield replace(record, xy=record.xy + np.array([dx, dy]))


def _north(scene: Scene, frame: Frame, box: Box) -> Iterator[Record]:
    """An arrow to true north at the middle of the map."""
    middle = np.array([[frame.view.width / 2, frame.view.height / 2]])
    lonlat = frame.projection.inverse(frame.view.to_map(middle))
    if np.isnan(lonlat).any():
        return
    ends = frame.projection.forward_points(np.vstack([lonlat, lonlat + np.array([0.0, 0.05])]))
    way = np.diff(frame.view.to_picture(ends), axis=0)[0]
    up = way / max(float(np.hypot(*way)), 1e-9)
    right = np.array([-up[1], up[0]])
    foot = np.array([box[0] + box[2] - 8.0, box[1] + 15.0])
    tip, ink = foot + up * 8.0, scene.theme.text
    halves = (
        [tip, foot + right * 2.2 - up * 1.0, foot + up * 1.0],
        [tip, foot - right * 2.2 - up * 1.0, foot + up * 1.0],
    )
    for corners, fill in zip(halves, (ink, scene.theme.panel), strict=True):
        yield Polygons("north", *polyline(np.array([*corners, corners[0]])), fill, Pen(ink, 0.2))
    yield Text("north", float(foot[0]), float(foot[1]) + 4.2, "N", Font(8.5 * MM_PER_PT, "bold"), ink, "middle")


def _title(scene: Scene, page: Layout, title: str, measure: Measure) -> Iterator[Record]:
    left, top, width, height = page.title
    size = (24.0 if page.width_mm > 350 else 16.0) * MM_PER_PT
    while measure(title, Font(size, "bold")) > width and size > 8 * MM_PER_PT:
        size *= 0.94
    theme = scene.theme
    yield Text("title", left, top + size * 0.85, title, Font(size, "bold"), theme.text)
    result = scene.result
    if result is not None:
        trade = {
            "weeks": "trade may adapt within weeks",
            "months": "trade may adapt within months",
            "years": "trade may adapt over years",
        }[result.scenario.adaptation]
        metals = "Copper and cobalt"
        if scene.commodity and scene.atlas is not None:
            metals = scene.atlas.commodities[scene.commodity].name
        words = f"{metals} supply routes, {result.year}; {trade}"
        yield Text("title", left, top + height - 0.5, words, Font(11 * MM_PER_PT), theme.text_muted)


def _table(scene: Scene, page: Layout, measure: Measure) -> Iterator[Record]:
    left, top, width, height = page.figures
    theme = scene.theme
    body = (8.5 if page.width_mm > 350 else 7.0) * MM_PER_PT
    step = body * 1.62
    y = top + body
    groups = (("Demand", headline(scene)), ("Routes, gross t a year · use", routes(scene, 14)))
    for name, rows in groups:
        if not rows:
            continue
        yield Text("table", left, y, name, Font(body * 1.18, "bold"), theme.text)
        if any(row.change or row.mark for row in rows):
            yield Text("table", left + width, y, "against baseline", Font(body * 0.85), theme.text_muted, "right")
        y += step * 0.45
        yield Polygons("table", *box_ring(left, y - 0.1, width, 0.2), theme.text_muted)
        y += step * 0.8
        for row in rows:
            if y > top + height:
                return
            yield from _row(scene, row, left, y, width, body)
            y += step
        y += step * 0.5


def _row(scene: Scene, row: Row, left: float, y: float, width: float, body: float) -> Iterator[Record]:
    theme = scene.theme
    colour = {"gained": theme.gained, "lost": theme.lost}.get(row.mark, theme.text)
    value, change = ("blocked", row.change) if row.mark == "blocked" else (row.value, row.change)
    yield Text("table", left, y, row.name, Font(body), theme.text)
    yield Text(
        "table",
        left + width * 0.74,
        y,
        value,
        Font(body, "bold" if row.mark == "blocked" else "regular"),
        theme.text,
        "right",
    )
    if change:
        yield Text("table", left + width, y, change, Font(body, "bold"), colour, "right")


def _sources(scene: Scene, frame: Frame, page: Layout, notes: str, measure: Measure) -> Iterator[Record]:
    left, top, width, _ = page.sources
    shown = [layer.licence for layer in BY_ID.values() if frame.shows(layer.id, scene)]
    lines = list(dict.fromkeys(line for line in shown if line not in ("computed",)))
    text = (
        "Sources: " + "; ".join(lines) + f". Projection: {frame.projection.title}. Disputed boundaries are dashed; "
        "the drawing is no opinion on title. Estimates have a dotted, derived values a dashed outline."
    )
    font = Font((7.0 if page.width_mm > 350 else 6.0) * MM_PER_PT)
    y = top + font.size
    for line in [*_wrapped(text, font, width, measure), *_wrapped(notes, font, width, measure)]:
        yield Text("sources", left, y, line, font, scene.theme.text_muted)
        y += font.size * 1.3


def _wrapped(text: str, font: Font, width: float, measure: Measure) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measure(longer, font) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
