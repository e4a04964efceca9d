"""The Identify dock: everything at a place, layer by layer, with all that is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QLabel, QMenu, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from lodeway.ui import numbers
from lodeway.ui.bridge import Bridge
from lodeway.ui.widgets import named

TITLE = "Identify"
_FEATURE = Qt.ItemDataRole.UserRole
_OPEN_FEATURES = 3


@dataclass(frozen=True)
class Found:
    """One feature at the place: its layer, number, name, stable id where it has one, and (words, value) pairs."""

    layer: str
    layer_title: str
    number: int
    name: str
    id: str
    facts: tuple[tuple[str, Any], ...]


class IdentifyPanel(QWidget):
    """A tree: layers, their features, their values."""

    chosen = Signal(str, int, str)
    """Layer id, feature number and stable id of the feature whose line is current."""
    zoom_asked = Signal(str, int)
    source_asked = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("identify")
        self._bridge = bridge
        self._found: list[Found] = []
        self.about = QLabel("Choose Identify in the Map menu, then click on the map.")
        self.about.setProperty("role", "quiet")
        self.about.setWordWrap(True)
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.about.setContentsMargins(8, 4, 8, 4)
        self.tree = named(QTreeWidget(), "What is at the place")
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels(["Feature", "Value"])
        self.tree.setAlternatingRowColors(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(14)
        self.tree.header().resizeSection(0, 170)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._menu)
        self.tree.currentItemChanged.connect(lambda item, _: self._tell(item))
        copy = QAction("Copy Value", self.tree)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy_value)
        self.tree.addAction(copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.about)
        layout.addWidget(self.tree, 1)

    def sizeHint(self) -> QSize:
        """As narrow as the layers."""
        return QSize(300, 240)

    def show_found(self, lon: float, lat: float, found: list[Found], left_out: int) -> None:
        """Show what was found at a place; ``left_out`` features more were not looked up."""
        self.tree.clear()
        self._found = found
        groups: dict[str, QTreeWidgetItem] = {}
        for number, one in enumerate(found):
            if one.layer not in groups:
                groups[one.layer] = QTreeWidgetItem([one.layer_title, ""])
                self.tree.addTopLevelItem(groups[one.layer])
                groups[one.layer].setExpanded(True)
            line = QTreeWidgetItem([one.name, ""])
            line.setData(0, _FEATURE, one)
            groups[one.layer].addChild(line)
            for words, value in one.facts:
                text = said(value)
                fact = QTreeWidgetItem([words, text])
                fact.setToolTip(1, text)
                line.addChild(fact)
            line.setExpanded(number < _OPEN_FEATURES)
        for group in groups.values():
            group.setText(1, f"{group.childCount()}" if group.childCount() > 1 else "")
        more = f"; {left_out} more are not shown, zoom in to tell them apart" if left_out else ""
        many = f"{len(found)} feature{'s' if len(found) != 1 else ''}" if found else "Nothing is drawn here"
        self.about.setText(f"{numbers.position(lon, lat)}: {many}{more}")
        if found:
            first = next(iter(groups.values())).child(0)
            if first is not None:
                self.tree.setCurrentItem(first)

    def _feature(self, item: QTreeWidgetItem | None) -> Found | None:
        while item is not None:
            one = item.data(0, _FEATURE)
            if isinstance(one, Found):
                return one
            item = item.parent()
        return None

    def _tell(self, item: QTreeWidgetItem | None) -> None:
        one = self._feature(item)
        if one is not None:
            self.chosen.emit(one.layer, one.number, one.id)

    def copy_value(self) -> None:
        """The current value, or the name of the current feature."""
        item = self.tree.currentItem()
        if item is not None:
            QGuiApplication.clipboard().setText(item.text(1) or item.text(0))

    def copy_feature(self) -> None:
        """All of the current feature, a line each."""
        one = self._feature(self.tree.currentItem())
        if one is not None:
            QGuiApplication.clipboard().setText(as_text([one]))

    def copy_all(self) -> None:
        """Everything that was found."""
        QGuiApplication.clipboard().setText(as_text(self._found))

    def _menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        one = self._feature(self.tree.currentItem())
        menu.addAction("Copy &Value").triggered.connect(self.copy_value)
        menu.addAction("Copy &Feature").triggered.connect(self.copy_feature)
        menu.addAction("Copy &All").triggered.connect(self.copy_all)
        if one is not None:
            menu.addSeparator()
            menu.addAction("&Zoom to It").triggered.connect(lambda: self.zoom_asked.emit(one.layer, one.number))
            if one.id:
                menu.addAction("Show &Source…").triggered.connect(lambda: self.source_asked.emit(one.id))
        menu.popup(self.tree.viewport().mapToGlobal(place))


def said(value: Any) -> str:
    """A value in the user's locale; the unknown as a word."""
    if value is None:
        return numbers.UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    return numbers.any_number(value) if isinstance(value, int | float) else str(value)


def as_text(found: list[Found]) -> str:
    """Features as lines of tab-parted words and values."""
    lines = []
    for one in found:
        lines.append(f"{one.layer_title}\t{one.name}")
        lines += [f"{words}\t{'' if value is None else value}" for words, value in one.facts]
    return "\n".join(lines) + "\n"
