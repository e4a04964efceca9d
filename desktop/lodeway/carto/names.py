"""What is named on the map at a scale: countries, waters, towns, sites and routes ask for their labels here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import shapely

from lodeway.carto.basemap import river_rank
from lodeway.carto.display import Floats, Font, Pen, Record, Symbol
from lodeway.carto.labels import Label
from lodeway.carto.network import DrawnNetwork
from lodeway.carto.scene import Frame, Scene
from lodeway.carto.sites import Mark
from lodeway.carto.store import visible
from lodeway.geo.curves import thin

OCEANS: tuple[tuple[float, float, dict[str, str]], ...] = (
    (
        -32.0,
        24.0,
        {"en": "North Atlantic Ocean", "fr": "Océan Atlantique Nord", "pt": "Atlântico Norte", "zh": "北大西洋"},
    ),
    (
        -16.0,
        -26.0,
        {"en": "South Atlantic Ocean", "fr": "Océan Atlantique Sud", "pt": "Atlântico Sul", "zh": "南大西洋"},
    ),
    (78.0, -22.0, {"en": "Indian Ocean", "fr": "Océan Indien", "pt": "Oceano Índico", "zh": "印度洋"}),
    (
        -135.0,
        22.0,
        {"en": "North Pacific Ocean", "fr": "Océan Pacifique Nord", "pt": "Pacífico Norte", "zh": "北太平洋"},
    ),
    (-120.0, -32.0, {"en": "South Pacific Ocean", "fr": "Océan Pacifique Sud", "pt": "Pacífico Sul", "zh": "南太平洋"}),
    (
        150.0,
        33.0,
        {"en": "North Pacific Ocean", "fr": "Océan Pacifique Nord", "pt": "Pacífico Norte", "zh": "北太平洋"},
    ),
)
"""Longitude, latitude and names of the oceans."""


def named(value: dict[str, str], language: str, fallback: str = "") -> str:
    """The name in a language, else in English, else the fallback."""
    return value.get(language) or value.get("en") or fallback


def sized(frame: Frame, label: Label) -> Label:
    """The label with its measured width."""
    return replace(label, width=frame.measure(label.text, label.font))


def countries(scene: Scene, frame: Frame) -> Iterator[Label]:
    """Spaced capitals inside what is seen of each country, if they fit."""
    if not frame.shows("labels", scene) or not frame.shows("countries", scene):
        return
    px = frame.px
    prepared = frame.store.get("countries")
    coarse = max(frame.m_per_px * 3, 1.0)
    seen = visible(prepared, frame.view, coarse, smallest=6.0)
    names = prepared.fields.get(f"name_{scene.language}", prepared.fields["name_en"])
    english = prepared.fields["name_en"]
    window = (6 * px, 6 * px, frame.view.width - 6 * px, frame.view.height - 6 * px)
    best: dict[str, tuple[float, Floats, str]] = {}
    for i in range(len(seen.feature)):
        ring = seen.xy[seen.start[i] : seen.start[i + 1]]
        if len(ring) < 4:
            continue
        x, y = ring[:, 0], ring[:, 1]
        area = abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))) / 2
        feature = int(seen.feature[i])
        key = str(english[feature])
        if area > 500 * px * px and (key not in best or area > best[key][0]):
            best[key] = (area, ring, str(names[feature] or english[feature]))
    for key, (_, ring, name) in best.items():
        shape = shapely.make_valid(
            shapely.polygons(thin(ring, np.array([0, len(ring)]), 3 * px)[0] if len(ring) > 60 else ring)
        )
        shape = shapely.clip_by_rect(shape, *window)
        parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon" and p.area > 400 * px * px]
        if not parts:
            continue
        part = max(parts, key=lambda p: p.area)
        circle = shapely.maximum_inscribed_circle(part, tolerance=4 * px)
        (cx, cy), _ = shapely.get_coordinates(circle)
        radius = float(circle.length)
        size = float(np.clip(np.sqrt(part.area) / px / 17, 8.0, 17.0)) * px
        text = name.upper()
        label = sized(
            frame,
            Label(
                0.0,
                "labels",
                text,
                Font(size, "regular", 0.16),
                scene.theme.country_text,
                scene.theme.halo,
                float(cx),
                float(cy),
                id=key,
            ),
        )
        across = shapely.get_coordinates(
            shapely.intersection(part, shapely.linestrings([(0, cy), (frame.view.width, cy)]))
        )
        room = float(np.ptp(across[:, 0])) if len(across) else 2 * radius
        while label.width > min(room, 5 * radius) * 1.02 and label.font.size > 8 * px:
            label = sized(frame, replace(label, font=replace(label.font, size=max(label.font.size * 0.88, 7.9 * px))))
        if label.width <= max(room, 2 * radius) * 1.1:
            yield replace(label, priority=4.0 - min(float(part.area) / (frame.view.width * frame.view.height), 1.0) * 2)


def waters(scene: Scene, frame: Frame) -> Iterator[Label]:
    """Oceans, lakes in blue italics; rivers along their line."""
    if not frame.shows("labels", scene):
        return
    px, theme = frame.px, scene.theme
    if frame.m_per_px > 3_000:
        for lon, lat, names in OCEANS:
            x, y = frame.view.to_picture(frame.projection.forward_points(np.array([[lon, lat]])))[0].tolist()
            yield sized(
                frame,
                Label(
                    6.5,
                    "labels",
                    named(names, scene.language),
                    Font(13 * px, "italic", 0.12),
                    theme.water_text,
                    theme.water_halo,
                    x,
                    y,
                ),
            )
    lakes = frame.store.get("lakes")
    seen = visible(lakes, frame.view, frame.m_per_px * 2, smallest=30.0)
    for i, feature in enumerate(seen.feature.tolist()):
        name = lakes.fields["name"][feature]
        ring = seen.xy[seen.start[i] : seen.start[i + 1]]
        if not name or len(ring) < 4:
            continue
        x, y = (ring.min(axis=0) + ring.max(axis=0)) / 2
        yield sized(
            frame,
            Label(
                5.5,
                "labels",
                str(name),
                Font(10.5 * px, "italic"),
                theme.water_text,
                theme.water_halo,
                float(x),
                float(y),
                id=f"lake {name}",
            ),
        )
    if frame.shows("rivers", scene) and frame.m_per_px < 4_500:
        rivers = frame.store.get("rivers")
        ranks = rivers.column("rank", 99)
        lines = visible(
            rivers, frame.view, frame.m_per_px * 2, smallest=90.0, keep=ranks <= river_rank(frame.m_per_px) - 1
        )
        longest: dict[str, Floats] = {}
        for i, feature in enumerate(lines.feature.tolist()):
            name = rivers.fields["name"][feature]
            line = lines.xy[lines.start[i] : lines.start[i + 1]]
            if name and len(line) > 1 and len(line) > len(longest.get(name, ())):
                longest[name] = line
        for name, line in longest.items():
            yield sized(
                frame,
                Label(
                    8.0,
                    "labels",
                    str(name),
                    Font(9.5 * px, "italic", 0.04),
                    theme.water_text,
                    theme.halo,
                    line=line,
                    offset=3.0 * px,
                    id=f"river {name}",
                ),
            )


def towns(scene: Scene, frame: Frame) -> Iterator[tuple[Label, Record]]:
    """Towns by rank: a dot and a name; the dot is drawn only where the name found a place."""
    if not frame.shows("places", scene):
        return
    px, theme = frame.px, scene.theme
    prepared = frame.store.get("places")
    rank = prepared.column("rank", 99)
    seen = visible(prepared, frame.view, frame.m_per_px, keep=rank <= town_rank(frame.m_per_px))
    order = sorted(
        range(len(seen.feature)),
        key=lambda i: (rank[seen.feature[i]], -(prepared.fields["population"][seen.feature[i]] or 0)),
    )
    for i in order[:160]:
        feature = int(seen.feature[i])
        x, y = seen.xy[i].tolist()
        if not (0 <= x <= frame.view.width and 0 <= y <= frame.view.height):
            continue
        field = prepared.fields
        name = (field["name_zh"][feature] if scene.language == "zh" else None) or field["name"][feature]
        capital = bool(field["capital"][feature])
        size = float(np.clip(12.5 - 0.45 * rank[feature], 9.5, 12.5)) * px
        label = Label(
            6.0 + rank[feature] / 10 - (0.6 if capital else 0),
            "places",
            str(name),
            Font(size, "bold" if capital else "regular"),
            theme.town_text,
            theme.halo,
            x,
            y,
            4.5 * px,
            id=f"town {field['name'][feature]} {feature}",
        )
        dot = Symbol(
            "places",
            "",
            "square" if capital else "dot",
            x,
            y,
            (4.6 if capital else 3.4) * px,
            theme.panel if not capital else theme.town_text,
            Pen(theme.town_text, 1.0 * px),
        )
        yield sized(frame, label), dot


def town_rank(m_per_px: float) -> int:
    """The least important rank of town worth naming at a scale."""
    return next(
        (
            rank
            for limit, rank in ((9_000, 0), (6_000, 1), (4_000, 2), (2_000, 4), (1_000, 6), (400, 8))
            if m_per_px > limit
        ),
        10,
    )


def site_names(scene: Scene, frame: Frame, placed: list[Mark]) -> Iterator[Label]:
    """Names of symbols; two symbols of one name at one place share it."""
    px, theme, scale = frame.px, scene.theme, frame.m_per_px
    given: set[str] = set()
    for mark in sorted(placed, key=lambda m: (-m.weight, m.id)):
        if mark.members > 1 or mark.name in given:
            continue
        match mark.layer:
            case "markets":
                priority, font, colour = 1.0, Font(12 * px, "bold"), theme.text
            case "gates":
                if scale > 12_000 and mark.id in _MINOR_GATES:
                    continue
                priority, font, colour = 3.0, Font(9.5 * px, "italic"), theme.text_muted
            case "ports":
                known = scene.result is not None
                if scale > (5_500 if known else 3_500) or (known and scale > 2_500 and mark.weight <= 0.3):
                    continue
                priority, font, colour = 3.5 - min(mark.weight, 1.5) * 0.4, Font(11 * px), theme.text
            case "mines" | "plants":
                if scale > 4_000 or (scale > 800 and mark.weight < 0.12):
                    continue
                priority, font, colour = 5.0 - min(mark.weight, 1.0) * 2, Font(10.5 * px), theme.text
            case "places-network":
                if scale > 1_600:
                    continue
                priority, font, colour = 7.5, Font(9.5 * px), theme.text_muted
            case _:
                continue
        given.add(mark.name)
        halo = theme.water_halo if mark.layer == "gates" and scale > 4_000 else theme.halo
        yield sized(
            frame,
            Label(
                priority, mark.layer, mark.name, font, colour, halo, mark.x, mark.y, mark.size / 2 + 3 * px, id=mark.id
            ),
        )


_MINOR_GATES = frozenset({
    "gate:lesser-sunda", "gate:lombok", "gate:luzon", "gate:torres", "gate:tsushima", "gate:northwest", "gate:bering",
    "gate:nsr", "gate:capehorn", "gate:danish", "gate:dover", "gate:mozchannel",
})  # fmt: skip


def route_names(scene: Scene, frame: Frame, network: DrawnNetwork | None) -> Iterator[Label]:
    """Named routes carry their name along the line."""
    atlas = scene.atlas
    if atlas is None or network is None or not frame.shows("route-names", scene):
        return
    px = frame.px
    for route in atlas.routes.values():
        line = network.route_line(route, atlas, frame.projection)
        if line is None:
            continue
        run = _longest_inside(frame.view.to_picture(line), frame)
        if run is None:
            continue
        flow = scene.result.routes.get(route.id) if scene.result else None
        heavy = min((flow.flow_t_per_year if flow else 0.0) / 1e6, 1.0)
        text = named(route.names, scene.language, route.short_name)
        yield sized(
            frame,
            Label(
                2.5 - heavy,
                "route-names",
                text,
                Font(11.5 * px, "bold", 0.04),
                scene.theme.text,
                scene.theme.halo,
                line=run,
                offset=7.0 * px,
                id=route.id,
            ),
        )


def _longest_inside(xy: Floats, frame: Frame) -> Floats | None:
    """The longest run of a line inside the picture, thinned so that text sees its general direction."""
    edge = 12 * frame.px
    inside = ((xy > edge) & (xy < (frame.view.width - edge, frame.view.height - edge))).all(axis=1)
    if not inside.any():
        return None
    change = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(np.int8)))
    runs = change.reshape(-1, 2)
    first, last = max(runs.tolist(), key=lambda run: float(np.hypot(*np.diff(xy[run[0] : run[1]], axis=0).T).sum()))
    line = xy[max(first - 1, 0) : last + 1] if last - first < 3 else xy[first:last]
    return thin(line, np.array([0, len(line)]), 10 * frame.px)[0] if len(line) > 1 else None
