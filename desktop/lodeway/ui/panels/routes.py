"""The Routes dock: choosers of market and commodity, and the table with a block switch per route."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from lodeway.session.commands import ChooseCommodity, ChooseMarket
from lodeway.ui.bridge import Bridge
from lodeway.ui.panels.routes_cells import ROW_HEIGHT_PX, RouteCells
from lodeway.ui.panels.routes_data import RouteRow
from lodeway.ui.panels.routes_model import COLUMNS, KEYS, ROW_ROLE, RoutesModel, RoutesOrder
from lodeway.ui.theme import COLOURS
from lodeway.ui.widgets import named

TITLE = "Routes"


class RoutesPanel(QWidget):
    """Shows the document's routes; Space blocks, Enter shows the route on the map."""

    show_on_map = Signal(str)
    menu_asked = Signal(str, QPoint)
    """Id of the route and the place on the screen."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("routes")
        self._bridge = bridge
        self.market = _chooser("Market whose exposure is shown")
        self.commodity = _chooser("Commodity that figures and flows are about")
        self.filter = named(QLineEdit(placeholderText="Filter", clearButtonEnabled=True), "Filter routes")
        self.filter.setMinimumWidth(64)
        self.model = RoutesModel(bridge.session.do, self)
        self.order = RoutesOrder(self)
        self.order.setSourceModel(self.model)
        self.order.setSortRole(Qt.ItemDataRole.UserRole + 1)
        self.table = self._make_table()
        self.empty = QLabel("No route of this name. Clear the filter to see all routes.", wordWrap=True)
        self.empty.hide()
        self.empty.setProperty("role", "quiet")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)

        choosers = QHBoxLayout()
        choosers.setContentsMargins(8, 4, 8, 4)
        choosers.setSpacing(4)
        for widget, stretch in ((self.market, 3), (self.commodity, 3), (self.filter, 2)):
            choosers.addWidget(widget, stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(choosers)
        layout.addWidget(self.table)
        layout.addWidget(self.empty, 1)

        self.market.activated.connect(self._choose_market)
        self.commodity.activated.connect(self._choose_commodity)
        self.filter.textChanged.connect(self._filter)
        bridge.atlas_changed.connect(self._fill_choosers)
        bridge.chosen_changed.connect(self._show_chosen)
        for signal in (bridge.atlas_changed, bridge.answer_changed, bridge.scenario_changed, bridge.chosen_changed):
            signal.connect(self._show_rows)
        bridge.selection_changed.connect(self._show_selection)
        bridge.theme_changed.connect(self.table.viewport().update)
        self._fill_choosers()
        self._show_rows()

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setModel(self.order)
        table.setItemDelegate(RouteCells(lambda: COLOURS[self._bridge.document.theme], table))
        table.setAccessibleName("Routes: capacity, flow, use, exposure and change")
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setMouseTracking(True)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT_PX)
        table.verticalHeader().setMinimumSectionSize(ROW_HEIGHT_PX)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(40)
        for number, column in enumerate(COLUMNS):
            header.resizeSection(number, column.width_px)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.setSortingEnabled(True)
        table.sortByColumn(KEYS.index("flow"), Qt.SortOrder.DescendingOrder)
        table.installEventFilter(self)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._ask_menu)
        table.doubleClicked.connect(lambda index: self.show_on_map.emit(index.data(ROW_ROLE).id))
        table.selectionModel().currentRowChanged.connect(self._select)
        return table

    # From the user ----------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space turns the switch of the current row from any column; Enter shows the route on the map."""
        if watched is self.table and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            index = self.table.currentIndex()
            if index.isValid() and event.key() == Qt.Key.Key_Space and not event.modifiers():
                row: RouteRow = index.data(ROW_ROLE)
                state = Qt.CheckState.Unchecked if row.blocked else Qt.CheckState.Checked
                self.order.setData(index.siblingAtColumn(KEYS.index("block")), state, Qt.ItemDataRole.CheckStateRole)
                return True
            if index.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.show_on_map.emit(index.data(ROW_ROLE).id)
                return True
        return super().eventFilter(watched, event)

    def _choose_market(self, number: int) -> None:
        self._bridge.session.do(ChooseMarket(self.market.itemData(number), self.market.itemText(number)))

    def _choose_commodity(self, number: int) -> None:
        self._bridge.session.do(ChooseCommodity(self.commodity.itemData(number), self.commodity.itemText(number)))

    def _filter(self, text: str) -> None:
        self.order.setFilterFixedString(text.strip())
        self._show_empty()

    def _select(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self._bridge.session.select(current.data(ROW_ROLE).id)

    def _ask_menu(self, place: QPoint) -> None:
        index = self.table.indexAt(place)
        if index.isValid():
            self.menu_asked.emit(index.data(ROW_ROLE).id, self.table.viewport().mapToGlobal(place))

    # From the document ------------------------------------------------------------------------------------------

    def _fill_choosers(self) -> None:
        atlas = self._bridge.document.atlas
        self.market.clear()
        self.commodity.clear()
        if atlas is None:
            return
        for market in atlas.markets.values():
            self.market.addItem(market.name, market.id)
        self.commodity.addItem("All commodities", "")
        for commodity in atlas.commodities.values():
            self.commodity.addItem(commodity.name, commodity.id)
            if not commodity.solved:
                last = self.commodity.count() - 1
                self.commodity.setItemText(last, f"{commodity.name} (not solved)")
                self.commodity.setItemData(last, commodity.why_not_solved, Qt.ItemDataRole.ToolTipRole)
        self._show_chosen()

    def _show_chosen(self) -> None:
        document = self._bridge.document
        self.market.setCurrentIndex(self.market.findData(document.market))
        self.commodity.setCurrentIndex(self.commodity.findData(document.commodity))

    def _show_rows(self) -> None:
        self.model.show(self._bridge.document)
        self._show_empty()

    def _show_empty(self) -> None:
        nothing = self.order.rowCount() == 0 and self.model.rowCount() > 0
        self.table.setVisible(not nothing)
        self.empty.setVisible(nothing)

    def _show_selection(self) -> None:
        row = self.model.row_of(self._bridge.document.selection)
        index = self.order.mapFromSource(self.model.index(row, 0)) if row >= 0 else QModelIndex()
        selection = self.table.selectionModel()
        if not index.isValid():
            selection.clearSelection()
        elif index.row() != self.table.currentIndex().row():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            selection.setCurrentIndex(index, flags)
            self.table.scrollTo(index)


def _chooser(name: str) -> QComboBox:
    chooser = named(QComboBox(), name, name)
    chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    chooser.setMinimumContentsLength(8)
    return chooser
