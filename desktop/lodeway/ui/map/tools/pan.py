"""Pan and identify: drag moves the map, a click picks what is under the pointer."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from lodeway.ui.map.tools.tool import Tool

CLICK_PX = 4.0


class Pan(Tool):
    """The tool at first; Space held down moves the map without a button."""

    id: ClassVar[str] = "pan"
    title: ClassVar[str] = "Pan"

    _from: QPointF | None = None
    _travel = 0.0
    _space = False

    def press(self, event: QMouseEvent) -> None:
        """Begin to drag."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._from, self._travel = event.position(), 0.0

    def move(self, event: QMouseEvent) -> None:
        """Drag, with a button or Space held."""
        if self._from is None:
            if self._space:
                self._from = event.position()
            return
        delta = event.position() - self._from
        self._travel += abs(delta.x()) + abs(delta.y())
        if self._travel >= CLICK_PX or self._space:
            self.view.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.view.pan_by(delta.x(), delta.y())
            self._from = event.position()

    def release(self, event: QMouseEvent) -> None:
        """End of the drag; without travel it was a click."""
        if self._from is not None and self._travel < CLICK_PX and event.button() == Qt.MouseButton.LeftButton:
            self.clicked(event.position(), event)
        self._from = None
        self.view.setCursor(self.cursor)

    def clicked(self, at: QPointF, event: QMouseEvent) -> None:
        """A click without a drag picks what is under the pointer."""
        self.view.picked.emit(self.view.thing_at(at)[0])

    def key(self, event: QKeyEvent, down: bool) -> bool:
        """Space."""
        if event.key() != Qt.Key.Key_Space:
            return False
        if not event.isAutoRepeat():
            self._space, self._from = down, None
            self.view.setCursor(Qt.CursorShape.OpenHandCursor if down else self.cursor)
        return True
