"""The whole window, offscreen: on the small world, and on the shipped atlas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lodeway.errors import DataError
from lodeway.model.atlas import Atlas
from lodeway.model.scenario import Scenario
from lodeway.session import commands as c
from lodeway.session.document import Document
from lodeway.session.engine import Engine, ShippedEngine
from lodeway.session.questions import ScriptedQuestions
from lodeway.session.settings import Autosave, Settings
from lodeway.ui import actions
from lodeway.ui.main_window import SUFFIX, MainWindow
from lodeway.ui.map_link import bounds_of
from lodeway.ui.panels import PANELS
from lodeway.ui.panels.routes import RoutesPanel
from lodeway.ui.source_dialog import SourceDialog
from lodeway.ui.start import make_window
from tests.window.small import SmallEngine, small_atlas

Open = Callable[..., MainWindow]


@pytest.fixture
def questions() -> ScriptedQuestions:
    return ScriptedQuestions()


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path, questions: ScriptedQuestions) -> Iterator[Open]:
    made: list[MainWindow] = []

    def make(engine: Engine | None = None, size: tuple[int, int] = (1280, 800)) -> MainWindow:
        window = make_window(Settings(tmp_path / "settings"), questions, engine or SmallEngine())
        made.append(window)
        window.resize(*size)
        with qtbot.waitExposed(window):
            window.show()
        window.bridge.session.start()
        document = lambda: window.bridge.document  # noqa: E731
        qtbot.waitUntil(lambda: document().is_current or document().work.phase == "failed", timeout=60_000)
        return window

    yield make
    for window in made:
        window.give_up()
        window.hide()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _settled(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.bridge.document.is_current and window.map.is_settled(), timeout=60_000)


@pytest.mark.parametrize("size", [(1280, 800), (1366, 768), (1920, 1080)])
def test_the_map_keeps_the_larger_part(qtbot: QtBot, open_window: Open, size: tuple[int, int]) -> None:
    window = open_window(size=size)
    _settled(qtbot, window)
    share = window.map.widget.width() * window.map.widget.height() / (window.width() * window.height())
    assert share >= (0.5 if size == (1280, 800) else 0.45)
    assert {name for name, dock in window.docks.items() if dock.isVisible() or window.tabifiedDockWidgets(dock)} == set(
        PANELS
    ) - {"tables", "identify"}


def test_blocking_repaints_and_undo_comes_back(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    _settled(qtbot, window)
    before = window.map.widget.grab().toImage()
    window.bridge.session.select("route:north")
    window.actions_by_id["toggle_block"].trigger()
    _settled(qtbot, window)
    assert window.bridge.document.blocked == {"route:north"}
    assert window.map.widget.grab().toImage() != before
    assert window.actions_by_id["undo"].text() == "&Undo Block North"
    assert window.windowTitle().startswith("What-if *")
    window.actions_by_id["undo"].trigger()
    _settled(qtbot, window)
    assert window.bridge.document.scenario == Scenario()
    assert window.map.widget.grab().toImage() == before
    assert not window.actions_by_id["undo"].isEnabled()


def test_a_right_click_on_the_map_offers_levers(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    _settled(qtbot, window)
    window.map.zoom_to("mine:a")
    _settled(qtbot, window)
    spot = window.map.widget.rect().center()
    assert window.map.widget.thing_at(spot.toPointF())[0] == "mine:a"
    qtbot.mouseClick(window.map.widget, Qt.MouseButton.RightButton, pos=spot)
    assert window.bridge.document.selection == "mine:a"
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()
    menu = window.context_menu("mine:a")
    next(action for action in menu.actions() if action.text() == "Block").trigger()
    menu.deleteLater()
    assert window.bridge.document.blocked == {"mine:a"}


def test_hovering_tells_the_name_and_the_place(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    window.map.zoom_to("mine:a")
    _settled(qtbot, window)
    qtbot.mouseMove(window.map.widget, window.map.widget.rect().center() + QPoint(90, 90))
    qtbot.mouseMove(window.map.widget, window.map.widget.rect().center())
    qtbot.waitUntil(lambda: "Mine A" in window.status.hover.text())
    assert "° S" in window.status.position.text()
    assert window.status.scale.text().startswith("1:")


def test_everything_has_a_name_for_those_who_listen(open_window: Open) -> None:
    window = open_window()
    nameless = [
        w
        for w in window.findChildren(QWidget)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus
        and w.isVisible()
        and not (w.accessibleName() or getattr(w, "text", str)() or getattr(w.parent(), "accessibleName", str)())
        and not w.objectName().startswith("qt_")
    ]
    assert not nameless, nameless


def test_shortcuts_are_unique(open_window: Open) -> None:
    window = open_window()
    keys = [key.toString() for action in window.findChildren(QAction) for key in action.shortcuts()]
    assert len(keys) == len(set(keys)), sorted(keys)
    assert set(window.actions_by_id) == {act.id for act in actions.ACTIONS if act.id}


def test_themes_change_at_once_and_are_kept(qtbot: QtBot, open_window: Open, tmp_path: Path) -> None:
    window = open_window()
    _settled(qtbot, window)
    light = window.grab().toImage().pixelColor(4, 4).lightness()
    window.actions_by_id["dark"].trigger()
    _settled(qtbot, window)
    assert window.grab().toImage().pixelColor(4, 4).lightness() < light - 100
    assert Settings(tmp_path / "settings").text("theme") == "dark"


def test_the_card_tries_things_and_stays_away_once_closed(qtbot: QtBot, open_window: Open, tmp_path: Path) -> None:
    window = open_window()
    assert window._card is not None
    button = next(b for b in window._card.findChildren(QWidget) if "Suez" in getattr(b, "text", str)())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.bridge.document.blocked == {"gate:suez"}
    window._card._close()
    assert window._card is None
    assert Settings(tmp_path / "settings").flag("card_closed")


def test_a_bad_file_is_told_and_changes_nothing(
    open_window: Open, questions: ScriptedQuestions, tmp_path: Path
) -> None:
    window = open_window()
    bad = tmp_path / f"bad{SUFFIX}"
    bad.write_text("this is no scenario", encoding="utf-8")
    questions._answers = [bad]
    window.on_open()
    assert len(questions.asked) == 2 and questions.asked[-1].startswith("Open Scenario: ")
    assert window.bridge.document.scenario == Scenario()


def test_closing_asks_before_anything_is_lost(open_window: Open, questions: ScriptedQuestions, tmp_path: Path) -> None:
    window = open_window()
    window.do(c.Block("route:north", "North"))
    questions._answers = ["Cancel"]
    assert not window.close()
    assert Autosave(tmp_path / "settings").left_over() is not None
    questions._answers = ["Save", tmp_path / f"mine{SUFFIX}"]
    assert window.close()
    assert (tmp_path / f"mine{SUFFIX}").exists()
    assert Autosave(tmp_path / "settings").left_over() is None


@pytest.mark.parametrize(("answer", "levers"), [(True, 1), (False, 0)])
def test_what_a_crash_left_is_offered(
    open_window: Open, questions: ScriptedQuestions, tmp_path: Path, answer: bool, levers: int
) -> None:
    kept = c.Block("route:north", "North").apply(Document()).scenario
    Autosave(tmp_path / "settings").keep(kept)
    window = open_window()
    questions._answers = [answer]
    window.restore_autosave()
    assert len(window.bridge.document.scenario.levers) == levers
    assert len(questions.asked) == 1


def test_a_late_answer_never_reaches_the_window(qtbot: QtBot, open_window: Open) -> None:
    engine = SmallEngine()
    window = open_window(engine)
    engine.hold = "route:north"
    window.do(c.Block("route:north", "North"))
    qtbot.waitUntil(engine.started.is_set)
    window.on_undo()
    window.do(c.Block("route:south", "South"))
    engine.release.set()
    _settled(qtbot, window)
    answer = window.bridge.document.answer
    assert answer is not None and answer.result.routes["route:north"].flow_t_per_year == 60_000.0


def test_an_atlas_that_cannot_be_read_is_one_sentence(open_window: Open) -> None:
    class Broken(SmallEngine):
        def atlas(self) -> Atlas:
            raise DataError("atlas.gpkg is missing; put back the shipped file.")

    window = open_window(Broken())
    assert window.bridge.document.work.words == "atlas.gpkg is missing; put back the shipped file."
    assert window.bridge.document.atlas is None


def test_sources_open_beside_the_map(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.bridge.document.provenance is not None)
    window.bridge.session.select("route:north")
    window.actions_by_id["show_source"].trigger()
    (dialog,) = window.findChildren(SourceDialog)
    assert "The Book" in dialog.text.toPlainText()
    dialog.close()


def test_bounds_have_room_and_cross_the_date_line() -> None:
    atlas = small_atlas()
    west, south, east, north = bounds_of(atlas, "route:north") or (0, 0, 0, 0)
    assert west < 13.5 < 25.5 < east and south < -12.4 < -10.7 < north
    assert bounds_of(atlas, "commodity:copper") is None


# The shipped atlas ------------------------------------------------------------------------------------------------


def test_the_real_world_reroutes_when_lobito_is_blocked(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(ShippedEngine(), (1600, 1000))
    qtbot.waitUntil(lambda: window.bridge.document.is_current, timeout=120_000)
    routes = window.panel("routes")
    assert isinstance(routes, RoutesPanel)
    window.bridge.session.select("route:lobito")
    qtbot.keyClick(routes.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.bridge.document.is_current, timeout=120_000)
    answer = window.bridge.document.answer
    assert answer is not None
    assert answer.result.routes["route:lobito"].flow_t_per_year == 0.0
    won = [r for r in answer.result.routes.values()
           if r.flow_t_per_year > answer.comparison.baseline.routes[r.id].flow_t_per_year + 1_000.0]  # fmt: skip
    assert won
    row = routes.model.row_of("route:lobito")
    assert routes.model.index(row, 3).data() == "0\u202ft"
    _settled(qtbot, window)
    window.on_undo()
    qtbot.waitUntil(lambda: window.bridge.document.is_current, timeout=120_000)
    assert not window.bridge.document.scenario_asked
