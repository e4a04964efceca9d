"""What is done with layers: adding by dialog, drop and command line, zooming, exporting."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import shapely
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QFileDialog

from lodeway.carto.layers import BY_ID
from lodeway.errors import LodewayError
from lodeway.exports.attributes import shipped_geometry, titles
from lodeway.ui.own.export_dialog import ExportDialog
from lodeway.ui.own.link import SUFFIXES, OwnLink
from lodeway.ui.panels.layers import LayersPanel

if TYPE_CHECKING:
    from lodeway.ui.main_window import MainWindow


class LayerHandlers:
    """Ties the Layers dock to files, map and tables of one window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        panel = window.panel("layers")
        assert isinstance(panel, LayersPanel)
        self.own = OwnLink(window.bridge, window.questions, window)
        self.own.progressed.connect(window.status.show_task)
        self.own.said.connect(window.status.show_hover)
        self.own.added.connect(self._show_added)
        window.status.task_cancelled.connect(self.own.cancel)
        panel.add_asked.connect(self.add)
        panel.table_asked.connect(window.open_table)
        panel.export_asked.connect(self.export)
        panel.zoom_asked.connect(self.zoom)
        panel.said.connect(window.status.show_hover)

    def shutdown(self) -> None:
        """Nothing stays alive."""
        self.own.shutdown()

    def add(self) -> None:
        """Ask for files."""
        kinds = f"Vector files ({' '.join(f'*{suffix}' for suffix in SUFFIXES)});;All files (*)"
        names, _ = QFileDialog.getOpenFileNames(self._window, "Add Layer", str(self._window.folder()), kinds)
        self.own.open([Path(name) for name in names])

    def open(self, paths: Sequence[Path]) -> None:
        """Put these files on the map."""
        self.own.open(paths)

    @staticmethod
    def dropped(data: QMimeData) -> list[Path]:
        """The local files that are being dropped; nothing that lies elsewhere."""
        return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile() and url.toLocalFile()]

    def _show_added(self, layer: str) -> None:
        own = self._window.map.own_layer(layer)
        if own is not None and own.data.bounds is not None:
            self._window.map.zoom_to_bounds(own.data.bounds)

    def zoom(self, layer: str) -> None:
        """Show the whole of a layer."""
        own = self._window.map.own_layer(layer)
        atlas = self._window.bridge.document.atlas
        if own is not None:
            if own.data.bounds is not None:
                self._window.map.zoom_to_bounds(own.data.bounds)
            return
        if (layer in BY_ID and BY_ID[layer].kind == "polygons") or atlas is None:
            self._window.map.zoom_to_world()
            return
        try:
            geometry = shipped_geometry(layer, atlas)
        except LodewayError as error:
            self._window.status.show_hover(str(error))
            return
        west, south, east, north = shapely.total_bounds(geometry[~shapely.is_missing(geometry)]).tolist()
        if east - west > 300.0:
            self._window.map.zoom_to_world()
        else:
            self._window.map.zoom_to_bounds((west, south, east, north))

    def export(self, layer: str) -> None:
        """Ask where to, and write."""
        own = self._window.map.own_layer(layer)
        title = own.title if own is not None else titles()[layer]
        chosen = len(self._window.bridge.document.features.of(layer))
        dialog = ExportDialog(title, self._window.folder(), chosen, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.own.export(layer, dialog.path, dialog.crs, dialog.only_chosen))
        dialog.open()
