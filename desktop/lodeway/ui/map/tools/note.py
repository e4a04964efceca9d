"""Write notes: a click asks for words, a click on a note changes them, a drag moves it."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent

from lodeway.model.look import NOTE
from lodeway.ui.map.tools.pan import CLICK_PX, Pan


class WriteNote(Pan):
    """Beside notes it pans. Emits ``noted`` of the map: longitude, latitude, id of the note or empty, whether moved."""

    id: ClassVar[str] = "note"
    title: ClassVar[str] = "Write notes"
    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.IBeamCursor

    _held = ""

    def press(self, event: QMouseEvent) -> None:
        """Take hold of a note, or begin to pan."""
        super().press(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = self._note_at(event.position())

    def move(self, event: QMouseEvent) -> None:
        """A held note goes with the pointer; it is put down on release."""
        if self._held and self._from is not None:
            delta = event.position() - self._from
            self._travel += abs(delta.x()) + abs(delta.y())
            self._from = event.position()
            self.view.setCursor(Qt.CursorShape.SizeAllCursor)
            return
        super().move(event)

    def release(self, event: QMouseEvent) -> None:
        """Put the note down where the pointer is."""
        held, moved = self._held, self._travel >= CLICK_PX
        self._held = ""
        if held and moved and self._from is not None:
            self._from = None
            self.view.setCursor(self.cursor)
            place = self.view.lonlat_at(event.position())
            if place is not None:
                self.view.noted.emit(*place, held, True)
            return
        super().release(event)

    def clicked(self, at: QPointF, event: QMouseEvent) -> None:
        """Words for a new note, or other words for the one under the pointer."""
        place = self.view.lonlat_at(at)
        if place is not None:
            self.view.noted.emit(*place, self._note_at(at), False)

    def _note_at(self, at: QPointF) -> str:
        found = self.view.thing_at(at)[0]
        return found if found.startswith(NOTE) else ""
