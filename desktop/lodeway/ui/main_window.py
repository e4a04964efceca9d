"""The main window: map in the middle, docks around it, menus, status bar. It gives commands and shows the document."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, Qt, QUrl
from PySide6.QtGui import (
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QIcon,
    QKeySequence,
    QPalette,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QMainWindow, QMenu, QWidget

from lodeway import __version__
from lodeway.errors import LodewayError
from lodeway.geo.projection import projection_of
from lodeway.model.features import Features
from lodeway.model.table import Rows
from lodeway.paint.preview import PREVIEWS
from lodeway.session.commands import Block, Command, ResetScenario, Unblock, UseScenario
from lodeway.session.document import Plane, Theme
from lodeway.session.feature_commands import ChooseFeatures
from lodeway.session.map_commands import UsePlane
from lodeway.session.questions import Questions
from lodeway.session.settings import Settings
from lodeway.ui import actions, context_menu, layout, theme, words
from lodeway.ui.bookmarks import Bookmarks
from lodeway.ui.bridge import Bridge
from lodeway.ui.crs_dialog import CrsDialog
from lodeway.ui.dock_title import DockTitle
from lodeway.ui.faults import log_file
from lodeway.ui.icons import icon
from lodeway.ui.layer_handlers import LayerHandlers
from lodeway.ui.map_handlers import MapHandlers
from lodeway.ui.map_link import MapLink
from lodeway.ui.map_tools import MapTools
from lodeway.ui.panels import PANELS
from lodeway.ui.panels.layers import LayersPanel
from lodeway.ui.panels.results import ResultsPanel
from lodeway.ui.panels.routes import RoutesPanel
from lodeway.ui.panels.tables import TablesPanel
from lodeway.ui.source_dialog import SourceDialog
from lodeway.ui.start_card import StartCard, Trial
from lodeway.ui.status import StatusBar
from lodeway.ui.tables.link import TablesLink

SUFFIX = ".lodeway.json"
LAYOUT_VERSION = 1
HOME = "route:lobito"
"""What the map shows first: where the corridors of the Copperbelt start."""


class MainWindow(QMainWindow):
    """One window, one bridge. ``questions`` answers its dialogs, ``settings`` keeps its layout."""

    def __init__(self, bridge: Bridge, settings: Settings, questions: Questions) -> None:
        super().__init__()
        self.bridge = bridge
        self.settings = settings
        self.questions = questions
        self._card: StartCard | None = None
        self._arranged = False
        self.setObjectName("lodeway")
        self.map = MapLink(bridge, self)
        self.setCentralWidget(self.map.widget)
        self.status = StatusBar(bridge, self)
        self.setStatusBar(self.status)
        self.actions_by_id = actions.build(self, self.icon, self._use_tool, self._use_preview)
        self.tools = MapTools(self.actions_by_id, self.map.widget)
        self.docks = {panel_id: self._dock(panel_id) for panel_id in PANELS}
        self._connect()
        self.map_handlers = MapHandlers(self)
        self.layer_handlers = LayerHandlers(self)
        self.setAcceptDrops(True)
        self.actions_by_id["preview_none"].setChecked(True)
        self.actions_by_id["map_tips"].setChecked(settings.flag("map_tips"))
        self.map.widget.show_tips = settings.flag("map_tips")
        self.bookmarks = Bookmarks(
            actions.menu(self, actions.BOOKMARKS), settings, self.map.widget.view, self.map.widget.set_view, self
        )
        self._show_theme()
        self._show_history()
        self.resize(1280, 800)

    # Building ---------------------------------------------------------------------------------------------------

    def icon(self, name: str) -> QIcon:
        """An icon in the colour of the theme."""
        group = QPalette.ColorGroup
        shades = [self.palette().color(g, QPalette.ColorRole.WindowText) for g in (group.Active, group.Disabled)]
        return icon(name, *shades)

    def panel(self, panel_id: str) -> QWidget:
        """The widget of a dock."""
        widget = self.docks[panel_id].widget()
        assert widget is not None
        return widget

    def dress(self, dock: QDockWidget, sentence: QLabel | None = None) -> None:
        """Give a dock the quiet title bar, with the cross in the colour of the theme."""
        title = DockTitle(dock, sentence)
        dock.setTitleBarWidget(title)
        title.show_icon(self.icon)

    def _dock(self, panel_id: str) -> QDockWidget:
        panel = PANELS[panel_id]
        dock = QDockWidget(panel.title, self)
        dock.setObjectName(f"dock-{panel_id}")
        dock.setWidget(panel.make(self.bridge))
        dock.setAccessibleName(panel.title)
        self.dress(dock, getattr(dock.widget(), "sentence", None))
        self.addDockWidget(panel.area, dock)
        toggle = dock.toggleViewAction()
        toggle.setShortcut(QKeySequence(panel.shortcut))
        actions.menu(self, actions.VIEW).addAction(toggle)
        return dock

    def _connect(self) -> None:
        bridge = self.bridge
        bridge.theme_changed.connect(self._show_theme)
        bridge.history_changed.connect(self._show_history)
        bridge.atlas_changed.connect(self._show_first_time)
        self.map.hovered.connect(self.status.show_hover)
        self.map.pointed.connect(self.status.show_position)
        self.map.menu_asked.connect(self._show_menu)
        self.map.failed.connect(self.status.show_hover)
        self.status.crs_asked.connect(self.on_projection)
        routes = self.panel("routes")
        assert isinstance(routes, RoutesPanel)
        routes.menu_asked.connect(self._show_menu)
        routes.show_on_map.connect(self.map.zoom_to)
        tables = self.panel("tables")
        assert isinstance(tables, TablesPanel)
        self._tables = TablesLink(tables, self.map, self.questions, self.folder())
        results = self.panel("results")
        assert isinstance(results, ResultsPanel)
        results.export_asked.connect(self._tables.export_grid)

    # From the document ------------------------------------------------------------------------------------------

    def _show_theme(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        name: Theme = self.bridge.document.theme
        theme.apply(app, name)
        self.actions_by_id["dark"].setChecked(name == "dark")
        for title in self.findChildren(DockTitle):
            title.show_icon(self.icon)
        for act in actions.ACTIONS:
            if act.icon:
                self.actions_by_id[act.id].setIcon(
                    self.icon("sun" if act.id == "dark" and name == "dark" else act.icon)
                )

    def _show_history(self) -> None:
        session = self.bridge.session
        for action_id, word, name in (("undo", "&Undo", session.undo_name), ("redo", "&Redo", session.redo_name)):
            action = self.actions_by_id[action_id]
            action.setEnabled(bool(name))
            action.setText(f"{word} {name}".rstrip())
            action.setStatusTip(f"{word.replace('&', '')} {name}".rstrip())
        document = self.bridge.document
        has_choice = bool(document.selection)
        for action_id in ("toggle_block", "show_source", "zoom_chosen"):
            self.actions_by_id[action_id].setEnabled(has_choice)
        self.actions_by_id["reset"].setEnabled(document.scenario != type(document.scenario)())
        self.actions_by_id["cancel"].setEnabled(document.work.phase == "solving")
        file = session.file
        name = file.name.removesuffix(SUFFIX) if file is not None else document.scenario.name
        self.setWindowTitle(f"{name}{'' if session.is_saved else ' *'} – Lodeway")

    def _show_first_time(self) -> None:
        if self.bridge.document.atlas is not None and not self.settings.flag("card_closed"):
            self.on_try_things()

    def _show_menu(self, identifier: str, place: QPoint) -> None:
        menu = self.context_menu(identifier)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def context_menu(self, identifier: str) -> QMenu:
        """The menu of a right click on that thing."""
        extra: list[tuple[str, str, Callable[[], None]]] = [
            ("locate-fixed", "Zoom to It", lambda: self.map.zoom_to(identifier)),
            ("info", "Show Source…", lambda: self.show_source(identifier)),
        ]
        return context_menu.build(self.bridge.document, identifier, self.do, extra, self.icon, self)

    # What the user does -----------------------------------------------------------------------------------------

    def do(self, command: Command) -> None:
        """Take a step."""
        self.bridge.session.do(command)

    def on_new(self) -> None:
        if self._may_lose("New Scenario"):
            self.bridge.session.forget_file()
            self.do(ResetScenario())

    def on_open(self) -> None:
        if not self._may_lose("Open Scenario"):
            return
        path = self.questions.choose_file("Open Scenario", self.folder(), suffix=SUFFIX, save=False)
        if path is not None:
            self.open_file(path)

    def open_file(self, path: Path) -> None:
        """Open a scenario file; a bad one is told in one sentence and changes nothing."""
        with self._telling("Open Scenario"):
            self.bridge.session.open_file(path)
            self.settings.put(folder=str(path.resolve().parent))

    def on_save(self) -> bool:
        file = self.bridge.session.file
        return self.on_save_as() if file is None else self._save(file)

    def on_save_as(self) -> bool:
        suggested = self.folder() / f"{self.bridge.document.scenario.name}{SUFFIX}"
        path = self.questions.choose_file("Save Scenario", suggested, suffix=SUFFIX, save=True)
        return path is not None and self._save(path)

    def _save(self, path: Path) -> bool:
        with self._telling("Save Scenario"):
            self.bridge.session.save_file(path)
            self.settings.put(folder=str(path.resolve().parent))
            return True
        return False

    def on_save_picture(self) -> None:
        path = self.questions.choose_file("Save Picture", self.folder() / "lodeway.png", suffix=".png", save=True)
        if path is not None and not self.grab().save(str(path)):
            self.questions.tell("Save Picture", f"{path} cannot be written; choose another folder.")

    def on_quit(self) -> None:
        self.close()

    def on_undo(self) -> None:
        self.bridge.session.undo()

    def on_redo(self) -> None:
        self.bridge.session.redo()

    def on_toggle_block(self) -> None:
        document = self.bridge.document
        chosen, label = document.selection, words.short_name(document.atlas, document.selection)
        self.do(Unblock(chosen, label) if chosen in document.blocked else Block(chosen, label))

    def on_reset(self) -> None:
        self.do(ResetScenario())

    def on_show_source(self) -> None:
        self.show_source(self.bridge.document.selection)

    def show_source(self, identifier: str) -> None:
        """Open the sources of a thing beside the map."""
        dialog = SourceDialog(self.bridge.document, identifier, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def on_cancel(self) -> None:
        self.bridge.session.cancel()

    def on_zoom_in(self) -> None:
        self.map.zoom_by(2.0)

    def on_zoom_out(self) -> None:
        self.map.zoom_by(0.5)

    def on_zoom_full(self) -> None:
        self.map.zoom_to_world()

    def on_zoom_chosen(self) -> None:
        self.map.zoom_to(self.bridge.document.selection)

    def on_zoom_home(self) -> None:
        self.map.zoom_home()

    def on_open_table(self) -> None:
        layers = self.panel("layers")
        assert isinstance(layers, LayersPanel)
        self.open_table(layers.current or "mines")

    def open_table(self, layer: str) -> None:
        """Show the attribute table of a layer."""
        self.docks["tables"].show()
        self.docks["tables"].raise_()
        self._tables.open_for(layer)

    def on_add_layer(self) -> None:
        self.layer_handlers.add()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Local files may be dropped."""
        if self.layer_handlers.dropped(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put dropped files on the map; a scenario is opened."""
        self.open_paths(self.layer_handlers.dropped(event.mimeData()))
        event.acceptProposedAction()

    def open_paths(self, paths: list[Path]) -> None:
        """Scenarios are opened, other files become layers."""
        for path in paths:
            if path.name.endswith(SUFFIX):
                self.open_file(path)
        self.layer_handlers.open([path for path in paths if not path.name.endswith(SUFFIX)])

    def on_projection(self) -> None:
        dialog = CrsDialog(self.bridge.document.plane, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._use_plane(dialog.plane))
        dialog.open()

    def _use_plane(self, plane: Plane) -> None:
        self.do(UsePlane(plane, projection_of(plane.crs, plane.central_deg).title))

    def zoom_to_features(self, layer: str, rows: Rows) -> None:
        """Show some features of a layer."""
        self._tables.zoom(layer, rows)

    def _use_tool(self, tool: str, _checked: bool = True) -> None:
        self.map_handlers.use_tool(tool)

    def _use_preview(self, name: str, _checked: bool = True) -> None:
        preview = "" if name == "none" else name
        self.map.widget.set_preview(preview)
        for other in PREVIEWS:
            self.actions_by_id[f"preview_{other or 'none'}"].setChecked(other == preview)

    def on_second_map(self, shown: bool) -> None:
        self.map_handlers.show_beside(shown)

    def on_overview(self, shown: bool) -> None:
        self.map_handlers.show_overview(shown)

    def on_swipe(self, shown: bool) -> None:
        self.map_handlers.show_swipe(shown)

    def on_map_tips(self, shown: bool) -> None:
        self.map.widget.show_tips = shown
        self.settings.put(map_tips=shown)

    def on_locate(self) -> None:
        self.map_handlers.locate()

    def on_zoom_last(self) -> None:
        self.map.widget.zoom_back()

    def on_zoom_next(self) -> None:
        self.map.widget.zoom_back(-1)

    def on_copy_map(self) -> None:
        self.map_handlers.copy_map()

    def on_clear_marks(self) -> None:
        self.map_handlers.clear_marks()

    def on_choose_none(self) -> None:
        self.do(ChooseFeatures(Features()))

    def on_dark(self, dark: bool) -> None:
        name: Theme = "dark" if dark else "light"
        self.settings.put(theme=name)
        self.bridge.session.use_theme(name)

    def on_full_screen(self, full: bool) -> None:
        self.setWindowState(Qt.WindowState.WindowFullScreen if full else Qt.WindowState.WindowNoState)

    def on_hide_panels(self, hidden: bool) -> None:
        for dock in self.docks.values():
            dock.setVisible(not hidden)

    def on_reset_layout(self) -> None:
        self.actions_by_id["hide_panels"].setChecked(False)
        layout.arrange(self, self.docks, self.width())

    def on_try_things(self) -> None:
        atlas = self.bridge.document.atlas
        if atlas is None:
            return
        if self._card is not None:
            self._card.deleteLater()
        self._card = StartCard(atlas, self.icon, self.map.widget)
        self._card.tried.connect(self._try)
        self._card.closed.connect(self._card_closed)

    def _try(self, trial: Trial) -> None:
        atlas = self.bridge.document.atlas
        assert atlas is not None
        for step in trial.steps(atlas):
            self.do(step)
        if trial.show:
            self.map.zoom_to(trial.show)

    def _card_closed(self) -> None:
        self._card = None
        self.settings.put(card_closed=True)

    def on_open_log(self) -> None:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_file().parent)))

    def on_about(self) -> None:
        document = self.bridge.document
        data = f" with the data of {document.atlas.year}" if document.atlas is not None else ""
        self.questions.tell(
            "About Lodeway",
            f"Lodeway {__version__}{data}: an offline map of critical-mineral supply routes. MIT licence; the "
            "licence of each layer is shown by its line in Layers.",
        )

    # Files and windows ------------------------------------------------------------------------------------------

    def restore_autosave(self) -> None:
        """Offer what a run that did not end well has left."""
        left = self.bridge.session.left_over()
        if left is None:
            return
        text = f"The last run did not end well. Its scenario “{left.name}” with {len(left.levers)} levers was kept."
        if self.questions.confirm("Restore Scenario", text, yes="Restore", no="Discard"):
            self.do(UseScenario(left))
        else:
            self.bridge.session.forget_left_over()

    def _may_lose(self, title: str) -> bool:
        if self.bridge.session.is_saved:
            return True
        text = f"The scenario “{self.bridge.document.scenario.name}” has changes that are not saved."
        answer = self.questions.choose(title, text, ["Save", "Discard", "Cancel"])
        return self.on_save() if answer == 0 else answer == 1

    def folder(self) -> Path:
        """Where files were opened or saved last."""
        kept = self.settings.text("folder")
        return Path(kept) if kept and Path(kept).is_dir() else Path.home()

    @contextlib.contextmanager
    def _telling(self, title: str) -> Iterator[None]:
        try:
            yield
        except LodewayError as error:
            self.questions.tell(title, str(error))

    def showEvent(self, event: QShowEvent) -> None:
        """At the first show the docks go where they were, or where they belong at this size."""
        super().showEvent(event)
        if not self._arranged:
            self._arranged = True
            layout.arrange(self, self.docks, self.width())
            state = self.settings.text("layout")
            if state:
                self.restoreState(QByteArray.fromBase64(state.encode()), LAYOUT_VERSION)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask before anything is lost; then stop the worker and leave nothing behind."""
        if not self._may_lose("Quit Lodeway"):
            event.ignore()
            return
        self.settings.put(
            hidden_layers=sorted(self.bridge.document.hidden_layers),
            layout=self.saveState(LAYOUT_VERSION).toBase64().toStdString(),
            geometry=self.saveGeometry().toBase64().toStdString(),
        )
        self.give_up()
        event.accept()

    def give_up(self) -> None:
        """Stop the worker and the drawing; nothing of the window stays alive."""
        tables = self.panel("tables")
        assert isinstance(tables, TablesPanel)
        tables.shutdown()
        self.map_handlers.shutdown()
        self.layer_handlers.shutdown()
        self.bridge.session.close()
        self.map.close()
