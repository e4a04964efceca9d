"""Ties the map widget to the bridge: the only module that knows the map's own signals and setters."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from lodeway.geo.projection import projection_of
from lodeway.model.atlas import Atlas
from lodeway.model.look import NOTE
from lodeway.model.own_layer import OwnLayer
from lodeway.ui.bridge import Bridge
from lodeway.ui.map import MapView

Bounds = tuple[float, float, float, float]

_LEAST_SPAN_DEG = 4.0


class MapLink(QObject):
    """The map shows the document; what the pointer does becomes steps of the session."""

    hovered = Signal(str)
    """Words for what is under the pointer, or empty."""
    pointed = Signal(object, object)
    """Longitude and latitude of the pointer in degrees, or ``None`` twice."""
    menu_asked = Signal(str, QPoint)
    """Id of the thing under a right click, and the place on the screen."""
    failed = Signal(str)
    """One sentence, where the map cannot be drawn."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.widget = MapView(parent)
        bridge.theme_changed.connect(self._show_theme)
        bridge.own_changed.connect(self._show_own)
        bridge.notes_changed.connect(self._show_notes)
        bridge.plane_changed.connect(self._show_plane)
        bridge.layers_changed.connect(self._show_layers)
        bridge.chosen_changed.connect(self._show_chosen)
        bridge.scenario_changed.connect(self._show_blocked)
        bridge.atlas_changed.connect(self._show_atlas)
        bridge.answer_changed.connect(self._show_answer)
        self.widget.hovered.connect(lambda _id, text: self.hovered.emit(text))
        self.widget.pointed.connect(self.pointed)
        self.widget.picked.connect(self._pick)
        self.widget.viewChanged.connect(bridge.session.look)
        self.widget.painted.connect(self._painted)
        self.widget.contextRequested.connect(self._ask_menu)
        self.widget.failed.connect(self.failed)
        for show in (self._show_plane, self._show_theme, self._show_layers, self._show_chosen, self._show_blocked,
                     self._show_atlas, self._show_answer):  # fmt: skip
            show()
        bridge.session.look(self.widget.view())

    def zoom_to(self, identifier: str) -> None:
        """Show a site, gate, link, route or country; nothing happens where it has no place."""
        atlas = self._bridge.document.atlas
        bounds = bounds_of(atlas, identifier) if atlas is not None else None
        if bounds is not None:
            self.widget.zoom_to(bounds)

    def zoom_to_all(self, identifiers: list[str]) -> None:
        """Show all of these things at once."""
        atlas = self._bridge.document.atlas
        bounds = around_all(atlas, identifiers) if atlas is not None else None
        if bounds is not None:
            self.widget.zoom_to(bounds)

    def own_layer(self, layer: str) -> OwnLayer | None:
        """The user's layer of that id."""
        return next((one for one in self._bridge.document.own if one.id == layer), None)

    def zoom_to_bounds(self, bounds: Bounds) -> None:
        """Show (west, south, east, north) in degrees, with some room; a single point with more."""
        west, south, east, north = bounds
        room = max(0.08 * max(east - west, north - south), 0.25)
        self.widget.zoom_to((west - room, max(-89.0, south - room), east + room, min(89.0, north + room)))

    def zoom_by(self, factor: float) -> None:
        """Magnify about the middle."""
        self.widget.zoom_by(factor)

    def zoom_to_world(self) -> None:
        """Show the whole Earth."""
        self.widget.zoom_to_world()

    def zoom_home(self) -> None:
        """Show the corridors of the Copperbelt."""
        self.widget.zoom_home()

    def is_settled(self) -> bool:
        """Whether the screen shows the newest picture."""
        return self.widget.settled()

    def close(self) -> None:
        """Stop painting."""
        self.widget.shutdown()

    def _painted(self, _seconds: float) -> None:
        self._bridge.session.look(self.widget.view())
        self._bridge.session.go_on()

    def _pick(self, identifier: str) -> None:
        # a note is no thing of the atlas: nothing is known of it but its words
        self._bridge.session.select("" if identifier.startswith(NOTE) else identifier)

    def _ask_menu(self, identifier: str, place: QPoint) -> None:
        if identifier.startswith(NOTE):
            self.widget.noted.emit(0.0, 0.0, identifier, False)
        elif identifier:
            self._bridge.session.select(identifier)
            self.menu_asked.emit(identifier, place)

    def _show_theme(self) -> None:
        self.widget.set_theme(self._bridge.document.theme)

    def _show_plane(self) -> None:
        plane = self._bridge.document.plane
        self.widget.set_projection(projection_of(plane.crs, plane.central_deg), plane.rotation_deg)

    def _show_notes(self) -> None:
        self.widget.set_scene(notes=self._bridge.document.notes)

    def _show_own(self) -> None:
        self.widget.set_scene(own=self._bridge.document.own)

    def _show_layers(self) -> None:
        document = self._bridge.document
        self.widget.set_scene(hidden=document.hidden_layers, looks=document.looks)

    def _show_chosen(self) -> None:
        self.widget.set_commodity(self._bridge.document.commodity)

    def _show_blocked(self) -> None:
        self.widget.set_blocked(self._bridge.document.blocked)

    def _show_atlas(self) -> None:
        self.widget.set_atlas(self._bridge.document.atlas)

    def _show_answer(self) -> None:
        document = self._bridge.document
        if document.answer is None:
            self.widget.set_result(document.baseline)
        elif document.scenario_asked:
            self.widget.set_result(document.answer.result, document.baseline)
        else:
            self.widget.set_result(document.answer.result)


def around_all(atlas: Atlas, identifiers: list[str]) -> Bounds | None:
    """(west, south, east, north) around several things, on the side of the Earth where they are together."""
    boxes = [box for identifier in identifiers if (box := bounds_of(atlas, identifier)) is not None]
    if not boxes:
        return None
    spans = [(west, east if east >= west else east + 360.0) for west, _, east, _ in boxes]
    plain = (min(west for west, _ in spans), max(east for _, east in spans))
    turned = [(west + 360.0, east + 360.0) if east < 0 else (west, east) for west, east in spans]
    across = (min(west for west, _ in turned), max(east for _, east in turned))
    west, east = min(plain, across, key=lambda span: span[1] - span[0])
    if east - west >= 360.0:
        west, east = -180.0, 180.0
    return (west, min(box[1] for box in boxes), east - 360.0 if east > 180.0 else east, max(box[3] for box in boxes))


def bounds_of(atlas: Atlas, identifier: str) -> Bounds | None:
    """(west, south, east, north) in degrees around a thing with some room; ``None`` where it has no place.

    A chain across 180 degrees gets west > east.
    """
    if identifier in atlas.routes:
        sites = {site for link, _ in atlas.routes[identifier].links for site in _ends(atlas, link)}
        sites |= {atlas.routes[identifier].from_site, atlas.routes[identifier].to_site}
    elif identifier in atlas.links:
        sites = _ends(atlas, identifier)
    elif identifier.startswith("country:"):
        code = identifier.partition(":")[2]
        sites = {s.id for s in atlas.mines.values() if s.country == code}
        sites |= {s.id for s in atlas.plants.values() if s.country == code}
    else:
        sites = {identifier}
    places = [(atlas.sites[site].lon, atlas.sites[site].lat) for site in sites if site in atlas.sites]
    if identifier in atlas.gates:
        places.append((atlas.gates[identifier].lon, atlas.gates[identifier].lat))
    if not places:
        return None
    lons, lats = sorted(lon for lon, _ in places), [lat for _, lat in places]
    if lons[-1] - lons[0] > 180.0:
        lons = sorted(lon + 360.0 if lon < 0 else lon for lon in lons)
    room_lon = max(0.12 * (lons[-1] - lons[0]), (_LEAST_SPAN_DEG - (lons[-1] - lons[0])) / 2)
    room_lat = max(0.12 * (max(lats) - min(lats)), (_LEAST_SPAN_DEG - (max(lats) - min(lats))) / 2)
    east = lons[-1] + room_lon
    return (
        lons[0] - room_lon,
        max(-89.0, min(lats) - room_lat),
        east - 360.0 if east > 180.0 else east,
        min(89.0, max(lats) + room_lat),
    )


def _ends(atlas: Atlas, link: str) -> set[str]:
    found = atlas.links.get(link)
    return {found.from_site, found.to_site} if found is not None else set()
