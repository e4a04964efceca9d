"""The result of measuring: a small box over the map, with the stretches, a choice of unit, and a copy."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from lodeway.ui.map.tools.measure import Measure
from lodeway.ui.map.view import MapView
from lodeway.ui.widgets import named

_MARGIN_PX = 12


class MeasureBox(QFrame):
    """Listens to the map's ``measured``; hidden while there is nothing to say."""

    def __init__(self, view: MapView) -> None:
        super().__init__(view)
        self.setObjectName("card")
        self._view = view
        self._text = ""
        self.total = named(QLabel(), "Measured in all")
        self.total.setProperty("role", "heading")
        self.stretches = named(QLabel(), "Measured stretch by stretch")
        for label in (self.total, self.stretches):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        copy = named(QPushButton("Copy"), "Copy what was measured")
        unit = named(QPushButton("Unit"), "Next unit: kilometres, nautical miles, miles", "The key U does the same")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._text))
        unit.clicked.connect(self._next_unit)
        buttons = QHBoxLayout()
        buttons.addWidget(unit)
        buttons.addWidget(copy)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(4)
        layout.addWidget(self.total)
        layout.addWidget(self.stretches)
        layout.addLayout(buttons)
        view.measured.connect(self._show)
        self.hide()

    def _show(self, text: str) -> None:
        self._text = text
        head, _, rest = text.partition("\n")
        self.total.setText(head)
        self.stretches.setText(rest)
        self.stretches.setVisible(bool(rest))
        self.setVisible(bool(text))
        self.adjustSize()
        self.move(_MARGIN_PX, _MARGIN_PX)
        self.raise_()

    def _next_unit(self) -> None:
        if isinstance(self._view.tool, Measure):
            self._view.tool.key(QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_U, Qt.KeyboardModifier.NoModifier), True)
