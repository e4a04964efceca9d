"""The Layers dock: the user's layers and those that ship with the program, each with its check box and menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QDropEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSlider,
    QTreeView,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from lodeway.carto.layers import BY_ID, GROUPS, LAYERS
from lodeway.errors import LodewayError
from lodeway.exports.attributes import titles
from lodeway.model.expression import select
from lodeway.model.look import LayerLook
from lodeway.model.own_layer import INFINITE, OwnLayer
from lodeway.session.commands import ShowLayers
from lodeway.session.look_commands import ChangeLook
from lodeway.session.own_layers import ChangeOwnLayer, OrderOwnLayers, RemoveOwnLayer
from lodeway.ui.bridge import Bridge
from lodeway.ui.own.link import properties_of
from lodeway.ui.own.style_editor import StyleEditor, copy_style, pasted_style, swatch
from lodeway.ui.widgets import named

TITLE = "Layers"
_ID = Qt.ItemDataRole.UserRole
OWN = "Own layers"


class _Tree(QTreeView):
    """A tree in which the user's layers can be dragged into another order."""

    dropped = Signal(int)
    """Row among the user's layers at which the dragged one is let go."""

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell the row; the document makes the order."""
        index = self.indexAt(event.position().toPoint())
        below = self.dropIndicatorPosition() == QAbstractItemView.DropIndicatorPosition.BelowItem
        self.dropped.emit(index.row() + (1 if below else 0) if index.parent().isValid() else 10_000)
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()


class LayersPanel(QWidget):
    """Shows the document's layers; a group's box shows or hides all of its layers in one step."""

    add_asked = Signal()
    table_asked = Signal(str)
    export_asked = Signal(str)
    zoom_asked = Signal(str)
    said = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layers")
        self._bridge = bridge
        self.model = QStandardItemModel(self)
        self._items: dict[str, QStandardItem] = {}
        self._groups: dict[str, QStandardItem] = {}
        self._showing = False
        self._own = _item(OWN, "")
        self.model.appendRow(self._own)
        for group in GROUPS:
            parent_item = _item(group, "")
            self._groups[group] = parent_item
            self.model.appendRow(parent_item)
            for layer in reversed(LAYERS):
                if layer.group == group:
                    item = _item(layer.title, layer.id)
                    item.setEditable(True)
                    scale = "" if layer.coarsest_m_per_px == float("inf") else "<br>drawn when zoomed in"
                    item.setToolTip(f"<b>{layer.title}</b><br>{layer.licence}{scale}")
                    self._items[layer.id] = item
                    parent_item.appendRow(item)
        self.tree = _Tree(self)
        self.tree.setModel(self.model)
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(16)
        self.tree.setUniformRowHeights(True)
        self.tree.setEditTriggers(QTreeView.EditTrigger.EditKeyPressed)
        self.tree.setDragDropMode(QTreeView.DragDropMode.InternalMove)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.setAccessibleName("Map layers and their visibility")
        self.tree.expandAll()
        add = named(QPushButton("&Add Layer…"), "Add a layer from a file", "Or drop files on the window")
        add.clicked.connect(self.add_asked)
        line = QHBoxLayout()
        line.setContentsMargins(8, 4, 8, 4)
        line.addWidget(add)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tree, 1)
        layout.addLayout(line)
        self.model.itemChanged.connect(self._changed)
        self.tree.dropped.connect(self._drop)
        self.tree.customContextMenuRequested.connect(self._menu)
        bridge.layers_changed.connect(self._show)
        bridge.own_changed.connect(self._show_own)
        self._show_own()
        self._show()

    def item(self, layer: str) -> QStandardItem:
        """The line of one layer."""
        return self._items[layer]

    @property
    def current(self) -> str:
        """Id of the layer whose line is the current one; empty for a group."""
        item = self.model.itemFromIndex(self.tree.currentIndex())
        return str(item.data(_ID) or "") if self.tree.currentIndex().isValid() else ""

    def own(self, layer: str) -> OwnLayer | None:
        """The user's layer of that id."""
        return next((one for one in self._bridge.document.own if one.id == layer), None)

    def _changed(self, item: QStandardItem) -> None:
        if self._showing:
            return
        shown = item.checkState() == Qt.CheckState.Checked
        own = self.own(str(item.data(_ID) or ""))
        if own is not None:
            self._change_own(own, item, shown)
            return
        if (layer := str(item.data(_ID) or "")) and item.text() != self._title(layer):
            self.rename(layer, item.text())
            return
        if item is self._own:
            for one in self._bridge.document.own:
                self._change(replace(one, visible=shown), "Show" if shown else "Hide")
            return
        layers = frozenset([item.data(_ID)]) if item.data(_ID) else frozenset(self._layers_of(item))
        self._bridge.session.do(ShowLayers(layers, shown, item.text()))

    def _change_own(self, own: OwnLayer, item: QStandardItem, shown: bool) -> None:
        if item.text().strip() != own.title and item.text().strip():
            self._change(replace(own, title=item.text().strip()), "Rename")
        elif shown != own.visible:
            self._change(replace(own, visible=shown), "Show" if shown else "Hide")
        else:
            self._show_own()

    def _change(self, layer: OwnLayer, what: str, key: str = "") -> None:
        self._bridge.session.do(ChangeOwnLayer(layer, what, key), continuous=bool(key))

    def look(self, layer: str) -> LayerLook:
        """How the user wants a shipped layer to look."""
        return self._bridge.document.looks.get(layer, LayerLook())

    def _title(self, layer: str) -> str:
        return self.look(layer).title or BY_ID[layer].title

    def rename(self, layer: str, title: str) -> None:
        """Give a shipped layer another name; an empty one gives its own back."""
        new = title.strip() if title.strip() != BY_ID[layer].title else ""
        if new == self.look(layer).title:
            self._show()
            return
        self._bridge.session.do(ChangeLook(layer, replace(self.look(layer), title=new), f"Rename {BY_ID[layer].title}"))

    def set_opacity(self, layer: str, percent: int) -> None:
        """Let a shipped layer through, 5 to 100 percent."""
        look = replace(self.look(layer), opacity=min(max(percent, 5), 100) / 100)
        self._bridge.session.do(ChangeLook(layer, look, f"Opacity of {self._title(layer)}", "opacity"), continuous=True)

    def _layers_of(self, group: QStandardItem) -> list[str]:
        return [str(group.child(row).data(_ID)) for row in range(group.rowCount())]

    def _show(self) -> None:
        hidden = self._bridge.document.hidden_layers
        self._showing = True
        for layer, item in self._items.items():
            item.setText(self._title(layer))
            item.setCheckState(Qt.CheckState.Unchecked if layer in hidden else Qt.CheckState.Checked)
        for group in self._groups.values():
            _mark(group, {layer in hidden for layer in self._layers_of(group)})
        self._showing = False

    def _show_own(self) -> None:
        current = self.current
        self._showing = True
        self._own.removeRows(0, self._own.rowCount())
        for layer in self._bridge.document.own:
            item = _item(layer.title, layer.id)
            item.setEditable(True)
            item.setDragEnabled(True)
            item.setCheckState(Qt.CheckState.Checked if layer.visible else Qt.CheckState.Unchecked)
            item.setToolTip(properties_of(layer))
            style = layer.style
            item.setIcon(
                swatch(style.colour if style.kind == "single" or not style.classes else style.classes[0].colour, 10)
            )
            self._own.appendRow(item)
            if layer.id == current:
                self.tree.setCurrentIndex(item.index())
        self.tree.setRowHidden(0, self.model.invisibleRootItem().index(), not self._bridge.document.own)
        _mark(self._own, {not layer.visible for layer in self._bridge.document.own})
        self.tree.expand(self._own.index())
        self._showing = False

    def _drop(self, row: int) -> None:
        moved = self.current
        ids = [layer.id for layer in self._bridge.document.own]
        if moved in ids:
            at = ids.index(moved)
            ids.remove(moved)
            ids.insert(row - (1 if row > at else 0), moved)
            self._bridge.session.do(OrderOwnLayers(tuple(ids)))

    # menu

    def _menu(self, place: QPoint) -> None:
        menu = self.menu_of(self.current)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.tree.viewport().mapToGlobal(place))

    def menu_of(self, layer: str) -> QMenu:
        """What can be done with a layer."""
        menu = QMenu(self)

        def add(text: str, act: Callable[[], object], enabled: bool = True) -> None:
            line = menu.addAction(text)
            line.triggered.connect(lambda _=False: act())
            line.setEnabled(enabled)

        own = self.own(layer)
        has_table = own is not None or layer in titles()
        if layer:
            add("&Zoom to Layer", lambda: self.zoom_asked.emit(layer), has_table)
            add("Attribute &Table", lambda: self.table_asked.emit(layer), has_table)
            add("&Export…", lambda: self.export_asked.emit(layer), has_table and layer != "routes")
        if own is not None:
            ids = [one.id for one in self._bridge.document.own]
            at = ids.index(own.id)
            menu.addSeparator()
            add("&Style…", lambda: self.edit_style(own.id))
            add("&Copy Style", lambda: copy_style(own))
            add("&Paste Style", lambda: self._paste(own))
            add("&Filter…", lambda: self._filter(own))
            add("Shown at &Scales…", lambda: self._own_scales(own))
            menu.addSeparator()
            add("Move &Up", lambda: self._move(own.id, -1), at > 0)
            add("Move &Down", lambda: self._move(own.id, 1), at < len(ids) - 1)
            add("&Rename", lambda: self.tree.edit(self.tree.currentIndex()))
            add("Re&move", lambda: self._bridge.session.do(RemoveOwnLayer(own)))
        elif layer in self._items:
            menu.addSeparator()
            menu.addAction(self._opacity_slider(layer, menu))
            add("Shown at &Scales…", lambda: self._look_scales(layer))
            add("&Rename", lambda: self.tree.edit(self.tree.currentIndex()))
            add(
                "As at &First",
                lambda: self._bridge.session.do(ChangeLook(layer, LayerLook(), f"{BY_ID[layer].title} as at First")),
                layer in self._bridge.document.looks,
            )
        menu.addSeparator()
        add("&Add Layer…", self.add_asked.emit)
        return menu

    def edit_style(self, layer: str) -> StyleEditor | None:
        """Open the style editor of a user's layer."""
        own = self.own(layer)
        if own is None:
            return None
        editor = StyleEditor(own, lambda changed: self._change(changed, "Style", "style"), self)
        editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        editor.show()
        return editor

    def _move(self, layer: str, by: int) -> None:
        ids = [one.id for one in self._bridge.document.own]
        at = ids.index(layer)
        ids.insert(at + by, ids.pop(at))
        self._bridge.session.do(OrderOwnLayers(tuple(ids)))

    def _paste(self, own: OwnLayer) -> None:
        try:
            style = pasted_style()
            style.numbers(own.data.table.columns, len(own.data.geometry))
        except LodewayError as error:
            self.said.emit(f"{error}.")
            return
        self._change(replace(own, style=style), "Style")

    def _filter(self, own: OwnLayer) -> None:
        text = self._ask("Filter", f"Draw only features of {own.title} for which this is true:", own.filter)
        if text is None:
            return
        self.set_filter(own, text)

    def set_filter(self, own: OwnLayer, text: str) -> None:
        """Filter a layer by an expression; empty shows all; one that cannot be read changes nothing and is told."""
        try:
            if text:
                select(text, own.data.table.columns)
        except LodewayError as error:
            self.said.emit(f"{error}.")
            return
        self._change(replace(own, filter=text), "Filter")

    def _opacity_slider(self, layer: str, menu: QMenu) -> QWidgetAction:
        slider = named(QSlider(Qt.Orientation.Horizontal), f"Opacity of {self._title(layer)}, percent")
        slider.setRange(5, 100)
        slider.setValue(round(100 * self.look(layer).opacity))
        slider.valueChanged.connect(lambda percent: self.set_opacity(layer, percent))
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(28, 2, 12, 2)
        row.addWidget(QLabel("Opacity"))
        row.addWidget(slider)
        action = QWidgetAction(menu)
        action.setDefaultWidget(line)
        return action

    def _own_scales(self, own: OwnLayer) -> None:
        found = self._scales(own.finest_m_per_px, own.coarsest_m_per_px)
        if found is not None:
            self._change(replace(own, finest_m_per_px=found[0], coarsest_m_per_px=found[1]), "Scales")

    def _look_scales(self, layer: str) -> None:
        look = self.look(layer)
        found = self._scales(look.finest_m_per_px, look.coarsest_m_per_px)
        if found is not None:
            changed = replace(look, finest_m_per_px=found[0], coarsest_m_per_px=found[1])
            self._bridge.session.do(ChangeLook(layer, changed, f"Scales of {self._title(layer)}"))

    def _scales(self, finest_m_per_px: float, coarsest_m_per_px: float) -> tuple[float, float] | None:
        """Ask for the two scales; ``None`` where the answer is none or cannot be read."""
        per_px = 96 / 0.0254
        low = f"{finest_m_per_px * per_px:.0f}" if finest_m_per_px else ""
        high = "" if coarsest_m_per_px == INFINITE else f"{coarsest_m_per_px * per_px:.0f}"
        text = self._ask("Scales", "Show from 1:… to 1:… (empty = no limit), like 50000 - 5000000:", f"{low} - {high}")
        if text is None:
            return None
        parts = [part.strip().replace(",", "").replace("1:", "") for part in text.split("-")]
        try:
            figures = [float(part) / per_px if part else None for part in [*parts, "", ""][:2]]
        except ValueError:
            self.said.emit("Write two scales like 50000 - 5000000.")
            return None
        finest, coarsest = figures[0] or 0.0, figures[1] or INFINITE
        if finest >= coarsest:
            self.said.emit("The first scale must be the nearer one, like 50000 - 5000000.")
            return None
        return finest, coarsest

    def _ask(self, title: str, text: str, first: str) -> str | None:
        """A line of text that may be empty; ``None`` where the user turned away."""
        from PySide6.QtWidgets import QInputDialog

        answer, agreed = QInputDialog.getText(self, title, text, text=first)
        return answer.strip() if agreed else None


def _mark(group: QStandardItem, hidden: set[bool]) -> None:
    """The box of a group: all, some or none of its layers."""
    if len(hidden) == 2:
        group.setCheckState(Qt.CheckState.PartiallyChecked)
    else:
        group.setCheckState(Qt.CheckState.Unchecked if True in hidden else Qt.CheckState.Checked)


def _item(text: str, identifier: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setData(identifier, _ID)
    item.setCheckable(True)
    item.setEditable(False)
    item.setDragEnabled(False)
    if not identifier:
        font = item.font()
        font.setBold(True)
        item.setFont(font)
    return item
