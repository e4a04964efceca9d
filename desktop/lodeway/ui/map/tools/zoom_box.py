"""Zoom box: drag a rectangle, the map shows it."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent

from lodeway.ui.map.tools.tool import Tool

_LEAST_PX = 6.0


class ZoomBox(Tool):
    """A rectangle to look at; one too small to mean anything is let go."""

    id: ClassVar[str] = "zoom-box"
    title: ClassVar[str] = "Zoom to a rectangle"
    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.CrossCursor

    _from: QPointF | None = None

    def press(self, event: QMouseEvent) -> None:
        """The first corner."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position()

    def move(self, event: QMouseEvent) -> None:
        """Show the rectangle."""
        if self._from is not None:
            self.view.show_band(QRectF(self._from, event.position()).normalized())

    def release(self, event: QMouseEvent) -> None:
        """Zoom so that the rectangle fills the map."""
        if self._from is None:
            return
        box = QRectF(self._from, event.position()).normalized()
        self.leave()
        if box.width() >= _LEAST_PX and box.height() >= _LEAST_PX:
            middle = QPointF(self.view.width() / 2, self.view.height() / 2) - box.center()
            self.view.pan_by(middle.x(), middle.y())
            self.view.zoom_by(min(self.view.width() / box.width(), self.view.height() / box.height()))

    def leave(self) -> None:
        """Take the rectangle away."""
        self._from = None
        self.view.show_band(None)
