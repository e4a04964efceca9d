"""The grid of an attribute table: rows are chosen by their own mask, so that a million of them cost nothing."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from lodeway.model.table import Mask
from lodeway.ui.tables.model import TableModel

_ROW_PX = 22
_MODIFIER = Qt.KeyboardModifier
_SAMPLE_ROWS = 60
"""Rows whose texts decide how wide a column starts."""
_NARROWEST_PX, _WIDEST_PX = 56, 220


class TableGrid(QTableView):
    """Click a row to choose it, with Ctrl to add or take it, with Shift or a drag for all between; Space does the same.

    The current cell moves with the arrow keys; Shift with up or down chooses on the way.
    """

    chosen = Signal(object)
    """The new mask of chosen features, (n,) bool."""
    opened = Signal(int)
    """Number of a feature that was double-clicked, or on which Enter was pressed."""

    def __init__(self, model: TableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = model
        self._anchor = -1
        self._before: Mask = model.chosen
        self.setModel(model)
        self.setAccessibleName(f"Attributes of {model.table.title}")
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.setSectionResizeMode(rows.ResizeMode.Fixed)
        rows.setMinimumSectionSize(_ROW_PX)
        rows.setDefaultSectionSize(_ROW_PX)
        rows.setHighlightSections(False)
        rows.setSectionsClickable(False)
        columns.setHighlightSections(False)
        columns.setSectionsMovable(True)
        columns.setSectionsClickable(True)
        for section in range(model.columnCount()):
            columns.resizeSection(section, self._width(section))

    def _width(self, section: int) -> int:
        metrics, model = self.fontMetrics(), self._table
        texts = [str(model.headerData(section, Qt.Orientation.Horizontal)) + "▾ "]
        texts += [model.text(model.value(row, section), section) for row in range(min(_SAMPLE_ROWS, len(model.table)))]
        return min(max(metrics.horizontalAdvance(max(texts, key=len)) + 18, _NARROWEST_PX), _WIDEST_PX)

    # choosing

    def _choose(self, row: int, modifiers: Qt.KeyboardModifier) -> None:
        """Choose the row on the screen; ``modifiers`` say whether it is added, taken or stretched to."""
        mask = np.zeros(len(self._table.chosen), dtype=bool)
        feature = int(self._table.rows[row])
        if modifiers & _MODIFIER.ShiftModifier and self._anchor >= 0:
            if modifiers & _MODIFIER.ControlModifier:
                mask |= self._before
            low, high = sorted((self._anchor, row))
            mask[self._table.rows[low : high + 1]] = True
        else:
            self._anchor = row
            if modifiers & _MODIFIER.ControlModifier:
                mask |= self._table.chosen
                mask[feature] = not mask[feature]
            else:
                mask[feature] = True
            self._before = mask.copy()
        self.chosen.emit(mask)

    def forget_anchor(self) -> None:
        """After another order of rows a stretch starts anew."""
        self._anchor = -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose rows with the left button; the current cell follows."""
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self._choose(index.row(), event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A drag chooses all rows from where it began."""
        super().mouseMoveEvent(event)
        if event.buttons() & Qt.MouseButton.LeftButton and self._anchor >= 0:
            index = self.indexAt(event.position().toPoint())
            if index.isValid() and index.row() != self._anchor:
                self._choose(index.row(), event.modifiers() | _MODIFIER.ShiftModifier)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the feature on the map."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.opened.emit(int(self._table.rows[index.row()]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space, Shift with arrows and Enter; all else moves the current cell."""
        current = self.currentIndex()
        key, modifiers = event.key(), event.modifiers()
        if key == Qt.Key.Key_Space and current.isValid():
            self._choose(current.row(), modifiers if modifiers else _MODIFIER.ControlModifier)
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current.isValid():
            self.opened.emit(int(self._table.rows[current.row()]))
            return
        stretch = modifiers & _MODIFIER.ShiftModifier and key in (
            Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End,
        )  # fmt: skip
        if stretch and self._anchor < 0 and current.isValid():
            self._choose(current.row(), _MODIFIER.NoModifier)
        super().keyPressEvent(event)
        if stretch and self.currentIndex().isValid():
            self._choose(self.currentIndex().row(), modifiers)

    def show_feature(self, feature: int) -> None:
        """Scroll to a feature where it is among the rows."""
        at = np.flatnonzero(self._table.rows == feature)
        if len(at):
            index: QModelIndex = self._table.index(int(at[0]), max(0, self.columnAt(0)))
            self.setCurrentIndex(index)
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
