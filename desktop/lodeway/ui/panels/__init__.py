"""The panels: one file each, and this table. A new panel is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from lodeway.ui.bridge import Bridge
from lodeway.ui.panels import identify, layers, results, routes, tables, whatif


@dataclass(frozen=True, slots=True)
class Panel:
    """A dock of the main window: its id, title, side, shortcut that shows it, and the widget."""

    id: str
    title: str
    area: Qt.DockWidgetArea
    shortcut: str
    make: Callable[[Bridge], QWidget]


_AREA = Qt.DockWidgetArea

PANELS: dict[str, Panel] = {
    panel.id: panel
    for panel in (
        Panel("layers", layers.TITLE, _AREA.LeftDockWidgetArea, "Ctrl+1", layers.LayersPanel),
        Panel("routes", routes.TITLE, _AREA.RightDockWidgetArea, "Ctrl+2", routes.RoutesPanel),
        Panel("whatif", whatif.TITLE, _AREA.RightDockWidgetArea, "Ctrl+3", whatif.WhatIfPanel),
        Panel("results", results.TITLE, _AREA.BottomDockWidgetArea, "Ctrl+4", results.ResultsPanel),
        Panel("tables", tables.TITLE, _AREA.BottomDockWidgetArea, "Ctrl+5", tables.TablesPanel),
        Panel("identify", identify.TITLE, _AREA.RightDockWidgetArea, "Ctrl+6", identify.IdentifyPanel),
    )
}

PARTS = (
    "figures",
    "grid",
    "results_exposure",
    "results_ranking",
    "results_tables",
    "routes_cells",
    "routes_data",
    "routes_model",
)
"""Files of this folder that are parts of a panel, not panels."""
