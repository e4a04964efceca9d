"""The table of actions: menu, words, shortcut, icon and help of all that the menus offer, with QGIS' keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from lodeway.paint.preview import PREVIEWS


@dataclass(frozen=True, slots=True)
class Act:
    """One line of a menu. ``id`` is also the name of the window's method, with ``on_`` before it; empty = a line."""

    id: str
    menu: str
    text: str = ""
    keys: str = ""
    icon: str = ""
    help: str = ""
    checkable: bool = False


def _line(menu: str) -> Act:
    return Act("", menu)


FILE, EDIT, VIEW, MAP, BOOKMARKS, HELP = "&File", "&Edit", "&View", "&Map", "&Bookmarks", "&Help"
MENUS = (FILE, EDIT, VIEW, MAP, BOOKMARKS, HELP)

ACTIONS: tuple[Act, ...] = (
    Act("new", FILE, "&New Scenario", "Ctrl+N", "file-plus", "Back to the baseline, with no file"),
    Act("open", FILE, "&Open Scenario…", "Ctrl+O", "folder-open", "Open a scenario file"),
    Act("save", FILE, "&Save Scenario", "Ctrl+S", "save", "Save the levers as a small text file"),
    Act("save_as", FILE, "Save Scenario &As…", "Ctrl+Shift+S", "", "Save the levers under another name"),
    Act("add_layer", FILE, "Add &Layer…", "Ctrl+Shift+V", "table", "Put a file of one's own on the map"),
    Act("save_picture", FILE, "Save &Window as Picture…", "", "", "Save what the window shows as PNG"),
    _line(FILE),
    Act("quit", FILE, "&Quit", "Ctrl+Q"),
    Act("undo", EDIT, "&Undo", "Ctrl+Z", "undo-2", "Take the last step back"),
    Act("redo", EDIT, "&Redo", "Ctrl+Shift+Z", "redo-2", "Take the undone step again"),
    _line(EDIT),
    Act("toggle_block", EDIT, "&Block or Unblock Chosen", "Ctrl+B", "ban", "Block the chosen route, site or gate"),
    Act("reset", EDIT, "Rese&t to Baseline", "Ctrl+Shift+R", "rotate-ccw", "Take all levers away"),
    Act("show_source", EDIT, "Show &Source of Chosen…", "Ctrl+Shift+I", "info", "Where its numbers come from"),
    Act("cancel", EDIT, "&Cancel Solving", "Ctrl+.", "", "Stop waiting for the answer under way"),
    Act("zoom_in", VIEW, "Zoom &In", "Ctrl++", "zoom-in"),
    Act("zoom_out", VIEW, "Zoom &Out", "Ctrl+-", "zoom-out"),
    Act("zoom_full", VIEW, "Zoom to &World", "Ctrl+Shift+F", "earth", "Show the whole world"),
    Act("zoom_chosen", VIEW, "Zoom to &Chosen", "Ctrl+J", "locate-fixed", "Show the chosen thing on the map"),
    Act("zoom_home", VIEW, "Zoom to Copper&belt", "Ctrl+Shift+H", "house", "Show where the corridors start"),
    Act("open_table", VIEW, "Attribute &Table of Layer", "F6", "table", "Open the table of the layer chosen in Layers"),
    Act("projection", VIEW, "&Projection…", "Ctrl+Shift+P", "", "What the map is drawn on, its middle and rotation"),
    *(
        Act(f"preview_{name or 'none'}", VIEW, f"Preview: {title}", "", "", "How readers see the map", checkable=True)
        for name, title in PREVIEWS.items()
    ),
    _line(VIEW),
    Act("dark", VIEW, "&Dark Theme", "Ctrl+Shift+D", "moon", "Light or dark", checkable=True),
    Act("full_screen", VIEW, "&Full Screen", "F11", "", checkable=True),
    Act("hide_panels", VIEW, "Hide &Panels", "Ctrl+Tab", "", "Only the map", checkable=True),
    Act("reset_layout", VIEW, "Reset &Layout", "", "", "Panels where they were at first"),
    _line(VIEW),
    Act("locate", MAP, "&Find…", "Ctrl+K", "search", "Find an action, layer, site, route, town or coordinates"),
    _line(MAP),
    Act("tool_pan", MAP, "&Pan", "", "hand", "Drag the map; Space does it with any tool", checkable=True),
    Act("tool_zoom_box", MAP, "Zoom to &Rectangle", "", "scan-search", "Drag a rectangle to look at", checkable=True),
    Act("tool_identify", MAP, "&Identify", "Ctrl+I", "info", "Click: all that is known at a place", checkable=True),
    Act(
        "tool_select_box",
        MAP,
        "&Choose Features",
        "",
        "square-dashed",
        "Drag a box or click; Shift adds, Ctrl takes away",
        checkable=True,
    ),
    Act("tool_lasso", MAP, "Choose by &Lasso", "", "lasso", "Draw around features", checkable=True),
    Act(
        "tool_measure",
        MAP,
        "&Measure Line",
        "Ctrl+Shift+M",
        "ruler",
        "Lengths and bearings on the ellipsoid; U changes the unit",
        checkable=True,
    ),
    Act(
        "tool_measure_area", MAP, "Measure &Area", "Ctrl+Shift+J", "land-plot", "Area on the ellipsoid", checkable=True
    ),
    Act(
        "tool_note",
        MAP,
        "Write &Notes",
        "Ctrl+Shift+N",
        "message-square-text",
        "Click: a note on the map; drag moves it, a click on it changes it",
        checkable=True,
    ),
    _line(MAP),
    Act("zoom_last", MAP, "Zoom &Back", "Alt+Left", "arrow-left", "The view before this one"),
    Act("zoom_next", MAP, "Zoom &Forth", "Alt+Right", "arrow-right", "The view after this one"),
    _line(MAP),
    Act(
        "second_map",
        MAP,
        "Baseline Be&side",
        "F8",
        "",
        "The baseline in a second map on the same place",
        checkable=True,
    ),
    Act("swipe", MAP, "S&wipe to Baseline", "F9", "", "Baseline left, scenario right of a handle", checkable=True),
    Act("overview", MAP, "&Overview", "F7", "", "A small map of the world beside the large one", checkable=True),
    Act("map_tips", MAP, "Map &Tips", "", "", "Words beside the pointer", checkable=True),
    _line(MAP),
    Act("copy_map", MAP, "Cop&y Map", "Ctrl+Shift+C", "", "The map to the clipboard"),
    Act("clear_marks", MAP, "Clear Mar&ks", "", "", "Take pins and measured lines away"),
    Act("choose_none", MAP, "Choose &Nothing", "Ctrl+Shift+A", "", "No feature is chosen"),
    Act("try_things", HELP, "&Three Things to Try", "F1", "lightbulb"),
    Act("open_log", HELP, "Open &Log Folder", "", "", "Where the details of faults are written"),
    Act("about", HELP, "&About Lodeway", "", "info"),
)


def build(
    window: QMainWindow,
    icons: Callable[[str], QIcon],
    use_tool: Callable[[str], None],
    use_preview: Callable[[str], None],
) -> dict[str, QAction]:
    """Fill the menu bar from the table; an action calls the window's ``on_<id>``, or one of the two
    functions with the name of a map tool or preview.
    """
    menus: dict[str, QMenu] = {title: window.menuBar().addMenu(title) for title in MENUS}
    made: dict[str, QAction] = {}
    for act in ACTIONS:
        if not act.id:
            menus[act.menu].addSeparator()
            continue
        action = QAction(act.text, window, checkable=act.checkable)
        action.setObjectName(act.id)
        if act.keys:
            action.setShortcuts(_keys(act))
        if act.icon:
            action.setIcon(icons(act.icon))
        action.setStatusTip(act.help)
        action.setToolTip(f"{act.text.replace('&', '').rstrip('…')}{f' ({act.keys})' if act.keys else ''}")
        if act.id.startswith("tool_"):
            action.triggered.connect(partial(use_tool, act.id.removeprefix("tool_").replace("_", "-")))
        elif act.id.startswith("preview_"):
            action.triggered.connect(partial(use_preview, act.id.removeprefix("preview_")))
        else:
            action.triggered.connect(getattr(window, f"on_{act.id}"))
        menus[act.menu].addAction(action)
        made[act.id] = action
    return made


def menu(window: QMainWindow, title: str) -> QMenu:
    """The menu of that title."""
    return next(m for m in window.menuBar().findChildren(QMenu) if m.title() == title)


def _keys(act: Act) -> list[QKeySequence]:
    keys = [QKeySequence(act.keys)]
    if act.id == "redo":
        keys.append(QKeySequence("Ctrl+Y"))
    if act.id == "zoom_in":
        keys.append(QKeySequence("Ctrl+="))
    return keys
