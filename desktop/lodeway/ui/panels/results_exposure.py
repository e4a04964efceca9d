"""The Exposure tab of the Results dock: a heat map of things by markets, and concentration below each market."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from lodeway.model.result import EXPOSURE_BY, ExposureBy
from lodeway.ui import numbers, words
from lodeway.ui.bridge import Bridge
from lodeway.ui.panels.grid import Cell, Grid
from lodeway.ui.panels.routes_data import shown_result
from lodeway.ui.theme import COLOURS
from lodeway.ui.widgets import named

if TYPE_CHECKING:
    from lodeway.studies.exposure import Concentration

BY: dict[ExposureBy, tuple[str, str]] = {
    "mine_country": ("Mine country", "mined in"),
    "owner_country": ("Owner of the mine", "from mines owned in"),
    "plant_country": ("Plant country", "smelted or refined in"),
    "route": ("Route", "over"),
    "port": ("Port", "through the port of"),
    "gate": ("Gate", "through"),
}
assert set(BY) == set(EXPOSURE_BY)
CONCENTRATION = "Concentration (HHI)"
_HELP = (
    "Share of what a market receives that passes a thing today; not what is lost when it closes. A tonne may pass "
    "several, so that a column may add up to more than 100 %."
)


class ExposureTab(QWidget):
    """Reads the newest answer; a row chosen here is chosen on the map."""

    export_asked = Signal(object)
    """The grid."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._stale = True
        self.by = named(QComboBox(), "Kind of things that the exposure is to", "What the shares are by")
        for key, (title, _) in BY.items():
            self.by.addItem(title, key)
        self.empty = QLabel(wordWrap=True)
        self.empty.setProperty("role", "quiet")
        self.grid = Grid("Exposure of markets", lambda: COLOURS[bridge.document.theme], self)
        note = QLabel("Share of what a market receives")
        note.setProperty("role", "quiet")
        note.setToolTip(_HELP)
        bar = QHBoxLayout()
        bar.setContentsMargins(4, 2, 4, 2)
        bar.addWidget(self.by)
        bar.addWidget(note, 1)
        bar.addWidget(button("Copy", "Copy the chosen rows, or all (Ctrl+C)", self.grid.copy))
        bar.addWidget(button("Export…", "Write the table as CSV or workbook", self._export))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self.grid, 1)
        layout.addWidget(self.empty, 1)
        self.by.activated.connect(self._renew)
        self.grid.selectionModel().currentRowChanged.connect(self._select)
        for signal in (bridge.atlas_changed, bridge.answer_changed, bridge.chosen_changed, bridge.theme_changed):
            signal.connect(self._renew)
        self._renew()

    def showEvent(self, event: object) -> None:
        """Drawn only while it is seen, so that a slider does not wait for it."""
        super().showEvent(event)  # type: ignore[arg-type]
        if self._stale:
            self._show()

    def _export(self) -> None:
        self.export_asked.emit(self.grid)

    def _renew(self) -> None:
        self._stale = True
        if self.isVisible():
            self._show()

    def _select(self) -> None:
        index = self.grid.currentIndex()
        identifier = index.data(256) if index.isValid() else ""
        if identifier and not identifier.startswith("country:"):
            self._bridge.session.select(identifier)

    def _show(self) -> None:
        self._stale = False
        document = self._bridge.document
        result, atlas, by = shown_result(document), document.atlas, self.by.currentData()
        commodity = document.commodity
        solved = result is not None and any(m.commodity == commodity for m in result.markets)
        self.grid.setVisible(solved)
        self.empty.setVisible(not solved)
        if result is None or not solved:
            self.empty.setText(
                "No answer yet." if result is None else "Choose one solved commodity in the Routes dock."
            )
            return
        from lodeway.studies.exposure import concentrations, matrix

        table = matrix(result, commodity, by)
        metal = words.name_of(atlas, commodity).lower()
        names = [words.name_of(atlas, m) for m in table.markets]
        headings = [
            (BY[by][0], _HELP),
            *(
                (m.partition(":")[2], f"{name}: share of the {metal} that it receives")
                for m, name in zip(table.markets, names, strict=True)
            ),
        ]
        rows: list[tuple[Cell, ...]] = []
        for row, identifier in enumerate(table.rows):
            title = words.short_name(atlas, identifier)
            cells = [Cell(title, title)]
            for column, name in enumerate(names):
                share = float(table.shares[row, column])
                if math.isnan(share):
                    cells.append(Cell(numbers.DASH, None, help=f"{name} receives no {metal}: unknown, not zero"))
                    continue
                said = f"{numbers.percent(share)} of the {metal} that {name} receives comes {BY[by][1]} {title}"
                cells.append(Cell(numbers.percent(share), share, share, said))
            rows.append(tuple(cells))
        found = {c.market: c for c in concentrations(result) if c.commodity == commodity and c.by == by}
        rows.append(
            (
                Cell(CONCENTRATION, CONCENTRATION, help="Sum of squared percentages: 0 = spread, 10,000 = one only"),
                *(_index(found.get(m), atlas) for m in table.markets),
            )
        )
        self.grid.grid.show(f"Exposure, {metal}, by {BY[by][0].lower()}", headings, [*table.rows, ""], rows)
        self.grid.widths(152, 62)


def _index(found: Concentration | None, atlas: object) -> Cell:
    if found is None:
        return Cell(numbers.DASH, None)
    from lodeway.studies.exposure import level

    low, high = numbers.plain(found.hhi_low), numbers.plain(found.hhi_high)
    text = low if low == high else f"{low}–{high}"
    help_text = (
        f"{level(found.hhi_low)} to {level(found.hhi_high)} concentration; the rest that is not known is spread over "
        f"many (first number) or is one more (second); {numbers.percent(found.known_share)} is known"
    )
    return Cell(text, found.hhi_low, help=help_text)


def button(text: str, tip: str, action: Callable[[], object]) -> QToolButton:
    """A flat button with words."""
    made = named(QToolButton(), text, tip)
    made.setText(text)
    made.setAutoRaise(True)
    made.clicked.connect(lambda _checked: action())
    return made
