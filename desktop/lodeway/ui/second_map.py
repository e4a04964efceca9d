"""A second map beside or over the first: the baseline against the scenario, always on the same place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from lodeway.session.document import View
from lodeway.ui.bridge import Bridge
from lodeway.ui.map.view import MapView
from lodeway.ui.widgets import named

_HANDLE_PX = 14
_STEP_PX = 24


class BaselineMap(QObject):
    """A map of the baseline that follows ``leader``, and leads it where it is moved itself."""

    def __init__(self, bridge: Bridge, leader: MapView, parent: QWidget) -> None:
        super().__init__(parent)
        self._bridge, self._leader = bridge, leader
        self._following = False
        self.widget = MapView(parent, leader.projection)
        self.widget.setAccessibleName("Map of the baseline")
        self.widget.set_legend_visible(False)
        leader.viewChanged.connect(self._follow)
        self.widget.viewChanged.connect(self._lead)
        self.widget.picked.connect(leader.picked)
        for signal in (bridge.atlas_changed, bridge.answer_changed, bridge.chosen_changed, bridge.layers_changed,
                       bridge.theme_changed, bridge.plane_changed, bridge.own_changed,
                       bridge.notes_changed):  # fmt: skip
            signal.connect(self.show_document)
        self.show_document()

    def show_document(self) -> None:
        """The baseline in the look of the first map."""
        document = self._bridge.document
        self.widget.set_projection(self._leader.projection, self._leader.viewport.rotation_deg)
        self.widget.set_scene(
            atlas=document.atlas, result=document.baseline, baseline=None, commodity=document.commodity,
            hidden=document.hidden_layers, looks=document.looks, own=document.own,
            notes=document.notes, theme=self._leader.scene.theme,
        )  # fmt: skip
        self._follow(self._leader.view())

    def _follow(self, view: View) -> None:
        if not self._following:
            self._following = True
            self.widget.set_view(view)
            self._following = False

    def _lead(self, view: View) -> None:
        if not self._following:
            self._following = True
            self._leader.set_view(view)
            self._bridge.session.look(view)
            self._following = False

    def close(self) -> None:
        """Stop painting; nothing stays alive."""
        self._leader.viewChanged.disconnect(self._follow)
        self.widget.shutdown()


class BesideMap:
    """The baseline in a dock beside the map."""

    def __init__(self, window: QMainWindow, bridge: Bridge, leader: MapView) -> None:
        self.dock = QDockWidget("Baseline", window)
        self.dock.setObjectName("dock-baseline")
        self.map = BaselineMap(bridge, leader, self.dock)
        self.dock.setWidget(self.map.widget)
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.dock)
        window.resizeDocks([self.dock], [max(360, leader.width() // 2)], Qt.Orientation.Horizontal)

    def close(self) -> None:
        """Take it away."""
        self.map.close()
        self.dock.setParent(None)
        self.dock.deleteLater()


class Swipe(QWidget):
    """A handle over the map: left of it the baseline, right of it the scenario. Drag it, or use the arrow keys."""

    def __init__(self, bridge: Bridge, leader: MapView) -> None:
        super().__init__(leader)
        self._leader = leader
        self.map = BaselineMap(bridge, leader, leader)
        self.map.widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.map.widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.map.widget.show()
        named(
            self, "Handle between baseline and scenario", "Left the baseline, right the scenario; drag, or arrow keys"
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.share = 0.5
        leader.installEventFilter(self)
        self._place()
        self.show()
        self.setFocus()

    def _place(self) -> None:
        width, height = self._leader.width(), self._leader.height()
        at = round(width * self.share)
        self.map.widget.setGeometry(0, 0, width, height)
        self.map.widget.setMask(QRegion(QRect(0, 0, max(at, 1), height)))
        self.setGeometry(at - _HANDLE_PX // 2, 0, _HANDLE_PX, height)
        self.map.widget.raise_()
        self.raise_()

    def move_to(self, share: float) -> None:
        """Put the handle at a share 0..1 of the width."""
        self.share = min(max(share, 0.02), 0.98)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep its place when the map changes its size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag."""
        at: QPoint = self.mapTo(self._leader, event.position().toPoint())
        self.move_to(at.x() / max(self._leader.width(), 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys move the handle."""
        step = _STEP_PX / max(self._leader.width(), 1)
        if event.key() == Qt.Key.Key_Left:
            self.move_to(self.share - step)
        elif event.key() == Qt.Key.Key_Right:
            self.move_to(self.share + step)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line with a grip."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._leader.scene.theme
        middle = self.width() / 2
        painter.fillRect(round(middle) - 1, 0, 2, self.height(), QColor(theme.text))
        painter.setBrush(QColor(theme.panel))
        painter.setPen(QColor(theme.text))
        painter.drawRoundedRect(1, self.height() // 2 - 20, self.width() - 2, 40, 5, 5)
        painter.end()

    def close_swipe(self) -> None:
        """Take it away."""
        self._leader.removeEventFilter(self)
        self.map.close()
        for widget in (self.map.widget, self):
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
