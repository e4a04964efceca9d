"""Ties identify, selection and their highlights on the map to layers, tables and document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from lodeway.carto import pick
from lodeway.exports.attributes import attribute_table, titles
from lodeway.geo.curves import Ints
from lodeway.geo.measure import feature_size
from lodeway.model.features import Features
from lodeway.model.table import Table, is_known
from lodeway.session.feature_commands import ChooseFeatures
from lodeway.session.jobs import Jobs
from lodeway.ui.bridge import Bridge
from lodeway.ui.map.overlay import Shape
from lodeway.ui.map.view import MapView
from lodeway.ui.panels.identify import Found, IdentifyPanel

_REACH_PX = 7.0
_MOST_PER_LAYER = 50
_MOST_VERTICES = 20_000
_CHOSEN, _IDENTIFIED = "#E0A000", "#D6248A"
_NAMES = ("name", "short_name", "id")


class FeaturesLink(QObject):
    """One worker answers what is where; the newest question counts."""

    opened = Signal()
    """Something was identified: its dock is wanted."""
    said = Signal(str)
    _delivered = Signal(object)

    def __init__(self, bridge: Bridge, view: MapView, panel: IdentifyPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge, self._view, self._panel = bridge, view, panel
        self._delivered.connect(lambda action: action(), Qt.ConnectionType.QueuedConnection)
        self._jobs = Jobs(self._delivered.emit)
        self._tables: dict[str, Table] = {}
        self.layer = ""
        """The layer that selecting is about; empty: the topmost one that is hit."""
        view.asked_at.connect(self.identify)
        view.selected.connect(self.select)
        panel.chosen.connect(self._highlight)
        bridge.features_changed.connect(self._show_features)
        bridge.plane_changed.connect(self._show_features)
        bridge.atlas_changed.connect(self._tables.clear)

    def shutdown(self) -> None:
        """Stop the worker."""
        self._jobs.close()

    def identify(self, lon: float, lat: float) -> None:
        """Look up everything that is drawn at a place."""
        scene, projection, view = self._view.scene, self._view.projection, self._view.viewport
        place = projection.forward_points(np.array([[lon, lat]]))[0]
        store = self._view.store

        def work(_: object) -> tuple[list[Found], int]:
            found: list[Found] = []
            left_out = 0
            for layer, numbers in pick.at(scene, store, place, _REACH_PX * view.scale, view.scale):
                if layer not in titles() and not layer.startswith("own:"):
                    continue
                left_out += max(0, len(numbers) - _MOST_PER_LAYER)
                found += self._facts(layer, numbers[:_MOST_PER_LAYER])
            return found, left_out

        def done(answer: tuple[list[Found], int]) -> None:
            self._panel.show_found(lon, lat, *answer)
            self.opened.emit()

        self._jobs.ask("identify", work, done, self.said.emit)

    def _facts(self, layer: str, numbers: Ints) -> list[Found]:
        table = self._table(layer)
        if table is None:
            return []
        store = self._view.store
        rows = numbers - pick.row_offset(layer, store, len(table))
        found = []
        for number, row in zip(numbers.tolist(), rows.tolist(), strict=True):
            if not 0 <= row < len(table):
                continue
            values = {name: _plain(table.columns[name][row]) for name in table.names}
            facts = [(table.heading(name), value) for name, value in values.items()]
            facts += self._derived(layer, number)
            name = next((str(values[key]) for key in _NAMES if values.get(key)), f"{table.title} {row + 1}")
            found.append(Found(layer, table.title, row, name, str(values.get(table.key) or ""), tuple(facts)))
        return found

    def _derived(self, layer: str, number: int) -> list[tuple[str, Any]]:
        """Ellipsoidal length, or perimeter and area, of a line or polygon as it is drawn at its finest."""
        import shapely

        projection = self._view.projection
        length = area = 0.0
        kinds = set()
        for kind, level in pick.finest(layer, self._view.scene, self._view.store):
            for piece in np.flatnonzero(level.feature == number).tolist() if kind != "points" else ():
                lonlat = projection.inverse(level.xy[level.start[piece] : level.start[piece + 1]])
                lonlat = lonlat[~np.isnan(lonlat[:, 0])]
                if len(lonlat) < (4 if kind == "polygons" else 2):
                    continue
                shape = shapely.polygons(lonlat) if kind == "polygons" else shapely.linestrings(lonlat)
                one, other = feature_size(shape)
                length, area = length + one, area + other
                kinds.add(kind)
        if not kinds:
            return []
        if kinds == {"lines"}:
            return [("Length on the ellipsoid, km", round(length / 1_000.0, 3))]
        return [("Perimeter on the ellipsoid, km", round(length / 1_000.0, 3)),
                ("Area on the ellipsoid, km²", round(area / 1e6, 3))]  # fmt: skip

    def _table(self, layer: str) -> Table | None:
        document = self._bridge.document
        own = next((one for one in document.own if one.id == layer), None)
        if own is not None:
            return replace(own.data.table, title=own.title)
        if document.atlas is None or layer.startswith("own:"):
            return None
        live = layer in ("ports", "gates", "links", "routes")  # their flows change with the answer
        if layer not in self._tables or live:
            answer = document.answer
            self._tables[layer] = attribute_table(
                layer, document.atlas, answer.result if answer else document.baseline, document.baseline
            )
        return self._tables[layer]

    def select(self, ring: Any, mode: str) -> None:
        """Choose the features of the current layer inside a ring; ``mode`` is new, add or take."""
        scene, store, layer = self._view.scene, self._view.store, self.layer
        middle = ring[:-1].mean(axis=0)
        scale = self._view.viewport.scale

        def work(_: object) -> tuple[str, Ints]:
            wanted = layer
            if not wanted:
                hits = pick.at(scene, store, middle, _REACH_PX * scale, scale)
                wanted = next((hit for hit, _ in hits if hit in titles() or hit.startswith("own:")), "mines")
            numbers = pick.within(wanted, scene, store, ring)
            table = self._table(wanted)
            rows = numbers - pick.row_offset(wanted, store, len(table)) if table is not None else numbers
            return wanted, rows[rows >= 0]

        self._jobs.ask("select", work, lambda answer: self._choose(*answer, mode), self.said.emit)

    def _choose(self, layer: str, rows: Ints, mode: str) -> None:
        chosen = self._bridge.document.features
        before = chosen.of(layer)
        if mode == "add":
            rows = np.union1d(before, rows)
        elif mode == "take":
            rows = np.setdiff1d(before, rows)
        features = chosen.with_layer(layer, rows) if mode != "new" else Features({layer: rows})
        self._bridge.session.do(ChooseFeatures(features))
        table = self._table(layer)
        self.said.emit(f"{len(features.of(layer)):,} features of {table.title if table else layer} are chosen.")

    # highlights

    def _highlight(self, layer: str, row: int, identifier: str) -> None:
        self._view.set_overlay("identified", self._shapes(layer, np.array([row]), _IDENTIFIED))
        if identifier:
            self._bridge.session.select(identifier)

    def clear_highlight(self) -> None:
        """Take the mark of what was identified away."""
        self._view.set_overlay("identified", ())

    def _show_features(self) -> None:
        features = self._bridge.document.features
        shapes: tuple[Shape, ...] = ()
        for layer in features:
            shapes += self._shapes(layer, features.of(layer), _CHOSEN)
        self._view.set_overlay("chosen", shapes)

    def _shapes(self, layer: str, rows: Ints, colour: str) -> tuple[Shape, ...]:
        table = self._table(layer)
        if table is None:
            return ()
        store, projection = self._view.store, self._view.projection
        numbers = rows + pick.row_offset(layer, store, len(table))
        pieces = pick.outlines(layer, numbers, self._view.scene, store, _MOST_VERTICES)
        closed = any(kind == "polygons" for kind, _ in pick.finest(layer, self._view.scene, store))
        kind = "area" if closed else "line"
        shapes, points = [], []
        for piece in pieces:
            lonlat = projection.inverse(piece)
            if np.isnan(lonlat).any():
                continue
            if len(piece) == 1:
                points.append(lonlat)
            else:
                shapes.append(Shape(kind, lonlat, colour, 2.4))  # type: ignore[arg-type]
        if points:
            shapes.append(Shape("ring", np.concatenate(points), colour, 2.6))
        return tuple(shapes)


def _plain(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    return value if is_known(value) else None
