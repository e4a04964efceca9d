"""Where the docks are at first, so that the map keeps at least half of the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar

WIDE_PX = 1600
"""From this width of the window on, Layers has its own column; below it shares one with Routes."""


def arrange(window: QMainWindow, docks: dict[str, QDockWidget], width: int) -> None:
    """Put all docks where they belong at this width of the window, in px."""
    area = Qt.DockWidgetArea
    window.setDockNestingEnabled(True)
    window.setCorner(Qt.Corner.BottomRightCorner, area.RightDockWidgetArea)
    window.setCorner(Qt.Corner.BottomLeftCorner, area.LeftDockWidgetArea)
    for dock in docks.values():
        window.removeDockWidget(dock)
    layers, routes, whatif, results, tables, identify = (
        docks[name] for name in ("layers", "routes", "whatif", "results", "tables", "identify")
    )
    window.addDockWidget(area.RightDockWidgetArea, routes)
    window.addDockWidget(area.RightDockWidgetArea, whatif)
    window.splitDockWidget(routes, whatif, Qt.Orientation.Vertical)
    window.addDockWidget(area.BottomDockWidgetArea, results)
    window.addDockWidget(area.BottomDockWidgetArea, tables)
    window.tabifyDockWidget(results, tables)
    wide = width >= WIDE_PX
    if wide:
        window.addDockWidget(area.LeftDockWidgetArea, layers)
    else:
        window.addDockWidget(area.RightDockWidgetArea, layers)
        window.tabifyDockWidget(routes, layers)
    for dock in docks.values():
        dock.show()
    routes.raise_()
    window.tabifyDockWidget(routes, identify)
    routes.raise_()
    tables.hide()  # it opens with the first table
    identify.hide()  # and this with the first answer
    horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    if wide:
        window.resizeDocks([layers, routes], [228, 500], horizontal)
        window.resizeDocks([results], [188], vertical)
    else:
        window.resizeDocks([routes], [436], horizontal)
        window.resizeDocks([results], [112], vertical)
    window.resizeDocks([routes, whatif], [700, 150], vertical)
    for tabs in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
        tabs.setAccessibleName("Panels that share a place")
