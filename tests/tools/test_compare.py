"""Comparing with the baseline, and how readers with fewer colours see the map."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from lodeway.carto.flows import rounded
from lodeway.carto.themes import THEMES
from lodeway.model.atlas import Atlas
from lodeway.paint.preview import MATRICES, PREVIEWS, previewed, seen_as
from lodeway.session.commands import Block
from lodeway.session.document import View
from lodeway.session.questions import ScriptedQuestions
from lodeway.session.settings import Settings
from lodeway.ui.main_window import MainWindow
from lodeway.ui.start import make_window
from tests.window.small import SmallEngine


@pytest.fixture
def window(qtbot: QtBot, own_settings: object) -> Iterator[MainWindow]:
    settings = Settings()
    settings.put(card_closed=True)
    made = make_window(settings, ScriptedQuestions(["Discard"] * 3), SmallEngine())  # at the end
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.bridge.session.start()
    qtbot.waitUntil(lambda: made.bridge.document.is_current and made.map.is_settled(), timeout=30_000)
    yield made
    made.give_up()


def _place(view: View) -> tuple[float, float, float]:
    return view.lon, view.lat, view.metres_per_pixel


def test_the_swipe_shows_the_baseline_on_the_same_place(qtbot: QtBot, window: MainWindow) -> None:
    window.do(Block("route:north", "North"))
    qtbot.waitUntil(lambda: window.bridge.document.is_current, timeout=10_000)
    window.actions_by_id["swipe"].trigger()
    swipe = window.map_handlers._swipe
    assert swipe is not None
    assert swipe.map.widget.scene.result is window.bridge.document.baseline
    assert window.map.widget.scene.result is not window.bridge.document.baseline
    window.map.widget.set_view(View(20.0, -5.0, 2_000.0))
    window.map.widget.viewChanged.emit(window.map.widget.view())
    assert _place(swipe.map.widget.view()) == pytest.approx(_place(window.map.widget.view()))
    before = swipe.share
    qtbot.keyClick(swipe, Qt.Key.Key_Right)
    assert swipe.share > before
    swipe.move_to(-3.0)
    assert swipe.share == pytest.approx(0.02), "the handle stays within the map"
    window.actions_by_id["swipe"].trigger()
    assert window.map_handlers._swipe is None


def test_the_second_map_leads_and_follows(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_by_id["second_map"].trigger()
    beside = window.map_handlers._beside
    assert beside is not None
    beside.map.widget.zoom_by(2.0)
    assert _place(beside.map.widget.view()) == pytest.approx(_place(window.map.widget.view()))
    window.map.widget.zoom_by(0.5)
    assert _place(beside.map.widget.view()) == pytest.approx(_place(window.map.widget.view()))
    window.actions_by_id["second_map"].trigger()
    assert window.map_handlers._beside is None


def test_previews_repaint_the_map_and_only_one_is_marked(qtbot: QtBot, window: MainWindow) -> None:
    plain = window.map.widget.render_to_image()
    window.actions_by_id["preview_greyscale"].trigger()
    grey = window.map.widget.render_to_image()
    assert grey != plain
    middle = grey.pixelColor(grey.width() // 3, grey.height() // 3)
    assert middle.red() == middle.green() == middle.blue()
    marked = [name for name in PREVIEWS if window.actions_by_id[f"preview_{name or 'none'}"].isChecked()]
    assert marked == ["greyscale"]


@pytest.mark.parametrize("preview", MATRICES)
def test_grey_stays_grey_and_white_white(preview: str) -> None:
    shades = np.repeat(np.linspace(0, 1, 9)[:, None], 3, axis=1)
    assert seen_as(shades, preview) == pytest.approx(shades, abs=0.01)


def test_red_and_green_merge_without_green_receptors() -> None:
    red, green = seen_as(np.array([[0.75, 0.25, 0.2], [0.45, 0.45, 0.12]]), "deuteranopia")
    assert np.abs(red - green).max() < 0.12
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(QColor("#C4581B"))
    shown = previewed(image, "deuteranopia").pixelColor(3, 3)
    exact = seen_as(np.array([[0xC4, 0x58, 0x1B]]) / 255, "deuteranopia")[0] * 255
    assert (shown.red(), shown.green(), shown.blue()) == pytest.approx(tuple(exact), abs=9)
    assert previewed(image, "") is image


def _lab(
    colours: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """CIE L*a*b* (D65) of sRGB 0..1."""
    light = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    xyz = light @ np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]])
    f = xyz / np.array([0.9505, 1.0, 1.089])
    f = np.where(f > 0.008856, np.cbrt(f), 7.787 * f + 16 / 116)
    return np.column_stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])])


@pytest.mark.parametrize("preview", PREVIEWS)
def test_gained_lost_and_unchanged_part_for_every_reader(preview: str) -> None:
    """They are marked by shape as well; still, no two of them may look the same in any preview but grey."""
    theme = THEMES["light"]
    shown = [theme.gained, theme.lost, theme.unchanged]
    rgb = np.array([[int(c[k : k + 2], 16) / 255 for k in (1, 3, 5)] for c in shown])
    lab = _lab(seen_as(rgb, preview))
    apart = [float(np.linalg.norm(lab[a] - lab[b])) for a, b in ((0, 1), (0, 2), (1, 2))]
    if preview != "greyscale":
        assert min(apart) > 10.0


def test_commodities_of_the_copperbelt_part_for_every_reader(real_atlas: Atlas) -> None:
    """Copper and cobalt meet on every corridor."""
    colours = [real_atlas.commodities[f"commodity:{name}"].colour for name in ("copper", "cobalt")]
    rgb = np.array([[int(c[k : k + 2], 16) / 255 for k in (1, 3, 5)] for c in colours])
    for preview in PREVIEWS:
        one, other = _lab(seen_as(rgb, preview))
        assert float(np.linalg.norm(one - other)) > (8.0 if preview == "greyscale" else 25.0), preview


def test_corners_of_long_legs_are_rounded_and_ends_and_short_bends_kept() -> None:
    line = np.array([[0.0, 0.0], [20.0, 0.0], [20.0, 20.0], [20.1, 20.1], [20.2, 20.0]])
    bent, start = rounded(line, np.array([0, 5]))
    assert start.tolist() == [0, len(bent)]
    assert bent[0].tolist() == [0.0, 0.0] and bent[-1].tolist() == [20.2, 20.0]
    assert not (bent == [20.0, 0.0]).all(axis=1).any(), "the kink is gone"
    assert (bent == [20.1, 20.1]).all(axis=1).any(), "a bend of a railway is no kink"
    assert np.abs(bent - np.array([20.0, 0.0])).sum(axis=1).min() < 1.5, "the curve stays by the corner"
    across = np.array([[170.0, 0.0], [179.0, 0.0], [-179.0, 1.0], [-170.0, 2.0]])
    assert rounded(across, np.array([0, 4]))[0].tolist() == across.tolist(), "a jump over 180 degrees is no edge"
