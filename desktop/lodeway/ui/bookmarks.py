"""Bookmarks: views with a name, kept in the settings, in a menu of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QInputDialog,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lodeway.session.document import View
from lodeway.session.settings import Settings
from lodeway.ui.widgets import named

_KEY = "bookmarks"
_MOST = 200


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A name and where it looks."""

    name: str
    lon: float
    lat: float
    metres_per_pixel: float

    @property
    def view(self) -> View:
        """Where it looks."""
        return View(self.lon, self.lat, self.metres_per_pixel)


def load(settings: Settings) -> list[Bookmark]:
    """What the settings hold; damaged entries are left out."""
    try:
        rows = json.loads(settings.text(_KEY) or "[]")
    except ValueError:
        return []
    made = []
    for row in rows if isinstance(rows, list) else []:
        try:
            made.append(Bookmark(str(row["name"]), *(float(row[k]) for k in ("lon", "lat", "metres_per_pixel"))))
        except (KeyError, TypeError, ValueError):
            continue
    return made[:_MOST]


def save(settings: Settings, bookmarks: list[Bookmark]) -> None:
    """Keep them."""
    settings.put(**{_KEY: json.dumps([asdict(one) for one in bookmarks[:_MOST]], ensure_ascii=False)})


class Bookmarks:
    """Fills a menu and answers it."""

    def __init__(
        self, menu: QMenu, settings: Settings, here: Callable[[], View], go: Callable[[View], None], parent: QWidget
    ) -> None:
        self._menu, self._settings, self._here, self._go, self._parent = menu, settings, here, go, parent
        menu.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """The menu as it is now."""
        menu = self._menu
        menu.clear()
        menu.addAction("&Add Bookmark…").triggered.connect(self.add)
        bookmarks = load(self._settings)
        manage = menu.addAction("&Manage Bookmarks…")
        manage.triggered.connect(self.manage)
        manage.setEnabled(bool(bookmarks))
        if bookmarks:
            menu.addSeparator()
        for one in bookmarks:
            menu.addAction(one.name.replace("&", "&&")).triggered.connect(lambda _=False, v=one.view: self._go(v))

    def add(self) -> None:
        """Ask for a name of this view."""
        name, agreed = QInputDialog.getText(self._parent, "Add Bookmark", "Name of this view:")
        if agreed and name.strip():
            self.keep(name.strip())

    def keep(self, name: str) -> None:
        """Keep this view under a name; the same name again moves it."""
        view = self._here()
        others = [one for one in load(self._settings) if one.name != name]
        save(self._settings, [*others, Bookmark(name, view.lon, view.lat, view.metres_per_pixel)])

    def manage(self) -> None:
        """Rename, delete and sort them."""
        dialog = BookmarkDialog(load(self._settings), self._parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: save(self._settings, dialog.bookmarks()))
        dialog.open()


class BookmarkDialog(QDialog):
    """A list whose names can be edited and whose lines can be moved and deleted."""

    def __init__(self, bookmarks: list[Bookmark], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Bookmarks")
        self.resize(380, 320)
        self.list = named(QListWidget(), "Bookmarks", "Double-click or F2 to rename, drag to move")
        self.list.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        for one in bookmarks:
            item = QListWidgetItem(one.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setData(Qt.ItemDataRole.UserRole, one)
            self.list.addItem(item)
        delete = named(QPushButton("&Delete"), "Delete the chosen bookmark")
        delete.clicked.connect(lambda: self.list.takeItem(self.list.currentRow()))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        line = QHBoxLayout()
        line.addWidget(delete)
        line.addStretch(1)
        line.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.addWidget(self.list)
        layout.addLayout(line)

    def bookmarks(self) -> list[Bookmark]:
        """As they stand in the list."""
        made = []
        for row in range(self.list.count()):
            item = self.list.item(row)
            one: Bookmark = item.data(Qt.ItemDataRole.UserRole)
            made.append(Bookmark(item.text().strip() or one.name, one.lon, one.lat, one.metres_per_pixel))
        return made
