"""Point symbols: which sites show at a scale, how big, in what outline, and where they go when they crowd."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import shapely

from lodeway.carto.display import Hotspot, Lines, Pen, Record, Shape, Symbol, polyline
from lodeway.carto.scene import Frame, Scene
from lodeway.carto.themes import commodity_colour, mixed
from lodeway.geo.curves import Floats

REFERENCE_T = 500_000.0
"""t/yr contained that has the reference size."""
_DASH: dict[str, tuple[float, ...]] = {"reported": (), "derived": (2.6, 1.6), "estimated": (1.0, 1.3)}
_MAX_SHIFT_PX = 30.0
_USED = frozenset({"operating", "ramping", "rehabilitating"})


@dataclass(frozen=True)
class Mark:
    """A symbol to be placed: anchor and position in picture units, ``weight`` decides who stays and who is named."""

    layer: str
    id: str
    name: str
    text: str
    shape: Shape
    x: float
    y: float
    size: float
    fill: str
    pen: Pen
    weight: float
    colour: str
    anchor: tuple[float, float]
    members: int = 1


def size_px(tonnes: float | None, m_per_px: float) -> float:
    """Height of a symbol in CSS pixels: its area is in proportion to tonnes, down to a legible least size."""
    reference, least = reference_px(m_per_px), least_px(m_per_px)
    return max(reference * sqrt((tonnes or 0.0) / REFERENCE_T), least)


def reference_px(m_per_px: float) -> float:
    """Height of the symbol of :data:`REFERENCE_T` at a scale."""
    return float(np.interp(np.log10(m_per_px), (2.3, 3.0, 3.7, 4.3), (30.0, 25.0, 17.0, 12.0)))


def least_px(m_per_px: float) -> float:
    """Least height of a symbol at a scale."""
    return float(np.interp(np.log10(m_per_px), (2.3, 3.0, 3.7, 4.3), (9.0, 8.0, 5.5, 4.2)))


def marks(scene: Scene, frame: Frame) -> list[Mark]:
    """All symbols whose anchors are in view, placed: crowded ones clustered or moved aside."""
    found = [
        *_mines(scene, frame),
        *_plants(scene, frame),
        *_ports(scene, frame),
        *_gates(scene, frame),
        *_markets(scene, frame),
        *_places(scene, frame),
    ]
    found = _in_view(found, frame)
    found = _clustered(found, frame)
    return _spread(found, frame)


def draw(scene: Scene, frame: Frame, placed: list[Mark]) -> Iterator[Record]:
    """Leaders, then symbols, the heaviest last of each kind."""
    px = frame.px
    for mark in placed:
        if np.hypot(mark.x - mark.anchor[0], mark.y - mark.anchor[1]) > 3.5 * px:
            yield Lines(mark.layer, *polyline([mark.anchor, (mark.x, mark.y)]), Pen(scene.theme.text_muted, 0.8 * px))
            yield Symbol(mark.layer, "", "dot", *mark.anchor, 2.6 * px, scene.theme.text_muted, Pen("#000000", 0.0))
    rank = {"places-network": 0, "ports": 1, "plants": 2, "mines": 2, "residuals": 2, "gates": 3, "markets": 4}
    for mark in sorted(placed, key=lambda m: (rank.get(m.layer, 2), -m.size)):
        count = str(mark.members) if mark.members > 1 and mark.size > 9 * px else ""
        yield Symbol(
            mark.layer,
            mark.id,
            mark.shape,
            mark.x,
            mark.y,
            mark.size,
            mark.fill,
            mark.pen,
            count,
            _ink(scene, mark),
        )


def _ink(scene: Scene, mark: Mark) -> str:
    """Colour of what stands inside a symbol."""
    if mark.fill == scene.theme.panel:
        return scene.theme.text
    return scene.theme.panel if mark.layer == "ports" else "#FFFFFF"


def hotspots(placed: list[Mark], px: float) -> list[Hotspot]:
    """Where the pointer meets symbols."""
    return [Hotspot(m.id, m.text, m.x, m.y, max(m.size / 2, 4 * px)) for m in placed]


def _mark(
    scene: Scene,
    frame: Frame,
    layer: str,
    shape: Shape,
    site: object,
    size: float,
    colour: str,
    weight: float,
    text: str,
    *,
    hollow: bool = False,
) -> Mark:
    name, identifier = str(getattr(site, "name", "")), str(getattr(site, "id", ""))
    assert scene.atlas is not None
    x, y = frame.on_picture(frame.store.positions(scene.atlas)[identifier])
    theme = scene.theme
    edge = mixed(colour, "#000000" if theme.id != "dark" else "#FFFFFF", 0.72)
    dash = _DASH.get(str(getattr(site, "confidence", "reported")), ())
    pen = Pen(colour if hollow else edge, (1.3 if hollow else 1.0) * frame.px, dash)
    return Mark(
        layer,
        identifier,
        name,
        text,
        shape,
        x,
        y,
        size * frame.px,
        theme.panel if hollow else colour,
        pen,
        weight,
        colour,
        (x, y),
    )


def _wanted(scene: Scene, commodity: str) -> bool:
    return not scene.commodity or commodity == scene.commodity


def _commodity_colour(scene: Scene, commodity: str) -> str:
    atlas = scene.atlas
    known = atlas.commodities.get(commodity) if atlas else None
    return commodity_colour(scene.theme, known.colour if known else "#6C7A89")


def _tonnes(value: float | None) -> str:
    if value is None:
        return "output unknown"
    return (
        f"{value / 1e6:.2f} Mt/yr"
        if value >= 1e6
        else f"{value / 1e3:,.0f} kt/yr"
        if value >= 10e3
        else (f"{value:,.0f} t/yr")
    )


def _mines(scene: Scene, frame: Frame) -> Iterator[Mark]:
    atlas = scene.atlas
    if atlas is None:
        return
    for mine in atlas.mines.values():
        layer = "residuals" if mine.residual else "mines"
        commodity = atlas.forms[mine.form].commodity if mine.form in atlas.forms else ""
        if not frame.shows(layer, scene) or not _wanted(scene, commodity):
            continue
        tonnes = mine.production_t_per_year or (mine.capacity_t_per_year if mine.status not in _USED else None)
        sign = atlas.commodities[commodity].symbol if commodity in atlas.commodities else ""
        text = f"{mine.name} · {sign} mine · {_tonnes(mine.production_t_per_year)} · {mine.status}, {mine.confidence}"
        yield _mark(
            scene,
            frame,
            layer,
            "triangle-down",
            mine,
            size_px(tonnes, frame.m_per_px),
            _commodity_colour(scene, commodity),
            (tonnes or 0.0) / REFERENCE_T,
            text,
            hollow=mine.status not in _USED,
        )


def _plants(scene: Scene, frame: Frame) -> Iterator[Mark]:
    atlas = scene.atlas
    if atlas is None:
        return
    for plant in atlas.plants.values():
        layer = "residuals" if plant.residual else "plants"
        if not frame.shows(layer, scene) or not _wanted(scene, plant.commodity):
            continue
        tonnes = plant.production_t_per_year or plant.capacity_t_per_year
        sign = atlas.commodities[plant.commodity].symbol if plant.commodity in atlas.commodities else ""
        text = f"{plant.name} · {sign} plant · {_tonnes(tonnes)} · {plant.status}, {plant.confidence}"
        yield _mark(
            scene,
            frame,
            layer,
            "square",
            plant,
            size_px(tonnes, frame.m_per_px),
            _commodity_colour(scene, plant.commodity),
            (tonnes or 0.0) / REFERENCE_T,
            text,
            hollow=plant.status not in _USED,
        )


def _ports(scene: Scene, frame: Frame) -> Iterator[Mark]:
    atlas = scene.atlas
    if atlas is None or not frame.shows("ports", scene):
        return
    colour = mixed(scene.theme.text, scene.theme.sea, 0.72)
    use = scene.result.ports if scene.result else {}
    before = scene.baseline.ports if scene.baseline else {}
    far = frame.m_per_px > 6_000
    for port in atlas.ports.values():
        through, earlier = use.get(port.id), before.get(port.id)
        now = through.flow_t_per_year if through else 0.0
        busy = max(now, earlier.flow_t_per_year if earlier else 0.0)  # a port that lost all stays in sight
        size = (6.0 if far else 12.0) if busy > 0 or not use else (4.0 if far else 8.0)
        text = f"{port.name} · port" + (f" · {_tonnes(now)} gross" if busy else "")
        yield _mark(scene, frame, "ports", "port", port, size, colour, 0.3 + busy / 3e6, text)


def _gates(scene: Scene, frame: Frame) -> Iterator[Mark]:
    atlas = scene.atlas
    if atlas is None or not frame.shows("gates", scene):
        return
    use = scene.result.gates if scene.result else {}
    for gate in atlas.gates.values():
        sea = gate.kind in ("strait", "canal", "cape")
        if not sea and frame.m_per_px > 4_000:
            continue
        through = use.get(gate.id)
        busy = through.flow_t_per_year if through else 0.0
        text = f"{gate.name} · {gate.kind}" + (f" · {_tonnes(busy)} gross" if busy else "")
        mark = _mark(
            scene,
            frame,
            "gates",
            "diamond",
            gate,
            9.0 if frame.m_per_px > 6_000 else 11.0,
            scene.theme.text,
            2.0 if sea else 0.6,
            text,
            hollow=True,
        )
        yield replace(mark, pen=replace(mark.pen, dash=()))


def _markets(scene: Scene, frame: Frame) -> Iterator[Mark]:
    atlas = scene.atlas
    if atlas is None or not frame.shows("markets", scene):
        return
    for market in atlas.markets.values():
        yield _mark(
            scene,
            frame,
            "markets",
            "hexagon",
            market,
            15.0,
            mixed(scene.theme.text, scene.theme.land, 0.85),
            9.0,
            f"{market.name} · market",
        )


def _places(scene: Scene, frame: Frame) -> Iterator[Mark]:
    atlas = scene.atlas
    if atlas is None or not frame.shows("places-network", scene):
        return
    for place in atlas.places.values():
        if place.kind != "waypoint":
            mark = _mark(
                scene,
                frame,
                "places-network",
                "dot",
                place,
                5.0,
                scene.theme.text_muted,
                0.05,
                f"{place.name} · {place.kind}",
                hollow=True,
            )
            yield replace(mark, pen=replace(mark.pen, dash=()))


def _in_view(found: list[Mark], frame: Frame) -> list[Mark]:
    reach = 20 * frame.px
    return [m for m in found if -reach < m.x < frame.view.width + reach and -reach < m.y < frame.view.height + reach]


def _clustered(found: list[Mark], frame: Frame) -> list[Mark]:
    """Merge three and more of a kind and commodity that would pile up: one symbol with a count, its area their sum."""
    reach = float(np.interp(np.log10(frame.m_per_px), (3.0, 3.6, 4.3), (0.0, 10.0, 15.0))) * frame.px
    if reach <= 0:
        return found
    out: list[Mark] = []
    groups: dict[tuple[str, str], list[Mark]] = {}
    for mark in found:
        if mark.layer in ("mines", "plants") and mark.fill == mark.colour:
            groups.setdefault((mark.layer, mark.colour), []).append(mark)
        else:
            out.append(mark)
    for members in groups.values():
        members.sort(key=lambda m: (-m.weight, m.id))
        points = np.array([(m.x, m.y) for m in members])
        taken: set[int] = set()
        for i, mark in enumerate(members):
            if i in taken:
                continue
            distance = np.hypot(*(points - points[i]).T)
            near = [j for j in np.flatnonzero(distance <= max(reach, mark.size * 0.55)).tolist() if j not in taken]
            if len(near) < 3:
                taken.add(i)
                out.append(mark)
                continue
            taken.update(near)
            whole = [members[j] for j in sorted(near)]
            weight = sum(m.weight for m in whole)
            share = np.array([max(m.weight, 1e-3) for m in whole])
            x, y = (np.array([(m.x, m.y) for m in whole]) * share[:, None]).sum(axis=0) / share.sum()
            size = max(reference_px(frame.m_per_px) * sqrt(weight) * frame.px, mark.size, 10.0 * frame.px)
            names = ", ".join(m.name for m in whole[:4]) + (" …" if len(whole) > 4 else "")
            out.append(
                replace(
                    mark,
                    x=float(x),
                    y=float(y),
                    anchor=(float(x), float(y)),
                    size=size,
                    weight=weight,
                    members=len(whole),
                    text=f"{len(whole)} together: {names}",
                )
            )
    return out


def _spread(found: list[Mark], frame: Frame) -> list[Mark]:
    """Push overlapping symbols apart, little by little, each held to its anchor."""
    if len(found) < 2:
        return found
    px = frame.px
    anchor: Floats = np.array([m.anchor for m in found])
    radius = np.array([m.size / 2 + 0.8 * px for m in found])
    order = np.argsort([m.id for m in found], kind="stable")
    angle = np.empty(len(found))
    angle[order] = np.arange(len(found)) * 2.399963  # golden angle: symbols on one point part in fixed directions
    point = anchor + 0.05 * px * np.column_stack([np.cos(angle), np.sin(angle)])
    heavy = np.array([m.layer in ("markets", "gates") for m in found])
    for _ in range(40):
        boxes = shapely.box(*(point - radius[:, None]).T, *(point + radius[:, None]).T)
        a, b = shapely.STRtree(boxes).query(boxes)
        a, b = a[a < b], b[a < b]
        apart = point[b] - point[a]
        distance = np.hypot(apart[:, 0], apart[:, 1]).clip(1e-6)
        overlap = (radius[a] + radius[b]) * 0.94 - distance
        hit = overlap > 0
        if not hit.any():
            break
        a, b, push = a[hit], b[hit], (apart[hit] / distance[hit, None]) * (overlap[hit, None] * 0.5)
        move = np.zeros_like(point)
        np.add.at(move, a, -push)
        np.add.at(move, b, push)
        move[heavy] *= 0.2
        point += np.clip(move, -6 * px, 6 * px)
        away = point - anchor
        far = np.hypot(away[:, 0], away[:, 1])
        limit = _MAX_SHIFT_PX * px
        point = anchor + away * np.minimum(1.0, limit / far.clip(1e-9))[:, None]
    return [replace(m, x=float(x), y=float(y)) for m, (x, y) in zip(found, point, strict=True)]
