"""A view and a scene in, a display list out: the order of everything on the map."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from lodeway.carto.basemap import ground, subset, ticks
from lodeway.carto.display import DisplayList, Hotspot, Lines, Pen, Record, Symbol, faded
from lodeway.carto.flows import FlowScale, ProjectedFlows, broken_line, in_view, project, ribbons, scale_for
from lodeway.carto.labels import Label, Placer, place
from lodeway.carto.names import countries, route_names, site_names, sized, towns, waters
from lodeway.carto.network import DrawnNetwork
from lodeway.carto.notes import notes
from lodeway.carto.own import own_layers
from lodeway.carto.scene import Frame, Scene
from lodeway.carto.sites import Mark, draw, hotspots, marks
from lodeway.carto.store import visible
from lodeway.geo.curves import Floats, Ints, ranges
from lodeway.geo.projection import Projection
from lodeway.paths import layers_dir


class Composer:
    """Composes views of one projection; keeps the network and the flows of the last scene on the map plane."""

    def __init__(self, projection: Projection, like: Composer | None = None) -> None:
        """The network is read when first needed, or taken from another composer."""
        self.projection = projection
        self._network: DrawnNetwork | None = like.network if like is not None else None
        self._flows: tuple[tuple[object, ...], ProjectedFlows] | None = None

    @property
    def network(self) -> DrawnNetwork:
        """Link geometry of the shipped atlas."""
        if self._network is None:
            self._network = DrawnNetwork(layers_dir() / "atlas.gpkg")
        return self._network

    def flows(self, scene: Scene) -> ProjectedFlows | None:
        """Flows of a scene on the map plane, or ``None`` where there are none to draw."""
        if scene.result is None or scene.atlas is None:
            return None
        key = (scene.result, scene.baseline, scene.commodity)
        if self._flows is None or not _same(self._flows[0], key):
            against = scene.baseline.flows if compares(scene) and scene.baseline else None
            chains = self.network.chains(scene.atlas, scene.result.flows, scene.commodity, against)
            self._flows = (key, project(chains, self.projection))
        return self._flows[1]

    def flow_scale(self, scene: Scene, frame: Frame) -> FlowScale | None:
        """Scale of the ribbons in a view, for the legend."""
        flows = self.flows(scene) if frame.shows("flows", scene) else None
        return scale_for(flows, frame) if flows is not None and len(in_view(flows, frame)) else None

    def batches(self, scene: Scene, frame: Frame) -> Iterator[DisplayList]:
        """The picture in drawing order, part by part, so that a painter may stop in between."""
        opacity = {layer: look.opacity for layer, look in scene.looks.items() if look.opacity < 1.0}
        for part in self._batches(scene, frame):
            if opacity:
                part.records = [
                    faded(one, opacity[one.layer]) if getattr(one, "layer", "") in opacity else one  # type: ignore[union-attr]
                    for one in part.records
                ]
            yield part
        if scene.notes:
            yield DisplayList(*notes(scene, frame))

    def _batches(self, scene: Scene, frame: Frame) -> Iterator[DisplayList]:
        yield DisplayList(list(ground(scene, frame)))
        if scene.atlas is not None:
            yield DisplayList(list(_links(scene, frame)))
        if scene.own:
            yield DisplayList(list(own_layers(scene, frame)))
        if scene.atlas is None:
            yield DisplayList(
                [
                    *place(
                        [*countries(scene, frame), *waters(scene, frame)],
                        Placer(frame.view.width, frame.view.height),
                        2.0 * frame.px,
                    )
                ]
            )
            return
        flows = self.flows(scene) if frame.shows("flows", scene) else None
        if flows is not None:
            spots = _flow_spots(scene, frame, self)
            yield DisplayList(list(ribbons(scene, frame, flows, scale_for(flows, frame))), spots)
        placed = marks(scene, frame)
        blocked, crosses = _blocked(scene, frame, self)
        yield DisplayList(blocked)
        yield DisplayList(list(draw(scene, frame, placed)), hotspots(placed, frame.px))
        yield DisplayList(list(_texts(scene, frame, self, placed, crosses)))
        yield DisplayList(list(crosses))

    def compose(self, scene: Scene, frame: Frame) -> DisplayList:
        """The whole picture."""
        whole = DisplayList()
        for part in self.batches(scene, frame):
            whole.records += part.records
            whole.hotspots += part.hotspots
        return whole


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether two questions are the same: results by identity, for comparing all their flows would be slow."""
    return one[0] is other[0] and one[1] is other[1] and one[2] == other[2]


def compares(scene: Scene) -> bool:
    """Whether the map shows changes against the baseline instead of commodities."""
    return (
        scene.baseline is not None
        and scene.result is not None
        and scene.result is not scene.baseline
        and bool(scene.result.scenario.levers)
    )


def _links(scene: Scene, frame: Frame) -> Iterator[Record]:
    """Rail, road, river and lake links of the tables, by status."""
    if not frame.shows("links", scene):
        return
    theme, px, near = scene.theme, frame.px, frame.m_per_px < 1_800
    prepared = frame.store.get("links")
    mode, kind, status = (prepared.column(name, "") for name in ("mode", "kind", "status"))
    seen = visible(prepared, frame.view, frame.m_per_px, keep=kind == "tabled")
    mode, status = mode[seen.feature], status[seen.feature]
    planned, slow = status == "planned", status == "rehabilitating"
    road, rail = mode == "road", mode == "rail"
    water = ~road & ~rail
    wide = 2.6 if near else 1.6
    if road.any():
        yield Lines(
            "links",
            *subset(seen, road & ~planned),
            Pen(theme.road, wide * px),
            Pen(theme.road_casing, (wide + 1.2) * px),
        )
        yield Lines("links", *subset(seen, road & planned), Pen(theme.road_casing, 1.2 * px, (1.2, 2.2)))
    if water.any():
        yield Lines("links", *subset(seen, water), Pen(theme.water_text, 1.2 * px, (4.0, 3.0)))
    if rail.any():
        core = 1.9 if near else 1.3
        plain = subset(seen, rail & ~planned & ~slow)
        yield Lines("links", *plain, Pen(theme.rail, core * px))
        yield Lines("links", *subset(seen, rail & slow), Pen(theme.rail, core * px, (7.0, 2.5)))
        yield Lines("links", *subset(seen, rail & planned), Pen(theme.rail, core * px, (1.0, 2.0)))
        yield Lines(
            "links",
            *ticks(*subset(seen, rail & ~planned), 11 * px, (3.2 if near else 2.2) * px),
            Pen(theme.rail, 1.0 * px),
        )


def _line_of(composer: Composer, frame: Frame, link: str) -> tuple[Floats, Ints] | None:
    geometry = composer.network.geometry.get(link)
    if geometry is None or geometry.is_empty:
        return None
    lonlat, part = shapely.get_coordinates(shapely.get_parts(geometry), return_index=True)
    start = np.concatenate([[0], np.cumsum(np.bincount(part))]).astype(np.int64)
    return frame.view.to_picture(frame.projection.forward_points(lonlat)), start


def closed_links(scene: Scene, identifier: str) -> tuple[str, ...]:
    """Links that a blocked thing closes."""
    atlas = scene.atlas
    if atlas is None:
        return ()
    if identifier in atlas.routes:
        return atlas.routes[identifier].markers
    if identifier in atlas.gates:
        return atlas.gates[identifier].links
    return (identifier,) if identifier in atlas.links else ()


def _blocked(scene: Scene, frame: Frame, composer: Composer) -> tuple[list[Record], list[Symbol]]:
    """Broken lines, and a black cross on a white disc for each blocked thing."""
    lines: list[Record] = []
    crosses: list[Symbol] = []
    if scene.atlas is None or "blocked" in scene.hidden:
        return lines, crosses
    px = frame.px
    for identifier in sorted(scene.blocked):
        for link in closed_links(scene, identifier):
            drawn = _line_of(composer, frame, link)
            if drawn is None or scene.atlas.links[link].mode in ("sea", "gate"):
                continue
            lines.append(broken_line("blocked", *drawn, scene, px, link))
            x, y = drawn[0][len(drawn[0]) // 2].tolist()
            crosses += _cross(identifier, x, y, 17 * px, px)
        site = scene.atlas.gates.get(identifier) or scene.atlas.sites.get(identifier)
        if site is not None:
            x, y = frame.on_picture(frame.store.positions(scene.atlas)[identifier])
            crosses += _cross(identifier, x, y, 19 * px, px)
    return lines, crosses


def _cross(identifier: str, x: float, y: float, size: float, px: float) -> list[Symbol]:
    return [
        Symbol("blocked", identifier, "circle", x, y, size, "#FFFFFF", Pen("#111111", 1.6 * px)),
        Symbol("blocked", identifier, "cross", x, y, size * 0.46, "", Pen("#111111", size * 0.15, round=True)),
    ]


def _texts(
    scene: Scene, frame: Frame, composer: Composer, placed: list[Mark], crosses: list[Symbol]
) -> Iterator[Record]:
    px = frame.px
    placer = Placer(frame.view.width, frame.view.height, 64 * px)
    placer.take(
        [
            (m.x - m.size * 0.42, m.y - m.size * 0.42, m.x + m.size * 0.42, m.y + m.size * 0.42)
            for m in placed
            if m.layer != "places-network"
        ]
    )
    placer.take([(c.x - c.size / 2, c.y - c.size / 2, c.x + c.size / 2, c.y + c.size / 2) for c in crosses])
    dots: dict[str, Record] = {}
    wanted: list[Label] = [
        *site_names(scene, frame, placed),
        *countries(scene, frame),
        *waters(scene, frame),
        *route_names(scene, frame, composer.network),
    ]
    named = {label.text for label in wanted if label.layer in ("ports", "places-network", "markets")}
    for label, dot in towns(scene, frame):
        if label.text not in named:
            wanted.append(label)
            dots[label.id] = dot
    texts = place([label if label.width else sized(frame, label) for label in wanted], placer, 1.9 * px)
    yield from (dots[text.id] for text in texts if text.id in dots)
    yield from reversed(texts)


def _flow_spots(scene: Scene, frame: Frame, composer: Composer) -> list[Hotspot]:
    """Links under flows answer the pointer along their line."""
    result, atlas = scene.result, scene.atlas
    if result is None or atlas is None:
        return []
    store = frame.store.get("links")
    names = store.fields["id"]
    busy = np.array([bool(result.links.get(name) and result.links[name].flow_t_per_year > 0) for name in names])
    level = store.levels[0]
    left, bottom, right, top = frame.view.bounds
    hit = (
        (level.box[:, 2] >= left)
        & (level.box[:, 0] <= right)
        & (level.box[:, 3] >= bottom)
        & (level.box[:, 1] <= top)
        & busy[level.feature]
    )
    chosen = np.flatnonzero(hit)
    if not len(chosen):
        return []
    count = np.diff(level.start)[chosen]
    xy = frame.view.to_picture(level.xy[ranges(level.start[chosen], count)])
    inside = (xy >= 0).all(axis=1) & (xy[:, 0] <= frame.view.width) & (xy[:, 1] <= frame.view.height)
    owner, xy = np.repeat(level.feature[chosen], count)[inside], xy[inside]
    _, one = np.unique(np.floor(xy / (9 * frame.px)) @ np.array([100_000.0, 1.0]), return_index=True)
    spots = []
    for feature, (x, y) in zip(owner[one].tolist(), xy[one].tolist(), strict=True):
        through = result.links[names[feature]]
        use = f", {through.utilisation:.0%} used" if through.utilisation is not None else ""
        spots.append(
            Hotspot(
                names[feature],
                f"{through.name or names[feature]} · {through.flow_t_per_year / 1e3:,.0f} kt/yr gross{use}",
                x,
                y,
                6 * frame.px,
            )
        )
    return spots
