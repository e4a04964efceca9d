"""A quiet table of figures that sorts, copies and exports, with cells shaded by share where it is a heat map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QTableView, QWidget

from lodeway.model.table import Table
from lodeway.ui import numbers
from lodeway.ui.panels.results_tables import SORT_ROLE, make_quiet
from lodeway.ui.theme import Colours

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
DARK_SHADE = 0.55
"""From this share on the text of a shaded cell is that of the accent."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows, what it sorts by and exports (``None`` = unknown), and how much it is shaded (0..1)."""

    text: str
    value: float | str | None
    shade: float | None = None
    help: str = ""


class GridModel(QAbstractTableModel):
    """Rows of cells under headings; each row stands for the thing whose id is ``ids[row]``."""

    def __init__(self, colours: Callable[[], Colours], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._colours = colours
        self.title = ""
        self.headings: tuple[tuple[str, str], ...] = ()
        self.ids: list[str] = []
        self.rows: list[tuple[Cell, ...]] = []

    def show(
        self, title: str, headings: Sequence[tuple[str, str]], ids: list[str], rows: list[tuple[Cell, ...]]
    ) -> None:
        """Other content; ``headings`` are (heading, help)."""
        self.beginResetModel()
        self.title, self.headings, self.ids, self.rows = title, tuple(headings), ids, rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.headings)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.headings):
            return None
        heading, words = self.headings[section]
        if role == Role.DisplayRole:
            return heading
        return words if role in (Role.ToolTipRole, Role.StatusTipRole) else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        cell = self.rows[index.row()][index.column()]
        if role == Role.DisplayRole:
            return cell.text
        if role == SORT_ROLE:
            return cell.value
        if role == Role.UserRole:
            return self.ids[index.row()]
        if role == Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if isinstance(cell.value, str) else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Role.ToolTipRole:
            return cell.help or None
        if role == Role.AccessibleTextRole:
            said = numbers.UNKNOWN if cell.value is None else cell.text
            return f"{self.rows[index.row()][0].text}, {self.headings[index.column()][0]}: {said}"
        if cell.shade is None:
            return None
        colours = self._colours()
        if role == Role.BackgroundRole:
            return _mixed(colours.base, colours.accent, cell.shade)
        if role == Role.ForegroundRole and cell.shade >= DARK_SHADE:
            return QColor(colours.accent_text)
        return None

    def as_table(self, order: Sequence[int]) -> Table:
        """The rows in this order, values instead of texts, for export."""
        columns = {}
        for place, (heading, _) in enumerate(self.headings):
            column = np.empty(len(order), dtype=object)
            column[:] = [self.rows[row][place].value for row in order]
            columns[heading] = column
        return Table("grid", self.title, columns)


def _mixed(light: str, full: str, share: float) -> QColor:
    one, other = QColor(light), QColor(full)
    part = min(1.0, max(0.0, share)) ** 0.7
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return QColor(*(round(a + (b - a) * part) for a, b in pairs))


class Grid(QTableView):
    """The view: sorts at a click on a heading, copies with Ctrl+C, keeps its order when rows stream in."""

    def __init__(self, name: str, colours: Callable[[], Colours], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = GridModel(colours, self)
        self.order = make_quiet(self, self.grid, name)
        self.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)

    def widths(self, first_px: int, others_px: int) -> None:
        """Width of the column of names, and of the others."""
        for section in range(self.grid.columnCount()):
            self.horizontalHeader().resizeSection(section, others_px if section else first_px)

    def shown_order(self) -> list[int]:
        """Rows of the model in the order of the screen."""
        return [self.order.mapToSource(self.order.index(row, 0)).row() for row in range(self.order.rowCount())]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        super().keyPressEvent(event)

    def copy(self) -> None:
        """The chosen rows, or all, as text with tabs; numbers with dot decimals, the unknown empty."""
        chosen = sorted({index.row() for index in self.selectionModel().selectedRows()})
        order = self.shown_order()
        rows = [order[row] for row in chosen] if chosen else order
        lines = ["\t".join(heading for heading, _ in self.grid.headings)]
        for row in rows:
            lines.append("\t".join("" if c.value is None else str(c.value) for c in self.grid.rows[row]))
        QGuiApplication.clipboard().setText("\n".join(lines))

    def export(self, path: Path) -> None:
        """All rows in the order of the screen; raises ``DataError``."""
        from lodeway.exports.table_file import write_table

        table = self.grid.as_table(self.shown_order())
        write_table(path, table, np.arange(len(table)))
