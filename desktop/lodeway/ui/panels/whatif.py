"""The What-if dock: how far trade adapts, the year, the levers in force, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lodeway.model.scenario import ADAPTATIONS, LeverUse
from lodeway.session.commands import Cut, RemoveLever, ResetScenario, SetAdaptation, SetYear
from lodeway.ui import words
from lodeway.ui.bridge import Bridge
from lodeway.ui.icons import icon
from lodeway.ui.widgets import named

TITLE = "What-if"
LAST_YEAR = 2040
"""Planned lines of the tables open before; a later year would change nothing."""

_ADAPTATION_HELP = {
    "weeks": "Contracts hold; trade departs from its pattern only at a high price",
    "months": "Contracts are renegotiated; trade departs from its pattern at a moderate price",
    "years": "Free choice of supplier and route",
}


class WhatIfPanel(QWidget):
    """Edits the scenario; every change is one undo step."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("what-if")
        self._bridge = bridge
        self.adaptation = QButtonGroup(self)
        self.year = named(QSpinBox(), "Scenario year", "Planned lines open by their year")
        self.year.setRange(0, LAST_YEAR)
        self.year.setSpecialValueText("Atlas year")
        self.year.setKeyboardTracking(False)
        self.reset = named(QPushButton("Reset"), "Reset to baseline", "Back to the baseline")
        self._levers = QVBoxLayout()
        self._levers.setContentsMargins(0, 0, 0, 0)
        self._levers.setSpacing(2)
        self._lay_out()

        self.adaptation.idClicked.connect(lambda number: bridge.session.do(SetAdaptation(ADAPTATIONS[number])))
        self.year.valueChanged.connect(self._set_year)
        self.reset.clicked.connect(lambda: bridge.session.do(ResetScenario()))
        for signal in (bridge.scenario_changed, bridge.atlas_changed, bridge.theme_changed):
            signal.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        stops = QHBoxLayout()
        stops.setSpacing(0)
        label = QLabel("Adapts in")
        label.setProperty("role", "quiet")
        stops.addWidget(label)
        stops.addSpacing(8)
        for number, adaptation in enumerate(ADAPTATIONS):
            button = QPushButton(adaptation.capitalize())
            button.setCheckable(True)
            named(button, f"Trade adapts in {adaptation}", _ADAPTATION_HELP[adaptation])
            self.adaptation.addButton(button, number)
            stops.addWidget(button)
        stops.addStretch(1)
        stops.addWidget(self.year)
        stops.addSpacing(4)
        stops.addWidget(self.reset)
        holder = QWidget()
        holder.setLayout(self._levers)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(holder)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setAccessibleName("Levers in force")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(4)
        layout.addLayout(stops)
        layout.addWidget(scroll, 1)

    def _set_year(self, year: int) -> None:
        atlas = self._bridge.document.atlas
        first = atlas.year if atlas is not None else 0
        self._bridge.session.do(SetYear(None if year <= first else year), continuous=True)

    def _show(self) -> None:
        document = self._bridge.document
        scenario = document.scenario
        self.adaptation.button(ADAPTATIONS.index(scenario.adaptation)).setChecked(True)
        self.year.blockSignals(True)
        if document.atlas is not None:
            self.year.setRange(document.atlas.year, LAST_YEAR)
            self.year.setSpecialValueText(str(document.atlas.year))
        self.year.setValue(scenario.year if scenario.year is not None else self.year.minimum())
        self.year.blockSignals(False)
        self.reset.setEnabled(bool(scenario.levers) or scenario.year is not None or scenario.adaptation != "months")
        self._show_levers(scenario.levers)

    def _show_levers(self, levers: tuple[LeverUse, ...]) -> None:
        kept = next((box.objectName() for box in self.findChildren(QDoubleSpinBox) if box.hasFocus()), "")
        while (item := self._levers.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setParent(None)
                old.deleteLater()
        if not levers:
            hint = QLabel("No lever is pulled. Switch a route off in Routes, or right-click anything on the map.")
            hint.setWordWrap(True)
            hint.setProperty("role", "quiet")
            self._levers.addWidget(hint)
        for lever in levers:
            self._levers.addWidget(self._lever_row(lever))
        self._levers.addStretch(1)
        if kept and (again := self.findChild(QWidget, kept)) is not None:
            again.setFocus()

    def _lever_row(self, lever: LeverUse) -> QWidget:
        atlas = self._bridge.document.atlas
        text = words.lever_words(atlas, lever)
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        name = words.short_name(atlas, lever.target)
        label = QLabel(text if lever.kind != "cut" else f"Cut {name} by")
        label.setToolTip(f"{words.name_of(atlas, lever.target)} ({lever.target})")
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout.addWidget(label, 1)
        if lever.kind == "cut":
            percent = named(QDoubleSpinBox(suffix=" %", decimals=0, singleStep=5), f"Percent cut of {name}")
            percent.setObjectName(f"percent of {lever.target}")
            percent.setRange(1, 100)
            percent.setValue(float(lever.setting("percent") or 0))
            percent.setKeyboardTracking(False)
            percent.valueChanged.connect(
                lambda value: self._bridge.session.do(Cut(lever.target, name, value), continuous=True)
            )
            layout.addWidget(percent)
        remove = named(QToolButton(), f"Remove: {text}", f"Remove: {text}")
        remove.setIcon(icon("x", self.palette().windowText().color()))
        remove.clicked.connect(lambda: self._bridge.session.do(RemoveLever(lever.kind, lever.target, text)))
        layout.addWidget(remove)
        return row
