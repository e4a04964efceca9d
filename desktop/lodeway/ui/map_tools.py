"""The few buttons that float over the map: zoom, world, Copperbelt."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

BUTTONS = (
    "tool_pan", "tool_identify", "tool_select_box", "tool_measure", "zoom_in", "zoom_out", "zoom_full", "zoom_home",
)  # fmt: skip
_MARGIN_PX = 12


class MapTools(QFrame):
    """A column of buttons in the upper right corner of the map; each is an action of the menus."""

    def __init__(self, actions: dict[str, QAction], over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("tools")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(2)
        for name in BUTTONS:
            button = QToolButton()
            button.setDefaultAction(actions[name])
            button.setIconSize(QSize(18, 18))
            button.setAccessibleName(actions[name].text().replace("&", ""))
            layout.addWidget(button)
        over.installEventFilter(self)
        self.adjustSize()
        self._place(over)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner when the map changes its size."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self._place(watched)
        return super().eventFilter(watched, event)

    def _place(self, over: QWidget) -> None:
        self.move(max(0, over.width() - self.width() - _MARGIN_PX), _MARGIN_PX)
        self.raise_()
