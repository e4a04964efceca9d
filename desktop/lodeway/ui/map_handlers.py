"""What the Map menu does: tools, locator, views, and what is found on the map."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QActionGroup, QGuiApplication
from PySide6.QtWidgets import QDockWidget

from lodeway.atlas.gazetteer import Entry
from lodeway.carto.layers import LAYERS
from lodeway.model.look import Note
from lodeway.session.commands import ShowLayers
from lodeway.session.document import View
from lodeway.session.look_commands import PutNote, next_note
from lodeway.ui.features_link import FeaturesLink
from lodeway.ui.locator import Locator
from lodeway.ui.map.overlay import Shape
from lodeway.ui.map.tools import TOOLS
from lodeway.ui.measure_box import MeasureBox
from lodeway.ui.overview import OverviewDock
from lodeway.ui.panels.identify import IdentifyPanel
from lodeway.ui.panels.layers import LayersPanel
from lodeway.ui.second_map import BesideMap, Swipe

if TYPE_CHECKING:
    from lodeway.ui.main_window import MainWindow

TOOL_ACTIONS = {f"tool_{name.replace('-', '_')}": name for name in TOOLS}
"""Action id to tool id."""
_TOWN_M_PER_PX = 300.0
_PIN = "#B3261E"


class MapHandlers:
    """Holds what belongs to the map of one window, and answers its actions."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._view = window.map.widget
        self.locator = Locator(self._names, window)
        self.locator.chosen.connect(self.take)
        self.measure = MeasureBox(self._view)
        panel = window.panel("identify")
        assert isinstance(panel, IdentifyPanel)
        self.features = FeaturesLink(window.bridge, self._view, panel, window)
        self.features.opened.connect(lambda: self._show_dock("identify"))
        self.features.said.connect(window.status.show_hover)
        panel.zoom_asked.connect(self._zoom_to_feature)
        panel.source_asked.connect(window.show_source)
        layers = window.panel("layers")
        assert isinstance(layers, LayersPanel)
        self._layers = layers
        self._beside: BesideMap | None = None
        self._swipe: Swipe | None = None
        self._overview: OverviewDock | None = None
        self._view.noted.connect(self._note)
        self._group = QActionGroup(window)
        for action_id, tool in TOOL_ACTIONS.items():
            action = window.actions_by_id[action_id]
            self._group.addAction(action)
            action.setChecked(tool == "pan")
        self._view.toolChanged.connect(self._show_tool)

    def shutdown(self) -> None:
        """Nothing stays alive."""
        self.show_beside(False)
        self.show_swipe(False)
        self.show_overview(False)
        self.features.shutdown()
        self.locator.shutdown()

    def use_tool(self, tool: str) -> None:
        """Choose a tool; selecting is about the layer that is current in Layers."""
        self.features.layer = self._layers.current
        if tool != "identify":
            self.features.clear_highlight()
        self._view.set_tool(tool)
        self._view.setFocus()

    def _show_tool(self, tool: str) -> None:
        action_id = next(key for key, name in TOOL_ACTIONS.items() if name == tool)
        self._window.actions_by_id[action_id].setChecked(True)

    def _show_dock(self, name: str) -> None:
        self._window.docks[name].show()
        self._window.docks[name].raise_()

    # comparing

    def show_beside(self, shown: bool) -> None:
        """The baseline in a map of its own beside this one, or not."""
        if shown and self._beside is None:
            self._beside = BesideMap(self._window, self._window.bridge, self._view)
            self._take_in(self._beside.dock, "second_map", self.show_beside)
        elif not shown and self._beside is not None:
            beside, self._beside = self._beside, None
            beside.close()

    def _take_in(self, dock: QDockWidget, action: str, show: Callable[[bool], None]) -> None:
        """Dress a dock that lives while its action is checked; its cross unchecks it."""

        def hidden(visible: bool) -> None:
            if not visible and not dock.isVisibleTo(self._window) and self._window.actions_by_id[action].isChecked():
                self._window.actions_by_id[action].setChecked(False)
                show(False)

        self._window.dress(dock)
        dock.visibilityChanged.connect(hidden)

    def show_swipe(self, shown: bool) -> None:
        """The baseline over the left part of the map, or not."""
        if shown and self._swipe is None:
            self._swipe = Swipe(self._window.bridge, self._view)
        elif not shown and self._swipe is not None:
            swipe, self._swipe = self._swipe, None
            swipe.close_swipe()

    def show_overview(self, shown: bool) -> None:
        """A small map of the world beside this one, or not."""
        if shown and self._overview is None:
            self._overview = OverviewDock(self._window, self._window.bridge, self._view)
            self._take_in(self._overview.dock, "overview", self.show_overview)
        elif not shown and self._overview is not None:
            overview, self._overview = self._overview, None
            overview.close()

    # notes

    def _note(self, lon: float, lat: float, identifier: str, moved: bool) -> None:
        document = self._window.bridge.document
        old = next((note for note in document.notes if note.id == identifier), None)
        if old is not None and moved:
            self._window.do(PutNote(Note(old.id, lon, lat, old.text)))
            return
        words = "Words of the note (none takes it away):" if old else "Words of the note:"
        text = self._window.questions.ask_text("Note", words, first=old.text if old else "")
        if text is None or (not text.strip() and old is None):
            return
        if old is not None:
            lon, lat = old.lon, old.lat
        self._window.do(PutNote(Note(old.id if old else next_note(document), lon, lat, text.strip()[:500])))

    # locator

    def locate(self) -> None:
        """Open the locator."""
        self.locator.open(self._window.bridge.document.atlas)

    def _names(self) -> list[Entry]:
        """Actions that can be used now, and layers."""
        actions = [
            Entry(f"action:{key}", action.text().replace("&", "").rstrip("…"), "action", weight=0.5)
            for key, action in self._window.actions_by_id.items() if action.isEnabled()
        ]  # fmt: skip
        return actions + [Entry(f"layer:{layer.id}", layer.title, "layer", weight=0.45) for layer in LAYERS]

    def take(self, entry: Entry) -> None:
        """Do what a line of the locator means."""
        kind, _, name = entry.id.partition(":")
        if kind == "action":
            self._window.actions_by_id[name].trigger()
        elif kind == "layer":
            hidden = name in self._window.bridge.document.hidden_layers
            self._window.do(ShowLayers(frozenset([name]), hidden, entry.name))
        elif entry.place is not None:
            self.mark(*entry.place, entry.name)
        else:
            self._window.bridge.session.select(entry.id)
            self._window.map.zoom_to(entry.id)

    def mark(self, lon: float, lat: float, name: str) -> None:
        """Show a place near by, with a pin and its name."""
        scale = min(self._view.viewport.scale, _TOWN_M_PER_PX)
        self._view.set_view(View(lon, lat, scale))
        place = np.array([[lon, lat]])
        self._view.set_overlay("place", (Shape("pin", place, _PIN, text=name),))

    # views

    def _zoom_to_feature(self, layer: str, row: int) -> None:
        self._window.zoom_to_features(layer, np.array([row]))

    def copy_map(self) -> None:
        """The map as it is drawn to the clipboard."""
        QGuiApplication.clipboard().setImage(self._view.render_to_image(dpr=self._view.devicePixelRatioF()))
        self._window.status.show_hover("The map is on the clipboard.")

    def clear_marks(self) -> None:
        """Take pins, measured lines and marks of what was identified away; the choice of features stays."""
        self._view.set_overlay("place", ())
        self.features.clear_highlight()
        self._view.tool.leave()
