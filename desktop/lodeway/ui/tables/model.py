"""One attribute table as a Qt model: the rows that are found, in their order, with those that are chosen marked."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from lodeway.model.table import Mask, Rows, Table, is_known, is_number
from lodeway.ui import numbers

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
_PLAIN_NUMBERS = ("year", "id", "fid", "rank", "code", "number", "geonameid", "unlocode")
"""Ends of names of columns whose numbers are names or dates: no grouping of digits."""


class TableModel(QAbstractTableModel):
    """Shows ``rows`` of a table: numbers of its features in their order on the screen."""

    def __init__(self, table: Table, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = table
        self.rows: Rows = np.arange(len(table), dtype=np.int64)
        self.chosen: Mask = np.zeros(len(table), dtype=bool)
        self.sorted: tuple[str, bool] | None = None
        """Name of the column that the rows are sorted by, and whether from the greatest down."""
        self._numeric = {name: is_number(column) for name, column in table.columns.items()}
        self._grouped = {name: not name.lower().endswith(_PLAIN_NUMBERS) for name in table.names}

    def renew(self, table: Table) -> None:
        """The same rows and columns with newer values."""
        self.table = table
        self._everything_changed()

    def show(self, rows: Rows, by: tuple[str, bool] | None) -> None:
        """Other rows, or the same in another order."""
        if len(rows) == len(self.rows):
            self.rows, self.sorted = rows, by
            self._everything_changed()
        else:
            self.beginResetModel()
            self.rows, self.sorted = rows, by
            self.endResetModel()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(0, len(self.table.names) - 1))

    def choose(self, chosen: Mask) -> None:
        """Mark these features."""
        self.chosen = chosen
        self._everything_changed()

    def _everything_changed(self) -> None:
        if len(self.rows) and self.table.names:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self.table.names) - 1))

    def is_number(self, section: int) -> bool:
        """Whether a column holds numbers."""
        return self._numeric[self.table.names[section]]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Rows that are found."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Columns of the table."""
        return 0 if parent.isValid() else len(self.table.names)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Headings, the sorted one with its direction; feature numbers from 1 at the side."""
        if orientation == Qt.Orientation.Vertical:
            return str(int(self.rows[section]) + 1) if role == Role.DisplayRole else None
        name = self.table.names[section]
        if role == Role.DisplayRole:
            mark = "" if self.sorted is None or self.sorted[0] != name else "▾ " if self.sorted[1] else "▴ "
            return mark + self.table.heading(name)
        if role == Role.ToolTipRole:
            return f"{self.table.heading(name)} ({name}): click to sort, again to turn round"
        if role == Role.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """What a cell shows."""
        if role not in (Role.DisplayRole, Role.TextAlignmentRole, Role.ForegroundRole, Role.BackgroundRole,
                        Role.ToolTipRole, Role.AccessibleTextRole):  # fmt: skip
            return None
        section = index.column()
        if role == Role.TextAlignmentRole:
            return self._alignment(section)
        row = int(self.rows[index.row()])
        if role == Role.BackgroundRole:
            return self._palette().highlight() if self.chosen[row] else None
        value = self.value(row, section)
        if role == Role.ForegroundRole:
            if self.chosen[row]:
                return self._palette().highlightedText()
            return self._palette().brush(QPalette.ColorRole.PlaceholderText) if value is None else None
        text = self.text(value, section)
        if role == Role.AccessibleTextRole:
            said = numbers.UNKNOWN if value is None else text
            return f"{self.table.heading(self.table.names[section])}: {said}{', chosen' if self.chosen[row] else ''}"
        return text

    def value(self, row: int, section: int) -> Any:
        """A value of feature number ``row``; ``None`` where unknown."""
        value = self.table.columns[self.table.names[section]][row]
        value = value.item() if isinstance(value, np.generic) else value
        return value if is_known(value) else None

    def text(self, value: Any, section: int) -> str:
        """A value in the user's locale."""
        if value is None:
            return numbers.DASH
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int | float):
            if not self._grouped[self.table.names[section]]:
                return str(int(value)) if value == int(value) else repr(value)
            return numbers.any_number(value)
        return str(value).replace("\n", " ")

    def _alignment(self, section: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if self.is_number(section) else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    @staticmethod
    def _palette() -> QPalette:
        return QApplication.palette()
