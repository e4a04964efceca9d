"""The Layers dock: the tree of map layers in groups, each with its check box."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QTreeView, QVBoxLayout, QWidget

from lodeway.carto.layers import GROUPS, LAYERS
from lodeway.session.commands import ShowLayers
from lodeway.ui.bridge import Bridge

TITLE = "Layers"
_ID = Qt.ItemDataRole.UserRole


class LayersPanel(QWidget):
    """Shows the document's visible layers; a group's box shows or hides all of its layers in one step."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layers")
        self._bridge = bridge
        self.model = QStandardItemModel(self)
        self._items: dict[str, QStandardItem] = {}
        self._groups: dict[str, QStandardItem] = {}
        self._showing = False
        for group in GROUPS:
            parent_item = _item(group, "")
            self._groups[group] = parent_item
            self.model.appendRow(parent_item)
            for layer in reversed(LAYERS):
                if layer.group == group:
                    item = _item(layer.title, layer.id)
                    scale = "" if layer.coarsest_m_per_px == float("inf") else "<br>drawn when zoomed in"
                    item.setToolTip(f"<b>{layer.title}</b><br>{layer.licence}{scale}")
                    self._items[layer.id] = item
                    parent_item.appendRow(item)
        self.tree = QTreeView(self)
        self.tree.setModel(self.model)
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(16)
        self.tree.setUniformRowHeights(True)
        self.tree.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.tree.setAccessibleName("Map layers and their visibility")
        self.tree.expandAll()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tree)
        self.model.itemChanged.connect(self._changed)
        bridge.layers_changed.connect(self._show)
        self._show()

    def item(self, layer: str) -> QStandardItem:
        """The line of one layer."""
        return self._items[layer]

    @property
    def current(self) -> str:
        """Id of the layer whose line is the current one; empty for a group."""
        item = self.model.itemFromIndex(self.tree.currentIndex())
        return str(item.data(_ID) or "") if self.tree.currentIndex().isValid() else ""

    def _changed(self, item: QStandardItem) -> None:
        if self._showing:
            return
        shown = item.checkState() == Qt.CheckState.Checked
        layers = frozenset([item.data(_ID)]) if item.data(_ID) else frozenset(self._layers_of(item))
        self._bridge.session.do(ShowLayers(layers, shown, item.text()))

    def _layers_of(self, group: QStandardItem) -> list[str]:
        return [str(group.child(row).data(_ID)) for row in range(group.rowCount())]

    def _show(self) -> None:
        hidden = self._bridge.document.hidden_layers
        self._showing = True
        for layer, item in self._items.items():
            item.setCheckState(Qt.CheckState.Unchecked if layer in hidden else Qt.CheckState.Checked)
        for group in self._groups.values():
            states = {layer in hidden for layer in self._layers_of(group)}
            if len(states) == 2:
                group.setCheckState(Qt.CheckState.PartiallyChecked)
            else:
                group.setCheckState(Qt.CheckState.Unchecked if True in states else Qt.CheckState.Checked)
        self._showing = False


def _item(text: str, identifier: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setData(identifier, _ID)
    item.setCheckable(True)
    if not identifier:
        font = item.font()
        font.setBold(True)
        item.setFont(font)
    return item
