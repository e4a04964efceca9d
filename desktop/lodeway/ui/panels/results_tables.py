"""Tables of the Results dock: figures per market or per commodity, and reasons in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtWidgets import QTableView

from lodeway.model.atlas import Atlas
from lodeway.ui import numbers, words
from lodeway.ui.panels.figures import Figures

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
SORT_ROLE = Role.UserRole + 1


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table of figures."""

    heading: str
    help: str
    text: Callable[[Figures], str]
    order: Callable[[Figures], float | None]


_FIGURES: tuple[Column, ...] = (
    Column("Δ Unmet", "Unmet tonnes a year against the baseline",
           lambda f: numbers.tonnes(f.unmet_change_t, sign=True), lambda f: f.unmet_change_t),
    Column("Rerouted", "Tonnes a year that take another way than in the baseline",
           lambda f: numbers.tonnes(f.rerouted_t), lambda f: f.rerouted_t),
    Column("Δ USD/t", "Mean cost per tonne against the baseline, over the tonnes delivered in both cases",
           lambda f: _rate(f.added_cost_usd_per_t, sign=True), lambda f: f.added_cost_usd_per_t),
    Column("Δ Days", "Mean days against the baseline, over the tonnes delivered in both cases",
           lambda f: _rate(f.added_days, sign=True), lambda f: f.added_days),
    Column("Demand", "Tonnes a year that the market wants",
           lambda f: numbers.tonnes(f.demand_t), lambda f: f.demand_t),
    Column("Unmet", "Tonnes a year that do not arrive",
           lambda f: numbers.tonnes(f.unmet_t), lambda f: f.unmet_t),
    Column("USD/t", "Mean cost per delivered tonne, from mine to market",
           lambda f: _rate(f.cost_usd_per_t), lambda f: f.cost_usd_per_t),
    Column("Days", "Mean days per delivered tonne, from mine to market",
           lambda f: _rate(f.days), lambda f: f.days),
)  # fmt: skip


def _rate(value: float | None, *, sign: bool = False) -> str:
    """USD/t or days with one decimal below 100; their unit is in the heading."""
    if value is None:
        return numbers.DASH
    decimals = 0 if abs(value) >= 99.95 else 1
    return numbers.signed(value, decimals) if sign else numbers.plain(value, decimals)


CHANGE_COLUMNS = (1, 2, 3, 4)
"""Numbers of the columns that compare with the baseline."""


class FiguresModel(QAbstractTableModel):
    """One line per market, or per commodity where ``per_market`` is false."""

    def __init__(self, per_market: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._per_market = per_market
        self._rows: list[Figures] = []
        self._atlas: Atlas | None = None

    def show(self, rows: list[Figures], atlas: Atlas | None) -> None:
        """Other figures; the scroll position stays while the lines are the same."""
        same = [(f.market, f.commodity) for f in rows] == [(f.market, f.commodity) for f in self._rows]
        if same and rows:
            self._rows, self._atlas = rows, atlas
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(_FIGURES)))
            return
        self.beginResetModel()
        self._rows, self._atlas = rows, atlas
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Number of lines."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Name and figures."""
        return 0 if parent.isValid() else 1 + len(_FIGURES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Headings and their help."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return _alignment(section)
        if section == 0:
            return ("Market" if self._per_market else "Commodity") if role == Role.DisplayRole else None
        column = _FIGURES[section - 1]
        if role == Role.DisplayRole:
            return column.heading
        return column.help if role in (Role.ToolTipRole, Role.StatusTipRole) else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """What a cell shows and sorts by."""
        row, section = self._rows[index.row()], index.column()
        if role == Role.TextAlignmentRole:
            return _alignment(section)
        if section == 0:
            return self._name(row) if role in (Role.DisplayRole, SORT_ROLE) else None
        column = _FIGURES[section - 1]
        if role == Role.DisplayRole:
            return column.text(row)
        if role == SORT_ROLE:
            return column.order(row)
        if role == Role.AccessibleTextRole:
            text = column.text(row)
            return f"{self._name(row)}, {column.heading}: {numbers.UNKNOWN if text == numbers.DASH else text}"
        return column.help if role == Role.ToolTipRole else None

    def _name(self, row: Figures) -> str:
        if not self._per_market:
            return words.name_of(self._atlas, row.commodity)
        commodities = {other.commodity for other in self._rows}
        name = words.name_of(self._atlas, row.market)
        return name if len(commodities) == 1 else f"{name}, {words.name_of(self._atlas, row.commodity).lower()}"


class FiguresOrder(QSortFilterProxyModel):
    """Sorts by figures, the unknown always last."""

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Headings, the sorted one with its direction."""
        value = super().headerData(section, orientation, role)
        if role == Role.DisplayRole and orientation == Qt.Orientation.Horizontal and section == self.sortColumn():
            return f"{'▾' if self.sortOrder() == Qt.SortOrder.DescendingOrder else '▴'} {value}"
        return value

    def lessThan(self, left: Index, right: Index) -> bool:
        """Order of two cells of one column."""
        one, other = left.data(SORT_ROLE), right.data(SORT_ROLE)
        if one is None or other is None:
            ascending = self.sortOrder() == Qt.SortOrder.AscendingOrder
            return (other is None and one is not None) if ascending else (one is None and other is not None)
        return bool(one < other)


def make_quiet(table: QTableView, model: QAbstractItemModel, name: str) -> FiguresOrder:
    """Let a view show ``model`` in sortable rows without lines; gives the order that stands between."""
    order = FiguresOrder(table)
    order.setSourceModel(model)
    order.setSortRole(SORT_ROLE)
    table.setModel(order)
    table.setAccessibleName(name)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    table.verticalHeader().hide()
    table.verticalHeader().setMinimumSectionSize(20)
    table.verticalHeader().setDefaultSectionSize(22)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSortIndicatorClearable(True)
    header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    table.setSortingEnabled(True)
    return order


def figures_table(model: FiguresModel, name: str) -> QTableView:
    """A quiet sortable table over ``model``."""
    table = QTableView()
    make_quiet(table, model, name)
    table.setAlternatingRowColors(True)
    table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
    for section in range(model.columnCount()):
        table.horizontalHeader().resizeSection(section, 112 if section == 0 else 62)
    return table


def _alignment(section: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if section == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
