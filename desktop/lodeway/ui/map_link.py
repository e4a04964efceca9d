"""Ties the map widget to the bridge: the only module that knows the map's own signals and setters."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from lodeway.session.document import View
from lodeway.ui.bridge import Bridge
from lodeway.ui.map import MapView


class MapLink(QObject):
    """The map shows the document; what the pointer does becomes steps of the session."""

    hovered = Signal(str)
    """Words for what is under the pointer, or empty."""
    pointed = Signal(object, object)
    """Longitude and latitude of the pointer in degrees, or ``None`` twice."""
    menu_asked = Signal(str, QPoint)
    """Id of the thing under a right click, and the place on the screen."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.widget = MapView(parent)
