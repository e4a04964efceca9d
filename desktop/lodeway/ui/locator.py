"""The locator (Ctrl+K): one line that finds actions, layers, things of the atlas, towns and coordinates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from lodeway.atlas.gazetteer import Entry, Gazetteer, atlas_entries, town_entries
from lodeway.errors import LodewayError
from lodeway.geo.coordinates import NotCoordinatesError, parse_lonlat
from lodeway.model.atlas import Atlas
from lodeway.paths import layers_dir
from lodeway.ui import numbers
from lodeway.ui.widgets import named

_ENTRY = Qt.ItemDataRole.UserRole
_NOT_LEAVING = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
_WIDTH_PX, _ROWS, _ROW_PX = 560, 10, 26


class Locator(QFrame):
    """Opens over the window; what is chosen comes out of ``chosen`` as an :class:`Entry`."""

    chosen = Signal(object)
    _ready = Signal(object, str)

    def __init__(self, extra: Callable[[], Sequence[Entry]], parent: QWidget) -> None:
        """``extra`` gives what the window itself has names for: actions and layers."""
        super().__init__(parent)
        self.setObjectName("card")
        self.setAutoFillBackground(True)
        self._extra, self._over = extra, parent
        self._atlas: Atlas | None = None
        self._world: Gazetteer | None = None
        self._own = Gazetteer(())
        self._pool: ThreadPoolExecutor | None = None
        self.line = named(QLineEdit(), "Find anything", "An action, layer, route, site, town, or coordinates")
        self.line.setPlaceholderText("Find an action, layer, route, site, town, or coordinates")
        self.list = named(QListWidget(), "What was found")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.about = QLabel()
        self.about.setProperty("role", "quiet")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(4)
        layout.addWidget(self.line)
        layout.addWidget(self.list)
        layout.addWidget(self.about)
        self.line.textChanged.connect(lambda _: self._search())
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(self._take)
        self._ready.connect(self._know, Qt.ConnectionType.QueuedConnection)
        self.hide()

    def open(self, atlas: Atlas | None) -> None:
        """Show the line, empty; names are gathered in the background the first time."""
        self._own = Gazetteer(self._extra())
        if atlas is not None and atlas is not self._atlas:
            self._atlas, self._world = atlas, None
            self._pool = self._pool or ThreadPoolExecutor(1, thread_name_prefix="lodeway-names")
            self._pool.submit(self._gather, atlas)
        width = min(_WIDTH_PX, self._over.width() - 24)
        self.setFixedWidth(width)
        self.move((self._over.width() - width) // 2, 48)
        self.line.clear()
        self._search()
        self.show()
        self.raise_()
        self.line.setFocus()

    def shutdown(self) -> None:
        """Stop gathering names."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _gather(self, atlas: Atlas) -> None:
        try:
            entries = [*atlas_entries(atlas), *town_entries(layers_dir() / "base.gpkg", atlas.country_names)]
            self._ready.emit(Gazetteer(entries), "")
        except LodewayError as error:
            self._ready.emit(Gazetteer(atlas_entries(atlas)), str(error))

    def _know(self, world: Gazetteer, trouble: str) -> None:
        self._world = world
        self._search()
        if trouble:
            self.about.setText(trouble)

    def _search(self) -> None:
        text = self.line.text()
        found: list[Entry] = []
        if any(c.isdigit() for c in text):
            try:
                lon, lat = parse_lonlat(text)
                found.append(Entry("place", numbers.position(lon, lat), "coordinates", place=(lon, lat)))
            except NotCoordinatesError:
                pass
        own = self._own.search(text, _ROWS)
        world = self._world.search(text, _ROWS) if self._world is not None else []
        found += own[:4] + world + own[4:]
        self.list.clear()
        for entry in found[:_ROWS]:
            item = QListWidgetItem(f"{entry.name}   ·   {entry.what}")
            item.setData(_ENTRY, entry)
            item.setSizeHint(QSize(0, _ROW_PX))
            self.list.addItem(item)
        self.list.setCurrentRow(0 if found else -1)
        self.list.setFixedHeight(max(1, min(_ROWS, self.list.count())) * _ROW_PX + 4)
        self.list.setVisible(bool(found))
        waiting = self._atlas is not None and self._world is None
        self.about.setText(
            "Gathering names …" if waiting else "Enter takes the marked line, Escape closes." if found
            else "Nothing is called that; try fewer letters." if text.strip()
            else "Type a name, or coordinates like 10°43′S 25°28′E."
        )  # fmt: skip
        self.adjustSize()

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        entry = item.data(_ENTRY)
        self.close_again()
        self.chosen.emit(entry)

    def close_again(self) -> None:
        """Hide the line and give the keyboard back."""
        self.hide()
        self._over.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move the mark, Enter takes it, Escape closes; leaving the line closes, too."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            row, last = self.list.currentRow(), self.list.count() - 1
            match event.key():
                case Qt.Key.Key_Down:
                    self.list.setCurrentRow(min(row + 1, last))
                case Qt.Key.Key_Up:
                    self.list.setCurrentRow(max(row - 1, 0))
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    self._take(self.list.currentItem() if last >= 0 else None)
                case Qt.Key.Key_Escape:
                    self.close_again()
                case _:
                    return False
            return True
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in _NOT_LEAVING:
            self.hide()
        return super().eventFilter(watched, event)
