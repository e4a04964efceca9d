"""The map widget: it answers at once, paints in its thread, and leaves nothing alive."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from lodeway.ui.map import MapView
from lodeway.ui.map.tools import TOOLS
from lodeway.ui.map.worker import Picture
from tests.map import small

A_MINE = small.mine("Kamoa", 25.2, -10.9, 400_000.0)


@pytest.fixture
def view(qtbot: Any, map_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MapView]:
    monkeypatch.setattr("lodeway.carto.store.cache_dir", lambda: map_cache)
    made = MapView()
    made.resize(600, 400)
    qtbot.addWidget(made)
    made.set_atlas(small.atlas(A_MINE))
    made.show()
    qtbot.waitUntil(made.settled, timeout=30_000)
    yield made
    made.close()


def at(view: MapView, lon: float, lat: float) -> QPoint:
    xy = view._projection.forward_points(np.array([[lon, lat]]))
    x, y = view.viewport.to_picture(xy)[0]
    return QPoint(round(x), round(y))


def front(view: MapView) -> Picture:
    """The picture that the view shows."""
    assert view._front is not None
    return view._front[1]


def test_hover_names_and_click_picks(view: MapView, qtbot: Any) -> None:
    place = at(view, 25.2, -10.9)
    with qtbot.waitSignal(view.hovered) as hover:
        qtbot.mouseMove(view, place + QPoint(2, 1))
    assert hover.args[0] == "mine:kamoa" and "400 kt/yr" in hover.args[1]
    with qtbot.waitSignal(view.picked) as pick:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert pick.args == ["mine:kamoa"]
    with qtbot.waitSignal(view.contextRequested) as menu:
        qtbot.mouseClick(view, Qt.MouseButton.RightButton, pos=place)
    assert menu.args[0] == "mine:kamoa"
    assert view.thing_at(QPointF(5, 200)) == ("", "")


def test_drag_moves_by_the_pointer_and_says_so(view: MapView, qtbot: Any) -> None:
    before = at(view, 25.2, -10.9)
    seen: list[object] = []
    view.viewChanged.connect(seen.append)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    for step in range(1, 11):
        qtbot.mouseMove(view, QPoint(300 + 5 * step, 200 - 3 * step))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(350, 170))
    after = at(view, 25.2, -10.9)
    assert (after - before).x() == pytest.approx(50, abs=1) and (after - before).y() == pytest.approx(-30, abs=1)
    assert seen


def test_wheel_zooms_about_the_pointer(view: MapView) -> None:
    pointer = at(view, 25.2, -10.9)
    scale = view.viewport.scale
    QApplication.sendEvent(view, QWheelEvent(
        QPointF(pointer), view.mapToGlobal(QPointF(pointer)), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    ))  # fmt: skip
    assert view.viewport.scale == pytest.approx(scale / 2)
    assert (at(view, 25.2, -10.9) - pointer).manhattanLength() <= 1


def test_keys_move_zoom_and_return(view: MapView, qtbot: Any) -> None:
    home = view.viewport
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.viewport.scale == pytest.approx(home.scale / 2)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.viewport.x > home.x
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert (view.viewport.x, view.viewport.scale) == pytest.approx((home.x, home.scale))


def test_a_kept_view_comes_back_without_an_echo(view: MapView) -> None:
    kept = view.view()
    view.zoom_to_world()
    seen: list[object] = []
    view.viewChanged.connect(seen.append)
    view.set_view(kept)
    again = view.view()
    assert (again.lon, again.lat, again.metres_per_pixel) == pytest.approx((kept.lon, kept.lat, kept.metres_per_pixel))
    assert seen == []


def test_the_newest_request_wins(view: MapView, qtbot: Any) -> None:
    shown: list[float] = []
    view.painted.connect(lambda _: shown.append(front(view).request.view.scale))
    for _ in range(6):
        view.zoom_by(1.5)
        view._ask()
    qtbot.waitUntil(view.settled, timeout=30_000)
    assert shown[-1] == view.viewport.scale
    assert shown == sorted(shown, reverse=True), "no older picture after a newer one"


def test_changes_of_the_scene_repaint(view: MapView, qtbot: Any) -> None:
    for change in (lambda: view.set_theme("dark"), lambda: view.set_blocked(frozenset({"gate:luaudilolo"})),
                   lambda: view.set_result(small.result(small.flow("link:lob-04", 3e5))),
                   lambda: view.set_hidden_layers(frozenset({"mines"}))):  # fmt: skip
        before = view.grab().toImage()
        with qtbot.waitSignal(view.painted, timeout=30_000):
            change()
        assert view.grab().toImage() != before


def test_a_picture_without_a_screen(view: MapView) -> None:
    image = view.render_to_image(QSize(500, 300), 2.0)
    assert (image.width(), image.height()) == (1000, 600)
    colours = {image.pixel(x, y) for x in range(0, 1000, 7) for y in range(0, 600, 7)}
    assert len(colours) > 20


def test_closing_ends_the_thread(qtbot: Any, map_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lodeway.carto.store.cache_dir", lambda: map_cache)
    made = MapView()
    qtbot.addWidget(made)
    made.show()
    made._ask()
    made.close()
    assert not any(thread.name == "lodeway-map" for thread in threading.enumerate())
    made.set_atlas(small.atlas())  # too late, and harmless


def test_a_missing_layer_file_is_one_sentence(qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lodeway.carto.store.layers_dir", lambda: tmp_path)
    monkeypatch.setattr("lodeway.carto.store.cache_dir", lambda: tmp_path)
    made = MapView()
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.failed, timeout=10_000) as told:
        made.show()
    assert "base.gpkg" in told.args[0] and "\n" not in told.args[0]
    made.close()


def test_the_zoom_box_shows_what_was_framed(view: MapView, qtbot: Any) -> None:
    view.set_tool("zoom-box")
    corner = view.viewport.to_map(np.array([[200.0, 100.0], [350.0, 200.0]]))
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 100))
    qtbot.mouseMove(view, QPoint(350, 200))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(350, 200))
    left, bottom, right, top = view.viewport.bounds
    assert left <= corner[0, 0] + 1 and right >= corner[1, 0] - 1
    assert bottom <= corner[1, 1] + 1 and top >= corner[0, 1] - 1
    assert view.viewport.width / 150 == pytest.approx(600 / 150)


def test_every_tool_has_its_id_and_title() -> None:
    for name, tool in TOOLS.items():
        assert tool.id == name and tool.title
