"""The tools in the window, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from lodeway.atlas.gazetteer import Entry
from lodeway.session.document import Plane
from lodeway.session.map_commands import UsePlane
from lodeway.session.questions import ScriptedQuestions
from lodeway.session.settings import Settings
from lodeway.ui.bookmarks import BookmarkDialog, load
from lodeway.ui.main_window import MainWindow
from lodeway.ui.panels.identify import IdentifyPanel
from lodeway.ui.start import make_window
from tests.window.small import SmallEngine

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(qtbot: QtBot, own_settings: object) -> Iterator[MainWindow]:
    settings = Settings()
    settings.put(card_closed=True)
    made = make_window(settings, ScriptedQuestions(), SmallEngine())
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.bridge.session.start()
    qtbot.waitUntil(lambda: made.bridge.document.is_current and made.map.is_settled(), timeout=30_000)
    yield made
    made.give_up()


def middle(window: MainWindow) -> QPoint:
    return window.map.widget.rect().center()


def test_measuring_by_clicks_and_keys(qtbot: QtBot, window: MainWindow) -> None:
    view, box = window.map.widget, window.map_handlers.measure
    window.actions_by_id["tool_measure"].trigger()
    for dx in (-100, 0, 100):
        qtbot.mouseClick(view, LEFT, pos=middle(window) + QPoint(dx, 0))
    assert box.isVisible()
    assert "km" in box.total.text()
    assert len(box.stretches.text().splitlines()) == 2
    qtbot.keyClick(view, Qt.Key.Key_U)
    assert "NM" in box.total.text()
    qtbot.keyClick(view, Qt.Key.Key_Backspace)
    assert len(box.stretches.text().splitlines()) == 1
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not box.isVisible()
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_U)  # the unit is shared by all measuring
    window.actions_by_id["tool_pan"].trigger()


def test_the_locator_goes_to_places_and_coordinates_and_does_actions(qtbot: QtBot, window: MainWindow) -> None:
    locator = window.map_handlers.locator
    window.actions_by_id["locate"].trigger()
    qtbot.waitUntil(lambda: locator._world is not None, timeout=30_000)
    qtbot.keyClicks(locator.line, "-10.5 25.5")
    qtbot.keyClick(locator.line, Qt.Key.Key_Return)
    assert not locator.isVisible()
    assert (window.map.widget.view().lon, window.map.widget.view().lat) == pytest.approx((25.5, -10.5))
    window.actions_by_id["locate"].trigger()
    qtbot.keyClicks(locator.line, "kolwezi")
    ids = [locator.list.item(row).data(Qt.ItemDataRole.UserRole).id for row in range(locator.list.count())]
    assert any(found.startswith("town:") for found in ids)
    qtbot.keyClick(locator.line, Qt.Key.Key_Escape)
    assert not locator.isVisible()
    window.map_handlers.take(Entry("action:dark", "Dark Theme", "action"))
    assert window.bridge.document.theme == "dark"
    window.map_handlers.take(Entry("layer:coast", "Coastline", "layer"))
    assert "coast" in window.bridge.document.hidden_layers


def test_identify_shows_what_is_there_and_copies_it(qtbot: QtBot, window: MainWindow) -> None:
    panel = window.panel("identify")
    assert isinstance(panel, IdentifyPanel)
    window.actions_by_id["tool_identify"].trigger()
    qtbot.mouseClick(window.map.widget, LEFT, pos=middle(window))
    qtbot.waitUntil(lambda: panel.tree.topLevelItemCount() > 0, timeout=10_000)
    panel.copy_all()
    assert "Countries" in QGuiApplication.clipboard().text()
    panel.copy_feature()
    assert QGuiApplication.clipboard().text().strip()
    window.actions_by_id["clear_marks"].trigger()


def test_choosing_by_box_is_undone(qtbot: QtBot, window: MainWindow) -> None:
    view, link = window.map.widget, window.map_handlers.features
    window.actions_by_id["tool_select_box"].trigger()
    link.layer = "countries"
    qtbot.mousePress(view, LEFT, pos=middle(window) - QPoint(60, 60))
    qtbot.mouseMove(view, middle(window))
    qtbot.mouseRelease(view, LEFT, pos=middle(window) + QPoint(60, 60))
    qtbot.waitUntil(lambda: bool(window.bridge.document.features), timeout=10_000)
    assert list(window.bridge.document.features) == ["countries"]
    window.actions_by_id["undo"].trigger()
    assert not window.bridge.document.features


def test_zoom_back_and_forth_apart_from_undo(qtbot: QtBot, window: MainWindow) -> None:
    view = window.map.widget
    first = view.view()
    window.actions_by_id["zoom_in"].trigger()
    qtbot.waitUntil(window.map.is_settled, timeout=10_000)
    nearer = view.view()
    window.actions_by_id["zoom_last"].trigger()
    assert view.view() == first
    window.actions_by_id["zoom_next"].trigger()
    assert view.view() == nearer


def test_bookmarks_are_kept_renamed_and_gone_to(qtbot: QtBot, window: MainWindow) -> None:
    window.bookmarks.keep("Here & now")
    window.bookmarks.fill()
    settings = Settings()
    assert [one.name for one in load(settings)] == ["Here & now"]
    dialog = BookmarkDialog(load(settings), window)
    dialog.list.item(0).setText("There")
    assert [one.name for one in dialog.bookmarks()] == ["There"]
    dialog.deleteLater()
    settings.put(bookmarks='[{"name": 1}, 5, {"name": "x", "lon": "?"}]')
    assert load(settings) == [], "a damaged entry is left out"


def test_another_plane_keeps_the_place_and_is_undone(qtbot: QtBot, window: MainWindow) -> None:
    before = window.map.widget.view()
    window.do(UsePlane(Plane("web-mercator", None, 30.0), "Web Mercator"))
    qtbot.waitUntil(window.map.is_settled, timeout=30_000)
    after = window.map.widget.view()
    assert (after.lon, after.lat) == pytest.approx((before.lon, before.lat), abs=1.5)
    assert window.map.widget.viewport.rotation_deg == 30.0
    window.actions_by_id["undo"].trigger()
    assert window.map.widget.projection.id == "equal-earth"
