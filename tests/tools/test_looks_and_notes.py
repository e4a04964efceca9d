"""Notes on the map, the overview, and how the user lets shipped layers look: all undone by one step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from lodeway.carto.display import Pen, Symbol, Text, faded, with_alpha
from lodeway.carto.layers import BY_ID
from lodeway.model.look import LayerLook, Note
from lodeway.session.document import Document, View
from lodeway.session.look_commands import ChangeLook, PutNote, next_note
from lodeway.session.questions import ScriptedQuestions
from lodeway.session.settings import Settings
from lodeway.ui.main_window import MainWindow
from lodeway.ui.panels.layers import LayersPanel
from lodeway.ui.start import make_window
from tests.window.small import SmallEngine


@pytest.fixture
def questions() -> ScriptedQuestions:
    return ScriptedQuestions([])


@pytest.fixture
def window(qtbot: QtBot, own_settings: object, questions: ScriptedQuestions) -> Iterator[MainWindow]:
    settings = Settings()
    settings.put(card_closed=True)
    made = make_window(settings, questions, SmallEngine())
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.bridge.session.start()
    qtbot.waitUntil(lambda: made.bridge.document.is_current and made.map.is_settled(), timeout=30_000)
    yield made
    questions._answers[:] = ["Discard"] * 3
    made.give_up()


def test_a_note_is_written_changed_moved_and_taken_away(
    qtbot: QtBot, window: MainWindow, questions: ScriptedQuestions
) -> None:
    view = window.map.widget
    view.set_view(View(20.0, 0.0, 4_000.0))
    window.actions_by_id["tool_note"].trigger()
    questions._answers[:] = ["Bridge closed since April"]
    at = QPoint(view.width() // 3, view.height() // 3)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    (note,) = window.bridge.document.notes
    assert note.text == "Bridge closed since April"
    place = view.lonlat_at(at.toPointF())
    assert place is not None and (note.lon, note.lat) == pytest.approx(place)
    qtbot.waitUntil(lambda: view.thing_at(at.toPointF())[0] == note.id, timeout=10_000)
    # a drag moves it, words and id stay
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(view, at + QPoint(30, 20))
    qtbot.mouseMove(view, at + QPoint(60, 40))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at + QPoint(60, 40))
    moved = window.bridge.document.notes[0]
    assert moved.id == note.id and moved.text == note.text and moved.lon > note.lon
    assert view.view().lon == pytest.approx(20.0, abs=0.2), "the map stays where it is while a note is dragged"
    window.bridge.session.undo()
    assert window.bridge.document.notes == (note,)
    # no words take it away, and undo brings it back
    qtbot.waitUntil(view.settled, timeout=10_000)
    questions._answers[:] = [""]
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert window.bridge.document.notes == ()
    window.bridge.session.undo()
    assert window.bridge.document.notes == (note,)


def test_a_note_is_no_thing_of_the_atlas(qtbot: QtBot, window: MainWindow, questions: ScriptedQuestions) -> None:
    """A right click on one ended in a traceback, for its id is none of a site, link or route."""
    view = window.map.widget
    at = QPoint(view.width() // 3, view.height() // 3)
    place = view.lonlat_at(at.toPointF())
    assert place is not None
    window.do(PutNote(Note("note:1", *place, "Road works")))
    qtbot.waitUntil(lambda: view.thing_at(at.toPointF())[0] == "note:1", timeout=10_000)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert window.bridge.document.selection == ""
    questions._answers[:] = ["Road open"]
    view.contextRequested.emit("note:1", view.mapToGlobal(at))
    assert [note.text for note in window.bridge.document.notes] == ["Road open"]
    assert (window.bridge.document.notes[0].lon, window.bridge.document.notes[0].lat) == pytest.approx(place)


def test_notes_keep_their_order_and_their_numbers() -> None:
    document = Document()
    for text in ("one", "two", "three"):
        document = PutNote(Note(next_note(document), 1.0, 2.0, text)).apply(document)
    assert [note.id for note in document.notes] == ["note:1", "note:2", "note:3"]
    document = PutNote(Note("note:2", 5.0, 5.0, "2")).apply(document)
    assert [note.text for note in document.notes] == ["one", "2", "three"]
    document = PutNote(Note("note:3", 0.0, 0.0, "")).apply(document)
    assert next_note(document) == "note:3"


def test_the_overview_shows_where_the_map_looks_and_takes_it_there(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_by_id["overview"].trigger()
    overview = window.map_handlers._overview
    assert overview is not None
    qtbot.waitUntil(overview.map.settled, timeout=10_000)
    window.map.widget.set_view(View(100.0, 30.0, 3_000.0))
    window.map.widget.viewChanged.emit(window.map.widget.view())
    lon, lat = overview.map.extent().mean(axis=0)
    assert lon == pytest.approx(100.0, abs=3.0) and lat == pytest.approx(30.0, abs=3.0)
    target = overview.map.viewport.to_picture(overview.map.projection.forward_points(np.array([[-60.0, -10.0]])))[0]
    qtbot.mouseClick(overview.map, Qt.MouseButton.LeftButton, pos=QPoint(*(round(v) for v in target.tolist())))
    here = window.map.widget.view()
    assert (here.lon, here.lat) == pytest.approx((-60.0, -10.0), abs=2.0)
    assert here.metres_per_pixel == pytest.approx(3_000.0, rel=0.2), "it moves, it does not zoom"
    window.actions_by_id["overview"].trigger()
    assert window.map_handlers._overview is None


def test_shipped_layers_take_a_name_an_opacity_and_scales_and_give_them_back(window: MainWindow) -> None:
    panel = window.panel("layers")
    assert isinstance(panel, LayersPanel)
    panel.item("mines").setText("Pits")
    assert window.bridge.document.looks["mines"] == LayerLook("Pits")
    assert panel.item("mines").text() == "Pits"
    panel.item("mines").setText("  ")
    assert "mines" not in window.bridge.document.looks
    assert panel.item("mines").text() == BY_ID["mines"].title
    for percent in (90, 60, 40):
        panel.set_opacity("flows", percent)
    assert window.bridge.document.looks["flows"].opacity == pytest.approx(0.4)
    assert window.map.widget.scene.looks["flows"].opacity == pytest.approx(0.4)
    window.bridge.session.undo()
    assert "flows" not in window.bridge.document.looks, "the way of a slider is one step"
    window.do(ChangeLook("mines", LayerLook(finest_m_per_px=100.0, coarsest_m_per_px=200.0), "Scales of Mines"))
    assert [window.bridge.document.looks["mines"].shows(scale) for scale in (99.0, 100.0, 199.0, 200.0)] == [
        False,
        True,
        True,
        False,
    ]


def test_fading_reaches_every_colour_of_a_record() -> None:
    assert with_alpha("#102030", 0.5) == "#10203080"
    assert with_alpha("#10203080", 0.5) == "#10203040"
    assert with_alpha("", 0.5) == ""
    symbol = faded(Symbol("mines", "a", "circle", 0, 0, 5, "#FFFFFF", Pen("#000000", 1.0), "3"), 0.5)
    assert isinstance(symbol, Symbol)
    assert {symbol.fill[7:], symbol.pen.colour[7:], symbol.text_colour[7:]} == {"80"}
    text = faded(Text("mines", 0, 0, "x", None, "#000000", halo="#FFFFFF"), 0.25)  # type: ignore[arg-type]
    assert isinstance(text, Text) and (text.colour[7:], text.halo[7:]) == ("40", "40")
