"""What every map tool answers to."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

if TYPE_CHECKING:
    from lodeway.ui.map.view import MapView


class Tool:
    """Pointer and keys of the map while the tool is chosen; the base does nothing."""

    id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.ArrowCursor

    def __init__(self, view: MapView) -> None:
        self.view = view

    def press(self, event: QMouseEvent) -> None:
        """A button goes down."""

    def move(self, event: QMouseEvent) -> None:
        """The pointer moves."""

    def release(self, event: QMouseEvent) -> None:
        """A button goes up."""

    def double(self, event: QMouseEvent) -> bool:
        """A double click; whether it was used."""
        return False

    def key(self, event: QKeyEvent, down: bool) -> bool:
        """A key; whether it was used."""
        return False

    def leave(self) -> None:
        """Another tool is chosen."""
