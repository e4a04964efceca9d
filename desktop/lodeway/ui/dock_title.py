"""Quiet title bars of the docks: a name, the panel's own sentence where it has one, and a button that closes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from lodeway.ui.widgets import named


class ElidedLabel(QLabel):
    """One line of text that ends in three dots where the room ends; the tool tip holds all of it."""

    def __init__(self, name: str) -> None:
        super().__init__(textFormat=Qt.TextFormat.PlainText)
        named(self, name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, text: str) -> None:
        """Other words."""
        self.setText(text)
        self.setToolTip(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text as far as it fits."""
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


class DockTitle(QWidget):
    """Stands in for the system's title bar; dragging it moves the dock as usual."""

    def __init__(self, dock: QDockWidget, sentence: QLabel | None = None) -> None:
        super().__init__(dock)
        name = QLabel(dock.windowTitle())
        name.setProperty("role", "title")
        self._close = named(QToolButton(), f"Hide {dock.windowTitle()}", f"Hide {dock.windowTitle()}")
        self._close.setIconSize(QSize(14, 14))
        self._close.setAutoRaise(True)
        self._close.clicked.connect(dock.close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 1, 2, 1)
        layout.setSpacing(8)
        layout.addWidget(name)
        if sentence is None:
            layout.addStretch(1)
        else:
            layout.addWidget(sentence, 1)
        layout.addWidget(self._close)

    def show_icon(self, icons: Callable[[str], QIcon]) -> None:
        """The cross in the colour of the theme."""
        self._close.setIcon(icons("x"))
