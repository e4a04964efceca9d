"""The overview: a small map of the world that shows where the large one looks, and moves it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow

from lodeway.carto.layers import BY_ID
from lodeway.geo.curves import Floats
from lodeway.session.document import View
from lodeway.ui.bridge import Bridge
from lodeway.ui.map.overlay import Shape
from lodeway.ui.map.view import MapView

_SHOWN = ("countries", "coast", "borders", "lakes")
_BOX = "#B3261E"
_LEAST_PX = 5.0


class OverviewMap(MapView):
    """Always the whole world on the plane of ``leader``; a click or drag takes the leader there."""

    def __init__(self, bridge: Bridge, leader: MapView) -> None:
        super().__init__(None, leader.projection)
        self._bridge, self._leader = bridge, leader
        self.setAccessibleName("Overview map")
        self.setAccessibleDescription("Shows where the map looks; click, drag or use the arrow keys to look elsewhere.")
        self.setToolTip("Click or drag to look there")
        self.set_legend_visible(False)
        self.set_hidden_layers(frozenset(BY_ID) - frozenset(_SHOWN))
        leader.viewChanged.connect(self._show_box)
        bridge.plane_changed.connect(self._show_plane)
        bridge.theme_changed.connect(self._show_theme)
        self._show_theme()
        self._show_plane()

    def sizeHint(self) -> QSize:
        """Small."""
        return QSize(260, 150)

    def _show_theme(self) -> None:
        self.set_scene(theme=self._leader.scene.theme)

    def _show_plane(self) -> None:
        self.set_projection(self._leader.projection, self._leader.viewport.rotation_deg)
        self.zoom_to_world()
        self._show_box()

    def _show_box(self, _view: object = None) -> None:
        self.set_overlay("extent", (Shape("line", self.extent(), _BOX, 1.6),))

    def extent(self) -> Floats:
        """The edge of what the leader shows (n, 2) in degrees, closed; a place too small to see becomes a cross."""
        leader = self._leader.viewport
        along = np.linspace(0.0, 1.0, 17)
        right, down = leader.width * along, leader.height * along
        edge = np.vstack([
            np.column_stack([right, np.zeros_like(right)]), np.column_stack([np.full_like(down, leader.width), down]),
            np.column_stack([right[::-1], np.full_like(right, leader.height)]),
            np.column_stack([np.zeros_like(down), down[::-1]]),
        ])  # fmt: skip
        if leader.width * leader.scale < _LEAST_PX * self.viewport.scale:
            middle, reach = np.array([leader.width, leader.height]) / 2, 4 * self.viewport.scale / leader.scale
            edge = middle + reach * np.array([[-1.0, 0], [1, 0], [0, 0], [0, -1], [0, 1]])
        lonlat = self.projection.inverse(leader.to_map(edge))
        return lonlat[np.isfinite(lonlat).all(axis=1)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Still the whole world."""
        super().resizeEvent(event)
        self.zoom_to_world()

    def _go(self, at: QPointF) -> None:
        place = self.lonlat_at(at)
        if place is not None:
            self._leader.set_view(View(*place, self._leader.view().metres_per_pixel))
            self._leader.viewChanged.emit(self._leader.view())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Look along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Nothing more."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """No zoom here."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms the large map."""
        self._leader.zoom_by(1.25 if event.angleDelta().y() > 0 else 0.8)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys are for the large map."""
        self._leader.keyPressEvent(event)

    def close_overview(self) -> None:
        """Stop painting and listening."""
        self._leader.viewChanged.disconnect(self._show_box)
        self.shutdown()


class OverviewDock:
    """The overview in a dock of its own."""

    def __init__(self, window: QMainWindow, bridge: Bridge, leader: MapView) -> None:
        self.dock = QDockWidget("Overview", window)
        self.dock.setObjectName("dock-overview")
        self.map = OverviewMap(bridge, leader)
        self.dock.setWidget(self.map)
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.dock)
        window.resizeDocks([self.dock], [170], Qt.Orientation.Vertical)
        window.resizeDocks([self.dock], [260], Qt.Orientation.Horizontal)

    def close(self) -> None:
        """Take it away."""
        self.map.close_overview()
        self.dock.setParent(None)
        self.dock.deleteLater()
