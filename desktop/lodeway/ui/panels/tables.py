"""The Attributes dock: tables of the layers that were opened, one tab each, chosen rows shared with the map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QStackedLayout, QTabBar, QVBoxLayout, QWidget

from lodeway.exports.attributes import attribute_table, titles
from lodeway.model.table import Mask, Rows, Table
from lodeway.session.feature_commands import ChooseFeatures
from lodeway.session.jobs import Jobs
from lodeway.ui.bridge import Bridge
from lodeway.ui.tables.sheet import TableSheet
from lodeway.ui.widgets import named

TITLE = "Attributes"
_ANSWERED = frozenset({"links", "routes", "ports", "gates"})
"""Tables with flows: another answer is another table."""


class TablesPanel(QWidget):
    """Opens tables in the background; what is chosen in them is the document's choice of features."""

    export_asked = Signal(object, object)
    """The :class:`Table` and the numbers of its rows that are to be written."""
    zoom_asked = Signal(str, object)
    """Layer id and the numbers of its features to show on the map."""
    _delivered = Signal(object)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tables")
        self._bridge = bridge
        self._delivered.connect(lambda action: action(), Qt.ConnectionType.QueuedConnection)
        self._jobs = Jobs(self._delivered.emit)
        self.sheets: dict[str, TableSheet] = {}
        self.chooser = named(QComboBox(), "Open the table of a layer")
        self.chooser.addItem("Open table of …", "")
        for layer, title in titles().items():
            self.chooser.addItem(title, layer)
        self.sentence = QLabel()
        self.sentence.setProperty("role", "quiet")
        self.tabs = named(QTabBar(tabsClosable=True, movable=True, expanding=False), "Opened tables")
        empty = QLabel(
            "Choose a layer above, or its line in Layers and press F6.\nChosen rows are chosen on the map, too."
        )
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        empty.setProperty("role", "quiet")
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 2, 8, 2)
        bar.addWidget(self.tabs)
        bar.addWidget(self.sentence, 1, Qt.AlignmentFlag.AlignRight)
        bar.addWidget(self.chooser)
        self._stack = QStackedLayout()
        self._stack.addWidget(empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addLayout(self._stack, 1)
        self.chooser.activated.connect(self._chosen)
        self.tabs.tabCloseRequested.connect(lambda at: self.close_table(str(self.tabs.tabData(at))))
        self.tabs.currentChanged.connect(self._show_tab)
        bridge.features_changed.connect(self._show_features)
        bridge.answer_changed.connect(self._renew)
        bridge.own_changed.connect(self._drop_removed)

    def sizeHint(self) -> QSize:
        """As low as the results."""
        return QSize(640, 104)

    def open_table(self, layer: str) -> None:
        """Show the table of a layer, read in the background where it is not open yet."""
        sheet = self.sheets.get(layer)
        if sheet is not None:
            self.tabs.setCurrentIndex(self._tab_of(layer))
            sheet.line.setFocus()
        elif (own := next((one for one in self._bridge.document.own if one.id == layer), None)) is not None:
            self._opened(replace(own.data.table, title=own.title))
        elif self._bridge.document.atlas is not None:
            self._read(layer)

    def close_table(self, layer: str) -> None:
        """Close one table; what was chosen in it stays chosen."""
        sheet = self.sheets.pop(layer)
        self._stack.removeWidget(sheet)
        self.tabs.removeTab(self._tab_of(layer))
        sheet.deleteLater()

    def work(
        self, kind: str, task: Callable[[], object], done: Callable[[object], None], failed: Callable[[str], None]
    ) -> None:
        """Do something in the worker of the tables."""
        self._jobs.ask(kind, lambda _: task(), done, failed)

    def shutdown(self) -> None:
        """Stop the worker; nothing is answered from now on."""
        self._jobs.close()

    def _chosen(self, at: int) -> None:
        layer = str(self.chooser.itemData(at))
        self.chooser.setCurrentIndex(0)
        if layer:
            self.open_table(layer)

    def _tab_of(self, layer: str) -> int:
        return next((at for at in range(self.tabs.count()) if self.tabs.tabData(at) == layer), -1)

    def _show_tab(self, at: int) -> None:
        sheet = self.sheets.get(str(self.tabs.tabData(at)))
        if sheet is None:
            self._stack.setCurrentIndex(0)
        else:
            self._stack.setCurrentWidget(sheet)

    def _read(self, layer: str) -> None:
        document = self._bridge.document
        atlas, answer, baseline = document.atlas, document.answer, document.baseline
        assert atlas is not None
        self.sentence.setText(f"Reading {titles()[layer]} …")
        self._jobs.ask(
            f"read {layer}",
            lambda _: attribute_table(layer, atlas, answer.result if answer else baseline, baseline),
            self._opened,
            self.sentence.setText,
        )

    def _opened(self, table: Table) -> None:
        self.sentence.clear()
        old = self.sheets.get(table.id)
        at = self._tab_of(table.id)
        if old is not None and self._same_rows(old.table, table):
            old.renew(table)
            return
        if old is not None:
            self.close_table(table.id)
        layer = table.id
        sheet = TableSheet(table, self._jobs, lambda mask: self._choose(layer, mask), self)
        sheet.opened.connect(lambda number: self._open_feature(table, number))
        sheet.said.connect(self.sentence.setText)
        sheet.export_asked.connect(lambda: self.export_asked.emit(sheet.table, sheet.rows_to_take()))
        sheet.zoom_asked.connect(lambda: self.zoom_asked.emit(layer, np.flatnonzero(sheet.model.chosen)))
        self.sheets[layer] = sheet
        self._stack.addWidget(sheet)
        at = self.tabs.insertTab(at if at >= 0 else self.tabs.count(), table.title)
        self.tabs.setTabData(at, layer)
        self.tabs.setCurrentIndex(at)
        self._show_tab(at)
        sheet.show_chosen(self._bridge.document.features.mask(layer, len(table)))

    @staticmethod
    def _same_rows(one: Table, other: Table) -> bool:
        return one.names == other.names and len(one) == len(other)

    def _choose(self, layer: str, mask: Mask) -> None:
        rows: Rows = np.flatnonzero(mask)
        features = self._bridge.document.features.with_layer(layer, rows)
        self._bridge.session.do(ChooseFeatures(features))

    def _open_feature(self, table: Table, number: int) -> None:
        """A thing of the atlas becomes the chosen thing; the map goes to the feature."""
        if table.key:
            identifier = str(table.columns[table.key][number])
            self._bridge.session.select(identifier)
        self.zoom_asked.emit(table.id, np.array([number], dtype=np.int64))

    def _show_features(self) -> None:
        features = self._bridge.document.features
        for layer, sheet in self.sheets.items():
            sheet.show_chosen(features.mask(layer, len(sheet.table)))

    def _drop_removed(self) -> None:
        """Close the tables of layers that are no more."""
        own = {layer.id for layer in self._bridge.document.own}
        for layer in [key for key in self.sheets if key.startswith("own:") and key not in own]:
            self.close_table(layer)

    def _renew(self) -> None:
        if self._bridge.document.is_current:
            for layer in _ANSWERED & self.sheets.keys():
                self._read(layer)
