"""Ties the Attributes dock to map, layer tree and files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from PySide6.QtCore import QObject

from lodeway.errors import LodewayError
from lodeway.exports.attributes import extent_of, titles
from lodeway.exports.table_file import write_table
from lodeway.model.table import Rows, Table
from lodeway.session.questions import Questions
from lodeway.ui.map_link import MapLink
from lodeway.ui.panels.grid import Grid
from lodeway.ui.panels.tables import TablesPanel

_TITLE = "Export Rows"


class TablesLink(QObject):
    """What a table asks for beyond its own dock."""

    def __init__(self, panel: TablesPanel, link: MapLink, questions: Questions, folder: Path) -> None:
        super().__init__(panel)
        self._panel, self._map, self._questions, self._folder = panel, link, questions, folder
        panel.export_asked.connect(self.export)
        panel.zoom_asked.connect(self.zoom)

    def export(self, table: Table, rows: Rows) -> None:
        """Ask for a file and write these rows to it."""
        path = self._questions.choose_file(_TITLE, self._folder / f"{table.id}.csv", suffix=".csv", save=True)
        if path is None:
            return
        self._folder = path.parent

        def done(_: object) -> None:
            self._panel.sentence.setText(f"{len(rows):,} rows written to {path.name}.")

        self._panel.work(
            "export", lambda: write_table(path, table, rows), done, lambda text: self._questions.tell(_TITLE, text)
        )

    def export_grid(self, grid: Grid) -> None:
        """Ask for a file and write the rows of a table of figures as they stand."""
        name = "-".join(grid.grid.title.lower().replace(",", "").split()) or "table"
        path = self._questions.choose_file(_TITLE, self._folder / f"{name}.csv", suffix=".csv", save=True)
        if path is None:
            return
        self._folder = path.parent
        try:
            grid.export(path)
        except LodewayError as error:
            self._questions.tell(_TITLE, str(error))

    def zoom(self, layer: str, numbers: Rows) -> None:
        """Show features of a layer on the map."""
        sheet = self._panel.sheets.get(layer)
        if sheet is None or not len(numbers):
            return
        if sheet.table.key:
            self._map.zoom_to_all([str(i) for i in sheet.table.columns[sheet.table.key][np.asarray(numbers)].tolist()])
            return
        try:
            bounds = self._extent(layer, numbers)
        except LodewayError as error:
            self._questions.tell("Zoom to Chosen", str(error))
            return
        if bounds is not None:
            self._map.zoom_to_bounds(bounds)

    def _extent(self, layer: str, numbers: Rows) -> tuple[float, float, float, float] | None:
        own = self._map.own_layer(layer)
        if own is None:
            return extent_of(layer, numbers)
        west, south, east, north = shapely.total_bounds(own.data.geometry[numbers]).tolist()
        return None if np.isnan(west) else (west, south, east, north)

    def open_for(self, layer: str) -> None:
        """Open the table of a layer, where it has one."""
        if layer in titles() or layer.startswith("own:"):
            self._panel.open_table(layer)
        else:
            self._panel.sentence.setText("This line has no table of its own; choose a layer.")
