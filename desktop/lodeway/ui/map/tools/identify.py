"""Identify: a click asks for everything under it."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent

from lodeway.ui.map.tools.pan import Pan


class Identify(Pan):
    """Drags as the pan tool does; a click emits ``asked_at`` of the map with longitude and latitude."""

    id: ClassVar[str] = "identify"
    title: ClassVar[str] = "Identify features"
    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.WhatsThisCursor

    def clicked(self, at: QPointF, event: QMouseEvent) -> None:
        """Ask, and pick the thing under the pointer as well."""
        super().clicked(at, event)
        place = self.view.lonlat_at(at)
        if place is not None:
            self.view.asked_at.emit(*place)
