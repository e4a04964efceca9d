"""The Routes table as a Qt model: text, figures to sort by, tool tips, and the block switch as a check box."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt

from lodeway.session.commands import Block, Command, Unblock
from lodeway.session.document import Document
from lodeway.ui import numbers, words
from lodeway.ui.panels.routes_data import RouteRow, route_rows

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
ROW_ROLE = Role.UserRole
SORT_ROLE = Role.UserRole + 1


@dataclass(frozen=True, slots=True)
class Column:
    """One column: key, heading, help, width in px, what it shows, and what it sorts by (``None`` goes last)."""

    key: str
    heading: str
    help: str
    width_px: int
    text: Callable[[RouteRow], str]
    order: Callable[[RouteRow], float | str | None]


COLUMNS: tuple[Column, ...] = (
    Column("name", "Route", "Named chain of links from a producing area to a port", 100,
           lambda r: r.short_name, lambda r: r.short_name.casefold()),
    Column("block", "Block", "Switch a route off and see where its metal goes (Space)", 42,
           lambda r: "", lambda r: float(r.blocked)),
    Column("capacity", "Capacity", "Gross tonnes per year; dashed line = derived, dotted = estimated", 57,
           lambda r: numbers.tonnes(r.capacity_t), lambda r: r.capacity_t),
    Column("flow", "Flow", "Modelled gross tonnes per year of all solved commodities, both ways", 57,
           lambda r: numbers.tonnes(r.flow_t), lambda r: r.flow_t),
    Column("use", "Use", "Flow and other traffic over capacity at the bottleneck; hatched = capacity unknown", 54,
           lambda r: numbers.percent(r.utilisation), lambda r: r.utilisation),
    Column("exposure", "Exposure", "Share of what the chosen market receives of the chosen commodity over it", 58,
           lambda r: numbers.percent(r.exposure), lambda r: r.exposure),
    Column("change", "Change", "Flow against the baseline, gross tonnes per year", 66,
           lambda r: numbers.tonnes(r.change_t, sign=True), lambda r: r.change_t),
)  # fmt: skip
KEYS = tuple(column.key for column in COLUMNS)


class RoutesModel(QAbstractTableModel):
    """Reads the document, gives commands to ``do``; holds nothing of its own but the rows."""

    def __init__(self, do: Callable[[Command], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._do = do
        self._rows: list[RouteRow] = []
        self._document = Document()

    def show(self, document: Document) -> None:
        """Take the rows of a document; only a change of the routes themselves resets selection and scroll."""
        rows = route_rows(document)
        self._document = document
        if [row.id for row in rows] == [row.id for row in self._rows]:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_of(self, identifier: str) -> int:
        """Row of a route id, or -1."""
        return next((number for number, row in enumerate(self._rows) if row.id == identifier), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Number of routes."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Headings and their help."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == Role.DisplayRole:
            return column.heading
        if role in (Role.ToolTipRole, Role.StatusTipRole, Role.WhatsThisRole):
            return column.help
        if role == Role.TextAlignmentRole:
            return _alignment(column)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every cell can be chosen; the switch can be checked."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if COLUMNS[index.column()].key == "block":
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """What a cell shows, sorts by, and says to those who hover or listen."""
        row, column = self._rows[index.row()], COLUMNS[index.column()]
        if role == Role.DisplayRole:
            return column.text(row)
        if role == ROW_ROLE:
            return row
        if role == SORT_ROLE:
            return column.order(row)
        if role == Role.CheckStateRole and column.key == "block":
            return Qt.CheckState.Checked if row.blocked else Qt.CheckState.Unchecked
        if role == Role.TextAlignmentRole:
            return _alignment(column)
        if role == Role.ToolTipRole:
            return self.tool_tip(row, column.key)
        if role == Role.AccessibleTextRole:
            return f"{row.short_name}, {column.heading}: {self._spoken(row, column)}"
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """Checking the switch blocks the route, unchecking unblocks it."""
        if role != Role.CheckStateRole or COLUMNS[index.column()].key != "block":
            return False
        row = self._rows[index.row()]
        wanted = Qt.CheckState(value) == Qt.CheckState.Checked
        if wanted != row.blocked:
            self._do(Block(row.id, row.short_name) if wanted else Unblock(row.id, row.short_name))
        return True

    def tool_tip(self, row: RouteRow, key: str) -> str:
        """The exact figure of a cell and where it comes from."""
        atlas = self._document.atlas
        if key == "capacity":
            route = atlas.routes[row.id] if atlas is not None else None
            basis = f"<br>{route.capacity_basis}" if route is not None and route.capacity_basis else ""
            head = f"{numbers.tonnes_exact(row.capacity_t)}{basis}<br>{words.CONFIDENCE.get(row.confidence, '')}"
            source = words.sources_html(self._document, row.id, "capacity_t_per_year")
            return f"{head}<hr>{source}" if source else head
        if key == "flow":
            parts = "".join(
                f"<br>{words.name_of(atlas, commodity)}: {numbers.tonnes_exact(flow_t)}"
                for commodity, flow_t in row.by_commodity
            )
            return f"{numbers.tonnes_exact(row.flow_t)} gross, computed by the flow model{parts}"
        if key == "use":
            if row.utilisation is None:
                return "The capacity is unknown, so is its use."
            limit = f"<br>limited by {words.name_of(atlas, row.bottleneck)}" if row.bottleneck else ""
            return f"{numbers.percent(row.utilisation)} of capacity, other traffic included{limit}"
        if key == "exposure":
            if row.exposure is None:
                return "Choose one commodity, and a market that receives it, to see a share."
            market, metal = (words.name_of(atlas, i) for i in (self._document.market, self._document.commodity))
            return f"{numbers.percent(row.exposure)} of the {metal.lower()} that {market} receives passes here"
        if key == "change":
            return f"{numbers.tonnes(row.change_t, sign=True)} gross per year against the baseline"
        if key == "block":
            return "Unblock (Space)" if row.blocked else "Block (Space)"
        return f"<b>{row.name}</b><br>{words.STATUS.get(row.status, row.status)}"

    def _spoken(self, row: RouteRow, column: Column) -> str:
        if column.key == "block":
            return "blocked" if row.blocked else "open"
        text = column.text(row)
        return numbers.UNKNOWN if text == numbers.DASH else text


class RoutesOrder(QSortFilterProxyModel):
    """Sorts by figures, the unknown always last, equal ones by name."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterKeyColumn(0)
        self.setDynamicSortFilter(True)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Headings, the sorted one with its direction."""
        value = super().headerData(section, orientation, role)
        if role == Role.DisplayRole and orientation == Qt.Orientation.Horizontal and section == self.sortColumn():
            return f"{'▾' if self.sortOrder() == Qt.SortOrder.DescendingOrder else '▴'} {value}"
        return value

    def lessThan(self, left: Index, right: Index) -> bool:
        """Order of two cells of one column."""
        one, other = left.data(SORT_ROLE), right.data(SORT_ROLE)
        ascending = self.sortOrder() == Qt.SortOrder.AscendingOrder
        if one == other:
            names = [index.data(ROW_ROLE).short_name.casefold() for index in (left, right)]
            return bool(names[0] < names[1]) if ascending else bool(names[0] > names[1])
        if one is None or other is None:
            return (other is None) if ascending else (one is None)
        return bool(one < other)


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = {"name": Qt.AlignmentFlag.AlignLeft, "block": Qt.AlignmentFlag.AlignHCenter}
    return side.get(column.key, Qt.AlignmentFlag.AlignRight) | Qt.AlignmentFlag.AlignVCenter
