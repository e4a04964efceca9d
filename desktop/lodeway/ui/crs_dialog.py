"""Choosing what the map is drawn on: the usual projections, any system of the EPSG database, WKT or PROJ text."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lodeway.errors import LodewayError
from lodeway.geo.projection import PROJECTIONS, WHOLE_EARTH, Projection, projection_of
from lodeway.model.table import fold
from lodeway.session.document import Plane
from lodeway.ui.widgets import named

_TEXT = Qt.ItemDataRole.UserRole
_MOST_SHOWN = 300
_TYPING_MS = 150


def known_systems() -> list[tuple[str, str, str]]:
    """(code, name and area, folded for searching) of all projected and geographic systems of the EPSG database."""
    from pyproj.database import query_crs_info
    from pyproj.enums import PJType

    kinds = [PJType.PROJECTED_CRS, PJType.GEOGRAPHIC_2D_CRS]
    rows = []
    for info in query_crs_info(auth_name="EPSG", pj_types=kinds):
        area = info.area_of_use.name if info.area_of_use else ""
        code = f"EPSG:{info.code}"
        rows.append((code, f"{info.name} · {area}" if area else info.name, fold(f"{code} {info.name} {area}")))
    return sorted(rows, key=lambda row: int(row[0][5:]))


class CrsDialog(QDialog):
    """A search line, the list of systems, and the middle and rotation of the map. ``plane`` is what was chosen."""

    _loaded = Signal(object)

    def __init__(self, plane: Plane, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Projection of the Map")
        self.resize(620, 520)
        self.plane = plane
        self._systems: list[tuple[str, str, str]] | None = None
        self.line = named(QLineEdit(), "Search projections", "A name, a place, a code, WKT or a PROJ string")
        self.line.setPlaceholderText("Search by name, place or EPSG code, or paste WKT or a PROJ string")
        self.line.setClearButtonEnabled(True)
        self.list = named(QListWidget(), "Projections")
        self.list.setUniformItemSizes(True)
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setMinimumHeight(36)
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.central = named(QDoubleSpinBox(), "Central meridian in degrees east")
        self.central.setRange(-180.0, 180.0)
        self.central.setSuffix("° E")
        self.rotation = named(QDoubleSpinBox(), "Rotation of the map in degrees clockwise")
        self.rotation.setRange(-180.0, 180.0)
        self.rotation.setSuffix("°")
        self.rotation.setWrapping(True)
        for spin in (self.central, self.rotation):
            spin.setDecimals(1)
            spin.setSingleStep(5.0)
        self.rotation.setValue(plane.rotation_deg)
        form = QFormLayout()
        form.addRow("Central &meridian", self.central)
        form.addRow("&Rotation", self.rotation)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addWidget(self.line)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.about)
        layout.addLayout(form)
        layout.addWidget(self.buttons)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._search)
        self.line.textChanged.connect(lambda _: self._typing.start())
        self.list.currentItemChanged.connect(lambda *_: self._describe())
        self.list.itemDoubleClicked.connect(lambda _: self._take())
        self.buttons.accepted.connect(self._take)
        self.buttons.rejected.connect(self.reject)
        self._loaded.connect(self._know, Qt.ConnectionType.QueuedConnection)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="lodeway-crs")
        self._pool.submit(self._load)
        self.finished.connect(lambda _: self._pool.shutdown(wait=True, cancel_futures=True))
        self._search()
        chosen = [self.list.item(row) for row in range(self.list.count()) if self._text_of(row) == plane.crs]
        if chosen:
            self.list.setCurrentItem(chosen[0])
        elif plane.crs not in PROJECTIONS:
            self.line.setText(plane.crs)
        if plane.central_deg is not None:
            self.central.setValue(plane.central_deg)

    def _load(self) -> None:
        """In the worker: reading the database of systems takes a second the first time."""
        systems: Any = known_systems()
        self._loaded.emit(systems)

    def _know(self, systems: list[tuple[str, str, str]]) -> None:
        self._systems = systems
        if self.line.text().strip():
            self._search()

    def _text_of(self, row: int) -> str:
        return str(self.list.item(row).data(_TEXT))

    def _search(self) -> None:
        words = fold(self.line.text()).split()
        rows = [(key, make().title) for key, make in PROJECTIONS.items()]
        found = [(key, title) for key, title in rows if all(word in fold(f"{key} {title}") for word in words)]
        if words and self._systems is not None:
            found += [(code, f"{code}  {name}") for code, name, text in self._systems if all(w in text for w in words)]
        self.list.blockSignals(True)
        self.list.clear()
        for key, title in found[:_MOST_SHOWN]:
            item = QListWidgetItem(title)
            item.setData(_TEXT, key)
            self.list.addItem(item)
        self.list.setCurrentRow(0 if found else -1)
        self.list.blockSignals(False)
        self._describe()

    def _wanted(self) -> str:
        row = self.list.currentRow()
        return self._text_of(row) if row >= 0 else self.line.text().strip()

    def _describe(self) -> None:
        wanted = self._wanted()
        if not wanted:
            return
        waiting = self._systems is None and not self.list.count()
        found = self._projection(wanted)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(found is not None)
        self.central.setEnabled(wanted in PROJECTIONS)
        if found is None:
            self.about.setText("Reading the database of systems …" if waiting else self._trouble)
            return
        self.about.setText(f"{found.title}: shows {_extent(found)}.")
        if wanted in PROJECTIONS:
            self.central.setValue(found.central_deg)

    def _projection(self, text: str) -> Projection | None:
        self._trouble = ""
        try:
            return projection_of(text)
        except LodewayError as error:
            self._trouble = str(error)
            return None

    def _take(self) -> None:
        wanted = self._wanted()
        found = self._projection(wanted)
        if found is None:
            self.about.setText(self._trouble)
            return
        central = self.central.value()
        shifted = wanted in PROJECTIONS and central != found.central_deg
        self.plane = Plane(wanted, central if shifted else None, self.rotation.value())
        self.accept()


def _extent(found: Projection) -> str:
    """What a projection shows, in words."""
    if found.cap[1]:
        return f"a disc of {found.cap[1]:g}° about its middle"
    if found.domain == WHOLE_EARTH:
        return "the whole Earth"
    west, south, east, north = found.domain
    return f"{found.central_deg + west:g}° to {found.central_deg + east:g}° E, {south:g}° to {north:g}° N"
