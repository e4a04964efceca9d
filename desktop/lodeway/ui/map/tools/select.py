"""Select: a box or a lasso (or a click) around features of the current layer."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from lodeway.geo.curves import Floats
from lodeway.ui.map.overlay import Shape
from lodeway.ui.map.tools.tool import Tool

_LEAST_PX = 4.0
_REACH_PX = 5.0
_OVERLAY = "lasso"


class SelectBox(Tool):
    """Drag a box, or click: ``selected`` of the map gets a ring (n, 2) in map metres and how it is meant.

    With Shift features are added, with Ctrl taken away.
    """

    id: ClassVar[str] = "select-box"
    title: ClassVar[str] = "Select features by box or click"
    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.CrossCursor

    _from: QPointF | None = None

    def press(self, event: QMouseEvent) -> None:
        """The first corner."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position()

    def move(self, event: QMouseEvent) -> None:
        """Show the box."""
        if self._from is not None:
            self.view.show_band(QRectF(self._from, event.position()).normalized())

    def release(self, event: QMouseEvent) -> None:
        """Tell what is inside; a click means what is under it."""
        if self._from is None:
            return
        box = QRectF(self._from, event.position()).normalized()
        if max(box.width(), box.height()) < _LEAST_PX:
            box = box.adjusted(-_REACH_PX, -_REACH_PX, _REACH_PX, _REACH_PX)
        self.leave()
        corners = [box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft(), box.topLeft()]
        self.tell([(corner.x(), corner.y()) for corner in corners], event)

    def tell(self, ring: list[tuple[float, float]], event: QMouseEvent) -> None:
        """Hand a ring in CSS pixels on."""
        modifiers = event.modifiers()
        mode = (
            "add" if modifiers & Qt.KeyboardModifier.ShiftModifier
            else "take" if modifiers & Qt.KeyboardModifier.ControlModifier else "new"
        )  # fmt: skip
        self.view.selected.emit(self.view.viewport.to_map(np.array(ring)), mode)

    def leave(self) -> None:
        """Take the box away."""
        self._from = None
        self.view.show_band(None)


class Lasso(SelectBox):
    """Draw around the features with the button down."""

    id: ClassVar[str] = "lasso"
    title: ClassVar[str] = "Select features by lasso"

    _way: list[tuple[float, float]]

    def press(self, event: QMouseEvent) -> None:
        """Begin to draw."""
        super().press(event)
        self._way = [(event.position().x(), event.position().y())]

    def move(self, event: QMouseEvent) -> None:
        """Draw on."""
        if self._from is None:
            return
        self._way.append((event.position().x(), event.position().y()))
        lonlat = self.view.projection.inverse(self.view.viewport.to_map(np.array(self._way)))
        shape: Floats = lonlat[~np.isnan(lonlat[:, 0])]
        self.view.set_overlay(_OVERLAY, (Shape("area", shape, "#0F5FA8", 1.2),))

    def release(self, event: QMouseEvent) -> None:
        """Close the ring."""
        if self._from is None:
            return
        if len(self._way) < 4:
            super().release(event)
            return
        way = [*self._way, self._way[0]]
        self.leave()
        self.tell(way, event)

    def key(self, event: QKeyEvent, down: bool) -> bool:
        """Escape gives up."""
        if event.key() != Qt.Key.Key_Escape or self._from is None:
            return False
        if down:
            self.leave()
        return True

    def leave(self) -> None:
        """Take the drawn ring away."""
        super().leave()
        self.view.set_overlay(_OVERLAY, ())
